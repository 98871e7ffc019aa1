"""One batch: which of its arrays are written, and whether they can be."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...errors import EncodeError
from ...masked import hides
from .config import Options
from .form import BlobForm, fault

__all__ = ["checked_batch"]

_KINDS = "biufcSUOVT"
_LARGEST_CHUNK = (1 << 32) - 1  # HDF5's own limit
_MOST_AXES = 32  # the same


def checked_batch(form: BlobForm, batch: Any, options: Options) -> dict[str, NDArray[Any]]:
    """Return source -> array, C-contiguous, in the order of the configuration; text as objects.

    Sources that the configuration does not name are left out, and so are those that are absent or None. Raises
    EncodeError naming the source.
    """
    if not isinstance(batch, Mapping):
        problem = f"expected a table of arrays by source, got {type(batch).__name__}"
        raise fault(form, "batch", problem, kind=EncodeError)
    found = {source: _array(form, source, batch[source], options) for source in options.fields if batch.get(source) is not None}  # fmt: skip
    if not found:
        names = ", ".join(options.fields) or "no source"
        raise fault(form, "empty", f"the batch is empty: it has none of {names}", kind=EncodeError)
    first, depth = next((source, len(array)) for source, array in found.items())
    for source, array in found.items():
        if len(array) != depth:
            problem = f"expected {depth} events, as {first} has, got {len(array)}"
            raise fault(form, "depth", problem, kind=EncodeError, path=source)
    return found


def _array(form: BlobForm, source: str, given: Any, options: Options) -> NDArray[Any]:
    def wrong(name: str, problem: str) -> Exception:
        return fault(form, name, problem, kind=EncodeError, path=source)

    if not isinstance(given, np.ndarray):
        raise wrong("array", f"expected an array, got {type(given).__name__}")
    if hides(given):
        raise wrong("array", "a mask has no place in HDF5, the masked elements must be filled first")
    array = np.asarray(given)
    if array.dtype.names is not None:
        raise wrong(
            "array", f"compound elements have no place in this format, got {array.dtype}; give each member a source"
        )
    if array.dtype.kind not in _KINDS or array.dtype.itemsize == 0:
        raise wrong("array", f"HDF5 has no type for elements of {array.dtype}")
    if array.ndim == 0:
        raise wrong("scalar", "expected an event along the first axis, got a single value")
    if array.ndim > _MOST_AXES:
        raise wrong("array", f"HDF5 has at most {_MOST_AXES} axes, this array has {array.ndim}")
    if array.size == 0:
        extents = " x ".join(map(str, array.shape))
        raise wrong("empty", f"expected events with elements, got an array of {extents}")
    if array.itemsize * (array.size // len(array)) * form.chunk > _LARGEST_CHUNK:
        raise wrong(
            "array", f"an event has {array.itemsize * (array.size // len(array))} bytes, HDF5 takes {_LARGEST_CHUNK}"
        )
    if options.packing.kinds and array.dtype.str.lstrip("<>=|") not in options.packing.kinds:
        kinds = ", ".join(np.dtype(kind).name for kind in options.packing.kinds)
        raise wrong("packed_type", f"the compression takes elements of {kinds}, got {array.dtype}")
    if array.dtype.kind in "UOT":
        return _text(form, source, array)
    return np.ascontiguousarray(array)  # copies where it is not contiguous


def _text(form: BlobForm, source: str, array: NDArray[Any]) -> NDArray[Any]:
    """Text as objects, each of which UTF-8 can hold and no NUL is in."""
    flat: list[Any] = array.ravel().tolist()
    for number, text in enumerate(flat):
        index = "".join(f"[{one}]" for one in np.unravel_index(number, array.shape))
        if not isinstance(text, str):
            problem = f"expected text, got {type(text).__name__}"
            raise fault(form, "array", problem, kind=EncodeError, path=f"{source}{index}")
        try:
            fits = "\0" not in text and text.encode() is not None
        except UnicodeEncodeError:
            fits = False
        if not fits:
            raise fault(
                form, "text", f"HDF5 can't hold the text {text!r:.80}", kind=EncodeError, path=f"{source}{index}"
            )
    whole = np.empty(array.shape, object)
    whole.ravel()[:] = flat
    return whole
