"""Columns of whole numbers as hexadecimal text: ``0x``, digits, one blank.

Up to 8 digits are the bits of a 4-byte integer, 9 to 16 those of an 8-byte integer, both in two's
complement: ``0xffffffff`` is -1 and ``0x00000000ffffffff`` is 4294967295. Leading zeros count.
"""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

from ..errors import EncodeError
from ._cells import BLANK, Bytes, blocks, checked_fields, each_odd, stage, trimmed
from ._digits import field_width

__all__ = ["format_hex", "parse_hex"]

_PREFIX, _BLANK_AFTER = 2, 1
_LETTERS = np.frombuffer(b"0123456789abcdef", np.uint8)
_HEX = re.compile(rb"([+-]?+)(?:0[xX])?+([0-9a-fA-F]++)")


def parse_hex(fields: Bytes, *, fill: int = 0, bad: NDArray[np.bool_] | None = None) -> NDArray[np.int64]:
    """Parse *fields* (n, width) of hexadecimal text into int64 (n,); the ``0x`` and the blanks are optional.

    Text that is no such number, or has more than 16 digits without leading zeros, gives *fill* and sets
    *bad* (bool (n,), optional).
    Raises `TypeError` for arrays of another type or rank.
    """
    rows, width = checked_fields(fields).shape
    values = np.full(rows, fill, np.int64)
    if bad is not None:
        bad[...] = True
    for block in blocks(rows, width):
        good = _parse_block(fields[block], values[block])
        if bad is not None:
            bad[block] = ~good
    return values


def _parse_block(fields: Bytes, values: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Parse the rows that have ``0x`` and digits where the first row has them, then the others one text at a time."""
    good = np.zeros(len(fields), np.bool_)
    staged = stage(fields)
    cells = fields if staged is None else staged[0]
    if staged is not None and (match := _HEX.fullmatch(trimmed(cells[0].tobytes()))):
        digits = len(match[2])
        if not match[1] and digits <= 16:
            good = _parse_uniform(cells, digits, len(match[0]) > digits, values)
    odd = np.flatnonzero(~good)

    def found(text: bytes, indices: NDArray[np.intp]) -> None:
        number = _parse_text(text)
        if number is not None:
            values[odd[indices]] = number
            good[odd[indices]] = True

    if len(odd):
        each_odd(cells[odd], found)
    return good


def _parse_uniform(cells: Bytes, digits: int, prefixed: bool, values: NDArray[np.int64]) -> NDArray[np.bool_]:
    start = cells.shape[1] - digits
    lower = cells[:, start:] | np.uint8(32)  # also makes digits of 0x10..0x19, which are refused below
    nibbles = np.minimum(lower - np.uint8(48), lower - np.uint8(87))
    letters = (lower >= 97) & (lower <= 102)
    numerals = (cells[:, start:] >= 48) & (cells[:, start:] <= 57)
    good = np.asarray((letters | numerals).all(axis=1))
    if prefixed:
        good &= (cells[:, start - 2] == 48) & ((cells[:, start - 1] | np.uint8(32)) == 120)
        start -= 2
    good &= (cells[:, :start] <= BLANK).all(axis=1)
    total = np.zeros(len(cells), np.uint64)
    for place in range(digits):
        total = (total << np.uint64(4)) | nibbles[:, place]
    signed = total.astype(np.uint32).view(np.int32).astype(np.int64) if digits <= 8 else total.view(np.int64)
    np.copyto(values, signed, where=good)
    return good


def _parse_text(text: bytes) -> int | None:
    match = _HEX.fullmatch(text)
    if match is None:
        return None
    digits = match[2] if len(match[2]) <= 16 else match[2].lstrip(b"0").rjust(16, b"0")
    if len(digits) > 16:
        return None
    number, bits = int(digits, 16), 32 if len(digits) <= 8 else 64
    if match[1]:  # a sign stands for itself, the digits are then a magnitude
        number = -number if match[1] == b"-" else number
        return number if -(1 << 63) <= number < 1 << 63 else None
    return number - (1 << bits) if number >> (bits - 1) else number


def format_hex(values: NDArray[np.integer], width: int | None = None) -> Bytes:
    """Format int64-compatible *values* (n,) as ``0x``, zero-padded lower-case digits and a blank, uint8 (n, width).

    Without *width*: 11 bytes (8 digits) where all values are 4-byte integers, else 19 (16 digits).
    A value that these digits would not read back as itself is an `EncodeError` (category ``size``).
    """
    array = np.asarray(values)
    least, most = (int(array.min()), int(array.max())) if len(array) else (0, 0)
    narrow = least >= -(1 << 31) and most < 1 << 31
    columns = field_width(_PREFIX + (8 if narrow else 16), width)
    digits = columns - _PREFIX - _BLANK_AFTER
    lowest, highest = _range(digits)
    if digits < 1 or least < lowest or most > highest:
        wrong = least if least < lowest else most
        raise EncodeError(f"a field of {columns} bytes can't hold {wrong} as hexadecimal digits", category="size")
    fields = np.full((len(array), columns), BLANK, np.uint8)
    fields[:, 0], fields[:, 1], fields[:, 2 : 2 + digits] = ord("0"), ord("x"), ord("0")
    bits = array.astype(np.int64).view(np.uint64)
    for place in range(min(digits, 16)):
        nibble = (bits >> np.uint64(4 * place)) & np.uint64(15)
        fields[:, columns - 2 - place] = _LETTERS[nibble.astype(np.intp)]
    return fields


def _range(digits: int) -> tuple[int, int]:
    """Return the least and greatest number that so many digits read back as themselves."""
    if digits >= 16:
        return -(1 << 63), (1 << 63) - 1
    if digits == 8:
        return -(1 << 31), (1 << 31) - 1
    return 0, (1 << 4 * max(digits, 0)) - 1
