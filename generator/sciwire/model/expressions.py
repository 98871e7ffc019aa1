"""Type expressions: ``map[text, ndarray[u1|u2|u4; y, x]]``, read into frozen values.

Grammar (blanks are free)::

    type        = alternative { "|" alternative }
    alternative = name [ "[" arguments "]" ]
    list[T]  list[T, 3]                 a list, of fixed length where one is given
    map[K, V]                           K is text or an integer type
    ndarray[dtypes; axis, axis]         n dimensions with names, first axis slowest in memory
    array[dtypes]                       one dimension, a run of numbers
    vlen[T]                             rows of their own length each (HDF5)
    enum[name, name]                    one of these texts; "any other text" stands in quotes, of either kind
    tag[number, T]                      T under a CBOR tag
    embedded[T]                         bytes that hold one CBOR item of type T
    name                                a built-in scalar, or an entry of `types`

Numbers of fixed width have two spellings, ``uint16`` and ``u2``; ``<`` or ``>`` in front (or ``le``,
``be`` behind the long one) state the byte order.
"""

from __future__ import annotations

import re

from .types import (
    CODES,
    CONTAINERS,
    NUMBERS,
    SCALARS,
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
    Vlen,
)

__all__ = ["WORDS", "TypeExpressionError", "parse_type"]

#: every word a type expression may begin with
WORDS = (*SCALARS, *NUMBERS, *CODES, *CONTAINERS)


class TypeExpressionError(Exception):
    """`column` counts from 0 inside the expression; `word` is set where a name is unknown."""

    def __init__(self, text: str, column: int, code: str = "SPEC013", word: str = "") -> None:
        super().__init__(text)
        self.text = text
        self.column = column
        self.code = code
        self.word = word


_TOKEN = re.compile(
    r"\s*(?:(?P<word>[<>]?[A-Za-z_][A-Za-z0-9_.-]*)|(?P<number>[0-9]+)|(?P<mark>[\[\],;|])|(?P<text>\"[^\"]*\"|'[^']*'))"
)
_MAX_DEPTH = 16
_MOST_TAG = 2**64 - 1


def parse_type(expression: str, names: frozenset[str] | set[str] = frozenset()) -> Type:
    """Read *expression*; *names* are the entries of `types`. Raises `TypeExpressionError`."""
    return _Parser(expression, names).whole()


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
        if word in CONTAINERS:
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
            names = self.texts_until_bracket()
            if len(set(names)) != len(names):
                raise TypeExpressionError("the same name stands twice in the enum", column, "SPEC014")
            return Enum(names)
        if word == "vlen":
            return Vlen(self.union(depth))
        if word == "tag":
            column = self.column()
            number = self.integer("a tag number")
            if number > _MOST_TAG:
                raise TypeExpressionError("a tag number is at most 2^64-1", column, "SPEC014")
            self.expect(",")
            return TaggedType(number, self.union(depth))
        first = self.union(depth)
        if word == "embedded":
            return Embedded(first)
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

    def texts_until_bracket(self) -> tuple[str, ...]:
        names = [self.text()]
        while self.accept(","):
            names.append(self.text())
        return tuple(names)

    def text(self) -> str:
        if self.position < len(self.tokens) and self.tokens[self.position][0] == "text":
            self.position += 1
            return self.tokens[self.position - 1][1][1:-1]
        return self.word("a name")[0]

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
    code = NUMBERS.get(name, name if name in CODES else "")
    return Number(code, order) if code else None
