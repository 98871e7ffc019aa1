"""Fields of at most 16 characters, taken apart where they stand, whatever the layout of each row.

The characters of a row are read as one number in which all that is no digit is a zero: ``+1.50E-04`` is 105000004. The
places of the mark and of the point say which powers of ten cut it: 1050 and 4 at the mark, then 1 and 50 at the point.
Whole numbers below 2**53 are doubles, and the floor of a quotient of two of them is right, so all of it is done in doubles.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ._cells import BLANK, Bytes, Words, eight_digits, shortened
from ._rounding import nearest_double

__all__ = ["WIDEST", "narrow_decimals", "narrow_integers"]

WIDEST = 16
_EXACT = 2.0**53
_ONE = np.uint16(1)
# Powers of ten by the word that has one bit set, that of their place; bit 0 is the last character.
_TENS = np.ones(1 << WIDEST)
_TENS[1 << np.arange(WIDEST)] = 10.0 ** np.arange(WIDEST)

_Doubles = NDArray[np.float64]
_Flags = NDArray[np.bool_]


def narrow_decimals(fields: Bytes) -> tuple[_Doubles, _Flags]:
    """The values of *fields* (n, width), and which of them are sure: rows of the grammar of `_scan`."""
    rows = _Rows(fields)
    values, sure = _marked(rows) if rows.mark.any() else (_unmarked(rows), rows.plain)
    bits = values.view(np.uint64)
    bits |= rows.negative.astype(np.uint64) << np.uint64(63)
    return values, sure


def narrow_integers(fields: Bytes) -> tuple[NDArray[np.int64], _Flags]:
    """The whole numbers of *fields* (n, width), and which rows hold one, with nothing but a sign in front."""
    rows = _Rows(fields)
    good = rows.plain & ((rows.point | rows.mark) == 0)
    values = (rows.number / _TENS.take(shortened(rows.last))).astype(np.int64)
    values *= 1 - 2 * rows.negative.astype(np.int64)
    return values, good


class _Rows:
    """The characters of a block. Words (n,) mark them, bit 0 the last; those of what no row has may be of one element.

    number : what they spell, a zero for each that is no digit; minus, point, mark (an e or E) : where there are such;
    first, last : the ends of what is not blank; plain : whether nothing stands where the grammar has no place for it.
    """

    def __init__(self, fields: Bytes) -> None:
        cells = _lanes(fields).view(np.uint8)
        digits = cells - np.uint8(48)
        numeral = digits < 10
        shown, digit = _pack(cells > BLANK), _pack(numeral)
        digits *= numeral
        self.number = _number(digits)
        self.last = shown & (~shown + _ONE)
        self.first = shown & ~(shown >> _ONE)
        self.plain = (shown & (shown + self.last)) == 0  # one run of characters
        self.plain &= digit != 0
        self.plain &= self.number < _EXACT
        self.minus = self.point = self.mark = np.zeros(1, np.uint16)
        self._digit = digit
        if (other := shown ^ digit).any():
            self._look_at(cells, other)

    def _look_at(self, cells: Bytes, other: Words) -> None:
        minus, point = _pack(cells == 45), _pack(cells == 46)
        signs = minus
        if (other ^ (minus | point)).any():
            signs = minus | _pack(cells == 43)
            self.mark = shortened(_pack((cells | np.uint8(32)) == 101))
        self.plain &= other == (signs | point | self.mark)
        self.plain &= (signs & ~(self.first | self.mark >> _ONE)) == 0
        self.plain &= (point & (point - _ONE)) == 0
        self.minus, self.point = minus, point

    @property
    def negative(self) -> _Flags:
        """Rows that begin with a minus."""
        found: _Flags = (self.minus & self.first) != 0
        return found

    def check_marks(self) -> None:
        """Rows have at most one e, digits on both sides of it, and a point only in front."""
        mark, behind = self.mark, self.mark - (self.mark != 0)
        self.plain &= (mark & (mark - _ONE)) == 0
        self.plain &= (self.point == 0) | (self.point > mark)
        self.plain &= (self._digit & ~behind) != 0
        self.plain &= (mark == 0) | ((self._digit & behind) != 0)


def _lanes(fields: Bytes) -> NDArray[np.uint64]:
    """The characters (1 or 2, n) of each row, eight a lane, right-aligned; NUL, which is a blank, in front."""
    rows, width = fields.shape
    if width < 8 or fields.strides[1] != 1:
        cells = np.zeros((rows, 8 if width <= 8 else 16), np.uint8)
        cells[:, cells.shape[1] - width :] = fields
        return np.ascontiguousarray(cells.view("<u8").T)
    lanes = np.empty((1 if width == 8 else 2, rows), "<u8")
    lanes[-1] = fields[:, width - 8 :].view("<u8")[:, 0]  # reinterprets bytes, aligned or not
    if width > 8:
        lanes[0] = fields[:, :8].view("<u8")[:, 0]
        lanes[0] <<= np.uint64(8 * (16 - width))
    return lanes


def _number(digits: Bytes) -> _Doubles:
    """The number that all characters of a row spell."""
    lanes = eight_digits(digits)
    number: _Doubles = lanes[-1].astype(np.float64)
    if len(lanes) > 1:
        number += lanes[0].astype(np.float64) * 1e8
    return number


def _pack(flags: _Flags) -> Words:
    """Flags (1 or 2, 8 n) as one word a row; the last character is bit 0."""
    eights = np.packbits(flags.reshape(-1)).reshape(len(flags), -1).astype(np.uint16)
    words: Words = eights[0]
    if len(eights) > 1:
        words <<= np.uint16(8)
        words |= eights[1]
    return words


def _unmarked(rows: _Rows) -> _Doubles:
    """The values of rows without exponents: a whole number, divided by a power of ten."""
    cut = shortened(rows.last)
    number = rows.number / _TENS.take(cut)
    if rows.point.any():
        scale = _behind_point(shortened(rows.point), cut)
        number = _without_point(number, scale)
        number /= np.maximum(scale, 1)  # both are exact
    return number


def _marked(rows: _Rows) -> tuple[_Doubles, _Flags]:
    """The values of rows of which some have an exponent, and which of them are sure."""
    rows.check_marks()
    last, mark = shortened(rows.last), rows.mark
    cut = mark + mark + last * (mark == 0)
    number, power = _cut_at_mark(rows.number, cut, last, (rows.minus & (mark >> _ONE)) != 0)
    if rows.point.any():
        point = shortened(rows.point)
        scale = shortened(_behind_point(point, cut))  # so many decimals in all rows, as a rule, wherever the mark is
        number = _without_point(number, scale)
        power -= _decimals(scale) if len(scale) == 1 else (_place(point) - _place(cut)) * (point != 0)
    return nearest_double(number, power, rows.plain)


def _cut_at_mark(number: _Doubles, cut: Words, last: Words, negative: _Flags) -> tuple[_Doubles, NDArray[np.int64]]:
    """What stands in front of the place *cut*, and the exponent behind it."""
    scale = _TENS.take(cut)
    front = np.floor(number / scale)
    number -= scale * front
    number /= _TENS.take(last)
    power = number.astype(np.int64)
    power *= 1 - 2 * negative.astype(np.int64)  # signs come at random: np.where would mispredict
    return front, power


def _behind_point(point: Words, cut: Words) -> _Doubles:
    """The power of ten of so many digits as stand between the *point* and the place *cut*; 0 where there is no point."""
    scale: _Doubles = _TENS.take(point) / _TENS.take(cut)
    scale *= point != 0
    return scale


def _without_point(number: _Doubles, scale: _Doubles) -> _Doubles:
    """*number* without its digit that *scale* digits follow, as a power of ten; whole where that is 0."""
    above = number / np.maximum(scale * 10, 1)
    np.floor(above, out=above)
    above *= scale * 9
    number -= above
    return number


def _decimals(scale: _Doubles) -> int:
    """How many digits stand behind the point where that is the same in all rows."""
    return len(str(int(scale[0]))) - 1


def _place(single: Words) -> NDArray[np.int64]:
    """The number of the one bit that is set, and a constant; of a word without one anything."""
    exponents: NDArray[np.int64] = single.astype(np.float64).view(np.int64) >> 52  # a power of two is exact
    return exponents
