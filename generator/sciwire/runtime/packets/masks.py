"""Masked arrays: what the mask hides becomes fill, or is refused; it never becomes data."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..errors import EncodeError
from ..masked import is_masked

__all__ = ["unmasked"]


def unmasked(values: ArrayLike, fill: Any, path: str) -> NDArray[Any]:
    """*values* as an array whose masked elements are NaN, NaT or, for other numbers, *fill*.

    Raises EncodeError (``constraint``) where *fill* is none (None), or none of this dtype.
    """
    if isinstance(values, (list, tuple)) and any(map(is_masked, values)):
        values = np.ma.stack([np.ma.asanyarray(one) for one in values])
    if not is_masked(values):
        try:
            return np.asarray(values)
        except (ValueError, TypeError) as error:
            raise EncodeError(f"expected an array: {error}", category="type", path=path) from None
    mask = np.ma.getmaskarray(values)
    data = np.array(values.data)
    if data.dtype.names is not None or not mask.any():  # records are refused for their type, mask or not
        return data
    if data.dtype.kind == "f":
        data[mask] = np.nan
    elif data.dtype.kind == "M":
        data[mask] = np.datetime64("NaT")
    else:
        data[mask] = _fill_of(data.dtype, fill, int(mask.sum()), path)
    return data


def _fill_of(dtype: np.dtype[Any], fill: Any, count: int, path: str) -> Any:
    problem = f"{count} masked values of {dtype.name} need a fill value"
    if dtype.kind not in "iu":
        raise EncodeError(f"{count} masked values: {dtype.name} has no value that stands for none", path=path)
    if isinstance(fill, (bool, np.bool_)) or not isinstance(fill, (int, float, np.integer, np.floating)):
        raise EncodeError(f"{problem}, a property or NaN of a floating type", path=path)
    info = np.iinfo(dtype)
    if fill != fill or abs(fill) == float("inf") or fill != int(fill) or not info.min <= int(fill) <= info.max:
        raise EncodeError(f"{problem} that fits, {fill} does not", path=path)
    return int(fill)
