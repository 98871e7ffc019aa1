"""What one file may cost in all: each of its parts may be within bounds while many of them lie over each other."""

from __future__ import annotations

from ...errors import LimitError
from ...limits import Limits

__all__ = ["Budget"]

_PARTS = 12  # messages and links that an ordinary object has
_TEXT = 1 << 25  # bytes of all paths
_SPARE = 1 << 27  # bytes that were never written, or that expand well


class Budget:
    """Counts what is read of a file of *size* bytes."""

    def __init__(self, size: int, limits: Limits) -> None:
        self._parts = max(_PARTS * limits.datasets, limits.items)
        self._text = _TEXT
        self._memory = min(limits.total_bytes, size * limits.expansion + _SPARE)
        self._left = [self._parts, self._text, self._memory]

    def parts(self, count: int) -> None:
        """*count* messages of headers or entries of groups were read."""
        self._take(0, count, f"more than {self._parts} parts of objects and groups")

    def text(self, path: str) -> None:
        """A path was made."""
        self._take(1, len(path), f"paths of more than {self._text} bytes")

    def memory(self, size: int) -> None:
        """*size* bytes are about to be allocated for a dataset."""
        self._take(2, size, f"datasets of more than {self._memory} bytes in all")

    def _take(self, which: int, count: int, problem: str) -> None:
        self._left[which] -= count
        if self._left[which] < 0:
            raise LimitError(problem)
