"""What the bytes of a record say and the user's class does not: constants, padding, sums, numbers that stand there twice."""

from __future__ import annotations

from typing import Any

from ..errors import DecodeError
from ..value import Value
from .conditions import Only, absent
from .cursor import Reader, Writer, lookup
from .scalars import Codec

__all__ = ["Align", "Const", "Pad", "Same", "Sum"]


class Const(Value):
    """What always stands there: a magic number."""

    name: str
    codec: Codec
    value: Any
    rule: str = ""
    only: Only | None = None

    def read(self, reader: Reader, scope: dict[str, Any]) -> None:
        if absent(self.only, reader.scopes):
            scope[self.name] = None
            return
        start = reader.at
        found = self.codec.read(reader)
        if found != self.value:
            raise DecodeError(f"expected {self.value!r}, got {found!r}", category="framing", at=start)
        scope[self.name] = found

    def write(self, writer: Writer, scope: dict[str, Any]) -> None:
        if absent(self.only, writer.scopes):
            return
        self.codec.write(writer, self.value)


class Pad(Value):
    """`size` bytes that mean nothing, written as `fill`; with `checked` they must be read so."""

    size: int
    fill: int = 0
    checked: bool = False
    name: str = ""
    rule: str = ""
    only: Only | None = None

    def read(self, reader: Reader, scope: dict[str, Any]) -> None:
        if absent(self.only, reader.scopes):
            return
        pad(reader, self.size, self.fill if self.checked else None)

    def write(self, writer: Writer, scope: dict[str, Any]) -> None:
        if absent(self.only, writer.scopes):
            return
        writer.buffer += bytes([self.fill]) * self.size


class Align(Value):
    """Padding up to a multiple of `size` bytes from the start of the record."""

    size: int
    fill: int = 0
    checked: bool = False
    name: str = ""
    rule: str = ""
    only: Only | None = None

    def read(self, reader: Reader, scope: dict[str, Any]) -> None:
        if absent(self.only, reader.scopes):
            return
        pad(reader, -(reader.at - scope["."]) % self.size, self.fill if self.checked else None)

    def write(self, writer: Writer, scope: dict[str, Any]) -> None:
        if absent(self.only, writer.scopes):
            return
        writer.buffer += bytes([self.fill]) * (-(len(writer.buffer) - scope["."]) % self.size)


def pad(reader: Reader, size: int, wanted: int | None) -> None:
    """Step over padding; DecodeError at the first byte that is not the one that is *wanted*."""
    start = reader.take(size)
    reader.span(start, "pad")
    if wanted is None:
        return
    for at in range(start, reader.at):
        if reader.data[at] != wanted:
            raise DecodeError(f"expected padding of {wanted}, got {reader.data[at]}", at=at)


class Sum(Value):
    """A sum over the bytes from part `first` up to the end of part `last`."""

    name: str
    codec: Codec
    algorithm: str
    first: str
    last: str
    rule: str = ""
    only: Only | None = None

    def read(self, reader: Reader, scope: dict[str, Any]) -> None:
        if absent(self.only, reader.scopes):
            scope[self.name] = None
            return
        scope[self.name] = self.codec.read(reader)

    def write(self, writer: Writer, scope: dict[str, Any]) -> None:
        if absent(self.only, writer.scopes):
            return
        writer.marks[self.name] = len(writer.buffer)
        writer.buffer += bytes(self.codec.size or 0)


class Same(Value):
    """The number that the field `path` in front says, once more."""

    name: str
    codec: Codec
    path: str
    rule: str = ""
    only: Only | None = None

    def read(self, reader: Reader, scope: dict[str, Any]) -> None:
        if absent(self.only, reader.scopes):
            scope[self.name] = None
            return
        start = reader.at
        found, said = self.codec.read(reader), lookup(reader.scopes, self.path)
        if found != said:
            raise DecodeError(f"expected {said}, as {self.path} says, got {found}", category="framing", at=start)
        scope[self.name] = found

    def write(self, writer: Writer, scope: dict[str, Any]) -> None:
        if absent(self.only, writer.scopes):
            return
        writer.marks[self.name] = len(writer.buffer)
        writer.buffer += bytes(self.codec.size or 0)
