"""Batches of arrays as HDF5 files in memory, each array a dataset at a path that a configuration names.

Rule 1: every array of a batch has the same first extent; a dataset has chunks of one step along it.
Rule 2: configuration and batch are checked before anything is written, and an error names the source.
Rule 3: without compression the bytes are those that h5py writes for the same layout; files of one layout differ
only in their data, so the parts between the data are kept, and a further batch is one join.
"""

from __future__ import annotations

from .batch import checked_batch
from .config import Options, checked_options, parameters, quiet_options
from .form import BlobForm, Packing
from .read import Batch, own_paths, read
from .views import from_plain, sniff, spans, summary, to_plain
from .write import serialize, write

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
