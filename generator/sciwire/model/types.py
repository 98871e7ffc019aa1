"""Type expressions: ``map[text, ndarray[u1|u2|u4; y, x]]``, read into frozen values.

Grammar (blanks are free)::

    type        = alternative { "|" alternative }
    alternative = name [ "[" arguments "]" ]
    list[T]  list[T, 3]                 a list, of fixed length where one is given
    map[K, V]                           K is text or an integer type
    ndarray[dtypes; axis, axis]         n dimensions with names, first axis slowest in memory
    array[dtypes]                       one dimension, a run of numbers
    vlen[T]                             rows of their own length each (HDF5)
    enum[name, name]                    one of these texts
    tag[number, T]                      T under a CBOR tag
    name                                a built-in scalar, or an entry of `types`

Numbers of fixed width have two spellings, ``uint16`` and ``u2``; ``<`` or ``>`` in front (or ``le``,
``be`` behind the long one) state the byte order.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

__all__ = [
    "NUMBERS",
    "SCALARS",
    "Array",
    "Enum",
    "ListOf",
    "MapOf",
    "NDArray",
    "Named",
    "Number",
    "Scalar",
    "TaggedType",
    "Type",
    "TypeExpressionError",
    "Union",
    "Vlen",
    "parse_type",
    "walk_type",
]

#: long name -> numpy code without byte order
NUMBERS = {
    "uint8": "u1", "uint16": "u2", "uint32": "u4", "uint64": "u8",
    "int8": "i1", "int16": "i2", "int32": "i4", "int64": "i8",
    "float16": "f2", "float32": "f4", "float64": "f8",
}  # fmt: skip
_CODES = {code: name for name, code in NUMBERS.items()}

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
_CONTAINERS = ("list", "map", "ndarray", "array", "vlen", "enum", "tag")


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
        return _CODES[self.code]


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
class Union:
    alternatives: tuple[Type, ...]


@dataclass(frozen=True, slots=True)
class Named:
    """An entry of the specification's own `types`."""

    name: str


Type = Scalar | Number | ListOf | MapOf | NDArray | Array | Vlen | Enum | TaggedType | Union | Named


class TypeExpressionError(Exception):
    """`column` counts from 0 inside the expression; `word` is set where a name is unknown."""

    def __init__(self, text: str, column: int, code: str = "SPEC013", word: str = "") -> None:
        super().__init__(text)
        self.text = text
        self.column = column
        self.code = code
        self.word = word


_TOKEN = re.compile(r"\s*(?:(?P<word>[<>]?[A-Za-z_][A-Za-z0-9_.-]*)|(?P<number>[0-9]+)|(?P<mark>[\[\],;|]))")
_MAX_DEPTH = 16


def parse_type(expression: str, names: frozenset[str] | set[str] = frozenset()) -> Type:
    """Read *expression*; *names* are the entries of `types`. Raises `TypeExpressionError`."""
    return _Parser(expression, names).whole()


def walk_type(kind: Type) -> Iterator[Type]:
    """*kind* and every type inside it (named types are not followed)."""
    yield kind
    match kind:
        case ListOf(item=item) | Vlen(item=item) | TaggedType(item=item):
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


