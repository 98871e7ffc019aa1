"""Arrays read straight from the bytes of CBOR: typed arrays and row-major n-d arrays, compressed or not."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from sciwire.runtime.arrays import TYPED, CompressedArray

from ..anything import open_array
from ..containers import ListOf, MapOf
from ..context import Reading
from ..ndarrays import NDArrayOf, TypedArrayOf
from ..payloads import PayloadOf
from ..places import place_of
from ..scalars import Converter
from .values import Pass, Reader, Unusual, byte_string, text, unsigned

__all__ = ["array_reader", "holds_arrays", "open_within"]

_HOLDERS = (CompressedArray, dict, list)


def array_reader(converter: Converter[Any]) -> Reader | None:
    """What reads the values of *converter*, where it is one of arrays."""
    match converter:
        case PayloadOf():
            return byte_string
        case NDArrayOf() | TypedArrayOf():
            return _reader(converter)
    return None


def holds_arrays(converter: Converter[Any]) -> bool:
    """Whether what is read of *converter* may hold arrays that are still compressed."""
    match converter:
        case MapOf():
            return holds_arrays(converter.value)
        case ListOf():
            return holds_arrays(converter.item)
    return isinstance(converter, NDArrayOf | TypedArrayOf)


def _reader(converter: NDArrayOf | TypedArrayOf) -> Reader:
    axes = len(converter.axes) if isinstance(converter, NDArrayOf) else 0
    accepted = converter.accepted

    def read(p: Pass, position: int) -> tuple[Any, int]:
        source, reading = p.source, p.reading
        reading.arrays += 1
        if reading.arrays > reading.limits.datasets:
            raise Unusual
        shape: tuple[int, ...] | None = None
        if axes:
            shape, position = _shape(p, position, axes)
        if source[position] != 0xD8:  # a tag of one byte: 64 to 87
            raise Unusual
        dtype = TYPED.get(source[position + 1])
        if dtype is None or dtype not in accepted:
            raise Unusual
        position += 2
        if 0x40 <= source[position] < 0x60:
            content, position = byte_string(p, position)
            if content.nbytes % dtype.itemsize:
                raise Unusual
            flat = np.frombuffer(content, dtype)  # reinterprets the caller's bytes, read-only
            if shape is None:
                return flat, position
            if math.prod(shape) != flat.size:
                raise Unusual
            return flat.reshape(shape), position
        return _compressed(p, position, dtype, shape)

    return read


def open_within(value: Any, reading: Reading) -> Any:
    """*value* with the compressed arrays in it opened; in place where it is a container."""
    if type(value) is CompressedArray:
        return open_array(value, reading)
    for key, item in value.items() if type(value) is dict else enumerate(value) if type(value) is list else ():
        if type(item) in _HOLDERS:
            value[key] = open_within(item, reading)
    return value


def _shape(p: Pass, position: int, axes: int) -> tuple[tuple[int, ...], int]:
    """The dimensions of a row-major array: tag 40 on an array of two, whose first is an array of them."""
    if p.source[position : position + 4] != bytes((0xD8, 40, 0x82, 0x80 + axes)):
        raise Unusual
    position += 4
    shape = []
    for _ in range(axes):
        dimension, position = unsigned(p, position)
        if dimension == 0:
            raise Unusual
        shape.append(dimension)
    return tuple(shape), position


def _compressed(
    p: Pass, position: int, dtype: np.dtype[Any], shape: tuple[int, ...] | None
) -> tuple[CompressedArray, int]:
    reading = p.reading
    tag = reading.compressed
    if (
        tag is None
        or not 0xFF < tag < 0x10000
        or p.source[position : position + 4] != bytes((0xD9, tag >> 8, tag & 255, 0x83))
    ):
        raise Unusual
    algorithm, position = text(p, position + 4)
    size, position = unsigned(p, position)
    payload, position = byte_string(p, position)
    place = place_of(reading, *(() if shape is None else (1,)))
    array = CompressedArray(algorithm, size, dtype, shape, payload, "C", reading.limits, place)
    if shape is None and len(array.shape) != 1:  # said by the payload's header, which may be wrong
        raise Unusual
    return array, position
