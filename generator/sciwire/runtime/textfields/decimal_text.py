"""Writing doubles as fixed-width decimal text that reads back as the same doubles.

Every field holds what ``repr`` says of its value: the fewest digits that name the double. In a column
of whole numbers below 2**53 the ``.0`` is left out (-0 stays ``-0``). ``NaN``, ``Infinity`` and
``-Infinity`` are spelt as Java spells them. Columns that are short decimals (measured values mostly
are) are formatted a column at a time; the other rows one by one.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ._cells import BLANK, FEW, Bytes
from ._digits import ZERO, decimal_digits, field_width, number_lengths, put_whole_numbers, too_narrow
from .integers import format_integer

__all__ = ["format_decimal"]

_Doubles = NDArray[np.float64]
_TENS = 10.0 ** np.arange(16)
_PROBE = 64
_BLOCK = 8192


def format_decimal(
    values: NDArray[Any],
    width: int | None = None,
    *,
    exact: bool = True,
    single: bool = False,
) -> Bytes:
    """Format *values* (n,), float64, float32 or integers, as right-aligned decimal text, uint8 (n, width), with one trailing blank.

    The blank is missing only where a text fills its field. Without *width* the field is as wide as the
    longest text and its blank.

    exact : a text that does not fit is an `EncodeError` (category ``size``); with False it is rounded to
        the digits that fit, at least one significant one, and a field of asterisks where even that fails.
    single : write float32 values with the fewest digits that name the float32. Otherwise they are
        widened, so that a reader of doubles gets exactly the same numbers.
    """
    array = np.asarray(values)
    if array.dtype.kind in "iu":
        return format_integer(array, width, exact=exact)
    if 0 < len(array) <= FEW and not (single and array.dtype == np.float32):
        pieces = [_one_by_one(array.astype(np.float64).tolist())]
    else:
        whole = _whole_column(array)
        pieces = [_natural(array[start : start + _BLOCK], whole, single) for start in range(0, len(array), _BLOCK)]
    columns = field_width(max((cells.shape[1] for cells, _ in pieces), default=1), width)
    fields = np.full((len(array), columns), BLANK, np.uint8)
    for index, (cells, lengths) in enumerate(pieces):
        _place(fields[index * _BLOCK :][: len(cells)], cells, lengths, exact)
    return fields


def _one_by_one(doubles: list[float]) -> tuple[Bytes, NDArray[np.intp]]:
    """What `_natural` returns, of a column that is so short that its values are written one after the other."""
    whole = all(not math.isfinite(value) or (abs(value) < 2.0**53 and value.is_integer()) for value in doubles)
    texts = [f"{value:.0f}" if whole and math.isfinite(value) else _shortest(value) for value in doubles]
    longest = max(map(len, texts))
    joined = "".join(text.rjust(longest) for text in texts).encode()
    return np.frombuffer(joined, np.uint8).reshape(len(texts), longest), np.array([len(text) for text in texts])


def _shortest(value: float) -> str:
    return repr(value).replace("nan", "NaN").replace("inf", "Infinity")


def _whole_column(array: NDArray[np.generic]) -> bool:
    if not len(array):
        return False
    doubles = array.astype(np.float64)
    with np.errstate(invalid="ignore"):
        fits = (np.abs(doubles) < 2.0**53) & (np.trunc(doubles) == doubles)
    return bool((fits | ~np.isfinite(doubles)).all())


def _natural(values: NDArray[np.generic], whole: bool, single: bool) -> tuple[Bytes, NDArray[np.intp]]:
    """Return the texts of a block, right-aligned and exactly as wide as the longest, and their lengths (n,)."""
    doubles = values.astype(np.float64)
    by_text = single and values.dtype == np.float32 and not whole
    decimals = np.full(len(doubles), -1) if by_text else _decimals(doubles, whole)
    magnitude = np.rint(
        np.abs(doubles) * _TENS.take(decimals, mode="clip"), where=decimals >= 0, out=np.zeros(len(doubles))
    )
    units = magnitude.astype(np.uint64)
    negative = np.signbit(doubles)
    lengths = np.maximum(number_lengths(units), decimals + 1) + (decimals > 0) + negative
    odd = np.flatnonzero(decimals < 0)
    characters, lengths[odd] = _texts(values[odd] if by_text else doubles[odd])
    cells = np.full((len(doubles), int(lengths.max(initial=1))), BLANK, np.uint8)
    for places in np.unique(decimals[decimals >= 0]).tolist():
        rows = np.flatnonzero(decimals == places)
        _put_decimals(cells, rows, units[rows], negative[rows], places)
    if len(odd):
        part = np.full((len(odd), cells.shape[1]), BLANK, np.uint8)
        part[np.arange(-cells.shape[1], 0) >= -lengths[odd, None]] = characters
        cells[odd] = part
    return cells, lengths


def _decimals(doubles: _Doubles, whole: bool) -> NDArray[np.int64]:
    """Return how many decimals ``repr`` gives each value (n,); -1 where it is long, has an exponent or no digits."""
    result = np.full(len(doubles), -1)
    magnitude = np.abs(doubles)
    if whole:
        result[np.isfinite(doubles)] = 0
        return result
    left = np.flatnonzero(((magnitude >= 1e-4) & (magnitude < 1e14)) | (magnitude == 0))
    probe = magnitude[left[:: max(1, len(left) // _PROBE)]]
    if 8 * np.count_nonzero(np.rint(probe * 1e6) / 1e6 == probe) < len(probe):
        return result  # long fractions throughout: fifteen rounds would find next to nothing
    for places in range(1, 16):
        # Both r < 10**15 and 10**places are exact, so the quotient is the double nearest to the decimal r / 10**places;
        # a decimal of 15 digits is the only one of its length, or shorter, that is nearest to its double.
        scaled = np.rint(magnitude[left] * _TENS[places])
        found = (scaled < 1e15) & (scaled / _TENS[places] == magnitude[left])
        result[left[found]] = places
        left = left[~found & (scaled < 1e15)]
    return result


def _put_decimals(
    cells: Bytes, rows: NDArray[np.intp], units: NDArray[np.uint64], negative: NDArray[np.bool_], places: int
) -> None:
    end = cells.shape[1]
    if places:
        ten = np.uint64(10**places)
        cells[rows, end - places :] = decimal_digits(units % ten, places) + np.uint8(ZERO)
        cells[rows, end - places - 1] = ord(".")
        units = units // ten
        end -= places + 1
    put_whole_numbers(cells, rows, units, negative, end)


def _texts(values: NDArray[np.generic]) -> tuple[Bytes, NDArray[np.intp]]:
    """Return the shortest texts of float64 or float32 *values* (n,): their characters end to end, and lengths (n,)."""
    # str of a numpy float32 has the digits of the float32; tolist() would widen it first
    texts = map(str, values) if values.dtype == np.float32 else map(repr, values.tolist())
    joined = "".join(f"{text}\n" for text in texts).replace("nan", "NaN").replace("inf", "Infinity")
    characters = np.frombuffer(joined.encode(), np.uint8)
    ends = np.flatnonzero(characters == ord("\n"))
    return characters[characters != ord("\n")], np.diff(ends, prepend=-1) - 1


def _place(fields: Bytes, cells: Bytes, lengths: NDArray[np.intp], exact: bool) -> None:
    """Put right-aligned *cells* (n, longest) of *lengths* (n,) into blank *fields* (n, width)."""
    width, natural = fields.shape[1], cells.shape[1]
    room = min(width - 1, natural)
    fields[:, width - 1 - room : width - 1] = cells[:, natural - room :]
    if natural < width:
        return
    full = np.flatnonzero(lengths == width)
    fields[full] = cells[full, natural - width :]
    for row in np.flatnonzero(lengths > width).tolist():
        text = cells[row, natural - lengths[row] :].tobytes().decode()
        if exact:
            raise too_narrow(width, text)
        fields[row] = np.frombuffer(_fitted(text, width), np.uint8)


def _fitted(text: str, width: int) -> bytes:
    """Round the number *text* says until it fits *width* bytes, better with a trailing blank; else asterisks."""
    value = float(text)
    if math.isfinite(value):
        for digits in range(17, 0, -1):
            shortest = min((_bare(f"{value:.{digits}g}"), _bare(f"{value:.{digits - 1}e}")), key=len)
            if not math.isfinite(float(shortest)):  # 1.7e308 must not become 2e308
                shortest = _cut(value, digits)
            if len(shortest) < width or (len(shortest) == width and digits == 1):
                return (shortest + " ").rjust(width)[:width].encode()
    return b"*" * width


def _cut(value: float, digits: int) -> str:
    """Return *value* with its first *digits* digits, not rounded."""
    mantissa, _, exponent = f"{value:.16e}".partition("e")
    return _bare(f"{mantissa[: len(mantissa) - 17 + digits]}e{exponent}")


def _bare(text: str) -> str:
    """Drop what a number can do without: trailing zeros, a plus and zeros in the exponent, a zero before the point."""
    mantissa, mark, exponent = text.partition("e")
    if "." in mantissa:
        mantissa = mantissa.rstrip("0").rstrip(".")
    mantissa = mantissa.replace("0.", ".", 1) if mantissa.lstrip("-").startswith("0.") else mantissa
    return f"{mantissa}e{int(exponent)}" if mark else mantissa
