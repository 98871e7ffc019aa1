"""What a socket or a capture gives: a message with its time, or the word that one was not kept."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

__all__ = ["MOST_PARTS", "Buffer", "Received", "Refusal", "size_of"]

Buffer = bytes | bytearray | memoryview
MOST_PARTS = 65535  # that a capture holds in one message


class Received(NamedTuple):
    """A message as it arrived.

    elapsed : when it arrived, in ns since the capture or the listener was begun.
    parts : its frames in order; views of the socket's own memory where it came from a socket, which live as long
        as somebody holds them.
    """

    elapsed: int
    parts: Sequence[Buffer]

    @property
    def size(self) -> int:
        """Bytes in all parts."""
        return size_of(self.parts)


class Refusal(NamedTuple):
    """A message that arrived and was not kept: its time as in `Received`, its number of parts, their bytes, why.

    No parts and no bytes: a connection was cut, and nobody knows how many messages are lost with it.
    """

    elapsed: int
    parts: int
    size: int
    reason: str


def size_of(parts: Sequence[Buffer]) -> int:
    """Bytes in all *parts*."""
    return sum(part.nbytes if isinstance(part, memoryview) else len(part) for part in parts)
