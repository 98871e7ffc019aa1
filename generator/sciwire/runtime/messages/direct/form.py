"""Messages read straight from their bytes, where all in them is as usual; in one pass instead of two.

Rule 1: what is read here is what the ordinary way would give (`decoding`), to the last detail, or nothing is.
Rule 2: nothing is forgiven, noted or worded here: whatever is unusual sends the whole message the ordinary way.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Any

from sciwire.runtime import cbor
from sciwire.runtime.errors import CodecError
from sciwire.runtime.record import blank

from ..context import Reading
from ..embedded import holds_embedded
from ..fault import Fault
from ..records import RecordOf
from .arrays import holds_arrays, open_within
from .containers import any_value
from .readers import reader_of
from .values import Pass, Unusual, constant, entries_at, text, unsigned

if TYPE_CHECKING:
    from ..form import Format

__all__ = ["DirectForm"]

_DEEP = 16  # levels of containers, more than what is read here by itself has
_FEW = 1 << 16  # items, more than what is not counted here has
_SEARCHED = 4096  # bytes
_KIND = ""  # stands for the discriminator among the names of fields
_NOT_HERE = (Unusual, Fault, CodecError, LookupError, ValueError, struct.error, RecursionError)
_set = object.__setattr__


class DirectForm:
    """The messages of a format by what the bytes say that they are."""

    __slots__ = ("_discriminator", "_limits", "_prefix", "_prefix_read", "_records")

    def __init__(self, form: Format) -> None:
        prefix, key = form.prefix, form.discriminator
        # messages that are arrays are read the ordinary way: no reading has this copy
        self._limits = form.limits if form.layout == "map" else form.limits.but(depth=form.limits.depth)
        self._prefix = b"" if prefix is None else _written(cbor.Tagged(prefix.tag, 0))[:-1]
        self._prefix_read = "" if prefix is None else prefix.read
        self._discriminator = b"" if key is None else _written(key)
        small = form.limits.depth < _DEEP or form.limits.items < 2 * _FEW
        ordinary = {kind for kind, one in form.records.items() if small or one.keys or holds_embedded(one)}
        records = {kind: one for kind, one in form.records.items() if kind not in ordinary}
        self._records = {
            kind: DirectRecord(form, record, self._discriminator, kind) for kind, record in records.items()
        }

    def read(self, reading: Reading, source: Any) -> tuple[Any, int] | None:
        """The message at ``reading.start`` and the offset behind it; None where it is to be read the ordinary way.

        *reading* has been used up then.
        """
        if reading.limits is not self._limits:
            return None
        p = Pass(source, reading, self._limits.items - _FEW)
        try:
            position = self._behind_prefix(source, reading.start)
            message, end = self._records[self._kind(p, position) if self._discriminator else None].read(p, position)
        except _NOT_HERE:
            return None
        if reading.odd or reading.raw or reading.warnings or reading.problems:
            return None
        message.problems = reading.problems  # what is found wrong later on
        return message, end

    def _behind_prefix(self, source: Any, position: int) -> int:
        if not self._prefix:
            return position
        behind = position + len(self._prefix)
        there = source[position:behind] == self._prefix
        if self._prefix_read != "optional" and there == (self._prefix_read == "forbidden"):
            raise Unusual
        return behind if there else position

    def _kind(self, p: Pass, position: int) -> Any:
        """What the discriminator of the map at *position* says: the first key, or among the first bytes.

        Where these bytes are something else the message is not read to its end.
        """
        source, key = p.source, self._discriminator
        at = position + 1
        if source[at : at + len(key)] != key:
            at += bytes(source[at : at + _SEARCHED]).index(key)
        at += len(key)
        return (text if source[at] >= 0x60 else unsigned)(p, at)[0]


class DirectRecord:
    """The fields of a message by their keys as they are written."""

    __slots__ = ("_arrays", "_by_key", "_known", "_names", "_needed", "_new", "_not_unknown")

    def __init__(self, form: Format, record: RecordOf[Any], discriminator: bytes, kind: Any) -> None:
        fields = record.fields()
        self._by_key = {_written(one.wire_key): (one.name, one.wire_key, reader_of(one.converter)) for one in fields}
        if discriminator:
            self._by_key[discriminator] = _KIND, form.discriminator or 0, constant(kind)
        self._known = form.tolerance.unknown != "keep"  # all keys have to be
        keys = {form.discriminator, *(one.wire_key for one in fields), *(key for one in fields for key in one.also)}
        self._not_unknown = keys | {one.key for one in form.refusals}
        self._names = tuple(one.name for one in fields)
        needed = {one.name for one in fields if one.required and form.tolerance.missing == "error"}
        needed |= {one.name for one in fields if one.default is not None or one.also}
        self._needed = frozenset(needed | ({_KIND} if discriminator else set()))
        self._arrays = tuple(one.name for one in fields if holds_arrays(one.converter))
        self._new = blank(record.cls, frozenset(self._names) | {"extra"})

    def read(self, p: Pass, position: int) -> tuple[Any, int]:
        """The message whose map begins at *position*, and the end of it."""
        values, extra, position = self._entries(p, position)
        record, value_of = self._new(), values.get
        for name in self._names:
            _set(record, name, value_of(name))
        _set(record, "extra", extra)
        if self._arrays and not p.reading.lazy:  # last, for little of what comes before is at hand after it
            for name in self._arrays:
                _set(record, name, open_within(value_of(name), p.reading))
        return record, position

    def _entries(self, p: Pass, position: int) -> tuple[dict[str, Any], dict[Any, Any], int]:
        source, find, steps = p.source, self._by_key.get, p.reading.steps
        values: dict[str, Any] = {}
        extra: dict[Any, Any] = {}
        hashed = isinstance(source, bytes)  # a view of what can be changed has no hash
        count, position = entries_at(p, position)
        for _ in range(count):
            head = source[position]
            if 0x60 <= head < 0x78:
                stop = position + head - 0x5F
            else:
                stop = position + (2 + source[position + 1] if head == 0x78 else 1)
            key = source[position:stop]
            found = find(key if hashed else bytes(key))
            if found is None:
                unknown, position = self._unknown(p, position)
                steps.append(unknown)
                extra[unknown], position = any_value(p, position)
            else:
                name, step, read = found
                steps.append(step)
                value, position = read(p, stop)
                if value is None:
                    raise Unusual
                values[name] = value
            steps.pop()
        if len(values) + len(extra) != count or not self._needed.issubset(values):
            raise Unusual
        return values, extra, position

    def _unknown(self, p: Pass, position: int) -> tuple[str, int]:
        """Read a key that no field has."""
        key, position = text(p, position)
        if self._known or key in self._not_unknown:  # written in another way, perhaps
            raise Unusual
        return key, position


def _written(value: Any) -> bytes:
    return cbor.encode(int(value) if isinstance(value, int) else value)
