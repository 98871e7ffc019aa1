"""A file opened for reading: the bytes, and h5py's view of them, checked before the library sees them.

Rule 1: the superblock is judged first (`superblock.parse`); what it condemns is never given to HDF5.
Rule 2: a file on disk is opened without locks: reading never stands in a writer's way. Nothing of the
process's environment is changed. A file that is being written is read through `Shown`.
Rule 3: bytes are read where they are, without a copy.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, BinaryIO, TypeVar, cast

from ..errors import CodecError, DecodeError, EncodeError, TruncatedError
from ..limits import DEFAULT_LIMITS, Limits
from . import superblock
from .asked import check_stream
from .faults import FileInUseError, UnreadableFileError, by, system_faults
from .pause import Patience
from .shown import Shown
from .superblock import FLAG_WRITE, PROBE, Superblock

if TYPE_CHECKING:
    from pathlib import Path

__all__ = [
    "BytesSource",
    "RawBytes",
    "Source",
    "check_source",
    "foreign",
    "in_memory",
    "mark",
    "opened",
    "patiently",
    "text_path",
    "unlocked",
    "whole",
]

BytesSource = str | os.PathLike[str] | os.PathLike[bytes] | bytes | bytearray | memoryview | BinaryIO
_Result = TypeVar("_Result")


class RawBytes:
    """The bytes of a file by offset, from memory or from disk; reading past the end is an error."""

    def __init__(self, where: Path | memoryview) -> None:
        self._file: BinaryIO | None = None
        self._view = memoryview(b"")
        if isinstance(where, memoryview):
            self._view = where
        else:
            self._file = where.open("rb", buffering=0)

    @property
    def size(self) -> int:
        """The length now, in bytes; a file that is written to grows."""
        return os.fstat(self._file.fileno()).st_size if self._file else len(self._view)

    def read(self, offset: int, count: int) -> bytes | memoryview:
        """Return *count* bytes from *offset*.

        Raises
        ------
        DecodeError : the range is not inside the file (category ``size``); nothing is allocated then.
        """
        self.check(offset, count)
        if self._file is None:
            return self._view[offset : offset + count]
        self._file.seek(offset)
        data = self._file.read(count)
        while len(data) < count:
            more = self._file.read(count - len(data))
            if not more:
                raise TruncatedError("the file became shorter while it was read", needed=count - len(data), at=offset)
            data += more
        return data

    def check(self, offset: int, count: int) -> None:
        """Raise DecodeError (``size``) unless the range is inside the file."""
        size = self.size
        if offset < 0 or count < 0 or offset + count > size:
            problem = f"bytes {offset} to {offset + count} lie outside the file of {size} bytes"
            raise DecodeError(problem, category="size")

    def close(self) -> None:
        """Close the file, where there is one."""
        if self._file:
            self._file.close()


class Source:
    """One open file: `file` is the ``h5py.File``, `raw` its bytes, `block` its superblock."""

    def __init__(self, file: Any, raw: RawBytes, block: Superblock, limits: Limits) -> None:
        self.file = file
        self.raw = raw
        self.block = block
        self.limits = limits
        self.objects: dict[str, Any] = {}  # h5py objects by path, None for what is not there
        self.datasets: dict[str, Any] = {}  # those that were compared with a layout
        self.proved = False  # whether every heap was walked, so that HDF5 may read any

    def close(self) -> None:
        """Close file and bytes."""
        self.objects.clear()
        self.datasets.clear()
        with suppress(RuntimeError, OSError):  # HDF5 may complain while it closes a damaged file
            self.file.close()
        self.raw.close()


def text_path(source: Any) -> Path:
    """The path that *source* (str, bytes or os.PathLike) names."""
    from pathlib import Path  # a tenth of the time that importing a codec takes

    return Path(os.fsdecode(source))


@contextmanager
def opened(source: BytesSource | RawBytes, *, limits: Limits = DEFAULT_LIMITS) -> Iterator[Source]:
    """Open *source* for reading.

    str and os.PathLike are paths; bytes, bytearray and memoryview are the file itself; anything with
    ``read`` is read from its start; `RawBytes` are taken as they are.

    Raises
    ------
    TruncatedError, UnreadableFileError, FileInUseError : see `superblock.parse`.
    AbsentFileError, FolderError, DeniedFileError : there is no file that can be opened.
    """
    if not isinstance(source, RawBytes):
        check_source(source)
    with system_faults(source if isinstance(source, (str, os.PathLike)) else None):
        found = _open(source, limits)
    try:
        yield found
    except CodecError:
        raise
    except RecursionError as error:
        raise DecodeError("the file's objects are nested too deep", category="limit") from error
    except (OSError, RuntimeError, KeyError, ValueError, TypeError, MemoryError) as error:
        raise foreign(error, "/") from error
    finally:
        found.close()


def patiently(
    source: BytesSource, body: Callable[[Source], _Result], *, limits: Limits = DEFAULT_LIMITS, patience: Patience
) -> _Result:
    """Open *source* and run *body* on it, as a whole again and again while a writer is at work.

    An error counts as passing only if the file is marked as being written, or changed meanwhile.
    """
    check_source(source)
    while True:
        before = mark(source)
        try:
            with opened(source, limits=limits) as found:
                return body(found)
        except (CodecError, OSError) as error:
            after = mark(source)
            if after is None or (after == before and not after[0]) or not patience.pause():
                raise error


def unlocked(path: Path, mode: str, libver: Any) -> Any:
    """Open a file with h5py without locks; where this process has it open with locks, with them."""
    import h5py  # loaded by the first file, not by the import of a codec

    try:
        return h5py.File(path, mode, libver=libver, locking=False)
    except OSError as error:
        if "locking flag" not in str(error):
            raise
        return h5py.File(path, mode, libver=libver)


def mark(source: BytesSource) -> tuple[int, int, int] | None:
    """The consistency flags, length and time of change of a file on disk; None for anything else."""
    if not _on_disk(source):
        return None
    try:
        with text_path(source).open("rb", buffering=0) as file:
            head = file.read(12)
            about = os.fstat(file.fileno())
    except OSError:
        return None
    flags = head[11] if len(head) == 12 and head[8] == 3 else 0
    return flags, about.st_size, about.st_mtime_ns


def foreign(error: BaseException, at: str = "") -> DecodeError:
    """Turn an error of h5py into one of ours; HDF5's own words are kept."""
    text = " ".join(str(error.args[0] if error.args else error).split())
    unknown = any(
        word in text for word in ("layout message", "bad version number", "version bounds", "unknown message")
    )
    if unknown:
        problem = f"this HDF5 library is too old for the object: {text}"
        return by("generation", UnreadableFileError(problem, category="unsupported", at=at or None))
    if "checksum" in text or "Fletcher32" in text:
        return UnreadableFileError(f"HDF5 found wrong bytes: {text}", category="checksum", at=at or None)
    if "filter" in text or "inflate" in text:
        return UnreadableFileError(f"HDF5 can't undo a filter: {text}", category="compression", at=at or None)
    return UnreadableFileError(f"HDF5 can't read it: {text}", category="framing", at=at or None)


