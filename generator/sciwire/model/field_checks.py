"""The checks of one field: do its constraints, its default and its constant go with its type?"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from .context import Context
from .ir import Constraints, Field, Record, Spec
from .problems import Place
from .types import Array, Enum, ListOf, MapOf, Named, NDArray, Number, Scalar, TaggedType, Type, Union, walk_type

__all__ = ["accepts", "check_field", "check_map_keys", "number_range"]

_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?([Zz]|[+-][0-9]{2}:[0-9]{2})")
_INTEGERS = ("uint", "int")
_UNKNOWN = Scalar("unknown")
_KEYS = (Scalar("text"), Scalar("uint"), Scalar("int"))


def check_field(field: Field, kind: Record | Type, spec: Spec, context: Context) -> None:
    """Report what is wrong with *field*, whose type is *kind* when names are followed."""
    limits = field.constraints
    if spec.family == "hdf5":
        limits = replace(limits, min_length=None)  # the length of a text is that of its cell, which is filled up
    if isinstance(kind, Record):
        _check_record_field(field, context)
    else:
        _check_constraints(field, kind, context)
    if field.also and spec.family not in ("cbor", "multipart"):
        text = f"{field.label!r} has other keys, which the family {spec.family} does not look for"
        context.problems.add("SPEC260", field.place, text)
    if spec.family == "multipart" and any(isinstance(key, int) for key in field.also):
        text = f"{field.label!r} has an integer as another key, those of JSON are text"
        context.problems.add("SPEC260", field.place, text)
    if field.required and field.default is not None:
        context.problems.add("SPEC038", field.place, f"{field.label!r} is required, a default has no use")
    if field.default is not None and not accepts(field.default, kind, limits):
        context.problems.add(
            "SPEC034", field.place, f"the default {_short(field.default)} is not a value of {field.label!r}"
        )
    if limits.const is not None and not isinstance(kind, Record):
        text = f"the constant {_short(limits.const)} is not"
        if not accepts(limits.const, kind, Constraints()):
            context.problems.add("SPEC037", field.place, f"{text} of the type of {field.label!r}")
        elif not accepts(limits.const, kind, replace(limits, const=None)):
            context.problems.add("SPEC037", field.place, f"{text} within the other constraints of {field.label!r}")
    for part in walk_type(field.type):
        if isinstance(part, NDArray) and len(set(part.axes)) != len(part.axes):
            context.problems.add("SPEC039", field.place, f"{field.label!r} names an axis twice")
    check_map_keys(field.type, field.place, spec.types, context)


def check_map_keys(kind: Type, place: Place, types: Mapping[str, Record | Type], context: Context) -> None:
    """Report keys of maps that are neither text nor integers."""
    for part in walk_type(kind):
        if isinstance(part, MapOf):
            key: Record | Type = part.key
            for _ in range(len(types) + 1):
                key = types.get(key.name, _UNKNOWN) if isinstance(key, Named) else key
            whole = isinstance(key, Number) and not key.code.startswith("f")
            if not (whole or isinstance(key, Enum) or key in (*_KEYS, _UNKNOWN)):
                context.problems.add("SPEC014", place, "the keys of a map are text or integers")


def _check_record_field(field: Field, context: Context) -> None:
    limits = field.constraints
    said = {
        "min": limits.minimum, "max": limits.maximum, "pattern": limits.pattern, "const": limits.const,
        "length": limits.min_length if limits.min_length is not None else limits.max_length,
    }  # fmt: skip
    for word, value in said.items():
        if value is not None:
            text = f"{word!r} has no meaning for a record; constrain the fields of the type of {field.label!r}"
            context.problems.add("SPEC031", field.place, text)


def _check_constraints(field: Field, kind: Type, context: Context) -> None:
    limits = field.constraints
    if kind == _UNKNOWN:
        return
    numeric = isinstance(kind, Number) or (isinstance(kind, Scalar) and kind.name in (*_INTEGERS, "float", "rational"))
    sized = isinstance(kind, (ListOf, MapOf, Array)) or (isinstance(kind, Scalar) and kind.name in ("text", "bytes"))
    if (limits.minimum is not None or limits.maximum is not None) and not numeric:
        context.problems.add("SPEC031", field.place, f"min and max need a number, {field.label!r} is none")
    if limits.pattern is not None and kind != Scalar("text"):
        context.problems.add("SPEC031", field.place, f"a pattern needs text, {field.label!r} is none")
    if (limits.min_length is not None or limits.max_length is not None) and not sized:
        context.problems.add(
            "SPEC031", field.place, f"a length needs text, bytes, a list, a map or an array, {field.label!r} is none"
        )
    if _empty_range(limits, kind) or _empty_length(limits, kind):
        context.problems.add("SPEC032", field.place, f"no value of {field.label!r} can satisfy its range")


def _empty_range(limits: Constraints, kind: Type) -> bool:
    """Whether no number of *kind* lies in the range; NaN bounds nothing."""
    low, high = limits.minimum, limits.maximum
    if low != low or high != high:
        return True
    least, most = -math.inf, math.inf
    if isinstance(kind, Number) and not kind.code.startswith("f"):
        least, most = number_range(kind)
    elif isinstance(kind, Scalar) and kind.name in _INTEGERS:
        least, most = (0, 2**64 - 1) if kind.name == "uint" else (-(2**64), 2**64 - 1)
    least = least if low is None else max(least, low)
    most = most if high is None else min(most, high)
    return least > most


def _empty_length(limits: Constraints, kind: Type) -> bool:
    low, high = limits.min_length, limits.max_length
    if isinstance(kind, ListOf) and kind.length is not None:
        return (low or 0) > kind.length or (high is not None and high < kind.length)
    return low is not None and high is not None and low > high


def _short(value: object) -> str:
    text = repr(value) if not isinstance(value, int) or abs(value) < 10**40 else "a number of more than 40 digits"
    return text if len(text) <= 60 else f"{text[:57]}..."


def accepts(value: Any, kind: Record | Type, limits: Constraints) -> bool:
    """Whether a value written in a specification is one of *kind* within *limits*."""
    if isinstance(kind, Union):
        return any(accepts(value, one, limits) for one in kind.alternatives)
    if isinstance(kind, TaggedType):
        return accepts(value, kind.item, limits)
    if isinstance(kind, Enum):
        return value in kind.names
    if isinstance(kind, Number):
        return _number_fits(value, kind) and _in_range(value, limits)
    if isinstance(kind, (ListOf, Array)):
        return isinstance(value, list) and _has_length(value, limits)
    if not isinstance(kind, Scalar):
        return isinstance(value, (list, dict)) and _has_length(value, limits)
    if kind.name in _INTEGERS:
        whole = isinstance(value, int) and not isinstance(value, bool)
        return whole and (value >= 0 or kind.name == "int") and _in_range(value, limits)
    if kind.name == "float":
        return isinstance(value, (int, float)) and not isinstance(value, bool) and _in_range(value, limits)
    if kind.name == "bool":
        return isinstance(value, bool)
    if kind.name == "datetime":
        return isinstance(value, str) and _MOMENT.fullmatch(value) is not None
    if kind.name == "text":
        return isinstance(value, str) and _has_length(value, limits) and _matches(value, limits.pattern)
    return kind.name in ("any", "unknown")


def _number_fits(value: Any, kind: Number) -> bool:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    if kind.code.startswith("f"):
        return True
    low, high = number_range(kind)
    return isinstance(value, int) and low <= value <= high


def number_range(kind: Number) -> tuple[int, int]:
    """The least and the most that an integer of this width can be."""
    bits = 8 * int(kind.code[1:])
    return (0, 2**bits - 1) if kind.code.startswith("u") else (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1)


def _in_range(value: float, limits: Constraints) -> bool:
    low = -math.inf if limits.minimum is None else limits.minimum
    high = math.inf if limits.maximum is None else limits.maximum
    return low <= value <= high


def _has_length(value: Any, limits: Constraints) -> bool:
    most = limits.max_length
    return (limits.min_length or 0) <= len(value) and (most is None or len(value) <= most)


def _matches(value: str, pattern: str | None) -> bool:
    return pattern is None or re.fullmatch(pattern, value) is not None
