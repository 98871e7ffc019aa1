"""Groups, attributes and datasets found by path and compared with the layout before they are read.

Only links inside the file are followed: external links, external raw data and virtual datasets
would make a file read others.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..errors import DecodeError
from ..limits import Limits, checked_size, product
from .claims import prove_attribute
from .elements import bare, check_element, check_values, opaque, runs_of, seen
from .faults import MissingObjectError, by, dotted
from .headers import maybe_text
from .layout import Attribute, Dataset, Layout
from .links import walk
from .source import Source, foreign
from .storage import check_storage, check_stored
from .values import attribute_value, is_const

__all__ = ["Stored", "check_const", "check_groups", "find", "find_dataset", "read_attribute"]


def find(source: Source, path: str, kind: str) -> Any:
    """Return the object of *kind* (``group`` or ``dataset``) at *path*, None where there is none.

    Raises
    ------
    DecodeError : it is of the other kind (``type``), behind an external link (``unsupported``), or HDF5
        can't open it.
    MissingObjectError : it is a soft link that leads to nothing.
    """
    import h5py  # a file is open, so it is loaded

    if path not in source.objects:
        try:
            source.objects[path] = _opened(walk(source, path))
        except MissingObjectError as error:
            raise by(f"missing_{kind}", error) from None
    found = source.objects[path]
    if found is None:
        return None
    if not isinstance(found, h5py.Group if kind == "group" else h5py.Dataset):
        problem = f"a {kind} is expected, found a {type(found).__name__.lower()}"
        raise by(f"{kind}_type", DecodeError(problem, category="type", at=path, path=dotted(path)))
    return found


def _opened(found: Any) -> Any:
    """An identifier of HDF5 as h5py's object; None stays None."""
    import h5py  # a file is open, so it is loaded

    if found is None:
        return None
    if isinstance(found, h5py.h5d.DatasetID):
        return h5py.Dataset(found)
    return h5py.Datatype(found) if isinstance(found, h5py.h5t.TypeID) else h5py.Group(found)


def check_groups(source: Source, layout: Layout) -> None:
    """Raise `MissingObjectError` where a group that must exist is not there."""
    for group in layout.groups:
        try:
            if find(source, group.path, "group") is None:
                error = MissingObjectError("the group is missing", at=group.path, path=dotted(group.path))
                raise by("missing_group", error)
        except DecodeError as error:
            layout.cite(error, group.rule)
            raise


class Stored:
    """A dataset of a file, and what it says of itself, asked once: each answer of HDF5 takes its time.

    h5 : the ``h5py.Dataset``; id : its identifier; shape is None where it has no dataspace; chunks is None
    where it is not chunked.
    """

    __slots__ = ("chunks", "dtype", "h5", "id", "maxshape", "shape")

    def __init__(self, h5: Any) -> None:
        self.h5 = h5
        self.id = h5.id
        self.shape: tuple[int, ...] | None = h5.shape
        self.maxshape: tuple[int | None, ...] | None = h5.maxshape
        self.dtype = h5.dtype
        self.chunks: tuple[int, ...] | None = h5.chunks

    def __len__(self) -> int:
        return int(self.shape[0]) if self.shape else 0

    @property
    def inner(self) -> tuple[int, ...]:
        """The dimensions behind the first."""
        return self.shape[1:] if self.shape else ()

    @property
    def row_size(self) -> int:
        """Bytes of one row in the dataset."""
        return product(self.inner) * int(self.dtype.itemsize)


def find_dataset(source: Source, dataset: Dataset, layout: Layout) -> Stored | None:
    """Return what the file has where *dataset* is described, its type, rank and size checked; None where it is absent.

    Raises
    ------
    MissingObjectError : it is required and not there.
    DecodeError : element type or rank differ (``type``), a fixed dimension differs (``constraint``), more
        is declared than the file can hold (``size`` or ``limit``).
    FilterUnavailable : it is compressed with a filter that is not installed.
    """
    if dataset.path in source.datasets:
        known: Stored = source.datasets[dataset.path]
        return known
    try:
        h5 = find(source, dataset.path, "dataset")
        if h5 is None and not dataset.required:
            return None
        if h5 is None:
            raise by("missing_dataset", MissingObjectError("the dataset is missing"))
        found = Stored(h5)
        _check_dataset(found, dataset, source.limits)
        if source.block.flags and dataset.table:
            check_stored(found)
    except DecodeError as error:
        error.at, error.path = dataset.path, dataset.name
        layout.cite(error, dataset.rule)
        raise
    except (OSError, RuntimeError, TypeError) as error:
        wrong = foreign(error, dataset.path)
        wrong.path = dataset.name
        wrong.check = "metadata" if wrong.category == "checksum" else wrong.check
        layout.cite(wrong, dataset.rule)
        raise wrong from error
    source.datasets[dataset.path] = found
    return found


