"""The values of one dataset as they arrive, and the one column that they become."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from .dataset import Dataset
from .encodings import Codec, read_values
from .runs import Bytes

__all__ = ["Segment", "Series", "column"]


class Segment(NamedTuple):
    """Bytes of one plane, (packets, bytes a packet), and how to read them; or values that are there already."""

    data: Bytes
    records: int
    codec: Codec | None
    order: str
    ready: NDArray[Any] | None = None


@dataclass(slots=True, eq=False)
class Series:
    """A dataset whose values still arrive."""

    dataset: Dataset
    record: tuple[int, ...]
    whole: bool
    path: str
    dtypes: list[str] = field(default_factory=list)
    segments: list[Segment] = field(default_factory=list)
    records: int = 0
    changed: bool = True


def column(series: Series) -> NDArray[Any]:
    """One contiguous array of all segments, (records, ...), in the machine's byte order: the one copy of the data."""
    kinds = {np.dtype(kind) for kind in series.dtypes}
    mixed = len(kinds) > 1 and any(kind.kind == "f" for kind in kinds)
    dtype = np.dtype(np.float64) if mixed else np.result_type(*kinds)
    out = np.empty((series.records, *series.record), dtype=dtype)
    flat = out.reshape(series.records, math.prod(series.record))
    position = 0
    for segment in series.segments if out.size else ():
        rows = flat[position : position + segment.records]
        if segment.ready is not None:
            rows[:, 0] = segment.ready
        elif segment.codec is not None:
            # a whole plane holds several records a packet, which are as many rows here
            read_values(segment.codec, segment.data, segment.order, rows.reshape(len(segment.data), -1))
        position += segment.records
    if series.dataset.rank == 0 and series.records == 1:
        out = out.reshape(())
    return out
