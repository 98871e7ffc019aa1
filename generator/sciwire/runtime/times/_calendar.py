"""The proleptic Gregorian calendar for columns of days since 1970-01-01, years 0 to 9999."""

from __future__ import annotations

from datetime import date

import numpy as np
from numpy.typing import NDArray

__all__ = ["DAY", "FIRST_DAY", "LAST_DAY", "civil", "civil_of_one", "days_of", "days_of_one"]

_Ints = NDArray[np.int64]

DAY = 86_400_000_000_000  # ns, without leap seconds
FIRST_DAY, LAST_DAY = -719528, 2932896  # 0000-01-01 and 9999-12-31
_ERA = 146097  # days of 400 years
_ORDINAL_1970 = date(1970, 1, 1).toordinal()

_LENGTHS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_BEFORE = np.zeros((2, 14), np.int64)  # days of the year before month 1..12; column 13 ends the year
for _leap in (0, 1):
    _BEFORE[_leap, 2:] = np.cumsum([length + (_leap if month == 1 else 0) for month, length in enumerate(_LENGTHS)])


def days_of(year: _Ints, month: _Ints | None, day: _Ints) -> tuple[_Ints, NDArray[np.bool_]]:
    """Return days since 1970-01-01 (n,) and whether there is such a date; *day* counts in the year without *month*."""
    leap = ((year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))).astype(np.int64)
    before = year - 1
    start = 365 * year + before // 4 - before // 100 + before // 400 + 1 + FIRST_DAY
    if month is None:
        return start + day - 1, (day >= 1) & (day <= 365 + leap)
    inside = np.clip(month, 1, 12)
    first = _BEFORE[leap, inside]
    exists = (month == inside) & (day >= 1) & (day <= _BEFORE[leap, inside + 1] - first)
    return start + first + day - 1, exists


def days_of_one(year: int, month: int, day: int) -> int:
    """Return days since 1970-01-01 of one date of any year, also a negative one; `ValueError` where there is none."""
    eras, inside = divmod(year, 400)
    # date() knows years 1 to 9999; the calendar repeats every 400 years
    return date(inside + 400, month, day).toordinal() - _ORDINAL_1970 + _ERA * (eras - 1)


def civil_of_one(days: int) -> tuple[int, int, int]:
    """Return year, month and day of the month of *days* since 1970-01-01, for any year."""
    eras, inside = divmod(days - FIRST_DAY, _ERA)
    found = date.fromordinal(inside + FIRST_DAY + _ERA + _ORDINAL_1970)
    return found.year + 400 * (eras - 1), found.month, found.day


def civil(days: _Ints) -> tuple[_Ints, _Ints, _Ints]:
    """Return year, month and day of the month of *days* since 1970-01-01, each (n,)."""
    dates = days.astype("datetime64[D]")
    months = dates.astype("datetime64[M]")
    month_number = months.astype(np.int64)
    return month_number // 12 + 1970, month_number % 12 + 1, (dates - months).astype(np.int64) + 1
