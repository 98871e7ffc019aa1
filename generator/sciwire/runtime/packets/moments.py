"""Moments of a caller (datetime64) as the numbers of a unit that holds them."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..times import TimeUnit, to_datetime64, to_unit
from .tables import PacketFormat

__all__ = ["numbers_of"]

_DAY = 86_400_000_000_000


def numbers_of(
    array: NDArray[Any], units: str | None, exact: bool, id: str, table: PacketFormat
) -> tuple[NDArray[Any], str]:
    """The numbers that stand for datetime64 values (UTC), and the name of their unit; NaT becomes its fill.

    Without *units* the unit is the format's first one, or where that would lose something an integer one.
    Raises EncodeError where a moment would come back as another one, unless *exact* is False.
    """
    candidates = _candidates(units, table)
    if not candidates:
        raise table.faults.encode("time_units", f"{units!r} is no unit that counts time from an epoch", path=id)
    moments = array.astype("datetime64[ns]").ravel()
    nat = np.isnat(moments)
    if bool((moments.astype(array.dtype) != array.ravel())[~nat].any()) or bool((nat != np.isnat(array.ravel())).any()):
        problem = "times beyond the years 1677 to 2262, or finer than a nanosecond, need numbers of a unit"
        raise table.faults.encode("not_exact", problem, path=id)
    days, ns = np.divmod(np.where(nat, np.int64(0), moments.view(np.int64)), _DAY)
    wrong = ""
    for unit in candidates:
        numbers = to_unit(days, ns, unit, ~nat)
        lost = (to_datetime64(numbers, unit) != moments) & ~nat
        if not exact or not lost.any():
            return numbers.reshape(array.shape), unit.name
        wrong = str(moments[lost][0])
    names = " or ".join(unit.name for unit in candidates)
    problem = f"{wrong} is no number of {names} exactly; name a finer unit, or allow rounding with exact=False"
    raise table.faults.encode("not_exact", problem, path=id)


def _candidates(units: str | None, table: PacketFormat) -> list[TimeUnit]:
    if units is not None:
        unit = table.times.find(units)
        return [unit] if unit is not None else []
    words = [word.unit for word in table.times.words]
    return words[:1] + [unit for unit in words[1:] if unit.integer]
