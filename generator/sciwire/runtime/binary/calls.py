"""Functions by the names of another program: tuples in place of classes, one head and one member at a time."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ..errors import CodecError, DecodeError, EncodeError, about
from ..value import Value
from .arrays import ListOf
from .cursor import Reader, Writer
from .format import Format, decode
from .objects import Light, is_like
from .parts import Align, Const, Pad, Part
from .records import Record
from .scalars import Choice, Number
from .texts import Bytes
from .unions import Union

__all__ = ["Calls", "Making", "TwoWay"]

_LETTERS = {"u1": "B", "u2": "H", "u4": "L", "u8": "Q", "i1": "b", "i2": "h", "i4": "l", "i8": "q", "f2": "e", "f4": "f",
            "f8": "d"}  # fmt: skip


class TwoWay(dict[str, Any]):
    """Names and what stands for them; `inv` is the other way round."""

    @property
    def inv(self) -> dict[Any, str]:
        return {value: name for name, value in self.items()}


class Making(Value):
    """How an object is made of a member or a head: its class, the field that it is made of, its attributes.

    attributes : name -> field, or ``(field, mask)``.
    """

    cls: Any
    word: str
    attributes: Mapping[str, Any]


class Calls:
    """The functions, for a format whose root is a head of fixed size and a counted run of tagged members."""

    def __init__(self, form: Format) -> None:
        self.form = form
        parts = form.root.parts
        run = parts[-1]
        assert isinstance(run, Part) and isinstance(run.codec, ListOf) and isinstance(run.codec.codec, Union)
        self.run = run.name
        self.union = run.codec.codec
        self.parts = parts[:-1]
        self.fields = [part for part in self.parts if not isinstance(part, (Pad, Align, Const))]
        self.head_format = "<" + letters(self.parts)
        self.member_formats = member_formats(self.union)
        self.head_size = sum(
            part.size if isinstance(part, Pad) else part.codec.size or 0
            for part in self.parts
            if not isinstance(part, Align)
        )

    def parse_head(self, data: Any) -> tuple[Any, ...]:
        """The fields of the head, in wire order. What follows the head is not looked at. Raises `DecodeError`."""
        reader = Reader(memoryview(data).cast("B"))
        with about(self.form.subject):
            scope = self._scope(reader)
        return tuple(scope[part.name] for part in self.fields)

    def _scope(self, reader: Reader) -> dict[str, Any]:
        scope: dict[str, Any] = {".": 0}
        reader.scopes.append(scope)
        for part in self.parts:
            try:
                part.read(reader, scope)
            except CodecError as error:
                error.rule = error.rule or part.rule
                raise error.within(part.name) from None
        return scope

    def format_head(self, values: Mapping[str, Any], now: str = "") -> bytes:
        """The head from its fields; the field *now* is the time of the call. Raises `EncodeError`."""
        given = {**values, **({now: int(time.time())} if now else {})}
        writer = Writer()
        with about(self.form.subject):
            for part in self.parts:
                if isinstance(part, (Pad, Align, Const)):
                    part.write(writer, {".": 0})
                    continue
                try:
                    part.codec.write(writer, given.get(part.name))
                except CodecError as error:
                    error.rule = error.rule or part.rule
                    raise error.within(part.name) from None
        return bytes(writer.buffer)

    def parse_member(self, kind: Any, data: Any) -> tuple[Any, ...]:
        """The name of a member and its fields; *kind* says which may stand here. Raises `DecodeError`."""
        reader = Reader(memoryview(data).cast("B"))
        with about(self.form.subject):
            self._check_kind(kind, DecodeError)
            reader.scopes.append({self.union.select: kind})
            member = self.union.read(reader)
            if reader.at < reader.size:
                problem = f"expected {reader.at} bytes, got {reader.size}"
                raise DecodeError(problem, category="size", at=reader.at)
        return self._tuple(member)

    def format_member(self, kind: Any, name: str, fields: Sequence[Any]) -> bytes:
        """One member from its name and fields. Raises `EncodeError`."""
        writer = Writer()
        with about(self.form.subject):
            self._check_kind(kind, EncodeError)
            writer.scopes.append({self.union.select: kind})
            self.union.write(writer, self._made(name, fields))
        return bytes(writer.buffer)

    def parse(self, data: Any) -> tuple[tuple[Any, ...], list[tuple[Any, ...]]]:
        """The fields of the head, and the names and fields of all members. Raises `DecodeError`."""
        record = decode(self.form, data)[0]
        return self.parse_head(data), [self._tuple(member) for member in getattr(record, self.run)]

    def format(self, kind: Any, members: Iterable[Sequence[Any]], now: str = "") -> bytes:
        """A whole record from tuples of names and fields. Raises `EncodeError`."""
        parts = []
        for index, member in enumerate(members):
            name, *fields = (member,) if isinstance(member, str) else member
            try:
                parts.append(self.format_member(kind, name, fields))
            except CodecError as error:
                raise error.within(f"{self.run}[{index}]") from None
        return self.format_head(self.head_values(kind, len(parts)), now) + b"".join(parts)

    def head_values(self, kind: Any, count: int) -> dict[str, Any]:
        """The fields of a head of *count* members, as far as they follow."""
        return {self.union.select: kind, self._count: count}

    @property
    def _count(self) -> str:
        run = self.form.root.parts[-1]
        assert isinstance(run, Part) and isinstance(run.codec, ListOf)
        return run.codec.extent.path

    def parse_objects(
        self, data: Any, head: Making | None, members: Mapping[str, Making], given: Mapping[str, Any]
    ) -> list[Light]:
        """An object for the head and for each member that has one; *given* attributes are set on all."""
        record = decode(self.form, data)[0]
        found = [_object(record, head)] if head is not None else []
        names = {self.union.members[name].cls: making for name, making in members.items()}
        found += [_object(member, names[type(member)]) for member in getattr(record, self.run) if type(member) in names]
        for one in found:
            one.__dict__.update(given)
        return found

    def format_objects(
        self, things: Iterable[Any], kind: Any, members: Mapping[str, Making], writes: Mapping[Any, Sequence[str]],
        missing: Mapping[str, Any], now: str = "",
    ) -> bytes:  # fmt: skip
        """A record of *kind* from those *things* that can be a member that *writes* names for it; others are left out.

        missing : what an attribute is where a thing does not have it; None and what is not there are 0.
        """
        rows = []
        with about(self.form.subject):
            self._check_kind(kind, EncodeError)
        for thing in things:
            name = next((name for name in writes[kind] if is_like(thing, members[name].cls)), None)
            if name is not None:
                rows.append((name, *self._fields(thing, name, members[name], missing)))
        return self.format(kind, rows, now)

    def _fields(self, thing: Any, name: str, making: Making, missing: Mapping[str, Any]) -> list[Any]:
        attributes = {
            source if isinstance(source, str) else source[0]: one for one, source in making.attributes.items()
        }
        values = []
        for part in _fields_of(self.union.members[name]):
            if part.name == making.word:
                values.append(thing.bytes())
                continue
            attribute = attributes.get(part.name, part.name)
            value = getattr(thing, attribute, missing.get(attribute))
            empty: Any = b"\0" * (part.codec.size or 0) if isinstance(part.codec, Bytes) else 0
            values.append(empty if value is None else value)
        return values

    def _check_kind(self, kind: Any, error: type[CodecError]) -> None:
        if self.union.select and kind not in self.union.tables:
            raise error(
                f"expected one of {', '.join(map(str, self.union.tables))}, got {kind!r}", path=self.union.select
            )

    def _made(self, name: str, fields: Sequence[Any]) -> Any:
        record = self.union.members.get(name)
        if record is None:
            raise EncodeError(f"expected one of {', '.join(self.union.members)}, got {name!r}")
        names = [part.name for part in _fields_of(record)]
        if len(fields) != len(names):
            raise EncodeError(
                f"{name} has the fields {', '.join(names) or 'none'}, got {len(fields)} values", category="size"
            )
        return record.cls(**dict(zip(names, fields, strict=True)))

    def _tuple(self, member: Any) -> tuple[Any, ...]:
        tree = self.union.tree(member)
        return (
            tree[self.union.tag],
            *(getattr(member, part.name) for part in _fields_of(self.union.members[tree[self.union.tag]])),
        )


def member_formats(union: Union) -> dict[str, str]:
    """The format of each member, tag included, as the `struct` module of Python writes it."""
    assert union.codec is not None
    return {name: "<" + _letters(union.codec) + letters(record.parts) for name, record in union.members.items()}


def letters(parts: Sequence[Any]) -> str:
    """The parts as letters of the `struct` module."""
    return "".join(f"{part.size}x" if isinstance(part, Pad) else _letters(part.codec) for part in parts)


def _letters(codec: Any) -> str:
    codec = codec.codec if isinstance(codec, Choice) else codec
    if isinstance(codec, Number):
        return _LETTERS[codec.code[-2:]]
    return "c" if codec.size == 1 else f"{codec.size}s"


def _object(record: Any, making: Making) -> Light:
    made: Light = making.cls(getattr(record, making.word)) if making.word else making.cls()
    for name, source in making.attributes.items():
        field, mask = (source, None) if isinstance(source, str) else source
        value = getattr(record, field)
        setattr(made, name, value if mask is None else value & mask)
    return made


def _fields_of(record: Record) -> list[Part]:
    return [part for part in record.parts if isinstance(part, Part)]
