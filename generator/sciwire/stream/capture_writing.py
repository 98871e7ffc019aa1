"""Capture files are written: appended only, message by message, whole or not at all.

Rule 1: when `CaptureWriter.write` returns, the message is with the operating system: killing the process, in any
way, loses no message that was written. A crash of the machine loses what the system had not brought to the
disk, which `sync` bounds.
Rule 2: a write that fails takes back what it began, so that the capture stays whole up to the message before.
"""

from __future__ import annotations

import os
import struct
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from sciwire.formats import capture
from sciwire.runtime import CodecError, EncodeError

from .received import MOST_PARTS, Buffer, Received, size_of

__all__ = ["CaptureWriteError", "CaptureWriter"]

_JOINED = 1 << 16  # bytes up to which copying pieces together is cheaper than another call of the system
_MESSAGE, _LAYOUT = capture.BLOCK_FORMATS["Message"]
_HEAD = struct.Struct(_LAYOUT)  # tag, length, elapsed, number of parts
_PART = struct.Struct(capture.PART_FORMAT)
#: of the length, the tag and the length itself do not count
_UNCOUNTED = struct.calcsize("<IQ")


class CaptureWriteError(CodecError, OSError):
    """The capture could not be written further; what was written before is whole. `cause` says why."""

    default_category = "io"


