"""Rows of datasets as arrays: slices, masks and whole tables whose datasets grow in step."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import DecodeError, EncodeError
from ..limits import Limits, checked_size
from .chunks import Unusual, prove_chunks, read_references
from .claims import prove_dataset
from .elements import check_values, runs_of, seen
from .faults import by
from .heap import resolve
from .layout import Dataset, Element, Layout
from .objects import Stored
from .ragged import Ragged
from .source import Source, foreign

__all__ = ["read_rows", "read_whole", "selected"]

_BLOCK = 16 << 20  # bytes that are read at a time where rows are picked


def selected(length: int, rows: Any) -> slice | NDArray[np.int64]:
    """Return *rows* of a dataset of *length* rows as a slice of step 1, or as ascending row numbers.

    rows : a slice (as of a list), a boolean array of *length*, or ascending row numbers.

    Raises
    ------
    EncodeError : (a TypeError) a mask of another length or rank (``size``), or numbers that do not ascend.
    """
    if rows is Ellipsis or rows is None:
        return slice(0, length)
    if isinstance(rows, slice):
        start, stop, step = rows.indices(length)
        if step == 1:
            return slice(start, max(start, stop))
        rows = np.arange(start, stop, step)
    try:
        mask = np.asarray(rows)
    except ValueError as error:
        problem = f"a boolean mask is expected: {error}"
        raise by("mask", EncodeError(problem, category="type", path="mask")) from error
    if mask.dtype == bool:
        if mask.shape != (length,):
            problem = f"a boolean mask of shape ({length},) is expected, got {mask.shape}"
            raise by("mask", EncodeError(problem, category="size", path="mask"))
        return np.flatnonzero(mask)
    if mask.ndim != 1 or mask.dtype.kind not in "iu":
        problem = f"a boolean mask is expected, got {mask.dtype} of rank {mask.ndim}"
        raise by("mask", EncodeError(problem, category="type", path="mask"))
    numbers = np.where(mask < 0, mask + length, mask).astype(np.int64)
    if len(numbers) and (numbers[0] < 0 or numbers[-1] >= length or bool((np.diff(numbers) <= 0).any())):
        raise by("mask", EncodeError(f"row numbers must ascend and lie below {length}", path="mask"))
    return numbers


def read_rows(found: Stored, dataset: Dataset, rows: slice | NDArray[np.int64], source: Source, layout: Layout) -> Any:
    """Return rows of the h5py dataset *found*, first axis rows.

    number, compound, text and bytes of fixed length give an array; variable lengths a `Ragged`.

    Raises
    ------
    DecodeError : with `partial` holding the rows before the first bad one, where rows lie in the heap.
    """
    variable = dataset.element.variable and found.dtype.kind == "O"
    fixed = dataset.element.variable and not variable
    try:
        values: Any
        if variable and len(found.shape or ()) != 1:
            prove_dataset(found, source)
        if variable and len(found.shape or ()) == 1:
            values = _read_ragged(found, dataset, rows, source, layout)
        else:
            values = seen(_read_plain(found, rows, source.limits), dataset.element)
        check_values(values, dataset.element, range(rows.start, rows.stop) if isinstance(rows, slice) else rows)
        return _unfixed(values) if fixed else values
    except DecodeError as error:
        if fixed and error.partial is not None:
            error.partial = _unfixed(error.partial)
        error.path = error.path if error.path.startswith(dataset.name) else dataset.name + error.path
        error.at = dataset.path if error.at is None else error.at
        layout.cite(error, dataset.rule)
        raise
    except (OSError, RuntimeError, KeyError, ValueError, TypeError) as error:
        wrong = _told(error, found, dataset, source)
        wrong.path, wrong.at = dataset.name, dataset.path
        layout.cite(wrong, dataset.rule)
        raise wrong from error


def read_whole(found: Stored, dataset: Dataset, source: Source, layout: Layout) -> Any:
    """Return a dataset that is no table: a scalar, or all of an array of any rank."""
    if not dataset.shape:
        try:
            if dataset.element.variable and found.dtype.kind == "O":
                prove_dataset(found, source)
            value = found.h5[()]
            value = runs_of(value, found.dtype) if dataset.element.kind == "vlen" else value
            value = value.reshape(-1)[0] if found.shape else value  # an array of one item
            ready = _scalar(value, dataset.element)
            check_values(ready, dataset.element)
        except DecodeError as error:
            error.path, error.at = dataset.name + error.path, dataset.path
            layout.cite(error, dataset.rule)
            raise
        except (OSError, RuntimeError, ValueError, TypeError) as error:
            wrong = foreign(error, dataset.path)
            wrong.path = dataset.name
            layout.cite(wrong, dataset.rule)
            raise wrong from error
        return ready
    return read_rows(found, dataset, slice(0, len(found)), source, layout)


def _told(error: BaseException, found: Stored, dataset: Dataset, source: Source) -> DecodeError:
    """Our error for one of h5py; where a filter failed, our own reading of the chunks says more."""
    wrong = foreign(error, dataset.path)
    if wrong.category != "compression":
        return wrong
    try:
        prove_chunks(found, source)
    except DecodeError as better:
        return better
    except (OSError, RuntimeError):
        return wrong
    return wrong


def _unfixed(texts: NDArray[Any]) -> Any:
    """Texts that a file has in a fixed length, as those of a variable one are given."""
    return Ragged.of(texts.tolist(), str) if texts.ndim == 1 else texts.astype(object)


def _scalar(value: Any, element: Element) -> Any:
    if element.kind == "text":
        raw = value if isinstance(value, (bytes, str)) else bytes(value)
        return raw if isinstance(raw, str) else raw.rstrip(b"\0").decode("utf-8", "surrogateescape")
    if element.kind == "blob":
        return np.asarray(value, "u1").tobytes()
    if element.kind == "bytes" and isinstance(value, bytes):
        return value.ljust(element.length, b"\0")  # numpy takes them off
    return seen(np.asarray(value), element)[()] if element.kind == "compound" else value


def _read_plain(found: Stored, rows: slice | NDArray[np.int64], limits: Limits) -> Any:
    if isinstance(rows, slice):
        count = rows.stop - rows.start
        checked_size(count * found.row_size, limits)
        return found.h5[rows]
    result = np.empty((len(rows), *found.inner), found.dtype)
    if not len(rows):
        return result
    step = max(1, _BLOCK // max(1, found.row_size))
    low = 0
    while low < len(rows):  # only blocks that hold wanted rows are read
        begin = int(rows[low])
        high = int(np.searchsorted(rows, begin + step))
        block = found.h5[begin : int(rows[high - 1]) + 1]
        result[low:high] = block[rows[low:high] - begin]
        low = high
    return result


def _read_ragged(
    found: Stored, dataset: Dataset, rows: slice | NDArray[np.int64], source: Source, layout: Layout
) -> Ragged:
    numbers = np.arange(rows.start, rows.stop) if isinstance(rows, slice) else rows
    dtype = _item_type(found, dataset.element)
    try:
        references = read_references(found, numbers, source, source.limits)
    except Unusual:
        prove_dataset(found, source)
        return _through_h5py(found, rows, dtype, source.limits)
    try:
        return resolve(references, source.raw, dtype, source.limits, at=dataset.path)
    except DecodeError as error:
        if error.partial is not None:
            error.path = f"{dataset.name}[{numbers[len(error.partial)]}]"
        raise


def _through_h5py(found: Stored, rows: slice | NDArray[np.int64], dtype: Any, limits: Limits) -> Ragged:
    items: Iterable[Any] = found.h5[rows] if isinstance(rows, slice) else [found.h5[int(row)] for row in rows]
    if isinstance(dtype, np.dtype):
        items = [runs_of(item, found.dtype) for item in items]
    result = Ragged.of(
        [
            item.decode("utf-8", "surrogateescape") if isinstance(item, bytes) and dtype is str else item
            for item in items
        ],
        dtype,
    )
    checked_size(result.nbytes, limits)
    return result


def _item_type(found: Stored, element: Element) -> Any:
    import h5py  # a file is open, so it is loaded

    if element.kind == "blob":
        return None
    return str if element.kind == "text" else h5py.check_vlen_dtype(found.dtype)
