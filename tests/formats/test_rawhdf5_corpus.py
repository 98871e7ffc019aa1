"""Files that the original wrote under two generations of HDF5, and the original on files of ours."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import struct
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
from corpus import corpus, needs_corpus

from sciwire.formats import rawhdf5
from sciwire.runtime import CodecError, DecodeError, TruncatedError, plain

GENERATIONS = ("3.10.0", "3.16.0")
VALUES = [f"{name}_h5py{one}.h5" for one in GENERATIONS for name in ("empty", "edge", "real20_tpc12", "version_0_10")]
UNEVEN = [(f"{name}_h5py{one}.h5", rows) for one in GENERATIONS for name, rows in (("swmr_open", 10), ("unequal", 2))]
#: HDF5 2.0 wrote these with a layout message that no library before it knows
TOO_NEW = "3.16.0" if h5py.version.hdf5_version_tuple < (2, 0, 0) else "none"
LENGTHS = (0, 1, 7, 8, 24, 104, 4096, 70_000)


def expected(name: str) -> dict[str, Any]:
    version = name.rsplit("h5py", 1)[1].removesuffix(".h5")
    manifest: dict[str, Any] = json.loads(corpus("rawhdf5", f"MANIFEST_h5py{version}.json").read_text("utf-8"))[name]
    return manifest


def payload(msgs: Any) -> str:
    return hashlib.sha256(b"".join(struct.pack("<I", len(msg)) + msg for msg in msgs)).hexdigest()


def writable(name: str, folder: Path) -> Path:
    path = folder / "raw.h5"
    shutil.copyfile(corpus("rawhdf5", name), path)
    return path


@needs_corpus
@pytest.mark.parametrize("name", [*VALUES, "v110_bounds.h5"])
def test_files_have_their_values(name: str) -> None:
    """Rows and digests are those of the manifest, from the path and from the bytes; encode gives an equal file."""
    path = corpus("rawhdf5", name)
    if TOO_NEW in name:
        with pytest.raises(DecodeError, match="too old for the object") as caught:
            rawhdf5.decode(path)
        assert caught.value.category == "unsupported"
        return
    value = rawhdf5.decode(path)
    if name != "v110_bounds.h5":
        said = expected(name)
        groups = np.asarray(value.msg_headers["io_groups"], "u1").tobytes()  # type: ignore[index]
        assert (len(value.msgs or ()), payload(value.msgs)) == (said["n"], said["payload_sha256"])
        assert hashlib.sha256(groups).hexdigest() == said["io_groups_sha256"]
    assert value.version == ("0.10" if "0_10" in name else "0.0")
    plainly = rawhdf5.to_plain(value)
    assert not plain.difference(plainly, rawhdf5.to_plain(rawhdf5.decode(path.read_bytes())))
    again = rawhdf5.decode(rawhdf5.encode(value))
    assert not plain.difference(plainly, rawhdf5.to_plain(again))
    assert (again.created, again.modified) == (value.created, value.modified)
    assert rawhdf5.from_rawfile(path)["msgs"] == value.msgs and rawhdf5.sniff(path.read_bytes())
    assert [row for row, _ in rawhdf5.summary(value)][-2:] == ["msgs", "msg_headers.io_groups"]


@needs_corpus
def test_the_file_of_both_generations_has_the_rows_that_h5dump_and_h5py_find() -> None:
    """It has no manifest: h5dump counts its rows, h5py reads them."""
    shapes = re.findall(r"SIMPLE \{ \( (\d+) \)", corpus("rawhdf5", "h5dump_v110.txt").read_text("utf-8"))
    with h5py.File(corpus("rawhdf5", "v110_bounds.h5")) as file:
        msgs = [bytes(row) for row in file["msgs"]]
        groups = list(file["msg_headers"]["io_groups"])
    value = rawhdf5.decode(corpus("rawhdf5", "v110_bounds.h5"))

    assert set(shapes) == {str(len(msgs))}
    assert value.msgs == msgs
    assert list(value.msg_headers["io_groups"]) == groups  # type: ignore[index]


@needs_corpus
@pytest.mark.parametrize(("name", "rows"), UNEVEN)
def test_uneven_files_are_state_and_keep_the_rows_that_both_have(name: str, rows: int) -> None:
    """Copied in mid-append, or edited: an error that names both lengths, and the rows on demand."""
    if TOO_NEW in name:
        pytest.skip("this HDF5 library can't open the file's datasets")
    path = corpus("rawhdf5", name)
    for source in (path, path.read_bytes()):
        with pytest.raises(DecodeError) as caught:
            rawhdf5.decode(source)
        assert (caught.value.category, caught.value.rule) == ("state", "RAW-028")
        assert isinstance(caught.value, RuntimeError) and len(caught.value.partial.msgs) == rows
        kept = rawhdf5.decode(source, on_error="keep")
        assert len(kept.msgs or ()) == len(kept.msg_headers) == rows  # type: ignore[arg-type]
        assert [problem.category for problem in kept.problems] == ["state"]
    if "swmr_open" in name:
        assert payload(kept.msgs) == expected(name)["payload_sha256"]
    assert sum(len(batch.msgs or ()) for batch in rawhdf5.follow(path, timeout=0)) == rows


@needs_corpus
@pytest.mark.parametrize("generation", GENERATIONS)
def test_a_cut_file_is_said_to_be_cut(generation: str, tmp_path: Path) -> None:
    """Not a message of a filter; writing is refused too and changes nothing."""
    path = writable(f"truncated_h5py{generation}.h5", tmp_path)
    before = path.read_bytes()
    for call in (rawhdf5.decode, rawhdf5.len_rawfile, rawhdf5.to_rawfile, rawhdf5.repair):
        with pytest.raises(
            TruncatedError, match="the file is cut: it declares 682788 bytes, 341394 are there"
        ) as caught:
            call(path)
        assert caught.value.needed == 341394 and path.read_bytes() == before


@needs_corpus
@pytest.mark.parametrize("name", [*VALUES, "v110_bounds.h5"])
def test_appends_to_their_files_are_read_by_the_original(name: str, tmp_path: Path) -> None:
    """Whatever generation made the file, both programs read what we append, and we what they append then."""
    original = pytest.importorskip("larpix.format.rawhdf5format", reason="larpix-control is not installed")
    if TOO_NEW in name:
        pytest.skip("this HDF5 library can't open the file's datasets")
    path = writable(name, tmp_path)
    before = rawhdf5.from_rawfile(path)
    rawhdf5.to_rawfile(path, [b"ours", b""], msg_headers={"io_groups": [1, 2]})
    read = original.from_rawfile(str(path))
    assert (
        read["msgs"] == [*before["msgs"], b"ours", b""]
        and read["msg_headers"] == rawhdf5.from_rawfile(path)["msg_headers"]
    )
    if "0_10" not in name:  # the original can't append to a version that it does not know
        original.to_rawfile(str(path), [b"theirs"], msg_headers={"io_groups": [3]})
        assert rawhdf5.from_rawfile(path)["msgs"] == [*read["msgs"], b"theirs"]


@needs_corpus
def test_a_marked_copy_is_repaired(tmp_path: Path) -> None:
    """The copy that was taken while a writer had the file open becomes a file like any other."""
    path = writable("swmr_open_h5py3.10.0.h5", tmp_path)
    with pytest.raises(CodecError, match=r"repair\(\)"):
        rawhdf5.to_rawfile(path, [b"x"])
    done = rawhdf5.repair(path)
    assert (done.flags, done.rows, done.cut) == (5, {"message": 10}, {"/msgs": 2})
    rawhdf5.to_rawfile(path, [b"x"])
    assert rawhdf5.from_rawfile(path)["msgs"][10:] == [b"x"]


@pytest.mark.parametrize("lengths", [LENGTHS, (64,) * 500, (), (0,) * 5])
def test_both_programs_read_each_other(lengths: tuple[int, ...], tmp_path: Path) -> None:
    """The same dictionary from a file of either program, read by either."""
    original = pytest.importorskip("larpix.format.rawhdf5format", reason="larpix-control is not installed")
    rng = np.random.default_rng(3)
    msgs = [rng.bytes(length) for length in lengths]
    groups = [int(group) for group in rng.integers(0, 256, len(msgs))]
    for program in (original, rawhdf5):
        path = str(tmp_path / f"{program.__name__}.h5")
        for part in (slice(0, 3), slice(3, None)):
            program.to_rawfile(path, msgs=msgs[part], msg_headers={"io_groups": groups[part]}, io_version="0.0")
        ours, theirs = rawhdf5.from_rawfile(path), original.from_rawfile(path)
        assert ours == theirs and ours["msgs"] == msgs and ours["msg_headers"]["io_groups"] == groups
        mask = np.arange(len(msgs)) % 3 == 1
        arguments = [{"start": 1, "end": -1}, {"start": -2}, {"mask": mask}, {"msg_headers_only": True}]
        for options in arguments:
            assert rawhdf5.from_rawfile(path, **options) == original.from_rawfile(path, **options)
        assert rawhdf5.len_rawfile(path) == original.len_rawfile(path) == len(msgs)


def test_the_original_reads_beside_our_writer(tmp_path: Path) -> None:
    """A reader of the original, with its own retries, sees every append of a writer that is kept open."""
    original = pytest.importorskip("larpix.format.rawhdf5format", reason="larpix-control is not installed")
    import subprocess
    import sys

    path = tmp_path / "raw.h5"
    code = "import sys; from larpix.format.rawhdf5format import *; print(from_rawfile(sys.argv[1])['msgs'])"
    with rawhdf5.open_writer(path) as writer:
        for count in (1, 2):
            writer.append([b"%d" % count])
            done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True)
            assert done.stdout.strip() == str([b"1", b"2"][:count])
    assert original.len_rawfile(str(path)) == 2