def read_attribute(source: Source, attribute: Attribute, layout: Layout) -> Any:
    """Return the value of an attribute: str, bytes, a numpy scalar or an array.

    Where it is absent, and the object that should hold it is there, its default; else None.

    Raises
    ------
    MissingObjectError : it, or the object that holds it, is required and not there.
    DecodeError : it has another type (``type``) or not its constant value (``constraint``).
    """
    kind = "dataset" if any(d.path == attribute.owner for d in layout.datasets) else "group"
    owner = find(source, attribute.owner, kind)
    if owner is None or not _has(owner, attribute.name):
        spared = owner is None and any(d.path == attribute.owner and not d.required for d in layout.datasets)
        if not attribute.required or spared:
            known = owner is not None and attribute.default is not None
            return attribute_value(attribute, attribute.default) if known else None
        what = "attribute" if owner is not None else kind
        at = attribute.at if owner is not None else attribute.owner
        gone = by(f"missing_{what}", MissingObjectError(f"the {what} is missing", at=at, path=dotted(at)))
        layout.cite(gone, attribute.rule)
        raise gone
    try:
        value = _attribute_value(source, owner, attribute)
        check_values(value, attribute.element)
    except DecodeError as error:
        error.at, error.path = attribute.at, attribute.path + (error.path if error.check == "range" else "")
        if error.check == "dataset_type":
            versions = {rule.attribute for rule in layout.versions}
            error.check = "version_type" if attribute.field in versions else "attribute_type"
        layout.cite(error, attribute.rule)
        raise
    check_const(value, attribute, layout)
    return value


def check_const(value: Any, one: Attribute | Dataset, layout: Layout) -> None:
    """Raise a DecodeError (``constraint``) where *value*, read from a file, is not the only one allowed."""
    if one.const is not None and not is_const(value, one.const):
        at, path = (one.at, one.path) if isinstance(one, Attribute) else (one.path, one.name)
        odd = by("constant", DecodeError(f"{one.const!r} is expected, found {bare(value)!r}", at=at, path=path))
        layout.cite(odd, one.rule)
        raise odd


def _has(owner: Any, name: str) -> bool:
    import h5py  # a file is open, so it is loaded

    return bool(h5py.h5a.exists(owner.id, name.encode()))


def _attribute_value(source: Source, owner: Any, attribute: Attribute) -> Any:
    import h5py  # a file is open, so it is loaded

    stored = h5py.h5a.open(owner.id, attribute.name.encode())
    shape: tuple[int, ...] | None = stored.shape
    dtype: np.dtype[Any] = stored.dtype  # made anew each time that h5py is asked
    checked_size(product(shape or ()) * max(dtype.itemsize, 1), source.limits)
    alone = attribute.single and shape is not None and product(shape) == 1
    if shape is None or (len(shape) != len(attribute.shape) and not alone):
        found = "no dataspace" if shape is None else str(len(shape))
        problem = f"rank {len(attribute.shape)} is expected, found {found}"
        raise by("attribute_type", DecodeError(problem, category="type"))
    for want, have in zip(attribute.shape, shape, strict=not alone):
        if isinstance(want, int) and want != have:
            raise by("axis", DecodeError(f"a dimension of {want} is expected, found {have}"))
    check_element(dtype, attribute.element)
    if attribute.element.variable and dtype.kind == "O":
        text = None
        if attribute.element.kind == "text" and not shape:
            text = maybe_text(source, owner, attribute.name, at=attribute.at)
        if text is not None:
            return text
        prove_attribute(source, owner, attribute.name, dtype, product(shape))
    try:
        if dtype.kind in "biuf":
            value = np.empty(shape, dtype)
            stored.read(value)
            return value.reshape(())[()] if alone else value[()]
        value = owner.attrs[attribute.name]
        if attribute.element.kind == "vlen":
            value = runs_of(value, dtype)
    except (OSError, RuntimeError, KeyError, ValueError, TypeError) as error:
        raise foreign(error, attribute.at) from error
    if alone and isinstance(value, np.ndarray) and value.shape == shape:
        value = value.reshape(-1)[0]
    if attribute.element.kind == "text" and isinstance(value, bytes):
        return value.rstrip(b"\0").decode("utf-8", "surrogateescape")
    if attribute.element.kind == "blob":
        return np.asarray(value, "u1").tobytes()
    if not isinstance(value, np.ndarray):
        fixed = attribute.element.kind == "bytes" and isinstance(value, bytes)
        return value.ljust(attribute.element.length, b"\0") if fixed else value  # numpy takes them off
    value = opaque(seen(value, attribute.element), attribute.element)
    return value.astype(object) if attribute.element.variable and value.dtype.kind == "U" else value


def _check_dataset(found: Stored, dataset: Dataset, limits: Limits) -> None:
    check_element(found.dtype, dataset.element)
    if dataset.single and found.shape is not None and product(found.shape) == 1:
        check_storage(found, limits)
        return
    if found.shape is None or len(found.shape) != len(dataset.shape):
        rank = "no dataspace" if found.shape is None else f"rank {len(found.shape)}"
        problem = f"rank {len(dataset.shape)} is expected, found {rank}"
        raise by("dataset_type", DecodeError(problem, category="type"))
    for axis, (want, have) in enumerate(zip(dataset.shape, found.shape, strict=True)):
        if isinstance(want, int) and want != have:
            raise by("axis", DecodeError(f"axis {axis} is {want} long, found {have}"))
    check_storage(found, limits)
