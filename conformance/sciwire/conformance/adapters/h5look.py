"""What an HDF5 file of rows looks like from outside, read with h5py and, where h5py has no word for it, byte by byte.

These are the looking steps of a scenario. They judge what a codec wrote, so they use none of its code.
"""

from __future__ import annotations

import hashlib
from importlib import import_module
from pathlib import Path
from typing import Any

__all__ = ["layout", "meta", "stat", "times"]

_LAYOUT_MESSAGE = 8  # HDF5 file format specification 3.0, section IV.A.2.i


def stat(filename: Path) -> dict[str, Any]:
    """``kind`` null, ``directory`` or ``file``; of a file its size and digest, so that two looks can be compared."""
    if filename.is_dir():
        return {"kind": "directory"}
    if not filename.exists():
        return {"kind": None}
    data = filename.read_bytes()
    return {"kind": "file", "size": len(data), "sha256": hashlib.sha256(data).hexdigest()}


def meta(filename: Path) -> dict[str, Any]:
    """Attributes of ``/meta``; the two times as a relation, for no two runs have them in common."""
    with _opened(filename) as file:
        found = {name: _text(value) for name, value in file["meta"].attrs.items()}
    created, modified = found.pop("created", None), found.pop("modified", None)
    if created is not None and modified is not None:
        found["modified"] = "equal" if modified == created else ("later" if modified > created else "earlier")
    return {"version": None, "io_version": None, **found}


def layout(filename: Path) -> dict[str, Any]:
    """Superblock, flags, types of the attributes of ``/meta``, shape, type and storage of both datasets, and what else they have."""
    data = filename.read_bytes()
    start = data.find(b"\x89HDF\r\n\x1a\n")
    version = data[start + 8]
    known = ("meta", "msgs", "msg_headers")
    with _opened(filename) as file:
        kinds = {name: _attribute(file["meta"].attrs.get_id(name)) for name in file["meta"].attrs}
        datasets = {name: _dataset(file[name]) for name in known[1:] if name in file}
        messages = {name: _layout_version(data[start:], file[name]) for name in known[1:] if name in file}
        beside = {name: _beside(file[name]) for name in known[1:] if name in file}
        others = sorted(name for name in file if name not in known)
    flags = data[start + 11] if version >= 2 else 0
    head = {"superblock": version, "flags": flags, "meta": kinds, "others": others}
    return {**head, **datasets, "layout_messages": messages, "beside": beside}


def times(filename: Path, given: dict[str, Any]) -> dict[str, Any]:
    """What a reader has *given* of a file: its keys in order, and whether the two times are those of ``/meta``."""
    with _opened(filename) as file:
        stored = {name: file["meta"].attrs[name] for name in ("created", "modified")}
    return {"keys": list(given), **{name: bool(given.get(name) == value) for name, value in stored.items()}}


def _opened(filename: Path) -> Any:
    import h5py

    return h5py.File(filename, "r")


def _text(value: Any) -> Any:
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return value.item() if hasattr(value, "item") else value


def _attribute(attribute: Any) -> str:
    """``text`` is one text of variable length in UTF-8, ``f64`` a little-endian float; anything else says what it is."""
    import h5py

    kind = attribute.get_type()
    array = "" if attribute.shape == () else "array of "
    if isinstance(kind, h5py.h5t.TypeStringID):
        form = "" if kind.is_variable_str() else "fixed "
        return f"{array}{form}{'text' if kind.get_cset() == h5py.h5t.CSET_UTF8 else 'ascii text'}"
    order = " big-endian" if attribute.dtype.str.startswith(">") else ""
    return f"{array}{_number(attribute.dtype)}{order}"


def _dataset(dataset: Any) -> dict[str, Any]:
    plist = dataset.id.get_create_plist()
    filters = [plist.get_filter(index) for index in range(plist.get_nfilters())]
    return {
        "type": _type(dataset.dtype),
        "shape": list(dataset.shape),
        "maxshape": list(dataset.maxshape),
        "chunks": list(dataset.chunks) if dataset.chunks else None,
        "filters": [[name.decode("ascii", "replace"), *values] for _, _, values, name in filters],
    }


def _beside(dataset: Any) -> dict[str, Any]:
    """What a dataset has beside its rows: attributes, object times, and storage before there is something to store."""
    import h5py

    allocated = dataset.id.get_create_plist().get_alloc_time()
    times = h5py.h5g.get_objinfo(dataset.id).mtime != 0
    return {"attributes": sorted(dataset.attrs), "times": times, "by_chunk": allocated == h5py.h5d.ALLOC_TIME_INCR}


def _type(dtype: Any) -> Any:
    import h5py

    if dtype.names is not None:
        return {name: _type(dtype[name]) for name in dtype.names}
    base = h5py.check_vlen_dtype(dtype)
    return f"sequence of {_number(base)}" if base is not None and base is not str else _number(dtype)


def _number(dtype: Any) -> str:
    """``u8``, ``f64``: kind and bits."""
    return f"{dtype.kind}{8 * dtype.itemsize}"


def _layout_version(data: bytes, dataset: Any) -> int | None:
    """Version of the data layout message in the dataset's object header (version 2, first chunk); None elsewhere."""
    objects: Any = import_module("h5py.h5o")  # pyright does not see this module of Cython

    header = data[objects.get_info(dataset.id).addr :]
    if header[:4] != b"OHDR":
        return None
    flags = header[5]
    at = 6 + (16 if flags & 0x20 else 0) + (4 if flags & 0x10 else 0)
    width = 1 << (flags & 3)
    end = at + width + int.from_bytes(header[at : at + width], "little")
    at += width
    while at + 4 <= end:
        size = int.from_bytes(header[at + 1 : at + 3], "little")
        body = at + (6 if flags & 4 else 4)
        if header[at] == _LAYOUT_MESSAGE:
            return header[body]
        at = body + size
    return None
