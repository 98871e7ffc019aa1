"""Instants (days and nanoseconds, UTC) to the numbers of a unit and back, correctly rounded.

An instant is a pair of int64: days since 1970-01-01 and ns of that day; inside a leap second, which only
units with leap seconds know, the ns of day is 86,400,000,000,000 or more. A number of a unit is what exact
rational arithmetic gives, rounded once to the nearest double (ties to even); columns go through integer
and error-free double arithmetic, the few rows that these can't hold through Python's integers.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..textfields._rounding import two_product
from ._calendar import DAY
from ._leap import LEAP_FILL, leap_to_utc, offset_of
from ._unit import TimeUnit

__all__ = ["FILL_BELOW", "Numbers", "from_unit", "to_datetime64", "to_unit"]

_Ints = NDArray[np.int64]
_Doubles = NDArray[np.float64]
_Flags = NDArray[np.bool_]
Numbers = NDArray[Any]  # (n,), float64 (or float32), or integers

FILL_BELOW = -1e30  # numbers below it stand for "no time"


def to_unit(days: _Ints, ns: _Ints, unit: TimeUnit, valid: _Flags | None = None) -> _Doubles | _Ints:
    """Return instants as numbers of *unit*, (n,): float64, or int64 for integer units.

    Rows where *valid* is False become NaN or, in integer units, -2**63; so does what int64 can't hold.
    Integer units round to the nearest step, ties to even.
    """
    if unit.leap_seconds:
        ns = ns + offset_of(days) - int(offset_of(np.array([unit.epoch_days]))[0])
    carry, ns = np.divmod(ns - unit.epoch_ns, DAY)
    days = days - unit.epoch_days + carry
    numbers = _whole_steps(days, ns, unit) if unit.integer else _doubles(days, ns, unit)
    if valid is not None and not valid.all():
        numbers[~valid] = LEAP_FILL if unit.integer else np.nan
    return numbers


def _steps(days: _Ints, ns: _Ints, unit: TimeUnit, most: int) -> tuple[_Ints, _Ints, NDArray[np.intp]]:
    """Return whole steps, the rest in ns and the rows whose steps reach *most*, all of them for an uneven step."""
    if not unit.step_ns:
        return np.zeros_like(days), np.zeros_like(days), np.arange(len(days))
    a_day = DAY // unit.step_ns
    large = np.flatnonzero(np.abs(days) >= most // a_day - 1)
    steps, rest = (ns, np.zeros_like(ns)) if unit.step_ns == 1 else np.divmod(ns, unit.step_ns)
    return days * a_day + steps, rest, large


def _exact(days: _Ints, ns: _Ints, unit: TimeUnit, row: int) -> Fraction:
    return Fraction(int(days[row]) * DAY + int(ns[row]), 1_000_000_000) / unit.step


def _whole_steps(days: _Ints, ns: _Ints, unit: TimeUnit) -> _Ints:
    steps, rest, large = _steps(days, ns, unit, 2**63)
    twice = 2 * rest
    steps += (twice > unit.step_ns) | ((twice == unit.step_ns) & (steps & 1 == 1))
    for row in large.tolist():
        number = round(_exact(days, ns, unit, row))
        steps[row] = number if -(2**63) <= number < 2**63 else LEAP_FILL
    return steps


def _doubles(days: _Ints, ns: _Ints, unit: TimeUnit) -> _Doubles:
    steps, rest, large = _steps(days, ns, unit, 2**62)
    if unit.step_ns <= 1:
        numbers = steps.astype(np.float64)
    else:
        negative = steps < 0  # magnitudes: a sum of two positive terms does not cancel
        some = rest > 0
        whole = np.where(negative, -steps - some, steps)
        rest = np.where(negative & some, unit.step_ns - rest, rest)
        numbers = _sum_of(whole, rest, unit.step_ns)
        # Beyond 2**53 doubles are even integers at best; all that matters of the rest is whether there is one.
        numbers = np.where(whole >= 2**53, (2 * whole + (rest > 0)).astype(np.float64) * 0.5, numbers)
        np.negative(numbers, out=numbers, where=negative)
    for row in large.tolist():
        exact = _exact(days, ns, unit, row)
        numbers[row] = exact.numerator / exact.denominator  # int / int rounds once and correctly
    return numbers


def _sum_of(whole: _Ints, rest: _Ints, step: int) -> _Doubles:
    """Return ``whole + rest / step`` (n,), correctly rounded, for 0 <= whole < 2**53 and 0 <= rest < step < 2**53."""
    high = whole.astype(np.float64)
    part = rest.astype(np.float64)
    quotient = part / step
    product, error = two_product(quotient, np.full_like(quotient, step))
    residue = (part - product) - error  # exact: quotient * step + residue == rest
    total = high + quotient
    back = total - high
    missing = (high - (total - back)) + (quotient - back)  # exact: total + missing == high + quotient
    # Only where high + quotient lies halfway between two doubles can the residue tip the scales.
    neighbour = total + 2 * missing
    tip = (missing != 0) & (neighbour - total == 2 * missing) & (np.sign(residue) == np.sign(missing))
    return np.where(tip, neighbour, total)


def from_unit(values: Numbers, unit: TimeUnit) -> tuple[_Ints, _Ints, _Flags]:
    """Return *values* (n,) of *unit* as (days since 1970-01-01, ns of day, valid), to the nearest ns.

    NaN, infinities, values below -1e30 or beyond 2**53 days, and -2**63 in integer units, have valid
    False and 0 for both numbers.
    """
    array = np.asarray(values)
    most = int((2**53 - 1) * 86400 / unit.step)
    fraction = np.zeros(len(array))
    if array.dtype.kind in "iu":
        valid = (array != LEAP_FILL) & (array <= min(most, 2**63 - 1)) & (array >= -min(most, 2**63 - 1))
        whole: Numbers = np.where(valid, array, 0).astype(np.int64)
    else:
        doubles = array.astype(np.float64)
        valid = (doubles > FILL_BELOW) & (np.abs(doubles) <= float(most))
        doubles = np.where(valid, doubles, 0.0)
        whole = np.floor(doubles)
        fraction = doubles - whole
    days, ns = _since_epoch(whole, fraction, unit)
    days, ns = days + unit.epoch_days, ns + unit.epoch_ns
    if unit.leap_seconds:
        ns += int(offset_of(np.array([unit.epoch_days]))[0])
    carry, ns = np.divmod(ns, DAY)
    days += carry
    if unit.leap_seconds:
        days, ns = leap_to_utc(days, ns)
    return np.where(valid, days, 0), np.where(valid, ns, 0), valid


def _since_epoch(whole: Numbers, fraction: _Doubles, unit: TimeUnit) -> tuple[_Ints, _Ints]:
    """Return days and ns (both may carry) of ``whole + fraction`` steps, to the nearest ns, ties to even."""
    if not unit.step_ns:
        pairs = [
            divmod(
                round((Fraction(number) + Fraction(part)) * unit.step * 1_000_000_000 + unit.epoch_ns) - unit.epoch_ns,
                DAY,
            )
            for number, part in zip(whole.tolist(), fraction.tolist(), strict=True)
        ]
        table = np.array(pairs, np.int64).reshape(-1, 2)
        return table[:, 0], table[:, 1]
    a_day = DAY // unit.step_ns
    left = np.fmod(whole, a_day)  # exact, in doubles too, and so is the quotient once it is a whole number again
    days = (whole - left) // a_day if whole.dtype.kind == "i" else np.rint((whole - left) / a_day)
    product, error = two_product(fraction, np.full_like(fraction, unit.step_ns))
    below = np.floor(product)
    distance = product - below  # exact; `error` is too small to matter unless this is exactly a half
    ns = left.astype(np.int64) * unit.step_ns + below.astype(np.int64)
    odd = (ns + unit.epoch_ns) & 1 == 1  # of the instant: its ns is what ties go to the even one of
    up = (distance > 0.5) | ((distance == 0.5) & ((error > 0) | ((error == 0) & odd)))
    return days.astype(np.int64), ns + up


def to_datetime64(values: Numbers, unit: TimeUnit) -> NDArray[np.datetime64]:
    """Return *values* (n,) of *unit* as datetime64[ns] (n,), to the nearest ns.

    NaT for fill values and for instants outside 1677-09-21 to 2262-04-11. datetime64 has no leap
    seconds: one shows as the first second of the next day.
    """
    days, ns, valid = from_unit(values, unit)
    span = (2**63 - 1) // DAY
    valid &= (days >= -span) & (days < span)
    return np.where(valid, days * DAY + ns, np.int64(LEAP_FILL)).view("datetime64[ns]")
