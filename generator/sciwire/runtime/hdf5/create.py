"""Objects of a layout made in a file: groups, attributes and empty or filled datasets, in the layout's order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from ..errors import EncodeError, FilterUnavailable
from .layout import Attribute, Dataset, Element, Filter, Layout
from .ragged import Ragged

__all__ = ["build", "h5_type", "set_attribute", "write_rows"]

_BLOCK = 8 << 20  # bytes of variable-length rows that are joined at a time


def build(
    file: Any, layout: Layout, attributes: Mapping[str, Any], datasets: Mapping[str, Any], extra: Mapping[str, Any]
) -> None:
    """Make everything in an empty *file*; values are ready for it (`values`), growing datasets get their rows.

    attributes, datasets : by field; None or absence leaves an optional object out.
    extra : further attributes of known objects, by path.
    """
    for path in layout.groups:
        if path != "/":
            file.require_group(path)
    made: set[str] = set()
    for attribute in layout.attributes:
        if not any(attribute.owner == dataset.path for dataset in layout.datasets):
            _maybe_attribute(file, attribute, attributes.get(attribute.field))
    for dataset in layout.datasets:
        value = datasets.get(dataset.field)
        if value is None and not (dataset.grows and dataset.required):
            continue
        _make_dataset(file, dataset, value)
        made.add(dataset.path)
        for attribute in layout.attributes:
            if attribute.owner == dataset.path:
                _maybe_attribute(file, attribute, attributes.get(attribute.field))
    for at, value in extra.items():
        owner, _, name = at.partition("@")
        if owner in file and name and name not in file[owner].attrs:
            file[owner].attrs[name] = value


def set_attribute(file: Any, attribute: Attribute, value: Any) -> None:
    """Write *value* over that of an attribute that exists (in place: SWMR allows no other way), or make it."""
    import h5py  # a file is open, so it is loaded

    owner = file[attribute.owner]
    if h5py.h5a.exists(owner.id, attribute.name.encode()) and attribute.element.kind == "number":
        h5py.h5a.open(owner.id, attribute.name.encode()).write(np.asarray(value))
    else:
        _maybe_attribute(file, attribute, value)


def write_rows(target: Any, start: int, rows: Any) -> None:
    """Write *rows* (an array, a `Ragged` or a list of bytes) from row *start* on; the dataset is long enough."""
    if isinstance(rows, np.ndarray):
        if len(rows):
            target[start : start + len(rows)] = rows
        return
    if isinstance(rows, Ragged):
        _write_ragged(target, start, rows)
        return
    sizes = np.fromiter(map(len, rows), np.uintp, len(rows))
    low = 0
    for high in _cuts(sizes):
        joined = b"".join(rows[low:high])  # copies: HDF5 wants one pointer a row, and one buffer gives them by addition
        lengths = sizes[low:high]
        _write_runs(target, start + low, joined, np.cumsum(lengths) - lengths, lengths, np.dtype("u1"))
        low = high


def h5_type(element: Element) -> Any:
    """The h5py dtype of *element* as it is created."""
    import h5py  # a file is open, so it is loaded

    if element.kind == "blob":
        return h5py.vlen_dtype(np.dtype("u1"))
    if element.kind == "vlen":
        return h5py.vlen_dtype(np.dtype(element.dtype))
    if element.kind == "text":
        return h5py.string_dtype("ascii" if element.ascii else "utf-8", element.length or None)
    if element.kind == "bytes":
        return np.dtype(f"V{element.length}")
    return element.numpy()


def _maybe_attribute(file: Any, attribute: Attribute, value: Any) -> None:
    if value is None:
        return
    owner = file[attribute.owner]
    element = attribute.element
    if element.kind == "text":
        owner.attrs.create(attribute.name, value, dtype=h5_type(element), shape=np.shape(value))
    else:
        owner.attrs.create(attribute.name, np.asarray(value, h5_type(element)))


def _make_dataset(file: Any, dataset: Dataset, value: Any) -> None:
    dtype = h5_type(dataset.element)
    if isinstance(value, np.ndarray) and dataset.element.kind == "number":
        dtype = value.dtype
    if not dataset.shape:
        file.create_dataset(dataset.path, data=value, dtype=dtype)
        return
    rows = 0 if value is None else len(value)
    inner = (
        value.shape[1:]
        if isinstance(value, np.ndarray)
        else tuple(axis if isinstance(axis, int) else 1 for axis in dataset.shape[1:])
    )
    shape = (rows, *inner)
    chunks = tuple(c or max(1, s) for c, s in zip(dataset.chunks, shape, strict=False)) if dataset.chunks else None
    made = file.create_dataset(
        dataset.path,
        shape=(0, *inner) if dataset.grows else shape,
        maxshape=(None, *inner) if dataset.grows else None,
        dtype=dtype,
        chunks=chunks if chunks is not None else (True if dataset.grows or dataset.filters else None),
        **_filters(dataset.filters),
    )
    if dataset.grows and rows:
        made.resize(rows, axis=0)
    if rows:
        write_rows(made, 0, value)


def _filters(filters: tuple[Filter, ...]) -> dict[str, Any]:
    """The arguments of ``create_dataset`` for a filter pipeline."""
    arguments: dict[str, Any] = {}
    for one in filters:
        options = dict(one.options)
        if one.name == "shuffle":
            arguments["shuffle"] = True
        elif one.name == "fletcher32":
            arguments["fletcher32"] = True
        elif one.name == "lzf":
            arguments["compression"] = "lzf"
        elif one.name == "deflate":
            arguments |= {"compression": "gzip", "compression_opts": int(options.get("level", 4))}
        else:
            arguments |= dict(_plugin(one.name, options))
    return arguments


def _plugin(name: str, options: Mapping[str, Any]) -> Mapping[str, Any]:
    try:
        import hdf5plugin  # only files that use these filters need it
    except ImportError as error:
        raise FilterUnavailable(f"writing with filter {name} needs hdf5plugin: pip install hdf5plugin") from error
    makers = {"bitshuffle": "Bitshuffle", "zstd": "Zstd", "lz4": "LZ4", "blosc": "Blosc", "zfp": "Zfp"}
    try:
        made: Mapping[str, Any] = getattr(hdf5plugin, makers[name])(**options)
    except (TypeError, ValueError, KeyError) as error:
        raise EncodeError(f"filter {name} can't have the settings {dict(options)}: {error}") from error
    return made


def _write_ragged(target: Any, start: int, rows: Ragged) -> None:
    if rows.dtype is str:  # HDF5 wants each text with a NUL behind it, which a shared buffer does not have
        if len(rows):
            target[start : start + len(rows)] = np.array(rows.tolist(), dtype=object)
        return
    dtype = rows.dtype if isinstance(rows.dtype, np.dtype) else np.dtype("u1")
    _write_runs(target, start, rows.data, rows.starts, rows.lengths, dtype)


def _cuts(sizes: Any) -> list[int]:
    """Row numbers at which blocks of about `_BLOCK` bytes end; the last is the number of rows."""
    if not len(sizes):
        return []
    blocks = (np.cumsum(sizes) // np.uintp(_BLOCK)).astype(np.int64)
    return [*(np.flatnonzero(np.diff(blocks)) + 1).tolist(), len(sizes)]


def _write_runs(target: Any, start: int, data: Any, starts: Any, lengths: Any, dtype: np.dtype[Any]) -> None:
    """Hand HDF5 a ready-made table of (length, pointer) over one buffer, with the memory type stated.

    h5py would make an array object of each row, and an array of Python integers where all rows are equal.
    """
    import h5py  # a file is open, so it is loaded

    count = len(starts)
    if not count:
        return
    buffer = np.frombuffer(data, np.uint8) if len(data) else np.zeros(1, np.uint8)
    table = np.empty(count, dtype=[("length", np.uintp), ("pointer", np.uintp)])  # hvl_t: size_t len, void *p
    table["length"] = lengths
    table["pointer"] = starts
    table["pointer"] += buffer.ctypes.data
    space = target.id.get_space()
    space.select_hyperslab((start,), (count,))
    memory = h5py.h5s.create_simple((count,))
    target.id.write(memory, space, table, h5py.h5t.vlen_create(h5py.h5t.py_create(dtype)))
