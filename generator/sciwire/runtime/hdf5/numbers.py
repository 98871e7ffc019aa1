"""Numbers checked against the type they are stored as; they are never wrapped, cut, rounded or parsed from text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import EncodeError
from ..masked import MASKED, hides
from ..value import shown
from .faults import OutOfRangeError

__all__ = ["bounds_text", "item_path", "numbers", "said"]

_LONG = 256  # bits of an integer that is not shown
_SHOWN = 80  # characters
_EXACT = 2.0**53  # integers up to here are floats of 64 bits


def numbers(values: Any, dtype: str, low: float | None = None, high: float | None = None) -> NDArray[Any]:
    """Return *values* (any iterable of numbers) as an array of *dtype*; nothing is wrapped, cut, rounded or parsed.

    Floats for an integer type must be whole; integers for a float type, and floats for a narrower one, must be numbers
    of that type. Raises EncodeError (``type``, ``constraint``) or `OutOfRangeError`.
    """
    wanted = np.dtype(dtype)
    given = _given(values, wanted)
    if given.dtype == object:
        given = _whole(given, wanted)
    if given.dtype.kind not in "buif":
        raise EncodeError(f"numbers of {wanted.name} are expected, got {given.dtype}", category="type")
    if wanted.kind in "iu":
        _check_integers(given, wanted)
    elif wanted.kind == "b" and given.dtype.kind != "b":
        _check_booleans(given)
    _check_bounds(given, low, high, wanted)
    with np.errstate(over="ignore", under="ignore"):
        result = given.astype(wanted)
    if wanted.kind == "f":
        _check_floats(given, result)
    return result


def item_path(array: NDArray[Any], index: int) -> str:
    """The place of an item of *array* by its number in C order: ``[2]``, ``[0, 5, 1]``; empty for a scalar."""
    return f"[{', '.join(map(str, map(int, np.unravel_index(index, array.shape))))}]" if array.ndim else ""


def bounds_text(low: float | None, high: float | None) -> str:
    """``0 to 9``, ``0 or more``, ``9 or less``."""
    if low is None or high is None:
        return f"{high} or less" if low is None else f"{low} or more"
    return f"{low} to {high}"


def said(value: Any) -> str:
    """A value in a message; of a long integer only how long it is."""
    if isinstance(value, int) and value.bit_length() > _LONG:
        return f"an integer of {value.bit_length():,} bits"
    return str(value) if isinstance(value, (str, int, float, np.generic)) else shown(value)[:_SHOWN]


def _given(values: Any, wanted: np.dtype[Any]) -> NDArray[Any]:
    """*values* as an array that holds each exactly: of objects where numpy would round integers."""
    if isinstance(values, np.ndarray):
        if hides(values):
            raise EncodeError(MASKED, category="type")
        return np.asarray(values)
    if not isinstance(values, Sequence) and isinstance(values, Iterable):
        values = list(values)
    try:
        given = np.asarray(values)
    except OverflowError:  # an integer beyond all floats, among floats
        given = np.asarray(values, dtype=object)
    except (ValueError, TypeError) as error:
        raise EncodeError(f"numbers of {wanted.name} are expected: {error}", category="type") from error
    if given.size == 0 and given.dtype == float:
        return given.astype(wanted)
    if given.dtype.kind == "f" and (wanted.kind in "iu" or bool((np.abs(given) >= _EXACT).any())):
        return np.asarray(values, dtype=object)  # numpy has rounded integers beyond 2^53 that stood beside floats
    return given


def _whole(given: NDArray[Any], wanted: np.dtype[Any]) -> NDArray[Any]:
    """Python numbers of which numpy makes no array of one type without loss, or no numbers at all."""
    for index, item in enumerate(given.flat):
        path = item_path(given, index)
        if not isinstance(item, (bool, int, float, np.integer, np.floating, np.bool_)):
            raise EncodeError(f"a number is expected, got {type(item).__name__}", category="type", path=path)
        if wanted.kind == "f":
            _check_exact(item, wanted, path)
        elif wanted.kind == "b":
            if item not in (0, 1):
                raise OutOfRangeError(f"true or false is expected, got {said(item)}", path=path)
        elif isinstance(item, (float, np.floating)) and not float(item).is_integer():
            raise EncodeError(f"{said(item)} is no whole number", category="type", path=path)
        elif not np.iinfo(wanted).min <= int(item) <= np.iinfo(wanted).max:
            raise _outside(item, wanted, path)
    return given.astype(np.float64 if wanted.kind == "f" else wanted)


def _outside(item: Any, wanted: np.dtype[Any], path: str) -> OutOfRangeError:
    info = np.iinfo(wanted)
    return OutOfRangeError(f"{said(item)} does not fit {wanted.name}, {info.min} to {info.max}", path=path)


def _check_exact(item: Any, wanted: np.dtype[Any], path: str) -> None:
    """Raise where no float is *item*: Python compares integers with floats exactly, numpy does not."""
    whole = isinstance(item, (int, np.integer))
    try:
        known = float(item)
    except OverflowError as error:
        raise OutOfRangeError(f"{said(item)} does not fit {wanted.name}", path=path) from error
    if known != (int(item) if whole else item) and item == item:
        raise EncodeError(f"{said(item)} can't be held by a float of {8 * wanted.itemsize} bits", path=path)


def _check_integers(given: NDArray[Any], wanted: np.dtype[Any]) -> None:
    if given.dtype == wanted or not given.size:
        return
    info = np.iinfo(wanted)
    if given.dtype == np.float16:
        given = given.astype(np.float32)  # the bounds of an integer type are no numbers of 16 bits
    bad = (given < info.min) | (given > info.max) if given.dtype.kind != "b" else np.zeros(given.shape, bool)
    if given.dtype.kind == "f":
        bad = ~((given >= info.min) & (given < float(info.max) + 1))  # NaN is bad too; the bound is exact as a float
        broken = ~bad & (given != np.floor(given))
        if broken.any():
            index = int(np.flatnonzero(broken)[0])
            raise EncodeError(
                f"{said(given.flat[index])} is no whole number", path=item_path(given, index), category="type"
            )
    if bad.any():
        index = int(np.flatnonzero(bad)[0])
        raise _outside(given.flat[index], wanted, item_path(given, index))


def _check_booleans(given: NDArray[Any]) -> None:
    bad = (given != 0) & (given != 1)
    if bad.any():
        raise OutOfRangeError("true or false is expected", path=item_path(given, int(np.flatnonzero(bad)[0])))


def _check_floats(given: NDArray[Any], result: NDArray[Any]) -> None:
    """Each number that was given must be the one that is stored; NaN is."""
    kind, wanted = given.dtype.kind, result.dtype
    bits = 8 * given.dtype.itemsize
    if (kind == "f" and given.dtype.itemsize <= wanted.itemsize) or kind == "b" or not given.size:
        return
    if kind in "iu" and bits - (kind == "i") <= np.finfo(wanted).nmant + 1:
        return
    if kind == "f":
        bad = (result.astype(given.dtype) != given) & (given == given)
    else:
        wide = result.astype(np.float64)  # so that comparisons with the type's bounds are exact
        held = (wide < 2.0 ** (bits - (kind == "i"))) & np.isfinite(wide)
        bad = ~held | (np.where(held, wide, 0).astype(given.dtype) != given)
    if bad.any():
        index = int(np.flatnonzero(bad)[0])
        item, path = given.flat[index], item_path(given, index)
        if np.isinf(result.flat[index]):
            raise OutOfRangeError(f"{said(item)} does not fit {wanted.name}", path=path)
        raise EncodeError(f"{said(item)} can't be held by a float of {8 * wanted.itemsize} bits", path=path)


def _check_bounds(given: NDArray[Any], low: float | None, high: float | None, wanted: np.dtype[Any]) -> None:
    """A bound is a number of the type, as it is where files are read: 0.1 is the float of 32 bits that is nearest."""
    bad = np.zeros(given.shape, bool)
    if low is not None:
        bad |= ~(given >= min(low, _nearest(low, wanted)))  # NaN is outside
    if high is not None:
        bad |= ~(given <= max(high, _nearest(high, wanted)))
    if bad.any():
        index = int(np.flatnonzero(bad)[0])
        raise OutOfRangeError(
            f"{said(given.flat[index])} is outside {bounds_text(low, high)}", path=item_path(given, index)
        )


def _nearest(bound: float, wanted: np.dtype[Any]) -> float:
    if wanted.kind != "f":
        return bound
    with np.errstate(over="ignore"):
        near = float(wanted.type(bound))
    return near if np.isfinite(near) else bound
