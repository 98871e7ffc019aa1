"""The global heap: where the rows of variable-length datasets lie, read without the HDF5 library.

HDF5 File Format Specification 3.0, sections III.E (global heap) and IV.B (references). A collection
(``GCOL``, version 1, u64 size) holds objects one after another: u16 index, u16 count, u32 reserved,
u64 size, data padded to 8 bytes; index 0 is the free rest. A row is a 16-byte reference: u32 number of
elements, u64 address of the collection, u32 index.

Nothing in a reference or heap is believed: an object is used only after its header was found at the
place where it must be, with the size that the reference asks for.
"""

from __future__ import annotations

import struct
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import DecodeError
from ..limits import Limits, checked_size
from .faults import by, dotted
from .ragged import Ragged
from .source import RawBytes

__all__ = ["REFERENCE", "prove", "resolve"]

REFERENCE = np.dtype([("length", "<u4"), ("address", "<u8"), ("index", "<u4")])  # 16 bytes, packed

_GCOL = struct.Struct("<4sB3xQ")
_OBJECT = struct.Struct("<HHIQ")


def resolve(
    references: NDArray[Any],
    raw: RawBytes,
    dtype: np.dtype[Any] | type[str] | None,
    limits: Limits,
    *,
    at: str = "",
) -> Ragged:
    """Return the rows that *references* ((rows,) of `REFERENCE`) point to; `path` of an error counts from them.

    Raises
    ------
    DecodeError : a reference, a collection or an object is not what it must be. `partial` is a Ragged of
        the rows before the first bad one.
    LimitError : the rows are larger than ``limits.total_bytes``.
    """
    itemsize = dtype.itemsize if isinstance(dtype, np.dtype) else 1
    lengths = references["length"].astype(np.int64)
    starts = np.zeros(len(references), np.int64)
    full = np.flatnonzero(lengths)
    if not len(full):
        return Ragged(b"", starts, lengths, dtype)
    order = full[_sorting(references["address"][full], references["index"][full])]
    claimed = np.cumsum(lengths[full] * itemsize)
    if claimed[-1] <= raw.size:
        checked_size(int(claimed[-1]), limits, path=dotted(at))
    heaps = _Heaps(references["address"][order], order, raw, limits)
    if claimed[-1] > len(heaps.data):  # else one object could stand for any number of rows
        over = int(full[np.searchsorted(claimed, len(heaps.data), side="right")])
        problem = f"the rows up to here claim more than the {len(heaps.data)} bytes of their heaps"
        heaps.note(over, by("heap_length", DecodeError(problem, category="size")))
    starts[order] = heaps.locate(references["index"][order].astype(np.int64), lengths[order] * itemsize)
    if heaps.error is not None:
        error, bad = heaps.error, heaps.bad
        error.path, error.at = f"{dotted(at)}[{bad}]", at or None
        error.partial = Ragged(heaps.data, starts[:bad], lengths[:bad], dtype)
        raise error
    return Ragged(heaps.data, starts, lengths, dtype)


def _sorting(addresses: NDArray[Any], indices: NDArray[Any]) -> Any:
    """What sorts rows by collection and number in it; mostly they are sorted, because a writer appends."""
    above = addresses[1:] > addresses[:-1]
    after = (addresses[1:] == addresses[:-1]) & (indices[1:] > indices[:-1])
    return slice(None) if bool((above | after).all()) else np.lexsort((indices, addresses))


def prove(raw: RawBytes, place: int) -> None:
    """Walk the collection at *place*, if it is one that HDF5 would take for one.

    Raises DecodeError (``framing``) where the walk does not advance: the library would not stop there either.
    """
    size = raw.size
    if place + _GCOL.size > size:
        return
    signature, version, length = _GCOL.unpack(raw.read(place, _GCOL.size))
    if _unsound(signature, version, length, place, size):
        return
    data = raw.read(place, length)
    at = 16
    while at + 16 <= length:
        number, _, _, extent = _OBJECT.unpack_from(data, at)
        if number == 0 and extent < 16:
            problem = f"a free object of {extent} bytes in the heap at byte {place}, 16 are the least"
            raise by("heap_form", DecodeError(problem, category="framing"))
        at += 16 + ((extent + 7) & ~7) if number else extent


