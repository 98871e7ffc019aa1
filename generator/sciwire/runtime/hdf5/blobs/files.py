"""A file opened for reading: those of the oldest generation by our own reader, newer ones by the HDF5 library.

What the serializers write is of the oldest generation, whose metadata have no checksums, and over which the library
may crash (see `sciwire.runtime.hdf5.direct`). Newer files protect theirs.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple, Protocol, cast

from numpy.typing import NDArray

from ...errors import DecodeError
from ...limits import Limits
from .. import superblock
from ..direct import DirectFile, Unusual
from ..direct.datasets import Stored
from ..direct.types import TEXT
from ..faults import dotted, system_faults
from ..source import BytesSource, RawBytes, in_memory, text_path

__all__ = ["About", "Opened", "Place", "opened_blob"]


class About(NamedTuple):
    """What a dataset says of itself: its shape and that of its chunks, None where it has none."""

    shape: tuple[int, ...] | None
    chunks: tuple[int, ...] | None


class Place(NamedTuple):
    """Bytes of a chunk in the file, and its first row."""

    start: int
    stop: int
    row: int


class Opened(Protocol):
    """What both readers offer; paths are absolute."""

    @property
    def size(self) -> int:
        """Bytes of the file."""
        ...

    def paths(self) -> list[str]:
        """All datasets, sorted."""
        ...

    def array(self, path: str) -> NDArray[Any] | None:
        """The elements of a dataset, text as objects; None where there is none. Raises DecodeError."""
        ...

    def about(self, path: str) -> About:
        """Shape and chunks of a dataset that is there."""
        ...

    def places(self, path: str) -> list[Place]:
        """Where the chunks of a dataset stand."""
        ...


@contextmanager
def opened_blob(data: BytesSource, limits: Limits) -> Iterator[Opened]:
    """Open *data*: a path, the bytes, or a binary file object.

    Raises DecodeError and its kin for what is no HDF5 file, or not all of one; EncodeError for what is no file at all.
    """
    data = in_memory(data)
    with system_faults():
        raw = (
            RawBytes(text_path(data))
            if isinstance(data, (str, os.PathLike))
            else RawBytes(memoryview(cast("bytes", data)))
        )
    try:
        block = superblock.parse(bytes(raw.read(0, min(superblock.PROBE, raw.size))), raw.size)
        if block.version < 2:
            if not block.plain:
                problem = "addresses of other than 8 bytes from the start of the file are not read"
                raise DecodeError(problem, category="unsupported", at=0)
            try:
                file = _Direct(raw, block.version, limits)
                file.paths()
                yield file
                return
            except Unusual:
                pass
    finally:
        raw.close()
    from .library import opened_by_library

    with opened_by_library(data, limits) as found:
        yield found


class _Direct:
    def __init__(self, raw: RawBytes, version: int, limits: Limits) -> None:
        self._raw = raw
        self._file = DirectFile(raw, version, limits)
        self._paths: list[str] | None = None

    @property
    def size(self) -> int:
        return self._raw.size

    def paths(self) -> list[str]:
        if self._paths is None:
            self._paths = self._file.paths()
        return self._paths

    def array(self, path: str) -> NDArray[Any] | None:
        stored = self._file.dataset(path)
        if stored is None:
            return None
        try:
            return stored.read(path)
        except DecodeError as error:
            error.at = path if error.at is None or isinstance(error.at, int) else error.at
            error.path = error.path or dotted(path)
            raise

    def _there(self, path: str) -> Stored:
        stored = self._file.dataset(path)
        if stored is None:
            raise DecodeError("the dataset is not there", category="constraint", path=dotted(path), at=path)
        return stored

    def about(self, path: str) -> About:
        stored = self._there(path)
        return About(stored.shape, stored.chunks)

    def places(self, path: str) -> list[Place]:
        stored = self._there(path)
        if stored.dtype == TEXT and stored.chunks is None:
            return []
        return [
            Place(one.address, one.address + one.size, one.start[0] if one.start else 0)
            for one in stored.chunk_places()
        ]
