"""Waiting for a writer: how often to look again, and when to give up."""

from __future__ import annotations

import time

__all__ = ["Patience"]


class Patience:
    """A time limit that is spent in pauses which grow from `first` to `longest`, all in seconds."""

    __slots__ = ("_end", "_next", "first", "longest", "seconds")

    def __init__(self, seconds: float = 0.5, first: float = 0.002, longest: float = 0.05) -> None:
        self.seconds = seconds
        self.first = first
        self.longest = longest
        self._next = 0.0
        self._end = 0.0

    def pause(self) -> bool:
        """Sleep a little and return True, or return False at once when the time is used up."""
        now = time.monotonic()
        if not self._end:
            self._end = now + self.seconds
            self._next = self.first
        if now >= self._end:
            return False
        time.sleep(min(self._next, self._end - now))
        self._next = min(self._next * 2, self.longest)
        return True
