"""Files made whole, by a layout: as bytes, into a file object, or at a path, where they stand at once."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from itertools import count
from typing import Any

from .asked import check_stream
from .choosing import layout_for
from .extra import check_extra
from .faults import FolderError, stream_faults, system_faults
from .layout import Layout
from .making import image_of, make, ready_attributes, ready_datasets
from .optional import unsupplied
from .source import text_path
from .writer import Target

__all__ = ["encode"]

_numbers = count()  # of files that are made under other names: threads may make the same one


def encode(
    layout: Layout,
    attributes: Mapping[str, Any],
    datasets: Mapping[str, Any],
    path: Target | None = None,
    *,
    extra: Mapping[str, Any] | None = None,
    places: Mapping[str, str] | None = None,
) -> bytes:
    """Return the file as bytes; with a *path* write it there (what is there is replaced, at once) and return b"".

    attributes, datasets : values by field, None for what is left out. Stamps that are not given are taken now.

    Raises
    ------
    EncodeError : a value does not fit the layout; nothing has been written.
    """
    layout = layout.placed(places or {})
    with layout.told():
        if path is not None:
            check_stream("path", path, "write")
        layout = unsupplied(layout_for(layout, attributes), {**attributes, **datasets})
        ready = ready_attributes(layout, attributes, time.time(), newer=True)
        values = ready_datasets(layout, datasets)
        check_extra(layout, {} if extra is None else extra)
        if path is None:
            return image_of(layout, ready, values, extra or {})
        if not isinstance(path, (str, bytes, os.PathLike)):
            image = image_of(layout, ready, values, extra or {})
            with stream_faults():
                path.write(image)
            return b""
        target = text_path(path)
        if not target.name:
            raise FolderError(f"the folder {str(target)!r} stands where a file is expected")
        beside = target.with_name(f".{target.name}.{os.getpid()}.{next(_numbers)}.tmp")
        try:
            make(beside, layout, ready, values, extra or {}).close()
            with system_faults(target):
                beside.replace(target)
        finally:
            beside.unlink(missing_ok=True)
    return b""
