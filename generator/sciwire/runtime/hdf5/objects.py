"""Groups, attributes and datasets found by path and compared with the layout before they are read.

Only hard links inside the file are followed: external links, external raw data and virtual datasets
would make a file read others.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..errors import DecodeError, FilterUnavailable
from ..limits import Limits, checked_size, product
from .faults import MissingObjectError, dotted
from .layout import Attribute, Dataset, Element, Layout
from .source import Source, foreign

__all__ = ["find", "find_dataset", "read_attribute", "stored_name"]

_PIP = "pip install hdf5plugin"
_PLUGIN_FILTERS = {32008: "bitshuffle", 32004: "lz4", 32015: "zstd", 32001: "blosc", 32026: "blosc2", 32013: "zfp"}


def find(source: Source, path: str, kind: str, rule: str = "") -> Any:
    """Return the object of *kind* (``group`` or ``dataset``) at *path*, None where there is none.

    Raises
    ------
    DecodeError : it is of the other kind (``type``), behind an external link (``unsupported``), or HDF5
        can't open it.
    """
    import h5py  # a file is open, so it is loaded

    here = source.file
    walked = ""
    for name in path.strip("/").split("/") if path.strip("/") else []:
        walked += "/" + name
        try:
            if not isinstance(here, h5py.Group) or name not in here.id:
                return None
            link = here.get(name, getlink=True)
            if isinstance(link, h5py.ExternalLink):
                raise DecodeError(
                    "the object lies in another file, which is not followed",
                    category="unsupported",
                    at=walked,
                    path=dotted(walked),
                )
            here = here[name]
        except DecodeError:
            raise
        except (OSError, RuntimeError, KeyError, ValueError, TypeError) as error:
            found = foreign(error, walked)
            found.path = dotted(walked)
            raise found from error
    wanted = h5py.Group if kind == "group" else h5py.Dataset
    if not isinstance(here, wanted):
        raise DecodeError(
            f"a {kind} is expected, found {type(here).__name__}", category="type", at=path, path=dotted(path), rule=rule
        )
    return here


def find_dataset(source: Source, dataset: Dataset, layout: Layout) -> Any:
    """Return the h5py dataset that *dataset* describes, its type, rank and size checked; None where it is absent.

    Raises
    ------
    MissingObjectError : it is required and not there.
    DecodeError : element type or rank differ (``type``), a fixed dimension differs (``constraint``), more
        is declared than the file can hold (``size`` or ``limit``).
    FilterUnavailable : it is compressed with a filter that is not installed.
    """
    found = find(source, dataset.path, "dataset", layout.rule("type", dataset.rule))
    if found is None:
        if not dataset.required:
            return None
        raise MissingObjectError(
            "the dataset is missing", at=dataset.path, path=dataset.name, rule=layout.rule("missing", dataset.rule)
        )
    try:
        _check_dataset(found, dataset, source.limits)
    except DecodeError as error:
        error.at, error.path = dataset.path, dataset.name
        error.rule = error.rule or layout.rule("type" if error.category == "type" else error.category, dataset.rule)
        raise
    return found


def read_attribute(source: Source, attribute: Attribute, layout: Layout) -> Any:
    """Return the value of an attribute: str, bytes, a numpy scalar or an array; None where it is absent.

    Raises
    ------
    MissingObjectError : it, or the object that holds it, is required and not there.
    DecodeError : it has another type (``type``) or not its constant value (``constraint``).
    """
    where = {"at": attribute.at, "path": attribute.path}
    missing = layout.rule("missing", attribute.rule)
    kind = "dataset" if any(d.path == attribute.owner for d in layout.datasets) else "group"
    owner = find(source, attribute.owner, kind, layout.rule("missing"))
    if owner is None or not _has(owner, attribute.name):
        if not attribute.required:
            return None
        what = "attribute" if owner is not None else kind
        at = attribute.at if owner is not None else attribute.owner
        raise MissingObjectError(f"the {what} is missing", at=at, path=dotted(at), rule=missing)
    try:
        value = _attribute_value(owner, attribute, source.limits)
    except DecodeError as error:
        error.at, error.path = attribute.at, attribute.path
        error.rule = error.rule or layout.rule("type", attribute.rule)
        raise
    if attribute.const is not None and not np.array_equal(value, attribute.const):
        raise DecodeError(
            f"{attribute.const!r} is expected, found {value!r}", rule=layout.rule("const", attribute.rule), **where
        )
    return value


def stored_name(dtype: Any) -> str:
    """The name of an h5py dtype in messages: ``u1``, ``vlen[u1]``, ``text``, ``compound{a, b}``."""
    import h5py  # a file is open, so it is loaded

    inner = h5py.check_vlen_dtype(dtype)
    if inner is not None:
        return f"vlen[{stored_name(inner)}]"
    if h5py.check_string_dtype(dtype) is not None:
        return "text" if dtype.kind == "O" else f"text of {dtype.itemsize} bytes"
    if dtype.names:
        return "compound{" + ", ".join(f"{name}: {stored_name(dtype[name])}" for name in dtype.names) + "}"
    return dtype.str.lstrip("<|") if dtype.kind not in "OV" else str(dtype)


def _has(owner: Any, name: str) -> bool:
    import h5py  # a file is open, so it is loaded

    return bool(h5py.h5a.exists(owner.id, name.encode()))


def _attribute_value(owner: Any, attribute: Attribute, limits: Limits) -> Any:
    import h5py  # a file is open, so it is loaded

    stored = h5py.h5a.open(owner.id, attribute.name.encode())
    checked_size(product(stored.shape) * max(stored.dtype.itemsize, 1), limits)
    if len(stored.shape) != len(attribute.shape):
        raise DecodeError(f"rank {len(attribute.shape)} is expected, found {len(stored.shape)}", category="type")
    for want, have in zip(attribute.shape, stored.shape, strict=True):
        if isinstance(want, int) and want != have:
            raise DecodeError(f"a dimension of {want} is expected, found {have}")
    check_element(stored.dtype, attribute.element)
    try:
        value = owner.attrs[attribute.name]
    except (OSError, RuntimeError, KeyError, ValueError, TypeError) as error:
        raise foreign(error) from error
    if attribute.element.kind == "text" and isinstance(value, bytes):
        return value.rstrip(b"\0").decode("utf-8", "surrogateescape")
    return value


def check_element(dtype: Any, element: Element) -> None:
    """Raise a DecodeError (``type``) unless the h5py *dtype* is what *element* describes; byte order may differ."""
    import h5py  # a file is open, so it is loaded

    found = stored_name(dtype)
    text = h5py.check_string_dtype(dtype)
    inner = h5py.check_vlen_dtype(dtype)
    if element.kind == "text":
        fits = text is not None and (dtype.kind == "O") == (element.length == 0)
        wanted = "text of variable length" if element.length == 0 else f"text of {element.length} bytes"
    elif element.kind == "bytes":
        fits = dtype.kind in "SV" and dtype.itemsize == element.length and not dtype.names
        wanted = f"{element.length} bytes"
    elif element.kind in ("vlen", "blob"):
        fits = inner is not None and any(_same(inner, np.dtype(choice)) for choice in element.dtypes)
        wanted = " or ".join(f"vlen[{np.dtype(choice).str.lstrip('<|')}]" for choice in element.dtypes)
    elif element.kind == "compound":
        names = dtype.names or ()
        fits = all(c.name in names and _same(dtype[c.name], np.dtype((c.dtype, c.shape))) for c in element.columns)
        wanted = (
            "compound{" + ", ".join(f"{c.name}: {np.dtype(c.dtype).str.lstrip('<|')}" for c in element.columns) + "}"
        )
    else:
        fits = text is None and inner is None and any(_same(dtype, np.dtype(choice)) for choice in element.dtypes)
        wanted = " or ".join(np.dtype(choice).str.lstrip("<|") for choice in element.dtypes)
    if not fits:
        raise DecodeError(f"elements of {wanted} are expected, found {found}", category="type")


def _same(found: Any, wanted: np.dtype[Any]) -> bool:
    if found.subdtype or wanted.subdtype:
        return bool(found.shape == wanted.shape and _same(found.base, wanted.base))
    return bool(found.kind == wanted.kind and found.itemsize == wanted.itemsize)


def _check_dataset(found: Any, dataset: Dataset, limits: Limits) -> None:
    check_element(found.dtype, dataset.element)
    if found.shape is None or len(found.shape) != len(dataset.shape):
        rank = "no dataspace" if found.shape is None else f"rank {len(found.shape)}"
        raise DecodeError(f"rank {len(dataset.shape)} is expected, found {rank}", category="type")
    for axis, (want, have) in enumerate(zip(dataset.shape, found.shape, strict=True)):
        if isinstance(want, int) and want != have:
            raise DecodeError(f"axis {axis} is {want} long, found {have}")
    _check_storage(found, limits)


def _check_storage(found: Any, limits: Limits) -> None:
    """Refuse what reads other files, what can't be uncompressed, and sizes far beyond the bytes that are there."""
    import h5py  # a file is open, so it is loaded

    plist = found.id.get_create_plist()
    if plist.get_layout() == h5py.h5d.VIRTUAL or plist.get_external_count():
        raise DecodeError("the dataset's data lie in other files, which are not followed", category="unsupported")
    for which in range(plist.get_nfilters()):
        code = plist.get_filter(which)[0]
        if not h5py.h5z.filter_avail(code):
            if code in _PLUGIN_FILTERS and _plugin():
                continue
            name = _PLUGIN_FILTERS.get(code, "unknown")
            raise FilterUnavailable(f"the data need HDF5 filter {code} ({name}), which is not installed; try: {_PIP}")
    size = product(found.shape) * found.dtype.itemsize
    stored = int(found.id.get_storage_size())
    spare = limits.items * 16  # rows that were never written take no bytes in the file
    if size > stored * limits.expansion + spare:
        raise DecodeError(f"the dataset declares {size} bytes, {stored} bytes are stored", category="size")
    checked_size(size, limits)
    if found.chunks is not None:
        chunk = product(found.chunks) * found.dtype.itemsize
        if chunk > stored * limits.expansion + spare:
            raise DecodeError(f"a chunk is declared as {chunk} bytes, {stored} bytes are stored", category="size")


def _plugin() -> bool:
    try:
        import hdf5plugin  # noqa: F401 - importing it registers the filters
    except ImportError:
        return False
    return True
