"""A file of a newer generation, read by the HDF5 library; what it says is compared with the bytes that are there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...errors import DecodeError, LimitError
from ...limits import Limits
from ..direct.datasets import until_nul
from ..faults import dotted
from ..layout import Dataset, Element, Layout
from ..objects import Stored, find, find_dataset
from ..ragged import Ragged
from ..rows import read_whole
from ..source import BytesSource, Source, foreign, opened
from .files import About, Opened, Place

__all__ = ["opened_by_library"]


@contextmanager
def opened_by_library(data: BytesSource, limits: Limits) -> Iterator[Opened]:
    """Open *data* by h5py."""
    with opened(data, limits=limits) as source:
        yield _LibraryFile(source)


class _LibraryFile:
    def __init__(self, source: Source) -> None:
        self._source = source

    @property
    def size(self) -> int:
        return self._source.raw.size

    def paths(self) -> list[str]:
        """Only hard links inside the file are followed."""
        import h5py  # a file is open, so it is loaded

        library: Any = h5py  # type checkers do not see its compiled parts
        limits = self._source.limits
        found: list[str] = []
        seen = {int(library.h5o.get_info(self._source.file.id).addr)}  # a link may lead back to a group above
        waiting = [("", self._source.file.id)]
        while waiting:
            path, group = waiting.pop()
            for name in _names(group, path, limits.datasets):
                here = f"{path}/{name.decode('utf-8', 'surrogateescape')}"
                if group.links.get_info(name).type != library.h5l.TYPE_HARD:
                    continue
                try:
                    one = library.h5o.open(group, name)
                    place = int(library.h5o.get_info(one).addr)
                except (OSError, RuntimeError, KeyError, ValueError, TypeError) as error:
                    raise foreign(error, here) from error
                if isinstance(one, library.h5d.DatasetID):
                    found.append(here)
                elif isinstance(one, library.h5g.GroupID) and place not in seen:
                    seen.add(place)
                    if here.count("/") > limits.depth:
                        raise _limit(here, f"groups are nested more than {limits.depth} deep")
                    waiting.append((here, one))
                if len(found) + len(waiting) > limits.datasets:
                    raise _limit(here, f"more than {limits.datasets} objects, the limit datasets")
        return sorted(found)

    def array(self, path: str) -> NDArray[Any] | None:
        h5 = find(self._source, path, "dataset")
        if h5 is None:
            return None
        try:
            element, rank = _element(h5), len(h5.shape or ())
        except (OSError, RuntimeError, TypeError, ValueError) as error:
            raise foreign(error, path) from error
        if element is None or h5.shape is None:
            problem = "the elements stand for no array of numbers or text"
            raise DecodeError(problem, category="type", path=dotted(path), at=path)
        dataset = Dataset(dotted(path), path, element, tuple(f"axis {axis}" for axis in range(rank)))
        layout = Layout("", "", datasets=(dataset,))
        stored = find_dataset(self._source, dataset, layout)
        return None if stored is None else _whole(read_whole(stored, dataset, self._source, layout))

    def about(self, path: str) -> About:
        stored = Stored(find(self._source, path, "dataset"))
        return About(stored.shape, stored.chunks)

    def places(self, path: str) -> list[Place]:
        dataset = find(self._source, path, "dataset")
        if dataset.chunks is None:
            return []
        found: list[Any] = []
        dataset.id.chunk_iter(found.append)
        return [
            Place(int(one.byte_offset), int(one.byte_offset + one.size), int(one.chunk_offset[0]))
            for one in found
            if one.byte_offset is not None
        ]


def _names(group: Any, path: str, most: int) -> list[bytes]:
    """The names in a group, the last first; one more than *most* is enough to say that there are too many."""
    try:
        return sorted(islice(group, most + 1), reverse=True)
    except (OSError, RuntimeError, KeyError, ValueError, TypeError) as error:
        raise foreign(error, path or "/") from error


def _limit(path: str, problem: str) -> LimitError:
    return LimitError(problem, path=dotted(path), at=path)


def _element(h5: Any) -> Element | None:
    """The element type of a dataset, as a layout would describe it; None for one that is no number or text."""
    import h5py  # a file is open, so it is loaded

    dtype = h5.dtype
    text = h5py.check_string_dtype(dtype)
    if text is not None and text.length is None:
        return Element("text")
    if dtype.kind in "SV" and dtype.names is None and dtype.subdtype is None:
        return Element("bytes", length=dtype.itemsize)
    return Element("number", dtype.str) if dtype.kind in "biufc" else None


def _whole(value: Any) -> NDArray[Any]:
    if isinstance(value, Ragged):
        texts = np.empty(len(value), object)
        texts[:] = until_nul(value.tolist())
        return texts
    if isinstance(value, str):
        return np.array(until_nul([value])[0], object)
    return np.asarray(value)
