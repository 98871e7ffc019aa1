"""Blocks of text fields as matrices of bytes, and the bit tricks that work on a whole block at once.

Rule 1: a block of rows is staged into a matrix of 8, 16, 32 or 64 columns, right-aligned, blanks in
front, so that a class of characters ("is a digit") packs into one unsigned word a row.
Rule 2: bit 0 of a word is the last column.
Rule 3: `np.where` on bytes is slow (one branch a byte); products with 0/1 do the same at full speed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "BLANK",
    "FEW",
    "Bytes",
    "Words",
    "blocks",
    "checked_fields",
    "each_odd",
    "eight_digits",
    "equal_to_row",
    "pack",
    "position_or_zero",
    "right_align",
    "shortened",
    "stage",
    "trimmed",
    "unpack",
]

Bytes = NDArray[np.uint8]  # (n, width)
Words = NDArray[Any]  # (n,), unsigned, one bit a column

T = TypeVar("T", bound=np.generic)

BLANK = 0x20
#: So many rows are read and written one by one in less time than the some hundred numpy calls of a block take.
FEW = 4
# Long blocks spread the cost of some hundred numpy calls, which is a microsecond each; short ones keep the temporaries
# (fifteen times the bytes of a block) small beside the payload.
_BLOCK_BYTES = 1 << 18
_LEAST_ROWS = 8192
_WORDS: dict[int, type[np.unsignedinteger[Any]]] = {8: np.uint8, 16: np.uint16, 32: np.uint32, 64: np.uint64}


def checked_fields(fields: Bytes) -> Bytes:
    """Return *fields* if it is a 2-D uint8 array; anything else is the caller's mistake (`TypeError`)."""
    if not isinstance(fields, np.ndarray) or fields.dtype != np.uint8 or fields.ndim != 2:
        raise TypeError(f"expected a uint8 array of shape (n, width), got {_kind(fields)}")
    return fields


def _kind(thing: object) -> str:
    return f"{thing.dtype} of shape {thing.shape}" if isinstance(thing, np.ndarray) else type(thing).__name__


