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

__all__ = ["Segment", "Series", "column", "widened"]


class Segment(NamedTuple):
    """Bytes of one plane, (packets, bytes a packet), and how to read them; or values that are there already."""

    data: Bytes
    records: int
    codec: Codec | None
    order: str
    ready: NDArray[Any] | None = None


@dataclass(slots=True, eq=False)
class Series:
    """A dataset whose values still arrive; `kinds` maps the dtypes that they came in to the encoding that said so."""

    dataset: Dataset
    record: tuple[int, ...]
    whole: bool
    path: str
    kinds: dict[str, str] = field(default_factory=dict)
    segments: list[Segment] = field(default_factory=list)
    records: int = 0
    changed: bool = True

    @property
    def dtype(self) -> np.dtype[Any]:
        """The dtype of the column: that of the values, or one that holds all of theirs."""
        kinds = {np.dtype(kind) for kind in self.kinds}
        mixed = len(kinds) > 1 and any(kind.kind == "f" for kind in kinds)
        return np.dtype(np.float64) if mixed else np.result_type(*kinds)


def widened(series: Series, segment: Segment) -> int | None:
    """The first packet of *segment* with an integer that the doubles of *series* can't hold; None where there is none."""
    codec = segment.codec
    if codec is None or codec.array.kind not in "iu" or codec.array.itemsize < 8 or series.dtype.kind != "f":
        return None
    columns = segment.data.shape[1] // max(codec.width, 1)
    rows = max(_BLOCK // max(columns, 1), 1)
    for start in range(0, len(segment.data), rows):
        data = segment.data[start : start + rows]
        values = np.empty((len(data), columns), dtype=codec.array)
        read_values(codec, data, segment.order, values)
        lost = _rounded(values)
        if codec.kind == "time":
            lost |= values == codec.fill  # a double has another word for no time
        if lost.any():
            return start + int(lost.any(axis=1).argmax())
    return None


#: integers looked at one time
_BLOCK = 1 << 16


def _rounded(values: NDArray[Any]) -> NDArray[np.bool_]:
    """Which 64-bit integers a double can't hold: those of more than 53 bits, zeros at the low end not counted."""
    bits = values.view(np.uint64)
    size = np.where(values < 0, ~bits + np.uint64(1), bits)
    return np.asarray((size >> np.uint64(53)) >= np.maximum(size & (~size + np.uint64(1)), np.uint64(1)))


def column(series: Series) -> NDArray[Any]:
    """One contiguous array of all segments, (records, ...), in the machine's byte order: the one copy of the data."""
    out = np.empty((series.records, *series.record), dtype=series.dtype)
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
