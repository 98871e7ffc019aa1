"""HDF5 files by layout: read whole or in part, written, grown beside readers, followed, repaired.

h5py is loaded by the first file, not by the import. See `layout` for what a file can hold, `reader` and
`writer` for the two directions, `heap` for how variable-length rows are read.
"""

from __future__ import annotations

from .faults import (
    FileInUseError,
    MissingObjectError,
    OutOfRangeError,
    UnequalLengthsError,
    UnevenRowsError,
    UnknownColumnError,
    UnreadableFileError,
    UnwritableFileError,
)
from .follow import Batch, follow
from .layout import Attribute, Column, Dataset, Element, Filter, Layout, VersionRule
from .ragged import Ragged
from .reader import Reader, read
from .repair import Repair, repair
from .source import BytesSource
from .writer import Target, Writer, encode

__all__ = [
    "Attribute",
    "Batch",
    "BytesSource",
    "Column",
    "Dataset",
    "Element",
    "FileInUseError",
    "Filter",
    "Layout",
    "MissingObjectError",
    "OutOfRangeError",
    "Ragged",
    "Reader",
    "Repair",
    "Target",
    "UnequalLengthsError",
    "UnevenRowsError",
    "UnknownColumnError",
    "UnreadableFileError",
    "UnwritableFileError",
    "VersionRule",
    "Writer",
    "encode",
    "follow",
    "read",
    "repair",
]
