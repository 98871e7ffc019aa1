"""Blocks of rows that end alike (so many decimals, an exponent of so many digits), the usual output of a format string.

The characters of the common ending are compared eight at a time; the digits in front of it may be more
or fewer, with or without a sign. Then all digits of a row, those of the exponent included, are read as one
whole number, which constant divisors take apart.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ._cells import Bytes, Words, eight_digits, pack

__all__ = ["Scan", "scan_uniform"]


@dataclass(frozen=True, slots=True)
class Scan:
    """What the plain rows of a block say: ``(-1)**negative * mantissa * 10**power``; other rows hold rubbish."""

    plain: NDArray[np.bool_]  # (n,)
    negative: NDArray[np.bool_]  # (n,)
    mantissa: NDArray[np.uint64]  # (n,), below 10**19
    power: NDArray[np.int64]  # (n,), or (1,) where it is the same in every row
    integral: NDArray[np.bool_]  # (n,), or (1,): neither point nor exponent


# What follows the digits before the point; digits are written 0, signs +.
_ENDING = re.compile(rb"\+?(0*)((\.0*)?(?:([eE])(\+?)(0{1,3}))?)")
_SAMPLES = 8
_KINDS = bytes.maketrans(b"123456789-", b"000000000+")
_BLANKS = bytes(range(0x21))


def scan_uniform(cells: Bytes, nonblank: Words) -> Scan | None:
    """Take apart staged rows *cells* (n, 8 or 16); None where the rows of a sample do not nearly all end alike."""
    rows, columns = cells.shape
    if columns > 16 or rows < 8 * _SAMPLES:
        return None
    sample = [_ENDING.fullmatch(row.tobytes().translate(_KINDS).strip(_BLANKS)) for row in cells[:: rows // _SAMPLES]]
    endings = {match[2]: match for match in sample if match is not None}
    if not endings:
        return None
    ending, count = Counter(match[2] for match in sample if match is not None).most_common(1)[0]
    if count * 8 < 7 * len(sample):
        return None
    return _take_apart(cells, nonblank, endings[ending])


def _take_apart(cells: Bytes, nonblank: Words, match: re.Match[bytes]) -> Scan:
    columns, word = cells.shape[1], nonblank.dtype.type
    ending, decimals, exponent = match[2], match[3], match[6]
    digits = cells - np.uint8(48)
    numerals = digits < 10
    front = nonblank >> word(len(ending))
    front_digits = pack(numerals) >> word(len(ending))
    start = front ^ (front >> word(1))
    minus = pack(cells == 45) >> word(len(ending))
    plus = cells == 43
    signs = minus | (pack(plus) >> word(len(ending))) if plus.any() else minus
    plain = (nonblank & (nonblank + word(1))) == 0
    plain &= (front & ~front_digits) == (signs & start)  # nothing but digits, except a sign in the first place
    if decimals is None or len(decimals) == 1:
        plain &= front_digits != 0
    skipped = np.zeros(columns, np.bool_)
    exponent_negative = plain
    if exponent is not None and match[5]:
        column = columns - len(exponent) - 1
        exponent_negative = cells[:, column] == 45
        plain &= exponent_negative | (cells[:, column] == 43)
        skipped[column] = True
    digits *= numerals
    _compare(plain, cells, digits, ending, skipped)
    return _numbers(digits, plain, (minus & start) != 0, exponent_negative, match)


def _compare(plain: NDArray[np.bool_], cells: Bytes, digits: Bytes, ending: bytes, skipped: NDArray[np.bool_]) -> None:
    """Clear *plain* where a row does not end in *ending*; any digit stands for 0, *skipped* columns do not matter."""
    columns = cells.shape[1]
    expected = np.frombuffer(ending.rjust(columns), np.uint8)
    compared = (np.arange(columns) >= columns - len(ending)) & ~skipped
    mask = (compared * np.uint8(255)).view(np.uint64)
    wanted = expected.view(np.uint64) & mask
    found = (cells - digits).view(np.uint64)
    for lane in range(columns // 8):
        if mask[lane]:
            plain &= (found[:, lane] & mask[lane]) == wanted[lane]


def _numbers(
    digits: Bytes,
    plain: NDArray[np.bool_],
    negative: NDArray[np.bool_],
    exponent_negative: NDArray[np.bool_],
    match: re.Match[bytes],
) -> Scan:
    lanes = eight_digits(digits)
    number = lanes[:, -1].copy()
    if lanes.shape[1] > 1:
        number += lanes[:, 0] * np.uint64(10**8)
    power = np.zeros(1, np.int64)
    decimals, mark, sign, exponent = match[3], match[4], match[5], match[6]
    if mark:
        number, value = _split(number, 1 + len(sign) + len(exponent))
        power = value.view(np.int64)
        if sign:
            power *= 1 - 2 * exponent_negative.astype(np.int64)  # signs come at random: np.where would mispredict
    if decimals:
        whole, fraction = _split(number, len(decimals))
        number = whole * np.uint64(10 ** (len(decimals) - 1)) + fraction
        power = power - (len(decimals) - 1)
    return Scan(plain, negative, number, power, np.array([not decimals and not mark]))


def _split(number: NDArray[np.uint64], places: int) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """Return *number* without its last *places* decimal digits, and those."""
    scale = np.uint64(10**places)
    high = number // scale
    return high, number - high * scale
