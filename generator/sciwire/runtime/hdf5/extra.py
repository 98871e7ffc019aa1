"""Attributes that a layout does not name: read from the objects that it knows, and written to them again.

They are keyed by path as the layout states it (``/{run}@operator``), so that a file may be written
again with other places. What a path leads through is known too: the root and the groups on the way.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import Any

import numpy as np

from ..errors import CodecError, CodecWarning, EncodeError
from ..limits import product
from ..value import shown
from .asked import check_mapping
from .claims import prove_attribute
from .faults import dotted
from .headers import maybe_text
from .layout import Element, Layout
from .objects import find
from .places import above
from .source import Source
from .texts import first_fault

__all__ = ["check_extra", "read_extra", "write_extra"]

_LARGEST = 1 << 24  # bytes of one attribute
_TEXT = Element("text")
_SHOWN = 80  # characters of a key in a message


def read_extra(source: Source, layout: Layout) -> dict[str, Any]:
    """Text, numbers, arrays of them and compounds, by path (``/meta@operator``); references can't be carried.

    Objects of another kind than the layout says, and links out of the file, are left to those who read them.
    """
    known = {attribute.at for attribute in layout.attributes}
    extra: dict[str, Any] = {}
    for stated, (path, kind) in _objects(layout).items():
        try:
            owner = find(source, path, kind)
        except CodecError:
            continue
        if owner is None or len(owner.attrs) > source.limits.items:
            continue
        for name in owner.attrs:
            if not isinstance(name, str):
                text = (
                    f"{layout.subject}: the attribute {path}@{shown(name)[:_SHOWN]} is left out, its name is no UTF-8"
                )
                warnings.warn(text, CodecWarning, stacklevel=2)
            elif f"{path}@{name}" not in known:
                value = _value(source, owner, name)
                if value is not None and _is_text(value) and first_fault(value, _TEXT) is not None:
                    text = f"{layout.subject}: the attribute {path}@{name} is left out, its text is no UTF-8"
                    warnings.warn(text, CodecWarning, stacklevel=2)
                elif value is not None:
                    extra[f"{stated}@{name}"] = value
    return extra


def check_extra(layout: Layout, extra: Mapping[str, Any]) -> None:
    """Raise EncodeError for what is no attribute of an object of the layout, or is one that it names or has twice."""
    check_mapping("extra", extra)
    objects = _objects(layout)
    named = {attribute.at: attribute.field for attribute in layout.attributes}
    taken: dict[str, str] = {}
    for at in extra:
        stated, _, name = at.partition("@") if isinstance(at, str) else ("", "", "")
        where = {"path": f"extra[{shown(at)[:_SHOWN]}]"}
        if stated not in objects or not name:
            raise EncodeError(f"an attribute of one of {', '.join(objects)} is expected, as /group@name", **where)
        field = named.get(f"{objects[stated][0]}@{name}")
        if field is not None:
            raise EncodeError(f"the attribute has a field of its own, {field}", **where)
        whole = f"{objects[stated][0]}@{name}"
        if whole in taken:
            raise EncodeError(f"{whole} is given as {taken[whole]} already", **where)
        taken[whole] = at


def write_extra(file: Any, layout: Layout, extra: Mapping[str, Any]) -> None:
    """Write the attributes to the objects of an open *file*; what belongs to an absent object is left out, with a warning."""
    objects = _objects(layout)
    for at, value in extra.items():
        stated, _, name = at.partition("@")
        path = objects[stated][0]
        if path not in file:
            text = f"{layout.subject}: the attribute {at} is left out, the file has no {path}"
            warnings.warn(text, CodecWarning, stacklevel=2)
            continue
        try:
            file[path].attrs[name] = value
        except (TypeError, ValueError, OSError, RuntimeError, OverflowError) as error:
            problem = f"HDF5 can't hold the attribute: {' '.join(str(error).split())}"
            raise EncodeError(problem, category="type", at=f"{path}@{name}", path=dotted(f"{path}@{name}")) from error


def _objects(layout: Layout) -> dict[str, tuple[str, str]]:
    """By stated path: the path with its places filled in, and the kind of the object there."""
    stated = layout.origin or layout
    datasets = [dataset.path for dataset in stated.datasets]
    groups = [*(group.path for group in stated.groups), *(one.owner for one in stated.attributes)]
    found = dict.fromkeys(["/"], "group")
    for path in [*groups, *datasets]:
        found |= dict.fromkeys(above(path), "group")
    found |= dict.fromkeys(groups, "group") | dict.fromkeys(datasets, "dataset")
    return {path: (layout.filled(path), kind) for path, kind in found.items()}


def _is_text(value: Any) -> bool:
    return isinstance(value, str) or (isinstance(value, np.ndarray) and value.dtype.kind == "O")


def _value(source: Source, owner: Any, name: str) -> Any:
    """The value of an attribute; None for one that can't be carried."""
    import h5py  # a file is open, so it is loaded

    try:
        stored = h5py.h5a.open(owner.id, name.encode())
        if not _carried(stored.dtype):  # h5py ends the process over runs of what is no number
            return None
        if stored.shape is None:
            return h5py.Empty(stored.dtype)
        if product(stored.shape) * max(stored.dtype.itemsize, 1) > min(source.limits.total_bytes, _LARGEST):
            return None
        if stored.dtype.kind == "O":
            text = None if stored.shape else maybe_text(source, owner, name)
            if text is not None:
                return text
            prove_attribute(source, owner, name, stored.dtype, product(stored.shape))
        value = owner.attrs[name]
    except (CodecError, OSError, RuntimeError, KeyError, ValueError, TypeError, OverflowError):
        return None
    return value


def _carried(dtype: Any) -> bool:
    """Numbers, text and compounds of them, as the file has them; no runs of variable length, and no references."""
    import h5py  # a file is open, so it is loaded

    if dtype.kind == "O":
        return h5py.check_string_dtype(dtype) is not None
    if dtype.names:
        return all(dtype[name].base.kind in "biufcS" for name in dtype.names)
    return dtype.kind in "biufcSV"
