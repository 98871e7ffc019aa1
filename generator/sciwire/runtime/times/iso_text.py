"""Numbers of a time unit to columns of ISO 8601 text in UTC."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..errors import EncodeError
from ..textfields._cells import BLANK, Bytes
from ._calendar import DAY, FIRST_DAY, LAST_DAY, civil
from ._unit import TimeUnit
from .convert import Numbers, from_unit, to_unit

__all__ = ["TIME_WIDTHS", "format_iso"]

_Ints = NDArray[np.int64]
_SECOND = 1_000_000_000

# minutes, seconds, milliseconds, microseconds, nanoseconds, each with one blank behind it
TIME_WIDTHS = (17, 20, 24, 27, 30)
_PATTERN = np.frombuffer(b"0000-00-00T00:00:00.000000000", np.uint8)


def format_iso(values: Numbers, unit: TimeUnit, width: int | None = None, *, exact: bool = True) -> Bytes:
    """Format *values* (n,) of *unit* as ``YYYY-MM-DDThh:mm[:ss[.f...]]``, uint8 (n, width), blanks behind.

    The text is what of the 29 characters down to the nanosecond fits ``width - 1``, at least the date.
    Without *width* it is the narrowest of `TIME_WIDTHS` whose text names the same numbers again, for
    every value. Fill values are asterisks and one blank. A leap second has the second 60.

    exact : a number that the text would not name again is an `EncodeError` (category ``constraint``);
        with False it is rounded, and years beyond 0000 to 9999 or too narrow fields become asterisks.
    """
    array: Numbers = np.asarray(values)
    days, ns, valid = from_unit(array, unit)
    if width is not None and width < 1:
        raise EncodeError(f"a field is at least 1 byte wide, got {width}", category="size")
    candidates = TIME_WIDTHS if width is None else (width,)
    columns = next((some for some in candidates if not _lost(array, unit, days, ns, valid, some).any()), candidates[-1])
    if exact and (lost := _lost(array, unit, days, ns, valid, columns)).any():
        raise EncodeError(
            f"{array[lost][0]} {unit.name} can't be written exactly as a time of {columns - 1} characters"
        )
    days, ns = _rounded(days, ns, _resolution(columns))
    return _texts(days, ns, valid, columns)


_DATE, _MINUTE, _TO_SECOND = 10, 16, 19


def _resolution(width: int) -> int:
    """Return the ns that the last digit of a text of ``width - 1`` characters stands for."""
    length = min(width - 1, len(_PATTERN))
    if length > _TO_SECOND + 1:
        return int(10 ** (len(_PATTERN) - length))
    return _SECOND if length >= _TO_SECOND else 60 * _SECOND if length >= _MINUTE else DAY


def _rounded(days: _Ints, ns: _Ints, resolution: int) -> tuple[_Ints, _Ints]:
    """Round instants (n,) to the nearest multiple of *resolution* in their day."""
    rounded = (ns + resolution // 2) // resolution * resolution
    leap = (ns >= DAY) & (rounded < DAY + _SECOND) & (resolution <= _SECOND)
    over = (rounded >= DAY) & ~leap
    past = np.where(ns >= DAY, rounded, rounded - DAY)
    return np.where(over, days + 1, days), np.where(over, np.where(ns >= DAY, 0, past), rounded)


def _lost(
    array: Numbers, unit: TimeUnit, days: _Ints, ns: _Ints, valid: NDArray[np.bool_], width: int
) -> NDArray[np.bool_]:
    """Return which valid numbers (n,) the text of their instants in *width* bytes would not name again."""
    if width <= _DATE:
        return valid
    days, ns = _rounded(days, ns, _resolution(width))
    inside = _printable(days, ns)
    same: NDArray[np.bool_] = to_unit(np.where(inside, days, 0), np.where(inside, ns, 0), unit) == array
    if array.dtype.kind in "iu" and not unit.integer:
        same &= (array <= 2**53) & (array >= -(2**53))  # beyond, doubles would stand for other integers
    return valid & ~(same & inside)


def _printable(days: _Ints, ns: _Ints) -> NDArray[np.bool_]:
    return (days >= FIRST_DAY) & (days <= LAST_DAY) & (ns < DAY + _SECOND)


def _texts(days: _Ints, ns: _Ints, valid: NDArray[np.bool_], width: int) -> Bytes:
    fields = np.full((len(days), width), BLANK, np.uint8)
    length = min(width - 1, len(_PATTERN))
    if length <= _TO_SECOND + 1:  # end with a whole part
        length = next(stop for stop in (_TO_SECOND, _MINUTE, _DATE, 0) if length >= stop)
    good = valid & _printable(days, ns) & (width > _DATE)
    days, ns = np.where(good, days, 0), np.where(good, ns, 0)
    text = np.tile(_PATTERN, (len(days), 1))
    seconds, fraction = np.divmod(ns, _SECOND)
    hour = np.minimum(seconds, 86399) // 3600
    minute = np.minimum(seconds, 86399) // 60 % 60
    year, month, day = civil(days)
    parts = ((year, 0, 4), (month, 5, 2), (day, 8, 2), (hour, 11, 2), (minute, 14, 2))
    for number, start, places in (*parts, (seconds - (hour * 60 + minute) * 60, 17, 2), (fraction, 20, 9)):
        for place in range(places - 1, -1, -1):
            rest = number // 10
            text[:, start + place] += (number - rest * 10).astype(np.uint8)
            number = rest
    fields[:, :length] = text[:, :length]
    stars = np.flatnonzero(~good)
    fields[stars] = BLANK
    fields[stars, : width - 1] = ord("*")
    return fields
