"""A refused call changes no byte, an append is all or nothing, and a file that is kept open can be read."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
from hdf5_files import LAYOUT, columns, digest, made, rows_of

from sciwire.runtime import CodecError, EncodeError, VersionError, hdf5
from sciwire.runtime.hdf5 import FileInUseError, UnwritableFileError, Writer
from sciwire.runtime.hdf5.growing import Growing

TWO = {"words": [b"alpha", b""], "heads": {"site": [7, 255]}}


def grown(path: Any, *, table: Any = TWO, **attributes: Any) -> None:
    Writer(path, LAYOUT, attributes=attributes, first=("row", table)).close()


def test_a_new_file_is_what_the_layout_says(tmp_path: Path) -> None:
    """h5py finds types, chunks, filters, bounds and the constants; the file is not marked."""
    grown(tmp_path / "a.h5")
    data = (tmp_path / "a.h5").read_bytes()
    assert (data[8], data[11]) == (3, 0)
    with h5py.File(tmp_path / "a.h5") as file:
        words, heads, about = file["words"], file["heads"], file["about"].attrs
        assert h5py.check_vlen_dtype(words.dtype) == np.dtype("u1") and heads.dtype == [("site", "u1"), ("gain", "<i2")]
        assert (words.chunks, words.maxshape, words.compression, words.compression_opts) == ((8,), (None,), "gzip", 4)
        assert (about["version"], about["unit"]) == ("1.2", "V") and about["touched"] > 1.7e9
        assert [word.tobytes() for word in words] == [b"alpha", b""] and heads["site"].tolist() == [7, 255]


@pytest.mark.parametrize(
    ("table", "attributes"),
    [
        ({"words": [b"a", "b"]}, {}),
        ({"words": [b"a"], "heads": {"site": [256]}}, {}),
        ({"words": [b"a"], "heads": {"site": [1, 2]}}, {}),
        ({"words": [b"a"], "heads": {"other": [1]}}, {}),
        ({"words": None, "heads": {"site": [1]}}, {}),
        (TWO, {"version": "2.0"}),
        (TWO, {"version": "1.9"}),
        (TWO, {"version": "1"}),
        (TWO, {"version": "one.two"}),
        (TWO, {"unit": "A"}),
        (TWO, {"unknown": 1}),
    ],
)
def test_a_refused_call_leaves_the_disk_as_it_was(tmp_path: Path, table: Any, attributes: dict[str, Any]) -> None:
    """No file where there was none, the same bytes where there was one, the same empty file too."""
    old, new, empty = tmp_path / "old.h5", tmp_path / "new.h5", tmp_path / "empty.h5"
    made(old, [b"one"])
    empty.touch()
    before = {path: digest(path) for path in (old, new, empty)}
    for path in before:
        if path == old and "unknown" in attributes:
            continue
        with pytest.raises(EncodeError if not attributes or "version" not in attributes else VersionError):
            grown(path, table=table, **attributes)
    assert {path: digest(path) for path in before} == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["empty.h5", "old.h5"]


def test_empty_files_and_streams_become_good_files(tmp_path: Path) -> None:
    """A file of zero bytes is as good as none; a stream is rewritten by each append."""
    path = tmp_path / "a.h5"
    path.touch()
    grown(path)
    grown(path)
    assert rows_of(path) == [b"alpha", b""] * 2
    stream = io.BytesIO()
    grown(stream)
    kept = stream.getvalue()
    with pytest.raises(EncodeError):
        grown(stream, table={"words": ["text"]})
    assert stream.getvalue() == kept
    grown(stream)
    assert rows_of(stream) == [b"alpha", b""] * 2


def test_files_of_others_gain_the_objects(tmp_path: Path) -> None:
    """An HDF5 file without any of the objects gets them and keeps its own; one with a part of them is refused."""
    path = tmp_path / "a.h5"
    with h5py.File(path, "w", libver=("v110", "v110")) as file:
        file["other"] = [1, 2]
    grown(path)
    assert rows_of(path) == [b"alpha", b""]
    with h5py.File(path, "r+") as file:
        assert file["other"][:].tolist() == [1, 2]
        del file["about"]
    before = digest(path)
    with pytest.raises(KeyError, match="the group is missing"):
        grown(path)
    assert digest(path) == before


def test_an_old_superblock_is_refused_untouched(tmp_path: Path) -> None:
    """Growing beside readers needs version 3."""
    path = tmp_path / "a.h5"
    with h5py.File(path, "w", libver="earliest") as file:
        file["other"] = 1
    before = digest(path)
    with pytest.raises(UnwritableFileError, match="superblock of version 3"):
        grown(path)
    assert digest(path) == before


@pytest.mark.parametrize("step", ["resize", "write", "flush"])
def test_an_append_that_fails_midway_is_taken_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    """Whatever fails after the file was touched, the rows before it are as they were, and later appends work."""
    path = tmp_path / "a.h5"
    grown(path)
    calls = {"resize": 0, "write": 0}

    def failing(name: str) -> Any:
        honest = getattr(Growing, name)

        def run(self: Growing, *arguments: Any) -> None:
            calls[name] += 1
            if calls[name] == 2:
                raise OSError("no space left on device")
            honest(self, *arguments)

        return run

    with Writer(path, LAYOUT) as writer:
        if step == "flush":
            assert writer._appender is not None
            flush, writer._appender._flush = writer._appender._flush, lambda file: raise_once(flush, file)
        else:
            monkeypatch.setattr(Growing, step, failing(step))
        with pytest.raises(UnwritableFileError, match="the rows before it are as they were") as caught:
            writer.append_to("row", TWO)
        assert caught.value.category == "io" and isinstance(caught.value, OSError)
    monkeypatch.undo()
    assert path.read_bytes()[11] == 0 and rows_of(path) == [b"alpha", b""]
    grown(path)
    assert rows_of(path) == [b"alpha", b""] * 2


_raised: list[int] = []


def raise_once(flush: Any, file: Any) -> None:
    _raised.append(1)
    if len(_raised) == 1:
        raise OSError("no space left on device")
    flush(file)


def test_a_new_file_whose_first_append_fails_is_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing half-made stays behind, and a file that was empty is empty again."""

    def broken(self: Growing, start: int, rows: Any) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr(Growing, "write", broken)
    (tmp_path / "empty.h5").touch()
    for name in ("new.h5", "empty.h5"):
        with pytest.raises(OSError, match="the append failed"):
            grown(tmp_path / name)
    assert [(path.name, path.stat().st_size) for path in tmp_path.iterdir()] == [("empty.h5", 0)]


