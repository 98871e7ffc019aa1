"""The 12-byte header and the block lengths of compressed payloads, checked without decompressing.

``bslz4`` and ``bszstd`` (HDF5 filter 32008)::

    u64 BE  U   uncompressed size in bytes
    u32 BE  BS  block size in bytes of uncompressed data, a multiple of 8 elements
    blocks      u32 BE c, then c bytes; floor(U/BS) full ones, then a short one of whole groups of 8 elements
    tail        U mod (8 * element size) bytes as they are, without a length

``lz4`` (HDF5 filter 32004): the same header and ceil(U/BS) blocks; a block whose c equals its size is stored raw.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from itertools import repeat
from typing import Final, NamedTuple

from sciwire.runtime.errors import LimitError
from sciwire.runtime.limits import Limits, checked_size

from .place import Place

__all__ = ["HEADER", "LZ4_EXPANSION", "Frame", "checked_frame", "end_of_blocks"]

HEADER: Final = struct.Struct(">QI")
LENGTH: Final = struct.Struct(">I")
LZ4_EXPANSION: Final = 255  # a byte of LZ4 adds at most 255 bytes to a match
_ELEMENT_BYTES: Final = 1 << 16  # a bound for the element size, far beyond any number


class Frame(NamedTuple):
    """A payload whose header has passed the gate: *size* bytes in *blocks* blocks of *block* bytes, then *tail*.

    *block* is what the header declares, or as much as holds the whole where that is less.
    """

    payload: memoryview
    algorithm: str
    element_size: int
    size: int
    block: int
    blocks: int
    tail: int

    def block_size(self, index: int) -> int:
        """Return the uncompressed bytes of block *index*; only the last may be short."""
        return min(self.block, self.size - self.tail - index * self.block)


def checked_frame(
    payload: memoryview,
    algorithm: str,
    element_size: int,
    expected: int | None,
    need: Callable[[], str],
    limits: Limits,
    place: Place,
) -> Frame:
    """Return the frame of *payload* when everything its header says is possible, be there blocks behind it or none.

    DecodeError: ``compression`` for an impossible header or element size, ``size`` for a declared size
    other than *expected* (*need* gives the words). LimitError: more than ``total_bytes`` or ``expansion``.
    """
    at = place.of
    if len(payload) < HEADER.size:
        problem = f"a payload begins with a header of {HEADER.size} bytes, this one has {len(payload)} bytes"
        raise place.error("header", problem, "compression", at(payload))
    size, block = HEADER.unpack_from(payload)
    if expected is not None and size != expected:
        raise place.error("payload", f"{need()}, the payload declares {size}", "size", at(payload))
    chunk = len(payload) - HEADER.size
    if size > limits.total_bytes:
        checked_size(size, limits, path=str(place.path), at=at(payload), rule=place.rules.get("limit", place.rule))
    if chunk and size > chunk * LZ4_EXPANSION and algorithm != "bszstd":
        problem = f"{chunk} bytes of {algorithm} hold at most {chunk * LZ4_EXPANSION}, the payload declares {size}"
        raise place.error("header", problem, "compression", at(payload))
    if chunk and size > chunk * limits.expansion:
        problem = f"{chunk} bytes declare {size}, the limit expansion is {limits.expansion}"
        raise place.error("limit", problem, "limit", at(payload), LimitError)
    if algorithm == "lz4":
        group, tail = 1, 0
    else:
        if not 1 <= element_size <= _ELEMENT_BYTES:
            problem = f"the element size is {element_size}, it can be 1 to {_ELEMENT_BYTES}"
            raise place.error("element_size", problem, "compression", at(payload))
        group = 8 * element_size
        tail = size % group
    if size and (block == 0 or block % group):
        multiple = f"a multiple of {group} ({element_size} bytes x 8)" if group > 1 else "positive"
        raise place.error(
            f"block_size.{algorithm}",
            f"the block size is {block} bytes, it must be {multiple}",
            "compression",
            at(payload),
        )
    block = min(block, -(-size // group) * group)  # a block size beyond the whole is legal
    blocks = -(-(size - tail) // block) if size else 0
    return Frame(payload, algorithm, element_size, size, block, blocks, tail)


def end_of_blocks(payload: memoryview, position: int, blocks: int) -> int:
    """Return the offset behind *blocks* blocks from *position* on; beyond the payload where one is cut or missing."""
    length_at, step = LENGTH.unpack_from, LENGTH.size
    try:
        for _ in repeat(None, blocks):
            (length,) = length_at(payload, position)
            position += length + step
    except struct.error:
        return len(payload) + 1
    return position
