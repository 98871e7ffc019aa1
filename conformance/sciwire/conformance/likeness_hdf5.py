"""What stands in an HDF5 file, object by object, as h5py sees it: nobody's codec of ours takes part.

Each object has ``kind`` (group, dataset), ``attributes`` and their ``attribute_names``, and whether it has ``times``; a dataset ``value``, ``dtype``,
``shape``, ``maxshape``, ``chunks`` and ``filters`` (lists of id and client data); the root the ``superblock`` version.
"""

from __future__ import annotations

import contextlib
import io
from typing import Any

__all__ = ["look"]

_MOST = 1 << 28  # bytes of a dataset that is read


def look(data: bytes) -> dict[str, Any] | str:
    """The objects of the file by path, or why there are none. Raises ImportError without h5py."""
    import h5py

    with contextlib.suppress(ImportError):
        import hdf5plugin  # noqa: F401 - importing it registers the filters

    try:
        with h5py.File(io.BytesIO(data), "r") as file:
            found = {"/": {**_object(file["/"]), "superblock": data[8]}}
            file.visititems(lambda name, one: found.update({f"/{name}": _object(one)}))
            return found
    except Exception as error:  # a file that is none can make h5py raise anything
        return f"h5py cannot read it: {type(error).__name__}: {str(error)[:300]}"


def _object(one: Any) -> dict[str, Any]:
    import h5py

    from sciwire.runtime import plain

    attributes = {name: _plain(value) for name, value in one.attrs.items()}
    times = h5py.h5g.get_objinfo(one.id).mtime != 0
    about = {"attributes": attributes, "attribute_names": sorted(attributes), "times": times}
    if not isinstance(one, h5py.Dataset):
        return {"kind": "group", **about}
    if one.size is not None and one.size * one.dtype.itemsize > _MOST:
        raise ValueError(f"the dataset {one.name} is larger than {_MOST} bytes")
    text = h5py.check_string_dtype(one.dtype)
    value = one.asstr()[...] if text is not None and text.length is None else one[()]
    properties = one.id.get_create_plist()
    filters = [properties.get_filter(number) for number in range(properties.get_nfilters())]
    return {
        "kind": "dataset",
        **about,
        "value": plain.to_plain(value),
        "dtype": _dtype(one.dtype),
        "text": "variable" if text is not None and text.length is None else "fixed" if text is not None else None,
        "shape": list(one.shape),
        "maxshape": list(one.maxshape or ()),
        "chunks": list(one.chunks) if one.chunks else None,
        "filters": [[code, *values] for code, _, values, _ in filters],
    }


def _dtype(dtype: Any) -> Any:
    """As numpy writes it; of a table ``[name, dtype, extents…]`` for each column."""
    if dtype.names is None:
        return dtype.str
    return [[name, dtype[name].base.str, *dtype[name].shape] for name in dtype.names]


def _plain(value: Any) -> Any:
    """Text and numbers of attributes as they are."""
    from sciwire.runtime import plain

    return plain.to_plain(value.item() if hasattr(value, "item") and getattr(value, "ndim", 1) == 0 else value)
