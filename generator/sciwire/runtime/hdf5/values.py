"""What callers give, made ready for the file: every value is checked here, before any file is touched.

Numbers must fit the type that they are stored as; they are never wrapped, cut or parsed from text.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import EncodeError
from .faults import UnequalLengthsError, UnknownColumnError
from .layout import Attribute, Axis, Column, Dataset, Element
from .numbers import numbers
from .ragged import Ragged

__all__ = ["Rows", "attribute_value", "dataset_value", "rows_value"]

Rows = NDArray[Any] | Ragged | list[bytes]


def rows_value(dataset: Dataset, values: Any, count: int | None = None) -> Rows:
    """Return *values* for rows of *dataset*: an array, a `Ragged`, or a list of bytes.

    count : the number of rows, where columns may be left to their defaults (a compound).

    Raises
    ------
    EncodeError : wrong type (``type``) or shape (``size``); OutOfRangeError; UnknownColumnError : no such member.
    """
    try:
        return _rows(dataset, values, count)
    except EncodeError as error:
        error.path, error.at, error.rule = dataset.name + error.path, dataset.path, error.rule or dataset.rule
        raise


def dataset_value(dataset: Dataset, value: Any) -> Any:
    """Return the *value* of a dataset that is no table, ready to be written."""
    if dataset.shape:
        return rows_value(dataset, value)
    try:
        return _scalar(dataset.element, value)
    except EncodeError as error:
        error.path, error.at, error.rule = dataset.name, dataset.path, error.rule or dataset.rule
        raise


def attribute_value(attribute: Attribute, value: Any) -> Any:
    """Return the *value* of an attribute, checked against its type, shape, range and constant."""
    where = {"path": attribute.path, "at": attribute.at, "rule": attribute.rule}
    try:
        ready = (
            _scalar(attribute.element, value)
            if not attribute.shape
            else _array(attribute.element, value, attribute.shape)
        )
    except EncodeError as error:
        error.path, error.at, error.rule = attribute.path, attribute.at, error.rule or attribute.rule
        raise
    if attribute.const is not None and not np.array_equal(ready, attribute.const):
        raise EncodeError(f"{attribute.const!r} is expected, got {value!r}", **where)
    return ready


def _rows(dataset: Dataset, values: Any, count: int | None) -> Rows:
    element = dataset.element
    if element.kind == "blob" and len(dataset.shape) == 1:
        return _blobs(values)
    if element.variable and len(dataset.shape) == 1:
        return _ragged(element, values)
    if element.kind == "compound":
        return _compound(element, values, count, dataset.shape)
    return _array(element, values, dataset.shape)


def _blobs(values: Any) -> list[bytes] | Ragged:
    """Messages as bytes; bytes are taken as they are, other buffers by their raw bytes (copies)."""
    if isinstance(values, Ragged):
        return values if values.dtype is None else Ragged(values.data, values.starts, values.lengths * values.itemsize)
    if isinstance(values, (str, bytes, bytearray)) or not isinstance(values, Iterable):
        raise EncodeError(f"an iterable of bytes is expected, got {type(values).__name__}", category="type")
    items = values if isinstance(values, list) else list(values)
    if set(map(type, items)) <= {bytes}:
        return items
    result: list[bytes] = []
    for index, item in enumerate(items):
        try:
            result.append(item if type(item) is bytes else memoryview(item).tobytes())
        except (TypeError, BufferError, ValueError) as error:
            raise EncodeError(
                f"bytes are expected, got {type(item).__name__}", category="type", path=f"[{index}]"
            ) from error
    return result


def _ragged(element: Element, values: Any) -> Ragged:
    wanted: Any = str if element.kind == "text" else np.dtype(element.dtype)
    if isinstance(values, Ragged) and values.dtype == wanted:
        return values
    if isinstance(values, (str, bytes)) or not isinstance(values, Iterable):
        raise EncodeError(f"an iterable of rows is expected, got {type(values).__name__}", category="type")
    if element.kind == "text":
        return Ragged.of([_allowed(element, item, index) for index, item in enumerate(values)], str)
    rows = []
    for index, row in enumerate(values):
        try:
            ready = numbers(row, element.dtype, element.low, element.high)
        except EncodeError as error:
            error.path = f"[{index}]{error.path}"
            raise
        if ready.ndim != 1:
            raise EncodeError(f"a row of rank 1 is expected, got rank {ready.ndim}", category="size", path=f"[{index}]")
        rows.append(ready)
    return Ragged.of(rows, np.dtype(element.dtype))


def _text(item: Any, index: int | None = None) -> str:
    path = "" if index is None else f"[{index}]"
    if not isinstance(item, str):
        raise EncodeError(f"text is expected, got {type(item).__name__}", category="type", path=path)
    if "\0" in item:
        raise EncodeError("text in HDF5 can't hold a NUL", path=path)
    try:
        item.encode()
    except UnicodeEncodeError as error:
        raise EncodeError("the text has no UTF-8 form", path=path) from error
    return str(item)


def _allowed(element: Element, item: Any, index: int | None = None) -> str:
    text = _text(item, index)
    if element.values and text not in element.values:
        path = "" if index is None else f"[{index}]"
        raise EncodeError(f"one of {', '.join(element.values)} is expected, got {text!r}", path=path)
    return text


def _compound(element: Element, values: Any, count: int | None, shape: tuple[Axis, ...]) -> NDArray[Any]:
    given = columns_of(values)
    names = {alias: column for column in element.columns for alias in (column.name, *column.aliases)}
    ready: dict[str, NDArray[Any]] = {}
    for name, column_values in given.items():
        column = names.get(name)
        if column is None:
            raise UnknownColumnError(
                f"there is no column {name!r}, known: {', '.join(c.name for c in element.columns)}"
            )
        if column.name in ready:
            raise EncodeError(f"column {column.name!r} is given twice", path=f".{column.name}")
        ready[column.name] = _column(column, column_values)
    sizes = {name: len(one) for name, one in ready.items()}
    rows = count if count is not None else max(sizes.values(), default=0)
    for name, size in sizes.items():
        if size != rows:
            raise UnequalLengthsError(f"{rows} rows are expected, column {name!r} has {size}")
    table = np.zeros((rows, *(axis for axis in shape[1:] if isinstance(axis, int))), element.numpy())
    for column in element.columns:
        if column.name in ready:
            table[column.name] = ready[column.name]
        elif column.default is not None:
            table[column.name] = column.default
        else:
            raise EncodeError(f"column {column.name!r} is missing", category="constraint")
    return table


def columns_of(values: Any) -> Mapping[str, Any]:
    """Return a table's columns by name: of a mapping, of a structured array, or none of None."""
    if values is None:
        return {}
    if isinstance(values, Mapping):
        return values
    if isinstance(values, np.ndarray) and values.dtype.names:
        return {name: values[name] for name in values.dtype.names}
    raise EncodeError(
        f"a mapping of columns or a structured array is expected, got {type(values).__name__}", category="type"
    )


