"""Is every value of one type a value of another? Asked both ways, this tells a widened type from a narrowed one."""

from __future__ import annotations

import math
import re

from ..ir import Constraints, Record, Spec
from ..members import number_range
from ..types import Array, Embedded, Enum, ListOf, MapOf, Named, NDArray, Number, Scalar, TaggedType, Type, Union, Vlen

__all__ = ["compare_constraints", "compare_types"]

_RANGES = {"uint": (0, 2**64 - 1), "int": (-(2**64), 2**64 - 1)}
_MANTISSA = {"f2": 11, "f4": 24, "f8": 53}


def compare_types(old: Type, new: Type, old_spec: Spec, new_spec: Spec) -> str:
    """``same``, ``wider`` (the new type has more values), ``narrower`` or ``other``."""
    return _word(_fits(old, new, old_spec, new_spec), _fits(new, old, new_spec, old_spec))


def compare_constraints(old: Constraints, new: Constraints) -> str:
    """The same words for what a value must satisfy besides its type; two patterns are never compared."""
    return _word(_within(old, new), _within(new, old))


def _word(forth: bool, back: bool) -> str:
    return {(True, True): "same", (True, False): "wider", (False, True): "narrower"}.get((forth, back), "other")


def _fits(one: Type, other: Type, spec: Spec, other_spec: Spec) -> bool:
    """Whether every value of *one* is a value of *other*."""
    if isinstance(one, Named) and isinstance(other, Named) and one.name == other.name:
        found, twin = spec.types.get(one.name), other_spec.types.get(other.name)
        if found is None or twin is None or isinstance(found, Record) or isinstance(twin, Record):
            return True  # records are compared on their own
    left, right = _plain(one, spec), _plain(other, other_spec)
    if isinstance(left, Union):
        return all(_fits(part, right, spec, other_spec) for part in left.alternatives)
    if isinstance(right, Union):
        return any(_fits(left, part, spec, other_spec) for part in right.alternatives)
    if right == Scalar("any"):
        return True
    if isinstance(left, Named) or isinstance(right, Named):
        return left == right  # records, which are compared on their own
    match left, right:
        case (ListOf(a, n), ListOf(b, m)):
            return (m is None or n == m) and _fits(a, b, spec, other_spec)
        case (MapOf(a, x), MapOf(b, y)):
            return _fits(a, b, spec, other_spec) and _fits(x, y, spec, other_spec)
        case (NDArray(a, axes), NDArray(b, others)):
            return set(a) <= set(b) and len(axes) == len(others)
        case (Array(a), Array(b)):
            return set(a) <= set(b)
        case (Vlen(a), Vlen(b)):
            return _fits(a, b, spec, other_spec)
        case (Enum(a), Enum(b)):
            return set(a) <= set(b)
        case (Enum(), Scalar("text")):
            return True
        case (TaggedType(n, a), TaggedType(m, b)):
            return n == m and _fits(a, b, spec, other_spec)
        case (Embedded(a), Embedded(b)):
            return _fits(a, b, spec, other_spec)
    return left == right or _number_fits(left, right)


def _plain(kind: Type, spec: Spec) -> Type:
    """*kind* with names of types followed; a name of a record stays one."""
    for _ in range(len(spec.types) + 1):
        found = spec.types.get(kind.name) if isinstance(kind, Named) else None
        if found is None or isinstance(found, Record):
            return kind
        kind = found
    return kind


def _number_fits(one: Type, other: Type) -> bool:
    if isinstance(one, Number) and isinstance(other, Number) and one.order != other.order:
        return False
    mine, theirs = _range(one), _range(other)
    if mine is not None and theirs is not None:
        return theirs[0] <= mine[0] and mine[1] <= theirs[1]
    real = 53 if other == Scalar("float") else _MANTISSA.get(other.code, 0) if isinstance(other, Number) else 0
    if isinstance(one, Number) and one.code in _MANTISSA:
        return _MANTISSA[one.code] <= real
    return one == Scalar("float") and real == 53


def _range(kind: Type) -> tuple[int, int] | None:
    if isinstance(kind, Scalar):
        return _RANGES.get(kind.name)
    return number_range(kind) if isinstance(kind, Number) and not kind.code.startswith("f") else None


def _within(one: Constraints, other: Constraints) -> bool:
    """Whether what satisfies *one* satisfies *other*."""
    if one.const is not None and other.const is None:
        number = isinstance(one.const, (int, float))
        text = isinstance(one.const, str)
        ranged = not number or (_low(other) <= one.const <= _high(other))
        matched = not text or other.pattern is None or re.fullmatch(other.pattern, one.const) is not None
        long = not text or _shorter(Constraints(min_length=len(one.const), max_length=len(one.const)), other)
        return ranged and matched and long
    return (
        (other.const is None or one.const == other.const)
        and (other.pattern is None or one.pattern == other.pattern)
        and (_low(other) <= _low(one) and _high(one) <= _high(other))
        and _shorter(one, other)
    )


def _shorter(one: Constraints, other: Constraints) -> bool:
    most = math.inf if one.max_length is None else one.max_length
    allowed = math.inf if other.max_length is None else other.max_length
    return (other.min_length or 0) <= (one.min_length or 0) and most <= allowed


def _low(limits: Constraints) -> float | int:
    return -math.inf if limits.minimum is None else limits.minimum


def _high(limits: Constraints) -> float | int:
    return math.inf if limits.maximum is None else limits.maximum
