"""Typed arrays and n-d arrays of CBOR (RFC 8746) to and from numpy, with compressed byte strings in them.

A typed-array tag is ``0b010f_sell``: f float, s signed, e little-endian, 2**(f+ll) bytes for an element.
Decoding never copies and never opens a compressed byte string: it gives a read-only view of the caller's
buffer, or a `CompressedArray` that opens when asked. Byte order is explicit in every dtype.
"""

from __future__ import annotations

import math
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from .cbor.values import Tagged
from .compression.lazy import CompressedArray
from .compression.place import Place
from .limits import DEFAULT_LIMITS, Limits

__all__ = [
    "ARRAY_TAGS",
    "COLUMN_MAJOR",
    "COMPRESSED",
    "HOMOGENEOUS",
    "ROW_MAJOR",
    "TYPED",
    "CompressedArray",
    "decode_array",
    "decode_byte_string",
]

ROW_MAJOR: Final = 40
HOMOGENEOUS: Final = 41
COLUMN_MAJOR: Final = 1040
#: the tag that is registered for compressed byte strings; a format may use another
COMPRESSED: Final = 56500

#: tag -> dtype of its elements; None is reserved. 68 is clamped uint8; binary128 (83, 87) stays raw.
TYPED: Final[dict[int, np.dtype[Any] | None]] = {
    **{tag: np.dtype(code) for tag, code in ((64, "u1"), (65, ">u2"), (66, ">u4"), (67, ">u8"))},
    **{tag: np.dtype(code) for tag, code in ((68, "u1"), (69, "<u2"), (70, "<u4"), (71, "<u8"))},
    **{tag: np.dtype(code) for tag, code in ((72, "i1"), (73, ">i2"), (74, ">i4"), (75, ">i8"))},
    76: None,
    **{tag: np.dtype(code) for tag, code in ((77, "<i2"), (78, "<i4"), (79, "<i8"))},
    **{tag: np.dtype(code) for tag, code in ((80, ">f2"), (81, ">f4"), (82, ">f8"), (83, "V16"))},
    **{tag: np.dtype(code) for tag, code in ((84, "<f2"), (85, "<f4"), (86, "<f8"), (87, "V16"))},
}
#: tags whose value `decode_array` turns into an array
ARRAY_TAGS: Final = frozenset((*TYPED, ROW_MAJOR, COLUMN_MAJOR))

_KINDS: Final[dict[type, str]] = {
    **{dict: "a map", list: "an array", str: "text", memoryview: "a byte string"},
    **{int: "an integer", bool: "a boolean", type(None): "null"},
}
_MOST_DIMENSIONS: Final = 32  # numpy 1.26 has no more
_UINT64: Final = 1 << 64


def decode_array(
    value: Any, *, place: Place | None = None, limits: Limits = DEFAULT_LIMITS, compressed: int | None = COMPRESSED
) -> NDArray[Any] | CompressedArray:
    """Return the array under a typed-array tag (64 to 87) or an n-d tag (40 row-major, 1040 column-major).

    *value* is as `sciwire.runtime.cbor.decode` gives it. Of tag 1040 the array is F-ordered. The elements of
    an n-d array may be a typed array, a plain array or a homogeneous one (tag 41): booleans give ``|b1``,
    integers ``<i8`` (``<u8`` where needed), floats or both ``<f8``, these three being copies.

    Raises DecodeError: ``type``; ``constraint`` for a dimension of zero (RFC 8746 section 3.1.1); ``size``
    where dimensions and bytes disagree; ``unsupported`` for tag 76. What is wrong in a compressed payload
    is raised when it is opened.
    """
    place = place or Place()
    if not isinstance(value, Tagged):
        raise place.error("array", f"expected an array under a tag, got {_kind(value)}", "type", place.at())
    if value.number in (ROW_MAJOR, COLUMN_MAJOR):
        return _n_dimensional(value, place, limits, compressed)
    return _typed(value, None, "C", place, limits, compressed)


def decode_byte_string(
    value: Any, *, place: Place | None = None, limits: Limits = DEFAULT_LIMITS, compressed: int | None = COMPRESSED
) -> memoryview | CompressedArray:
    """Return a byte string, or where the tag *compressed* stands for one, a `CompressedArray` of uint8 of its length.

    DecodeError (``type``) where *value* is neither.
    """
    place = place or Place()
    if isinstance(value, memoryview):
        return value
    if isinstance(value, Tagged) and value.number == compressed:
        return _compressed(value, np.dtype("|u1"), None, "C", place, limits)
    raise place.error("array", f"expected a byte string, got {_kind(value)}", "type", place.at())


def _n_dimensional(
    value: Tagged, place: Place, limits: Limits, compressed: int | None
) -> NDArray[Any] | CompressedArray:
    order: Literal["C", "F"] = "F" if value.number == COLUMN_MAJOR else "C"
    content = value.value
    if not isinstance(content, list) or len(content) != 2:
        got = f"an array of {len(content)}" if isinstance(content, list) else _kind(content)
        problem = f"expected an array of dimensions and elements under tag {value.number}, got {got}"
        raise place.error("array", problem, "type", place.at(tags=1))
    shape = _dimensions(content[0], place)
    elements = content[1]
    if isinstance(elements, Tagged) and elements.number == HOMOGENEOUS:
        elements = elements.value
    if isinstance(elements, list):
        return _plain(elements, shape, order, place)
    if not isinstance(elements, Tagged) or elements.number not in TYPED:
        problem = f"expected a typed or plain array as elements, got {_kind(elements)}"
        raise place.error("elements", problem, "type", place.at(1))
    return _typed(elements, shape, order, place.below(1), limits, compressed)


