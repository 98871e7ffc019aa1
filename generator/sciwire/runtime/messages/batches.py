"""What the sources of a batch hold: how many events, the last of them, and what it says."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from sciwire.runtime.errors import EncodeError

from .scalars import kind_of

__all__ = ["check_counts", "is_finite", "item_of", "last_of", "of_array"]


def check_counts(given: Mapping[str, Any], frames: str) -> int:
    """The number of events, of which every source has as many. Raises EncodeError."""
    number = _count(given[frames])
    if number is None:
        problem = f"expected frames, one an event, got {kind_of(given[frames])}"
        raise EncodeError(problem, category="type", path=frames)
    for name, value in given.items():
        count = _count(value)
        if count not in (None, number):
            wrong, right, got, expected = (name, frames, count, number) if number else (frames, name, number, count)
            problem = f"expected {expected} event{'s' * (expected != 1)}, as {right} has, got {got}"
            raise EncodeError(problem, category="size", path=wrong)
    return number


def last_of(value: Any) -> Any:
    """The last of several events; what is one for all events is itself."""
    return value if _count(value) is None else value[-1]


def is_finite(value: Any) -> bool:
    """Whether *value* is a number that 64 bits hold, and a finite one; psana1 spells its numbers out."""
    if isinstance(value, str):
        try:
            value = float(value)
        except ValueError:
            return False
    if isinstance(value, bool) or not isinstance(value, (int, float, np.integer, np.floating)):
        return False
    if isinstance(value, (int, np.integer)):
        return -(2**63) <= int(value) < 2**64
    return math.isfinite(float(value))


def item_of(value: Any, item: str | int) -> Any:
    """An item of an event, None where it has none: a key of a map or structured row, an attribute, an index."""
    try:
        if isinstance(item, int):
            return value[item]
        if isinstance(value, Mapping) or (isinstance(value, np.void) and value.dtype.names):
            return value[item]
        return getattr(value, item)
    except (KeyError, IndexError, AttributeError, TypeError, ValueError):
        return None


def of_array(array: Any, what: str) -> Any:
    """What a message says of a frame: its ``shape`` or ``dtype`` as text, its ``sum``, or itself (``data``)."""
    if what == "shape":
        return "x".join(map(str, array.shape))
    if what == "dtype":
        return array.dtype.name
    return float(array.sum(dtype=np.float64)) if what == "sum" else array


def _count(value: Any) -> int | None:
    """How many events there are; None for what is one for all of them."""
    if isinstance(value, (Mapping, str, bytes, np.generic)) or not hasattr(value, "__getitem__"):
        return None
    try:
        return len(value)
    except TypeError:
        return None
