"""Alternatives of a union that a decoder of CBOR can't tell apart: what the second writes is read as the first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

from ..check import all_records
from ..context import Context
from ..followed import DEEPEST, resolve, takes_null
from ..ir import Field, Record, Spec
from ..members import INTEGERS
from ..problems import Place
from ..types import (
    Array,
    Embedded,
    Enum,
    ListOf,
    MapOf,
    Named,
    NDArray,
    Number,
    Scalar,
    TaggedType,
    Type,
    Union,
    walk_type,
)
from .cbor import Tolerance

__all__ = ["check_numbers", "check_unions"]

_MOST = 32  # parts that are looked at one by one
_INT = Scalar("int")
_APART = "a required key that only one has, or a constant of its own, tells records apart"
_ABSENT = "`missing: allow` lets a required key be absent; say `missing: error`, or give both a key with a constant of its own"
_FORMS = {
    "uint": {"int"}, "int": {"int"}, "float": {"int", "float"}, "bool": {"bool"}, "text": {"text"}, "null": {"null"},
    "bytes": {"bytes"}, "datetime": {"text", "tag 0"}, "rational": {"array", "tag 30"},
}  # fmt: skip
_WRITTEN = {"float": {"float"}, "datetime": {"tag 0"}, "rational": {"array"}}


@dataclass(frozen=True, slots=True)
class _Part:
    """What stands at one key or position: its type, its constant, whether a wrong value is refused."""

    type: Type
    const: Any = None
    strict: bool = True
    required: bool = True


@dataclass(frozen=True, slots=True)
class _Form:
    """A map or an array on the wire; `others` is the type of parts that are not listed, None where none may be."""

    layout: str
    parts: Mapping[Any, _Part]
    others: Type | None
    closed: bool
    record: bool

    def part(self, key: Any) -> _Part | None:
        """The part at *key*, if there is or may be one."""
        return self.parts.get(key) or (_Part(self.others, required=False) if self.others is not None else None)

    @property
    def required(self) -> Iterator[Any]:
        """The keys or positions that always stand there."""
        return (key for key, part in self.parts.items() if part.required)


def check_unions(spec: Spec, root: Any, context: Context) -> None:
    """Report every union of which one alternative would be read as another."""
    check_numbers(spec, root, context)
    for place, union in _unions(spec, root):
        _check(union, place, spec, context)


def check_numbers(spec: Spec, root: Any, context: Context) -> None:
    """Report integers behind a float, which takes integers too: they come back as floats."""
    for place, union in _unions(spec, root):
        for first, second in combinations(_alternatives(union, spec), 2):
            if _is_float(first) and _is_integer(second):
                text = f"what is written of {_name(second)} can be read as {_name(first)}, which stands before it"
                context.problems.add("SPEC265", place, text, "put the integer first")


def _unions(spec: Spec, root: Any) -> Iterator[tuple[Place, Union]]:
    for name, kind in spec.types.items():
        if not isinstance(kind, Record):
            yield from ((root["types"][name].place, one) for one in walk_type(kind) if isinstance(one, Union))
    for record in all_records(spec):
        for field in record.fields:
            yield from ((field.place, one) for one in walk_type(field.type) if isinstance(one, Union))


def _check(union: Union, place: Place, spec: Spec, context: Context) -> None:
    tolerance: Tolerance = spec.body.tolerance
    kinds = _alternatives(union, spec)
    for one, two in combinations(kinds, 2):
        if one == Scalar("bytes") and isinstance(two, Embedded):
            text = "what is written of embedded[...] can be read as bytes, which stands before it"
            context.problems.add("SPEC265", place, text, "put embedded[...] first")
    forms = [(_name(one), _form(one, tolerance), levels) for one, levels in (_opened(kind, spec) for kind in kinds)]
    for (name, first, levels), (other, second, inside) in combinations(forms, 2):
        if first is None or second is None or levels != inside or not (first.record or second.record):
            continue
        if not _refuses(first, second, spec, tolerance):
            text = f"what is written of {other} can be read as {name}, which stands before it"
            hint = _ABSENT if _refuses(first, second, spec, replace(tolerance, missing="error")) else _APART
            context.problems.add("SPEC265", place, text, hint)


def _opened(kind: Record | Type, spec: Spec) -> tuple[Record | Type, int]:
    """What *kind* holds in bytes, and in how many byte strings inside each other."""
    levels = 0
    while isinstance(kind, Embedded) and levels < DEEPEST:
        kind, levels = resolve(kind.item, spec), levels + 1
    return kind, levels


def _is_float(kind: Record | Type) -> bool:
    return kind == Scalar("float") or (isinstance(kind, Number) and kind.code.startswith("f"))


def _is_integer(kind: Record | Type) -> bool:
    return kind in INTEGERS or (isinstance(kind, Number) and kind.code[0] in "ui")


def _alternatives(kind: Type, spec: Spec) -> list[Record | Type]:
    """The alternatives of *kind* with named types followed."""
    found: list[Record | Type] = []
    waiting: list[Record | Type] = [kind]
    for _ in range(1000):
        if not waiting:
            break
        one = waiting.pop(0)
        if isinstance(one, Named):
            waiting.insert(0, spec.types.get(one.name, Scalar("any")))
        elif isinstance(one, Union):
            waiting[:0] = one.alternatives
        else:
            found.append(one)
    return found


def _name(kind: Record | Type) -> str:
    if isinstance(kind, Record):
        return f"the record {kind.name!r}"
    return kind.name if isinstance(kind, (Scalar, Number)) else "a map" if isinstance(kind, MapOf) else "a list"


def _form(kind: Record | Type, tolerance: Tolerance) -> _Form | None:
    """How *kind* stands on the wire; None where it is neither a map nor an array."""
    if isinstance(kind, Record):
        array = kind.layout == "array"
        parts = {(index if array else one.key): _part(one, tolerance) for index, one in enumerate(kind.fields)}
        return _Form(kind.layout, parts, None, array or tolerance.unknown == "error", True)
    if kind == Scalar("rational"):
        return _Form("array", {0: _Part(_INT), 1: _Part(_INT)}, None, True, True)
    if isinstance(kind, MapOf):
        return _Form("map", {}, kind.value, False, False)
    if isinstance(kind, ListOf) and kind.length is not None and kind.length <= _MOST:
        return _Form("array", {index: _Part(kind.item) for index in range(kind.length)}, None, True, False)
    return _Form("array", {}, kind.item, False, False) if isinstance(kind, ListOf) else None


def _part(field: Field, tolerance: Tolerance) -> _Part:
    strict = (field.wrong_type or ("error" if field.required else tolerance.wrong_type)) == "error"
    return _Part(field.type, field.constraints.const, strict, field.required and field.when is None)


def _refuses(first: _Form, second: _Form, spec: Spec, tolerance: Tolerance) -> bool:
    """Whether no value that is written of *second* is one of *first*."""
    if first.layout != second.layout:
        return True
    lenient = first.record and tolerance.missing != "error"
    needed = [] if lenient else list(first.required)
    if any(second.part(key) is None for key in needed):
        return True
    for key in (*needed, *second.required):
        own, other = first.part(key), second.part(key)
        if own is None:
            if first.closed:
                return True
        elif other is not None and own.strict and _differ(own, other, spec):
            return True
    return False


def _differ(own: _Part, other: _Part, spec: Spec) -> bool:
    """Whether nothing that is written of *other* is taken for *own*."""
    values, others = _values(own, spec), _values(other, spec)
    if values is not None and others is not None and not any(one in values for one in others):
        return True
    accepted, written = _wire(own.type, spec, False), _wire(other.type, spec, True)
    return accepted is not None and written is not None and accepted.isdisjoint(written)


def _values(part: _Part, spec: Spec) -> list[Any] | None:
    """The only values that there are, where they are listed."""
    if part.const is not None:
        return [part.const, *([None] if takes_null(part.type, spec) else [])]
    kinds = _alternatives(part.type, spec)
    return list(kinds[0].names) if len(kinds) == 1 and isinstance(kinds[0], Enum) else None


def _wire(kind: Type, spec: Spec, written: bool) -> set[str] | None:
    """The kinds of CBOR items in which *kind* is *written*, or else accepted; None where it can be any."""
    found: set[str] = set()
    for one in _alternatives(kind, spec):
        match one:
            case Scalar(name=name):
                forms = (_WRITTEN.get(name) if written else None) or _FORMS.get(name)
                if forms is None:
                    return None
                found |= forms
            case Number(code=code):
                found |= {"int"} if code[0] in "ui" else {"float"} if written else {"int", "float"}
            case Enum():
                found.add("text")
            case Record(layout=layout):
                found.add(layout)
            case MapOf() | ListOf():
                found.add("map" if isinstance(one, MapOf) else "array")
            case TaggedType(number=number):
                found.add(f"tag {number}")
            case Embedded():
                found.add("bytes")
            case NDArray() | Array():
                found.add("array of numbers")
            case _:
                return None
    return found
