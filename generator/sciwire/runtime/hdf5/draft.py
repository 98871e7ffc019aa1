"""What a file would be after changes that are kept in memory: HDF5 works on it, and the file is as it was.

HDF5 writes what it changed in no order that a killed program could rely on. So it changes a draft, and what came of
that is proved before `redo` puts it into the file.
"""

from __future__ import annotations

import io
import os
from typing import Any

from .source import RawBytes

__all__ = ["Draft", "DraftStream"]

_BLOCK = 4096


class Draft(RawBytes):
    """The bytes of *raw* by offset with changes."""

    def __init__(self, raw: RawBytes) -> None:
        super().__init__(memoryview(b""))
        self.raw = raw
        self._size = self._base = raw.size  # behind _base nothing of the file counts
        self._blocks: dict[int, bytearray] = {}

    @property
    def size(self) -> int:
        """The length with the changes, in bytes."""
        return self._size

    @property
    def changed(self) -> bool:
        """Whether it differs from the file."""
        return self._size != self.raw.size or bool(self.changes())

    def read(self, offset: int, count: int) -> bytes:
        """Return *count* bytes from *offset*.

        Raises
        ------
        DecodeError : the range is not inside (category ``size``).
        """
        self.check(offset, count)
        first, last = offset // _BLOCK, (offset + max(count, 1) - 1) // _BLOCK
        if not any(number in self._blocks for number in range(first, last + 1)):
            return self._below(offset, count)
        joined = b"".join(self._block(number) for number in range(first, last + 1))
        return joined[offset - first * _BLOCK :][:count]

    def write(self, offset: int, data: bytes | memoryview) -> None:
        """Change bytes; the draft becomes longer where they end behind it."""
        done = 0
        while done < len(data):
            number, begin = divmod(offset + done, _BLOCK)
            part = data[done : done + _BLOCK - begin]
            self._kept(number)[begin : begin + len(part)] = part
            done += len(part)
        self._size = max(self._size, offset + len(data))

    def truncate(self, size: int) -> None:
        """Make it *size* bytes long."""
        if size < self.size:
            for number in [number for number in self._blocks if number * _BLOCK >= size]:
                del self._blocks[number]
            if size // _BLOCK in self._blocks:
                self._blocks[size // _BLOCK][size % _BLOCK :] = bytes(_BLOCK - size % _BLOCK)
            self._base = min(self._base, size)
        self._size = size

    def changes(self) -> list[tuple[int, bytes, bytes]]:
        """Offset, old and new bytes of what differs from the file, ascending; behind its end zeros are the old ones.

        A block that is new as a whole is among them even where it is zeros.
        """
        found: list[tuple[int, bytes, bytes]] = []
        for number in sorted(self._blocks):
            start = number * _BLOCK
            new = bytes(self._blocks[number])[: self.size - start]
            old = self._of_file(start, len(new))
            if new == old:
                continue
            if found and found[-1][0] + len(found[-1][2]) == start:
                begin, before, after = found.pop()
                start, old, new = begin, before + old, after + new
            found.append((start, old, new))
        return found

    def _kept(self, number: int) -> bytearray:
        if number not in self._blocks:
            self._blocks[number] = bytearray(self._below(number * _BLOCK, _BLOCK))
        return self._blocks[number]

    def _block(self, number: int) -> bytes | bytearray:
        return self._blocks.get(number) or self._below(number * _BLOCK, _BLOCK)

    def _below(self, offset: int, count: int) -> bytes:
        there = max(0, min(count, self._base - offset))
        return (bytes(self.raw.read(offset, there)) if there else b"").ljust(count, b"\0")

    def _of_file(self, offset: int, count: int) -> bytes:
        there = max(0, min(count, self.raw.size - offset))
        return (bytes(self.raw.read(offset, there)) if there else b"").ljust(count, b"\0")


class DraftStream(io.RawIOBase):
    """A draft as the file object that h5py opens."""

    def __init__(self, draft: Draft) -> None:
        super().__init__()
        self._draft = draft
        self._at = 0

    def readable(self) -> bool:
        return True

    def writable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._draft.size}[whence]
        self._at = base + offset
        return self._at

    def readinto(self, buffer: Any) -> int:
        view = memoryview(buffer).cast("B")
        count = max(0, min(len(view), self._draft.size - self._at))
        view[:count] = self._draft.read(self._at, count) if count else b""
        self._at += count
        return count

    def write(self, data: Any) -> int:
        view = memoryview(data).cast("B")
        self._draft.write(self._at, view)
        self._at += len(view)
        return len(view)

    def truncate(self, size: int | None = None) -> int:
        self._draft.truncate(self._at if size is None else size)
        return self._draft.size