def _column(column: Column, values: Any) -> NDArray[Any]:
    try:
        if np.dtype(column.dtype).kind == "S":
            return _fixed_text(values, np.dtype(column.dtype).itemsize)
        ready = numbers(values, column.dtype, column.low, column.high)
    except EncodeError as error:
        error.path = f".{column.name}{error.path}"
        raise
    if ready.ndim < 1 or ready.shape[1:] != column.shape:
        raise EncodeError(
            f"a shape of (rows, *{column.shape}) is expected, got {ready.shape}",
            category="size",
            path=f".{column.name}",
        )
    return ready


def _fixed_text(values: Any, length: int) -> NDArray[Any]:
    """Text as UTF-8 in *length* bytes, padded with NUL; longer text is an error, never cut."""
    items = values.tolist() if isinstance(values, np.ndarray) else values
    if isinstance(items, (str, bytes)) or not isinstance(items, Iterable):
        raise EncodeError(f"an iterable of text is expected, got {type(items).__name__}", category="type")
    packed = []
    for index, item in enumerate(items):
        raw = item if isinstance(item, bytes) else _text(item, index).encode()
        if len(raw) > length:
            raise EncodeError(
                f"text of at most {length} bytes is expected, got {len(raw)}", category="size", path=f"[{index}]"
            )
        packed.append(raw)
    return np.array(packed, dtype=f"S{length}")


def _array(element: Element, values: Any, shape: tuple[Axis, ...]) -> NDArray[Any]:
    if element.kind in ("text", "bytes"):
        ready = _texts(element, values)
    elif element.kind in ("vlen", "blob"):
        raise EncodeError("variable-length rows of more than one dimension are not written", category="unsupported")
    else:
        given = values if isinstance(values, np.ndarray) else None
        dtype = next((d for d in element.dtypes if given is not None and _alike(given.dtype, d)), element.dtype)
        ready = numbers(values, dtype, element.low, element.high)
    if ready.ndim != len(shape):
        raise EncodeError(f"rank {len(shape)} is expected, got {ready.ndim}", category="size")
    for axis, (want, have) in enumerate(zip(shape, ready.shape, strict=True)):
        if isinstance(want, int) and want != have:
            raise EncodeError(f"axis {axis} is {want} long, got {have}", category="size")
    return ready


def _alike(found: np.dtype[Any], wanted: str) -> bool:
    return (found.kind, found.itemsize) == (np.dtype(wanted).kind, np.dtype(wanted).itemsize)


def _texts(element: Element, values: Any) -> NDArray[Any]:
    items = np.asarray(values, dtype=object)
    flat = items.ravel().tolist()
    if element.length:
        return _fixed_text(flat, element.length).reshape(items.shape)
    ready = np.empty(len(flat), dtype=object)
    ready[:] = [_allowed(element, item, index) for index, item in enumerate(flat)]
    return ready.reshape(items.shape)


def _scalar(element: Element, value: Any) -> Any:
    if element.kind == "text":
        text = _allowed(element, value)
        if element.length and len(text.encode()) > element.length:
            raise EncodeError(
                f"text of at most {element.length} bytes is expected, got {len(text.encode())}", category="size"
            )
        return text
    if element.kind in ("bytes", "blob"):
        if not isinstance(value, (bytes, bytearray, memoryview)) or (element.length and len(value) != element.length):
            raise EncodeError(f"{element.length or 'any number of'} bytes are expected, got {value!r}", category="type")
        return bytes(value)
    if element.kind == "vlen":
        return numbers(value, element.dtype, element.low, element.high)
    if element.kind == "compound":
        return _compound(element, {name: [one] for name, one in columns_of(value).items()}, 1, (None,))[0]
    if isinstance(value, (str, bytes)) or np.ndim(value):
        raise EncodeError(f"one number is expected, got {type(value).__name__}", category="type")
    try:
        return numbers([value], element.dtype, element.low, element.high)[0]
    except EncodeError as error:
        error.path = ""
        raise
