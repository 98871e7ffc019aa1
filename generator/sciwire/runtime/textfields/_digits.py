"""Integers to columns of decimal digits, and the widths of fields."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..errors import EncodeError
from ._cells import BLANK, Bytes

__all__ = ["ZERO", "decimal_digits", "field_width", "number_lengths", "put_whole_numbers", "too_narrow"]

ZERO = 48


def decimal_digits(magnitude: NDArray[np.uint64], places: int) -> Bytes:
    """Return the last *places* digits of *magnitude* (n,) as digits 0..9 (n, places), leading zeros included."""
    digits = np.empty((len(magnitude), places), np.uint8)
    rest, ten = magnitude, np.uint64(10)
    for place in range(places - 1, -1, -1):
        shorter = rest // ten
        digits[:, place] = rest - shorter * ten
        rest = shorter
    return digits


def put_whole_numbers(
    fields: Bytes, rows: NDArray[np.intp], magnitude: NDArray[np.uint64], negative: NDArray[np.bool_], end: int
) -> None:
    """Write whole numbers into *fields* (n, width) at *rows*, ending before column *end*; they must fit.

    magnitude : uint64 (len(rows),); negative : bool (len(rows),), also true of -0.
    """
    places = len(str(int(magnitude.max()))) if len(magnitude) else 0
    digits = decimal_digits(magnitude, places)
    seen = digits != 0
    np.logical_or.accumulate(seen, axis=1, out=seen)
    if places:
        seen[:, -1] = True
    lead = places - np.count_nonzero(seen, axis=1)
    digits += np.uint8(ZERO)
    digits *= seen
    digits += np.uint8(BLANK) * ~seen
    minus = np.flatnonzero(negative)
    first = np.maximum(end - places, 0)
    fields[rows, first:end] = digits[:, places - (end - first) :]
    fields[rows[minus], end - places + lead[minus] - 1] = ord("-")


def field_width(longest: int, width: int | None) -> int:
    """Return the width to use: *width*, or room for the *longest* text and one separating blank."""
    if width is None:
        return max(longest, 1) + 1
    if width < 1:
        raise EncodeError(f"a field is at least 1 byte wide, got {width}", category="size")
    return width


def too_narrow(width: int, text: str) -> EncodeError:
    """Return the error for a field of *width* bytes that can't hold *text* exactly."""
    return EncodeError(f"a field of {width} bytes can't hold {text} exactly, which takes {len(text)}", category="size")


_TENS = np.array([10**power for power in range(1, 20)], np.uint64)


def number_lengths(magnitude: NDArray[np.uint64]) -> NDArray[np.intp]:
    """Return how many decimal digits each of *magnitude* (n,) has; 1 for zero."""
    return np.searchsorted(_TENS, magnitude, side="right") + 1
