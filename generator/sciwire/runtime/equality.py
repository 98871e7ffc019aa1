"""When two records are equal: type by type, field by field, arrays by what they hold.

Arrays are equal if their element types (in either byte order), shapes and elements are; NaN is equal to NaN, so that
what was decoded twice is equal. Floats in fields, lists and maps go by the same rule. What ``==`` says of zeros and of
1, 1.0 and True stays so; whoever must tell those apart compares canonical values (`sciwire.runtime.compare`).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["ByContent", "same"]


class ByContent:
    """Base of classes made by `dataclasses`: equal to those of the same class with the same content.

    Fields with ``compare=False`` do not count. As records can be changed they have no hash.
    """

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        fields: dict[str, Any] = type(self).__dataclass_fields__  # type: ignore[attr-defined]  # of the class below
        return all(same(getattr(self, name), getattr(other, name)) for name, one in fields.items() if one.compare)

    __hash__ = None  # type: ignore[assignment]


def same(mine: Any, theirs: Any) -> bool:
    """Whether two values of fields are equal; an array is equal to no list, and a list to no tuple."""
    if mine is theirs:
        return True
    if isinstance(mine, np.ndarray):
        return isinstance(theirs, np.ndarray) and _arrays(mine, theirs)
    if isinstance(mine, (list, tuple)):
        alike = type(mine) is type(theirs) and len(mine) == len(theirs)
        return alike and all(same(*both) for both in zip(mine, theirs, strict=True))
    if isinstance(mine, dict) and isinstance(theirs, dict):
        return len(mine) == len(theirs) and all(key in theirs and same(one, theirs[key]) for key, one in mine.items())
    if isinstance(theirs, np.ndarray):
        return False
    nan = isinstance(mine, (float, np.floating)) and isinstance(theirs, (float, np.floating))
    return bool(mine == theirs or (nan and mine != mine and theirs != theirs))


def _arrays(mine: NDArray[Any], theirs: NDArray[Any]) -> bool:
    if mine.shape != theirs.shape or mine.dtype.newbyteorder("=") != theirs.dtype.newbyteorder("="):
        return False
    if mine.dtype.names:
        return all(_arrays(mine[name], theirs[name]) for name in mine.dtype.names)
    if mine.dtype.kind == "O":
        return all(same(*both) for both in zip(mine.ravel().tolist(), theirs.ravel().tolist(), strict=True))
    if type(mine) is not np.ndarray or type(theirs) is not np.ndarray:  # what a mask hides is no content
        mask = np.ma.getmaskarray(mine)
        if not np.array_equal(mask, np.ma.getmaskarray(theirs)):
            return False
        mine, theirs = np.asarray(mine)[~mask], np.asarray(theirs)[~mask]
    equal = mine == theirs
    if mine.dtype.kind in "fcmM" and not equal.all():
        equal = equal | ((mine != mine) & (theirs != theirs))
    return bool(equal.all())
