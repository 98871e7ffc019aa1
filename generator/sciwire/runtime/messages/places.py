"""Where a pass through a message stands, for the errors of the kernel below."""

from __future__ import annotations

from sciwire.runtime.compression import Place

from .context import Reading
from .fault import join_steps, wire_steps

__all__ = ["place_of"]


def place_of(reading: Reading, *inner: int) -> Place:
    """The place of the value that the pass is at, or of what the steps *inner* lead to from there."""
    try:
        path = ".".join(reading.steps)  # type: ignore[arg-type]  # texts, nearly always
        steps = (*reading.steps, *inner)
    except TypeError:
        path, steps = "", (*wire_steps(reading.steps), *inner)
    if not path or path[0] == ".":
        path = join_steps(reading.steps)
    data = reading.base if reading.base.nbytes else None
    one = reading.compression
    read, rule = ((), "") if one is None else (one.read, one.rule)
    return Place(path, data, reading.start, steps, reading.size_rule, reading.array_rules, read, rule)
