"""The errors that only files have; each is also the builtin that callers of h5py already catch.

`at` is the path of the HDF5 object (``/meta@version``), `path` its dotted name (``meta.version``).
"""

from __future__ import annotations

from ..errors import DecodeError, EncodeError

__all__ = [
    "FileInUseError",
    "MissingObjectError",
    "OutOfRangeError",
    "UnequalLengthsError",
    "UnevenRowsError",
    "UnknownColumnError",
    "UnreadableFileError",
    "UnwritableFileError",
    "dotted",
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
    """The file can't be created, opened for writing, or written to the end."""

    default_category = "io"


class UnknownColumnError(EncodeError, RuntimeError, LookupError):
    """Values were given for a column that the layout does not have."""


class UnequalLengthsError(EncodeError, AssertionError):
    """Columns of one append have unequal numbers of rows."""

    default_category = "size"


class OutOfRangeError(EncodeError, OverflowError):
    """A number does not fit the type it is stored as; numbers are never wrapped."""


def dotted(path: str) -> str:
    """Return the field name of an HDF5 object path: ``/meta@version`` is ``meta.version``."""
    return path.strip("/").replace("/", ".").replace("@", ".").lstrip(".")
