"""Numpy arrays as typed arrays and n-d arrays of CBOR (RFC 8746), compressed where that is asked for."""

from __future__ import annotations

from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from .arrays import COLUMN_MAJOR, COMPRESSED, HOMOGENEOUS, ROW_MAJOR, TYPED
from .cbor.writer import Writer
from .compression.encoding import BLOCK_BYTES, compress
from .compression.lazy import CompressedArray
from .errors import EncodeError

__all__ = ["encode_ndarray", "write_ndarray"]

# 68 and 83 give the same dtypes as 64 and 87, which are written
_TAG_OF: Final = {dtype.str: tag for tag, dtype in TYPED.items() if dtype is not None and tag not in (68, 83)}


def encode_ndarray(
    array: NDArray[Any] | CompressedArray,
    compression: str = "none",
    *,
    byte_order: Literal["<", ">", "keep"] = "keep",
    n_dimensional: bool = True,
    compressed: int = COMPRESSED,
    block: int = BLOCK_BYTES,
) -> list[bytes | memoryview]:
    """Return the parts of *array* as CBOR: see `write_ndarray`."""
    writer = Writer()
    write_ndarray(
        writer,
        array,
        compression,
        byte_order=byte_order,
        n_dimensional=n_dimensional,
        compressed=compressed,
        block=block,
    )
    return writer.parts


def write_ndarray(
    writer: Writer,
    array: NDArray[Any] | CompressedArray,
    compression: str = "none",
    *,
    byte_order: Literal["<", ">", "keep"] = "keep",
    n_dimensional: bool = True,
    compressed: int = COMPRESSED,
    block: int = BLOCK_BYTES,
) -> None:
    """Write *array* as tag 40 (rows first) on a typed array; without *n_dimensional* as the typed array alone.

    A C-contiguous array is not copied; strided and F-ordered ones are copied into C order. The byte order is
    the array's own, as RFC 8746 has tags for both, unless *byte_order* asks for one. *compression* is
    ``none``, ``bslz4`` or ``lz4``; a `CompressedArray` goes out as it is, unopened. Booleans go out
    as a homogeneous array of CBOR booleans.

    EncodeError: ``type`` for a dtype without a tag, ``constraint`` for an n-d array of no dimension or with
    one of zero, or a typed array alone that is not one-dimensional; ``unsupported`` for another compression.
    """
    lazy = array if isinstance(array, CompressedArray) else None
    dtype = array.dtype if lazy is not None or byte_order == "keep" else array.dtype.newbyteorder(byte_order)
    column_major = lazy is not None and lazy.order == "F"
    boolean = dtype.kind == "b"
    if n_dimensional:
        _write_dimensions(writer, array.shape, COLUMN_MAJOR if column_major else ROW_MAJOR)
    elif len(array.shape) != 1 or boolean:
        problem = f"a typed array is one-dimensional and not boolean, this is {dtype.name} of shape {array.shape}"
        raise EncodeError(problem, category="constraint")
    if boolean and not isinstance(array, CompressedArray):
        writer.tag(HOMOGENEOUS)
        writer.value(array.reshape(-1).tolist())
        return
    tag = _TAG_OF.get(dtype.str)
    if tag is None:
        raise EncodeError(f"{dtype.name} has no typed-array tag", category="type")
    writer.tag(tag)
    if isinstance(array, CompressedArray):
        _write_compressed(writer, compressed, array.algorithm, array.element_size, [array.payload])
        return
    flat = np.ascontiguousarray(array, dtype).reshape(-1).view(np.uint8)  # copies only strided or swapped arrays
    if compression == "none":
        writer.byte_string(flat.data)
    else:
        size = dtype.itemsize
        payload = compress(flat, compression, size, block)
        _write_compressed(writer, compressed, compression, 0 if compression == "lz4" else size, payload)


def _write_dimensions(writer: Writer, shape: tuple[int, ...], tag: int) -> None:
    if not shape or 0 in shape:
        problem = f"an n-d array has dimensions and none is zero, the shape is {shape}"
        raise EncodeError(problem, category="constraint")
    writer.tag(tag)
    writer.array(2)
    writer.array(len(shape))
    for dimension in shape:
        writer.head(0, dimension)


def _write_compressed(
    writer: Writer, tag: int, algorithm: str, element_size: int, payload: list[bytes | memoryview]
) -> None:
    writer.tag(tag)
    writer.array(3)
    writer.text(algorithm)
    writer.head(0, element_size)
    writer.byte_string(*payload)
