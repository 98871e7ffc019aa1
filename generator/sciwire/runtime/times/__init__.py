"""Times: units as exact epochs and steps, ISO text in columns, and the numbers between them.

Nothing here knows which units a format has; the caller's table makes them with `time_unit`, except
``<unit> since <ISO time>``, which `parse_since` reads.
"""

from __future__ import annotations

from ._leap import LEAP_FILL
from ._unit import TimeUnit, parse_since, time_unit
from .convert import FILL_BELOW, from_unit, to_datetime64, to_unit
from .iso import parse_iso
from .iso_text import TIME_WIDTHS, format_iso

__all__ = [
    "FILL_BELOW",
    "LEAP_FILL",
    "TIME_WIDTHS",
    "TimeUnit",
    "format_iso",
    "from_unit",
    "parse_iso",
    "parse_since",
    "time_unit",
    "to_datetime64",
    "to_unit",
]
