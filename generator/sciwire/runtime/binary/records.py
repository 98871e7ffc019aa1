"""Records: parts in wire order, read and written by one table, so that both directions rhyme.

What the bytes say and the user's class does not (constants, padding, counts, lengths, tags, sums) is derived
when writing: a placeholder first, the value when what it counts is there; sums last.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from types import MappingProxyType
from typing import Any

from ..errors import CodecError, DecodeError, EncodeError, LimitError
from .bits import Bits, InWord
from .cursor import Reader, Writer, lookup
from .parts import (
    AnyPart,
    Const,
    Length,
    Link,
    Only,
    Part,
    Same,
    Sum,
    Version,
    cite,
    fixed_size,
    plain_name,
    quick_struct,
    record_dtype,
)
from .scalars import Codec
from .unions import Union
from .written import Written, behind, check_sum, given

__all__ = ["Record"]

#: bytes behind a part, or those of each part behind it with the condition on which that is there
Tail = int | tuple[tuple[int, Only | None], ...]
_NO_TAILS: Mapping[str, Tail] = MappingProxyType({})


class Record(Codec):
    """Parts in wire order. `links` and `length` fill the derived fields, its own and those of records inside it.

    `tails` has, for parts that go up to the end, the bytes of the parts behind them.
    """

    nests = True

    def __init__(
        self,
        cls: Any,
        parts: Sequence[AnyPart],
        *,
        links: tuple[Link, ...] = (),
        length: Length | None = None,
        tails: Mapping[str, Tail] = _NO_TAILS,
    ) -> None:
        self.tails = tails
        self.cls = cls
        self.name = cls.__name__
        self.parts = tuple(parts)
        self.links = links
        self.length = length
        self.public = tuple(part.name for part in parts if isinstance(part, (Part, Version)))
        self._public = frozenset(self.public)
        self._sums = tuple(part for part in parts if isinstance(part, Sum))
        self._repeats = tuple(part for part in parts if isinstance(part, Same))
        self._derives = bool(links or length is not None or self._sums or self._repeats)
        self._unsaid = {part.name: part.value if isinstance(part, Const) else None for part in parts
                        if part.name and not isinstance(part, (Part, Version))}  # fmt: skip
        self._words = tuple((part.name, part.codec) for part in parts if isinstance(part, Part)
                            and isinstance(part.codec, Bits) and part.codec.cls is not None)  # fmt: skip
        self._foretold = tuple((link, link.path.split(".")) for link in links
                               if link.tells != "size" or isinstance(link.codec, InWord))  # fmt: skip
        self.size = fixed_size(self.parts)
        self.dtype = record_dtype(self.parts) if self.size is not None else None
        self._quick = quick_struct(self.parts)

    def read(self, reader: Reader) -> Any:
        quick = self._quick
        if quick is not None and quick.size <= reader.end - reader.at and reader.spans is None:
            start, reader.at, reader.last = reader.at, reader.at + quick.size, {}
            return self.cls(*quick.unpack_from(reader.data, start))
        return self._read_slowly(reader)

    def _read_slowly(self, reader: Reader) -> Any:
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
            end = reader.end
            if self.tails and part.name in self.tails:
                reader.end = max(start, end - behind(self.tails[part.name], reader))
            try:
                part.read(reader, scope)
                reader.end = end
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
            if (
                one.name in places
                and one.last in places
                and done in (one.name, one.last)
                and scope[one.name] is not None
            ):
                try:
                    check_sum(one, scope[one.name], reader, places)
                except CodecError as error:
                    self._keep(one, scope, error)
                    raise error.within(one.name) from None

    def _keep(self, part: AnyPart, scope: dict[str, Any], error: CodecError) -> None:
        """What was good so far goes with the error."""
        if part.name in self._public:
            scope[part.name] = error.partial
        error.partial = self.cls(**{name: scope.get(name) for name in self.public})
        cite(error, part.rule)

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
        self._foretell(scope)
        writer.scopes.append(scope)
        places: dict[str, tuple[int, int]] = {}
        marks: dict[str, int] = {}
        sums = len(writer.deferred)
        try:
            for part in self.parts:
                begin = len(writer.buffer)
                writer.marks = {}
                try:
                    part.write(writer, scope)
                except CodecError as error:
                    cite(error, part.rule)
                    raise error.within(part.name) from None
                inner = f"{part.name}." if isinstance(part, Part) else ""
                marks |= {inner + name: at for name, at in writer.marks.items()}
                places[part.name] = (begin, len(writer.buffer))
            if self._derives:
                self._derive(writer, scope, Written(marks, places, sums), start)
        finally:
            writer.scopes.pop()
            writer.marks = outer
        writer.marks = marks

    def _foretell(self, scope: dict[str, Any]) -> None:
        """What derived fields will say, as far as that is known before anything is written; None where it is not."""
        scope.update(self._unsaid)
        for word, codec in self._words:
            if isinstance(scope[word], codec.cls):
                scope[f"{word}."] = codec.said(scope[word])
        for link, names in self._foretold:
            with suppress(CodecError, TypeError):  # it is raised where the field is written
                if isinstance(link.codec, InWord) and given(scope, link.path) is not None:
                    continue
                here = scope
                for name in names[:-1]:
                    here = here.setdefault(f"{name}.", {})
                here[names[-1]] = None if link.tells == "size" else self._told(link, scope[link.target], (0, 0))

    def _derive(
        self,
        writer: Writer,
        scope: Mapping[str, Any],
        written: Written,
        start: int,
    ) -> None:
        said: dict[str, Any] = {}
        marks, places = written.marks, written.places
        for link in self.links:
            try:
                told = self._told(link, scope[link.target], places[link.target])
                if isinstance(link.codec, InWord):
                    written.fill(writer, link.codec, link.path, told, given(scope, link.path))
                elif link.path not in said:
                    written.patch(writer, link.codec, marks[link.path], told)
                if said.setdefault(link.path, told) != told:
                    problem = f"{link.path} can't be {said[link.path]} and {told} at once"
                    raise EncodeError(problem, category="size")
            except CodecError as error:
                raise error.within(link.target) from None
        if self.length is not None:
            begin = start if self.length.of == "whole" else places[self.length.after][1]
            try:
                told = said[self.length.path] = self.length.extent.stated(len(writer.buffer) - begin)
                if isinstance(self.length.codec, InWord):
                    path = self.length.path
                    written.fill(writer, self.length.codec, path, told, given(scope, path))
                else:
                    written.patch(writer, self.length.codec, marks[self.length.path], told)
            except CodecError as error:
                raise error.within(self.length.path) from None
        for again in self._repeats:
            if again.name in marks:
                told = said[again.path] if again.path in said else given(scope, again.path)
                written.patch(writer, again.codec, marks[again.name], told)
        for one in self._sums:
            if one.name in marks:
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
