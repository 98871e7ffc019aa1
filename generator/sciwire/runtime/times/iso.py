"""Columns of ISO 8601 times as fixed-width text to days and nanoseconds.

Layouts that are read, with blanks around them: dates ``2003-09-09``, ``2003-252`` (day of the year),
``20030909`` and ``2003252``; then nothing, or ``T`` or blanks and ``hh``, ``hh:mm``, ``hh:mm:ss``,
``hh:mm:ss.f...`` (the colons may be missing throughout), then nothing or ``Z``. All times are UTC.
``24:00`` is the next day's midnight and a second 60 runs over into the next minute. Years are 0000 to
9999, proleptic Gregorian. Anything else is marked as not valid.

Rows whose characters are of the same kinds ("digit" or this very character) are parsed together.
"""

from __future__ import annotations

import re
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from ..textfields._cells import BLANK, Bytes, blocks, checked_fields, each_odd
from ._calendar import DAY, days_of

__all__ = ["parse_iso"]

_Ints = NDArray[np.int64]
_SECOND = 1_000_000_000


def parse_iso(fields: Bytes, *, keep_leap: bool = False) -> tuple[_Ints, _Ints, NDArray[np.bool_]]:
    """Parse *fields* (n, width) into (days since 1970-01-01, ns of day, valid), each (n,), int64 and bool.

    Rows that are no time (blank, asterisks, dates that do not exist) have valid False and 0 for both
    numbers. Digits beyond the nanosecond round to the nearest one.

    keep_leap : leave 23:59:60.x on its day, with an ns of day from 86,400,000,000,000 on, as units that
        count leap seconds need it; without it such a time is the next day's first second.
    Raises `TypeError` for arrays of another type or rank.
    """
    rows, width = checked_fields(fields).shape
    days, ns = np.zeros(rows, np.int64), np.zeros(rows, np.int64)
    valid = np.zeros(rows, np.bool_)
    for block in blocks(rows, width):
        _parse_block(fields[block], days[block], ns[block], valid[block], keep_leap)
    return days, ns, valid


def _parse_block(fields: Bytes, days: _Ints, ns: _Ints, valid: NDArray[np.bool_], keep_leap: bool) -> None:
    rows, width = fields.shape
    text = np.full((rows, -(-width // 8) * 8), BLANK, np.uint8)
    np.maximum(fields, np.uint8(BLANK), out=text[:, :width])  # NUL, tab and line ends are blanks too
    digits = text - np.uint8(48)
    kinds = text - digits * (digits < 10)  # every digit becomes "0"

    def found(kind: bytes, indices: NDArray[np.intp]) -> None:
        layout = _layout(kind)
        if layout is None:
            return
        start = kinds[indices[0]].tobytes().index(kind)
        some = slice(None) if len(indices) == rows else indices
        days[some], ns[some], valid[some] = _read(digits[some, start : start + len(kind)], layout, keep_leap)

    if rows:
        each_odd(kinds, found)


_KINDS = re.compile(
    rb"(?P<year>0000)(?:-(?P<month>00)-(?P<day>00)|-(?P<days>000)|(?P<month2>00)(?P<day2>00)|(?P<days2>000))"
    rb"(?:(?:T| ++)(?P<hour>00)(?:(?P<colon>:?+)(?P<minute>00)(?:(?P=colon)(?P<second>00)(?:\.(?P<fraction>0++))?+)?+)?+)?+Z?+"
)
_Layout = dict[str, tuple[int, int]]


@lru_cache(maxsize=256)
def _layout(kind: bytes) -> _Layout | None:
    """Return the columns (start, stop) of each part of a time, None where *kind* is no layout of one."""
    match = _KINDS.fullmatch(kind)
    if match is None:
        return None
    return {name.rstrip("2"): match.span(name) for name, value in match.groupdict().items() if value is not None}


def _read(digits: Bytes, layout: _Layout, keep_leap: bool) -> tuple[_Ints, _Ints, NDArray[np.bool_]]:
    year, month, hour, minute, second = (
        _number(digits, layout, part) for part in ("year", "month", "hour", "minute", "second")
    )
    fraction = _fraction(digits, layout)
    if "month" in layout:
        days, valid = days_of(year, month, _number(digits, layout, "day"))
    else:
        days, valid = days_of(year, None, _number(digits, layout, "days"))
    ns = ((hour * 60 + minute) * 60 + second) * _SECOND + fraction
    valid &= (minute <= 59) & (second <= 60) & ((hour <= 23) | ((hour == 24) & (ns == DAY)))
    over = ns >= DAY
    if over.any():
        if keep_leap:
            over &= ~((second == 60) & (hour == 23) & (ns < DAY + _SECOND))
        days[over] += 1
        ns[over] -= DAY
    if not valid.all():
        days[~valid] = ns[~valid] = 0
    return days, ns, valid


def _number(digits: Bytes, layout: _Layout, part: str) -> _Ints:
    start, stop = layout.get(part, (0, 0))
    value = np.zeros(len(digits), np.int64)
    for column in range(start, stop):
        value *= 10
        value += digits[:, column]
    return value


def _fraction(digits: Bytes, layout: _Layout) -> _Ints:
    """Return the fraction of the second in ns (n,), rounded half up."""
    start, stop = layout.get("fraction", (0, 0))
    end = min(stop, start + 9)
    value = _number(digits, {"fraction": (start, end)}, "fraction")
    value *= 10 ** (9 - (end - start))
    if stop > end:
        value += digits[:, end] >= 5
    return value
