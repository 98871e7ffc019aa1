"""A file shown to HDF5 through Python: bytes in memory without a copy, and files that a writer has marked.

HDF5 opens a marked file only in its SWMR mode, where it tries to read wrong metadata a hundred times
with growing pauses (minutes for one damaged byte), and trusts the end of the file that the superblock
names, which a writer updates late. Here the superblock says that nobody writes and that the file ends far
behind its last byte, so that what is added while it is read can be read; what is not there is zeros, which
no checksum agrees with. Who reads tries again as a whole when the writer was faster.
"""

from __future__ import annotations

import io
import os
from typing import Any, Protocol

from . import superblock
from .superblock import Superblock

__all__ = ["Shown"]

_HEAD = 48
_AHEAD = 1 << 40  # bytes that a writer may add during one read


class _Bytes(Protocol):
    @property
    def size(self) -> int: ...
    def read(self, offset: int, count: int) -> bytes | memoryview: ...


class Shown(io.RawIOBase):
    """The bytes of *raw*, read only; if they are marked, with a superblock that has no marks."""

    def __init__(self, raw: _Bytes, block: Superblock) -> None:
        super().__init__()
        self._raw = raw
        self._size = raw.size
        self._head = b""
        if block.flags and block.start == 0:
            self._size += _AHEAD
            self._head = superblock.patched(bytes(raw.read(0, _HEAD)), flags=0, end=self._size)
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._size}[whence]
        self._at = base + offset
        return self._at

    def readinto(self, buffer: Any) -> int:
        view = memoryview(buffer).cast("B")
        count = max(0, min(len(view), self._size - self._at))
        there = max(0, min(count, self._raw.size - self._at))
        view[:there] = self._raw.read(self._at, there) if there else b""
        if there < count:
            view[there:count] = bytes(count - there)
        if self._at < len(self._head):
            hidden = min(len(self._head) - self._at, count)
            view[:hidden] = self._head[self._at : self._at + hidden]
        self._at += count
        return count
