"""A writer that is killed at any byte of an append: what was flushed is there, is repaired, and grows on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import h5py
import pytest
from hdf5_files import LAYOUT, columns, digest, made, rows_of
from torn_files import pieces, torn

from sciwire.runtime import CodecError, DecodeError, hdf5
from sciwire.runtime.hdf5 import Writer, pause, redo
from sciwire.runtime.hdf5.headers import prove_heaps
from sciwire.runtime.hdf5.source import opened
from sciwire.runtime.hdf5.superblock import patched


def word(number: int) -> bytes:
    return b"<%d>" % number + b"\xaa" * (number * 97 % 400)


def table(start: int, stop: int) -> dict[str, Any]:
    return {
        "words": [word(number) for number in range(start, stop)],
        "heads": {"site": [number % 256 for number in range(start, stop)]},
    }


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody writes beside these tests, so nothing is waited for."""
    monkeypatch.setattr(pause.Patience, "pause", lambda _: False)


def proved(path: Path, least: int, most: int) -> int:
    """How many rows the file has, all of them right, in words and heads, as the codec reads them."""
    found = hdf5.read(path, LAYOUT, columns)
    count = len(found["words"])
    assert least <= count <= most
    assert found["words"].tolist() == [word(number) for number in range(count)]
    assert found["heads"]["site"].tolist() == [number % 256 for number in range(count)]
    return count


def _read_or_refused(path: Path, least: int, most: int) -> None:
    """A read gives all rows before the append, or all behind it; else it says so, and what it gives is right."""
    try:
        assert proved(path, least, most) in (least, most)
    except CodecError as error:
        if error.partial is not None:
            given = error.partial["words"].tolist()
            assert given == [word(number) for number in range(len(given))]


@pytest.mark.parametrize(("kept", "more"), [(0, 1), (20, 3), (5, 30)])
def test_killed_at_any_byte(tmp_path: Path, kept: int, more: int) -> None:
    """No wrong row, no lost row, refused for writing until it is repaired, and then as good as any."""
    path = tmp_path / "a.h5"
    images = torn(path, table, kept, more, LAYOUT, "row")
    assert len(images) > 10
    for image in images:
        path.write_bytes(image)
        _read_or_refused(path, kept, kept + more)
        with pytest.raises(CodecError):
            Writer(path, LAYOUT)
        assert path.read_bytes() == image
        rows = hdf5.repair(path, LAYOUT).rows["row"]
        assert proved(path, kept, kept + more) == rows
        before = digest(path)
        with opened(path) as source:
            prove_heaps(source)  # the library would not stop at a heap that ends in zeros
        assert hdf5.repair(path, LAYOUT).flags == 0 and digest(path) == before
        for count in (2, 9):
            Writer(path, LAYOUT, first=("row", table(rows, rows + count))).close()
            rows = proved(path, rows + count, rows + count)
        with opened(path) as source:
            prove_heaps(source)
        with h5py.File(path) as file:
            assert [bytes(row) for row in file["words"]] == [word(number) for number in range(rows)]


def test_rows_that_are_told_of_but_not_stored(tmp_path: Path) -> None:
    """A length may be there before what leads to the chunks: while a file is marked, such rows are not empty ones."""
    path = made(tmp_path / "a.h5", [word(number) for number in range(16)])
    with h5py.File(path, "r+") as file:
        file["heads"].resize(20, axis=0)
        file["words"].resize(20, axis=0)
    data = path.read_bytes()
    assert rows_of(path)[15:] == [word(15), b"", b"", b"", b""], "a file that was closed may be sparse"
    path.write_bytes(patched(data, flags=5, end=len(data)) + data[48:])
    with pytest.raises(DecodeError, match="20 rows are told of, 16 are stored") as caught:
        rows_of(path)
    assert caught.value.category == "state"
    assert hdf5.repair(path, LAYOUT).cut == {"/words": 4, "/heads": 4}
    proved(path, 16, 16)


@pytest.mark.parametrize("rest", [0, 9, 500])
def test_a_heap_over_the_end_of_the_file(tmp_path: Path, rest: int) -> None:
    """A collection that the disk has up to some byte of its free space holds all of its rows."""
    words = [word(number) for number in range(6)]
    path = made(tmp_path / "a.h5", words, compression=None)
    data = path.read_bytes()
    place = data.rindex(b"GCOL", 0, data.index(words[0]))
    heap = data[place : place + int.from_bytes(data[place + 8 : place + 16], "little")]
    used = heap.index(words[-1]) + (len(words[-1]) + 7) // 8 * 8
    with h5py.File(path) as file:
        chunk = file["words"].id.get_chunk_info_by_coord((0,))
    rows = data[chunk.byte_offset : chunk.byte_offset + chunk.size]
    moved = rows.replace(place.to_bytes(8, "little"), len(data).to_bytes(8, "little"))
    cut = data[: chunk.byte_offset] + moved + data[chunk.byte_offset + chunk.size :] + heap[: used + rest]
    path.write_bytes(patched(cut, flags=5, end=len(cut)) + cut[48:])
    with pytest.raises(DecodeError, match=f"declares {len(heap)} bytes"):
        rows_of(path)
    assert hdf5.repair(path, LAYOUT).cut == ({} if rest else {"/words": 1, "/heads": 1})
    kept = words[: None if rest else -1]
    Writer(path, LAYOUT, first=("row", {"words": [b"more"]})).close()
    assert rows_of(path) == [*kept, b"more"]
    with opened(path) as source:
        prove_heaps(source)


