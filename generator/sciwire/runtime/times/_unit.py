"""A unit of time: an epoch and a step, both exact; which units exist is for the caller to say."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from fractions import Fraction

from ._calendar import DAY, civil_of_one, days_of_one

__all__ = ["TimeUnit", "parse_since", "time_unit"]


@dataclass(frozen=True, slots=True)
class TimeUnit:
    """Numbers in this unit mean ``epoch + number * step``.

    Attributes
    ----------
    name : as the data spell it.
    epoch_days, epoch_ns : the UTC instant of number 0, days since 1970-01-01 and ns of that day.
    step : seconds, exactly.
    leap_seconds : the count includes leap seconds (it runs with TAI).
    integer : numbers are int64, not doubles; what is no whole step rounds to the nearest one.
    """

    name: str
    epoch_days: int
    epoch_ns: int
    step: Fraction
    leap_seconds: bool = False
    integer: bool = False
    step_ns: int = field(init=False, repr=False, compare=False, default=0)  # 0 where a day is no whole number of steps

    def __post_init__(self) -> None:
        if self.step <= 0:
            raise ValueError(f"the step of {self.name} is {self.step} s, it must be positive")
        if not 0 <= self.epoch_ns < DAY:
            raise ValueError(f"the epoch of {self.name} is at {self.epoch_ns} ns of the day, beyond the day")
        nanoseconds = self.step * 1_000_000_000
        if nanoseconds.denominator == 1 and DAY % nanoseconds.numerator == 0:
            object.__setattr__(self, "step_ns", nanoseconds.numerator)


def time_unit(
    name: str, *, epoch: str, step: str | int | Fraction, leap_seconds: bool = False, integer: bool | None = None
) -> TimeUnit:
    """Return a unit from the words of a specification.

    epoch : ISO time, ``2000-01-01``, ``2000-01-01T11:58:55.816``; years may be negative, ``-4713-11-24T12:00``.
    step : seconds, as ``"1e-6"``, ``"1/1000"`` or a number word of `parse_since` (``microseconds``).
    integer : int64 numbers; by default only where leap seconds count and a step is at most 1 ns, so that
        int64 loses no part of a nanosecond. A coarser step holds fractions, which doubles keep.
    Raises `ValueError` for an epoch or step that is none.
    """
    days, ns = _epoch(epoch)
    if isinstance(step, str) and step in _STEPS:
        step = _STEPS[step][1]
    length = Fraction(step)
    if integer is None:
        integer = leap_seconds and length <= Fraction(1, 10**9)
    return TimeUnit(name, days, ns, length, leap_seconds, integer)


_EPOCH = re.compile(
    r"([+-]?[0-9]{4,6})-(?:([0-9]{2})-([0-9]{2})|([0-9]{3}))"
    r"(?:(?:T|\s+)([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\.([0-9]{1,9})0*)?)?)?Z?"
)


def _epoch(text: str) -> tuple[int, int]:
    match = _EPOCH.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"expected an ISO time such as 2000-01-01T00:00, got {text!r}")
    year, month, day, day_of_year, hour, minute, second, fraction = match.groups()
    if day_of_year:
        days = days_of_one(int(year), 1, 1) + int(day_of_year) - 1
        if not days < days_of_one(int(year) + 1, 1, 1) or int(day_of_year) < 1:
            raise ValueError(f"{text!r} names a day that its year does not have")
    else:
        days = days_of_one(int(year), int(month), int(day))
    if int(hour or 0) > 24 or int(minute or 0) > 59 or int(second or 0) > 59:
        raise ValueError(f"{text!r} names a time that a day does not have")
    seconds = (int(hour or 0) * 60 + int(minute or 0)) * 60 + int(second or 0)
    carry, ns = divmod(seconds * 1_000_000_000 + int((fraction or "0").ljust(9, "0")), DAY)
    return days + carry, ns


_SPELLINGS = {
    ("nanoseconds", Fraction(1, 10**9)): "ns nanosecond nsec nanosec",
    ("microseconds", Fraction(1, 10**6)): "us microsecond usec microsec micros µs μs",
    ("milliseconds", Fraction(1, 1000)): "ms millisecond msec millisec millis",
    ("seconds", Fraction(1)): "s second sec secs",
    ("minutes", Fraction(60)): "min minute mins",
    ("hours", Fraction(3600)): "h hour hr hrs",
    ("days", Fraction(86400)): "d day",
}
_STEPS = {word: unit for unit, words in _SPELLINGS.items() for word in (unit[0], *words.split())}
_SINCE = re.compile(r"\s*(\S+)\s+since\s+(\S.*?)\s*")


def parse_since(text: str) -> TimeUnit | None:
    """Return the unit that ``<unit> since <ISO time>`` defines, its name canonical; None where *text* is no such unit.

    The canonical name is the plural word and the shortest ISO time from minutes on:
    ``s since 2010-001`` is named ``seconds since 2010-01-01T00:00``.
    """
    match = _SINCE.fullmatch(text)
    known = match and (_STEPS.get(match[1]) or _STEPS.get(match[1].lower()))
    if not match or not known or len(text) > 200:
        return None
    try:
        days, ns = _epoch(match[2])
        name = f"{known[0]} since {_iso(days, ns)}"
    except ValueError:
        return None
    return TimeUnit(name, days, ns, known[1])


def _iso(days: int, ns: int) -> str:
    year, month, day = civil_of_one(days)
    seconds, fraction = divmod(ns, 1_000_000_000)
    text = f"{year:05d}" if year < 0 else f"{year:04d}"
    text += f"-{month:02d}-{day:02d}T{seconds // 3600:02d}:{seconds // 60 % 60:02d}"
    if fraction:
        digits = next(digits for digits in (3, 6, 9) if fraction % 10 ** (9 - digits) == 0)
        return f"{text}:{seconds % 60:02d}.{fraction // 10 ** (9 - digits):0{digits}d}"
    return f"{text}:{seconds % 60:02d}" if seconds % 60 else text
