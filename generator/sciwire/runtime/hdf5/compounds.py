"""Tables of several columns made ready for the file: columns by name or by alias, defaults, inner dimensions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import EncodeError
from .faults import UnequalLengthsError, UnknownColumnError, by
from .layout import Axis, Column, Element
from .numbers import item_path, numbers

__all__ = ["check_axes", "columns_of", "compound", "fixed_text", "text_of"]


def compound(element: Element, values: Any, count: int | None, shape: tuple[Axis, ...]) -> NDArray[Any]:
    """Return *values* (columns by name, or a structured array) as an array of the element's dtype.

    count : number of rows, where columns may all be left to their defaults. shape : axes of the dataset; a
    column's array has them before its own dimensions.

    Raises
    ------
    UnknownColumnError, UnequalLengthsError, EncodeError : a column is unknown, missing, given twice, or does not fit.
    """
    ready = _given(element, values, len(shape))
    outer = _outer(element, ready, count, shape)
    check_axes(outer, shape)
    table = np.zeros(outer, element.numpy())
    for column in element.columns:
        if column.name in ready:
            if ready[column.name].size:
                table[column.name] = ready[column.name]
        elif column.default is not None:
            default = column.default
            table[column.name] = default.encode() if isinstance(default, str) else default
        else:
            raise EncodeError(f"column {column.name!r} is missing", category="constraint", rule=column.rule)
    return table


def columns_of(values: Any) -> Mapping[str, Any]:
    """Return a table's columns by name: of a mapping, of a structured array or row of one, of complex numbers
    (r and i), or none of None."""
    if values is None:
        return {}
    if isinstance(values, Mapping):
        return values
    if isinstance(values, (np.ndarray, np.void)) and values.dtype.names:
        return {name: values[name] for name in values.dtype.names}
    if isinstance(values, (np.ndarray, np.complexfloating, complex)) and np.iscomplexobj(values):
        return {"r": values.real, "i": values.imag}  # as h5py stores them
    raise EncodeError(
        f"a mapping of columns or a structured array is expected, got {type(values).__name__}", category="type"
    )


def check_axes(have: tuple[int, ...], shape: tuple[Axis, ...]) -> None:
    """Raise EncodeError (``size``) where the rank, or the length of an axis that is fixed, is another."""
    if len(have) != len(shape):
        raise EncodeError(f"rank {len(shape)} is expected, got {len(have)}", category="size")
    for axis, (want, found) in enumerate(zip(shape, have, strict=True)):
        if isinstance(want, int) and want != found:
            raise EncodeError(f"axis {axis} is {want} long, got {found}", category="size")


def text_of(item: Any, path: str = "") -> str:
    """*item* as text that HDF5 can hold; EncodeError (``type``) for anything that is none."""
    if not isinstance(item, str):
        raise EncodeError(f"text is expected, got {type(item).__name__}", category="type", path=path)
    if "\0" in item:
        raise EncodeError("text in HDF5 can't hold a NUL", path=path)
    try:
        item.encode()
    except UnicodeEncodeError as error:
        raise EncodeError("the text has no UTF-8 form", path=path) from error
    return str(item)


def fixed_text(values: Any, length: int, *, exact: bool = False) -> NDArray[Any]:
    """Text of any rank as UTF-8 in *length* bytes, padded with NUL; longer text is an error, never cut.

    exact : bytes of exactly that length, of type V.
    """
    if isinstance(values, (str, bytes)) or not isinstance(values, Iterable):
        what = "bytes" if exact else "text"
        raise EncodeError(f"an iterable of {what} is expected, got {type(values).__name__}", category="type")
    given = values if isinstance(values, np.ndarray) else list(values)
    if isinstance(given, np.ndarray) and given.dtype.kind == "V" and not given.dtype.names:
        items = np.empty(given.shape, object)
        items.ravel()[:] = [item.tobytes() for item in given.ravel()]
    else:
        try:
            items = np.asarray(given, dtype=object)
        except ValueError as error:
            raise EncodeError(f"rows of unequal shape: {error}", category="size") from error
    packed = [_packed(item, length, item_path(items, index), exact) for index, item in enumerate(items.ravel())]
    if exact:
        return np.frombuffer(b"".join(packed), f"V{length}").reshape(items.shape)
    return np.array(packed, dtype=f"S{length}").reshape(items.shape)


def _packed(item: Any, length: int, path: str, exact: bool) -> bytes:
    if exact:
        if not isinstance(item, (bytes, bytearray, memoryview)):
            raise EncodeError(f"{length} bytes are expected, got {type(item).__name__}", category="type", path=path)
        if len(bytes(item)) != length:
            raise EncodeError(f"{length} bytes are expected, got {len(bytes(item))}", category="size", path=path)
        return bytes(item)
    raw = _proved(item, path) if isinstance(item, bytes) else text_of(item, path).encode()
    if len(raw) > length:
        problem = f"text of at most {length} bytes is expected, got {len(raw)}"
        raise EncodeError(problem, category="size", path=path)
    return raw


def _proved(item: bytes, path: str) -> bytes:
    """Text as a file gave it: bytes, padded or not."""
    raw = bytes(item).rstrip(b"\0")
    try:
        text_of(raw.decode(), path)
    except UnicodeDecodeError as error:
        raise EncodeError("text in UTF-8 is expected, got other bytes", path=path) from error
    return raw


def _given(element: Element, values: Any, rank: int) -> dict[str, NDArray[Any]]:
    names = {alias: column for column in element.columns for alias in (column.name, *column.aliases)}
    ready: dict[str, NDArray[Any]] = {}
    for name, column_values in columns_of(values).items():
        column = names.get(name)
        if column is None:
            known = ", ".join(one.name for one in element.columns)
            raise by("columns", UnknownColumnError(f"there is no column {name!r}, known: {known}"))
        if column.name in ready:
            raise EncodeError(f"column {column.name!r} is given twice", path=f".{column.name}")
        try:
            ready[column.name] = _column(column, column_values, rank)
        except EncodeError as error:
            error.path = f".{column.name}{error.path}"
            error.rule = error.rule or column.rule
            raise
    return ready


def _column(column: Column, values: Any, rank: int) -> NDArray[Any]:
    dtype = np.dtype(column.dtype)
    if dtype.kind == "S":
        ready = fixed_text(values, dtype.itemsize)
    else:
        ready = numbers(values, column.dtype, column.low, column.high)
    if ready.shape == (0,):
        return ready  # an empty list says nothing of what is inside
    if ready.ndim != rank + len(column.shape) or ready.shape[rank:] != column.shape:
        inner = "".join(f", {length}" for length in column.shape)
        rows = "rows" if rank == 1 else f"{rank} axes"
        raise EncodeError(f"a shape of ({rows}{inner}) is expected, got {ready.shape}", category="size")
    return ready


def _outer(
    element: Element, ready: Mapping[str, NDArray[Any]], count: int | None, shape: tuple[Axis, ...]
) -> tuple[int, ...]:
    """The lengths of the dataset's axes, which all columns must have."""
    rank = len(shape)
    found = {name: one.shape[:rank] for name, one in ready.items()}
    rows = count if count is not None else max((one[0] for one in found.values()), default=0)
    for name, have in found.items():
        if have[0] != rows:
            raise by("unequal", UnequalLengthsError(f"{rows} rows are expected, column {name!r} has {have[0]}"))
    usual = tuple(a if isinstance(a, int) else 0 for a in shape[1:])
    inner = next((one[1:] for one in found.values() if len(one) == rank), usual)
    for name, have in found.items():
        if len(have) == rank and have[1:] != inner:
            raise EncodeError(f"axes of {inner} are expected, column {name!r} has {have[1:]}", category="size")
    return (rows, *inner)