class CaptureWriter:
    """Appends messages to a capture; belongs to one thread at a time. A context manager.

    Parameters
    ----------
    target : path of the new capture, or a binary file object without a buffer of its own.
    format : name of the format of every message, ASCII.
    note : free text for the header.
    overwrite : replace a file that is there. Else FileExistsError.
    sync : seconds after which what was written is brought to the disk (fsync) with the next message, and at the
        end; None leaves that to the operating system.
    started : ns since the Unix epoch; now by default.
    """

    def __init__(
        self, target: Any, format: str, *, note: str = "", overwrite: bool = False, sync: float | None = None,
        started: int | None = None,
    ) -> None:  # fmt: skip
        now = time.time_ns()
        self.started = now if started is None else started
        header = capture.Header(started=self.started, format=format, software=_software(), note=note)
        head = capture.encode(capture.Capture(header=header, blocks=[]))  # raises before anything is opened
        self.path = Path(target) if isinstance(target, (str, os.PathLike)) else None
        self._file: Any = target if self.path is None else self.path.open("wb" if overwrite else "xb", buffering=0)
        self._clock = time.monotonic_ns() - max(now - self.started, 0)
        self._sync = sync
        self._synced = time.monotonic()
        self._sound = True
        self._closed = False
        self.messages = 0  # kept
        self.size = 0  # bytes in their parts
        self.position = 0  # bytes of the capture
        try:
            self._put((head,))
        except CodecError:
            self._release()
            raise

    def write(self, parts: Sequence[Buffer], elapsed: int | None = None) -> None:
        """Append a message of *parts*; *elapsed* is in ns since the start, now by default.

        Raises `CaptureWriteError`, EncodeError for more than 65535 parts.
        """
        pieces, size = self._pieces(parts, self.elapsed if elapsed is None else elapsed)
        self._put((b"".join(pieces),) if size <= _JOINED else _joined(pieces))
        self.messages += 1
        self.size += size

    def write_all(self, messages: Sequence[Received]) -> None:
        """Append small *messages* in one call of the system: all of them or, where that raises, none."""
        pieces: list[Buffer] = []
        size = 0
        for message in messages:
            more, taken = self._pieces(message.parts, message.elapsed)
            pieces += more
            size += taken
        self._put((b"".join(pieces),) if size <= 8 * _JOINED else _joined(pieces))
        self.messages += len(messages)
        self.size += size

    def refuse(self, parts: int, size: int, reason: str, elapsed: int | None = None) -> None:
        """Append the word that a message of so many *parts* and bytes arrived and was not kept."""
        elapsed = self.elapsed if elapsed is None else elapsed
        self._put(_block(capture.Refused(elapsed=elapsed, parts=parts, size=size, reason=reason)))

    def close(self, reason: str | None = "closed", elapsed: int | None = None) -> None:
        """End the capture with the block that counts its messages, and close the file; twice does no harm.

        A *reason* of None leaves that block away: readers then know that something is missing.

        Raises `CaptureWriteError` where that block does not fit any more; the file is closed even so.
        """
        if self._closed:
            return
        self._closed = True
        try:
            if self._sound and reason is not None:
                elapsed = self.elapsed if elapsed is None else elapsed
                end = capture.End(elapsed=elapsed, messages=self.messages, size=self.size, reason=reason)
                self._put(_block(end))
            self._bring_to_disk(always=self._sync is not None)
        finally:
            self._release()

    @property
    def elapsed(self) -> int:
        """ns since the start."""
        return time.monotonic_ns() - self._clock

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self.close("closed" if kind is None else f"stopped by {kind.__name__}")

    def _pieces(self, parts: Sequence[Buffer], elapsed: int) -> tuple[list[Buffer], int]:
        """The pieces of a message, and the bytes in its *parts*, which are not copied."""
        if len(parts) > MOST_PARTS:
            raise EncodeError(f"a message has at most {MOST_PARTS} parts, got {len(parts)}", rule="CAP-014")
        views = [part if type(part) is bytes else _view(part) for part in parts]
        size = sum(map(len, views))
        length = _HEAD.size - _UNCOUNTED + _PART.size * len(views) + size
        head = _HEAD.pack(_MESSAGE, length, elapsed, len(views))
        pieces: list[Buffer] = []
        for view in views:
            pieces.append(head + _PART.pack(len(view)))
            pieces.append(view)
            head = b""
        return pieces if views else [head], size

    def _put(self, pieces: Iterable[Buffer]) -> None:
        if not self._sound:
            problem = "the capture ends inside a message since a write failed, nothing can be appended"
            raise CaptureWriteError(problem, category="state", subject="capture")
        try:
            written = sum(map(self._all_of, pieces))
        except OSError as error:
            self._take_back()
            raise self._failure(error) from error
        self.position += written
        if self._sync is not None:
            self._bring_to_disk(always=False)

    def _all_of(self, piece: Buffer) -> int:
        """A raw file may take less than it is given, and says so."""
        done: int = self._file.write(piece) or 0
        view = memoryview(piece)
        while done < view.nbytes:
            taken = self._file.write(view[done:])
            if not taken:
                raise OSError("the file takes no more bytes")
            done += taken
        return done

    def _take_back(self) -> None:
        try:
            self._file.seek(self.position)
            self._file.truncate(self.position)
        except (OSError, AttributeError):
            self._sound = False

    def _failure(self, error: OSError) -> CaptureWriteError:
        name = self.path.name if self.path is not None else "the capture"
        problem = f"{name} can't be written ({error.strerror or error}); it is whole up to message {self.messages}"
        found = CaptureWriteError(problem, at=self.position, subject="capture")
        found.errno = error.errno
        return found

    def _bring_to_disk(self, *, always: bool) -> None:
        now = time.monotonic()
        if always or (self._sync is not None and now - self._synced >= self._sync):
            self._synced = now
            try:
                os.fsync(self._file.fileno())
            except OSError as error:
                raise self._failure(error) from error

    def _release(self) -> None:
        if self.path is not None:
            self._file.close()


def _joined(pieces: Iterable[Buffer]) -> Iterator[Buffer]:
    """*pieces* in order with small ones copied together."""
    small: list[Buffer] = []
    for piece in pieces:
        if size_of((piece,)) > _JOINED:
            yield b"".join(small)  # never empty: a length stands in front of every part
            small.clear()
            yield piece
        else:
            small.append(piece)
    if small:
        yield b"".join(small)


def _block(block: capture.Refused | capture.End) -> tuple[bytes]:
    """The bytes of one block: those of a capture that has no other, without its header."""
    header = capture.Header(started=0, format="", software="", note="")
    empty = capture.encode(capture.Capture(header=header, blocks=[]))
    return (capture.encode(capture.Capture(header=header, blocks=[block]))[len(empty) :],)


def _view(part: Buffer) -> memoryview:
    view = memoryview(part)
    return view if view.format == "B" and view.ndim == 1 and view.contiguous else memoryview(bytes(view))


def _software() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return f"sciwire {version('sciwire')}"
    except PackageNotFoundError:
        return "sciwire"
