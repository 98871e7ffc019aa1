"""What an append that was broken off left behind the last row of a dataset.

HDF5 writes chunks before it writes how many rows there are. Where its program was killed in between, chunks hold
rows that the dataset does not have. An append lays its rows over them and takes out of the heap what they
point to: nothing any more, which fails, or by then another row, which is lost.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..errors import DecodeError
from .chunks import Unusual, read_references
from .objects import Stored
from .source import Source

__all__ = ["points_behind", "sweep"]


def points_behind(found: Stored, source: Source) -> bool:
    """Whether chunks of the dataset hold references of rows that it does not have.

    Only one-dimensional datasets of variable-length rows are looked at, and only with filters that are known here.

    Raises
    ------
    DecodeError : the last chunk can't be read.
    """
    if found.chunks is None or len(found.shape or ()) != 1 or not found.dtype.hasobject:
        return False
    length = len(found)
    chunks = -(-length // found.chunks[0])
    if found.id.get_num_chunks() > chunks:
        return True
    try:
        behind = read_references(found, np.arange(length, chunks * found.chunks[0]), source, source.limits)
    except Unusual:
        return False
    return bool(behind.view("u1").any())


def sweep(dataset: Any) -> None:
    """Make everything behind the last row of an h5py dataset, open for writing, as if it was never written.

    HDF5 does that where a dataset is cut: it drops the chunks that are left empty, and fills the rest of the last one.
    """
    if dataset.chunks is None or not dataset.shape:
        return
    length = int(dataset.shape[0])
    most = dataset.maxshape[0]
    end = _end(dataset, length)
    end = end if most is None else min(end, int(most))
    if end > length:
        dataset.resize(end, axis=0)
        dataset.resize(length, axis=0)


def _end(dataset: Any, length: int) -> int:
    """The row at which the last stored chunk of a dataset of *length* rows ends, at least *length*."""
    rows = int(dataset.chunks[0])
    stored = 0
    end = length

    def look(info: Any) -> None:
        nonlocal stored, end
        stored += 1
        end = max(end, int(info.chunk_offset[0]) + rows)

    if dataset.id.get_num_chunks():
        dataset.id.chunk_iter(look)
    if end > length + (stored + 1) * rows:  # appends leave no gaps, and what is between must be gone through
        raise DecodeError(f"a chunk ends at row {end}, the dataset has {length} rows", category="size")
    return end
