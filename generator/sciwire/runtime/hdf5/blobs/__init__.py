"""Batches of arrays as HDF5 files in memory, each array a dataset at a path that a configuration names.

Rule 1: every array of a batch has the same first extent; a dataset has chunks of one step along it.
Rule 2: configuration and batch are checked before anything is written, and an error names the source.
Rule 3: without compression the bytes are those that h5py writes for the same layout; files of one layout differ
only in their data, so the parts between the data are kept, and a further batch is one join.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from .config import Options, checked_options, parameters, quiet_options
from .form import Batch, BlobForm, Packing

if TYPE_CHECKING:
    from .batch import checked_batch
    from .reading import own_paths, read
    from .views import from_plain, sniff, spans, summary, to_plain
    from .writing import serialize, write

__all__ = [
    "Batch",
    "BlobForm",
    "Options",
    "Packing",
    "checked_batch",
    "checked_options",
    "from_plain",
    "own_paths",
    "parameters",
    "quiet_options",
    "read",
    "serialize",
    "sniff",
    "spans",
    "summary",
    "to_plain",
    "write",
]

_LATER = {
    "checked_batch": "batch",
    "from_plain": "views",
    "own_paths": "reading",
    "read": "reading",
    "serialize": "writing",
    "sniff": "views",
    "spans": "views",
    "summary": "views",
    "to_plain": "views",
    "write": "writing",
}


def __getattr__(name: str) -> Any:
    """What reads and writes is loaded by the first file: importing a codec must cost a few milliseconds."""
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(f"{__name__}.{_LATER[name]}"), name)
    return value
