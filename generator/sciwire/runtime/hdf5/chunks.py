"""The stored bytes of a one-dimensional dataset, chunk by chunk, filters undone here.

Only datasets of references are read this way (`heap`): h5py's own read of variable-length rows leaks,
and makes an object of every row. Filters that are not known here raise `Unusual`; the caller then
leaves the dataset to h5py. HDF5 File Format Specification 3.0, section IV.A.2.l (filter pipeline).
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import DecodeError
from ..limits import Limits, checked_size, product
from .heap import REFERENCE
from .source import Source

__all__ = ["Unusual", "prove_chunks", "read_references", "stored_rows", "undoing"]

DEFLATE, SHUFFLE, FLETCHER32 = 1, 2, 3
_DEFLATE_RATIO = 1040  # deflate can't shrink more than this, so a chunk can't grow more
_FEW = 32  # so many chunks are looked up one by one, more by one walk over the index


class Unusual(Exception):  # noqa: N818 - it is a turn, not an error
    """The dataset is stored in a way that is left to h5py."""


def read_references(dataset: Any, rows: NDArray[np.int64], source: Source, limits: Limits) -> NDArray[Any]:
    """Return the references of *rows* ((n,), ascending) of a one-dimensional *dataset*, ((n,) of `REFERENCE`).

    Only chunks that hold such rows are fetched. Rows whose chunk was never written are empty (length 0).

    Raises
    ------
    DecodeError : a chunk lies outside the file, or does not decompress to its size.
    LimitError : the table or one chunk of it is larger than ``limits.total_bytes``.
    Unusual : not chunked and not contiguous, or a filter that is not known here.
    """
    size = REFERENCE.itemsize
    checked_size(len(rows) * size, limits)
    if not source.block.plain or len(dataset.shape) != 1:
        raise Unusual("addresses do not count from the file's start")
    if not len(rows):
        return np.zeros(0, REFERENCE)
    if dataset.chunks is None:
        offset = dataset.id.get_offset()
        if offset is None:
            raise Unusual("compact storage, or none")
        first, last = int(rows[0]), int(rows[-1]) + 1
        whole = np.frombuffer(source.raw.read(offset + first * size, (last - first) * size), REFERENCE)
        return whole[rows - first]
    result = np.zeros(len(rows), REFERENCE)
    per_chunk = int(dataset.chunks[0])
    undo = undoing(dataset, checked_size(per_chunk * size, limits))
    for begin, mask, place, length in _stored(dataset, _firsts(rows, per_chunk)):
        chunk = np.frombuffer(undo(bytes(source.raw.read(place, length)), mask), REFERENCE)
        low, high = np.searchsorted(rows, (begin, begin + per_chunk))
        result[low:high] = chunk[rows[low:high] - begin]
    return result


def stored_rows(dataset: Any) -> int:
    """Up to which row chunks of the dataset are stored, at most as many as it has.

    The length may reach the disk before what leads to the first chunks, so that rows look empty that are not.
    """
    length = int(dataset.shape[0])
    if dataset.chunks is None or not length:
        return length
    per_chunk = dataset.chunks[0]
    end = 0

    def look(info: Any) -> None:
        nonlocal end
        end = max(end, int(info.chunk_offset[0]) + per_chunk)

    last = ((length - 1) // per_chunk * per_chunk, *(0 for _ in dataset.shape[1:]))
    if dataset.id.get_num_chunks():
        if dataset.id.get_chunk_info_by_coord(last).byte_offset is not None:
            return length
        dataset.id.chunk_iter(look)
    return min(end, length)


def _firsts(rows: NDArray[np.int64], per_chunk: int) -> NDArray[np.int64]:
    """First rows of the chunks that hold *rows* (ascending)."""
    low, high = int(rows[0]) // per_chunk, int(rows[-1]) // per_chunk
    if int(rows[-1]) - int(rows[0]) < 2 * len(rows):  # few gaps: a chunk too many costs less than to sort them out
        return np.arange(low, high + 1) * per_chunk
    return np.unique(rows // per_chunk) * per_chunk


def prove_chunks(dataset: Any, source: Source) -> None:
    """Undo the filters of every chunk of a dataset of any rank, to say of a failure in HDF5 what was wrong.

    Raises
    ------
    DecodeError : with category ``compression``, ``checksum`` or ``size``. Nothing is raised for filters that
        are not known here.
    """
    if dataset.chunks is None or not source.block.plain:
        return
    try:
        undo = undoing(dataset, product(dataset.chunks) * int(dataset.dtype.itemsize))
    except Unusual:
        return
    found: list[Any] = []
    dataset.id.chunk_iter(found.append)
    for info in found:
        if info.byte_offset is not None:
            undo(bytes(source.raw.read(int(info.byte_offset), int(info.size))), int(info.filter_mask))


def _stored(dataset: Any, firsts: NDArray[np.int64]) -> list[tuple[int, int, int, int]]:
    """First row, filter mask, address and length of those of the chunks that are stored."""
    found: list[tuple[int, int, int, int]] = []
    wanted = set(firsts.tolist())

    def keep(info: Any) -> None:
        if info.byte_offset is not None and info.chunk_offset[0] in wanted:
            found.append((int(info.chunk_offset[0]), int(info.filter_mask), int(info.byte_offset), int(info.size)))

    if not dataset.id.get_num_chunks():
        return found
    if len(wanted) > _FEW:
        dataset.id.chunk_iter(keep)
        return found
    for first in firsts.tolist():
        keep(dataset.id.get_chunk_info_by_coord((first,)))
    return found


def undoing(dataset: Any, size: int) -> Callable[[bytes, int], bytes]:
    """Return what undoes the dataset's filters and checks that *size* bytes come out; `Unusual` where one is not known."""
    plist = dataset.id.get_create_plist()
    steps: list[tuple[int, int, tuple[int, ...]]] = []
    for which in range(plist.get_nfilters()):
        code, _, values, _ = plist.get_filter(which)
        if code not in (DEFLATE, SHUFFLE, FLETCHER32):
            raise Unusual(f"filter {code}")
        steps.append((which, code, values))

    def undo(data: bytes, mask: int) -> bytes:
        for which, code, values in reversed(steps):
            if mask >> which & 1:
                continue
            if code == DEFLATE:
                data = inflate(data, size + 8)
            elif code == SHUFFLE:
                data = unshuffle(data, values[0] if values else 1)
            else:
                data = checked_fletcher32(data)
        if len(data) != size:
            raise DecodeError(f"a chunk holds {len(data)} bytes, {size} are expected", category="size")
        return data

    return undo


