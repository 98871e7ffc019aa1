"""The types that a specification can name, as frozen values; `sciwire.model.expressions` reads them from text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

__all__ = [
    "CODES",
    "CONTAINERS",
    "NUMBERS",
    "SCALARS",
    "Array",
    "Embedded",
    "Enum",
    "ListOf",
    "MapOf",
    "NDArray",
    "Named",
    "Number",
    "Scalar",
    "TaggedType",
    "Type",
    "Union",
    "Vlen",
    "type_text",
    "walk_type",
]

#: long name -> numpy code without byte order
NUMBERS = {
    "uint8": "u1", "uint16": "u2", "uint32": "u4", "uint64": "u8",
    "int8": "i1", "int16": "i2", "int32": "i4", "int64": "i8",
    "float16": "f2", "float32": "f4", "float64": "f8",
}  # fmt: skip
#: numpy code -> long name
CODES = {code: name for name, code in NUMBERS.items()}

#: scalars without a width of their own: the carrier decides how they are written
SCALARS = {
    "uint": "an unsigned integer below 2^64",
    "int": "an integer from -2^64 to 2^64-1",
    "float": "a real number, double precision",
    "bool": "true or false",
    "text": "Unicode text",
    "bytes": "bytes",
    "datetime": "a date and time, RFC 3339 text",
    "rational": "two integers, numerator and denominator",
    "any": "any value that the carrier can hold",
    "null": "no value",
}
_WORD = re.compile(r"[<>]?[A-Za-z_][A-Za-z0-9_.-]*")
CONTAINERS = ("list", "map", "ndarray", "array", "vlen", "enum", "tag", "embedded")


@dataclass(frozen=True, slots=True)
class Scalar:
    """One of `SCALARS`."""

    name: str


@dataclass(frozen=True, slots=True)
class Number:
    """A number of fixed width; `order` is ``<``, ``>`` or empty where the carrier decides."""

    code: str
    order: str = ""

    @property
    def dtype(self) -> str:
        """As numpy writes it, ``<u2``; a single byte has no order (``u1``)."""
        return self.code if self.code.endswith("1") else f"{self.order}{self.code}"

    @property
    def name(self) -> str:
        return CODES[self.code]


@dataclass(frozen=True, slots=True)
class ListOf:
    item: Type
    length: int | None = None


@dataclass(frozen=True, slots=True)
class MapOf:
    key: Type
    value: Type


@dataclass(frozen=True, slots=True)
class NDArray:
    dtypes: tuple[Number, ...]
    axes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Array:
    dtypes: tuple[Number, ...]


@dataclass(frozen=True, slots=True)
class Vlen:
    item: Type


@dataclass(frozen=True, slots=True)
class Enum:
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TaggedType:
    number: int
    item: Type


@dataclass(frozen=True, slots=True)
class Embedded:
    """Bytes that hold one item of CBOR."""

    item: Type


@dataclass(frozen=True, slots=True)
class Union:
    alternatives: tuple[Type, ...]


@dataclass(frozen=True, slots=True)
class Named:
    """An entry of the specification's own `types`."""

    name: str


Type = Scalar | Number | ListOf | MapOf | NDArray | Array | Vlen | Enum | TaggedType | Embedded | Union | Named


def walk_type(kind: Type) -> Iterator[Type]:
    """*kind* and every type inside it (named types are not followed)."""
    yield kind
    match kind:
        case ListOf(item=item) | Vlen(item=item) | TaggedType(item=item) | Embedded(item=item):
            yield from walk_type(item)
        case MapOf(key=key, value=value):
            yield from walk_type(key)
            yield from walk_type(value)
        case NDArray(dtypes=dtypes) | Array(dtypes=dtypes):
            yield from dtypes
        case Union(alternatives=alternatives):
            for alternative in alternatives:
                yield from walk_type(alternative)
        case _:
            pass


def type_text(kind: Type) -> str:
    """*kind* as the author writes it."""
    match kind:
        case Scalar(name=name) | Named(name=name):
            return name
        case Number():
            return kind.order + kind.name
        case ListOf(item=item, length=length):
            return f"list[{type_text(item)}{'' if length is None else f', {length}'}]"
        case MapOf(key=key, value=value):
            return f"map[{type_text(key)}, {type_text(value)}]"
        case NDArray(dtypes=dtypes, axes=axes):
            return f"ndarray[{'|'.join(type_text(one) for one in dtypes)}; {', '.join(axes)}]"
        case Array(dtypes=dtypes):
            return f"array[{'|'.join(type_text(one) for one in dtypes)}]"
        case Enum(names=names):
            return f"enum[{', '.join(map(_enum_text, names))}]"
        case Vlen(item=item):
            return f"vlen[{type_text(item)}]"
        case TaggedType(number=number, item=item):
            return f"tag[{number}, {type_text(item)}]"
        case Embedded(item=item):
            return f"embedded[{type_text(item)}]"
        case Union(alternatives=alternatives):
            return " | ".join(type_text(one) for one in alternatives)
        case _:
            return str(kind)


def _enum_text(name: str) -> str:
    """*name* as it stands in an enum: in quotes unless it is a word."""
    if _WORD.fullmatch(name):
        return name
    return f"'{name}'" if '"' in name else f'"{name}"'
