"""Records inside messages: maps, or arrays whose items stand in a fixed order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from types import MappingProxyType
from typing import Any, Generic, TypeVar

from sciwire.runtime import cbor
from sciwire.runtime.record import blank
from sciwire.runtime.value import Value, shown

from .context import Payload, Reading, Writing
from .entries import MapReader, MapWriter
from .fault import Fault, Key, step_of
from .fields import FieldOf
from .scalars import kind_of

__all__ = ["RecordOf", "key_fits", "keys_fit", "surplus"]

T = TypeVar("T")

_KEY_TYPES: Mapping[str, frozenset[type]] = {
    "text": frozenset({str}),
    "integer": frozenset({int}),
    "any": frozenset({str, int}),
}
_set = object.__setattr__


class RecordOf(Value, Generic[T]):
    """A record inside a message: a map, or an array whose items stand in the order of `keys`.

    *fields* is called when they are first needed, as a record may hold others of its own kind.
    """

    cls: type[T]
    fields: Callable[[], tuple[FieldOf, ...]]
    keys: tuple[str | int, ...] = ()
    names: Mapping[str, str | int] = MappingProxyType({})
    payloads: tuple[Payload, ...] = ()

    @property
    def expects(self) -> str:
        return f"an array of at most {len(self.keys)}" if self.keys else "a map"

    @cached_property
    def _plan(self) -> tuple[tuple[str, str | int, type | None, Any, FieldOf], ...]:
        """What `read` looks at, field by field."""
        return tuple((one.name, one.wire_key, one.same, one.leaf, one) for one in self.fields())

    @cached_property
    def _simple_keys(self) -> tuple[str | int, ...]:
        return tuple(key for _, key, _, _, field in self._plan if not field.also)

    @cached_property
    def _in_wire_order(self) -> tuple[tuple[FieldOf, ...], tuple[FieldOf, ...]]:
        """The fields in front of unknown keys, and those behind them."""
        fields = [field for *_, field in self._plan]
        return tuple(one for one in fields if not one.last), tuple(one for one in fields if one.last)

    @cached_property
    def _blank(self) -> Callable[[], T]:
        """Makes a record in which the fields are still to be set."""
        return blank(self.cls, {"extra", *(name for name, *_ in self._plan)})

    def read(self, m: MapReader) -> T:
        """The record of the entries of *m*."""
        record = self._blank()
        get, reading = m.entries.get, m.reading
        for name, key, same, leaf, field in self._plan:
            value = get(key)
            if type(value) is not same:
                if leaf is None or value is None:
                    value = m.take(field)
                else:
                    try:
                        value = leaf(value, reading)
                    except Fault:
                        value = m.take(field)  # which knows what is forgiven, and words it
            _set(record, name, value)
        m.skip(*self._simple_keys)
        _set(record, "extra", m.rest())
        return record

    def write(self, m: MapWriter, record: Any) -> None:
        """Put the fields of *record* in wire order."""
        before, behind = self._in_wire_order
        for field in before:
            m.put(field, getattr(record, field.name))
        m.extra(record.extra)
        for field in behind:
            m.put(field, getattr(record, field.name))

    def decode(self, value: Any, reading: Reading) -> T:
        if isinstance(value, self.cls):
            return value
        if self.keys and isinstance(value, (list, tuple)):
            if len(value) > len(self.keys):
                raise Fault(f"expected {self.expects}, got {kind_of(value)}", "constraint")
            positions = {key: Key(index, str(key)) for index, key in enumerate(self.keys)}
            return self.read(MapReader(dict(zip(self.keys, value, strict=False)), reading, positions))
        if self.keys and reading.base.nbytes:
            raise Fault(f"expected {self.expects}, got {kind_of(value)}")
        if isinstance(value, cbor.Pairs) or not isinstance(value, dict):
            raise Fault(f"expected {self.expects}, got {kind_of(value)}")
        if self.names and not reading.base.nbytes:
            value = {self.names.get(key, key): item for key, item in value.items()}
        return self.read(MapReader(value, reading))

    def encode(self, value: Any, writing: Writing) -> Any:
        if isinstance(value, Mapping):
            value = self.decode(dict(value), Reading())
        if not isinstance(value, self.cls):
            raise Fault(f"expected a {self.cls.__name__}, got {kind_of(value)}")
        writer = MapWriter(writing)
        self.write(writer, value)
        if not self.keys:
            return writer.entries
        for key in getattr(value, "extra", ()):
            raise Fault(f"{self.expects} has no place for it", "constraint").up(step_of(key))
        return self.in_order(writer.entries, self.keys, writing)

    def in_order(self, entries: Mapping[Any, Any], keys: Sequence[Any], writing: Writing) -> list[Any]:
        """The values of *entries* in the order of *keys* up to the last one that is there; null where one is absent.

        Fault where a value is absent and null does not say so.
        """
        count = max((index + 1 for index, key in enumerate(keys) if key in entries), default=0)
        for key in keys[:count]:
            if key not in entries and writing.tolerance.null == "error" and not self._takes_null(key, writing):
                raise Fault("a value is required in front of those that follow it, got None", "constraint").up(key)
        return [entries.get(key) for key in keys[:count]]

    def _takes_null(self, key: Any, writing: Writing) -> bool:
        """Whether null is a value of the field at *key*."""
        converter = next(field.converter for field in self.fields() if field.wire_key == key)
        try:
            return converter.encode(None, writing) is None
        except Fault:
            return False


def surplus(keys: Sequence[Any], extra: Iterable[Any]) -> list[int]:
    """The positions of *extra*, items of a message behind those of *keys*; Fault for a key that is none of these."""
    said = list(extra)
    behind = range(len(keys), len(keys) + len(said))
    for key in said:
        if type(key) is not int or key not in behind:
            problem = (
                f"expected the position of an item behind the fields, {behind.start} and on, got {shown(key)[:100]}"
            )
            raise Fault(problem, "constraint").up(step_of(key))
    return list(behind)


def keys_fit(keys: Iterable[Any], kind: str) -> bool:
    """Whether all *keys* of a map that the reader made are of the kind that the messages of a format have."""
    return _KEY_TYPES[kind].issuperset(map(type, keys))


def key_fits(key: Any, kind: str) -> bool:
    """Whether a map key is of the kind (text, integer, any) that the messages of a format have."""
    return (isinstance(key, str) and kind != "integer") or (isinstance(key, int) and kind != "text")
