"""What a record is made of: fields of the user's class, and what the bytes say besides.

Constants, padding, counts, lengths, tags and sums stand on the wire and not in the class: they are derived.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ..errors import CodecError, EncodeError, VersionError
from ..value import Value
from .conditions import Only
from .cursor import Reader, Writer
from .scalars import Bounded, Choice, Codec, Extent
from .unsaid import Align, Const, Pad, Same, Sum

__all__ = ["Align", "AnyPart", "Const", "Derived", "Length", "Link", "Only", "Pad", "Part", "Same", "Sum", "Version",
           "cite", "fixed_size", "placeholder", "plain_name", "quick_struct", "record_dtype"]  # fmt: skip


class Part(Value):
    """A field that the user's class has."""

    name: str
    codec: Codec
    rule: str = ""
    default: Any = None
    only: Only | None = None

    def read(self, reader: Reader, scope: dict[str, Any]) -> None:
        if self.only is not None and not self.only.holds(reader.scopes):
            scope[self.name] = None
            return
        scope[self.name] = self.codec.read(reader)
        if self.codec.nests:
            scope[f"{self.name}."] = reader.last

    def write(self, writer: Writer, scope: dict[str, Any]) -> None:
        value = scope[self.name]
        if self.only is not None and not self.only.holds(writer.scopes):
            if value is not None:
                raise EncodeError(
                    f"the field stands only where {self.only.path} is {' or '.join(map(str, self.only.values))}"
                )
            return
        if value is None:
            value = scope[self.name] = self.default
        if value is None:
            raise EncodeError("the field must be given")
        self.codec.write(writer, value)


class Derived(Value):
    """A number, or the name of a kind, that follows from other fields; `Link` or `Length` says from which."""

    name: str
    codec: Codec
    rule: str = ""

    def read(self, reader: Reader, scope: dict[str, Any]) -> None:
        scope[self.name] = self.codec.read(reader)

    def write(self, writer: Writer, scope: dict[str, Any]) -> None:
        writer.marks[self.name] = len(writer.buffer)
        writer.buffer += bytes(self.codec.size or placeholder(self.codec))


def placeholder(codec: Codec) -> int:
    """How many bytes stand for a value of unknown size until it is known."""
    inner = codec
    while not inner.placeholder and isinstance(inner, (Bounded, Choice)):
        inner = inner.codec
    return inner.placeholder


class Version(Value):
    """A number that must be one of the `known` ones; a field of the user's class, the newest by default."""

    name: str
    codec: Codec
    known: tuple[Any, ...]
    rule: str = ""
    default: Any = None

    def read(self, reader: Reader, scope: dict[str, Any]) -> None:
        start = reader.at
        found = self.codec.read(reader)
        if found not in self.known:
            raise VersionError(f"version {found} is not known, known: {', '.join(map(str, self.known))}", at=start)
        scope[self.name] = found

    def write(self, writer: Writer, scope: dict[str, Any]) -> None:
        value = scope[self.name] = self.known[-1] if scope[self.name] is None else scope[self.name]
        if value not in self.known:
            raise EncodeError(
                f"version {value} is not known, known: {', '.join(map(str, self.known))}", category="version"
            )
        self.codec.write(writer, value)


class Link(Value):
    """The derived field `path` tells of the part `target`: its ``count``, its ``size`` in bytes or its ``tag``."""

    path: str
    codec: Codec
    tells: str
    target: str
    extent: Extent = Extent()


class Length(Value):
    """The derived field `path` bounds the record: `of` is ``whole``, or ``rest``: what follows the part `after`.

    The field says (bytes - `extent.plus`) / `extent.unit`.
    """

    path: str
    codec: Codec
    of: str
    after: str
    extent: Extent = Extent()
    rule: str = ""


AnyPart = Part | Derived | Const | Version | Pad | Align | Sum | Same


def cite(error: CodecError, rule: str) -> None:
    """Let *error* cite the rule of the part in which it arose; that of a record around it is about something else."""
    if not error.path or (error.path.startswith("[") and "." not in error.path):
        error.rule = error.rule or rule


def plain_name(cls: Any, name: str) -> str:
    """The name of a field in canonical values, where Python needs another."""
    names: Mapping[str, str] = getattr(cls, "PLAIN_NAMES", {})
    return names.get(name, name)


def fixed_size(parts: Sequence[AnyPart]) -> int | None:
    total = 0
    for part in parts:
        if getattr(part, "only", None) is not None:
            return None
        if isinstance(part, Pad):
            total += part.size
        elif isinstance(part, Align):
            total += -total % part.size
        elif part.codec.size is None:
            return None
        else:
            total += part.codec.size
    return total


def record_dtype(parts: Sequence[AnyPart], *, public: bool = False) -> Any:
    """Names, types and offsets of all parts that have a name; None where one has no type.

    public : only of those that a user's class has too: neither constants nor what is derived.
    """
    names: list[str] = []
    formats: list[Any] = []
    offsets: list[int] = []
    at = 0
    for part in parts:
        if isinstance(part, Pad):
            at += part.size
            continue
        if isinstance(part, Align):
            at += -at % part.size
            continue
        if part.codec.dtype is None:
            return None
        if not public or isinstance(part, (Part, Version)):
            names.append(part.name)
            formats.append(part.codec.dtype)
            offsets.append(at)
        at += part.codec.size or 0
    return np.dtype({"names": names, "formats": formats, "offsets": offsets, "itemsize": at})


def quick_struct(parts: Sequence[AnyPart]) -> struct.Struct | None:
    """All parts as one, where each is a plain number, plain bytes, or padding that nobody checks; else None."""
    letters, orders = "", set[str]()
    for part in parts:
        if isinstance(part, Pad) and not part.checked and part.only is None:
            letters += f"{part.size}x"
        elif isinstance(part, Part) and part.only is None and part.codec.letters:
            orders.add(part.codec.letters[0])
            letters += part.codec.letters[1:]
        else:
            return None
    orders.discard("=")
    return struct.Struct((orders.pop() if orders else "<") + letters) if len(orders) < 2 else None
