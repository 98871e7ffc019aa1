"""Cut a stream of bytes into descriptors and packets, however the bytes arrive.

Rules: a chunk is returned when all its bytes are there and not before; so any split of the bytes
gives the same chunks and the same error. Offsets count from the first byte that was ever fed.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from .checks import Faults
from .runs import Bytes, Run, Types, walk
from .tables import Chunk, Framing

__all__ = ["Chunker", "Descriptor", "Packets", "flat"]


def flat(data: bytes | bytearray | memoryview) -> bytes | bytearray | memoryview:
    """*data* as bytes one after the other: a view that strides over its buffer is copied."""
    if not isinstance(data, memoryview):
        return data
    if not data.c_contiguous:
        return data.tobytes()
    return data.cast("B") if data.nbytes else b""


class Descriptor(NamedTuple):
    """A descriptor chunk: its `id`, its offset `at`, the `path` errors name it by, and the bytes of its document."""

    id: str
    at: int
    path: str
    document: bytes
    stop: int


class Packets(NamedTuple):
    """Data packets that follow each other: one `Run` a type and stretch, `first` being absolute offsets."""

    runs: list[Run]
    stop: int


class Chunker:
    """Sans-I/O cutter of chunks.

    Parameters
    ----------
    framing, faults : of the format.
    keep : copy packet data out of the fed buffers (needed where the caller reuses or drops them).
    """

    def __init__(self, framing: Framing, faults: Faults, *, keep: bool = True) -> None:
        self._framing = framing
        self._faults = faults
        self._keep = keep
        self._data: Bytes = np.empty(0, dtype=np.uint8)
        self._position = 0  # of the next chunk in _data
        self._base = 0  # absolute offset of _data[0]
        self._borrowed = False  # whether _data is a buffer of the caller
        self._wanted = 1  # bytes from _position on, before which nothing new can be said

    @property
    def offset(self) -> int:
        """Absolute offset of the next chunk."""
        return self._base + self._position

    @property
    def pending(self) -> int:
        """Bytes fed and not yet returned in a chunk."""
        return self._data.size - self._position

    def types(self) -> Types:
        """No packet types yet, to which `next` may be given those that are bound: (tag, data bytes) by id."""
        length = self._framing.packet.length
        return Types({}, length.digits if length else 0)

    def feed(self, data: bytes | bytearray | memoryview) -> None:
        """Add *data* to what is to be cut; without a copy where nothing is left over from before."""
        fresh = np.frombuffer(flat(data), dtype=np.uint8)
        rest = self._data[self._position :]
        self._base += self._position
        self._position = 0
        self._borrowed = not rest.size
        self._data = fresh if self._borrowed else self._tail(rest, fresh)

    def next(self, types: Types) -> Descriptor | Packets | None:
        """Return the next descriptor or stretch of packets, or None where more bytes are needed.

        *types* maps the bound ids to (tag, data bytes), see `runs.walk`. Raises DecodeError, category
        ``framing``, where no chunk can stand, ``state`` for a packet of an unbound id.
        """
        found = self._maybe_chunk(types) if self.pending >= self._wanted else None
        if found is None and self._borrowed and self._keep:
            self.feed(b"")  # what is left over is copied: the fed buffer may be used again
        return found

    def _maybe_chunk(self, types: Types) -> Descriptor | Packets | None:
        chunk = self._opening()
        if chunk is None:
            return None
        return self._descriptor(chunk) if chunk is self._framing.descriptor else self._packets(chunk, types)

    def finish(self) -> None:
        """Say that no more bytes come; TruncatedError where they end inside a chunk."""
        if self.pending == 0:
            return
        missing = max(self._wanted - self.pending, 1)
        path = self._cut_path()
        raise self._faults.truncated(
            f"the data end {self.pending} bytes into a chunk, {missing} more are needed",
            needed=missing,
            path=path,
            at=self.offset,
        )

    # -- the parts of a tag

    def _tail(self, rest: Bytes, fresh: Bytes) -> Bytes:
        """*rest* and *fresh* in one buffer with room behind, so that feeding byte by byte stays linear."""
        owner = rest.base
        used = rest.size
        if isinstance(owner, np.ndarray) and owner.flags.writeable and owner.flags.owndata:
            start = rest.__array_interface__["data"][0] - owner.__array_interface__["data"][0]
            if start + used + fresh.size <= owner.size:
                owner[start + used : start + used + fresh.size] = fresh
                return owner[start : start + used + fresh.size]
        room = np.empty(2 * (used + fresh.size) + 64, dtype=np.uint8)
        room[:used] = rest
        room[used : used + fresh.size] = fresh
        return room[: used + fresh.size]

    def _peek(self, size: int) -> bytes:
        return self._data[self._position : self._position + size].tobytes()

    def _opening(self) -> Chunk | None:
        framing = self._framing
        kinds = (framing.descriptor, framing.packet)
        head = self._peek(max(len(kind.opening) for kind in kinds))
        for kind in kinds:
            if head.startswith(kind.opening):
                return kind
        if any(kind.opening.startswith(head) for kind in kinds):
            self._wanted = self.pending + 1
            return None
        expected = " or ".join(repr(kind.opening.decode("latin-1")) for kind in kinds)
        raise self._faults.decode(
            "chunk_start", f"expected a chunk that begins with {expected}, got {bytes(head[:4])!r}", at=self.offset
        )

    def _id(self, chunk: Chunk) -> str | None:
        """The id of the chunk at hand, or None where its tag is not whole yet."""
        width = self._framing.ids.width
        size = len(chunk.opening) + width + len(chunk.closing)
        if self.pending < size:
            self._wanted = size
            return None
        tag = self._peek(size)
        key = tag[len(chunk.opening) : len(chunk.opening) + width].decode("latin-1")
        wild = self._framing.ids.wild if chunk is self._framing.descriptor else ""
        legal = (key.isascii() and key.isdigit()) or (wild != "" and key == wild)
        if not legal or not tag.endswith(chunk.closing):
            words = f" or {wild!r}" if wild else ""
            problem = f"expected {width} digits{words} and {chunk.closing.decode('latin-1')!r} in the tag, got {tag!r}"
            raise self._faults.decode("chunk_id", problem, at=self.offset)
        return key

    def _length(self, field: bytes, blank: bytes, path: str, at: int) -> int:
        digits = field.translate(None, blank)
        if digits and not digits.isdigit():
            problem = f"expected a length of {len(field)} decimal digits, got {field!r}"
            raise self._faults.decode("length_digits", problem, path=path, at=at)
        return int(digits or b"0")

    # -- chunks

    def _descriptor(self, chunk: Chunk) -> Descriptor | None:
        key = self._id(chunk)
        assert chunk.length is not None  # the tables give every descriptor a length
        head = len(chunk.opening) + self._framing.ids.width + len(chunk.closing)
        start = head + chunk.length.digits
        if key is None or self.pending < start:
            self._wanted = max(self._wanted, head if key is None else start)
            return None
        path = self._framing.path(chunk, key)
        length = self._length(self._peek(start)[head:], chunk.length.blank, path, self.offset)
        if length == 0:
            raise self._faults.decode("length_zero", "a descriptor has no bytes", path=path, at=self.offset)
        if self.pending < start + length:
            self._wanted = start + length
            return None
        at = self.offset
        document = self._data[self._position + start : self._position + start + length].tobytes()
        self._advance(self._position + start + length)
        return Descriptor(key, at, path, document, self.offset)

    def _packets(self, chunk: Chunk, types: Types) -> Packets | None:
        key = self._id(chunk)
        if key is None:
            return None
        if key not in types:
            path = self._framing.path(chunk, key)
            raise self._faults.decode(
                "packet_unbound", f"no descriptor is bound to id {key!r}", path=path, at=self.offset
            )
        extra = chunk.length.digits if chunk.length else 0
        found = walk(self._data, self._position, types)
        if not found.runs:
            head = len(types[key][0])
            if self.pending < head + extra:
                self._wanted = head + extra
                return None
            if extra:
                self._check_length(chunk, key, types[key][1], self._peek(head + extra)[head:], self._position)
            self._wanted = len(types[key][0]) + extra + types[key][1]
            return None
        runs = [self._payload(chunk, run, types) for run in found.runs]
        self._advance(found.stop)
        return Packets(runs, self.offset)

    def _payload(self, chunk: Chunk, run: Run, types: Types) -> Run:
        """*run* with absolute offsets, its length fields checked and taken off, its bytes copied where needed."""
        data = run.data
        if chunk.length:
            digits = chunk.length.digits
            size = types[run.key][1]
            usual = np.frombuffer(str(size).encode().rjust(digits, b"0"), dtype=np.uint8)
            odd = (
                np.flatnonzero((data[:, :digits] != usual).any(axis=1))
                if usual.size == digits
                else np.arange(len(data))
            )
            for row in odd.tolist():
                self._check_length(chunk, run.key, size, data[row, :digits].tobytes(), run.at(row))
            data = data[:, digits:]
        if self._keep and run.step:
            data = data.copy()  # the fed buffer may go away; scattered packets are copies already
        return run._replace(first=run.first + self._base, data=data)

    def _check_length(self, chunk: Chunk, key: str, size: int, field: bytes, position: int) -> None:
        assert chunk.length is not None
        path, at = self._framing.path(chunk, key), self._base + position
        told = self._length(field, chunk.length.blank, path, at)
        if told != size:
            problem = f"the packet says {told} bytes, its descriptor gives {size}"
            raise self._faults.decode("packet_length", problem, path=path, at=at)

    def _advance(self, position: int) -> None:
        self._position = position
        self._wanted = 1

    def _cut_path(self) -> str:
        """The path of the chunk that is cut, as far as its tag can be read."""
        framing = self._framing
        for chunk in (framing.descriptor, framing.packet):
            head = self._peek(len(chunk.opening) + framing.ids.width)
            if head.startswith(chunk.opening) and len(head) == len(chunk.opening) + framing.ids.width:
                return framing.path(chunk, head[len(chunk.opening) :].decode("latin-1"))
        return ""
