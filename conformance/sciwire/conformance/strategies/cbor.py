"""Values of the `cbor` family: messages as maps of wire names, drawn field by field from the specification."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sciwire.model.check import alternatives, resolve
from sciwire.model.followed import NULL
from sciwire.model.ir import Constraints, Field, Record, Spec
from sciwire.model.types import (
    Array,
    Embedded,
    Enum,
    ListOf,
    MapOf,
    Named,
    NDArray,
    Number,
    Scalar,
    TaggedType,
    Type,
    Union,
)
from sciwire.runtime import plain

from . import drawing as st
from . import leaves
from .cbor_any import MOST, anything, canonical_map, label_of, orders, surplus, text_map, unknown, unknown_numbers
from .cbor_labels import message_and_options
from .depths import always_there, shallowest
from .drawing import Drawn
from .stated import plain_name, stated

__all__ = ["drawn_field", "value"]

_UINT = (0, 2**64 - 1)
_INT = (-(2**64), 2**64 - 1)
_AGAIN = 2  # times that a record stands in itself
_INSIDE = "inside "  # marks how often; no option is called so, for options are identifiers


def value(spec: Spec, label: str) -> Drawn[Any]:
    """Messages of one kind: required fields always, others at times, and keys that nobody knows."""
    message, options = message_and_options(spec, label)
    settings = {name: allowed[0] for name, allowed in spec.body.options.items()} | options
    drawn = _record(spec, _undescribed(message), settings)
    if spec.body.layout == "array":
        drawn = _told(spec, message, drawn)
        more = spec.body.tolerance.unknown == "keep"
        return st.builds(_numbered, drawn, surplus(spec, message.record)) if more else drawn
    if spec.body.tolerance.unknown == "keep" and spec.body.keys != "integer":
        drawn = st.builds(_joined, unknown(spec, message.record), drawn)
    drawn = _told(spec, message, drawn)
    if spec.body.tolerance.unknown == "keep" and spec.body.keys != "text":
        drawn = st.builds(_numbered, drawn, unknown_numbers(spec, message.record))
    return drawn


def _told(spec: Spec, message: Any, drawn: Drawn[Any]) -> Drawn[Any]:
    """Messages with what says their kind, and the byte in front."""
    if spec.body.discriminator is None:
        return drawn
    kind = {str(spec.body.discriminator): plain.to_plain(message.value)}
    drawn = drawn.map(lambda fields: {**kind, **fields, **kind})  # first, whatever an unknown key is called
    if spec.body.prefix_bytes is None:
        return drawn
    prefixes = ["", message.prefix] if spec.body.prefix_bytes.read == "optional" else [message.prefix]
    return st.builds(lambda prefix, fields: {**fields, "prefix": prefix}, st.sampled_from(prefixes), drawn)


def _undescribed(message: Any) -> Record:
    """The record without the fields that would make arrays of drawn bytes."""
    shapes = {field for payload in message.payloads for kind, field in payload.shape if kind is None}
    fields = tuple(field for field in message.record.fields if field.label not in shapes)
    return replace(message.record, fields=fields)  # type: ignore[no-any-return]  # the same record


def drawn_field(spec: Spec, field: Field) -> Drawn[Any]:
    """Values of one field; other families with records of the same types draw them here too."""
    return _field(spec, field, {})


def _joined(unknown: Mapping[str, Any], fields: Mapping[str, Any]) -> dict[str, Any]:
    return {**unknown, **fields}


def _numbered(fields: dict[str, Any], unknown: list[list[Any]]) -> dict[str, Any]:
    return {"$map": [*map(list, fields.items()), *unknown]} if unknown else fields


def _record(spec: Spec, record: Record, settings: Mapping[str, str]) -> Drawn[dict[str, Any]]:
    required: dict[str, Drawn[Any]] = {}
    optional: dict[str, Drawn[Any]] = {}
    for field in record.fields:
        if field.when is not None and settings.get(field.when.option) not in field.when.values:
            if field.default is not None:  # the encoder leaves it out, a decoder fills it in
                required[plain_name(field)] = st.just(stated(spec, field.default, field.type))
            continue
        always = always_there(field, record)
        (required if always else optional)[plain_name(field)] = _field(spec, field, settings)
    return st.fixed_dictionaries(required, optional=optional)


def _nested(spec: Spec, name: str, record: Record, settings: Mapping[str, str]) -> Drawn[dict[str, Any]]:
    """A record inside others; one that stands in itself has only what is always there from the third time on."""
    mark = f"{_INSIDE}{name}"
    times = int(settings.get(mark, "0"))
    if times >= _AGAIN:
        record = replace(record, fields=tuple(field for field in record.fields if always_there(field, record)))
    return _record(spec, record, {**settings, mark: str(times + 1)})


def _deep(settings: Mapping[str, str], times: int = _AGAIN) -> bool:
    """Whether a record stands in itself, at least *times* of it around what is drawn."""
    return any(mark.startswith(_INSIDE) and int(count) >= times for mark, count in settings.items())


def _field(spec: Spec, field: Field, settings: Mapping[str, str]) -> Drawn[Any]:
    limits = field.constraints
    if limits.const is not None:
        return st.just(stated(spec, limits.const, field.type))
    kinds = [_within(spec, one, limits, settings) for one in _drawable(spec, field.type, settings)]
    # null says that a field is absent
    return st.one_of(*kinds).filter(lambda item: item is not None)


def _drawable(spec: Spec, kind: Type, settings: Mapping[str, str]) -> list[Type]:
    """The alternatives of *kind* but null; records by their names, and where they stand in themselves the shallowest."""
    found = resolve(kind, spec)
    while isinstance(found, (TaggedType, Embedded)):
        kind, found = found.item, resolve(found.item, spec)
    if isinstance(found, Record):
        return [kind]
    if not isinstance(found, Union):
        return [found]
    several = tuple(one for one in found.alternatives if alternatives(one, spec) != (NULL,)) or found.alternatives
    return [
        one
        for part in (shallowest(spec, several) if _deep(settings) else several)
        for one in _drawable(spec, part, settings)
    ]


def _within(spec: Spec, kind: Type, limits: Constraints, settings: Mapping[str, str]) -> Drawn[Any]:
    """Values of *kind*, which is no union, within *limits*."""
    if isinstance(kind, Scalar) and kind.name in ("uint", "int"):
        low, high = _UINT if kind.name == "uint" else _INT
        return leaves.integer(_bound(limits.minimum, low), _bound(limits.maximum, high))
    if isinstance(kind, Number) and (limits.minimum, limits.maximum) != (None, None):
        return _number_within(kind, limits.minimum, limits.maximum)
    if isinstance(kind, Scalar) and kind.name == "float" and (limits.minimum, limits.maximum) != (None, None):
        return leaves.real(64, limits.minimum, limits.maximum)
    if isinstance(kind, Scalar) and kind.name == "rational" and (limits.minimum, limits.maximum) != (None, None):
        numerators = st.integers(_bound(limits.minimum, -(2**63)), _bound(limits.maximum, 2**63 - 1))
        return st.builds(lambda one, other: {"$ratio": [one, other]}, numerators, st.integers(1, 2**32))
    if isinstance(kind, Scalar) and kind.name == "text":
        if limits.pattern is not None:
            least, most = limits.min_length or 0, limits.max_length
            matching = st.from_regex(limits.pattern, fullmatch=True)
            return matching.filter(lambda text: least <= len(text) and (most is None or len(text) <= most))
        return leaves.text(limits.min_length or 0, limits.max_length)
    return _typed(spec, kind, settings, limits.min_length or 0, limits.max_length)


def _number_within(kind: Number, low: float | int | None, high: float | int | None) -> Drawn[Any]:
    bits = 8 * int(kind.code[1:])
    if kind.code[0] == "f":
        return leaves.real(bits, low, high)
    least, most = (0, (1 << bits) - 1) if kind.code[0] == "u" else (-(1 << bits - 1), (1 << bits - 1) - 1)
    return leaves.integer(max(least, math.ceil(least if low is None else low)),
                          min(most, math.floor(most if high is None else high)))  # fmt: skip


def _bound(stated: float | int | None, widest: int) -> int:
    return widest if stated is None else int(stated)


def _typed(spec: Spec, kind: Type, settings: Mapping[str, str], low: int = 0, high: int | None = None) -> Drawn[Any]:
    match kind:
        case Scalar(name=name):
            return _scalar(name, low, high)
        case Number(code=code):
            return leaves.number(code)
        case Enum(names=names):
            return st.sampled_from(names)
        case ListOf(item=item, length=length):
            least, most = (length, length) if length is not None else (low, max(low, MOST) if high is None else high)
            if not least and _deep(settings, _AGAIN + 1):
                return st.just([])  # a list of the record that it stands in would be drawn without end
            return st.lists(_typed(spec, item, settings), min_size=least, max_size=most)
        case MapOf() if not low and _deep(settings, _AGAIN + 1):
            return st.just({})
        case MapOf(key=key, value=item):
            drawn = _map(spec, key, _typed(spec, item, settings), settings)
            if not low and high is None:
                return drawn
            return drawn.filter(lambda table: low <= _entries(table) <= (math.inf if high is None else high))
        case NDArray(dtypes=dtypes, axes=axes):
            return leaves.array(orders(dtypes), len(axes))
        case Array(dtypes=dtypes):
            return leaves.array(orders(dtypes), 1, low=low, high=high)
        case Union(alternatives=alternatives):
            among = shallowest(spec, alternatives) if _deep(settings) else alternatives
            return st.one_of(*(_typed(spec, one, settings) for one in among))
        case TaggedType(item=item) | Embedded(item=item):
            return _typed(spec, item, settings)
        case Named(name=name):
            named = spec.types[name]
            return _nested(spec, name, named, settings) if isinstance(named, Record) else _typed(spec, named, settings)
        case _:
            raise LookupError(f"no strategy for the type {kind!r}")


def _entries(table: dict[str, Any]) -> int:
    """How many entries a canonical map has."""
    return len(table["$map"]) if "$map" in table else len(table)


def _scalar(name: str, low: int, high: int | None) -> Drawn[Any]:
    match name:
        case "uint" | "int":
            return leaves.integer(*(_UINT if name == "uint" else _INT))
        case "float":
            return leaves.real()
        case "bool":
            return st.booleans()
        case "text":
            return leaves.text(low, high)
        case "bytes":
            return leaves.byte_string(low, high)
        case "datetime":
            return leaves.date()
        case "rational":
            return leaves.ratio()
        case "null":
            return st.none()
        case _:
            return anything()


def _map(spec: Spec, key: Type, item: Drawn[Any], settings: Mapping[str, str]) -> Drawn[Any]:
    if key == Scalar("text") or isinstance(key, Enum):
        return text_map(_typed(spec, key, settings), item)
    pairs = st.lists(st.tuples(_typed(spec, key, settings), item).map(list), max_size=MOST, unique_by=label_of)
    return pairs.map(canonical_map)
