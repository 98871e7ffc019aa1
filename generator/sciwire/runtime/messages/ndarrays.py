"""Converters of arrays: which dtypes and how many axes a field may have, and how they are compressed."""

from __future__ import annotations

from functools import cached_property
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from sciwire.runtime.arrays import ARRAY_TAGS, CompressedArray
from sciwire.runtime.arrays_writing import encode_ndarray
from sciwire.runtime.errors import CodecError, EncodeError
from sciwire.runtime.masked import MASKED, hides
from sciwire.runtime.value import Value
from sciwire.runtime.values import Tagged

from .anything import EncodedArray, array_of, open_array
from .context import Reading, Writing
from .fault import Fault
from .scalars import kind_of

__all__ = ["NDArrayOf", "TypedArrayOf"]


class NDArrayOf(Value):
    """Multi-dimensional arrays (RFC 8746, tags 40 and 1040) of some dtypes, with named axes.

    A tolerant decoder takes any dtype and any number of axes that the bytes declare: what arrives is
    data that can't be taken again. Encoding takes only what is specified.
    """

    dtypes: tuple[str, ...]
    axes: tuple[str, ...]

    @cached_property
    def accepted(self) -> frozenset[np.dtype[Any]]:
        """The dtypes that arrays may have."""
        return _accepted(self.dtypes)

    @property
    def expects(self) -> str:
        return f"an array ({', '.join(self.axes)}) of {_names(self.dtypes)}"

    def decode(self, value: Any, reading: Reading) -> Any:
        return _decode(self, len(self.axes), value, reading)

    def encode(self, value: Any, writing: Writing) -> Any:
        return _encode(self, len(self.axes), value, writing)


class TypedArrayOf(Value):
    """One-dimensional arrays (RFC 8746, tags 64 to 87) of some dtypes."""

    dtypes: tuple[str, ...]

    @cached_property
    def accepted(self) -> frozenset[np.dtype[Any]]:
        """The dtypes that arrays may have."""
        return _accepted(self.dtypes)

    @property
    def expects(self) -> str:
        return f"a typed array of {_names(self.dtypes)}"

    def decode(self, value: Any, reading: Reading) -> Any:
        return _decode(self, 1, value, reading)

    def encode(self, value: Any, writing: Writing) -> Any:
        return _encode(self, 1, value, writing)


def _decode(converter: NDArrayOf | TypedArrayOf, axes: int, value: Any, reading: Reading) -> Any:
    if isinstance(value, (np.ndarray, CompressedArray)):
        array: NDArray[Any] | CompressedArray = value
    elif isinstance(value, Tagged) and value.number in ARRAY_TAGS:
        array = array_of(value, reading)
    else:
        raise Fault(f"expected {converter.expects}, got {kind_of(value)}")
    try:
        _check(converter, array, axes)
    except Fault:
        if reading.tolerance.arrays == "declared":
            raise
        reading.odd += 1
    return array if reading.lazy or not isinstance(array, CompressedArray) else open_array(array, reading)


def _array(converter: NDArrayOf | TypedArrayOf, value: Any) -> NDArray[Any] | CompressedArray:
    if isinstance(value, np.ndarray) and hides(value):
        raise Fault(MASKED)
    if isinstance(value, (np.ndarray, CompressedArray)):
        return value
    if not isinstance(value, (list, tuple, np.generic)) and not hasattr(value, "__array__"):
        raise Fault(f"expected {converter.expects}, got {kind_of(value)}")
    try:
        return np.asarray(value)
    except CodecError:
        raise  # from the opening of a compressed one, which says more
    except (ValueError, TypeError, OverflowError) as error:  # ragged lists, texts beside bytes
        raise Fault(f"expected {converter.expects}, got {kind_of(value)}, ragged or mixed") from error


def _encode(converter: NDArrayOf | TypedArrayOf, axes: int, value: Any, writing: Writing) -> EncodedArray:
    """The array in the byte order that is specified; little-endian where none is."""
    array = _array(converter, value)
    if isinstance(array, CompressedArray) and (
        array.order == "F" or (writing.chosen and array.algorithm != writing.algorithm)
    ):
        array = array.open()
    code = next((code for code in converter.dtypes if _kind(code) == array.dtype.str[1:]), None)
    if code is None:
        raise Fault(f"expected {converter.expects}, got one of {array.dtype.str}")
    _check_axes(converter, array, axes)
    order: Literal["<", ">"] = ">" if code[0] == ">" else "<"
    try:
        parts = encode_ndarray(
            array,
            writing.algorithm,
            byte_order=order,
            n_dimensional=isinstance(converter, NDArrayOf),
            compressed=writing.compressed,
            block=writing.block,
        )
    except EncodeError as error:
        raise Fault(error.problem, error.category) from error
    return EncodedArray(parts)


def _check(converter: NDArrayOf | TypedArrayOf, array: NDArray[Any] | CompressedArray, axes: int) -> None:
    if array.dtype not in converter.accepted:
        raise Fault(f"expected {converter.expects}, got one of {array.dtype.str}", "type")
    _check_axes(converter, array, axes)


def _check_axes(converter: NDArrayOf | TypedArrayOf, array: NDArray[Any] | CompressedArray, axes: int) -> None:
    if len(array.shape) != axes:
        raise Fault(f"expected {converter.expects}, got one of shape {tuple(array.shape)}", "type")


def _accepted(codes: tuple[str, ...]) -> frozenset[np.dtype[Any]]:
    """Width and kind must agree; the byte order only where the specification states one."""
    return frozenset(
        np.dtype(f"{order}{_kind(code)}") for code in codes for order in (code[0] if code[0] in "<>" else "<>")
    )


def _kind(code: str) -> str:
    return code[1:] if code[0] in "<>" else code


def _names(dtypes: tuple[str, ...]) -> str:
    return " or ".join(np.dtype(code).name if code[0] not in "<>" else code for code in dtypes)
