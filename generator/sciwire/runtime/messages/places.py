"""Where a pass through a message stands, for the errors of the kernel below."""

from __future__ import annotations

from sciwire.runtime.compression import Place

from .context import Reading
from .fault import Steps

__all__ = ["place_of"]


def place_of(reading: Reading, *inner: int) -> Place:
    """The place of the value that the pass is at, or of what the steps *inner* lead to from there."""
    steps = Steps(reading.steps)
    data = reading.base if reading.base.nbytes else None
    one = reading.compression
    read, rule = ((), "") if one is None else (one.read, one.rule)
    way = (*steps, *inner) if inner else steps
    return Place(steps, data, reading.start, way, reading.size_rule, reading.array_rules, read, rule, reading.known)
