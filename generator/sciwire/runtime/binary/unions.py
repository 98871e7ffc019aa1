"""One of several records, told apart by a tag: in front of the member, or a field that was read before.

Which tags are allowed may depend on another field: one table for each of its values.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from ..errors import DecodeError, EncodeError
from .cursor import Reader, Writer, lookup
from .scalars import Codec, shown

__all__ = ["Other", "Union"]


class Other:
    """A member whose tag is not known: the `tag` as it was read and the bytes that follow it."""

    __slots__ = ("data", "tag")

    def __init__(self, tag: Any, data: bytes) -> None:
        self.tag = tag
        self.data = data

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Other) and (self.tag, self.data) == (other.tag, other.data)

    __hash__ = None  # type: ignore[assignment]  # like the generated classes

    def __repr__(self) -> str:
        return f"Other({self.tag!r}, {self.data!r})"


class Union(Codec):
    """A tagged union.

    tag : the name of the tag in canonical values.
    members : names and their records, each of a class of its own.
    tables : for each value of the field `select` (or for "") the tag of every member that may stand there.
    codec : how the tag is read, where it stands in front of the member; else `on` is the field that holds it.
    others : whether a tag that is not known gives an `Other`.
    """

    def __init__(
        self,
        tag: str,
        members: Mapping[str, Any],
        tables: Mapping[Any, Mapping[str, Any]],
        *,
        codec: Codec | None = None,
        on: str = "",
        select: str = "",
        others: bool = False,
        rule: str = "",
    ) -> None:
        self.tag = tag
        self.members = dict(members)
        self.tables = {key: dict(table) for key, table in tables.items()}
        self.codec = codec
        self.on = on
        self.select = select
        self.others = others
        self.rule = rule
        self._by_wire = {key: {wire: name for name, wire in table.items()} for key, table in tables.items()}
        sizes = {record.size for record in members.values()}
        fixed = len(sizes) == 1 and not others
        size = next(iter(sizes)) if fixed else None
        front = 0 if codec is None else codec.size
        self.size = None if size is None or front is None else size + front

    @cached_property
    def by_class(self) -> dict[type, str]:
        """Class -> name of the member; a member that holds this union is known only when it is asked for."""
        return {record.cls: name for name, record in self.members.items()}

    def read(self, reader: Reader) -> Any:
        start = reader.at
        wire = self.codec.read(reader) if self.codec is not None else lookup(reader.scopes, self.on)
        name = self._by_wire[self._key(reader.scopes)].get(wire)
        if name is not None:
            return self.members[name].read(reader)
        if self.others:
            begin = reader.take(reader.end - reader.at)
            reader.span(begin, "bytes")
            return Other(wire, bytes(reader.data[begin : reader.at]))
        raise DecodeError(f"expected one of {self.known(reader.scopes)}, got {shown(wire)}", at=start, rule=self.rule)

    def write(self, writer: Writer, value: Any) -> None:
        wire = self.tag_of(value, writer.scopes)
        if self.codec is not None:
            self.codec.write(writer, wire)
        elif (said := lookup(writer.scopes, self.on)) is not None and said != wire:
            name = type(value).__name__
            raise EncodeError(f"{self.on} says {shown(said)}, {name} needs {shown(wire)}", rule=self.rule)
        if isinstance(value, Other):
            writer.buffer += value.data
        else:
            self.members[self.by_class[type(value)]].write(writer, value)

    def tag_of(self, value: Any, scopes: list[dict[str, Any]] | None = None) -> Any:
        """The tag of the member *value*. EncodeError where it may not stand here."""
        if isinstance(value, Other) and self.others:
            return value.tag
        name = self.by_class.get(type(value))
        table = self.tables[self._key(scopes or [])]
        if name is None or name not in table:
            got = type(value).__name__ if name is None else name
            problem = f"expected one of {', '.join(table)}, got {got}"
            raise EncodeError(problem, category="constraint" if name else "type", rule=self.rule)
        return table[name]

    def known(self, scopes: list[dict[str, Any]]) -> str:
        """The tags that may stand here, for messages."""
        return ", ".join(f"{name} ({shown(wire)})" for name, wire in self.tables[self._key(scopes)].items())

    def _key(self, scopes: list[dict[str, Any]]) -> Any:
        return lookup(scopes, self.select) if self.select else ""

    def tree(self, value: Any) -> Any:
        if isinstance(value, Other):
            return {self.tag: value.tag, "data": value.data}
        name = self.by_class.get(type(value))
        return value if name is None else {self.tag: name, **self.members[name].tree(value)}

    def build(self, tree: Any) -> Any:
        if not isinstance(tree, Mapping) or self.tag not in tree:
            raise DecodeError(f"expected a map with {self.tag!r}", category="type")
        left = dict(tree)
        name = left.pop(self.tag)
        if isinstance(name, str) and name in self.members:
            return self.members[name].build(left)
        if self.others and set(left) == {"data"} and not isinstance(name, (Mapping, list)):
            return Other(name, left["data"])
        raise DecodeError(f"expected one of {', '.join(self.members)}, got {name!r}", path=self.tag)
