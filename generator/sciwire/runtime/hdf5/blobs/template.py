"""What files of one layout have in common: everything but the data, which always stand in the same places.

HDF5 lays out a new file by the order, types and extents of its datasets alone. So the first file of a layout is
written by h5py, its chunks are found in it, and every further one is the parts between them and the data, joined once.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from typing import Any

from numpy.typing import NDArray

from ...errors import CodecError
from ...limits import Limits
from .files import opened_blob

__all__ = ["Template", "template_of"]

_LIMITS = Limits(total_bytes=1 << 62, depth=1 << 30, items=1 << 60, datasets=1 << 30)  # of files that were written here
_KEPT = 16  # layouts; the parts between the data are some kilobytes each, and more for many small chunks
_LARGEST = 1 << 22  # bytes between the data of one layout

_lock = threading.Lock()
_templates: OrderedDict[Hashable, Template | None] = OrderedDict()


class Template:
    """The parts of a file: bytes as they are, or (path, first byte, byte behind the last) of a dataset's data."""

    def __init__(self, parts: list[bytes | tuple[str, int, int]]) -> None:
        self._parts = parts

    def filled(self, placed: Mapping[str, NDArray[Any]]) -> bytes:
        """The file with the data of *placed* (path -> C-contiguous array of this layout)."""
        views = {path: _bytes(array) for path, array in placed.items()}
        return b"".join(
            [part if isinstance(part, bytes) else views[part[0]][part[1] : part[2]] for part in self._parts]
        )

    @classmethod
    def of(cls, image: bytes, placed: Mapping[str, NDArray[Any]]) -> Template | None:
        """The template of *image*, which holds *placed*; None where data do not stand in it as they are."""
        runs: list[tuple[int, str, int, int]] = []
        try:
            places = _chunks(image, placed)
        except CodecError:  # a file of another kind than is read here
            return None
        for path, chunks in places.items():
            data = _bytes(placed[path])
            for offset, size, first in chunks:
                if image[offset : offset + size] != bytes(data[first : first + size]):
                    return None
                runs.append((offset, path, first, first + size))
        if sum(stop - first for _, _, first, stop in runs) != sum(array.nbytes for array in placed.values()):
            return None
        parts: list[bytes | tuple[str, int, int]] = []
        at = 0
        for offset, path, first, stop in sorted(runs):
            if offset < at:
                return None
            last = parts[-1] if parts and offset == at else b""
            if not isinstance(last, bytes) and last[0] == path and last[2] == first:
                parts[-1] = (path, last[1], stop)  # chunks that follow each other are one run
            else:
                parts += [image[at:offset], (path, first, stop)]
            at = offset + stop - first
        parts.append(image[at:])
        return cls(parts) if sum(len(part) for part in parts if isinstance(part, bytes)) <= _LARGEST else None


def _chunks(image: bytes, placed: Mapping[str, NDArray[Any]]) -> dict[str, list[tuple[int, int, int]]]:
    """For each dataset its chunks: offset in the file, bytes, and where their data begin in the array."""
    found: dict[str, list[tuple[int, int, int]]] = {}
    with opened_blob(image, _LIMITS) as file:
        for path, array in placed.items():
            row = array.nbytes // len(array)
            places = [(one, one.row * row) for one in file.places(path)]
            found[path] = [(one.start, min(one.stop - one.start, array.nbytes - at), at) for one, at in places]
    return found


def _bytes(array: NDArray[Any]) -> memoryview:
    """The memory of a C-contiguous array."""
    flat: Any = array.reshape(-1).view("u1")
    return memoryview(flat)


def template_of(layout: Hashable, placed: Mapping[str, NDArray[Any]], paint: Callable[[], bytes]) -> bytes:
    """The file of *placed*, from the template of its *layout*; *paint* writes the first one, which becomes it."""
    with _lock:
        known = layout in _templates
        template = _templates.get(layout)
        if known:
            _templates.move_to_end(layout)
    if template is not None:
        return template.filled(placed)
    image = paint()
    if not known:
        made = Template.of(image, placed)
        with _lock:
            _templates[layout] = made
            while len(_templates) > _KEPT:
                _templates.popitem(last=False)
    return image
