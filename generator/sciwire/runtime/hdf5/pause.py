"""Waiting for a writer: how often to look again, and when to give up."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

__all__ = ["Patience"]


@dataclass(slots=True)
class Patience:
    """A time limit that is spent in pauses which grow from `first` to `longest`, all in seconds."""

    seconds: float = 0.5
    first: float = 0.002
    longest: float = 0.05
    _next: float = field(default=0.0, init=False)
    _end: float = field(default=0.0, init=False)

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
