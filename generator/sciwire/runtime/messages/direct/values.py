"""Values read straight from the bytes of CBOR, where they stand as specified and as writers usually write them.

A reader is called with the pass and an offset, and gives the value and the offset behind it; `Unusual` says that
the ordinary way (`cbor.decode`, then a converter) is to be gone instead.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import Any, Final

from sciwire.runtime.values import DateTime, Rational

from ..context import Reading
from ..scalars import EnumText, Integer

__all__ = [
    "FLOATS",
    "Pass",
    "Reader",
    "Unusual",
    "boolean",
    "byte_string",
    "constant",
    "date_time",
    "entries_at",
    "enumeration",
    "floating",
    "integer",
    "rational",
    "text",
    "unsigned",
]

Reader = Callable[["Pass", int], tuple[Any, int]]

_NEGATIVE: Final = 0x20  # where the heads of negative integers begin
#: first byte of an unsigned integer -> how to read what follows, and the bytes of both
_WIDTHS: Final = {
    24: (struct.Struct("B").unpack_from, 2),
    25: (struct.Struct(">H").unpack_from, 3),
    26: (struct.Struct(">I").unpack_from, 5),
    27: (struct.Struct(">Q").unpack_from, 9),
}
#: first byte of a float -> how to read what follows, and the bytes of both
FLOATS: Final = {
    0xFB: (struct.Struct(">d").unpack_from, 9),
    0xFA: (struct.Struct(">f").unpack_from, 5),
    0xF9: (struct.Struct(">e").unpack_from, 3),
}


class Unusual(Exception):  # noqa: N818 - never leaves the kernel
    """Something does not stand as it usually does."""


class Pass:
    """One message on its way: *source* its bytes as they answer fastest; of `view`, slices are no copies.

    All containers may have *most* items together, as far as they are counted here: those of arrays are not, which are few.
    """

    __slots__ = ("items", "most", "reading", "size", "source", "view")

    def __init__(self, source: Any, reading: Reading, most: int) -> None:
        self.source = source
        self.view = reading.base
        self.size = len(source)
        self.reading = reading
        self.items = 0
        self.most = most

    def count(self, items: int) -> None:
        self.items += items
        if self.items > self.most:
            raise Unusual


def unsigned(p: Pass, position: int, first: int = 0) -> tuple[int, int]:
    """Read an unsigned integer, or the argument of a head whose kind begins at the byte *first*."""
    info = p.source[position] - first
    if 0 <= info < 24:
        return info, position + 1
    wide = _WIDTHS.get(info)
    if wide is None:
        raise Unusual
    unpack, width = wide
    return unpack(p.source, position + 1)[0], position + width


def text(p: Pass, position: int) -> tuple[str, int]:
    """Read a text of stated length."""
    length, position = unsigned(p, position, 0x60)
    stop = position + length
    if stop > p.size:
        raise Unusual
    return str(p.source[position:stop], "utf-8"), stop


def byte_string(p: Pass, position: int) -> tuple[memoryview, int]:
    """Read a byte string of stated length, as a view."""
    length, position = unsigned(p, position, 0x40)
    stop = position + length
    if stop > p.size:
        raise Unusual
    return p.view[position:stop], stop


def entries_at(p: Pass, position: int) -> tuple[int, int]:
    """The number of entries of the map at *position*, at most 255, and where the first begins."""
    count, position = unsigned(p, position, 0xA0)
    if count > 255:
        raise Unusual
    return count, position


def constant(value: str | int | None) -> Reader:
    """What reads *value*, and nothing else."""
    reader: Reader = text if isinstance(value, str) else unsigned

    def read(p: Pass, position: int) -> tuple[Any, int]:
        found, position = reader(p, position)
        if found != value:
            raise Unusual
        return found, position

    return read


def integer(converter: Integer) -> Reader:
    """What reads the integers of *converter*."""
    low, high = converter.low, converter.high

    def read(p: Pass, position: int) -> tuple[int, int]:
        if p.source[position] < _NEGATIVE:
            number, position = unsigned(p, position)
        else:
            number, position = unsigned(p, position, _NEGATIVE)
            number = -1 - number
        if not low <= number <= high:
            raise Unusual
        return number, position

    return read


def floating(p: Pass, position: int) -> tuple[float, int]:
    """Read a float, or an unsigned integer in its place, as writers in the wild send them."""
    found = FLOATS.get(p.source[position])
    if found is None:
        number, position = unsigned(p, position)
        return float(number), position
    unpack, width = found
    return unpack(p.source, position + 1)[0], position + width


def boolean(p: Pass, position: int) -> tuple[bool, int]:
    """Read true or false."""
    head = p.source[position]
    if head not in (0xF4, 0xF5):
        raise Unusual
    return head == 0xF5, position + 1


def date_time(p: Pass, position: int) -> tuple[DateTime, int]:
    """Read a date and time, under tag 0 or under none."""
    words, position = text(p, position + (p.source[position] == 0xC0))  # tag 0, or none
    moment = DateTime(words)
    if not moment.well_formed:
        raise Unusual
    return moment, position


def rational(p: Pass, position: int) -> tuple[Rational, int]:
    """Read an array of two unsigned integers."""
    if p.source[position] != 0x82:  # array of two; a negative numerator is unusual
        raise Unusual
    numerator, position = unsigned(p, position + 1)
    denominator, position = unsigned(p, position)
    return Rational(numerator, denominator), position


def enumeration(converter: EnumText) -> Reader:
    """What reads the words of *converter*."""
    names = frozenset(converter.names)

    def read(p: Pass, position: int) -> tuple[str, int]:
        word, position = text(p, position)
        if word not in names:
            raise Unusual
        return word, position

    return read
