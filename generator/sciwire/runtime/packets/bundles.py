"""The values of datasets that are made of others: bundles of columns, joins of parts, and these in each other.

A few bytes can name columns of columns of columns: what that comes to is counted before anything is put together.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..limits import DEFAULT_LIMITS

if TYPE_CHECKING:
    from .dataset import Dataset

__all__ = ["bundled", "missing_text", "together"]

_NESTED = 8  # bundles and joins inside bundles


def bundled(dataset: Dataset) -> NDArray[Any]:
    """The values of a bundle; DecodeError where a column is missing, bundles go in circles, too deep, or become too much."""
    try:
        columns, size = _extent(dataset, _NESTED, {})
    except RecursionError:
        problem = f"the bundle {dataset.id!r} is nested too deep, or made of itself"
        raise dataset.fault("bundle_nested", problem) from None
    limits = DEFAULT_LIMITS
    if columns > limits.datasets or size > limits.total_bytes:
        what = f"{columns} columns, the limit datasets is {limits.datasets}"
        if columns <= limits.datasets:
            what = f"{size} bytes, the limit total_bytes is {limits.total_bytes}"
        raise dataset.fault("bundle_nested", f"the bundle {dataset.id!r} is one of {what}")
    return _made(dataset, {})


def _extent(dataset: Dataset, depth: int, known: dict[tuple[int, int], tuple[int, int]]) -> tuple[int, int]:
    """How many columns and bytes the values of *dataset* are made of; each dataset is looked at once a depth."""
    if depth < 0:
        raise RecursionError
    key = (id(dataset), depth)
    if key not in known:
        if dataset.missing_columns:
            raise dataset.fault("bundle_unknown", missing_text(dataset, dataset.missing_columns))
        inside = dataset.columns if dataset.bundle else dataset.parts
        if inside is None:
            known[key] = (1, dataset.values.nbytes)
        else:
            extents = [_extent(one, depth - 1, known) for one in inside]
            columns = (
                sum(columns for columns, _ in extents) if dataset.bundle else max((1, *(one for one, _ in extents)))
            )
            known[key] = (columns, sum(size for _, size in extents))
    return known[key]


def _made(dataset: Dataset, known: dict[int, NDArray[Any]]) -> NDArray[Any]:
    """The values of *dataset*; what is named often is put together once."""
    if id(dataset) not in known:
        if dataset.bundle:
            values = _columns([_made(one, known) for one in dataset.columns])
        elif dataset.parts is not None:
            values = together([_made(one, known) for one in dataset.parts])
        else:
            values = dataset.values
        known[id(dataset)] = values
    return known[id(dataset)]


def together(arrays: list[NDArray[Any]]) -> NDArray[Any]:
    """One array with a dimension more where the shapes agree, else an object array of them."""
    if arrays and all(one.shape == arrays[0].shape for one in arrays):
        return np.stack(arrays)
    result = np.empty(len(arrays), dtype=object)
    result[:] = arrays
    return result


def _columns(arrays: list[NDArray[Any]]) -> NDArray[Any]:
    """(records, columns) of rank-1 columns; columns of rank 2 take as many columns as they have."""
    if len({len(one) for one in arrays}) > 1:
        return together(arrays)
    return np.column_stack(arrays) if arrays else np.empty((0, 0))


def missing_text(dataset: Dataset, missing: tuple[str, ...]) -> str:
    """What errors and warnings say of a bundle whose columns *missing* the stream does not have."""
    told = ", ".join(f"{name[:40]!r}" for name in missing[:4]) + (", ..." if len(missing) > 4 else "")
    return f"the bundle {dataset.id!r} names {told}, which the stream does not have"
