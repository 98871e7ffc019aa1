"""What callers give, made ready for the file: every value is checked here, before any file is touched.

Numbers must fit the type that they are stored as; they are never wrapped, cut or parsed from text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import EncodeError
from ..value import shown
from .compounds import check_axes, columns_of, compound, fixed_text, text_of
from .elements import alike, bare, seen
from .layout import Attribute, Axis, Dataset, Element
from .numbers import numbers
from .ragged import Ragged
from .texts import is_plain

__all__ = ["Rows", "attribute_value", "dataset_value", "is_const", "no_rows", "rows_value", "usual_value"]

Rows = NDArray[Any] | Ragged | list[bytes]

# of the formats of buffers (PEP 3118): names of members; objects, pointers, wide characters of ctypes (Zd is complex)
_NAME = re.compile(r":[^:]*:")
_ADDRESS = re.compile(r"[OPzX&]|Z(?![fdg])")


def rows_value(dataset: Dataset, values: Any, count: int | None = None) -> Rows:
    """Return *values* for rows of *dataset*: an array, a `Ragged`, or a list of bytes.

    count : the number of rows, where columns may be left to their defaults (a compound).

    Raises
    ------
    EncodeError : wrong type (``type``) or shape (``size``); OutOfRangeError; UnknownColumnError : no such member.
    """
    try:
        ready = _rows(dataset, values, count)
        if not isinstance(ready, np.ndarray):
            check_axes((len(ready),), dataset.shape)
        return ready
    except EncodeError as error:
        _place(error, dataset.name, dataset.path, dataset.rule)
        raise


def no_rows(values: Rows) -> Any:
    """None of these rows: what a dataset that is made for them begins with."""
    return values[:0] if isinstance(values, np.ndarray) else []


def dataset_value(dataset: Dataset, value: Any) -> Any:
    """Return the *value* of a dataset that is no table, ready to be written, checked against its constant too."""
    if dataset.shape:
        ready = rows_value(dataset, value if _rank(value) else _spread(dataset, value))
    else:
        try:
            ready = _scalar(dataset.element, value)
        except EncodeError as error:
            _place(error, dataset.name, dataset.path, dataset.rule)
            raise
    if dataset.const is not None and not is_const(ready, dataset.const):
        problem = f"{dataset.const!r} is expected, got {shown(value)[:80]}"
        raise EncodeError(problem, path=dataset.name, at=dataset.path, rule=dataset.rule)
    return ready


def usual_value(dataset: Dataset) -> Any:
    """The default of a dataset, as it would be read."""
    ready = dataset_value(dataset, dataset.default)
    return ready if isinstance(ready, Ragged) else bare(seen(ready, dataset.element))


def attribute_value(attribute: Attribute, value: Any) -> Any:
    """Return the *value* of an attribute, checked against its type, shape, range and constant."""
    where = {"path": attribute.path, "at": attribute.at, "rule": attribute.rule}
    if attribute.shape and not _rank(value):
        value = _spread(attribute, value)
    try:
        ready = (
            _scalar(attribute.element, value)
            if not attribute.shape
            else _array(attribute.element, value, attribute.shape)
        )
    except EncodeError as error:
        _place(error, attribute.path, attribute.at, attribute.rule)
        raise
    if attribute.const is not None and not is_const(ready, attribute.const):
        raise EncodeError(f"{attribute.const!r} is expected, got {value!r}", **where)
    return ready


def is_const(value: Any, const: Any) -> bool:
    """Whether *value* is the constant; one of a single value may stand for an array of it."""
    found = np.asarray(value.tolist() if isinstance(value, Ragged) else value)
    wanted = np.asarray(const)
    return (wanted.ndim == 0 or wanted.shape == found.shape) and bool((found == wanted).all())


def _place(error: EncodeError, path: str, at: str, rule: str) -> None:
    """Say where *error* is, and by which check it was found: a member of a compound has a rule of its own."""
    error.check = error.check or ("member" if error.rule else "value")
    error.path, error.at, error.rule = path + error.path, at, error.rule or rule


def _spread(attribute: Attribute | Dataset, value: Any) -> Any:
    """A default or constant that is one value for all places, where the axes are all fixed."""
    shape = tuple(axis for axis in attribute.shape if isinstance(axis, int))
    one = attribute.const if attribute.const is not None else attribute.default
    if len(shape) != len(attribute.shape) or not (value is one or value == one):
        return value
    return np.full(shape, value, dtype=object).tolist()


def _is_many(values: Any) -> bool:
    """Whether *values* can be gone through, and are no text: an array without an axis can't, though it looks so."""
    if isinstance(values, (str, bytes)) or not isinstance(values, Iterable):
        return False
    return not isinstance(values, np.ndarray) or values.ndim > 0


def _rank(value: Any) -> int:
    """The number of axes; of uneven lists, that they have some."""
    try:
        return int(np.ndim(value))
    except ValueError:
        return 1


def _rows(dataset: Dataset, values: Any, count: int | None) -> Rows:
    element = dataset.element
    if element.kind == "blob" and len(dataset.shape) == 1:
        return _blobs(values)
    if element.variable and len(dataset.shape) == 1:
        return _ragged(element, values)
    if element.kind == "compound":
        return compound(element, values, count, dataset.shape)
    return _array(element, values, dataset.shape)


