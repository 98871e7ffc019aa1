"""Codecs of single values. Each has `size` (None where it varies), `dtype` (None where numpy has none), and

``read(reader)``, ``write(writer, value)``, ``tree(value)`` (towards the canonical value) and ``build(tree)``.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping
from typing import Any, Literal

import numpy as np

from ..errors import CodecError, DecodeError, EncodeError
from ..value import Value
from .cursor import Reader, Writer, lookup

__all__ = ["Bool", "Bounded", "Choice", "Codec", "Extent", "Integer", "Later", "Number", "shown"]

_STRUCT = {"u1": "B", "u2": "H", "u4": "I", "u8": "Q", "i1": "b", "i2": "h", "i4": "i", "i8": "q", "f2": "e", "f4": "f",
           "f8": "d"}  # fmt: skip


class Codec:
    """What all codecs share."""

    size: int | None = None
    #: bytes that stand for a number of unknown size until it is known
    placeholder: int = 0
    #: how the field may be laid out for numpy
    dtype: Any = None
    #: whether the value has fields of its own, hidden ones too
    nests: bool = False
    #: order (= for none) and letters of the `struct` module, where nothing has to be checked
    letters: str = ""

    def read(self, reader: Reader) -> Any:
        raise NotImplementedError

    def write(self, writer: Writer, value: Any) -> None:
        raise NotImplementedError

    def tree(self, value: Any) -> Any:
        """The value in mappings, lists, numbers, bytes and arrays."""
        return value

    def build(self, tree: Any) -> Any:
        """The inverse of `tree`; what does not fit is found by `write`."""
        return tree


class Extent(Value):
    """How many: a `number`, or the field `path` times `unit` plus `plus`, or (neither) up to the end of the record.

    What the field says may be in bytes; `per` of them are one.
    """

    number: int | None = None
    path: str = ""
    unit: int = 1
    plus: int = 0
    per: int = 1

    def read(self, reader: Reader, width: int) -> int:
        """The count; *width* is that of one element, for "up to the end". DecodeError (``size``) where it can't be."""
        if self.number is not None:
            return self.number
        if not self.path:
            left = reader.end - reader.at
            if width > 1 and left % width:
                problem = f"the {left} bytes that are left are no multiple of {width}"
                raise DecodeError(problem, category="size", at=reader.at)
            return left // max(width, 1)
        said = lookup(reader.scopes, self.path)
        count = said * self.unit + self.plus if isinstance(said, int) else 0
        if count < 0:
            raise DecodeError(
                f"{self.path} is {said}, it can't be less than {-self.plus}", category="size", at=reader.at
            )
        if count % self.per:
            problem = f"{self.path} says {count} bytes, which is no multiple of {self.per}"
            raise DecodeError(problem, category="size", at=reader.at)
        return int(count) // self.per

    def agrees(self, writer: Writer, actual: int) -> None:
        """EncodeError (``size``) where a field that the user gave says another number than the *actual* one."""
        said = lookup(writer.scopes, self.path) if self.path else None
        if isinstance(said, (int, np.integer)) and said != self.stated(actual):
            raise EncodeError(f"{self.path} says {said}, which is not for {actual}", category="size")

    def stated(self, actual: int) -> int:
        """What the field at `path` must say for *actual* elements. EncodeError where no number says it."""
        count, rest = divmod(actual * self.per - self.plus, self.unit)
        if rest or count < 0:
            raise EncodeError(f"{actual} is not {self.plus} plus a multiple of {self.unit}", category="size")
        return count


class Number(Codec):
    """A number of fixed width, ``<u2``; `code` has its byte order."""

    def __init__(self, code: str) -> None:
        self.code = code
        self.size = self._width = int(code[-1])
        self.dtype = np.dtype(code)
        order = code[0] if code[0] in "<>" else "<"
        self._struct = struct.Struct(order + _STRUCT[code[-2:]])
        self.letters = (order if self._width > 1 else "=") + _STRUCT[code[-2:]]

    def read(self, reader: Reader) -> Any:
        start = reader.take(self._width)
        value = self._struct.unpack_from(reader.data, start)[0]
        if reader.spans is not None:
            reader.span(start, "number", value)
        return value

    def write(self, writer: Writer, value: Any) -> None:
        whole = self.code[-2] != "f"
        if isinstance(value, (bool, np.bool_)) or not isinstance(value, (int, float, np.integer, np.floating)):
            raise EncodeError(f"expected a number, got {type(value).__name__}", category="type")
        if whole and not isinstance(value, (int, np.integer)):
            raise EncodeError(f"expected a whole number, got {value!r}", category="type")
        try:
            writer.buffer += self._struct.pack(value)
        except (struct.error, OverflowError):
            raise EncodeError(f"{value!r} does not fit {self.dtype.name}") from None

    def build(self, tree: Any) -> Any:
        floats = self.code[-2] == "f" and isinstance(tree, int) and not isinstance(tree, bool)
        return float(tree) if floats else tree


