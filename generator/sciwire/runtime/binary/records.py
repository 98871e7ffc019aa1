"""Records: parts in wire order, read and written by one table, so that both directions rhyme.

What the bytes say and the user's class does not (constants, padding, counts, lengths, tags, sums) is derived
when writing: a placeholder first, the value when what it counts is there; sums last.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ..errors import CodecError, DecodeError, EncodeError, LimitError, VersionError
from ..value import Value
from .checksums import checksum
from .cursor import Reader, Writer, lookup
from .scalars import Codec, Extent
from .unions import Union

__all__ = [
    "Align",
    "Const",
    "Derived",
    "Length",
    "Link",
    "Only",
    "Pad",
    "Part",
    "Record",
    "Sum",
    "Version",
    "finish",
    "record_dtype",
]


class Only(Value):
    """A part is there only when the field `path` has one of these `values`."""

    path: str
    values: tuple[Any, ...]

    def holds(self, scopes: list[dict[str, Any]]) -> bool:
        return lookup(scopes, self.path) in self.values


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
        if isinstance(self.codec, Record):
            scope[f"{self.name}."] = reader.last

    def write(self, writer: Writer, scope: dict[str, Any]) -> None:
        value = scope[self.name]
        if self.only is not None and not self.only.holds(writer.scopes):
            if value is not None:
                raise EncodeError(f"the field stands only where {self.only.path} is one of {self.only.values}")
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
        writer.buffer += bytes(self.codec.size or 0)


class Const(Value):
    """What always stands there: a magic number."""

    name: str
    codec: Codec
    value: Any
    rule: str = ""

    def read(self, reader: Reader, scope: dict[str, Any]) -> None:
        start = reader.at
        found = self.codec.read(reader)
        if found != self.value:
            raise DecodeError(f"expected {self.value!r}, got {found!r}", category="framing", at=start)
        scope[self.name] = found

    def write(self, writer: Writer, scope: dict[str, Any]) -> None:
        self.codec.write(writer, self.value)


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


class Pad(Value):
    """`size` bytes that mean nothing, written as `fill`; with `checked` they must be read so."""

    size: int
    fill: int = 0
    checked: bool = False
    name: str = ""
    rule: str = ""

    def read(self, reader: Reader, scope: dict[str, Any]) -> None:
        pad(reader, self.size, self.fill if self.checked else None)

    def write(self, writer: Writer, scope: dict[str, Any]) -> None:
        writer.buffer += bytes([self.fill]) * self.size


class Align(Value):
    """Padding up to a multiple of `size` bytes from the start of the record."""

    size: int
    fill: int = 0
    checked: bool = False
    name: str = ""
    rule: str = ""

    def read(self, reader: Reader, scope: dict[str, Any]) -> None:
        pad(reader, -(reader.at - scope["."]) % self.size, self.fill if self.checked else None)

    def write(self, writer: Writer, scope: dict[str, Any]) -> None:
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

    def read(self, reader: Reader, scope: dict[str, Any]) -> None:
        scope[self.name] = self.codec.read(reader)

    def write(self, writer: Writer, scope: dict[str, Any]) -> None:
        writer.marks[self.name] = len(writer.buffer)
        writer.buffer += bytes(self.codec.size or 0)


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


AnyPart = Part | Derived | Const | Version | Pad | Align | Sum


class Record(Codec):
    """Parts in wire order. `links` and `length` fill the derived fields, its own and those of records inside it."""

    def __init__(
        self,
        cls: Any,
        parts: Sequence[AnyPart],
        *,
        links: tuple[Link, ...] = (),
        length: Length | None = None,
    ) -> None:
        self.cls = cls
        self.name = cls.__name__
        self.parts = tuple(parts)
        self.links = links
        self.length = length
        self.public = tuple(part.name for part in parts if isinstance(part, (Part, Version)))
        self._public = frozenset(self.public)
        self._sums = tuple(part for part in parts if isinstance(part, Sum))
        self.size = _fixed_size(self.parts)
        self.dtype = record_dtype(self.parts) if self.size is not None else None

    def read(self, reader: Reader) -> Any:
        if reader.depth >= reader.limits.depth:
            raise LimitError(f"records inside records, more than {reader.limits.depth}, the limit depth", at=reader.at)
        scope: dict[str, Any] = {".": reader.at}
        bound = (reader.end, reader.declared)
        reader.scopes.append(scope)
        reader.depth += 1
        try:
            self._read_parts(reader, scope)
        finally:
            reader.depth -= 1
            reader.scopes.pop()
            reader.end, reader.declared = bound
        reader.last = scope
        return self.cls(**{name: scope[name] for name in self.public})

    def _read_parts(self, reader: Reader, scope: dict[str, Any]) -> None:
        places: dict[str, tuple[int, int]] = {}
        for part in self.parts:
            start = reader.at
            if reader.spans is not None:
                reader.path.append(f".{part.name}" if part.name else "")
            try:
                part.read(reader, scope)
                if self.length is not None and self.length.after == part.name and part.name:
                    self._bound(reader, scope, start)
            except CodecError as error:
                self._keep(part, scope, error)
                raise error.within(part.name) from None
            if reader.spans is not None:
                reader.path.pop()
            if self._sums:
                places[part.name] = (start, reader.at)
                self._check_sums(part.name, scope, places, reader)
        if self.length is not None and reader.at != reader.end:
            problem = f"{reader.end - reader.at} bytes are left at the end of the record"
            raise DecodeError(problem, category="size", path=self.length.path, at=reader.at, rule=self.length.rule)

    def _check_sums(
        self, done: str, scope: dict[str, Any], places: Mapping[str, tuple[int, int]], reader: Reader
    ) -> None:
        """Check the sums that can be known since the part *done* has been read."""
        for one in self._sums:
            if one.name in places and one.last in places and done in (one.name, one.last):
                try:
                    _check_sum(one, scope[one.name], reader, places)
                except CodecError as error:
                    self._keep(one, scope, error)
                    raise error.within(one.name) from None

    def _keep(self, part: AnyPart, scope: dict[str, Any], error: CodecError) -> None:
        """What was good so far goes with the error."""
        if part.name in self._public:
            scope[part.name] = error.partial
        error.partial = self.cls(**{name: scope.get(name) for name in self.public})
        error.rule = error.rule or part.rule

    def _bound(self, reader: Reader, scope: dict[str, Any], start: int) -> None:
        length = self.length
        assert length is not None
        begin = scope["."] if length.of == "whole" else reader.at
        said = lookup([scope], length.path)
        size = said * length.extent.unit + length.extent.plus
        end = begin + size
        if end < reader.at:
            problem = f"the length {said} is less than what stands before it"
            raise DecodeError(problem, category="size", at=start, rule=length.rule)
        if end > reader.end:
            here = reader.at
            reader.at = begin
            try:
                reader.take(size)
            except CodecError as error:
                error.rule = error.rule or length.rule
                raise
            finally:
                reader.at = here
        reader.end, reader.declared = end, True

    def write(self, writer: Writer, value: Any) -> None:
        if not isinstance(value, self.cls):
            raise EncodeError(f"expected {self.name}, got {type(value).__name__}", category="type")
        start = len(writer.buffer)
        scope: dict[str, Any] = {name: getattr(value, name) for name in self.public}
        scope["."] = start
        outer, writer.marks = writer.marks, {}
        writer.scopes.append(scope)
        places: dict[str, tuple[int, int]] = {}
        marks: dict[str, int] = {}
        try:
            for part in self.parts:
                begin = len(writer.buffer)
                writer.marks = {}
                try:
                    part.write(writer, scope)
                except CodecError as error:
                    error.rule = error.rule or part.rule
                    raise error.within(part.name) from None
                inner = f"{part.name}." if isinstance(part, Part) else ""
                marks |= {inner + name: at for name, at in writer.marks.items()}
                places[part.name] = (begin, len(writer.buffer))
            self._derive(writer, scope, marks, places, start)
        finally:
            writer.scopes.pop()
            writer.marks = outer
        writer.marks = marks

    def _derive(
        self,
        writer: Writer,
        scope: Mapping[str, Any],
        marks: Mapping[str, int],
        places: Mapping[str, tuple[int, int]],
        start: int,
    ) -> None:
        said: dict[str, Any] = {}
        for link in self.links:
            try:
                told = self._told(link, scope[link.target], places[link.target])
                if said.setdefault(link.path, told) != told:
                    problem = f"{link.path} can't be {said[link.path]} and {told} at once"
                    raise EncodeError(problem, category="size")
                _patch(writer, link.codec, marks[link.path], told)
            except CodecError as error:
                raise error.within(link.target) from None
        if self.length is not None:
            begin = start if self.length.of == "whole" else places[self.length.after][1]
            try:
                told = self.length.extent.stated(len(writer.buffer) - begin)
                _patch(writer, self.length.codec, marks[self.length.path], told)
            except CodecError as error:
                raise error.within(self.length.path) from None
        for one in self._sums:
            first, last = places[one.first][0], places[one.last][1]
            writer.deferred.append((one, marks[one.name], first, last))

    def _told(self, link: Link, value: Any, place: tuple[int, int]) -> Any:
        if link.tells == "tag":
            part = next(part for part in self.parts if part.name == link.target)
            assert isinstance(part, Part) and isinstance(part.codec, Union)
            return part.codec.tag_of(value)
        count = place[1] - place[0] if link.tells == "size" else 0 if value is None else len(value)
        return link.extent.stated(count)

    def tree(self, value: Any) -> Any:
        if not isinstance(value, self.cls):
            return value
        found: dict[str, Any] = {}
        for part in self.parts:
            if isinstance(part, (Part, Version)):
                item = getattr(value, part.name)
                if item is not None:
                    found[plain_name(self.cls, part.name)] = part.codec.tree(item)
        return found

    def build(self, tree: Any) -> Any:
        if not isinstance(tree, Mapping):
            raise DecodeError(f"expected a map, got {type(tree).__name__}", category="type")
        left = dict(tree)
        fields: dict[str, Any] = {}
        for part in self.parts:
            name = plain_name(self.cls, part.name)
            if isinstance(part, (Part, Version)) and name in left:
                item = left.pop(name)
                try:
                    fields[part.name] = None if item is None else part.codec.build(item)
                except CodecError as error:
                    raise error.within(name) from None
        if left:
            raise DecodeError(f"{self.name} has no field {next(iter(left))!r}")
        return self.cls(**fields)


def plain_name(cls: Any, name: str) -> str:
    """The name of a field in canonical values, where Python needs another."""
    names: Mapping[str, str] = getattr(cls, "PLAIN_NAMES", {})
    return names.get(name, name)


def finish(writer: Writer) -> None:
    """Write the sums, those of inner records first."""
    for one, at, first, last in writer.deferred:
        _patch(writer, one.codec, at, checksum(one.algorithm, memoryview(writer.buffer)[first:last]))


def _patch(writer: Writer, codec: Codec, at: int, value: Any) -> None:
    beside = Writer()
    codec.write(beside, value)
    writer.buffer[at : at + len(beside.buffer)] = beside.buffer


def _check_sum(one: Sum, said: int, reader: Reader, places: Mapping[str, tuple[int, int]]) -> None:
    (first, _), (_, last), (at, end) = places[one.first], places[one.last], places[one.name]
    data: bytes | memoryview = reader.data[first:last]
    if first <= at < last:  # a sum that covers itself counts as zero
        data = bytes(data[: at - first]) + bytes(end - at) + bytes(data[end - first :])
    found = checksum(one.algorithm, data)
    if found != said:
        digits = 2 * (one.codec.size or 1)
        problem = f"{one.algorithm} of bytes {first} to {last} is 0x{found:0{digits}x}, stated is 0x{said:0{digits}x}"
        raise DecodeError(problem, category="checksum", at=at)


def _fixed_size(parts: Sequence[AnyPart]) -> int | None:
    total = 0
    for part in parts:
        if isinstance(part, Pad):
            total += part.size
        elif isinstance(part, Align):
            total += -total % part.size
        elif getattr(part, "only", None) is not None or part.codec.size is None:
            return None
        else:
            total += part.codec.size
    return total


def record_dtype(parts: Sequence[AnyPart]) -> Any:
    """Names, types and offsets of all parts that have a name; None where one has no type."""
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
        names.append(part.name)
        formats.append(part.codec.dtype)
        offsets.append(at)
        at += part.codec.size or 0
    return np.dtype({"names": names, "formats": formats, "offsets": offsets, "itemsize": at})
