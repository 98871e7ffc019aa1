"""The index of a dataset's chunks. Section III.A.1 (B-trees of version 1, node type 1)."""

from __future__ import annotations

import math
from typing import NamedTuple

from ...limits import Limits
from ..source import RawBytes
from .cursor import Cursor, framing
from .groups import walk_keys

__all__ = ["Chunk", "chunks_of"]


class Chunk(NamedTuple):
    """A stored chunk: its first element, where it lies, its bytes there, and the filters that were left out."""

    start: tuple[int, ...]
    address: int
    size: int
    mask: int


def chunks_of(raw: RawBytes, root: int, shape: tuple[int, ...], chunk: tuple[int, ...], limits: Limits) -> list[Chunk]:
    """The chunks below the index at *root*, in the order of their places; each lies in the file and in the array."""
    axes = len(shape)
    most = math.prod(-(-extent // step) for extent, step in zip(shape, chunk, strict=True))
    found: dict[tuple[int, ...], Chunk] = {}
    for key, address in walk_keys(raw, root, 1, 8 + 8 * (axes + 1), limits):
        cursor = Cursor(key, "an index of chunks")
        size, mask = cursor.uint(4), cursor.uint(4)
        start = tuple(cursor.uint(8) for _ in range(axes))
        if any(begin >= extent or begin % step for begin, extent, step in zip(start, shape, chunk, strict=True)):
            raise framing(f"a chunk is said to begin at {start}, where none can")
        if start in found or len(found) >= most:
            raise framing(f"the chunk at {start} stands twice in its index")
        if address + size > raw.size or not size:
            raise framing(f"a chunk of {size} bytes is said to lie at byte {address} of {raw.size}", "size")
        found[start] = Chunk(start, address, size, mask)
    return sorted(found.values())
