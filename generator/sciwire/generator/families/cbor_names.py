"""The names of integer keys and of positions, for views of bytes: what stands on the wire is a number, what people look for a word."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sciwire.model import Record, Spec
from sciwire.model.check import resolve
from sciwire.model.families.cbor import CborBody
from sciwire.model.families.cbor_positions import positioned
from sciwire.model.types import Array, Embedded, ListOf, MapOf, Named, NDArray, TaggedType, Type, Union

__all__ = ["embedded_at", "key_names"]


def key_names(spec: Spec) -> dict[Any, dict[Any, tuple[str, str, int]]]:
    """Record (a message by its value in the discriminator) -> key -> name, record inside, steps to it.

    Empty where every key is a name already, and no byte string holds CBOR.
    """
    records = _records(spec)
    if all(_named(record) for record in records.values()) and not embedded_at(spec):
        return {}
    return {name: _keys(spec, record) for name, record in records.items()}


def embedded_at(spec: Spec) -> dict[Any, dict[Any, tuple[int, ...]]]:
    """Record -> key of a field with byte strings that hold CBOR -> how many steps lead from the field to them."""
    found = {
        name: {
            key: tuple(sorted(depths))
            for keys, field in zip(_keys_of(record), record.fields, strict=True)
            if (depths := set(_embedded(spec, field.type, 0)))
            for key in keys
        }
        for name, record in _records(spec).items()
    }
    return {name: keys for name, keys in found.items() if keys}


def _embedded(spec: Spec, kind: Type, steps: int) -> Iterator[int]:
    found = resolve(kind, spec)
    match found:
        case Embedded(item=item):
            yield steps
            yield from _embedded(spec, item, steps)
        case TaggedType(item=item):
            yield from _embedded(spec, item, steps)
        case ListOf(item=item) | MapOf(value=item):
            yield from _embedded(spec, item, steps + 1)
        case Union(alternatives=alternatives):
            for one in alternatives:
                yield from _embedded(spec, one, steps)


def _records(spec: Spec) -> dict[Any, Record]:
    """All records: messages by what their discriminator says, then the named types."""
    body: CborBody = spec.body
    messages: dict[Any, Record] = {
        value: positioned(body, message.record) for message in body.messages for value in (message.value, *message.also)
    }
    return messages | {f"type {name}": kind for name, kind in spec.types.items() if isinstance(kind, Record)}


def _named(record: Record) -> bool:
    return record.layout == "map" and all(
        isinstance(key, str) for field in record.fields for key in (field.key, *field.also)
    )


def _keys(spec: Spec, record: Record) -> dict[Any, tuple[str, str, int]]:
    return {
        key: (field.plain, *_inside(spec, field.type))
        for several, field in zip(_keys_of(record), record.fields, strict=True)
        for key in several
    }


def _keys_of(record: Record) -> list[tuple[str | int, ...]]:
    """Under which keys, or at which position, each field stands."""
    return [
        (index,) if record.layout == "array" else (field.key, *field.also) for index, field in enumerate(record.fields)
    ]


def _inside(spec: Spec, kind: Type) -> tuple[str, int]:
    """The record inside a value of *kind*, and how many steps of a path lead to it."""
    if isinstance(kind, Named) and isinstance(resolve(kind, spec), Record):
        return f"type {_record_name(spec, kind)}", 0
    if isinstance(kind, Named):
        found = resolve(kind, spec)
        return ("", 0) if isinstance(found, Record) else _inside(spec, found)
    match kind:
        case ListOf(item=item) | MapOf(value=item):
            name, steps = _inside(spec, item)
            return name, steps + 1 if name else 0
        case TaggedType(item=item) | Embedded(item=item):
            return _inside(spec, item)
        case Union(alternatives=alternatives):
            return next((one for part in alternatives if (one := _inside(spec, part))[0]), ("", 0))
        case NDArray() | Array():
            return "", 0
    return "", 0


def _record_name(spec: Spec, kind: Named) -> str:
    """The entry of `types` that is the record, where *kind* may be another name for it."""
    for _ in range(len(spec.types) + 1):
        found = spec.types.get(kind.name)
        if not isinstance(found, Named):
            break
        kind = found
    return kind.name
