"""Is a file of this layout? The signature alone says only that it is HDF5."""

from __future__ import annotations

from ..errors import CodecError, EncodeError
from . import superblock
from .layout import Layout
from .objects import find
from .optional import bare
from .source import opened
from .superblock import PROBE

__all__ = ["sniff"]


def sniff(data: bytes | bytearray | memoryview, layout: Layout) -> bool:
    """Whether *data*, a whole file, hold at least half of the objects that *layout* requires.

    A file that begins like HDF5 and can't be opened is taken for one of this layout: reading it says why.
    """
    if not isinstance(data, (bytes, bytearray, memoryview)):
        problem = f"bytes are expected, got a {type(data).__name__}"
        raise EncodeError(problem, category="type", path="data", subject=layout.subject)
    view = memoryview(data).cast("B")
    if superblock.starts(bytes(view[:PROBE])) < 0:
        return False
    return any(_fits(view, one) for one in layout.all)


def _fits(view: memoryview, layout: Layout) -> bool:
    layout = bare(layout)
    wanted = [(group.path, "group") for group in layout.groups if group.path != "/"]
    wanted += [(dataset.path, "dataset") for dataset in layout.datasets if dataset.required]
    wanted = wanted or [(dataset.path, "dataset") for dataset in layout.datasets]
    found = 0
    try:
        with opened(view) as source:
            for path, kind in wanted:
                try:
                    found += find(source, path, kind) is not None
                except CodecError:
                    found += 1  # it is there, though wrong
    except CodecError:
        return True
    return found > 0 and 2 * found >= len(wanted)