def _blobs(values: Any) -> list[bytes] | Ragged:
    """Messages as bytes; bytes are taken as they are, other buffers by their raw bytes (copies)."""
    if isinstance(values, Ragged) and not (isinstance(values.dtype, np.dtype) and values.dtype.hasobject):
        return values if values.dtype is None else Ragged(values.data, values.starts, values.lengths * values.itemsize)
    if isinstance(values, bytearray) or not _is_many(values):
        raise EncodeError(f"an iterable of bytes is expected, got {type(values).__name__}", category="type")
    items = values if isinstance(values, list) else list(values)
    if set(map(type, items)) <= {bytes}:
        return items
    result: list[bytes] = []
    for index, item in enumerate(items):
        result.append(item if type(item) is bytes else _raw(item, f"[{index}]"))
    return result


def _raw(item: Any, path: str) -> bytes:
    """The raw bytes of a message; what is text, one number, or holds addresses of the process, is none."""
    try:
        view = memoryview(item)
        if not isinstance(item, (str, np.number, np.bool_)) and not _ADDRESS.search(_NAME.sub("", view.format)):
            return view.tobytes()
    except (TypeError, BufferError, ValueError, NotImplementedError) as error:
        raise EncodeError(f"bytes are expected, got {type(item).__name__}", category="type", path=path) from error
    what = type(item).__name__
    what = f"an array of {item.dtype}" if isinstance(item, np.ndarray) else what
    raise EncodeError(f"bytes are expected, got {what}", category="type", path=path)


def _ragged(element: Element, values: Any) -> Ragged:
    wanted: Any = str if element.kind == "text" else np.dtype(element.dtype)
    free = element.low is None and element.high is None and not element.values and not element.ascii
    if isinstance(values, Ragged) and values.dtype == wanted and free and (wanted is not str or is_plain(values)):
        return values
    if not _is_many(values):
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


def _allowed(element: Element, item: Any, index: int | None = None) -> str:
    path = "" if index is None else f"[{index}]"
    text = text_of(item, path)
    if element.values and text not in element.values:
        raise EncodeError(f"one of {', '.join(element.values)} is expected, got {text!r}", path=path)
    if element.ascii and not text.isascii():
        raise EncodeError(f"text in ASCII is expected, got {text!r}", path=path)
    return text


def _array(element: Element, values: Any, shape: tuple[Axis, ...]) -> NDArray[Any]:
    if element.kind in ("text", "bytes"):
        ready = _texts(element, values)
    elif element.kind in ("vlen", "blob"):
        raise EncodeError("variable-length rows of more than one dimension are not written", category="unsupported")
    else:
        ready = _numbers(element, values)
    if ready.shape == (0,) and not shape[0]:  # an empty list says nothing of its items
        ready = ready.reshape((0, *(axis if isinstance(axis, int) else 0 for axis in shape[1:])))
    check_axes(ready.shape, shape)
    return ready


def _numbers(element: Element, values: Any) -> NDArray[Any]:
    """*values* in the type among those of *element* that they have, else in the first that holds them; floats in a float."""
    if len(element.dtypes) == 1:
        return numbers(values, element.dtype, element.low, element.high)
    if not isinstance(values, np.ndarray) and _is_many(values):
        values = list(values)  # what can be gone through once is looked at for each type
    try:
        given = np.asarray(values).dtype
    except (ValueError, TypeError, OverflowError):
        given = np.dtype(object)
    float_first = given.kind == "f" and not (isinstance(values, (list, tuple)) and not values)  # [] is of no type
    order = sorted(element.dtypes, key=lambda one: float_first and np.dtype(one).kind != "f")
    if isinstance(values, np.ndarray):
        order = [one for one in order if alike(given, one)] or order
    for dtype in order[:-1]:
        try:
            return numbers(values, dtype, element.low, element.high)
        except EncodeError:
            continue
    return numbers(values, order[-1], element.low, element.high)


def _texts(element: Element, values: Any) -> NDArray[Any]:
    if element.kind == "bytes":
        return fixed_text(values, element.length, exact=True)
    if not _is_many(values):
        raise EncodeError(f"an iterable of text is expected, got {type(values).__name__}", category="type")
    items = np.asarray(values if isinstance(values, np.ndarray) else list(values), dtype=object)
    ready = np.empty(items.size, dtype=object)
    ready[:] = [_allowed(element, item, index) for index, item in enumerate(items.ravel().tolist())]
    shaped: NDArray[Any] = ready.reshape(items.shape)
    return fixed_text(shaped, element.length) if element.length else shaped


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
        return compound(element, {name: [one] for name, one in columns_of(value).items()}, 1, (None,))[0]
    if isinstance(value, (str, bytes)) or _rank(value):
        raise EncodeError(f"one number is expected, got {type(value).__name__}", category="type")
    try:
        return _numbers(element, np.asarray([value]) if isinstance(value, np.generic) else [value])[0]
    except EncodeError as error:
        error.path = ""
        raise
