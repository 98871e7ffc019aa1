"""Where an item stands: found again in the bytes when an error needs it, so that decoding need not remember."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from .heads import Buffer, Head, read_head
from .reader import decode
from .scan import skip
from .values import Inside

__all__ = ["has_key", "locate", "offset_of", "repeated_key"]


def locate(
    data: Buffer, path: Sequence[str | int], start: int = 0, *, tags: int = 0, known: dict[int, Any] | None = None
) -> int:
    """Return the offset of the head of the item at *path* below the item at *start*, both well-formed.

    A step is a map key (the last of equal ones, as it wins), an array index, or `INSIDE` a byte string that holds an item. Tags on the way are
    stepped through; at the end the offset is the item's outermost tag, or what stands behind *tags*
    tag heads. Where a step leads nowhere, the offset is that of the container that lacks it.

    In *known*, of these data alone, is put what each container on the way holds: asked for the places of all
    that it holds, one after another, the container is gone through once and not once for each.
    """
    known = {} if known is None else known
    position = start
    for step in path:
        head = _behind_tags(data, position)
        if isinstance(step, Inside):
            if head.major != 2 or head.argument is None:
                return head.start
            position = head.body
            continue
        found = _entry(data, head, step, known) if head.major == 5 else _element(data, head, step, known)
        if found is None:
            return head.start
        position = found
    for _ in range(tags):
        head = read_head(data, position)
        if head.major != 6:
            break
        position = head.body
    return position


def repeated_key(data: Buffer, start: int) -> int:
    """Return the offset of the first key that stands a second time in the well-formed map at *start*."""
    head = read_head(data, start)
    position, seen = head.body, set()
    for _ in range(head.argument if head.argument is not None else len(data)):
        entry = read_head(data, position)
        if entry.is_break:
            break
        if entry.major in (0, 1, 3):
            key = decode(data, start=position).value
            if key in seen:
                return position
            seen.add(key)
        position = skip(data, skip(data, position))
    return start


def has_key(data: Buffer, key: str | int, start: int = 0) -> bool:
    """Whether the item at *start*, well-formed, is a map with *key*, behind tags."""
    head = _behind_tags(data, start)
    return head.major == 5 and _entry(data, head, key, {}) is not None


def offset_of(view: memoryview, data: Buffer) -> int | None:
    """Return where in *data* the zero-copy *view* begins; None if it is no view of it (joined chunks, copies)."""
    inner, outer = np.frombuffer(view, np.uint8), np.frombuffer(data, np.uint8)
    offset = int(inner.__array_interface__["data"][0] - outer.__array_interface__["data"][0])
    return offset if 0 <= offset <= outer.size - inner.size else None


def _behind_tags(data: Buffer, position: int) -> Head:
    head = read_head(data, position)
    while head.major == 6:
        head = read_head(data, head.body)
    return head


def _element(data: Buffer, head: Head, index: str | int, known: dict[int, Any]) -> int | None:
    if head.major != 4 or not isinstance(index, int) or index < 0:
        return None
    if head.argument is not None and index >= head.argument:
        return None
    offsets: list[int] = known.setdefault(head.start, [head.body])  # of the items, as far as anybody asked
    while len(offsets) <= index:
        if read_head(data, offsets[-1]).is_break:
            return None
        offsets.append(skip(data, offsets[-1]))
    return None if read_head(data, offsets[index]).is_break else offsets[index]


def _entry(data: Buffer, head: Head, key: str | int, known: dict[int, Any]) -> int | None:
    values: dict[str | int, int] | None = known.get(head.start)
    if values is None:
        values = known[head.start] = _values(data, head)
    return values.get(key)


def _values(data: Buffer, head: Head) -> dict[str | int, int]:
    """Where the value of each key of the map stands."""
    values: dict[str | int, int] = {}
    position, pairs = head.body, head.argument
    while pairs is None or pairs > 0:
        entry = read_head(data, position)
        if entry.is_break:
            break
        behind_key = skip(data, position)
        if entry.major in (0, 1, 3):
            values[decode(data, start=position).value] = behind_key
        position = skip(data, behind_key)
        pairs = None if pairs is None else pairs - 1
    return values
