"""A block of decimal numbers taken apart with a few dozen word operations a block, whatever the layout.

Grammar of the rows that are called *plain* (the rest is left to a slower, complete reader)::

    blank* [+-] digit* [. digit*] [(e|E) [+-] digit{1,4}] blank*      at least one digit before the e
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ._cells import Bytes, Words, eight_digits, pack, position_or_zero, right_align, shortened, unpack

__all__ = ["Scan", "scan"]


@dataclass(frozen=True, slots=True)
class Scan:
    """What the plain rows of a block say: ``(-1)**negative * mantissa * 10**power``; other rows hold rubbish."""

    plain: NDArray[np.bool_]  # (n,)
    negative: NDArray[np.bool_]  # (n,)
    mantissa: NDArray[np.uint64]  # (n,), below 10**19
    power: NDArray[np.int64]  # (n,), or (1,) where it is the same in every row
    integral: NDArray[np.bool_]  # (n,): neither point nor exponent


def scan(cells: Bytes, nonblank: Words) -> Scan:
    """Take apart staged rows *cells* (n, columns), of which *nonblank* (n,) marks the characters."""
    digits = cells - np.uint8(48)
    digit = pack(digits < 10)
    one = digit.dtype.type(1)
    point, minus = pack(cells == 46), pack(cells == 45)
    signs, mark = minus, np.zeros(1, digit.dtype)
    if (nonblank & ~(digit | point | minus)).any():
        signs = minus | pack(cells == 43)
        mark = pack((cells | np.uint8(32)) == 101)  # e or E

    after_mark = mark - (mark != 0)  # all columns right of the e; none where there is no e
    exponent = nonblank & after_mark
    number = nonblank & ~(mark | after_mark)
    start = nonblank ^ (nonblank >> one)  # the first character of the run that ends in bit 0
    number_digits = digit & number
    exponent_digits = digit & exponent
    plain = (nonblank & (nonblank + one)) == 0
    plain &= number_digits != 0
    plain &= (nonblank & ~(digit | point | signs | mark)) == 0
    plain &= (signs & ~(start | (mark >> one))) == 0
    plain &= (point & (point - one)) | (mark & (mark - one)) | (point & ~number) == 0
    plain &= (mark == 0) | ((exponent_digits != 0) & (exponent_digits >> digit.dtype.type(4) == 0))

    whole = number_digits & ~(point - one)  # empty where there is no point: all digits are then right of it
    last, dot = shortened(number & (~number + one)), shortened(point)
    mantissa_digits = digits * (unpack(number_digits) if mark.any() else digits < 10)
    _close_the_gap(mantissa_digits, whole)
    power = -position_or_zero(dot)
    if power.any():
        power = np.where(dot == 0, 0, power + position_or_zero(last))
    if mark.any():
        right_align(mantissa_digits, position_or_zero(last))
        power = power + _exponent(digits, exponent_digits, minus & (mark >> one))
    mantissa, fits = _mantissa(mantissa_digits)
    return Scan(
        plain=plain & fits,
        negative=(minus & start) != 0,
        mantissa=mantissa,
        power=shortened(power),
        integral=(point | mark) == 0,
    )


def _close_the_gap(digits: Bytes, whole: Words) -> None:
    """Move the digits before the point, marked by *whole*, onto its column, in place."""
    if whole.any():
        before = digits * unpack(whole)
        digits -= before
        # as one run of bytes: the last column is never left of a point, so nothing crosses into the next row
        digits.reshape(-1)[1:] += before.reshape(-1)[:-1]


def _mantissa(digits: Bytes) -> tuple[NDArray[np.uint64], NDArray[np.bool_]]:
    """Join the lanes of eight digits; the second result is False where there are more than 19 digits."""
    lanes = eight_digits(digits)
    mantissa = lanes[:, -1].copy()
    fits = np.ones(len(lanes), np.bool_)
    if lanes.shape[1] > 1:
        mantissa += lanes[:, -2] * np.uint64(10**8)
    if lanes.shape[1] > 2:
        fits &= (lanes[:, -3] < 1000) & ~lanes[:, :-3].any(axis=1)
        mantissa += (lanes[:, -3] % np.uint64(1000)) * np.uint64(10**16)
    return mantissa, fits


def _exponent(digits: Bytes, places: Words, negative: Words) -> NDArray[np.int64]:
    """Return the signed exponents; at most four digits count, more make the row not plain."""
    kept = _KEEP.take(shortened(places & places.dtype.type(15)).astype(np.intp))
    value = digits.view("<u4")[:, -1] & kept
    value = (value * np.uint32(10) + (value >> np.uint32(8))) & np.uint32(0x00FF00FF)
    value = (value * np.uint32(100) + (value >> np.uint32(16))) & np.uint32(0xFFFF)
    signs = np.int32(1) - np.int32(2) * (negative != 0).astype(np.int32)
    return shortened(value.view(np.int32) * signs).astype(np.int64)


# Of the last four columns, read as one little-endian word, the bytes that four flags keep (bit 0: the last column).
_KEEP = np.array([sum(0xFF << 8 * (3 - bit) for bit in range(4) if flags >> bit & 1) for flags in range(16)], np.uint32)
