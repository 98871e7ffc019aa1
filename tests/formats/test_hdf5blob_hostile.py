"""Hostile files: refused, or read as something, in a process that neither dies nor takes time or memory."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
from hostile import refusals

from sciwire.formats import hdf5blob
from sciwire.runtime import DecodeError, LimitError

FOLDER = Path(__file__).parents[2] / "specs" / "hdf5blob" / "vectors"
VECTORS = [vector for file in sorted(FOLDER.glob("*.json")) for vector in json.loads(file.read_bytes())["vectors"]]
OLD = [path for path in sorted(FOLDER.glob("*.h5")) if path.read_bytes()[8:9] == b"\0" and path.stat().st_size < 40_000]


def test_every_invalid_vector_is_refused_quickly_and_in_little_memory() -> None:
    chosen = [one for one in VECTORS if one["kind"] == "invalid" and not one.get("options")]
    outcomes = refusals("hdf5blob", [FOLDER / one["file"] for one in chosen])

    assert len(chosen) > 30
    for vector, outcome in zip(chosen, outcomes, strict=True):
        assert "category" in outcome, vector["id"]


@pytest.mark.parametrize("seed", range(4))
def test_changed_bytes_are_refused_or_read_and_nothing_else(tmp_path: Path, seed: int) -> None:
    """The HDF5 library dies over about one in a thousand of these."""
    draw = random.Random(seed)
    files = []
    for number in range(250):
        data = bytearray(draw.choice(OLD).read_bytes())
        for _ in range(draw.choice((1, 1, 2, 4))):
            _change(data, draw)
        files.append(tmp_path / f"{number}.h5")
        files[-1].write_bytes(data)
    outcomes = refusals("hdf5blob", files)

    refused = sum("category" in outcome for outcome in outcomes)
    assert 20 < refused < len(outcomes)


def _change(data: bytearray, draw: random.Random) -> None:
    """Most of a file is zeros that nobody looks at: the change is made where something stands."""
    at = next((place for place in (draw.randrange(len(data)) for _ in range(20)) if data[place]), 8)
    width = draw.choice((1, 1, 2, 4, 8))
    ways = (bytes([data[at] ^ 1 << draw.randrange(8)]), b"\xff" * width, bytes(width), len(data).to_bytes(8, "little"))
    new = draw.choice(ways)
    data[at : at + len(new)] = new[: len(data) - at]


def test_every_truncation_of_a_small_blob_is_refused() -> None:
    blob = hdf5blob.encode({"/a": np.arange(3.0)})
    for size in range(0, len(blob), 7):
        with pytest.raises(DecodeError):
            hdf5blob.decode(blob[:size])


def test_our_own_reader_and_the_library_find_the_same() -> None:
    """For every valid file of the old generation."""
    pytest.importorskip("hdf5plugin", reason="hdf5plugin, whose filters the library is to use, is not installed")
    compared = 0
    for vector in VECTORS:
        path = FOLDER / vector.get("file", "")
        if vector["kind"] != "valid" or path not in OLD:
            continue
        found = hdf5blob.decode(path)
        with h5py.File(path) as file:
            names = _datasets(file)
            assert {f"/{name}" for name in names} == set(found), vector["id"]
            for name in names:
                dataset = file[name]
                theirs = dataset.asstr()[...] if h5py.check_string_dtype(dataset.dtype) and dataset.dtype.kind == "O" else dataset[...]  # fmt: skip
                assert found[f"/{name}"].dtype == theirs.dtype, vector["id"]
                assert found[f"/{name}"].tobytes() == theirs.tobytes() or theirs.dtype.kind == "O", vector["id"]
                assert theirs.dtype.kind != "O" or found[f"/{name}"].tolist() == theirs.tolist(), vector["id"]
                compared += 1
    assert compared > 80


def _datasets(group: h5py.Group, prefix: str = "", depth: int = 0) -> list[str]:
    """Every name of a dataset; a link that leads back is followed no deeper than the files here are."""
    found: list[str] = []
    for name in group if depth < 8 else ():
        if isinstance(group.get(name, getlink=True), h5py.HardLink):
            one = group[name]
            same = isinstance(one, h5py.Group) and one == group.file
            below = [f"{prefix}{name}"] if isinstance(one, h5py.Dataset) else []
            found += below if same or below else _datasets(one, f"{prefix}{name}/", depth + 1)
    return found


def test_the_old_generation_is_read_without_the_library() -> None:
    import subprocess
    import sys

    blob = hdf5blob.encode({"/a": np.arange(6, dtype="<u2").reshape(2, 3)}, compression="bitshuffle_with_lz4")
    code = (
        "import sys; from sciwire.formats import hdf5blob\n"
        f"assert hdf5blob.decode({blob!r})['/a'].tolist() == [[0, 1, 2], [3, 4, 5]]\n"
        "assert 'h5py' not in sys.modules"
    )
    subprocess.run(
        [sys.executable, "-c", code], env={"PYTHONPATH": ":".join(path for path in sys.path if path)}, check=True
    )


def test_memory_that_is_not_there_is_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    from sciwire.runtime.hdf5.blobs import reading

    blob = hdf5blob.encode({"/a/b": np.arange(3), "/c": np.arange(3)})

    class Poor:
        def __init__(self, file: Any) -> None:
            self.paths, self._file = file.paths, file

        def array(self, path: str) -> Any:
            if path == "/a/b":
                raise MemoryError
            return self._file.array(path)

    @contextmanager
    def opened(*given: Any) -> Iterator[Poor]:
        with whole(*given) as file:
            yield Poor(file)

    whole = reading.opened_blob
    monkeypatch.setattr(reading, "opened_blob", opened)

    with pytest.raises(LimitError, match="more memory than there is") as caught:
        hdf5blob.decode(blob)

    assert (caught.value.path, caught.value.at, bool(caught.value.rule)) == ("a.b", "/a/b", True)
    assert list(hdf5blob.decode(blob, on_error="keep")) == ["/c"]