class _Heaps:
    """The collections that rows in sorted *order* refer to, one after another in `data`.

    `bad` is the first row that can't be read, and `error` says why; the search goes on after a fault, so
    that the rows before the first bad one are all known.
    """

    def __init__(self, addresses: NDArray[Any], order: NDArray[Any], raw: RawBytes, limits: Limits) -> None:
        self.order = order
        self.bad = len(order) + 1
        self.error: DecodeError | None = None
        first = np.flatnonzero(np.append(True, addresses[1:] != addresses[:-1]))
        unique = addresses[first]
        self.bounds = np.append(first, len(order))  # of each collection: its first row in sorted order
        self.begins = np.zeros(len(unique), np.int64)  # of each collection: its place in data
        self.sizes = np.zeros(len(unique), np.int64)  # 0 for a collection that is no good
        places = unique.tolist()
        self._measure(places, raw)
        checked_size(int(self.sizes.sum()), limits)
        self.data = self._fetch(places, raw)

    def note(self, row: int, error: DecodeError) -> None:
        """Remember *error* if no earlier row is bad."""
        if self.error is None or row < self.bad:
            self.bad, self.error = row, error

    def _measure(self, places: list[int], raw: RawBytes) -> None:
        size = raw.size
        total = behind = 0
        for which, place in enumerate(places):
            self.begins[which] = total
            length = 0
            fault: DecodeError | None
            if place + _GCOL.size > size:
                fault = _outside(place, size)
            elif place < behind:
                problem = f"the heap at byte {place} lies inside another one"
                fault = by("heap_form", DecodeError(problem, category="framing"))
            else:
                signature, version, length = _GCOL.unpack(raw.read(place, _GCOL.size))
                fault = _unsound(signature, version, length, place, size)
            if fault is not None:
                self.note(int(self.order[self.bounds[which] : self.bounds[which + 1]].min()), fault)
                continue
            self.sizes[which] = length
            total += length
            behind = place + length

    def _fetch(self, places: list[int], raw: RawBytes) -> bytes:
        """Read the collections; neighbours in the file in one go."""
        parts: list[bytes | memoryview] = []
        begin = end = 0
        for place, size in zip(places, self.sizes.tolist(), strict=True):
            if not size:
                continue
            if place != end:
                if end:
                    parts.append(raw.read(begin, end - begin))
                begin = place
            end = place + size
        parts.append(raw.read(begin, end - begin))
        return parts[0] if len(parts) == 1 and isinstance(parts[0], bytes) else b"".join(parts)  # copies

    def locate(self, index: NDArray[np.int64], sizes: NDArray[np.int64]) -> NDArray[np.int64]:
        """Offset in `data` of the object of each sorted row, its header checked.

        Objects mostly follow each other with indices that count up: their places are guessed by summing
        sizes, and the guess is checked against the headers in one comparison; where it fails, the
        collection is walked.
        """
        if not self.data:
            return np.zeros(len(index), np.int64)
        padded = 16 + ((sizes + 7) & ~7)
        heads = np.cumsum(padded) - padded
        rows = np.diff(self.bounds)
        firsts = self.bounds[:-1]
        found = [self._search(which, number) for which, number in enumerate(index[firsts].tolist())]
        heads += np.repeat(np.array(found, np.int64) - heads[firsts], rows)
        inside = heads + 16 + sizes <= np.repeat(self.begins + self.sizes, rows)
        words = np.frombuffer(self.data, "<u8")  # collections are whole numbers of 8 bytes, and so are objects
        at = np.where(inside, heads, 0) >> 3
        good = (
            inside & ((words[at] & np.uint64(0xFFFF)) == index.astype("<u8")) & (words[at + 1] == sizes.astype("<u8"))
        )
        for which in np.unique(np.searchsorted(firsts, np.flatnonzero(~good), side="right") - 1).tolist():
            if self.sizes[which]:
                self._walk(which, index, sizes, heads)
        self._prove_ends(words, heads, heads + padded)
        bodies: NDArray[np.int64] = heads + 16
        return bodies

    def _prove_ends(self, words: NDArray[np.uint64], heads: NDArray[np.int64], ends: NDArray[np.int64]) -> None:
        """Another object or free space must stand behind each object, else its bytes were not written to their end.

        A killed program, or one that is just writing, has a collection on disk up to some page: the header of an
        object may be new where its last bytes are still the zeros of free space, and no checksum tells of it.
        """
        loose = np.flatnonzero(np.append(ends[:-1] != heads[1:], True))  # the others have the next row behind them
        limits = np.repeat(self.begins + self.sizes, np.diff(self.bounds))[loose]
        inside = ends[loose] + 16 <= limits  # less than a header is free space without one
        loose, limits = loose[inside], limits[inside]
        at = ends[loose] >> 3
        extents = words[at + 1]
        room = (limits - ends[loose]).astype("<u8")
        torn = ((words[at] & np.uint64(0xFFFF)) == 0) & ((extents > room) | (extents < 16))
        for row in loose[torn].tolist():
            problem = (
                "neither an object nor free space stands behind the row's bytes: they were not written to their end"
            )
            self.note(int(self.order[row]), by("heap_form", DecodeError(problem, category="framing")))

    def _search(self, which: int, wanted: int) -> int:
        """Offset of the header of object *wanted* in a collection; of its first object where it is not there."""
        begin = int(self.begins[which]) + 16
        end = begin + int(self.sizes[which]) - 32
        at, data, unpack = begin, self.data, _OBJECT.unpack_from
        while at <= end:
            number, _, _, size = unpack(data, at)
            if number == wanted:
                return at
            if number == 0:
                break
            at += 16 + ((size + 7) & ~7)
        return begin

    def _walk(self, which: int, index: NDArray[np.int64], sizes: NDArray[np.int64], heads: NDArray[np.int64]) -> None:
        """Find the objects of one collection one by one, where the guess failed."""
        table: dict[int, tuple[int, int]] = {}
        begin = int(self.begins[which]) + 16
        end = begin + int(self.sizes[which]) - 16
        at = begin
        while at + 16 <= end:
            number, _, _, size = _OBJECT.unpack_from(self.data, at)
            if number == 0:
                break
            table.setdefault(number, (at, size))
            at += 16 + ((size + 7) & ~7)
        for row in range(int(self.bounds[which]), int(self.bounds[which + 1])):
            number, size = int(index[row]), int(sizes[row])
            found, held = table.get(number, (begin, -1))
            heads[row] = found
            fault: DecodeError | None = None
            if held < 0:
                fault = by("heap_index", DecodeError(f"the heap has no object {number}"))
            elif found + 16 + held > end:
                problem = f"heap object {number} of {held} bytes passes the end of its heap"
                fault = by("heap_size", DecodeError(problem, category="size"))
            elif held != size:
                problem = f"the row asks for {size} bytes, heap object {number} has {held}"
                fault = by("heap_length", DecodeError(problem, category="size"))
            if fault is not None:
                self.note(int(self.order[row]), fault)


def _unsound(signature: bytes, version: int, length: int, place: int, size: int) -> DecodeError | None:
    if signature != b"GCOL" or version != 1:
        problem = f"a heap (GCOL, version 1) is expected at byte {place}, found {signature!r}, version {version}"
        return by("heap_form" if place else "heap_address", DecodeError(problem, category="framing"))
    if length < 32 or length % 8 or place + length > size:
        problem = f"the heap at byte {place} declares {length} bytes, the file has {size}"
        return by("heap_size", DecodeError(problem, category="size"))
    return None


def _outside(place: int, size: int) -> DecodeError:
    problem = f"the row refers to a heap at byte {place}, the file has {size} bytes"
    return by("heap_address", DecodeError(problem, category="size"))
