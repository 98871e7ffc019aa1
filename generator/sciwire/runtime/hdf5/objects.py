"""Groups, attributes and datasets found by path and compared with the layout before they are read.

Only hard links inside the file are followed: external links, external raw data and virtual datasets
would make a file read others.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from ..errors import DecodeError, FilterUnavailable
from ..limits import Limits, checked_size, product
from .chunks import stored_rows
from .elements import bare, check_element, check_values, opaque, runs_of, seen
from .faults import MissingObjectError, by, dotted
from .headers import maybe_text, prove_heaps
from .layout import Attribute, Dataset, Layout
from .source import Source, foreign
from .values import is_const

__all__ = ["Stored", "check_groups", "find", "find_dataset", "read_attribute"]

_PIP = "pip install hdf5plugin"
_REFERENCES: Final = 64  # rows of variable length are that many times what they take compressed, at the most
_PLUGIN_FILTERS = {32008: "bitshuffle", 32004: "lz4", 32015: "zstd", 32001: "blosc", 32026: "blosc2", 32013: "zfp"}


def find(source: Source, path: str, kind: str) -> Any:
    """Return the object of *kind* (``group`` or ``dataset``) at *path*, None where there is none.

    Raises
    ------
    DecodeError : it is of the other kind (``type``), behind an external link (``unsupported``), or HDF5
        can't open it.
    """
    import h5py  # a file is open, so it is loaded

    if path not in source.objects:
        source.objects[path] = _walk(source, path)
    found = source.objects[path]
    if found is None:
        return None
    if not isinstance(found, h5py.Group if kind == "group" else h5py.Dataset):
        problem = f"a {kind} is expected, found a {type(found).__name__.lower()}"
        raise by(f"{kind}_type", DecodeError(problem, category="type", at=path, path=dotted(path)))
    return found


def _walk(source: Source, path: str) -> Any:
    """The object at *path*, step by step, so that each link can be looked at before it is followed."""
    import h5py  # a file is open, so it is loaded

    library: Any = h5py  # type checkers do not see its compiled parts

    here = source.file.id
    walked = ""
    for name in [part for part in path.split("/") if part]:
        walked += "/" + name
        opening = False
        try:
            if not isinstance(here, h5py.h5g.GroupID) or not here.links.exists(name.encode()):
                return None
            if here.links.get_info(name.encode()).type == library.h5l.TYPE_EXTERNAL:
                problem = "the object lies in another file, which is not followed"
                raise by("outside", DecodeError(problem, category="unsupported", at=walked, path=dotted(walked)))
            opening = True
            here = library.h5o.open(here, name.encode())
        except DecodeError:
            raise
        except (OSError, RuntimeError, KeyError, ValueError, TypeError) as error:
            found = foreign(error, walked)
            found.path = dotted(walked)
            found.check = found.check or ("metadata" if opening else "")
            raise found from error
    if isinstance(here, h5py.h5d.DatasetID):
        return h5py.Dataset(here)
    return h5py.Datatype(here) if isinstance(here, h5py.h5t.TypeID) else h5py.Group(here)


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
            _check_stored(found)
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
    """Return the value of an attribute: str, bytes, a numpy scalar or an array; None where it is absent.

    Raises
    ------
    MissingObjectError : it, or the object that holds it, is required and not there.
    DecodeError : it has another type (``type``) or not its constant value (``constraint``).
    """
    where = {"at": attribute.at, "path": attribute.path}
    kind = "dataset" if any(d.path == attribute.owner for d in layout.datasets) else "group"
    owner = find(source, attribute.owner, kind)
    if owner is None or not _has(owner, attribute.name):
        spared = owner is None and any(d.path == attribute.owner and not d.required for d in layout.datasets)
        if not attribute.required or spared:
            return None
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
    if attribute.const is not None and not is_const(value, attribute.const):
        odd = by("constant", DecodeError(f"{attribute.const!r} is expected, found {bare(value)!r}", **where))
        layout.cite(odd, attribute.rule)
        raise odd
    return value


def _has(owner: Any, name: str) -> bool:
    import h5py  # a file is open, so it is loaded

    return bool(h5py.h5a.exists(owner.id, name.encode()))


def _attribute_value(source: Source, owner: Any, attribute: Attribute) -> Any:
    import h5py  # a file is open, so it is loaded

    stored = h5py.h5a.open(owner.id, attribute.name.encode())
    shape: tuple[int, ...] | None = stored.shape
    dtype: np.dtype[Any] = stored.dtype  # made anew each time that h5py is asked
    checked_size(product(shape or ()) * max(dtype.itemsize, 1), source.limits)
    if shape is None or len(shape) != len(attribute.shape):
        found = "no dataspace" if shape is None else str(len(shape))
        problem = f"rank {len(attribute.shape)} is expected, found {found}"
        raise by("attribute_type", DecodeError(problem, category="type"))
    for want, have in zip(attribute.shape, shape, strict=True):
        if isinstance(want, int) and want != have:
            raise by("axis", DecodeError(f"a dimension of {want} is expected, found {have}"))
    check_element(dtype, attribute.element)
    if attribute.element.variable:
        text = None
        if attribute.element.kind == "text" and not shape:
            text = maybe_text(source, owner, attribute.name, at=attribute.at)
        if text is not None:
            return text
        prove_heaps(source)
    try:
        if dtype.kind in "biuf":
            value = np.empty(shape, dtype)
            stored.read(value)
            return value[()]
        value = owner.attrs[attribute.name]
        if attribute.element.kind == "vlen":
            value = runs_of(value, dtype)
    except (OSError, RuntimeError, KeyError, ValueError, TypeError) as error:
        raise foreign(error, attribute.at) from error
    if attribute.element.kind == "text" and isinstance(value, bytes):
        return value.rstrip(b"\0").decode("utf-8", "surrogateescape")
    if attribute.element.kind == "blob":
        return np.asarray(value, "u1").tobytes()
    return opaque(seen(value, attribute.element), attribute.element) if isinstance(value, np.ndarray) else value


def _check_dataset(found: Stored, dataset: Dataset, limits: Limits) -> None:
    check_element(found.dtype, dataset.element)
    if found.shape is None or len(found.shape) != len(dataset.shape):
        rank = "no dataspace" if found.shape is None else f"rank {len(found.shape)}"
        problem = f"rank {len(dataset.shape)} is expected, found {rank}"
        raise by("dataset_type", DecodeError(problem, category="type"))
    for axis, (want, have) in enumerate(zip(dataset.shape, found.shape, strict=True)):
        if isinstance(want, int) and want != have:
            raise by("axis", DecodeError(f"axis {axis} is {want} long, found {have}"))
    _check_storage(found, limits)


def _check_storage(found: Stored, limits: Limits) -> None:
    """Refuse what reads other files, what can't be uncompressed, and sizes far beyond the bytes that are there."""
    import h5py  # a file is open, so it is loaded

    plist = found.id.get_create_plist()
    if plist.get_layout() == h5py.h5d.VIRTUAL or plist.get_external_count():
        problem = "the dataset's data lie in other files, which are not followed"
        raise by("outside", DecodeError(problem, category="unsupported"))
    for which in range(plist.get_nfilters()):
        code = plist.get_filter(which)[0]
        if not h5py.h5z.filter_avail(code):
            if code in _PLUGIN_FILTERS and _plugin():
                continue
            name = _PLUGIN_FILTERS.get(code, "unknown")
            problem = f"the data need HDF5 filter {code} ({name}), which is not installed; try: {_PIP}"
            raise by("filter", FilterUnavailable(problem))
    size = product(found.shape or ()) * found.dtype.itemsize
    stored = int(found.id.get_storage_size())
    spare = limits.items * 16  # rows that were never written take no bytes in the file
    fold = min(limits.expansion, _REFERENCES) if found.dtype.hasobject else limits.expansion
    if size > stored * fold + spare:
        raise DecodeError(f"the dataset declares {size} bytes, {stored} bytes are stored", category="size")
    checked_size(size, limits)
    if found.chunks is not None:
        chunk = product(found.chunks) * found.dtype.itemsize
        if chunk > stored * limits.expansion + spare:
            raise DecodeError(f"a chunk is declared as {chunk} bytes, {stored} bytes are stored", category="size")


def _check_stored(found: Stored) -> None:
    """While a file is marked as being written, the last row of a dataset that grows must have been."""
    stored = stored_rows(found)
    if stored < len(found):
        problem = f"{len(found)} rows are told of, {stored} are stored: a writer is at work, or died; see repair()"
        raise DecodeError(problem, category="state")


def _plugin() -> bool:
    try:
        import hdf5plugin  # noqa: F401 - importing it registers the filters
    except ImportError:
        return False
    return True
