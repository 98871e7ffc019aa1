"""Compress into the framings of `sciwire.runtime.compression.framing`: bslz4 and lz4, blocks of 8192 bytes by default."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from sciwire.runtime.errors import EncodeError

from .blocks import compress_block
from .framing import HEADER, LENGTH

__all__ = ["BLOCK_BYTES", "compress"]

BLOCK_BYTES: Final = 8192
_FEWEST_ELEMENTS: Final = 128  # of a block, for elements beyond 64 bytes
_SMALL: Final = 64 * 1024  # bytes; below, starting the library's threads takes longer than all the work


def compress(
    flat: NDArray[np.uint8], algorithm: str, element_size: int, block: int = BLOCK_BYTES
) -> list[bytes | memoryview]:
    """Return the parts of a payload that holds *flat*, the bytes of an array in C order.

    *flat* is one-dimensional, contiguous, uint8, a whole number of elements; *block* is in bytes. EncodeError
    (``unsupported``) for an algorithm other than ``bslz4`` and ``lz4``.
    """
    if algorithm == "bslz4":
        return _bslz4(flat, element_size, block)
    if algorithm == "lz4":
        return _lz4(flat, block)
    raise EncodeError(f"the compression {algorithm!r} can't be written, bslz4 and lz4 can", category="unsupported")


def _bslz4(flat: NDArray[np.uint8], element_size: int, block: int) -> list[bytes | memoryview]:
    elements = max(_FEWEST_ELEMENTS, block // element_size & ~7)
    header = HEADER.pack(flat.size, elements * element_size)
    if flat.size <= _SMALL:
        return [header, *_small_bslz4(flat, element_size, elements)]
    import bitshuffle

    shuffled = bitshuffle.compress_lz4(flat.view(f"V{element_size}"), elements)
    return [header, memoryview(shuffled)]


def _small_bslz4(flat: NDArray[np.uint8], element_size: int, elements: int) -> list[bytes | memoryview]:
    """The blocks and the raw tail of a small array, shuffled here: bit k of all elements stands in plane k."""
    parts: list[bytes | memoryview] = []
    whole = flat.size // (8 * element_size) * 8 * element_size
    for start in range(0, whole, elements * element_size):
        rows = flat[start : min(start + elements * element_size, whole)].reshape(-1, element_size)
        planes = np.unpackbits(rows, axis=1, bitorder="little").T
        packed = compress_block(np.packbits(planes, axis=1, bitorder="little").tobytes())
        parts += (LENGTH.pack(len(packed)), packed)
    return [*parts, flat[whole:].data]


def _lz4(flat: NDArray[np.uint8], block: int) -> list[bytes | memoryview]:
    parts: list[bytes | memoryview] = [HEADER.pack(flat.size, block)]
    whole = flat.data
    for start in range(0, flat.size, block):
        raw = whole[start : start + block]
        packed: bytes | memoryview = compress_block(raw)
        # a length equal to the size says that the block is stored raw, so a longer one is never written
        if len(packed) >= len(raw):
            packed = raw
        parts += (LENGTH.pack(len(packed)), packed)
    return parts
