"""HDF5 files by layout: read whole or in part, written, grown beside readers, followed, repaired.

h5py is loaded by the first file, not by the import. See `layout` for what a file can hold, `reader` and
`writer` for the two directions, `heap` for how variable-length rows are read.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from .faults import (
    AbsentFileError,
    DeniedFileError,
    FileInUseError,
    FileThereError,
    FolderError,
    MissingObjectError,
    OutOfRangeError,
    UnequalLengthsError,
    UnevenRowsError,
    UnknownColumnError,
    UnreadableFileError,
    UnwritableFileError,
)
from .layout import Attribute, Column, Dataset, Element, Filter, Group, Layout, VersionRule
from .ragged import Ragged
from .reader import Reader, read
from .source import BytesSource

if TYPE_CHECKING:
    from .asked import check_record
    from .calls import append_call, chosen, count_call, read_call
    from .encoding import encode
    from .following import follow
    from .records import as_lists, check_profile, fields_of_plain, merged, plain_of_fields, summary
    from .repairing import Repair, repair
    from .sniffing import sniff
    from .spanning import Span, spans
    from .writer import Target, Writer

__all__ = [
    "AbsentFileError",
    "Attribute",
    "BytesSource",
    "Column",
    "Dataset",
    "DeniedFileError",
    "Element",
    "FileInUseError",
    "FileThereError",
    "Filter",
    "FolderError",
    "Group",
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
    "check_record",
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

_LATER = {
    "Repair": "repairing",
    "Span": "spanning",
    "Target": "writer",
    "Writer": "writer",
    "append_call": "calls",
    "as_lists": "records",
    "check_profile": "records",
    "check_record": "asked",
    "chosen": "calls",
    "count_call": "calls",
    "encode": "encoding",
    "fields_of_plain": "records",
    "follow": "following",
    "merged": "records",
    "plain_of_fields": "records",
    "read_call": "calls",
    "repair": "repairing",
    "sniff": "sniffing",
    "spans": "spanning",
    "summary": "records",
}


def __getattr__(name: str) -> Any:
    """What is needed now and then is loaded when it is: importing a codec must cost a few milliseconds."""
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_LATER[name]}"), name)
    globals()[name] = value
    return value
