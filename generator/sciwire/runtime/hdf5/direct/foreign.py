"""A chunk whose filter is known to the HDF5 library alone, undone in a file of our own making.

Only the filter sees the bytes: the file around them is written here. Zeros behind them keep a decoder that reads
past its input inside memory of ours.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ...errors import FilterUnavailable
from .cursor import framing

__all__ = ["through_library"]

_ZFP, _LZF, _LZ4 = 32013, 32000, 32004
_NAMES = {_ZFP: "zfp", 32001: "blosc", 32026: "blosc2", 32015: "zstd", _LZ4: "lz4", 307: "bzip2", 32008: "bitshuffle"}


def through_library(
    data: bytes | memoryview, code: int, values: tuple[int, ...], item: np.dtype[Any], chunk: tuple[int, ...]
) -> bytes:
    """Return the elements of a chunk that filter *code* made *data* of.

    zfp without loss or with the plugin's own settings, and lzf. Raises FilterUnavailable, or DecodeError for a filter
    that is not undone here.
    """
    import h5py  # only chunks with such filters need it

    if code == _LZF:
        options: dict[str, Any] = {"compression": "lzf"}
    elif code == _ZFP:
        settings = (_plugin().Zfp(reversible=True), _plugin().Zfp())  # the second is what deployed writers give
        options = next((dict(one) for one in settings if _zfp_values(one, item, chunk) == values), dict(settings[0]))
    else:
        raise FilterUnavailable(f"filter {code} ({_NAMES.get(code, 'unknown')}) is not undone here")
    with h5py.File("chunk", "w", driver="core", backing_store=False) as file:
        try:
            made = file.create_dataset("a", chunk, item, chunks=chunk, **options)
        except (ValueError, TypeError, OSError, RuntimeError) as error:
            problem = f"filter {code} does not take these elements: {' '.join(str(error).split())}"
            raise framing(problem, "compression") from error
        if made.id.get_create_plist().get_filter(0)[2] != values and code == _ZFP:
            raise FilterUnavailable("zfp with other settings, or of another release, is not undone here")
        room = 2 * int(np.prod(chunk)) * item.itemsize + 4096
        payload = bytes(data) if code == _LZF else bytes(data).ljust(room, b"\0")
        try:
            made.id.write_direct_chunk((0,) * len(chunk), payload)
            flat: bytes = made[...].tobytes()
        except (ValueError, TypeError, OSError, RuntimeError) as error:
            problem = f"a chunk does not decompress: {' '.join(str(error).split())}"
            raise framing(problem, "compression") from error
    return flat


def _zfp_values(options: Any, item: np.dtype[Any], chunk: tuple[int, ...]) -> tuple[int, ...]:
    """The numbers that a file keeps of zfp with *options*; none where it does not take such elements."""
    import h5py  # as above

    with h5py.File("values", "w", driver="core", backing_store=False) as file:
        try:
            made = file.create_dataset("a", chunk, item, chunks=chunk, **options)
        except (ValueError, TypeError, OSError, RuntimeError):
            return ()
        found: tuple[int, ...] = made.id.get_create_plist().get_filter(0)[2]
        return found


def _plugin() -> Any:
    try:
        import hdf5plugin
    except ImportError as error:
        problem = "the data need HDF5 filter 32013 (zfp), which is not installed; try: pip install hdf5plugin"
        raise FilterUnavailable(problem) from error
    return hdf5plugin
