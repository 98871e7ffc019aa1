"""Chunks compressed as HDF5's filters would, but by several threads: deflate, byte shuffle, bit shuffle.

The bit shuffle is done by the very library that HDF5 would load (that of hdf5plugin), called directly; what is not
known here, or can't be loaded, is left to HDF5.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..layout import Filter

__all__ = ["Packer", "packer_of"]


class Packer(NamedTuple):
    """What compresses one chunk, a C-contiguous array; threads are worth their while from so many bytes on."""

    pack: Callable[[NDArray[Any]], Any]
    worth_threads: int


_HEADER = struct.Struct(">QI")  # uncompressed bytes, bytes of a block


def packer_of(filters: tuple[Filter, ...]) -> Packer | None:
    """Return what compresses one chunk (a C-contiguous array) by *filters*; None where that is left to HDF5."""
    names = tuple(one.name for one in filters)
    options = dict(filters[-1].options) if filters else {}
    if names in (("deflate",), ("shuffle", "deflate")):
        level = int(options.get("level", 4))
        shuffled = names[0] == "shuffle"
        return Packer(lambda chunk: zlib.compress(_shuffled(chunk) if shuffled else chunk.tobytes(), level), 1 << 17)
    if names == ("bitshuffle",) and not options.get("nelems"):
        return _bitshuffle(str(options.get("cname", "lz4")), int(options.get("clevel", 3)))
    return None


def _shuffled(chunk: NDArray[Any]) -> bytes:
    """First bytes of all elements, second bytes, and so on."""
    return chunk.view("u1").reshape(-1, chunk.dtype.itemsize).T.tobytes()


def _bitshuffle(name: str, level: int) -> Packer | None:
    library = _library()
    if library is None or name not in ("lz4", "zstd"):
        return None
    compress, bound = (getattr(library, f"bshuf_compress_{name}{end}") for end in ("", "_bound"))
    extra = () if name == "lz4" else (level,)

    def pack(chunk: NDArray[Any]) -> Any:
        size, width = chunk.size, chunk.dtype.itemsize
        block = library.bshuf_default_block_size(width)
        room = np.empty(_HEADER.size + bound(size, width, block), np.uint8)
        room[: _HEADER.size] = np.frombuffer(_HEADER.pack(chunk.nbytes, block * width), np.uint8)
        count = compress(chunk.ctypes.data, room.ctypes.data + _HEADER.size, size, width, block, *extra)
        if count < 0:
            raise RuntimeError(f"bitshuffle refuses a chunk with error {count}")
        return room[: _HEADER.size + count].data

    return Packer(pack, 1 << 22 if name == "lz4" else 1 << 20)


@cache
def _library() -> Any:
    """The bitshuffle library of hdf5plugin; None where it is not there or does not have the functions."""
    try:
        import ctypes
        from pathlib import Path

        import hdf5plugin

        (found,) = Path(hdf5plugin.PLUGIN_PATH).glob("libh5bshuf*")
        library = ctypes.CDLL(str(found))
        size, pointer, signed = ctypes.c_size_t, ctypes.c_void_p, ctypes.c_int64
        for name, extra in (("lz4", ()), ("zstd", (ctypes.c_int,))):
            bound = getattr(library, f"bshuf_compress_{name}_bound")
            bound.argtypes, bound.restype = [size, size, size], size
            compress = getattr(library, f"bshuf_compress_{name}")
            compress.argtypes, compress.restype = [pointer, pointer, size, size, size, *extra], signed
        library.bshuf_default_block_size.argtypes = [size]
        library.bshuf_default_block_size.restype = size
    except (ImportError, OSError, AttributeError, ValueError):
        return None
    return library
