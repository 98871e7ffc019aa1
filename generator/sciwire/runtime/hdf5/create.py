"""Objects of a layout made in a file: groups, attributes and empty or filled datasets, in the layout's order."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import Any

import numpy as np

from ..errors import CodecError, CodecWarning, EncodeError, FilterUnavailable
from .elements import alike
from .extra import write_extra
from .faults import UnwritableFileError
from .growing import Growing
from .layout import Attribute, Dataset, Element, Filter, Layout

__all__ = ["build", "filters_of", "h5_type"]


def build(
    file: Any, layout: Layout, attributes: Mapping[str, Any], datasets: Mapping[str, Any], extra: Mapping[str, Any]
) -> None:
    """Make everything in an empty *file*; values are ready for it (`values`), growing datasets get their rows.

    attributes, datasets : by field; None or absence leaves an optional object out.
    extra : further attributes of known objects, by path.

    Raises UnwritableFileError for what HDF5 refuses.
    """
    try:
        _build(file, layout, attributes, datasets, extra)
    except CodecError:
        raise
    except (OSError, RuntimeError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise UnwritableFileError(f"the file can't be made: {' '.join(str(error).split())}") from error


def _build(
    file: Any, layout: Layout, attributes: Mapping[str, Any], datasets: Mapping[str, Any], extra: Mapping[str, Any]
) -> None:
    for group in layout.groups:
        if group.path != "/":
            file.require_group(group.path)
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
    _warn_of_lost(layout, attributes, made)
    write_extra(file, layout, extra)


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


def _warn_of_lost(layout: Layout, attributes: Mapping[str, Any], made: set[str]) -> None:
    """Attributes of datasets that are left out go with them; say so, unless that is what every file has."""
    datasets = {dataset.path for dataset in layout.datasets}
    for one in layout.attributes:
        value = attributes.get(one.field)
        usual = one.const if one.const is not None else one.default
        if one.owner in datasets - made and value is not None and not np.array_equal(value, usual):
            text = f"{layout.subject}: the attribute {one.at} is left out, the file has no {one.owner}"
            warnings.warn(text, CodecWarning, stacklevel=2)


def _maybe_attribute(file: Any, attribute: Attribute, value: Any) -> None:
    if value is None:
        return
    owner = file[attribute.owner] if attribute.owner in file else file.require_group(attribute.owner)
    element = attribute.element
    if element.kind == "text":
        owner.attrs.create(attribute.name, _texts(element, value), dtype=h5_type(element), shape=np.shape(value))
    else:
        owner.attrs.create(attribute.name, _boxed(element, value))


def _texts(element: Element, value: Any) -> Any:
    """Text of a fixed length as its bytes: numpy would take only ASCII for them."""
    return np.asarray(np.char.encode(np.asarray(value, "U"), "utf-8"), h5_type(element)) if element.length else value


def _boxed(element: Element, value: Any) -> Any:
    """A value as an array of its type; a run of variable length is one object, which numpy would take for many."""
    if element.kind not in ("vlen", "blob"):
        return _texts(element, value) if element.kind == "text" else np.asarray(value, _type_for(element, value))
    box = np.empty((), h5_type(element))
    box[()] = np.frombuffer(value, "u1") if element.kind == "blob" else np.asarray(value, element.dtype)
    return box


def _type_for(element: Element, value: Any) -> Any:
    """The h5py dtype for a *value* that is ready to be written: of several, the one that it has."""
    found: np.dtype[Any] | None = getattr(value, "dtype", None)
    if element.kind != "number" or found is None:
        return h5_type(element)
    return np.dtype(next((one for one in element.dtypes if alike(found, one)), element.dtype))


def _make_dataset(file: Any, dataset: Dataset, value: Any) -> None:
    dtype = _type_for(dataset.element, value)
    if not dataset.shape:
        file.create_dataset(dataset.path, data=_boxed(dataset.element, value), dtype=dtype)
        return
    rows = 0 if value is None else len(value)
    inner = (
        value.shape[1:]
        if isinstance(value, np.ndarray)
        else tuple(axis if isinstance(axis, int) else 1 for axis in dataset.shape[1:])
    )
    shape = (rows, *inner)
    chunks = _chunks(dataset, shape)
    made = file.create_dataset(
        dataset.path,
        shape=(0, *inner) if dataset.grows else shape,
        maxshape=(None, *inner) if dataset.grows else None,
        dtype=dtype,
        chunks=chunks if chunks is not None else (True if dataset.grows or dataset.filters else None),
        **filters_of(dataset.filters),
    )
    growing = Growing(made)
    if dataset.grows and rows:
        growing.resize(rows)
    if rows and value is not None:
        growing.write(0, value)


def _chunks(dataset: Dataset, shape: tuple[int, ...]) -> tuple[int, ...] | None:
    """The chunks, none longer than its axis, unless that grows: HDF5 refuses those."""
    if not dataset.chunks:
        return None
    most = [max(1, extent) for extent in shape]
    if dataset.grows:
        most[0] = max(most[0], dataset.chunks[0])
    return tuple(min(chunk or limit, limit) for chunk, limit in zip(dataset.chunks, most, strict=True))


def filters_of(filters: tuple[Filter, ...]) -> dict[str, Any]:
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