def blocks(rows: int, width: int) -> Iterator[slice]:
    """Cut *rows* into slices of so many rows of *width* bytes that temporaries stay small."""
    step = max(1, min(max(rows // 8, _LEAST_ROWS), _BLOCK_BYTES // max(width, 16)))
    for start in range(0, rows, step):
        yield slice(start, min(start + step, rows))


def stage(fields: Bytes) -> tuple[Bytes, Words] | None:
    """Copy a block right-aligned into a matrix of 8, 16, 32 or 64 columns; None where it is wider than 64.

    Returns the matrix (n, columns), whose rows end in a character that is not blank (<= 0x20), except
    blank rows, and the words (n,) that mark the characters that are not blank. Of wider fields, columns
    at either end that are blank in every row are dropped first.
    """
    if fields.shape[1] > 64:
        used = np.flatnonzero((fields > BLANK).any(axis=0))
        fields = fields[:, used[0] : used[-1] + 1] if len(used) else fields[:, :0]
    width = fields.shape[1]
    if width > 64:
        return None
    columns = next(columns for columns in _WORDS if columns >= width)
    cells = np.zeros((len(fields), columns), np.uint8)  # NUL is a blank
    _copy(cells, fields)
    nonblank = pack(cells > BLANK)
    shift = position_or_zero(nonblank & (~nonblank + nonblank.dtype.type(1)))
    if len(shift) > 1:
        # Most rows end in the same column, so move all by what all can bear, then the rest row by row.
        least = int(np.where(nonblank != 0, shift, 64).min())
        common = shift[:1] * 0 + (least if least < 64 else 0)
        right_align(cells, common)
        _align_rest(cells, np.maximum(shift - common, 0))
    else:
        right_align(cells, shift)
    return cells, nonblank >> shift.astype(nonblank.dtype)


def _copy(cells: Bytes, fields: Bytes) -> None:
    """Copy *fields* (n, width) into the last columns of *cells*, eight bytes at a time where that is possible."""
    width = fields.shape[1]
    if width < 8 or fields.strides[1] != 1:
        cells[:, cells.shape[1] - width :] = fields
        return
    lanes = cells.view("<u8")
    lane = lanes.shape[1]
    for stop in range(width, 7, -8):
        lane -= 1
        lanes[:, lane] = fields[:, stop - 8 : stop].view("<u8")[:, 0]  # reinterprets bytes, aligned or not
    if rest := width % 8:
        np.left_shift(fields[:, :8].view("<u8")[:, 0], np.uint64(64 - 8 * rest), out=lanes[:, lane - 1])


def _align_rest(cells: Bytes, shift: NDArray[np.int64]) -> None:
    rows = np.flatnonzero(shift)
    if len(rows) * 4 > len(shift):
        right_align(cells, shift)
    elif len(rows):
        part = cells[rows]
        right_align(part, shift[rows])
        cells[rows] = part


def pack(flags: NDArray[np.bool_]) -> Words:
    """Pack flags (n, columns) into one word a row; the last column is bit 0."""
    rows, columns = flags.shape
    word = np.dtype(_WORDS[columns])
    packed: Words = np.packbits(flags.reshape(-1)).view(word.newbyteorder(">")).astype(word)
    return packed.reshape(rows)


def unpack(words: Words) -> Bytes:
    """Unpack words (n,) into 0 and 1 (n, columns), the reverse of `pack`."""
    big = words.astype(words.dtype.newbyteorder(">"))
    return np.unpackbits(big.view(np.uint8)).reshape(len(words), words.dtype.itemsize * 8)


def position_or_zero(single: Words) -> NDArray[np.int64]:
    """Return the bit number of words (n,) that have exactly one bit set, 0 for 0; (1,) where all are alike."""
    # a power of two is exact in binary64 and its exponent field is the bit number
    exponents: NDArray[np.int64] = shortened(single).astype(np.float64).view(np.int64) >> 52
    return np.maximum(exponents, 1023) - 1023


def shortened(values: NDArray[T]) -> NDArray[T]:
    """Return *values* as (1,) where all are equal: later steps then broadcast instead of computing."""
    return values[:1] if len(values) and (values == values[0]).all() else values


def right_align(cells: Bytes, shift: NDArray[np.int64]) -> None:
    """Move each row of *cells* (n, columns), contiguous, right by its *shift* (columns), in place.

    *shift* has shape (n,) or (1,). The last *shift* bytes of each row must be blank or zero; what
    enters on the left is blank or zero as well.
    """
    if len(shift) == 1:
        by = int(shift[0])
        if by:
            # As one run of bytes: what leaves a row enters the next one, and is blank or zero by contract.
            flat = cells.reshape(-1)
            flat[by:] = flat[:-by].copy()
            flat[:by] = 0
        return
    u = np.uint64
    lanes = cells.view("<u8")
    bits = shift.astype(u) << u(3)
    for lane in range(lanes.shape[1] - 1, -1, -1):
        # A shift by 64 or more (a negative one wraps to that) gives 0, so one of each pair falls away.
        moved = lanes[:, lane] << bits
        for back in range(1, lane + 1):
            source, whole = lanes[:, lane - back], u(64 * back)
            moved |= source >> (whole - bits)
            moved |= source << (bits - whole)
        lanes[:, lane] = moved


def eight_digits(digits: Bytes) -> NDArray[np.uint64]:
    """Return the numbers (n, columns/8) that each eight bytes 0..9 of *digits* spell, first byte first; in their place."""
    u = np.uint64
    lanes = digits.view("<u8").astype(u, copy=False)
    scratch = lanes >> u(8)
    lanes *= u(10)
    lanes += scratch  # two digits in every other byte
    np.right_shift(lanes, u(16), out=scratch)
    low = u(0x000000FF000000FF)
    lanes &= low
    lanes *= u(100 + (1000000 << 32))
    scratch &= low
    scratch *= u(1 + (10000 << 32))
    lanes += scratch
    lanes >>= u(32)
    return lanes


def each_odd(rows: Bytes, found: Callable[[bytes, NDArray[np.intp]], None]) -> None:
    """Call ``found(text, indices)`` for every distinct row of *rows* (n, width), trimmed of bytes <= 0x20.

    Rows that repeat (blank, ``NaN``, asterisks) are found by comparing whole columns; only when few
    rows are alike does one Python step a row begin.
    """
    left = np.arange(len(rows))
    while len(left):
        alike = left[len(left) // 2]  # one from the middle: the first row of a block may be a special one
        same = equal_to_row(rows if len(left) == len(rows) else rows[left], rows[alike])
        if len(left) > 8 and np.count_nonzero(same) * 16 < len(left):
            break
        found(trimmed(rows[alike].tobytes()), left[same])
        left = left[~same]
    seen: dict[bytes, list[int]] = {}
    for index in left.tolist():
        seen.setdefault(trimmed(rows[index].tobytes()), []).append(index)
    for text, indices in seen.items():
        found(text, np.array(indices, np.intp))


def equal_to_row(rows: Bytes, row: Bytes) -> NDArray[np.bool_]:
    """Return which rows of *rows* (n, width) are the same bytes as *row* (width,)."""
    width = rows.shape[1]
    if width < 8 or rows.strides[1] != 1:
        return np.asarray((rows == row).all(axis=1))
    same = np.ones(len(rows), np.bool_)
    for start in (*range(0, width - 8, 8), width - 8):  # eight bytes a comparison
        same &= rows[:, start : start + 8].view(np.uint64)[:, 0] == row[start : start + 8].copy().view(np.uint64)[0]
    return same


_BLANKS = bytes(range(0x21))


def trimmed(text: bytes) -> bytes:
    """Drop bytes <= 0x20 at both ends."""
    return text.strip(_BLANKS)
