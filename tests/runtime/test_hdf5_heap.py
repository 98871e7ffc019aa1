"""Rows of variable length are read from the global heap as h5py reads them, and nothing in a heap is believed."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
from hdf5_files import made, rows_of
from numpy.typing import NDArray

from sciwire.runtime import DEFAULT_LIMITS, DecodeError, LimitError, Limits, hdf5
from sciwire.runtime.hdf5 import Dataset, Element, Layout, Ragged
from sciwire.runtime.hdf5.heap import REFERENCE, resolve
from sciwire.runtime.hdf5.source import RawBytes


def draw(seed: int, count: int, longest: int) -> list[bytes]:
    rng = np.random.default_rng(seed)
    return [rng.bytes(int(size)) for size in rng.integers(0, longest, count)]


@pytest.mark.parametrize(
    ("words", "options"),
    [
        ([], {}),
        ([b""], {}),
        ([b"", b"", b"a", b""], {}),
        (draw(1, 300, 40), {}),
        (draw(2, 40, 9000), {}),
        ([b"x" * 200_000, b"y", b"z" * 70_000], {}),
        ([b"same"] * 100, {"chunks": (1,)}),
        (draw(3, 100, 30), {"chunks": (1000,), "shuffle": True}),
        (draw(5, 100, 30), {"compression": None}),
        (draw(6, 100, 30), {"compression": "lzf"}),
        (draw(7, 20, 30), {"chunks": None, "compression": None, "maxshape": None}),
    ],
)
def test_rows_are_those_of_h5py(tmp_path: Path, words: list[bytes], options: dict[str, Any]) -> None:
    """Whatever the chunks, filters and sizes, every row has its bytes; the file was written by h5py."""
    path = made(tmp_path / "a.h5", words, **options)

    assert rows_of(path) == words
    assert rows_of(path.read_bytes()) == words


def test_rewritten_rows_are_found(tmp_path: Path) -> None:
    """Objects that do not stand in the order of their rows are looked for one by one."""
    path = made(tmp_path / "a.h5", draw(8, 60, 30))
    with h5py.File(path, "r+") as file:
        for number in (50, 3, 17, 4):
            file["words"][number] = np.full(number, number, "u1")
    words = rows_of(path)
    with h5py.File(path) as file:
        assert words == [row.tobytes() for row in file["words"]]
    assert words[17] == b"\x11" * 17


@pytest.mark.parametrize("rows", [slice(5, 9), slice(-3, None), slice(0, 60, 7), slice(40, 10)])
def test_a_part_is_what_a_list_would_give(tmp_path: Path, rows: slice) -> None:
    """Slices of rows, wherever they begin in a heap."""
    words = draw(9, 60, 3000)
    layout = Layout("demo", "File", datasets=(Dataset("words", "/words", Element("blob", "u1"), (None,), table="t"),))
    path = made(tmp_path / "a.h5", words)

    assert hdf5.read(path, layout, lambda reader: reader.table("t", rows)["words"]) == words[rows]


@pytest.mark.parametrize("code", ["<f4", ">i2", "<u8"])
def test_runs_of_numbers_are_views(tmp_path: Path, code: str) -> None:
    """Elements keep their type and byte order; rows are read-only arrays."""
    path = tmp_path / "a.h5"
    rows = [np.arange(size).astype(code) for size in (3, 0, 7)]
    with h5py.File(path, "w", libver="v110") as file:
        stored = file.create_dataset("runs", (3,), dtype=h5py.vlen_dtype(np.dtype(code)), chunks=(2,), maxshape=(None,))
        for number, row in enumerate(rows):
            stored[number] = row
    layout = Layout("demo", "File", datasets=(Dataset("runs", "/runs", Element("vlen", code), (None,), table="t"),))
    found = hdf5.read(path, layout, lambda reader: reader.table("t")["runs"])

    assert [row.dtype.str for row in found] == [code] * 3 and found == rows
    assert not found[2].flags.writeable


def heap(*objects: tuple[int, bytes], size: int = 4096) -> bytes:
    """A collection put together by the format specification, section III.E."""
    body = b"".join(
        struct.pack("<HHIQ", number, 0, 0, len(data)) + data + bytes(-len(data) % 8) for number, data in objects
    )
    free = size - 16 - len(body)
    assert free >= 16
    return b"GCOL\1\0\0\0" + struct.pack("<Q", size) + body + struct.pack("<HHIQ", 0, 0, 0, free) + bytes(free - 16)


def references(*rows: tuple[int, int, int]) -> NDArray[Any]:
    return np.array(list(rows), REFERENCE)


def resolved(data: bytes, table: NDArray[Any], limits: Limits = DEFAULT_LIMITS) -> Ragged:
    return resolve(table, RawBytes(memoryview(data)), None, limits, at="/words")


def test_a_heap_put_together_by_hand_is_read() -> None:
    """Objects may have any order and gaps between their numbers; other objects may lie between."""
    data = bytes(64) + heap((9, b"nine"), (2, b"two"), (700, b"x" * 9))
    rows = resolved(data, references((3, 64, 2), (0, 0, 0), (9, 64, 700), (4, 64, 9)))

    assert rows == [b"two", b"", b"x" * 9, b"nine"]


@pytest.mark.parametrize(
    ("row", "problem", "category"),
    [
        ((3, 64, 3), "the heap has no object 3", "constraint"),
        ((3, 64, 0), "the heap has no object 0", "constraint"),
        ((3, 64, 65536 + 2), "the heap has no object 65538", "constraint"),
        ((4, 64, 2), "the row asks for 4 bytes, heap object 2 has 3", "size"),
        ((2, 64, 2), "the row asks for 2 bytes, heap object 2 has 3", "size"),
        ((3, 72, 2), "the heap at byte 72 lies inside another one", "framing"),
        ((3, 0, 2), "a heap (GCOL, version 1) is expected at byte 0", "framing"),
        ((3, 4159, 2), "the row refers to a heap at byte 4159, the file has 4160 bytes", "size"),
        ((3, 2**64 - 1, 2), f"the row refers to a heap at byte {2**64 - 1}", "size"),
    ],
)
def test_a_wrong_reference_is_named_and_rows_before_it_are_kept(
    row: tuple[int, int, int], problem: str, category: str
) -> None:
    """The first bad row is told with its number; no other bytes come in its place."""
    data = bytes(64) + heap((2, b"two"), (1, b"one"))
    with pytest.raises(DecodeError) as caught:
        resolved(data, references((3, 64, 1), (3, 64, 2), row, (3, 64, 1)))
    error = caught.value
    assert (error.path, error.at, error.category) == ("words[2]", "/words", category)
    assert error.check.startswith("heap_")
    assert error.problem.startswith(problem)
    assert error.partial == [b"one", b"two"]


@pytest.mark.parametrize("size", [0, 8, 31, 4097, 2**32, 2**63, 2**64 - 1])
def test_a_collection_that_passes_the_file_is_refused(size: int) -> None:
    """The size of a collection is compared with the file before anything is read."""
    data = bytearray(heap((1, b"one")))
    data[8:16] = struct.pack("<Q", size)
    with pytest.raises(DecodeError, match=f"declares {size} bytes, the file has 4096"):
        resolved(bytes(data), references((3, 0, 1)))


@pytest.mark.parametrize("size", [4, 4060, 2**40, 2**64 - 1])
def test_an_object_that_passes_its_collection_is_refused(size: int) -> None:
    """Sizes in object headers are all checked, those of objects on the way too."""
    data = bytearray(heap((1, b"one"), (2, b"two")))
    data[24:32] = struct.pack("<Q", size)
    with pytest.raises(DecodeError, match=r"the row asks for 3 bytes|passes the end of its heap"):
        resolved(bytes(data), references((3, 0, 1)))
    if size > 4:
        with pytest.raises(DecodeError, match="the heap has no object 2"):
            resolved(bytes(data), references((3, 0, 2)))


def test_one_object_can_not_stand_for_a_million_rows() -> None:
    """Rows may share an object, but not claim more bytes than their heaps have."""
    data = heap((1, b"x" * 1000))
    assert resolved(data, references(*[(1000, 0, 1)] * 4)).joined() == b"x" * 4000
    with pytest.raises(DecodeError, match="claim more than the 4096 bytes") as caught:
        resolved(data, np.repeat(references((1000, 0, 1)), 1_000_000))
    assert caught.value.path == "words[4]" and len(caught.value.partial) == 4


def test_limits_hold_for_rows() -> None:
    """The ceiling of the caller counts the bytes of all rows."""
    data = heap((1, b"x" * 1000))
    with pytest.raises(LimitError, match="2000 bytes are asked for, the limit total_bytes is 1999"):
        resolved(data, references((1000, 0, 1), (1000, 0, 1)), Limits(total_bytes=1999))


def test_collections_inside_each_other_are_refused() -> None:
    """A heap that lies in another could be read again and again."""
    inner = heap((1, b"in"), size=128)
    data = heap((1, inner), (2, b"out"))
    with pytest.raises(DecodeError, match="lies inside another one"):
        resolved(data, references((3, 0, 2), (2, 32, 1)))


def test_ragged_equals_lists_and_slices() -> None:
    """A Ragged behaves as the list of its rows."""
    rows = Ragged.of([b"a", b"", b"bcd"])

    assert rows == [b"a", b"", b"bcd"] and rows != [b"a", b"", b"bce"] and rows != [b"a"]
    assert rows[1:] == [b"", b"bcd"] and rows[-1] == b"bcd" and rows.joined() == b"abcd"
    assert rows[np.array([True, False, True])] == [b"a", b"bcd"] and list(rows) == rows.tolist()
    assert Ragged.of(["é", ""], str) == ["é", ""] and rows.nbytes == 4
    with pytest.raises(IndexError):
        rows[3]


@pytest.mark.parametrize("short", [1, 40, 88])
def test_a_row_whose_last_bytes_were_not_written_is_not_given(tmp_path: Path, short: int) -> None:
    """A collection that reached the disk up to some byte: the header of the last row is there, its end is zeros."""
    words = [b"first", b"x" * 96]
    path = made(tmp_path / "a.h5", words)
    data = bytearray(path.read_bytes())
    end = data.find(words[1]) + len(words[1])
    begin = data.rfind(b"GCOL", 0, end)
    stop = begin + int.from_bytes(data[begin + 8 : begin + 16], "little")
    data[end - short : stop] = bytes(stop - end + short)
    path.write_bytes(data)

    with pytest.raises(DecodeError, match="were not written to their end") as caught:
        rows_of(path)
    assert (caught.value.category, caught.value.path) == ("framing", "words[1]")
    assert caught.value.partial["words"].tolist() == [b"first"]


@pytest.mark.parametrize("rest", range(0, 120, 8))
def test_a_row_may_end_where_its_collection_does(tmp_path: Path, rest: int) -> None:
    """Where *rest* bytes are left, too few for a header of free space at times, the last row is whole."""
    words = [b"q" * (4096 - 16 - 16 - 24 - rest), b"z" * 8]
    assert rows_of(made(tmp_path / "a.h5", words)) == words
