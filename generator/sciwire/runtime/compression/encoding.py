"""Compress into the framings of `sciwire.runtime.compression.framing`: bslz4 and lz4, blocks of 8192 bytes."""

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


def compress(flat: NDArray[np.uint8], algorithm: str, element_size: int) -> list[bytes | memoryview]:
    """Return the parts of a payload that holds *flat*, the bytes of an array in C order.

    *flat* is one-dimensional, contiguous, uint8, a whole number of elements. EncodeError
    (``unsupported``) for an algorithm other than ``bslz4`` and ``lz4``.
    """
    if algorithm == "bslz4":
        return _bslz4(flat, element_size)
    if algorithm == "lz4":
        return _lz4(flat)
    raise EncodeError(f"the compression {algorithm!r} can't be written, bslz4 and lz4 can", category="unsupported")


def _bslz4(flat: NDArray[np.uint8], element_size: int) -> list[bytes | memoryview]:
    elements = max(_FEWEST_ELEMENTS, BLOCK_BYTES // element_size & ~7)
    header = HEADER.pack(flat.size, elements * element_size)
    if flat.size == 0:
        return [header]
    import bitshuffle

    shuffled = bitshuffle.compress_lz4(flat.view(f"V{element_size}"), elements)
    return [header, memoryview(shuffled)]


def _lz4(flat: NDArray[np.uint8]) -> list[bytes | memoryview]:
    parts: list[bytes | memoryview] = [HEADER.pack(flat.size, BLOCK_BYTES)]
    whole = flat.data
    for start in range(0, flat.size, BLOCK_BYTES):
        raw = whole[start : start + BLOCK_BYTES]
        packed: bytes | memoryview = compress_block(raw)
        # a length equal to the size says that the block is stored raw, so a longer one is never written
        if len(packed) >= len(raw):
            packed = raw
        parts += (LENGTH.pack(len(packed)), packed)
    return parts
