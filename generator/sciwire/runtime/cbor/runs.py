"""Long arrays whose items all have the same head: read as one strided view, not item by item.

Plain arrays of numbers (a lookup table, a spectrum in user data) mostly hold one kind of item, so
the head bytes stand at a fixed stride and one comparison proves it.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from .heads import Buffer

__all__ = ["SHORTEST_RUN", "maybe_run"]

SHORTEST_RUN: Final = 32  # items; below this the strided view costs more than the loop

_CONTENT: Final = {
    0x18: np.dtype("u1"),
    0x19: np.dtype(">u2"),
    0x1A: np.dtype(">u4"),
    0x1B: np.dtype(">u8"),
    0xF9: np.dtype(">f2"),
    0xFA: np.dtype(">f4"),
    0xFB: np.dtype(">f8"),
}
_ITEM: Final = {head: np.dtype([("head", "u1"), ("content", dtype)]) for head, dtype in _CONTENT.items()}


def maybe_run(data: Buffer, position: int, count: int) -> tuple[list[Any], int] | None:
    """Return *count* numbers at *position* and the offset behind them if all have the same head, else None.

    None says nothing about the data being right: the caller's loop reads them and finds out.
    """
    if count < SHORTEST_RUN or position + count > len(data):
        return None
    head = data[position]
    if head < 24:
        small = np.frombuffer(data, np.uint8, count, position)  # reinterprets: the head is the number
        return (small.tolist(), position + count) if int(small.max()) < 24 else None
    item = _ITEM.get(head)
    if item is None or position + count * item.itemsize > len(data):
        return None
    items = np.frombuffer(data, item, count, position)  # reinterprets: head and content at a fixed stride
    if not bool((items["head"] == head).all()):
        return None
    return items["content"].tolist(), position + count * item.itemsize
