"""Which reader reads the values of a converter."""

from __future__ import annotations

from functools import partial
from typing import Any, Final

from ..anything import ANY
from ..bounded import Bounded
from ..containers import ListOf, MapOf
from ..scalars import BOOL, DATETIME, FLOAT, RATIONAL, TEXT, Converter, EnumText, Integer
from .arrays import array_reader
from .containers import LEVELS, any_value, list_reader, map_reader, ordinary
from .values import Pass, Reader, boolean, date_time, enumeration, floating, integer, rational, text

__all__ = ["reader_of"]

_READERS: Final = (
    (TEXT, text),
    (FLOAT, floating),
    (BOOL, boolean),
    (DATETIME, date_time),
    (RATIONAL, rational),
    (ANY, any_value),
)


def reader_of(converter: Converter[Any], levels: int = LEVELS) -> Reader:
    """What reads the values of *converter*, *levels* of containers at most: all else is read the ordinary way."""
    for one, reader in _READERS:
        if converter is one:
            return reader
    match converter:
        case Integer():
            return integer(converter)
        case EnumText():
            return enumeration(converter)
        case Bounded():
            return _bounded(converter, reader_of(converter.inner, levels))
        case ListOf() if levels:
            return list_reader(converter, reader_of(converter.item, levels - 1))
        case MapOf() if levels and converter.key is TEXT:
            return map_reader(reader_of(converter.value, levels - 1))
    return array_reader(converter) or partial(ordinary, converter)


def _bounded(converter: Bounded[Any], inner: Reader) -> Reader:
    check = converter.check
    if inner is rational and converter == Bounded(RATIONAL, minimum=0, rule=converter.rule):
        return inner  # which takes no other

    def read(p: Pass, position: int) -> tuple[Any, int]:
        value, position = inner(p, position)
        check(value)
        return value, position

    return read
