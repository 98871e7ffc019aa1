"""Where packets come from and go to: paths, open files, bytes in memory, the standard streams.

A path that can't be opened is the system's own error (FileNotFoundError and its kin); a read or write that
fails later is the format's error of input and output. What was opened here is closed here.
"""

from __future__ import annotations

import io
import os
import stat
import sys
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .tables import PipeFormat

__all__ = ["Reader", "Writer", "raw_bytes"]

_PIECE = 1 << 20  # what is read at once where a stream says how long it is: it may be lying


def raw_bytes(packets: NDArray[Any]) -> memoryview:
    """The bytes of a contiguous array of packets, as they lie in memory."""
    data: Any = packets.view(np.uint8)
    return memoryview(data)


class Reader:
    """Reads a source: a path, ``stdin``, an open binary file, or the bytes themselves."""

    def __init__(self, source: Any, table: PipeFormat) -> None:
        self._table, self.name, self.at = table, str(source)[:200], 0
        self._owned = isinstance(source, (str, os.PathLike)) and source != "stdin"
        self._file: Any
        if source == "stdin" and isinstance(source, str):
            self._file = sys.stdin.buffer
        elif isinstance(source, (str, os.PathLike)):
            self._file = Path(source).open("rb", buffering=0)  # noqa: SIM115 - closed by `close`
        elif isinstance(source, (bytes, bytearray, memoryview)):
            self._file, self.name = io.BytesIO(bytes(source)), "memory"
        else:
            self._file = source
        self._into = getattr(self._file, "readinto1", None) or getattr(self._file, "readinto", None)

    @property
    def place(self) -> object:
        """What is read: equal for two names of one file."""
        return _place(self._file)

    def read(self, length: int) -> bytes:
        """At most *length* bytes and at least one, empty at the end."""
        try:
            data = self._taken(self._file.read(min(length, _PIECE)))
        except OSError as error:
            raise self._failed(error) from error
        self.at += len(data)
        return bytes(data)

    def fill(self, buffer: memoryview, unit: int) -> int:
        """Fill *buffer* with whole units as far as they have come, at least one; returns bytes, odd only at the end."""
        have = self._some(buffer)
        while have % unit or not have:
            missing = unit - have % unit
            got = self._some(buffer[have : have + missing])
            if not got:
                break
            have += got
        self.at += have
        return have

    def _some(self, buffer: memoryview) -> int:
        try:
            if self._into is not None:
                return int(self._taken(self._into(buffer)))
            data = self._taken(self._file.read(len(buffer)))
        except OSError as error:
            raise self._failed(error) from error
        buffer[: len(data)] = data
        return len(data)

    def _taken(self, answer: Any) -> Any:
        """What a file answered; None is no end, it says that the file does not wait for bytes that are still to come."""
        if answer is None:
            raise BlockingIOError("it does not wait for bytes; sources must be blocking")
        if isinstance(answer, str):
            raise TypeError(f"a binary file is needed, {self.name} gives text")
        return answer

    def _failed(self, error: OSError) -> Exception:
        return self._table.faults.make("io", f"{self.name} can't be read: {error}", path="source", at=self.at)

    def close(self) -> None:
        """Close the file if it was opened here."""
        if self._owned:
            self._file.close()


class Writer:
    """Writes a target: a path, ``stdout``, or an open binary file.

    A path is opened at once, so that one that can't be is told at once; what the file held before is lost only when
    something is written, and a file that was made here for nothing is removed.
    """

    def __init__(self, target: Any, table: PipeFormat) -> None:
        self._table, self.name, self.at = table, str(target)[:200], 0
        self._made: Path | None = None  # a file that was not there before, until something is written
        self._fresh = False
        self._owned = isinstance(target, (str, os.PathLike)) and target != "stdout"
        self._file: Any
        if target == "stdout" and isinstance(target, str):
            self._file = sys.stdout.buffer
        elif isinstance(target, (str, os.PathLike)):
            self._file, self._made = _opened(target)
            self._fresh = True
        else:
            self._file = target

    @property
    def place(self) -> object:
        """What is written: equal for two names of one file."""
        return _place(self._file)

    def write(self, data: bytes | memoryview) -> None:
        """Write all of *data*."""
        view = memoryview(data).cast("B")
        try:
            self._empty()
            while view:
                done = self._file.write(view)
                if done is None and isinstance(self._file, io.RawIOBase):
                    raise BlockingIOError("it does not wait until there is room; outputs must be blocking")
                done = len(view) if done is None else done
                if done <= 0:
                    raise OSError("no byte was taken")
                self.at += done
                view = view[done:]
        except OSError as error:
            problem = f"{self.name} can't be written: {error}"
            raise self._table.faults.make("io", problem, path="output", at=self.at) from error

    def _empty(self) -> None:
        """Before the first byte: drop what a file that was opened here held."""
        if self._fresh and stat.S_ISREG(os.fstat(self._file.fileno()).st_mode):
            self._file.truncate(0)
        self._fresh, self._made = False, None

    def close(self) -> None:
        """Close the file if it was opened here; what was not is flushed."""
        if self._owned:
            self._file.close()
            if self._made is not None:
                self._made.unlink(missing_ok=True)
                self._made = None
        elif hasattr(self._file, "flush") and not getattr(self._file, "closed", False):
            self._file.flush()


def _opened(target: str | os.PathLike[str]) -> tuple[Any, Path | None]:
    """A file to be written, with what it holds; and its path where it was made here."""
    flags = os.O_WRONLY | os.O_CREAT | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
    path = Path(target)
    try:
        number = os.open(path, flags | os.O_EXCL, 0o666)
        made: Path | None = path
    except FileExistsError:
        number, made = os.open(path, flags, 0o666), None
    return open(number, "wb", buffering=0), made  # noqa: PTH123 - closed by `close`; it has no path any more


def _place(file: Any) -> object:
    """Device and number of a regular file, else the object itself."""
    try:
        found = os.fstat(file.fileno())
    except (AttributeError, OSError, ValueError, TypeError):
        return id(file)
    return (found.st_dev, found.st_ino) if stat.S_ISREG(found.st_mode) else id(file)