class Integer(Codec):
    """An integer of any number of bytes, 1 to 8."""

    def __init__(self, size: int, order: Literal["little", "big"], signed: bool = False) -> None:
        self.size = self._width = size
        self.order: Literal["little", "big"] = order
        self.signed = signed
        self.dtype = np.dtype(("u1", (size,)))

    def read(self, reader: Reader) -> int:
        start = reader.take(self._width)
        value = int.from_bytes(reader.data[start : reader.at], self.order, signed=self.signed)
        reader.span(start, "number", value)
        return value

    def write(self, writer: Writer, value: Any) -> None:
        if isinstance(value, bool) or not isinstance(value, (int, np.integer)):
            raise EncodeError(f"expected a whole number, got {value!r}", category="type")
        try:
            writer.buffer += int(value).to_bytes(self._width, self.order, signed=self.signed)
        except OverflowError:
            raise EncodeError(f"{value!r} does not fit {8 * self._width} bits") from None


class Later(Codec):
    """A record that is defined in terms of itself: looked up when it is used."""

    def __init__(self, codec: Callable[[], Codec]) -> None:
        self._codec = codec

    @property
    def cls(self) -> Any:
        """The class of the record."""
        return getattr(self._codec(), "cls", None)

    def read(self, reader: Reader) -> Any:
        return self._codec().read(reader)

    def write(self, writer: Writer, value: Any) -> None:
        self._codec().write(writer, value)

    def tree(self, value: Any) -> Any:
        return self._codec().tree(value)

    def build(self, tree: Any) -> Any:
        return self._codec().build(tree)


class Bool(Codec):
    """A byte that is 0 or 1."""

    size = 1
    dtype = np.dtype("u1")

    def read(self, reader: Reader) -> bool:
        start = reader.take(1)
        byte = reader.data[start]
        if byte > 1:
            raise DecodeError(f"expected 0 or 1, got {byte}", at=start)
        reader.span(start, "bool", bool(byte))
        return bool(byte)

    def write(self, writer: Writer, value: Any) -> None:
        if not isinstance(value, (bool, np.bool_)):
            raise EncodeError(f"expected true or false, got {value!r}", category="type")
        writer.buffer.append(bool(value))


class Choice(Codec):
    """One of `names`, by the value that `codec` reads; with `others` an unknown value stays what it is."""

    def __init__(self, codec: Codec, names: Mapping[str, Any], others: bool = False) -> None:
        self.codec = codec
        self.names = dict(names)
        self.others = others
        self.size = codec.size
        self.dtype = codec.dtype
        self._by_wire = {wire: name for name, wire in names.items()}

    def read(self, reader: Reader) -> Any:
        start = reader.at
        spans, reader.spans = reader.spans, None
        try:
            wire = self.codec.read(reader)
        finally:
            reader.spans = spans
        name = self._by_wire.get(wire)
        if name is None:
            if not self.others:
                raise DecodeError(f"expected one of {self.known}, got {shown(wire)}", at=start)
            name = wire
        reader.span(start, "enum", name)
        return name

    def write(self, writer: Writer, value: Any) -> None:
        wire = self.names.get(value) if isinstance(value, str) else None
        if wire is None:
            if not self.others or isinstance(value, str):
                raise EncodeError(f"expected one of {', '.join(self.names)}, got {value!r}")
            wire = value
        self.codec.write(writer, wire)

    @property
    def known(self) -> str:
        return ", ".join(f"{name} ({shown(wire)})" for name, wire in self.names.items())


def shown(wire: Any) -> str:
    """A value of the wire, for messages."""
    return repr(wire)[1:] if isinstance(wire, bytes) else str(wire)


class Bounded(Codec):
    """A value of `codec` between `low` and `high`, both included."""

    def __init__(self, codec: Codec, low: Any = None, high: Any = None) -> None:
        self.codec = codec
        self.low = low
        self.high = high
        self.size = codec.size
        self.dtype = codec.dtype

    def read(self, reader: Reader) -> Any:
        start = reader.at
        value = self.codec.read(reader)
        self._check(value, DecodeError, at=start)
        return value

    def write(self, writer: Writer, value: Any) -> None:
        self.codec.write(writer, value)
        self._check(value, EncodeError)

    def build(self, tree: Any) -> Any:
        return self.codec.build(tree)

    def _check(self, value: Any, kind: type[CodecError], **where: Any) -> None:
        # written so that a NaN is refused
        if (self.low is not None and not value >= self.low) or (self.high is not None and not value <= self.high):
            bounds = " and ".join(
                f"{word} {bound}"
                for word, bound in (("at least", self.low), ("at most", self.high))
                if bound is not None
            )
            raise kind(f"expected {bounds}, got {value!r}", **where)
