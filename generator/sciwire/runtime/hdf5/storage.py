"""How a dataset is stored, judged before its bytes are read: where they lie, by which filters, and how many there are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ..errors import DecodeError, FilterUnavailable
from ..limits import Limits, checked_size, product
from .chunks import stored_rows
from .faults import by

if TYPE_CHECKING:
    from .objects import Stored

__all__ = ["check_storage", "check_stored"]

_PIP = "pip install hdf5plugin"
_REFERENCES: Final = 64  # rows of variable length are that many times what they take compressed, at the most
_PLUGIN_FILTERS = {32008: "bitshuffle", 32004: "lz4", 32015: "zstd", 32001: "blosc", 32026: "blosc2", 32013: "zfp"}


def check_storage(found: Stored, limits: Limits) -> None:
    """Refuse what reads other files, what can't be uncompressed, and sizes far beyond the bytes that are there."""
    import h5py  # a file is open, so it is loaded

    plist = found.id.get_create_plist()
    if plist.get_layout() == h5py.h5d.VIRTUAL or plist.get_external_count():
        problem = "the dataset's data lie in other files, which are not followed"
        raise by("outside", DecodeError(problem, category="unsupported"))
    for which in range(plist.get_nfilters()):
        code = plist.get_filter(which)[0]
        if not h5py.h5z.filter_avail(code):
            if code in _PLUGIN_FILTERS and _plugin():
                continue
            name = _PLUGIN_FILTERS.get(code, "unknown")
            problem = f"the data need HDF5 filter {code} ({name}), which is not installed; try: {_PIP}"
            raise by("filter", FilterUnavailable(problem))
    size = product(found.shape or ()) * found.dtype.itemsize
    stored = int(found.id.get_storage_size())
    spare = limits.items * 16  # rows that were never written take no bytes in the file
    fold = min(limits.expansion, _REFERENCES) if found.dtype.hasobject else limits.expansion
    if size > stored * fold + spare:
        raise DecodeError(f"the dataset declares {size} bytes, {stored} bytes are stored", category="size")
    checked_size(size, limits)
    if found.chunks is not None:
        chunk = product(found.chunks) * found.dtype.itemsize
        if chunk > stored * limits.expansion + spare:
            raise DecodeError(f"a chunk is declared as {chunk} bytes, {stored} bytes are stored", category="size")


def check_stored(found: Stored) -> None:
    """While a file is marked as being written, the last row of a dataset that grows must have been."""
    stored = stored_rows(found)
    if stored < len(found):
        problem = f"{len(found)} rows are told of, {stored} are stored: a writer is at work, or died; see repair()"
        raise DecodeError(problem, category="state")


def _plugin() -> bool:
    try:
        import hdf5plugin  # noqa: F401 - importing it registers the filters
    except ImportError:
        return False
    return True
