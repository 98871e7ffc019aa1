"""Files of the oldest generation of HDF5, read without the HDF5 library.

The library reads out of bounds, loops and takes all memory over metadata that a few wrong bits make
impossible; newer generations protect theirs by checksums, the oldest (superblock 0 and 1, which most programs
write by default) does not. So its groups, object headers, chunk indices and filters are read here, and nothing in
them is believed. HDF5 File Format Specification 3.0; sections are named where they are followed.

Rule 1: every address and size is compared with the bytes that are there before it is used.
Rule 2: every walk is bounded: by the limits, and because no node is visited twice.
Rule 3: what an old file can hold only with objects of a newer generation, checksums and all, is `Unusual`: the
caller may leave it to the library.
"""

from __future__ import annotations

from .datasets import Stored
from .groups import Unusual
from .tree import DirectFile

__all__ = ["DirectFile", "Stored", "Unusual"]
