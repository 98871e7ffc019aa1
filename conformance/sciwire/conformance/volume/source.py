"""The random numbers of the volume generator: SplitMix64, counter based, the same on every machine.

Word *i* of the stream with key *k* is ``mix(k + (i + 1) * 0x9e3779b97f4a7c15)``, all modulo 2^64, with::

    mix(z):  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9
             z = (z ^ (z >> 27)) * 0x94d049bb133111eb
             return z ^ (z >> 31)

(Steele, Lea, Flood: Fast splittable pseudorandom number generators, OOPSLA 2014; the finalizer is public domain.)
A number below *n* is the high half of ``word * n``. Bytes are words in little-endian order.
"""

from __future__ import annotations

import hashlib

import numpy as np
from numpy.typing import NDArray

__all__ = ["Source"]

_MASK = (1 << 64) - 1
_STEP = 0x9E3779B97F4A7C15
_FIRST, _SECOND = 0xBF58476D1CE4E5B9, 0x94D049BB133111EB


class Source:
    """A stream of words; `depth` is how deep the value that is being drawn is nested."""

    __slots__ = ("_state", "depth")

    def __init__(self, key: int) -> None:
        self._state = key & _MASK
        self.depth = 0

    @classmethod
    def of(cls, *name: object) -> Source:
        """The stream of a case: its key is the start of the sha256 of its name."""
        text = "\0".join(str(one) for one in name)
        return cls(int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "little"))

    def word(self) -> int:
        """The next 64 bits."""
        self._state = state = (self._state + _STEP) & _MASK
        state = ((state ^ (state >> 30)) * _FIRST) & _MASK
        state = ((state ^ (state >> 27)) * _SECOND) & _MASK
        return state ^ (state >> 31)

    def below(self, count: int) -> int:
        """A number from 0 to *count* - 1."""
        if count <= 1 << 64:
            return (self.word() * count) >> 64
        number, words = 0, (count.bit_length() + 127) // 64
        for _ in range(words):
            number = number << 64 | self.word()
        return (number * count) >> (64 * words)

    def between(self, low: int, high: int) -> int:
        """A number from *low* to *high*, both included."""
        return low + self.below(high - low + 1)

    def words(self, count: int) -> NDArray[np.uint64]:
        """The next *count* words at once, shape (count,): the same that `word` would give one by one."""
        steps = np.arange(1, count + 1, dtype="<u8")
        with np.errstate(over="ignore"):  # modulo 2^64 is what is meant
            state = np.uint64(self._state) + steps * np.uint64(_STEP)
            state = (state ^ (state >> np.uint64(30))) * np.uint64(_FIRST)
            state = (state ^ (state >> np.uint64(27))) * np.uint64(_SECOND)
        self._state = (self._state + count * _STEP) & _MASK
        mixed: NDArray[np.uint64] = state ^ (state >> np.uint64(31))
        return mixed

    def octets(self, count: int) -> bytes:
        """*count* bytes."""
        if count <= 64:
            return b"".join(self.word().to_bytes(8, "little") for _ in range((count + 7) // 8))[:count]
        return self.words((count + 7) // 8).astype("<u8").tobytes()[:count]
