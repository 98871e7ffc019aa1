"""The body of a specification as a flat table: a path of names for each fact, whatever the family.

Frozen values are opened by their fields, sequences of named things by these names, so that a thing that moved
is not taken for another one. Records of named fields are left out; they are compared as such.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from typing import Any

from sciwire.runtime.value import Value

from ..ir import Field, Record
from ..problems import Place
from ..types import Type, type_text

__all__ = ["ORDER", "facts", "records"]

#: the last part of a path that holds the names of a sequence in their order
ORDER = "(order)"
_NAMES = ("label", "name", "key", "word", "field", "option", "path")


def facts(body: Any) -> dict[tuple[str, ...], Any]:
    """Path -> plain value (text for a type)."""
    return dict(_facts(body, ()))


def records(body: Any) -> dict[tuple[str, ...], Record]:
    """Path -> record of named fields; a lone field is a record of one."""
    return dict(_records(body, ()))


def _records(value: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Record]]:
    if isinstance(value, Record):
        yield path, value
    elif isinstance(value, Field):
        yield path, Record("", (value,))
    else:
        for name, one in _inside(value):
            yield from _records(one, (*path, name))


def _facts(value: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    if isinstance(value, (Record, Field, Place)):
        return
    if isinstance(value, Type):
        yield path, type_text(value)
        return
    inside = list(_inside(value))
    sequence = isinstance(value, (tuple, list)) and not _fields(value)
    if sequence and len(inside) > 1 and not any(name.isdigit() for name, _ in inside):
        yield (*path, ORDER), tuple(name for name, _ in inside)
    if not inside and not isinstance(value, (tuple, list, Mapping)):
        yield path, value
    for name, one in inside:
        yield from _facts(one, (*path, name))


def _inside(value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, (Type, Place)):
        return
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        yield from ((one.name, getattr(value, one.name)) for one in dataclasses.fields(value))
    elif isinstance(value, Value):
        yield from ((name, getattr(value, name)) for name in value.FIELDS)
    elif isinstance(value, tuple) and (fields := _fields(value)):
        yield from zip(fields, value, strict=True)
    elif isinstance(value, Mapping):
        yield from ((str(key), one) for key, one in value.items())
    elif isinstance(value, (tuple, list)):
        taken: set[str] = set()
        for index, one in enumerate(value):
            name = _name_of(one)
            name = str(index) if not name or name in taken else name
            taken.add(name)
            yield name, one


def _fields(value: Any) -> tuple[str, ...]:
    """The names of a NamedTuple, as the tables of a runtime are; none for other sequences."""
    return tuple(getattr(value, "_fields", ()))


def _name_of(value: Any) -> str:
    for attribute in _NAMES:
        found = getattr(value, attribute, None)
        if isinstance(found, Field):
            return found.label
        if isinstance(found, str) and found:
            return found
    return value if isinstance(value, str) else ""
