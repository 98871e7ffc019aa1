"""Capture files are read: one message at a time, as far as they are whole."""

from __future__ import annotations

import contextlib
import mmap
import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

from sciwire.formats import capture
from sciwire.runtime import CodecError, Limits, TruncatedError

from .received import Buffer, Received, Refusal

__all__ = ["CaptureReader"]


class CaptureReader:
    """Iterates over the messages of a capture, from the first one whenever it is asked to; a context manager.

    A capture that was cut, because its writer was killed or the disk was full, gives every message that is whole;
    `missing` then says what is not there. Damage elsewhere raises `DecodeError` when it is reached.

    Parameters
    ----------
    source : path of the capture, or its bytes. Raises `DecodeError` where they are none, OSError.
    limits : as for any decoder.

    Attributes
    ----------
    format : name of the format of every message.
    started : ns since the Unix epoch.
    software, note : texts of the header.
    messages, size : what was given so far, and the bytes in its parts.
    refusals : messages that arrived and were not kept, met so far; the first thousand of them.
    refused : their number.
    end : the block that ends the capture, None where it was not met.
    cut : the error at which a capture ended too early, or None.
    """

    #: where it ended too early
    cut: TruncatedError | None = None

    def __init__(self, source: str | os.PathLike[str] | Buffer, *, limits: Limits | None = None) -> None:
        self._limits = limits
        self._map: mmap.mmap | None = None
        if isinstance(source, (str, os.PathLike)):
            self._data, self._map = _mapped(Path(source))
        else:
            self._data = memoryview(source)
        self._length = self._data.nbytes
        try:
            header = capture.walk(self._data, limits=limits).head["header"]
        except CodecError:
            self.close()
            raise
        self.format: str = header.format
        self.started: int = header.started
        self.software: str = header.software
        self.note: str = header.note
        self._begin()

    def __iter__(self) -> Iterator[Received]:
        self._begin()
        walk = capture.walk(self._data, limits=self._limits)
        try:
            for block in walk:
                self._behind += self.end is not None
                if isinstance(block, capture.Message):
                    received = _received(block)
                    self.messages += 1
                    self.size += received.size
                    yield received
                else:
                    self._note(block)
        except TruncatedError as error:
            self.cut = error
            self._cut_at = walk.at
        finally:
            walk.close()

    @property
    def date(self) -> datetime:
        """When the capture was begun, UTC, to the microsecond."""
        return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=self.started // 1000)

    @property
    def missing(self) -> str:
        """What a reader that came to the end has to know; empty where it was closed in order and has all that arrived."""
        if self.cut is not None:
            rest = self._length - self._cut_at
            needed = f", {self.cut.needed} more are known to be missing" if self.cut.needed > 1 else ""
            return (
                f"the capture ends inside a block: {rest} bytes behind message {self.messages} are the beginning of "
                f"another at byte {self._cut_at}{needed}; its writer was killed or is still writing"
            )
        if self.end is None:
            return (
                f"the capture was not closed: its writer was killed or is still writing; "
                f"it is whole up to its last byte, message {self.messages}"
            )
        if (self.end.messages, self.end.size) != (self.messages, self.size):
            return (
                f"the last block counts {self.end.messages} messages of {self.end.size} bytes, "
                f"there are {self.messages} of {self.size}"
            )
        if self._behind:
            return f"blocks stand behind the one that ends the capture: {self._behind}"
        if self.refused:
            more = f", and {self.refused - 1} times more" if self.refused > 1 else ""
            return f"not everything that arrived was kept: {self.refusals[0].reason or 'no reason is given'}{more}"
        return ""

    def close(self) -> None:
        """Let go of the file; twice does no harm."""
        self._data.release()
        if self._map is not None:
            with contextlib.suppress(BufferError):  # an error on its way up still holds a view: it goes with that
                self._map.close()
            self._map = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self.close()

    def _begin(self) -> None:
        self.messages = 0
        self.size = 0
        self.refused = 0
        self.refusals: list[Refusal] = []
        self.end: capture.End | None = None
        self.cut = None
        self._cut_at = 0
        self._behind = 0

    def _note(self, block: capture.Refused | capture.End) -> None:
        if isinstance(block, capture.End):
            self.end = block
            return
        self.refused += 1
        if len(self.refusals) < 1000:
            self.refusals.append(Refusal(block.elapsed or 0, block.parts or 0, block.size or 0, block.reason or ""))


def _received(block: capture.Message) -> Received:
    return Received(block.elapsed or 0, [part.data or b"" for part in block.parts or ()])


def _mapped(path: Path) -> tuple[memoryview, mmap.mmap | None]:
    """The bytes of a file, in the memory only as far as they are looked at."""
    with path.open("rb") as file:
        try:
            found = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except (ValueError, OSError):  # an empty file can't be mapped, nor can a pipe
            return memoryview(file.read()), None
    return memoryview(found), found
