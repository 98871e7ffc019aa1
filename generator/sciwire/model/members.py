"""Is a value that stands in a specification, a default or a constant, one of a type?"""

from __future__ import annotations

import math
import re
from typing import Any

from .followed import alternatives
from .ir import Constraints, Field, Record, Spec
from .types import Array, Enum, ListOf, MapOf, NDArray, Number, Scalar, Type, Vlen

__all__ = ["INTEGERS", "accepts", "bounds_of", "number_range"]

INTEGERS = (Scalar("uint"), Scalar("int"))

_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?([Zz]|[+-][0-9]{2}:[0-9]{2})")
_RANGES = {"uint": (0, 2**64 - 1), "int": (-(2**64), 2**64 - 1), "rational": (-(2**64), 2**64 - 1)}
_FLOATS = {"f2": 65504.0, "f4": float.fromhex("0x1.fffffep+127")}  # the largest that are finite
_NONE = Constraints()
_CONVERTED = ("cbor", "multipart")  # families whose modules read a default as they read what is on the wire

_Known = dict[tuple[int, str], bool]  # records hold each other: each value is looked at once for each of them


def accepts(value: Any, kind: Record | Type, limits: Constraints, spec: Spec, known: _Known | None = None) -> bool:
    """Whether *value* is one of *kind* within *limits*; *known* are values and names of records that were looked at."""
    known = {} if known is None else known
    return any(_is_one(value, one, limits, spec, known) for one in alternatives(kind, spec))


def number_range(kind: Number) -> tuple[int, int]:
    """The least and the most that an integer of this width can be."""
    bits = 8 * int(kind.code[1:])
    return (0, 2**bits - 1) if kind.code.startswith("u") else (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1)


def bounds_of(kind: Record | Type) -> tuple[float, float] | None:
    """The least and the most that a number of *kind* can be (of a rational: its numerator); None for what is no number."""
    if isinstance(kind, Number):
        most = _FLOATS.get(kind.code, math.inf)
        return (-most, most) if kind.code.startswith("f") else number_range(kind)
    if not isinstance(kind, Scalar):
        return None
    return (-math.inf, math.inf) if kind.name == "float" else _RANGES.get(kind.name)


def _is_one(value: Any, kind: Record | Type, limits: Constraints, spec: Spec, known: _Known) -> bool:
    match kind:
        case Record() if spec.family in _CONVERTED:
            return _is_record(value, kind, spec, known)
        case NDArray() | Array() if spec.family in _CONVERTED:
            return False  # a list is none
        case Record():
            return isinstance(value, (list, dict))
        case Enum(names=names):
            return value in names
        case Number(code=code):
            real = isinstance(value, (int, float)) and not isinstance(value, bool)
            held = real and (code.startswith("f") or (isinstance(value, int) and _held(value, number_range(kind))))
            return held and _in_range(value, limits)
        case ListOf(item=item, length=length):
            inside = isinstance(value, list) and all(accepts(one, item, _NONE, spec, known) for one in value)
            return inside and _has_length(value, limits) and length in (None, len(value))
        case Array(dtypes=dtypes):
            inside = isinstance(value, list) and any(
                all(_is_one(one, dtype, _NONE, spec, known) for one in value) for dtype in dtypes
            )
            return inside and _has_length(value, limits)
        case MapOf(key=key, value=item):
            inside = isinstance(value, dict) and all(
                accepts(name, key, _NONE, spec, known) and accepts(one, item, _NONE, spec, known)
                for name, one in value.items()
            )
            return inside and _has_length(value, limits)
        case NDArray() | Vlen():
            return isinstance(value, list)
        case Scalar(name=name):
            return _is_scalar(value, name, limits)
        case _:
            return False


def _is_record(value: Any, record: Record, spec: Spec, known: _Known) -> bool:
    """Whether *value* has what *record* requires, and only such fields as it can have; other keys are kept."""
    said = value
    if record.layout == "array" and isinstance(value, list) and len(value) <= len(record.fields):
        said = {field.key: one for field, one in zip(record.fields, value, strict=False)}
    if not isinstance(said, dict):
        return False
    mark = (id(value), record.name)
    if mark not in known:
        known[mark] = all(_has(said, field, spec, known) for field in record.fields)
    return known[mark]


def _has(said: dict[Any, Any], field: Field, spec: Spec, known: _Known) -> bool:
    keys = [key for key in (field.key, field.label, *field.also) if key in said]
    if not keys:
        return not field.required
    value, constant = said[keys[0]], field.constraints.const
    return accepts(value, field.type, field.constraints, spec, known) and constant in (None, value)


def _is_scalar(value: Any, name: str, limits: Constraints) -> bool:
    if name in ("uint", "int"):
        whole = isinstance(value, int) and not isinstance(value, bool)
        return whole and _held(value, _RANGES[name]) and _in_range(value, limits)
    if name == "float":
        return isinstance(value, (int, float)) and not isinstance(value, bool) and _in_range(value, limits)
    if name == "bool":
        return isinstance(value, bool)
    if name == "datetime":
        return isinstance(value, str) and _MOMENT.fullmatch(value) is not None
    if name == "text":
        return isinstance(value, str) and _has_length(value, limits) and _matches(value, limits.pattern)
    if name == "null":
        return value is None
    return name in ("any", "unknown")


def _held(value: int, ends: tuple[int, int]) -> bool:
    return ends[0] <= value <= ends[1]


def _in_range(value: float, limits: Constraints) -> bool:
    low = -math.inf if limits.minimum is None else limits.minimum
    high = math.inf if limits.maximum is None else limits.maximum
    return low <= value <= high


def _has_length(value: Any, limits: Constraints) -> bool:
    most = limits.max_length
    return (limits.min_length or 0) <= len(value) and (most is None or len(value) <= most)


def _matches(value: str, pattern: str | None) -> bool:
    return pattern is None or re.fullmatch(pattern, value) is not None
