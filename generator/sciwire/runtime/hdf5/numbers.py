"""Numbers checked against the type they are stored as; they are never wrapped, cut or parsed from text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import EncodeError
from .faults import OutOfRangeError

__all__ = ["bounds_text", "item_path", "numbers"]


def numbers(values: Any, dtype: str, low: float | None = None, high: float | None = None) -> NDArray[Any]:
    """Return *values* (any iterable of numbers) as an array of *dtype*; nothing is wrapped, cut or parsed.

    Floats for an integer type must be whole. Raises EncodeError (``type``) or `OutOfRangeError`.
    """
    wanted = np.dtype(dtype)
    if not isinstance(values, (np.ndarray, Sequence)) and isinstance(values, Iterable):
        values = list(values)
    try:
        given = np.asarray(values)
    except (ValueError, OverflowError, TypeError) as error:
        raise EncodeError(f"numbers of {wanted.name} are expected: {error}", category="type") from error
    if given.size == 0 and given.dtype == float:
        given = given.astype(wanted)
    elif given.dtype.kind == "f" and wanted.kind in "iu" and not isinstance(values, np.ndarray):
        given = np.asarray(values, dtype=object)  # integers beyond 2^63 beside others: numpy would round them
    if given.dtype == object:
        given = _whole(given, wanted)
    if given.dtype.kind not in "buif":
        raise EncodeError(f"numbers of {wanted.name} are expected, got {given.dtype}", category="type")
    if wanted.kind in "iu":
        _check_integers(given, wanted)
    elif wanted.kind == "b" and given.dtype.kind != "b" and bool(((given != 0) & (given != 1)).any()):
        raise OutOfRangeError("true or false is expected")
    _check_bounds(given, low, high)
    with np.errstate(over="ignore"):
        result = given.astype(wanted)
    if wanted.kind == "f" and bool((np.isinf(result) & np.isfinite(given)).any()):
        raise OutOfRangeError(f"a number does not fit {wanted.name}")
    return result


def item_path(array: NDArray[Any], index: int) -> str:
    """The place of an item of *array* by its number in C order: ``[2]``, ``[0, 5, 1]``; empty for a scalar."""
    return f"[{', '.join(map(str, map(int, np.unravel_index(index, array.shape))))}]" if array.ndim else ""


def bounds_text(low: float | None, high: float | None) -> str:
    """``0 to 9``, ``0 or more``, ``9 or less``."""
    if low is None or high is None:
        return f"{high} or less" if low is None else f"{low} or more"
    return f"{low} to {high}"


def _whole(given: NDArray[Any], wanted: np.dtype[Any]) -> NDArray[Any]:
    """Python numbers of which numpy makes no array of one type without loss, or no numbers at all."""
    for index, item in enumerate(given.flat):
        if not isinstance(item, (bool, int, float, np.integer, np.floating, np.bool_)):
            raise EncodeError(
                f"a number is expected, got {type(item).__name__}", category="type", path=item_path(given, index)
            )
        if wanted.kind not in "iu":
            continue
        if isinstance(item, (float, np.floating)) and not float(item).is_integer():
            raise EncodeError(f"{item} is no whole number", category="type", path=item_path(given, index))
        if not np.iinfo(wanted).min <= int(item) <= np.iinfo(wanted).max:
            raise _outside(item, wanted, item_path(given, index))
    return given.astype(wanted)


def _outside(item: Any, wanted: np.dtype[Any], path: str) -> OutOfRangeError:
    info = np.iinfo(wanted)
    return OutOfRangeError(f"{item} does not fit {wanted.name}, {info.min} to {info.max}", path=path)


def _check_integers(given: NDArray[Any], wanted: np.dtype[Any]) -> None:
    if given.dtype == wanted or not given.size:
        return
    info = np.iinfo(wanted)
    bad = (given < info.min) | (given > info.max) if given.dtype.kind != "b" else np.zeros(given.shape, bool)
    if given.dtype.kind == "f":
        bad = ~((given >= info.min) & (given < float(info.max) + 1))  # NaN is bad too; the bound is exact as a float
        broken = ~bad & (given != np.floor(given))
        if broken.any():
            index = int(np.flatnonzero(broken)[0])
            raise EncodeError(f"{given.flat[index]} is no whole number", path=item_path(given, index), category="type")
    if bad.any():
        index = int(np.flatnonzero(bad)[0])
        raise _outside(given.flat[index], wanted, item_path(given, index))


def _check_bounds(given: NDArray[Any], low: float | None, high: float | None) -> None:
    bad = np.zeros(given.shape, bool)
    if low is not None:
        bad |= ~(given >= low)  # NaN is outside
    if high is not None:
        bad |= ~(given <= high)
    if bad.any():
        index = int(np.flatnonzero(bad)[0])
        raise OutOfRangeError(f"{given.flat[index]} is outside {bounds_text(low, high)}", path=item_path(given, index))