class _Parser:
    def __init__(self, text: str, names: frozenset[str] | set[str]) -> None:
        self.names = names
        self.end = len(text)
        self.tokens: list[tuple[str, str, int]] = []
        at = 0
        while text[at:].strip():
            match = _TOKEN.match(text, at)
            if match is None or match.lastgroup is None:
                raise TypeExpressionError(f"{text[at:].strip()[0]!r} has no place in a type", at)
            self.tokens.append((match.lastgroup, match[match.lastgroup], match.start(match.lastgroup)))
            at = match.end()
        self.position = 0

    def whole(self) -> Type:
        kind = self.union(0)
        if self.position < len(self.tokens):
            _, text, column = self.tokens[self.position]
            raise TypeExpressionError(f"{text!r} after the end of the type", column)
        return kind

    def union(self, depth: int) -> Type:
        if depth > _MAX_DEPTH:
            raise TypeExpressionError(f"types are nested more than {_MAX_DEPTH} deep", self.column())
        alternatives = [self.single(depth)]
        while self.accept("|"):
            alternatives.append(self.single(depth))
        return alternatives[0] if len(alternatives) == 1 else Union(tuple(alternatives))

    def single(self, depth: int) -> Type:
        word, column = self.word("a type")
        if word in _CONTAINERS:
            if not self.accept("["):
                raise TypeExpressionError(f"{word!r} needs arguments in brackets", column, "SPEC014")
            kind = self.container(word, column, depth + 1)
            self.expect("]")
            return kind
        if word in self.names:
            return Named(word)
        if word in SCALARS:
            return Scalar(word)
        number = _number(word)
        if number is None:
            raise TypeExpressionError(f"unknown type {word!r}", column, "SPEC012", word)
        return number

    def container(self, word: str, column: int, depth: int) -> Type:
        if word in ("ndarray", "array"):
            return self.numbers(word)
        if word == "enum":
            names = self.names_until_bracket("a name")
            if len(set(names)) != len(names):
                raise TypeExpressionError("the same name stands twice in the enum", column, "SPEC014")
            return Enum(names)
        if word == "vlen":
            return Vlen(self.union(depth))
        if word == "tag":
            number = self.integer("a tag number")
            self.expect(",")
            return TaggedType(number, self.union(depth))
        first = self.union(depth)
        if word == "map":
            self.expect(",")
            return MapOf(first, self.union(depth))
        return ListOf(first, self.integer("a length") if self.accept(",") else None)

    def numbers(self, word: str) -> Type:
        dtypes = [self.dtype()]
        while self.accept("|"):
            dtypes.append(self.dtype())
        if word == "array":
            return Array(tuple(dtypes))
        self.expect(";")
        return NDArray(tuple(dtypes), self.names_until_bracket("an axis"))

    def dtype(self) -> Number:
        word, column = self.word("a number type")
        number = _number(word)
        if number is None:
            raise TypeExpressionError(f"unknown number type {word!r}", column, "SPEC012", word)
        return number

    def names_until_bracket(self, what: str) -> tuple[str, ...]:
        names = [self.word(what)[0]]
        while self.accept(","):
            names.append(self.word(what)[0])
        return tuple(names)

    def accept(self, mark: str) -> bool:
        if self.position < len(self.tokens) and self.tokens[self.position][:2] == ("mark", mark):
            self.position += 1
            return True
        return False

    def expect(self, mark: str) -> None:
        if not self.accept(mark):
            raise TypeExpressionError(f"{mark!r} is missing", self.column())

    def word(self, what: str) -> tuple[str, int]:
        if self.position < len(self.tokens) and self.tokens[self.position][0] == "word":
            _, text, column = self.tokens[self.position]
            self.position += 1
            return text, column
        raise TypeExpressionError(f"{what} is missing", self.column())

    def integer(self, what: str) -> int:
        if self.position < len(self.tokens) and self.tokens[self.position][0] == "number":
            self.position += 1
            return int(self.tokens[self.position - 1][1])
        raise TypeExpressionError(f"{what} is missing", self.column())

    def column(self) -> int:
        return self.tokens[self.position][2] if self.position < len(self.tokens) else self.end


def _number(word: str) -> Number | None:
    order = word[0] if word[0] in "<>" else ""
    name = word[1:] if order else word
    if not order and name[-2:] in ("le", "be") and name[:-2] in NUMBERS:
        order, name = ("<" if name.endswith("le") else ">"), name[:-2]
    code = NUMBERS.get(name, name if name in _CODES else "")
    return Number(code, order) if code else None


#: every word a type expression may begin with
WORDS = (*SCALARS, *NUMBERS, *_CODES, *_CONTAINERS)
