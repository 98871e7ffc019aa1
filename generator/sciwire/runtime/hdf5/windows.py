"""How many rows can be read at a time: by their bytes, since a row may be of a few or of millions."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import DecodeError
from .chunks import Unusual, read_references
from .layout import Dataset
from .objects import Stored
from .source import Source

__all__ = ["fitting"]

_MOST_BYTES = 16 << 20  # of the rows of all datasets together
_FEW_ROWS = 1024  # of a dataset whose references only h5py can read, so that the lengths of its rows are not known


def fitting(tables: Iterable[tuple[Dataset, Stored]], rows: slice, source: Source) -> slice:
    """*rows* (step 1, not empty), cut to those that take about 16 MiB in all of *tables*; the first is always there."""
    count = rows.stop - rows.start
    fixed = 0
    claimed = np.zeros(count)  # what a file declares may be beyond every integer
    for dataset, found in tables:
        fixed += found.row_size
        if not dataset.element.variable or found.dtype.kind != "O":
            continue
        lengths = _lengths(found, rows, source)
        if lengths is None:
            count = min(count, _FEW_ROWS)
        else:
            claimed += lengths * _item_size(found)
    claimed += float(fixed)
    within = int(np.searchsorted(np.cumsum(claimed[:count]), _MOST_BYTES, side="right"))
    return slice(rows.start, rows.start + max(1, within))


def _lengths(found: Stored, rows: slice, source: Source) -> NDArray[np.int64] | None:
    """Elements of each of *rows*; None where they can't be told. What is wrong with them is for the read to say."""
    with suppress(Unusual, DecodeError, OSError, RuntimeError):
        references = read_references(found, np.arange(rows.start, rows.stop), source, source.limits)
        return references["length"].astype(np.int64)
    return None


def _item_size(found: Stored) -> int:
    import h5py  # a file is open, so it is loaded

    item: Any = h5py.check_vlen_dtype(found.dtype)
    return int(item.itemsize) if isinstance(item, np.dtype) else 1
