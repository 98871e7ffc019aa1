"""Element types as a file has them, compared with those that a layout describes; byte order may differ."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..errors import DecodeError
from .layout import Element
from .numbers import item_path

__all__ = ["check_element", "check_values", "stored_name"]


def check_element(dtype: Any, element: Element) -> None:
    """Raise a DecodeError (``type``) unless the h5py *dtype* is what *element* describes; byte order may differ."""
    import h5py  # a file is open, so it is loaded

    found = stored_name(dtype)
    text = h5py.check_string_dtype(dtype)
    inner = h5py.check_vlen_dtype(dtype) if text is None else None
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


def check_values(values: Any, element: Element) -> None:
    """Raise a DecodeError (``constraint``) where numbers that were read are out of bounds, or a text is not allowed."""
    if element.kind == "compound":
        for column in element.columns:
            _check_bounds(values[column.name], column.low, column.high, f".{column.name}")
    elif element.kind == "text" and element.values:
        flat = [values] if isinstance(values, str) else np.asarray(values, dtype=object).ravel().tolist()
        odd = next((index for index, text in enumerate(flat) if text not in element.values), None)
        if odd is not None:
            problem = f"one of {', '.join(element.values)} is expected, found {flat[odd]!r}"
            raise DecodeError(problem, path="" if isinstance(values, str) else f"[{odd}]")
    elif element.kind == "number":
        _check_bounds(values, element.low, element.high, "")
    elif element.kind == "vlen" and (element.low is not None or element.high is not None):
        for index, row in enumerate(values):
            _check_bounds(row, element.low, element.high, f"[{index}]")


def _check_bounds(values: Any, low: float | None, high: float | None, path: str) -> None:
    if low is None and high is None:
        return
    array = np.asarray(values)
    bad = np.zeros(array.shape, bool)
    if low is not None:
        bad |= ~(array >= low)
    if high is not None:
        bad |= ~(array <= high)
    if bad.any():
        index = int(np.flatnonzero(bad)[0])
        where = f"{path}{item_path(array, index)}" if array.ndim else path
        raise DecodeError(f"{array.flat[index]} is outside {low} to {high}", path=where)


def _same(found: Any, wanted: np.dtype[Any]) -> bool:
    if found.subdtype or wanted.subdtype:
        return bool(found.shape == wanted.shape and _same(found.base, wanted.base))
    return bool(found.kind == wanted.kind and found.itemsize == wanted.itemsize)


def stored_name(dtype: Any) -> str:
    """The name of an h5py dtype in messages: ``u1``, ``vlen[u1]``, ``text``, ``compound{a, b}``."""
    import h5py  # a file is open, so it is loaded

    if h5py.check_string_dtype(dtype) is not None:
        return "text" if dtype.kind == "O" else f"text of {dtype.itemsize} bytes"
    inner = h5py.check_vlen_dtype(dtype)
    if inner is not None:
        return f"vlen[{stored_name(inner)}]"
    if dtype.names:
        return "compound{" + ", ".join(f"{name}: {stored_name(dtype[name])}" for name in dtype.names) + "}"
    return dtype.str.lstrip("<|") if dtype.kind not in "OV" else str(dtype)
