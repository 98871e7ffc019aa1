"""Lists, maps and values of no stated type read straight from the bytes of CBOR; all else in two passes."""

from __future__ import annotations

from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any, Final

from sciwire.runtime import cbor

from ..anything import ANY
from ..containers import ListOf
from ..scalars import Converter
from .values import FLOATS, Pass, Reader, Unusual, entries_at, floating, text, unsigned

if TYPE_CHECKING:
    from sciwire.runtime.limits import Limits

__all__ = ["LEVELS", "any_value", "list_reader", "map_reader", "ordinary"]

#: containers inside containers that are read here; what is in them is read the ordinary way
LEVELS: Final = 4
_ABOVE: Final = LEVELS + 4  # levels around a value that is read the ordinary way, at most


def any_value(p: Pass, position: int, levels: int = LEVELS) -> tuple[Any, int]:
    """Read a value of no stated type, of which *levels* are read here."""
    head = p.source[position]
    if head < 0x1C:
        return unsigned(p, position)
    if 0x60 <= head < 0x7C:
        return text(p, position)
    if 0xA0 <= head < 0xB8 and levels:
        return _entries(p, position + 1, head - 0xA0, partial(any_value, levels=levels - 1))
    if 0xF4 <= head <= 0xF6:
        return (False, True, None)[head - 0xF4], position + 1
    return floating(p, position) if head in FLOATS else ordinary(ANY, p, position)


def _entries(p: Pass, position: int, count: int, item: Reader) -> tuple[dict[str, Any], int]:
    """Read *count* keys of text, each with what *item* reads."""
    p.count(2 * count)
    steps = p.reading.steps
    result: dict[str, Any] = {}
    for _ in range(count):
        key, position = text(p, position)
        steps.append(key)
        result[key], position = item(p, position)
        steps.pop()
    if len(result) != count:
        raise Unusual
    return result, position


def ordinary(converter: Converter[Any], p: Pass, position: int) -> tuple[Any, int]:
    """Read any value, in two passes."""
    found = cbor.decode(p.source, limits=_inside(p.reading.limits), start=position)
    p.count(found.items)
    if found.duplicates:
        raise Unusual
    return converter.decode(found.value, p.reading), found.end


@lru_cache(maxsize=8)
def _inside(limits: Limits) -> Limits:
    return limits.but(depth=limits.depth - _ABOVE)


def list_reader(converter: ListOf[Any], item: Reader) -> Reader:
    """What reads the lists of *converter*, whose items *item* reads."""
    length = converter.length

    def read(p: Pass, position: int) -> tuple[list[Any], int]:
        count = p.source[position] - 0x80
        if not 0 <= count < 24:
            return ordinary(converter, p, position)
        if length is not None and count != length:
            raise Unusual
        p.count(count)
        position += 1
        steps = p.reading.steps
        result = []
        for index in range(count):
            steps.append(index)
            value, position = item(p, position)
            steps.pop()
            result.append(value)
        return result, position

    return read


def map_reader(item: Reader) -> Reader:
    """What reads maps of text to what *item* reads."""

    def read(p: Pass, position: int) -> tuple[dict[str, Any], int]:
        count, position = entries_at(p, position)
        return _entries(p, position, count, item)

    return read
