"""Streams as canonical JSON values, and back; the form is that of the conformance suite.

A dataset has ``rank``, ``units``, ``properties``, and one of ``values`` ($nd), ``rows`` (a list of
$nd), ``bundle`` (ids) or ``join`` (datasets); codes of an enumeration have ``labels`` beside them.
How something was written (encodings, ids of packets, unknown attributes) is not part of the value.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

import numpy as np

from .. import plain
from ..errors import DecodeError, EncodeError
from ..xml import parse
from .dataset import Dataset
from .parts import Comment, Label, Property, StreamException
from .properties import text_of
from .stream import Stream
from .tables import PacketFormat

__all__ = ["stream_from_plain", "stream_to_plain"]

S = TypeVar("S", bound=Stream)


def stream_to_plain(stream: Stream) -> dict[str, Any]:
    """The canonical value of *stream*."""
    exception = stream.exception
    return {
        "dataset_id": stream.dataset_id,
        "datasets": _mapping({id: _dataset(dataset) for id, dataset in stream.datasets.items()}),
        "comments": [{"type": one.type, "message": one.message} for one in stream.comments],
        "exception": {"type": exception.type, "message": exception.message} if exception is not None else None,
    }


def _dataset(dataset: Dataset) -> dict[str, Any]:
    result: dict[str, Any] = {
        "rank": dataset.rank,
        "units": dataset.units,
        "properties": _properties(dataset.properties),
    }
    if dataset.parts is not None:
        result["join"] = [{"id": part.id, **_dataset(part)} for part in dataset.parts]
    elif dataset.bundle:
        result["bundle"] = list(dataset.bundle)
    elif dataset.rows is not None and len({row.size for row in dataset.rows}) > 1:
        result["rows"] = [_array(row) for row in dataset.rows]
    else:
        values = dataset.values
        result["values"] = _array(values.astype(np.float64) if values.dtype == object else values)
    if dataset.labels is not None:
        result["labels"] = {str(code): text for code, text in dataset.labels.items()}
    indexed = {str(index): _properties(found) for index, found in sorted(dataset.indexed.items()) if found}
    if indexed:
        result["indexed_properties"] = indexed
    return result


def _array(values: np.ndarray[Any, Any]) -> Any:
    return plain.plain_array(values.astype(values.dtype.newbyteorder("<"), copy=False))


def _properties(properties: Mapping[str, Property]) -> Any:
    return _mapping({name: {"type": found.type, "value": _value(found.value)} for name, found in properties.items()})


def _value(value: Any) -> Any:
    if isinstance(value, Mapping):
        if any(isinstance(one, Property) for one in value.values()) or not value:
            return _properties(value)
        return _mapping({str(key): text for key, text in value.items()})
    return plain.to_plain(value)


def _mapping(items: dict[str, Any]) -> Any:
    """*items* as they are, or in the form for keys that look like tags."""
    return (
        {"$map": [[key, value] for key, value in items.items()]} if any(key.startswith("$") for key in items) else items
    )


def stream_from_plain(obj: Any, kind: type[S]) -> S:
    """The stream with the canonical value *obj*; EncodeError (``type``) names what is not canonical."""
    if not isinstance(obj, Mapping):
        raise _wrong("a stream", obj, "")
    stream = kind()
    default = obj.get("dataset_id")
    if default is not None and not isinstance(default, str):
        raise _wrong("the id of a dataset", default, "dataset_id")
    stream.dataset_id = default
    for id, told in _items(obj.get("datasets", {}), "datasets"):
        stream.datasets[id] = _read_dataset(id, told, stream)
    comments = obj.get("comments") or []
    if not isinstance(comments, list):
        raise _wrong("a list", comments, "comments")
    stream.comments = [Comment(*_message(one, f"comments[{index}]")) for index, one in enumerate(comments)]
    if obj.get("exception") is not None:
        stream.exception = StreamException(*_message(obj["exception"], "exception"))
    return stream


def _message(told: Any, path: str) -> tuple[str, str]:
    if not isinstance(told, Mapping):
        raise _wrong("a map with type and message", told, path)
    return str(told.get("type", "")), str(told.get("message", ""))


def _wrong(expected: str, got: Any, path: str) -> EncodeError:
    return EncodeError(f"expected {expected}, got {type(got).__name__}", category="type", path=path)


def _items(told: Any, path: str) -> list[tuple[str, Any]]:
    if not isinstance(told, Mapping):
        raise _wrong("a map", told, path)
    if set(told) == {"$map"}:
        return [(str(key), value) for key, value in told["$map"]]
    return list(told.items())


def _read_dataset(id: str, told: Any, stream: Stream) -> Dataset:
    if not isinstance(told, Mapping) or not isinstance(told.get("rank"), int):
        raise _wrong("a dataset with a rank", told, id)
    dataset = stream.new_dataset(id, told["rank"])
    table = stream.table
    dataset.properties = {
        name: _read_property(one, table, f"{id}.{name}") for name, one in _items(told.get("properties", {}), id)
    }
    for index, one in _items(told.get("indexed_properties", {}), id):
        dataset.indexed[_number(index, id)] = {
            name: _read_property(found, table, f"{id}.{name}") for name, found in _items(one, id)
        }
    if "join" in told:
        dataset.join = id
        dataset.parts = [
            _read_dataset(str(part.get("id", id)) if isinstance(part, Mapping) else id, part, stream)
            for part in _list(told["join"], id)
        ]
    elif "bundle" in told:
        dataset.bundle = tuple(str(one) for one in _list(told["bundle"], id))
    elif "rows" in told:
        dataset.rows = [_row(row, id) for row in _list(told["rows"], id)]
    else:
        values = plain.from_plain(told.get("values"))
        if not isinstance(values, (np.ndarray, np.generic)):
            raise _wrong("values as $nd", told.get("values"), id)
        dataset.data = np.asarray(values).astype(values.dtype.newbyteorder("="), copy=False)
        if dataset.indexed and dataset.rank == 2:
            dataset.rows, dataset.data = [np.asarray(row, dtype=np.float64) for row in dataset.data], None
    for code, text in _items(told.get("labels", {}), id):
        stream.enumerations.setdefault(dataset.units or "", {})[_number(code, id)] = Label(str(text))
    return dataset


def _list(told: Any, path: str) -> list[Any]:
    if not isinstance(told, list):
        raise _wrong("a list", told, path)
    return told


def _number(told: str, path: str) -> int:
    try:
        return int(told)
    except ValueError as error:
        raise EncodeError(f"expected an integer as key, got {told[:40]!r}", category="type", path=path) from error


def _row(told: Any, path: str) -> Any:
    try:
        return np.asarray(plain.from_plain(told), dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise _wrong("a list of numbers", told, path) from error


def _read_property(told: Any, table: PacketFormat, path: str) -> Property:
    if not isinstance(told, Mapping) or not isinstance(told.get("type"), str):
        raise _wrong("a property with type and value", told, path)
    word, value = told["type"], told.get("value")
    kind = table.types.get(word)
    if isinstance(value, Mapping) and not (len(value) == 1 and next(iter(value)) in ("$int", "$float")):
        pairs = _items(value, path)
        ranged = table.roles.get("range")
        if ranged is not None and word == ranged.name:
            return Property({key: str(text) for key, text in pairs}, word)
        return Property({key: _read_property(one, table, f"{path}.{key}") for key, one in pairs}, word)
    bare = plain.from_plain(value)
    if isinstance(bare, str) and kind is None and bare.startswith(f"<{word}"):
        child = _child(bare)
        if child is not None:
            return Property(bare, word, child=child)
    return Property(bare, word, text=text_of(bare))


def _child(text: str) -> Any:
    """The element that *text* is, where it is one."""
    try:
        return parse(text.encode())
    except DecodeError:
        return None