def inflate(data: bytes, most: int) -> bytes:
    """Undo deflate; more than *most* bytes are an error, as is anything that zlib refuses."""
    if most > len(data) * _DEFLATE_RATIO + 64:
        raise DecodeError(
            f"a chunk of {len(data)} bytes can't hold the {most} bytes that it is declared to have", category="size"
        )
    engine = zlib.decompressobj()
    try:
        result = engine.decompress(data, most)
    except zlib.error as error:
        raise DecodeError(f"a chunk does not decompress: {error}", category="compression") from error
    if not engine.eof:
        raise DecodeError("a chunk's compressed data end too early or hold too much", category="compression")
    return result


def unshuffle(data: bytes, width: int) -> bytes:
    """Undo the byte shuffle of elements of *width* bytes; a rest that is no whole element stands as it is."""
    count = len(data) // width if width > 1 else 0
    whole = count * width
    if not whole:
        return data
    return np.frombuffer(data, np.uint8, whole).reshape(width, count).T.tobytes() + data[whole:]


def checked_fletcher32(data: bytes) -> bytes:
    """Take off the 4-byte checksum that HDF5 puts behind a chunk, after comparing it.

    The sum is that of H5_checksum_fletcher32: big-endian 16-bit words, an odd last byte in the high half.
    """
    body, stored = data[:-4], int.from_bytes(data[-4:], "little")
    words = np.frombuffer(body + b"\0" * (len(body) % 2), ">u2").astype(np.uint64)
    count = len(words)
    one = int(words.sum()) % 65535
    two = int((words * np.arange(count, 0, -1, dtype=np.uint64) % np.uint64(65535)).sum()) % 65535
    # the library folds carries in, so that a sum which is a multiple of 65535 is 65535 unless nothing was added
    one = 65535 if one == 0 and words.any() else one
    two = 65535 if two == 0 and words.any() else two
    found = two << 16 | one
    swapped = (found & 0xFF00FF00) >> 8 | (found & 0x00FF00FF) << 8  # the order of releases before 1.6.3
    if stored not in (found, swapped):
        raise DecodeError(f"a chunk's Fletcher-32 sum is {stored:08x}, its bytes give {found:08x}", category="checksum")
    return body