class Killed(BaseException):
    """The end of a process, as far as one can have it in a test."""


def _dying(monkeypatch: pytest.MonkeyPatch, writes: int, share: float) -> None:
    """Let so many writes of a repair happen, of the next one only a share of its bytes."""
    left = [writes]
    honest = redo._write

    def write(file: Any, at: int, data: bytes) -> None:
        left[0] -= 1
        if left[0] < 0:
            honest(file, at, data[: int(len(data) * share)] if len(data) > 48 else b"")
            raise Killed
        honest(file, at, data)

    monkeypatch.setattr(redo, "_write", write)


def _mended_most(path: Path, images: list[bytes]) -> bytes:
    """That of the *images* of which a repair writes the most anew, and by it the lengths of the datasets."""

    def writes(image: bytes) -> int:
        calls = []
        path.write_bytes(image)
        with pytest.MonkeyPatch.context() as patches:
            honest = redo._write
            patches.setattr(redo, "_write", lambda file, at, data: (calls.append(at), honest(file, at, data)))
            hdf5.repair(path, LAYOUT)
        return len(calls)

    return max(images, key=writes)


@pytest.mark.parametrize(("marked", "share"), [(True, 0.0), (True, 0.5), (True, 1.0), (False, 0.5)])
def test_a_repair_that_is_killed_is_finished_by_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, marked: bool, share: float
) -> None:
    """At any of its writes: the backup is whole, readers and writers see no half of it, and no row is lost."""
    path, backup = tmp_path / "a.h5", tmp_path / "kept.h5"
    image = _mended_most(path, torn(path, table, 20, 30, LAYOUT, "row"))
    if not marked:
        image = patched(image, flags=0, end=len(image)) + image[48:]
    died = 0
    for writes in range(100):
        path.write_bytes(image)
        backup.unlink(missing_ok=True)
        with monkeypatch.context() as patches:
            _dying(patches, writes, share)
            try:
                hdf5.repair(path, LAYOUT, backup=backup)
                break
            except Killed:
                died += 1
        assert backup.read_bytes() == image
        _read_or_refused(path, 20, 50)
        with pytest.raises(CodecError):
            Writer(path, LAYOUT)
        rows = hdf5.repair(path, LAYOUT).rows["row"]
        assert proved(path, 20, 50) == rows and b"sw-redo" not in path.read_bytes()
        assert hdf5.repair(path, LAYOUT).flags == 0
        Writer(path, LAYOUT, first=("row", table(rows, rows + 1))).close()
        proved(path, rows + 1, rows + 1)
    assert died > 4


def test_a_list_of_changes_that_is_old_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that grew since a repair was killed is not set back to what that repair would have made of it."""
    path = tmp_path / "a.h5"
    path.write_bytes(_mended_most(path, torn(path, table, 20, 30, LAYOUT, "row")))
    with monkeypatch.context() as patches:
        _dying(patches, 3, 1.0)
        with pytest.raises(Killed):
            hdf5.repair(path, LAYOUT)
    kept = path.read_bytes()
    assert redo.finish(path) and b"sw-redo" not in path.read_bytes()
    changed = kept.index(b"EAIB") + 40
    path.write_bytes(kept[:changed] + bytes([kept[changed] ^ 0x55]) + kept[changed + 1 :])
    before = digest(path)
    assert not redo.finish(path) and digest(path) == before


def test_what_no_broken_append_leaves_is_cut_off_only_with_a_backup(tmp_path: Path) -> None:
    """A damaged row in the middle, or a damaged chunk, would cost all rows behind it."""
    path = tmp_path / "a.h5"
    Writer(path, LAYOUT, first=("row", table(0, 20))).close()
    data = path.read_bytes()
    at = data.index(b"<7>")
    row = data[: at - 16] + b"\xee\xee" + data[at - 14 :]  # its number in the heap
    with h5py.File(path) as file:
        place = file["words"].id.get_chunk_info_by_coord((8,)).byte_offset
    chunk = data[: place + 9] + bytes(8) + data[place + 17 :]
    for damaged, rows in ((row, 7), (chunk, 8)):
        path.write_bytes(damaged)
        with pytest.raises(DecodeError):
            hdf5.repair(path, LAYOUT)
        assert path.read_bytes() == damaged
        kept = tmp_path / f"kept{rows}.h5"
        done = hdf5.repair(path, LAYOUT, backup=kept)
        assert done.cut == {"/words": 20 - rows, "/heads": 20 - rows} and done.backup == kept
        assert kept.read_bytes() == damaged
        assert rows_of(path) == [word(number) for number in range(rows)]


def test_an_index_that_is_not_whole_is_not_repaired(tmp_path: Path) -> None:
    """What leads to further chunks was lost with the power: rows can be read, the next append would wait for minutes."""
    path = tmp_path / "a.h5"
    with Writer(path, LAYOUT, first=("row", table(0, 30))) as writer:
        before = path.read_bytes()
        writer.append_to("row", table(30, 60))
        written = pieces(path, before)
    image = bytearray(before.ljust(max(at + len(data) for _, at, data in written), b"\0"))
    for kind, at, data in written:
        if kind in ("EAIB", "chunk", "GCOL"):
            image[at : at + len(data)] = data
    path.write_bytes(image)
    proved(path, 30, 30)
    with pytest.raises(DecodeError, match="the file can't be repaired, its tables could not grow"):
        hdf5.repair(path, LAYOUT)
    assert path.read_bytes() == image
