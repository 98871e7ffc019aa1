"""Types of the `cbor` family as Python text: annotations, converters of the runtime, and the author's own words."""

from __future__ import annotations

import re

from sciwire.model import Constraints, Record, Spec
from sciwire.model.check import resolve
from sciwire.model.families.cbor import class_of
from sciwire.model.types import (
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
    type_text,
)

from ..text import literal

__all__ = ["annotation", "bounded", "converter", "function_names", "snake", "type_text"]

_PYTHON = {
    "uint": "int", "int": "int", "float": "float", "bool": "bool", "text": "str", "bytes": "bytes",
    "datetime": "DateTime", "rational": "Rational", "any": "Any", "null": "None",
}  # fmt: skip


def function_names(spec: Spec) -> dict[str, str]:
    """Class name to the name that its functions have, in lower case; where two fall together, one gets a number."""
    records = [class_of(name) for name, kind in spec.types.items() if isinstance(kind, Record)]
    counts: dict[str, int] = {}
    names = {}
    for name in (*records, *(message.cls for message in spec.body.messages)):
        word = snake(name)
        counts[word] = counts.get(word, 0) + 1
        names[name] = word if counts[word] == 1 else f"{word}_{counts[word]}"
    return names


def snake(name: str) -> str:
    """``SeriesStart`` -> ``series_start``."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def annotation(spec: Spec, kind: Type) -> str:
    match kind:
        case Scalar(name=name):
            return _PYTHON[name]
        case Number():
            return "float" if kind.code.startswith("f") else "int"
        case ListOf(item=item):
            return f"list[{annotation(spec, item)}]"
        case MapOf(key=key, value=value):
            return f"dict[{annotation(spec, key)}, {annotation(spec, value)}]"
        case NDArray() | Array():
            return "NDArray[Any]"
        case Enum():
            return "str"
        case TaggedType(item=item) | Embedded(item=item):
            return annotation(spec, item)
        case Union():
            names = sorted(dict.fromkeys(annotation(spec, one) for one in _alternatives(spec, kind)), key="None".__eq__)
            return "Any" if "Any" in names else " | ".join(names)
        case Named(name=name):
            found = resolve(kind, spec)
            return class_of(name) if isinstance(found, Record) else annotation(spec, found)
        case _:
            raise TypeError(f"{kind} has no form in CBOR")


def _alternatives(spec: Spec, kind: Type) -> list[Type]:
    """The alternatives of a union, those of unions that it names in their place."""
    found = resolve(kind, spec) if isinstance(kind, Named) else kind
    if not isinstance(found, Union):
        return [kind]
    return [one for alternative in found.alternatives for one in _alternatives(spec, alternative)]


def converter(spec: Spec, kind: Type) -> str:
    match kind:
        case Scalar(name=name):
            return name.upper()
        case Number():
            return (
                f"FixedFloat({literal(kind.code)})"
                if kind.code in ("f2", "f4")
                else "FLOAT"
                if kind.code == "f8"
                else f"FixedInt({literal(kind.code)})"
            )
        case ListOf(item=item, length=length):
            return f"ListOf({converter(spec, item)}{'' if length is None else f', {length}'})"
        case MapOf(key=key, value=value):
            return f"MapOf({converter(spec, key)}, {converter(spec, value)})"
        case NDArray(dtypes=dtypes, axes=axes):
            return f"NDArrayOf({literal(tuple(one.dtype for one in dtypes))}, {literal(axes)})"
        case Array(dtypes=dtypes):
            return f"TypedArrayOf({literal(tuple(one.dtype for one in dtypes))})"
        case Enum(names=names):
            return f"EnumText({literal(names)})"
        case TaggedType(number=number, item=item):
            return f"TaggedOf({number}, {converter(spec, item)})"
        case Embedded(item=item):
            return f"EmbeddedOf({converter(spec, item)})"
        case Union(alternatives=alternatives):
            return f"UnionOf(({', '.join(converter(spec, one) for one in alternatives)}))"
        case Named(name=name):
            found = spec.types[name]
            return (
                f"_{function_names(spec)[class_of(name)].upper()}"
                if isinstance(found, Record)
                else converter(spec, found)
            )
        case _:
            raise TypeError(f"{kind} has no form in CBOR")


def bounded(converter: str, limits: Constraints, rule: str, *, null: bool = False) -> str:
    """*converter* within *limits*; with *null* the type has null, which they are not about."""
    if not limits:
        return converter
    named = {
        "const": limits.const, "minimum": limits.minimum, "maximum": limits.maximum,
        "pattern": limits.pattern, "min_length": limits.min_length, "max_length": limits.max_length, "rule": rule or None,
        "null": null or None,
    }  # fmt: skip
    return f"Bounded({converter}, {', '.join(f'{name}={literal(value)}' for name, value in named.items() if value is not None)})"
