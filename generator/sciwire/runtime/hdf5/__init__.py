"""HDF5 files by layout: read whole or in part, written, grown beside readers, followed, repaired.

h5py is loaded by the first file, not by the import. See `layout` for what a file can hold, `reader` and
`writer` for the two directions, `heap` for how variable-length rows are read.
"""

from __future__ import annotations

from .calls import append_call, chosen, count_call, read_call
from .faults import (
    AbsentFileError,
    DeniedFileError,
    FileInUseError,
    FolderError,
    MissingObjectError,
    OutOfRangeError,
    UnequalLengthsError,
    UnevenRowsError,
    UnknownColumnError,
    UnreadableFileError,
    UnwritableFileError,
)
from .follow import follow
from .layout import Attribute, Column, Dataset, Element, Filter, Layout, VersionRule
from .ragged import Ragged
from .reader import Reader, read
from .records import as_lists, check_profile, fields_of_plain, merged, plain_of_fields, summary
from .repair import Repair, repair
from .sniffing import sniff
from .source import BytesSource
from .spans import Span, spans
from .writer import Target, Writer, encode

__all__ = [
    "AbsentFileError",
    "Attribute",
    "BytesSource",
    "Column",
    "Dataset",
    "DeniedFileError",
    "Element",
    "FileInUseError",
    "Filter",
    "FolderError",
    "Layout",
    "MissingObjectError",
    "OutOfRangeError",
    "Ragged",
    "Reader",
    "Repair",
    "Span",
    "Target",
    "UnequalLengthsError",
    "UnevenRowsError",
    "UnknownColumnError",
    "UnreadableFileError",
    "UnwritableFileError",
    "VersionRule",
    "Writer",
    "append_call",
    "as_lists",
    "check_profile",
    "chosen",
    "count_call",
    "encode",
    "fields_of_plain",
    "follow",
    "merged",
    "plain_of_fields",
    "read",
    "read_call",
    "repair",
    "sniff",
    "spans",
    "summary",
]
