"""The errors that only files have; each is also the builtin that callers of h5py already catch.

`at` is the path of the HDF5 object (``/meta@version``), `path` its dotted name (``meta.version``).
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar

from ..errors import CodecError, DecodeError, EncodeError

__all__ = [
    "AbsentFileError",
    "DeniedFileError",
    "FileInUseError",
    "FileThereError",
    "FolderError",
    "MissingObjectError",
    "OutOfRangeError",
    "UnequalLengthsError",
    "UnevenRowsError",
    "UnknownColumnError",
    "UnreadableFileError",
    "UnwritableFileError",
    "by",
    "dotted",
    "stream_faults",
    "system_faults",
]


class UnreadableFileError(DecodeError, OSError):
    """The file is not HDF5, or HDF5 can't make sense of it."""

    default_category = "framing"


class MissingObjectError(DecodeError, KeyError):
    """A group, dataset or attribute that the layout requires is not in the file."""


class UnevenRowsError(DecodeError, RuntimeError):
    """Datasets that grow in step have unequal lengths: a writer is in mid-append, or died in it."""

    default_category = "state"


class FileInUseError(DecodeError, OSError):
    """The file says that a program has it open for writing; `repair` clears the mark of a dead one."""

    default_category = "state"


class UnwritableFileError(EncodeError, OSError):
    """The file can't be created, opened for writing, or written to the end; `system` is what HDF5 said of it."""

    default_category = "io"
    system: str = ""


class FileThereError(UnwritableFileError, FileExistsError):
    """A new file is to be made where one is already; it is left as it is."""


class UnknownColumnError(EncodeError, RuntimeError, LookupError):
    """Values were given for a column that the layout does not have."""


class UnequalLengthsError(EncodeError, AssertionError):
    """Columns of one append have unequal numbers of rows."""

    default_category = "size"


class OutOfRangeError(EncodeError, OverflowError):
    """A number does not fit the type it is stored as; numbers are never wrapped."""


class AbsentFileError(CodecError, FileNotFoundError):
    """There is no such file, or no such folder to make it in."""

    default_category = "io"


class FolderError(CodecError, IsADirectoryError):
    """A folder stands where a file is expected."""

    default_category = "io"


class DeniedFileError(CodecError, PermissionError):
    """The operating system does not let the file be opened."""

    default_category = "io"


_Error = TypeVar("_Error", bound=CodecError)


def by(check: str, error: _Error) -> _Error:
    """*error*, with the word for the check that found it; `Layout.cite` finds the rule by that."""
    error.check = check
    return error


def dotted(path: str) -> str:
    """Return the field name of an HDF5 object path: ``/meta@version`` is ``meta.version``."""
    return path.strip("/").replace("/", ".").replace("@", ".").lstrip(".")


@contextmanager
def system_faults(path: object = None) -> Iterator[None]:
    """Turn what the operating system says of a file (at *path*) into a `CodecError` that is the builtin as well."""
    try:
        yield
    except CodecError:
        raise
    except FileNotFoundError as error:
        raise _told(
            AbsentFileError(f"the file{_name(error, path)}, or a folder on the way to it, does not exist"), error
        ) from error
    except IsADirectoryError as error:
        raise _told(FolderError(f"the folder{_name(error, path)} stands where a file is expected"), error) from error
    except PermissionError as error:
        raise _told(
            DeniedFileError(f"the file{_name(error, path)} can't be opened: permission denied"), error
        ) from error


@contextmanager
def stream_faults() -> Iterator[None]:
    """What a file object of the caller raises while it is written."""
    try:
        yield
    except (OSError, ValueError, TypeError) as error:
        problem = f"the file object can't be written: {' '.join(str(error).split())}"
        raise UnwritableFileError(problem, path="file") from error


def _name(error: OSError, path: object) -> str:
    """The file's name behind a word of a message, where it is known."""
    name = error.filename or path
    return f" {os.fsdecode(name)!r}" if isinstance(name, (str, bytes, os.PathLike)) else ""


def _told(fault: CodecError, error: OSError) -> CodecError:
    """Keep what handlers of OSError look at."""
    assert isinstance(fault, OSError)
    fault.check = "io"
    fault.errno, fault.strerror, fault.filename = error.errno, error.strerror, error.filename
    return fault
