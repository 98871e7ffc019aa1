"""Heap collections that were not written to their end: what is whole in them is kept, the rest is free space again.

HDF5 walks a collection from object to object when it opens it, and does not stop at zeros. A row that is whole can be
read by `heap`, but the next program that goes by the library would run for ever.
"""

from __future__ import annotations

import struct
from contextlib import suppress
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import DecodeError
from .chunks import Unusual, read_references
from .draft import Draft
from .headers import heap_places, prove_heaps
from .layout import Layout
from .objects import Stored, find, find_dataset
from .source import Source

__all__ = ["close_heaps", "needed_size"]

_GCOL = struct.Struct("<4sB3xQ")
_OBJECT = struct.Struct("<HHIQ")
_BLOCK = 1 << 20  # rows whose references are looked at a time


def close_heaps(draft: Draft, source: Source, layout: Layout, kept: dict[str, int]) -> None:
    """Close, in *draft*, the collections that attributes and rows lie in; of tables *kept* rows by dataset path.

    source : the draft, opened.

    Raises
    ------
    DecodeError : a dataset is stored in a way that is not known here, and a collection of the file is not closed.
    """
    places: set[int] = set()
    unusual = False
    for group in layout.groups:
        places |= heap_places(source, find(source, group.path, "group"))
    for dataset in layout.datasets:
        places |= heap_places(source, find(source, dataset.path, "dataset"))
        if not dataset.element.variable:
            continue
        with suppress(DecodeError):  # what is damaged and belongs to no table is for the readers to tell
            found = find_dataset(source, dataset, layout)
            try:
                places |= _of_rows(found, kept.get(dataset.path), source) if found is not None else set()
            except Unusual:
                unusual = True
    for place in sorted(places):
        _close(draft, place)
    if unusual:
        prove_heaps(source)


def needed_size(source: Source, layout: Layout) -> int:
    """How long the file must be for the collection over its end to be there: rows in it are whole, only its end is not.

    Nothing but free space and rows of the last append are behind the end.
    """
    size = source.raw.size
    last = 0
    for dataset in layout.datasets:
        with suppress(DecodeError, Unusual):
            found = find_dataset(source, dataset, layout) if dataset.element.variable else None
            places = _of_rows(found, None, source) if found is not None else set()
            last = max([last, *(place for place in places if place + _GCOL.size <= size)])
    signature, version, length = _GCOL.unpack(source.raw.read(last, _GCOL.size))
    sound = last and signature == b"GCOL" and version == 1 and length % 8 == 0
    return last + length if sound and size < last + length <= 2 * size else size


def _of_rows(found: Stored, count: int | None, source: Source) -> set[int]:
    """Where the collections lie that the first *count* rows refer to; None for all."""
    places: set[int] = set()
    count = len(found) if count is None else count
    for start in range(0, count, _BLOCK):
        rows: NDArray[Any] = np.arange(start, min(count, start + _BLOCK))
        references = read_references(found, rows, source, source.limits)
        places.update(np.unique(references["address"][references["length"] > 0]).tolist())
    return places


def _close(draft: Draft, place: int) -> None:
    if place + _GCOL.size > draft.size:
        return
    signature, version, length = _GCOL.unpack(draft.read(place, _GCOL.size))
    if signature != b"GCOL" or version != 1 or length < 32 or length % 8 or place + length > draft.size:
        return  # what lies there can't be read, and is said to be so
    data = draft.read(place, length)
    at = _loose_end(data)
    if at is not None:
        draft.write(place + at, _OBJECT.pack(0, 0, 0, length - at) + bytes(length - at - _OBJECT.size))


def _loose_end(data: bytes) -> int | None:
    """Where a collection must be free from on: an object that passes its end, or one that no free space follows."""
    at, before, length, unpack = 16, -1, len(data), _OBJECT.unpack_from
    while at + 16 <= length:
        number, _, _, extent = unpack(data, at)
        size = extent if number == 0 else 16 + ((extent + 7) & ~7)
        if size < 16 or size > length - at:
            return at if number or before < 0 else before
        before, at = at, at + size
    return None