def in_memory(source: BytesSource) -> BytesSource:
    """*source* as something that can be read twice: what a stream has left, read."""
    check_source(source)
    image = None if _on_disk(source) else _image(source)
    return source if image is None else image


def _on_disk(source: BytesSource) -> bool:
    return isinstance(source, (str, os.PathLike))


def _image(source: BytesSource) -> bytes | memoryview | None:
    if _on_disk(source):
        return None
    if isinstance(source, (bytes, bytearray, memoryview)):
        view = memoryview(source)
        return view.cast("B") if view.c_contiguous else memoryview(view.tobytes())  # copies
    return whole(cast("BinaryIO", source))


def whole(stream: BinaryIO) -> bytes:
    """What a binary file object holds, from its start where it can go there."""
    try:
        if not hasattr(stream, "seekable") or stream.seekable():
            stream.seek(0)
        data = stream.read()
    except (OSError, ValueError, AttributeError) as error:
        problem = f"the file object can't be read: {' '.join(str(error).split())}"
        raise UnreadableFileError(problem, category="io", path="file") from error
    if not isinstance(data, bytes):
        problem = f"a binary file object is expected, its read gave a {type(data).__name__}"
        raise EncodeError(problem, category="type", path="file")
    return data


def check_source(source: Any) -> None:
    """Raise EncodeError (``type``) for what is no file: a path, the bytes, or something with ``read``."""
    if not isinstance(source, (bytes, bytearray, memoryview)):
        check_stream("file", source, "read")


def _raw(source: BytesSource | RawBytes) -> tuple[RawBytes, Path | None]:
    """The bytes of *source*, and its path where it has one."""
    if isinstance(source, RawBytes):
        return source, None
    image = _image(source)
    if image is not None:
        return RawBytes(memoryview(image)), None
    path = text_path(source)
    if path.is_dir():  # Windows says PermissionError
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    return RawBytes(path), path


def _open(source: BytesSource | RawBytes, limits: Limits) -> Source:
    import h5py  # loaded by the first file, not by the import of a codec

    raw, path = _raw(source)
    try:
        size = raw.size
        block = superblock.parse(bytes(raw.read(0, min(PROBE, size))), size)
        if path is not None and block.flags == FLAG_WRITE:
            error = FileInUseError(
                "the file is marked as open for writing: a program writes it, or was killed; repair() clears the mark"
            )
            raise by("in_use", error)
        try:
            if path is None or block.flags:
                file = h5py.File(Shown(raw, block), "r", libver="latest")
            else:
                file = unlocked(path, "r", "latest")
        except (OSError, RuntimeError, ValueError, TypeError) as error:
            found = foreign(error, "/")
            if not found.check and found.category == "framing":
                by("superblock", found)  # which leads to the root group, and nothing else was looked at
            raise found from error
    except BaseException:
        raw.close()
        raise
    return Source(file, raw, block, limits)
