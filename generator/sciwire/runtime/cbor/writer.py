"""Write CBOR (RFC 8949) in its preferred form: shortest heads, definite lengths, floats of 64 bits, order kept.

A `Writer` collects parts and joins nothing, so a big payload is copied once at most: by the final join
of `Writer.tobytes`, or never where the caller sends the parts one after another.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable
from typing import Any, Final

import numpy as np

from sciwire.runtime.errors import EncodeError

from .heads import Buffer
from .values import Pairs, Simple, Tagged

__all__ = ["Writer", "encode"]

_DOUBLE: Final = struct.Struct(">Bd").pack
_HEADS: Final = (struct.Struct(">BB"), struct.Struct(">BH"), struct.Struct(">BI"), struct.Struct(">BQ"))

Default = Callable[["Writer", Any], None]


def encode(value: Any, *, default: Default | None = None) -> bytes:
    """Return *value* as CBOR: None, bool, int, float, str, buffers, list, tuple, dict, `Pairs`, `Tagged`, `Simple`.

    Integers beyond 64 bits become bignums (tags 2 and 3); numpy scalars count as the numbers they hold.
    *default* may write any other type to the `Writer`. EncodeError (``type``) otherwise, with the path.
    """
    writer = Writer(default)
    writer.value(value)
    return writer.tobytes()


class Writer:
    """Collects the parts of CBOR items, in order; `map`, `array` and `tag` write heads, the items follow by call."""

    __slots__ = ("_default", "parts")

    def __init__(self, default: Default | None = None) -> None:
        self.parts: list[bytes | memoryview] = []
        self._default = default

    def tobytes(self) -> bytes:
        """Return all parts as one bytes object (copies)."""
        return b"".join(self.parts)

    def head(self, major: int, argument: int) -> None:
        """Write the head of an item of type *major* (0 to 7), *argument* in the shortest form."""
        first = major << 5
        if argument < 24:
            self.parts.append(bytes((first | argument,)))
            return
        size = 0 if argument < 1 << 8 else 1 if argument < 1 << 16 else 2 if argument < 1 << 32 else 3
        try:
            self.parts.append(_HEADS[size].pack(first | 24 + size, argument))
        except struct.error as error:
            raise EncodeError(f"{argument} does not fit 64 bits", category="constraint") from error

    def map(self, pairs: int) -> None:
        self.head(5, pairs)

    def array(self, items: int) -> None:
        self.head(4, items)

    def tag(self, number: int) -> None:
        self.head(6, number)

    def text(self, text: str) -> None:
        try:
            content = text.encode()
        except UnicodeEncodeError as error:
            raise EncodeError(f"the text can't be UTF-8: {error.reason}", category="constraint") from error
        self.head(3, len(content))
        self.parts.append(content)

    def integer(self, number: int) -> None:
        """Write an integer of any size, as a bignum where 64 bits do not hold it."""
        magnitude = -1 - number if number < 0 else number
        if magnitude < 1 << 64:
            self.head(int(number < 0), magnitude)
            return
        self.head(6, 3 if number < 0 else 2)
        self.byte_string(magnitude.to_bytes((magnitude.bit_length() + 7) // 8, "big"))

    def float64(self, number: float) -> None:
        self.parts.append(_DOUBLE(0xFB, number))

    def byte_string(self, *contents: Buffer) -> None:
        """Write one byte string from *contents*, side by side; they are kept as views, not copied."""
        views = [memoryview(content).cast("B") for content in contents]
        self.head(2, sum(view.nbytes for view in views))
        self.parts += views

    def simple(self, number: int) -> None:
        if not 0 <= number < 256 or 24 <= number < 32:
            raise EncodeError(f"simple value {number} does not exist", category="constraint")
        self.head(7, number)

    def raw(self, *encoded: Buffer) -> None:
        """Add items that are CBOR already, as they are."""
        self.parts += [memoryview(item).cast("B") for item in encoded]

    def value(self, value: Any) -> None:
        """Write any plain value, as `encode` does."""
        try:
            self._value(value)
        except RecursionError as error:
            raise EncodeError("the value nests too deep, or holds itself", category="limit") from error

    def _value(self, value: Any) -> None:
        write = _WRITE.get(type(value)) or next((w for kind, w in _WRITE.items() if isinstance(value, kind)), None)
        if write is not None:
            write(self, value)
        elif isinstance(value, np.generic) and isinstance(value.item(), bool | int | float):
            self._value(value.item())
        elif self._default is not None:
            self._default(self, value)
        else:
            raise EncodeError(f"a {type(value).__name__} has no form in CBOR", category="type")


def _write_bool(writer: Writer, value: bool) -> None:
    writer.simple(21 if value else 20)


def _write_null(writer: Writer, value: None) -> None:
    writer.simple(22)


def _write_list(writer: Writer, values: list[Any] | tuple[Any, ...]) -> None:
    writer.array(len(values))
    for index, item in enumerate(values):
        try:
            writer._value(item)
        except EncodeError as error:
            raise error.within(f"[{index}]") from error.__cause__


def _write_pairs(writer: Writer, pairs: Iterable[tuple[Any, Any]], count: int) -> None:
    writer.map(count)
    for key, item in pairs:
        writer._value(key)
        try:
            writer._value(item)
        except EncodeError as error:
            raise error.within(key if isinstance(key, str) else f"[{key!r}]") from error.__cause__


def _write_tagged(writer: Writer, value: Tagged) -> None:
    writer.tag(value.number)
    writer._value(value.value)


# subclasses are found by isinstance in this order, so bool stands before int
_WRITE: Final[dict[type, Callable[[Writer, Any], None]]] = {
    str: Writer.text,
    bool: _write_bool,
    int: Writer.integer,
    float: Writer.float64,
    dict: lambda writer, value: _write_pairs(writer, value.items(), len(value)),
    list: _write_list,
    tuple: _write_list,
    type(None): _write_null,
    bytes: Writer.byte_string,
    memoryview: Writer.byte_string,
    bytearray: Writer.byte_string,
    Tagged: _write_tagged,
    Simple: lambda writer, value: writer.simple(value.number),
    Pairs: lambda writer, value: _write_pairs(writer, value.pairs, len(value.pairs)),
}
