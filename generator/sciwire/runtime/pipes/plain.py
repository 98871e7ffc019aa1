"""Canonical values: ``{"header": [[name, type, extents, $nd]], "fields": [[name, type, extents]], "packets": {name: $nd}}``.

Extents are as in the definition, lowest dimension first; arrays have them reversed, then the atoms of the
type where it has more than one; packets have their number in front.
"""

from __future__ import annotations

from collections import Counter
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from .. import plain
from ..errors import CodecError, EncodeError
from .fields import Definition, HeaderField, Layout, define, values_of
from .stream import Stream

__all__ = ["stream_from_plain", "stream_to_plain"]

S = TypeVar("S", bound=Stream)


def stream_to_plain(stream: Stream) -> dict[str, Any]:
    """The canonical value of a stream."""
    count = len(stream.packets)
    return {
        "header": [[*_head(one.definition), _nd(one.data, one.definition.full_shape)] for one in stream.header],
        "fields": [_head(one) for one in stream.fields],
        "packets": {one.name: _nd(stream.packets[one.name], (count, *one.full_shape)) for one in stream.fields},
    }


def _head(one: Definition) -> list[Any]:
    return [one.name, one.type, list(one.extents)]


def _nd(array: NDArray[Any], shape: tuple[int, ...]) -> Any:
    return plain.plain_array(np.ascontiguousarray(array).reshape(shape))


def stream_from_plain(obj: Any, kind: type[S]) -> S:
    """The stream of a canonical value. Raises EncodeError, the format's where a definition or a value is wrong."""
    try:
        value = plain.from_plain(obj)
    except CodecError as error:
        raise EncodeError(error.problem, category=error.category, path=error.path) from error
    if not isinstance(value, dict) or not {"header", "fields", "packets"} >= set(value):
        raise EncodeError("expected a map of header, fields and packets", category="type")
    header, fields, packets = value.get("header", []), value.get("fields", []), value.get("packets", {})
    if not isinstance(header, list) or not isinstance(fields, list) or not isinstance(packets, dict):
        raise EncodeError("expected lists under header and fields, and a map under packets", category="type")
    stream, counts = kind(), Counter[str]()
    for index, item in enumerate(header):
        definition, rest = _definition(stream, item, f"header[{index}]", 4)
        data = _array(stream, definition, rest[0], definition.full_shape, f"header[{index}]")
        stream.header.append(HeaderField(definition, data.reshape(definition.shape), counts[definition.name]))
        counts[definition.name] += 1
    found = tuple(_definition(stream, item, f"fields[{index}]", 3)[0] for index, item in enumerate(fields))
    names = [one.name for one in found]
    if len(set(names)) != len(names) or set(packets) != set(names):
        raise EncodeError("expected one array for each packet field", category="constraint", path="packets")
    stream.fields = found
    stream.packets = _packets(stream, found, packets)
    return stream


def _definition(stream: Stream, item: Any, path: str, length: int) -> tuple[Definition, list[Any]]:
    if not isinstance(item, list) or len(item) != length or not isinstance(item[2], list):
        raise EncodeError(f"expected a list of {length}: a name, a type, extents …", category="type", path=path)
    return define(stream.table, item[0], item[1], item[2]), item[3:]


def _packets(stream: Stream, fields: tuple[Definition, ...], columns: dict[str, Any]) -> NDArray[Any]:
    counts = {len(array) if isinstance(array, np.ndarray) and array.ndim else -1 for array in columns.values()}
    if len(counts) > 1 or -1 in counts:
        raise EncodeError("expected arrays with one number of packets", category="size", path="packets")
    layout, count = Layout(fields, stream.table.order), counts.pop() if counts else 0
    packets: NDArray[Any] = np.zeros(count, layout.dtype)
    bits = packets.view(layout.bits) if layout.size else packets
    for one in fields:
        column = _array(stream, one, columns[one.name], (count, *one.full_shape), f"packets.{one.name}")
        bits[one.name] = column.view(layout.bits[one.name].base)
    return packets


def _array(stream: Stream, one: Definition, given: Any, shape: tuple[int, ...], path: str) -> NDArray[Any]:
    wanted = one.dtype(stream.table.order)
    if not isinstance(given, np.ndarray) or (given.dtype.kind, given.dtype.itemsize) != (wanted.kind, wanted.itemsize):
        found = given.dtype if isinstance(given, np.ndarray) else type(given).__name__
        raise EncodeError(f"expected an array of {wanted.name}, got {found}", category="type", path=path)
    if given.shape != shape:
        raise EncodeError(f"expected the shape {shape}, got {given.shape}", category="size", path=path)
    return values_of(stream.table, one, given, shape)
