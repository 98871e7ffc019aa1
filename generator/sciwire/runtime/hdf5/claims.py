"""What elements of variable length claim, summed up before the HDF5 library reads them: it takes the memory first.

Rows of one axis are read without the library (`heap`); this is for scalars, arrays of text and attributes.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import DecodeError
from ..limits import checked_size, product
from .chunks import Unusual, undoing
from .faults import by
from .headers import attribute_data, compact_data, prove_heaps
from .heap import REFERENCE
from .source import Source

__all__ = ["prove_attribute", "prove_dataset"]


def prove_dataset(dataset: Any, source: Source) -> None:
    """Prove all heaps, and that the elements of a *dataset* (`objects.Stored`) claim no more than the file has.

    Raises
    ------
    DecodeError : a heap over which the library would run for ever, or elements larger than the file (``size``).
    """
    prove_heaps(source)
    try:
        found = _references(dataset, source)
    except Unusual:
        return  # left to the library
    _check(found, dataset.dtype, source)


def prove_attribute(source: Source, owner: Any, name: str, dtype: Any, count: int) -> None:
    """The same for an attribute of *count* elements of the h5py object *owner*."""
    prove_heaps(source)
    data = attribute_data(source, owner, name)
    if data is not None and len(data) >= count * REFERENCE.itemsize:
        _check(np.frombuffer(data, REFERENCE, count), dtype, source)


def _check(references: NDArray[Any], dtype: Any, source: Source) -> None:
    import h5py  # a file is open, so it is loaded

    inner = h5py.check_vlen_dtype(dtype)
    size = inner.itemsize if isinstance(inner, np.dtype) else 1
    claimed = int(references["length"].astype(np.uint64).sum()) * size
    if claimed > source.raw.size:
        problem = f"elements of variable length claim {claimed} bytes, the file has {source.raw.size}"
        raise by("heap_length", DecodeError(problem, category="size"))


def _references(dataset: Any, source: Source) -> NDArray[Any]:
    """All references of a dataset of any rank; `Unusual` where they can't be found."""
    if not source.block.plain:
        raise Unusual("addresses do not count from the file's start")
    size = checked_size(product(dataset.shape or ()) * REFERENCE.itemsize, source.limits)
    if dataset.chunks is not None:
        return _of_chunks(dataset, source)
    offset = dataset.id.get_offset()
    data = compact_data(source, dataset.h5) if offset is None else source.raw.read(offset, size)
    if data is None or len(data) < size:
        raise Unusual("not stored, or in another way")
    return np.frombuffer(data, REFERENCE, size // REFERENCE.itemsize)


def _of_chunks(dataset: Any, source: Source) -> NDArray[Any]:
    undo = undoing(dataset, product(dataset.chunks) * REFERENCE.itemsize)
    infos: list[Any] = []
    dataset.id.chunk_iter(infos.append)
    parts = [np.zeros(0, REFERENCE)]
    for info in infos:
        if info.byte_offset is None:
            continue
        data = undo(bytes(source.raw.read(int(info.byte_offset), int(info.size))), int(info.filter_mask))
        inside = tuple(slice(0, most - at) for most, at in zip(dataset.shape, info.chunk_offset, strict=True))
        parts.append(np.frombuffer(data, REFERENCE).reshape(dataset.chunks)[inside].ravel())
    return np.concatenate(parts)
