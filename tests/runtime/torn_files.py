"""Files as a killed writer leaves them: what an append changed, piece by piece, in the orders in which HDF5 writes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from sciwire.runtime.hdf5 import Writer
from sciwire.runtime.hdf5.source import opened

__all__ = ["PAGE", "pieces", "states", "torn"]

PAGE = 4096  # the system copies a write page by page, and a killed program may be stopped between two
_SIGNS = (b"OHDR", b"EAHD", b"EAIB", b"EADB", b"EASB", b"GCOL", b"FADB", b"FAHD")
_Piece = tuple[str, int, bytes]


def pieces(path: Path, before: bytes) -> list[_Piece]:
    """Kind, offset and bytes of what HDF5 has written to the file since it was *before*, object by object.

    The kind is that of the object (``GCOL``, ``OHDR``, ...), ``chunk``, or ``head`` of the superblock.
    """
    after = path.read_bytes()
    kinds = {0: "head", 48: "rest"}
    for sign in _SIGNS:
        at = after.find(sign)
        while at >= 0:
            kinds[at] = sign.decode()
            at = after.find(sign, at + 4)
    with opened(path) as source:
        for dataset in (one for one in source.file.values() if isinstance(one, h5py.Dataset) and one.chunks):
            dataset.id.chunk_iter(lambda info: kinds.update({info.byte_offset: "chunk"}))
    old = np.frombuffer(before.ljust(len(after), b"\0")[: len(after)], np.uint8)
    changed = old != np.frombuffer(after, np.uint8)
    changed[len(before) :] = True
    starts = sorted(kinds)
    ends = [*starts[1:], len(after)]
    return [
        (kinds[start], start, after[start:end])
        for start, end in zip(starts, ends, strict=True)
        if changed[start:end].any()
    ]


def states(before: bytes, written: list[_Piece]) -> Iterator[bytes]:
    """Every state between *before* and after in two orders: the heap in front of the lengths, and behind them."""
    ranks = ("chunk", "rest", "EADB", "EASB", "FADB", "EAIB", "EAHD", "FAHD", "OHDR")
    for order in (("GCOL", *ranks, "head"), (*ranks, "GCOL", "head")):
        image = bytearray(before)
        for _, at, data in sorted(written, key=lambda piece: (order.index(piece[0]), piece[1])):
            begin = at
            while (page := begin // PAGE * PAGE + PAGE) < at + len(data):  # killed within the write
                yield _put(bytearray(image), at, data[: page - at])
                begin = page
            yield _put(image, at, data)


def torn(path: Path, table: Callable[[int, int], Any], kept: int, more: int, layout: Any, name: str) -> list[bytes]:
    """The states of a file of *kept* rows through an append of *more*; its writer stays open meanwhile."""
    with Writer(path, layout, first=(name, table(0, kept))) as writer:
        before = path.read_bytes()
        writer.append_to(name, table(kept, kept + more))
        return list(states(before, pieces(path, before)))


def _put(image: bytearray, at: int, data: bytes) -> bytes:
    image.extend(bytes(max(0, at - len(image))))
    image[at : at + len(data)] = data
    return bytes(image)
