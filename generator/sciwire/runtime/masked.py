"""What a mask hides is no data: the one question that every encoder asks before it writes what stands under it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, Final, TypeGuard

import numpy as np

if TYPE_CHECKING:
    from numpy.ma import MaskedArray

__all__ = ["MASKED", "hides", "is_masked"]

#: what is said of it
MASKED: Final = "a mask has no place here, the masked elements must be filled first"
_DEEPEST: Final = 64  # numpy has no more dimensions


def is_masked(value: Any) -> TypeGuard[MaskedArray[Any, Any]]:
    """Whether *value* is a masked array; there is none before somebody has loaded them, which takes its time."""
    loaded = sys.modules.get("numpy.ma")
    return loaded is not None and isinstance(value, loaded.MaskedArray)


def hides(value: Any, depth: int = _DEEPEST) -> bool:
    """Whether *value*, an array, a number, or lists of them, has elements that a mask hides."""
    if is_masked(value):
        mask = np.ascontiguousarray(np.ma.getmaskarray(value)).reshape(-1)  # of records it is one of records
        return bool(mask.view(np.uint8).any())
    return isinstance(value, (list, tuple)) and depth > 0 and any(hides(one, depth - 1) for one in value)