def _dimensions(value: Any, place: Place) -> tuple[int, ...]:
    if not isinstance(value, list):
        raise place.error("dimensions", f"expected an array of dimensions, got {_kind(value)}", "type", place.at(0))
    if not 0 < len(value) <= _MOST_DIMENSIONS:
        problem = f"an array has 1 to {_MOST_DIMENSIONS} dimensions, this has {len(value)}"
        raise place.error("dimensions", problem, "constraint", place.at(0))
    for index, dimension in enumerate(value):
        if type(dimension) is not int or dimension < 0:
            got = str(dimension) if type(dimension) is int else _kind(dimension)
            problem = f"a dimension is an unsigned integer, this is {got}"
            raise place.error("dimensions", problem, "type", place.at(0, index))
        if dimension == 0:
            raise place.error("zero", "a dimension is 0", "constraint", place.at(0, index))
    return tuple(value)


def _typed(
    value: Tagged,
    shape: tuple[int, ...] | None,
    order: Literal["C", "F"],
    place: Place,
    limits: Limits,
    compressed: int | None,
) -> NDArray[Any] | CompressedArray:
    """Read the typed array at *place*; its shape is *shape*, or what its length says."""
    if value.number not in TYPED:
        raise place.error("dtype", f"tag {value.number} is no typed array", "type", place.at())
    dtype = TYPED[value.number]
    if dtype is None:
        raise place.error("reserved", f"tag {value.number} is reserved", "unsupported", place.at())
    content = value.value
    if isinstance(content, Tagged) and content.number == compressed:
        return _compressed(content, dtype, shape, order, place, limits)
    if not isinstance(content, memoryview):
        problem = f"expected a byte string under tag {value.number}, got {_kind(content)}"
        raise place.error("content", problem, "type", place.at(tags=1))
    if shape is None:
        if content.nbytes % dtype.itemsize:
            problem = f"{dtype.name} needs a multiple of {dtype.itemsize} bytes, the byte string has {content.nbytes}"
            raise place.error("multiple", problem, "size", place.at(tags=1))
    else:
        need = math.prod(shape) * dtype.itemsize
        if need != content.nbytes:
            text = f"dimensions {' x '.join(map(str, shape))} of {dtype.name} need {need} bytes"
            problem = f"{text}, the byte string has {content.nbytes}"
            raise place.error("size", problem, "size", place.at(tags=1))
    flat = np.frombuffer(content, dtype)  # reinterprets the caller's bytes, read-only
    return flat if shape is None else flat.reshape(shape, order=order)


def _compressed(
    value: Tagged,
    dtype: np.dtype[Any],
    shape: tuple[int, ...] | None,
    order: Literal["C", "F"],
    place: Place,
    limits: Limits,
) -> CompressedArray:
    """Read tag 56500, which stands at *place* behind at most one other: [algorithm, element size, payload]."""
    parts = value.value
    if type(parts) is list and len(parts) == 3:
        algorithm, size, payload = parts
        known = type(algorithm) is str and type(size) is int and type(payload) is memoryview
        if known and 0 <= size < _UINT64:
            return CompressedArray(algorithm, size, dtype, shape, payload, order, limits, place)
    problem = f"expected algorithm, element size and byte string under tag {value.number}"
    raise place.error("compressed", problem, "type", place.at(tags=2))


def _plain(values: list[Any], shape: tuple[int, ...], order: Literal["C", "F"], place: Place) -> NDArray[Any]:
    """Make an array of the items of a plain or homogeneous CBOR array: one dtype holds them all."""
    if len(values) != math.prod(shape):
        problem = (
            f"dimensions {' x '.join(map(str, shape))} need {math.prod(shape)} elements, the array has {len(values)}"
        )
        raise place.error("count", problem, "size", place.at(1))
    kinds = set(map(type, values))
    if kinds == {bool}:
        dtype = "|b1"
    elif kinds == {int}:
        dtype = "<u8" if max(values) >= _UINT64 >> 1 and min(values) >= 0 else "<i8"
    elif kinds <= {int, float}:
        dtype = "<f8"
    else:
        index = next(i for i, item in enumerate(values) if type(item) not in (int, float) or bool in kinds)
        problem = f"the elements must all be numbers, or all booleans, this one is {_kind(values[index])}"
        raise place.error("elements", problem, "type", place.at(1, index))
    try:
        return np.array(values, dtype).reshape(shape, order=order)  # copies: the items are Python objects
    except OverflowError as error:
        raise place.error("elements", "the elements fit no 64-bit integer", "unsupported", place.at(1)) from error


def _kind(value: Any) -> str:
    """Name a decoded value for a message."""
    if isinstance(value, Tagged):
        return f"tag {value.number}"
    return _KINDS.get(type(value), f"a {type(value).__name__.lower()}")