def test_a_full_disk_is_seen_before_it_is_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What would not fit is refused before the file is touched."""
    import shutil

    made(tmp_path / "a.h5", [b"one"])
    before = digest(tmp_path / "a.h5")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(10**9, 10**9 - 5, 5))  # type: ignore[attr-defined]
    for path in (tmp_path / "a.h5", tmp_path / "b.h5"):
        with pytest.raises(UnwritableFileError, match="the disk has 5 free"):
            grown(path)
    assert digest(tmp_path / "a.h5") == before and not (tmp_path / "b.h5").exists()


def test_a_kept_open_writer_is_marked_and_read_beside(tmp_path: Path) -> None:
    """While it is open the flags are 5 and every append can be read; a second writer is refused; closing clears."""
    path = tmp_path / "a.h5"
    with Writer(path, LAYOUT) as writer:
        assert path.read_bytes()[11] == 5
        for count in range(1, 4):
            assert writer.append_to("row", TWO) == 2
            assert writer.count("row") == 2 * count and rows_of(path) == [b"alpha", b""] * count
        before = digest(path)
        with pytest.raises(FileInUseError, match=r"repair\(\) clears the mark") as caught:
            grown(path)
        assert (caught.value.category, caught.value.rule) == ("state", "DE-006") and digest(path) == before
        with pytest.raises(EncodeError):
            writer.append_to("row", {"words": ["text"]})
        assert writer.append_to("row", TWO) == 2
    assert path.read_bytes()[11] == 0 and len(rows_of(path)) == 8
    with pytest.raises(EncodeError, match="the writer is closed"):
        writer.append_to("row", TWO)


def test_uneven_and_unfit_files_are_not_appended_to(tmp_path: Path) -> None:
    """A gap is never filled silently; another type, rank or version is refused with the file as it was."""
    cases = {
        "uneven": lambda file: file["heads"].resize(1, axis=0),
        "type": lambda file: file["about"].attrs.create("touched", "now"),
        "newer": lambda file: file["about"].attrs.modify("version", "2.0"),
        "constant": lambda file: file["about"].attrs.modify("unit", "A"),
    }
    for name, damage in cases.items():
        path = made(tmp_path / f"{name}.h5", [b"a", b"b"])
        with h5py.File(path, "r+") as file:
            damage(file)
        before = digest(path)
        with pytest.raises(CodecError):
            grown(path)
        assert digest(path) == before, name


def test_what_the_system_refuses_is_an_oserror_of_ours(tmp_path: Path) -> None:
    """A missing folder and a folder in place of a file, for writing and for reading."""
    for path, kind in ((tmp_path / "no" / "a.h5", FileNotFoundError), (tmp_path, IsADirectoryError)):
        for call in (lambda path=path: grown(path), lambda path=path: rows_of(path)):
            with pytest.raises(kind) as caught:
                call()
            assert isinstance(caught.value, CodecError) and caught.value.category == "io" and caught.value.errno


def test_encode_replaces_at_once(tmp_path: Path) -> None:
    """A file that is made whole stands there whole or not at all; nothing is left beside it."""
    path = tmp_path / "a.h5"
    path.write_bytes(b"old")
    with pytest.raises(EncodeError):
        hdf5.encode(LAYOUT, {}, {"words": ["text"]}, path)
    assert path.read_bytes() == b"old"
    hdf5.encode(LAYOUT, {"version": "1.0"}, dict(TWO), path)
    assert rows_of(path) == [b"alpha", b""] and [one.name for one in tmp_path.iterdir()] == ["a.h5"]
    again = hdf5.encode(LAYOUT, {"version": "1.0", "touched": 2.0}, dict(TWO))
    assert again == hdf5.encode(LAYOUT, {"version": "1.0", "touched": 2.0}, dict(TWO))
    assert hdf5.read(again, LAYOUT, columns)["heads"]["site"].tolist() == [7, 255]
