"""Reading fixed-width decimal text: each value is bit for bit what ``float()`` makes of the trimmed field.

The accepted syntax is that of Java's ``Double.parseDouble`` (Java SE API, ``Double.valueOf``), which is
also that of ``float()`` without underscores, ``nan`` and ``inf``, plus hexadecimal floats and a trailing
``d``, ``D``, ``f`` or ``F`` that changes nothing. What is not a number becomes NaN, never an error.
"""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

from ._cells import FEW, Bytes, blocks, checked_fields, each_odd, stage
from ._narrow import WIDEST, narrow_decimals
from ._rounding import nearest_double
from ._scan import scan

__all__ = ["parse_decimal", "parse_number"]


_BLANKS = bytes(range(0x21))


def parse_decimal(
    fields: Bytes,
    *,
    out: NDArray[np.float64] | None = None,
    bad: NDArray[np.bool_] | None = None,
) -> NDArray[np.float64]:
    """Parse *fields* (n, width) of ASCII text, contiguous or strided, into float64 (n,).

    Blanks, NUL, tab and line ends (all bytes <= 0x20) around a number do not matter; blank fields,
    asterisks and anything that is not a number give NaN. Temporaries are of constant size.

    out : float64 (n,) that receives the values, and is returned.
    bad : bool (n,) that receives True where the text is not a number (``NaN`` is one).
    Raises `TypeError` for arrays of another type or rank.
    """
    rows, width = checked_fields(fields).shape
    values = np.empty(rows, np.float64) if out is None else out
    if values.dtype != np.float64 or values.shape != (rows,):
        raise TypeError(f"out must be float64 of shape ({rows},), got {values.dtype} of shape {values.shape}")
    if bad is not None:
        bad[...] = False
    if rows <= FEW:
        for row in range(rows):
            number = parse_number(fields[row].tobytes().strip(_BLANKS))
            values[row] = np.nan if number is None else number
            if bad is not None and number is None:
                bad[row] = True
        return values
    for block in blocks(rows, width):
        _parse_block(fields[block], values[block], None if bad is None else bad[block])
    return values


def _parse_block(fields: Bytes, values: NDArray[np.float64], bad: NDArray[np.bool_] | None) -> None:
    if fields.shape[1] <= WIDEST:
        values[...], sure = narrow_decimals(fields)
    else:
        fields, sure = _parse_wide(fields, values)
    if not sure.all():
        odd = np.flatnonzero(~sure)
        _parse_odd(fields[odd], odd, values, bad)


def _parse_wide(fields: Bytes, values: NDArray[np.float64]) -> tuple[Bytes, NDArray[np.bool_]]:
    """Parse the rows that are sure, and return the others' text, too, as short as may be."""
    staged = stage(fields)
    if staged is None:
        return fields, np.zeros(len(fields), np.bool_)
    parts = scan(*staged)
    magnitude, sure = nearest_double(parts.mantissa, parts.power, parts.plain)
    bits = magnitude.view(np.uint64)
    bits |= parts.negative.astype(np.uint64) << np.uint64(63)
    values[...] = magnitude
    return staged[0], sure


def _parse_odd(
    rows: Bytes, places: NDArray[np.intp], values: NDArray[np.float64], bad: NDArray[np.bool_] | None
) -> None:
    """Parse *rows* (n, width) one distinct text at a time; row i belongs to ``places[i]``."""

    def found(text: bytes, indices: NDArray[np.intp]) -> None:
        number = parse_number(text)
        values[places[indices]] = np.nan if number is None else number
        if bad is not None and number is None:
            bad[places[indices]] = True

    each_odd(rows, found)


# Possessive quantifiers: a long run of digits that ends badly is refused in one pass.
_DECIMAL = re.compile(rb"([+-]?+(?:[0-9]++(?:\.[0-9]*+)?+|\.[0-9]++)(?:[eE][+-]?+[0-9]++)?+)[dDfF]?+")
_NAMED = re.compile(rb"[+-]?+(?:NaN|Infinity)")
_HEX = re.compile(
    rb"([+-]?+0[xX](?:[0-9a-fA-F]++(?:\.[0-9a-fA-F]*+)?+|\.[0-9a-fA-F]++))[pP]([+-]?+)0*+([0-9]*+)(?<=[0-9])[dDfF]?+"
)


def parse_number(text: bytes) -> float | None:
    """Return the value of one trimmed field, None where it is not a number; correctly rounded."""
    if match := _DECIMAL.fullmatch(text):
        return float(match[1])
    if _NAMED.fullmatch(text):
        return float(text)
    if match := _HEX.fullmatch(text):
        # an exponent of more than 9 digits is an overflow or zero whatever the (bounded) mantissa says
        digits, sign, power = match[1].decode(), match[2].decode(), match[3][:10].decode() or "0"
        try:
            return float.fromhex(f"{digits}p{sign}{power}")
        except OverflowError:
            return float("-inf") if digits.startswith("-") else float("inf")
    return None
