"""A payload that is the whole of an array's bytes, by the name of its compression.

===============  ======================================================================
``none``         the bytes as they are
``lz4_block``    one bare LZ4 block, whose size the reader must know
``lz4``          12-byte header and LZ4 blocks (see `framing`)
``bslz4``        the same with bit-shuffled blocks; ``bszstd`` with Zstandard, read only
``bslz4_blocks`` the blocks of ``bslz4`` without the header; reader and writer agree on the block
``zlib``         a zlib stream (RFC 1950)
===============  ======================================================================
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sciwire.runtime.errors import EncodeError, LimitError
from sciwire.runtime.limits import DEFAULT_LIMITS, Limits, checked_size

from .blocks import compress_block, decompress_block
from .decoding import decompress, decompress_headless, unknown_algorithm
from .encoding import compress
from .place import Place

__all__ = ["close_payload", "open_payload"]

_DEFLATE_EXPANSION = 1032  # two bits say a match of at most 258 bytes


def open_payload(
    payload: memoryview,
    algorithm: str,
    size: int,
    *,
    element: int = 1,
    block: int = 8192,
    limits: Limits = DEFAULT_LIMITS,
    place: Place | None = None,
) -> Any:
    """Return exactly *size* bytes (bytes, or *payload* itself where it is not compressed).

    *element* is the element size in bytes of the shuffle, *block* the bytes of a block where no header says it.
    DecodeError: ``size``, ``compression``, ``unsupported``; LimitError.
    """
    place = place or Place()
    at = place.of(payload)
    checked_size(size, limits, path=str(place.path), at=at, rule=place.rules.get("limit", place.rule))
    if algorithm == "none":
        if len(payload) != size:
            raise place.error("product", f"{size} bytes are expected, there are {len(payload)}", "size", at)
        return payload
    if algorithm == "lz4_block":
        return decompress_block(payload, size, limits=limits, place=place)
    if algorithm == "bslz4_blocks":
        return decompress_headless(payload, element, block // element, size, limits=limits, place=place)
    if algorithm == "zlib":
        return _inflate(payload, size, limits, place)
    if algorithm in ("lz4", "bslz4", "bszstd"):
        return decompress(payload, algorithm, element, expected=size, limits=limits, place=place)
    raise unknown_algorithm(algorithm, place, at)


def close_payload(flat: NDArray[np.uint8], algorithm: str, *, element: int = 1, block: int = 8192) -> Any:
    """Return the payload that holds *flat* (contiguous uint8); the inverse of `open_payload`. Raises EncodeError."""
    if algorithm == "none":
        return flat.data
    if algorithm == "lz4_block":
        return compress_block(flat.data)
    if algorithm == "zlib":
        import zlib

        return zlib.compress(flat.data)
    if algorithm in ("bslz4", "bslz4_blocks"):
        if flat.size % element:
            problem = f"{flat.size} bytes are no whole number of elements of {element} bytes"
            raise EncodeError(problem, category="size")
        parts = compress(flat, "bslz4", element, block)
        return b"".join(parts if algorithm == "bslz4" else parts[1:])
    return b"".join(compress(flat, algorithm, element, block))


def _inflate(payload: memoryview, size: int, limits: Limits, place: Place) -> bytes:
    import zlib

    at = place.of(payload)
    if size > len(payload) * _DEFLATE_EXPANSION:
        problem = f"{len(payload)} bytes of zlib hold at most {len(payload) * _DEFLATE_EXPANSION}, {size} are expected"
        raise place.error("blocks", problem, "compression", at)
    if size > (len(payload) + 1) * limits.expansion:
        problem = f"{len(payload)} bytes declare {size}, the limit expansion is {limits.expansion}"
        raise place.error("limit", problem, "limit", at, LimitError)
    stream = zlib.decompressobj()
    try:
        flat = stream.decompress(payload, size + 1)
    except zlib.error as error:
        raise place.error("blocks", f"the zlib stream is damaged: {error}", "compression", at) from error
    if len(flat) != size or not stream.eof or stream.unused_data:
        raise place.error("blocks", f"the zlib stream does not hold exactly {size} bytes", "compression", at)
    return flat
