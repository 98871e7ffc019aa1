"""The mutants of a specification: one value of its model changed in each, found by walking the frozen data.

The walk knows the shapes of data (records, tuples, maps, numbers, words) and no family, so that a family that is
added is mutated too. What says nothing about bytes is left alone: prose, places, sources, rule ids, Python's names.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sciwire.model import Spec
from sciwire.model.types import CODES, Number, Scalar

from .words import Words

__all__ = ["Mutant", "mutants"]

#: Of the head of a specification, what a codec is made of.
_PARTS = ("limits", "profiles", "version_rule", "types", "body")
#: Names of parts that are prose, or that only Python sees.
_PROSE = frozenset(
    ("doc", "docs", "title", "text", "url", "place", "rule", "rules", "option_docs", "cls", "config", "unit")
)
_PYTHON = frozenset(
    (
        *(("Field", "name"), ("StructField", "name"), ("Record", "name"), ("Profile", "name"), ("Part", "name")),
        *(("CborBody", "serializer"), ("GridBody", "operations"), ("StructBody", "names"), ("DataType", "members")),
        *(("TextPacketsBody", one) for one in ("errors", "operations", "constants", "programs", "type_prefix")),
        *(("CollectionBody", one) for one in ("serializer", "names", "steps", "level")),
    )
)
#: Sequences whose order is that of the bytes; of others the order says nothing.
_ORDERED = frozenset(("fields", "parts", "shape", "axes", "chunks", "columns", "ranks", "prefix"))
_RULE = re.compile(r"[A-Z][A-Z0-9]*-\d{3,4}\Z")
_SCALARS = {
    "uint": ("int",), "int": ("uint",), "float": ("int",), "bool": ("uint",), "text": ("bytes",), "bytes": ("text",),
    "datetime": ("text",), "rational": ("float",), "any": ("text",), "null": ("any",),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Mutant:
    """A specification with one change; `id` says where and what, and stays the same while the specification does."""

    id: str
    spec: Spec = dataclasses.field(repr=False, compare=False)


def mutants(spec: Spec) -> Iterator[Mutant]:
    """Every mutant of *spec*, in the order of its model."""
    words = Words.of(spec)
    for part in _PARTS:
        for path, what, changed in _changes(getattr(spec, part), part, ("Spec", part), words):
            yield Mutant(f"{path}: {what}", dataclasses.replace(spec, **{part: changed}))


_Change = tuple[str, str, Any]


def _changes(value: Any, path: str, owner: tuple[str, str], words: Words) -> Iterator[_Change]:
    """(path, what was done, new value) for each change of *value* or of something inside it."""
    if isinstance(value, Number):
        yield from ((path, f"{value.dtype} -> {new.dtype}", new) for new in _numbers(value))
    elif isinstance(value, Scalar):
        for name in _SCALARS.get(value.name, ()):
            yield path, f"{value.name} -> {name}", Scalar(name)
    elif dataclasses.is_dataclass(value) or hasattr(value, "_fields"):
        yield from _record(value, path, words)
    elif isinstance(value, Mapping):
        yield from _mapping(value, path, owner, words)
    elif isinstance(value, tuple):
        yield from _tuple(value, path, owner, words)
    else:
        for new in _leaf(value, owner, words):
            yield path, f"{value!r} -> {new!r}", new


def _record(value: Any, path: str, words: Words) -> Iterator[_Change]:
    kind = type(value)
    # what does not count when two are compared is worked out from the rest
    names = [one.name for one in dataclasses.fields(value) if one.compare] if dataclasses.is_dataclass(value) else value._fields  # fmt: skip
    notes = {name: str(note) for base in reversed(kind.__mro__) for name, note in vars(base).get("__annotations__", {}).items()}  # fmt: skip
    for name in names:
        child = getattr(value, name)
        if name in _PROSE or name.endswith("_rule") or (kind.__name__, name) in _PYTHON:
            continue
        inside = f"{path}.{name}"
        if child is not None and "None" in notes.get(name, "") and child != ():
            yield inside, "removed", _with(value, name, None)
        for where, what, new in _changes(child, inside, (kind.__name__, name), words):
            yield where, what, _with(value, name, new)


def _with(value: Any, name: str, new: Any) -> Any:
    return dataclasses.replace(value, **{name: new}) if dataclasses.is_dataclass(value) else value._replace(**{name: new})  # type: ignore[type-var]  # fmt: skip


def _mapping(value: Mapping[Any, Any], path: str, owner: tuple[str, str], words: Words) -> Iterator[_Change]:
    for key, item in value.items():
        inside = f"{path}[{key}]"
        if isinstance(item, str) and _RULE.match(item):
            continue  # which rule an error cites; the error itself stays
        yield inside, "removed", {one: other for one, other in value.items() if one != key}
        for where, what, new in _changes(item, inside, owner, words):
            yield where, what, {one: new if one == key else other for one, other in value.items()}


def _tuple(value: tuple[Any, ...], path: str, owner: tuple[str, str], words: Words) -> Iterator[_Change]:
    names = [_name(item, index) for index, item in enumerate(value)]
    for index, item in enumerate(value):
        twin = f"#{index}" if names[index] in names[:index] else ""
        inside = f"{path}[{names[index]}{twin}]"
        rest = value[:index] + value[index + 1 :]
        yield inside, "removed", rest
        if index and owner[1] in _ORDERED and item != value[index - 1]:
            yield inside, "one place up", (*value[: index - 1], item, value[index - 1], *value[index + 1 :])
        for where, what, new in _changes(item, inside, owner, words):
            yield where, what, (*value[:index], new, *value[index + 1 :])


def _name(item: Any, index: int) -> str:
    """What tells an element from its neighbours, better than its number, which changes when one is added."""
    for name in ("label", "name", "path", "id", "key"):
        said = getattr(item, name, None)
        if isinstance(said, str) and said:
            return said
    return item if isinstance(item, str) and item else str(index)


def _numbers(number: Number) -> Iterator[Number]:
    kind, size = number.code[0], int(number.code[1:])
    for other in (2 * size, size // 2):
        if f"{kind}{other}" in CODES:
            yield Number(f"{kind}{other}", number.order)
    if kind in "ui":
        yield Number(f"{'i' if kind == 'u' else 'u'}{size}", number.order)
    if number.order:
        yield Number(number.code, ">" if number.order == "<" else "<")


def _leaf(value: Any, owner: tuple[str, str], words: Words) -> Iterator[Any]:
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, int):
        yield value + 1
        if value > 0:
            yield value - 1
    elif isinstance(value, float):
        yield value * 2 + 1
    elif isinstance(value, bytes):
        yield value[:-1] + bytes([value[-1] ^ 1]) if value else b"\0"
    elif isinstance(value, str) and not _RULE.match(value):
        yield from words.others(owner, value)
