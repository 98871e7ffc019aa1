"""From ``mantissa * 10**power`` to the nearest double, for whole columns.

Tier 1: mantissa < 2**53 and |power| <= 22: both are exact doubles, so one multiplication or division
rounds once and correctly (Clinger 1990, "How to read floating point numbers accurately").
Tier 2: mantissa < 2**64: the product in double-double arithmetic (Dekker 1971), accepted only where a
bound on its error can't change the rounding; halfway cases and extremes are left over.
"""

from __future__ import annotations

from fractions import Fraction
from functools import cache

import numpy as np
from numpy.typing import NDArray

__all__ = ["nearest_double", "two_product"]

_Doubles = NDArray[np.float64]
# What a mantissa is divided and multiplied by for the powers -22 to 22; 1 where it is the other: an index out of bounds, as
# half of the powers are, would be mispredicted each time.
_EXACT = 22
_TENS = 10.0 ** np.arange(_EXACT + 1)
_DIVISORS = np.concatenate([_TENS[:0:-1], np.ones(_EXACT + 1)])
_FACTORS = np.concatenate([np.ones(_EXACT), _TENS])
_BOUND = 2.0**53
# Within these powers no term of the double-double product leaves the normal range.
_LEAST, _MOST = -270, 270
_ERROR = 2.0**-98  # of the product; the neglected terms and roundings add up to less than 2**-101


def nearest_double(
    mantissa: NDArray[np.uint64] | _Doubles, power: NDArray[np.int64], plain: NDArray[np.bool_]
) -> tuple[_Doubles, NDArray[np.bool_]]:
    """Return (values (n,), sure (n,)): `sure` marks the plain rows whose value is correctly rounded.

    *mantissa* holds whole numbers, as doubles only below 2**53; *power* has shape (n,) or (1,).
    """
    value = mantissa.astype(np.float64)
    least, most = power.min(), power.max()
    index = power + _EXACT
    if least < 0:
        value /= _DIVISORS.take(index, mode="clip")
    if most > 0:
        value *= _FACTORS.take(index, mode="clip")
    sure = plain & (mantissa < _BOUND)
    if least < -_EXACT or most > _EXACT:
        sure &= np.abs(power) <= _EXACT
    rows = np.flatnonzero(plain & ~sure)
    if len(rows):
        value[rows], sure[rows] = _double_double(
            mantissa[rows].astype(np.uint64), np.broadcast_to(power, plain.shape)[rows]
        )
    return value, sure


def _double_double(mantissa: NDArray[np.uint64], power: NDArray[np.int64]) -> tuple[_Doubles, NDArray[np.bool_]]:
    high, low = _powers()
    index = np.clip(power, _LEAST, _MOST) - _LEAST
    ten, ten_rest = high.take(index), low.take(index)
    number = mantissa.astype(np.float64)
    rest = (mantissa - number.astype(np.uint64)).view(np.int64).astype(np.float64)
    product, product_rest = two_product(number, ten)
    tail = product_rest + (number * ten_rest + rest * ten)
    value = product + tail
    tail -= value - product
    margin = value * _ERROR
    sure = (value + (tail + margin) == value) & (value + (tail - margin) == value)
    return value, sure & (power >= _LEAST) & (power <= _MOST)


@cache
def _powers() -> tuple[_Doubles, _Doubles]:
    exact = [Fraction(10) ** power for power in range(_LEAST, _MOST + 1)]
    high = np.array([float(ten) for ten in exact])
    return high, np.array([float(ten - Fraction(lead)) for ten, lead in zip(exact, high.tolist(), strict=True)])


def two_product(a: _Doubles, b: _Doubles) -> tuple[_Doubles, _Doubles]:
    """Return (p, e) with p = fl(a * b) and p + e = a * b exactly (no overflow or underflow assumed)."""
    product = a * b
    a_high, a_low = _split(a)
    b_high, b_low = _split(b)
    error = ((a_high * b_high - product) + a_high * b_low + a_low * b_high) + a_low * b_low
    return product, error


def _split(a: _Doubles) -> tuple[_Doubles, _Doubles]:
    big = a * 134217729.0  # 2**27 + 1
    high = big - (big - a)
    return high, a - high
