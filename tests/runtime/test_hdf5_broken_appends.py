"""Appends that were broken off: HDF5 had written chunks, but not how many rows there are, nor all of their bytes."""

from __future__ import annotations

from pathlib import Path

import h5py
import pytest
from hdf5_files import LAYOUT, digest, made, rows_of

from sciwire.runtime import hdf5
from sciwire.runtime.hdf5 import FileThereError, UnwritableFileError, Writer
from sciwire.runtime.hdf5.superblock import patched

COLLECTION = 4096  # bytes of each heap collection of these files


def word(number: int) -> bytes:
    return b"<%d>" % number


def table(start: int, stop: int) -> dict[str, list[bytes]]:
    return {"words": [word(number) for number in range(start, stop)]}


def header(data: bytes, at: int) -> slice:
    """Where the object header (version 2) at *at* lies: its prefix, its messages, and the checksum."""
    flags = data[at + 5]
    start = at + 6 + (16 if flags & 0x20 else 0) + (4 if flags & 0x10 else 0)
    width = 1 << (flags & 3)
    return slice(at, start + width + int.from_bytes(data[start : start + width], "little") + 4)


def torn(path: Path, kept: int, more: int, *, heap: bool) -> Path:
    """A file of *kept* rows, killed while it appended *more*: their chunks are there, and with *heap* their bytes."""
    with Writer(path, LAYOUT, first=("row", table(0, kept))) as writer:
        before = path.read_bytes()
        writer.append_to("row", table(kept, kept + more))
        after = bytearray(path.read_bytes())
    with h5py.File(path) as file:
        places = [h5py.h5o.get_info(file[name].id).addr for name in ("words", "heads")]
    for place in places:
        where = header(before, place)
        assert before[where][:4] == b"OHDR" and before[where] != after[where]
        after[where] = before[where]
    if not heap:
        for at in range(0, len(after), 8):
            if after[at : at + 4] == b"GCOL":
                old = before[at : at + COLLECTION]
                after[at : at + COLLECTION] = old if old[:4] == b"GCOL" else bytes(COLLECTION)
    path.write_bytes(after)
    return path


def unmarked(path: Path) -> Path:
    """The same file as a program leaves it that does not mark what it writes."""
    data = path.read_bytes()
    path.write_bytes(patched(data, flags=0, end=len(data)) + data[48:])
    return path


@pytest.mark.parametrize("heap", [False, True])
@pytest.mark.parametrize(("kept", "more"), [(0, 3), (20, 1), (20, 3), (20, 4), (20, 30), (24, 1), (24, 9), (3, 500)])
def test_repaired_it_grows_on(tmp_path: Path, kept: int, more: int, heap: bool) -> None:
    """No row is lost or changed by the appends that follow, of which each opens the file anew."""
    path = torn(tmp_path / "a.h5", kept, more, heap=heap)
    done = hdf5.repair(path, LAYOUT)
    assert (done.flags, done.rows, done.cut) == (5, {"row": kept}, {})
    before = digest(path)
    assert hdf5.repair(path, LAYOUT).flags == 0 and digest(path) == before, "there is nothing left to mend"
    expected = [word(number) for number in range(kept)]
    for number in range(12):
        fresh = [b"again %d %d" % (number, which) for which in range(number % 3 + 1)]
        Writer(path, LAYOUT, first=("row", {"words": fresh})).close()
        expected += fresh
        assert rows_of(path) == expected
    with h5py.File(path) as file:
        assert [bytes(row) for row in file["words"][:]] == expected
        assert file["words"].id.get_num_chunks() == -(-len(expected) // 8)


@pytest.mark.parametrize("heap", [False, True])
@pytest.mark.parametrize("more", [1, 30])
def test_without_marks_the_append_is_refused(tmp_path: Path, more: int, heap: bool) -> None:
    """Where nothing says that the writer was killed, what stands behind the last row does."""
    path = unmarked(torn(tmp_path / "a.h5", 20, more, heap=heap))
    before = digest(path)
    with pytest.raises(UnwritableFileError, match=r"words at /words: rows of an append that was broken off") as caught:
        Writer(path, LAYOUT, first=("row", {"words": [b"more"]}))
    with pytest.raises(UnwritableFileError, match=r"words at /words: rows of an append that was broken off"):
        Writer(path, LAYOUT)  # to append later
    assert caught.value.category == "state" and digest(path) == before
    assert len(rows_of(path)) == 20
    done = hdf5.repair(path, LAYOUT, backup=tmp_path / "kept.h5")
    assert (done.flags, done.rows) == (0, {"row": 20}) and digest(tmp_path / "kept.h5") == before
    Writer(path, LAYOUT, first=("row", {"words": [b"more"]})).close()
    assert rows_of(path)[-1] == b"more"


@pytest.mark.parametrize("count", [8, 10, 12])
def test_a_dataset_of_bounded_length(tmp_path: Path, count: int) -> None:
    """What stands behind the last row is taken away up to the largest length that is allowed."""
    words = [word(number) for number in range(count)]
    path = made(tmp_path / "a.h5", words, maxshape=(12,))
    data = path.read_bytes()
    path.write_bytes(patched(data, flags=5, end=len(data)) + data[48:])
    assert hdf5.repair(path, LAYOUT).rows == {"row": count}
    assert rows_of(path) == words


def test_a_last_row_that_is_not_whole_is_not_appended_to(tmp_path: Path) -> None:
    """Where the lengths tell of rows whose bytes were not written, no further ones are put behind them."""
    path = made(tmp_path / "a.h5", [b"first", b"second"])
    data = path.read_bytes()
    path.write_bytes(data.replace(b"second", bytes(6)).replace(b"\6\0\0\0\0\0\0\0" + bytes(6), bytes(14)))
    before = digest(path)
    with pytest.raises(UnwritableFileError, match="the last row can't be read, repair") as caught:
        Writer(path, LAYOUT)
    assert caught.value.category == "state" and digest(path) == before
    assert hdf5.repair(path, LAYOUT).cut == {"/words": 1, "/heads": 1} and rows_of(path) == [b"first"]
    Writer(path, LAYOUT, first=("row", table(7, 8))).close()
    assert rows_of(path) == [b"first", word(7)]


def test_a_backup_is_made_before_a_change_and_replaces_nothing(tmp_path: Path) -> None:
    """The second call finds nothing to do, and leaves the copy of the first as it is; another file has no right to it."""
    path, kept = torn(tmp_path / "a.h5", 20, 3, heap=False), tmp_path / "kept.h5"
    before = digest(path)
    assert hdf5.repair(path, LAYOUT, backup=kept).backup == kept and digest(kept) == before
    assert hdf5.repair(path, LAYOUT, backup=kept).backup is None and digest(kept) == before

    other = torn(tmp_path / "b.h5", 5, 3, heap=False)
    as_it_was = digest(other)
    with pytest.raises(FileThereError, match=r"backup: there is '.*kept.h5' already, a backup replaces nothing"):
        hdf5.repair(other, LAYOUT, backup=kept)
    assert digest(other) == as_it_was and digest(kept) == before
