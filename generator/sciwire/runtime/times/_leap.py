"""UTC to a count of nanoseconds that includes leap seconds, and back.

The offset TAI - UTC is constant through each UTC day. From 1972 it is a whole number of seconds (IERS
Bulletin C; the last step so far is 2017-01-01). From 1960 to 1971 it drifted; as in NASA's CDF library,
whose numbers these are, the drift is taken at the day's noon and held for the day, and before 1960 the
offset is 0. All terms are whole nanoseconds, so the arithmetic is exact.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from ._calendar import DAY, days_of_one

__all__ = ["LEAP_FILL", "leap_to_utc", "offset_of"]

_Ints = NDArray[np.int64]

LEAP_FILL = -(2**63)

_SECOND = 1_000_000_000
# date, TAI - UTC in ns at the reference day, reference day (MJD), drift in ns a day
_DRIFTING = (
    ((1960, 1, 1), 1_417_818_000, 37300, 1_296_000),
    ((1961, 1, 1), 1_422_818_000, 37300, 1_296_000),
    ((1961, 8, 1), 1_372_818_000, 37300, 1_296_000),
    ((1962, 1, 1), 1_845_858_000, 37665, 1_123_200),
    ((1963, 11, 1), 1_945_858_000, 37665, 1_123_200),
    ((1964, 1, 1), 3_240_130_000, 38761, 1_296_000),
    ((1964, 4, 1), 3_340_130_000, 38761, 1_296_000),
    ((1964, 9, 1), 3_440_130_000, 38761, 1_296_000),
    ((1965, 1, 1), 3_540_130_000, 38761, 1_296_000),
    ((1965, 3, 1), 3_640_130_000, 38761, 1_296_000),
    ((1965, 7, 1), 3_740_130_000, 38761, 1_296_000),
    ((1965, 9, 1), 3_840_130_000, 38761, 1_296_000),
    ((1966, 1, 1), 4_313_170_000, 39126, 2_592_000),
    ((1968, 2, 1), 4_213_170_000, 39126, 2_592_000),
)
# year and month of each step to the next whole second, from 10 s on
_STEPS = (
    "1972-01 1972-07 1973-01 1974-01 1975-01 1976-01 1977-01 1978-01 1979-01 1980-01 1981-07 1982-07 1983-07 1985-07 "
    "1988-01 1990-01 1991-01 1992-07 1993-07 1994-07 1996-01 1997-07 1999-01 2006-01 2009-01 2012-07 2015-07 2017-01"
)
_MJD_1970 = 40587


@cache
def _table() -> tuple[_Ints, _Ints]:
    """Return the days (since 1970-01-01) from which an offset holds, and the offsets in ns, each (m,)."""
    steps = [days_of_one(int(step[:4]), int(step[5:]), 1) for step in _STEPS.split()]
    days, offsets = [], []
    starts = [days_of_one(*date) for date, *_ in _DRIFTING] + [steps[0]]
    for (_, base, reference, drift), start, stop in zip(_DRIFTING, starts, starts[1:], strict=False):
        for day in range(start, stop):
            days.append(day)
            offsets.append(base + (day + _MJD_1970 - reference) * drift + drift // 2)  # half a day of it until noon
    days += steps
    offsets += [(10 + count) * _SECOND for count in range(len(steps))]
    return np.array(days), np.array(offsets)


def offset_of(days: _Ints) -> _Ints:
    """Return TAI - UTC in ns on *days* since 1970-01-01 (n,)."""
    first, offsets = _table()
    row = np.searchsorted(first, days, side="right") - 1
    return np.where(row < 0, 0, offsets[np.maximum(row, 0)])


def leap_to_utc(days: _Ints, ns: _Ints) -> tuple[_Ints, _Ints]:
    """Return UTC days since 1970-01-01 and ns of day (n,) of TAI given the same way, *ns* in 0..DAY.

    Inside a leap second the ns of day is DAY or more.
    """
    first, offsets = _table()
    carry, start = np.divmod(offsets, DAY)
    started = np.searchsorted(first + carry, days, side="right") - 1  # the last step on or before this TAI day
    row = np.where(
        (started >= 0) & (ns < start[np.maximum(started, 0)]) & (days == first[started]), started - 1, started
    )
    utc = ns - np.where(row < 0, 0, offsets[np.maximum(row, 0)])
    shift = utc // DAY
    utc_days, utc_ns = days + shift, utc - shift * DAY
    after = row + 1
    ahead = first[np.minimum(after, len(first) - 1)]
    leap = (after < len(first)) & (utc_days >= ahead)  # a day that has not begun yet: still the old day, past its end
    return np.where(leap, utc_days - 1, utc_days), np.where(leap, utc_ns + DAY, utc_ns)
