"""Columns of whole numbers as decimal text, exactly, for all of int64."""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

from ._cells import BLANK, Bytes, blocks, checked_fields, each_odd, stage
from ._digits import field_width, number_lengths, put_whole_numbers, too_narrow
from ._narrow import WIDEST, narrow_integers
from ._scan import scan

__all__ = ["format_integer", "parse_integer"]

_WHOLE = re.compile(rb"[+-]?+0*+([0-9]{0,19})(?<=[0-9])")


def parse_integer(fields: Bytes, *, fill: int = 0, bad: NDArray[np.bool_] | None = None) -> NDArray[np.int64]:
    """Parse *fields* (n, width) of decimal text, blanks around it, into int64 (n,) without passing a double.

    Text that is no whole number of int64 (blank, ``1.0``, ``1e3``, too large) gives *fill* and sets *bad*
    (bool (n,), optional). Raises `TypeError` for arrays of another type or rank.
    """
    rows, width = checked_fields(fields).shape
    values = np.full(rows, fill, np.int64)
    if bad is not None:
        bad[...] = True
    for block in blocks(rows, width):
        good = _parse_block(fields[block], values[block])
        if bad is not None:
            bad[block] = ~good
    return values


def _parse_block(fields: Bytes, values: NDArray[np.int64]) -> NDArray[np.bool_]:
    if fields.shape[1] <= WIDEST:
        found, good = narrow_integers(fields)
    else:
        fields, found, good = _parse_wide(fields)
    np.copyto(values, found, where=good)
    odd = np.flatnonzero(~good)

    def one(text: bytes, indices: NDArray[np.intp]) -> None:
        if (match := _WHOLE.fullmatch(text)) and -(2**63) <= (number := _whole(text, match)) < 2**63:
            values[odd[indices]] = number
            good[odd[indices]] = True

    if len(odd):
        each_odd(fields[odd], one)
    return good


def _parse_wide(fields: Bytes) -> tuple[Bytes, NDArray[np.int64], NDArray[np.bool_]]:
    """The text of the rows, as short as may be, and the numbers of those that are good."""
    staged = stage(fields)
    if staged is None:
        return fields, np.zeros(1, np.int64), np.zeros(len(fields), np.bool_)
    parts = scan(*staged)
    limit = np.uint64(2**63 - 1) + parts.negative.astype(np.uint64)
    good = parts.plain & parts.integral & (parts.mantissa <= limit)
    return staged[0], np.where(parts.negative, np.uint64(0) - parts.mantissa, parts.mantissa).view(np.int64), good


def _whole(text: bytes, match: re.Match[bytes]) -> int:
    magnitude = int(match[1] or b"0")
    return -magnitude if text.startswith(b"-") else magnitude


def format_integer(values: NDArray[np.integer], width: int | None = None, *, exact: bool = True) -> Bytes:
    """Format integers (n,) as right-aligned decimal text, uint8 (n, width), with one trailing blank.

    The blank is missing where a number fills its field. Without *width* the field is as wide as the
    longest number and its blank. A number that does not fit is an `EncodeError` (category ``size``),
    or asterisks with ``exact=False``.
    """
    array = np.asarray(values)
    negative = np.asarray(array < 0)
    signed = array.astype(np.uint64 if array.dtype.kind == "u" else np.int64)
    magnitude = np.where(negative, np.uint64(0) - signed.view(np.uint64), signed.view(np.uint64))
    lengths = number_lengths(magnitude) + negative
    columns = field_width(int(lengths.max(initial=0)), width)
    fields = np.full((len(array), columns), BLANK, np.uint8)
    fits = lengths <= columns
    if not fits.all():
        if exact:
            raise too_narrow(columns, str(array[~fits][0]))
        fields[~fits] = ord("*")
    for full, end in ((False, columns - 1), (True, columns)):
        rows = np.flatnonzero(fits & ((lengths == columns) == full))
        put_whole_numbers(fields, rows, magnitude[rows], negative[rows], end)
    return fields
