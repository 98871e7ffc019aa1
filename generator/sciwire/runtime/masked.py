"""What a mask hides is no data: the one question that every encoder asks before it writes what stands under it."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

__all__ = ["MASKED", "hides"]

#: what is said of it
MASKED: Final = "a mask has no place here, the masked elements must be filled first"
_DEEPEST: Final = 64  # numpy has no more dimensions


def hides(value: Any, depth: int = _DEEPEST) -> bool:
    """Whether *value*, an array, a number, or lists of them, has elements that a mask hides."""
    if isinstance(value, np.ma.MaskedArray):
        mask = np.ascontiguousarray(np.ma.getmaskarray(value)).reshape(-1)  # of records it is one of records
        return bool(mask.view(np.uint8).any())
    return isinstance(value, (list, tuple)) and depth > 0 and any(hides(one, depth - 1) for one in value)
