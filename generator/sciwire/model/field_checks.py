"""The checks of one field: do its constraints, its default and its constant go with its type?"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import replace

from .context import Context
from .followed import NULL, alternatives
from .ir import Constraints, Field, Record, Spec
from .members import INTEGERS, accepts, bounds_of
from .problems import Place
from .types import Array, Enum, ListOf, MapOf, Named, NDArray, Number, Scalar, Type, walk_type
from .words import short

__all__ = ["check_bounds", "check_field", "check_map_keys", "check_whole"]

_UNKNOWN = Scalar("unknown")
_KEYS = (Scalar("text"), Scalar("uint"), Scalar("int"))
_SIZED = (Scalar("text"), Scalar("bytes"))


def check_field(field: Field, spec: Spec, context: Context) -> None:
    """Report what is wrong with *field*: null aside, its constraints are about every alternative of its type."""
    limits = field.constraints
    if spec.family == "hdf5":
        limits = replace(limits, min_length=None)  # the length of a text is that of its cell, which is filled up
    kinds = [one for one in alternatives(field.type, spec) if one != NULL] or [NULL]
    records = any(isinstance(one, Record) for one in kinds)
    if records:
        _check_record_field(field, context)
    elif _UNKNOWN not in kinds:
        _check_constraints(field, [one for one in kinds if not isinstance(one, Record)], context)
    _check_other_keys(field, spec, context)
    if field.required and field.default is not None:
        context.problems.add("SPEC038", field.place, f"{field.label!r} is required, a default has no use")
    if field.default is not None and not accepts(field.default, field.type, limits, spec):
        context.problems.add(
            "SPEC034", field.place, f"the default {short(field.default)} is not a value of {field.label!r}"
        )
    if limits.const is not None and not records:
        text = f"the constant {short(limits.const)} is not"
        if not accepts(limits.const, field.type, Constraints(), spec):
            context.problems.add("SPEC037", field.place, f"{text} of the type of {field.label!r}")
        elif not accepts(limits.const, field.type, replace(limits, const=None), spec):
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


def check_bounds(
    label: str,
    low: float | None,
    high: float | None,
    ranges: Iterable[tuple[float, float]],
    place: Place,
    context: Context,
) -> None:
    """Report a bound that no number of the type of *label* can reach; *ranges* are those of its alternatives."""
    known = list(ranges)
    least, most = min(one[0] for one in known), max(one[1] for one in known)
    hint = "leave it out, or take a type that reaches it"
    if low is not None and low < least and not _of_floats(low, least):
        text = f"min {short(low)} is beyond the type of {label!r}, whose values are at least {short(least)}"
        context.problems.add("SPEC070", place, text, hint)
    if high is not None and high > most and not _of_floats(high, most):
        text = f"max {short(high)} is beyond the type of {label!r}, whose values are at most {short(most)}"
        context.problems.add("SPEC070", place, text, hint)


def check_whole(label: str, low: float | None, high: float | None, place: Place, context: Context) -> None:
    """Report a bound of integers that is none: what the next one is would be a guess."""
    for word, bound in (("min", low), ("max", high)):
        if isinstance(bound, float) and math.isfinite(bound) and not bound.is_integer():
            context.problems.add("SPEC070", place, f"{word} {bound} is no integer, {label!r} is")


def _check_other_keys(field: Field, spec: Spec, context: Context) -> None:
    if field.also and spec.family not in ("cbor", "multipart"):
        text = f"{field.label!r} has other keys, which the family {spec.family} does not look for"
        context.problems.add("SPEC260", field.place, text)
    if spec.family == "multipart" and any(isinstance(key, int) for key in field.also):
        text = f"{field.label!r} has an integer as another key, those of JSON are text"
        context.problems.add("SPEC260", field.place, text)


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


def _check_constraints(field: Field, kinds: list[Type], context: Context) -> None:
    limits = field.constraints
    ranges = [found for one in kinds if (found := bounds_of(one)) is not None]
    add = context.problems.add
    bounded = limits.minimum is not None or limits.maximum is not None
    if bounded and not (ranges and len(ranges) == len(kinds)):
        add("SPEC031", field.place, f"min and max need a number, {field.label!r} is none")
    if limits.pattern is not None and any(one != Scalar("text") for one in kinds):
        add("SPEC031", field.place, f"a pattern needs text, {field.label!r} is none")
    if (limits.min_length is not None or limits.max_length is not None) and not all(map(_is_sized, kinds)):
        add("SPEC031", field.place, f"a length needs text, bytes, a list, a map or an array, {field.label!r} is none")
    if (ranges and all(_empty_range(limits, *one) for one in ranges)) or all(
        _empty_length(limits, one) for one in kinds
    ):
        add("SPEC032", field.place, f"no value of {field.label!r} can satisfy its range")
    elif ranges and bounded:
        check_bounds(field.label, limits.minimum, limits.maximum, ranges, field.place, context)
        if all((isinstance(one, Number) and one.code[0] in "ui") or one in INTEGERS for one in kinds):
            check_whole(field.label, limits.minimum, limits.maximum, field.place, context)
    for one in kinds:
        if isinstance(one, ListOf) and one.length is not None and (limits.max_length or 0) > one.length:
            text = f"a length of {limits.max_length} is beyond the type of {field.label!r}, a list of {one.length}"
            add("SPEC070", field.place, text, "leave it out, or leave the number out of the type")


def _of_floats(bound: float, end: float) -> bool:
    """Whether *bound* is an infinity, and *end* of a type that has them."""
    return math.isinf(bound) and isinstance(end, float)


def _is_sized(kind: Type) -> bool:
    return isinstance(kind, (ListOf, MapOf, Array)) or kind in _SIZED


def _empty_range(limits: Constraints, least: float, most: float) -> bool:
    """Whether no number from *least* to *most* lies in the range; NaN bounds nothing."""
    low, high = limits.minimum, limits.maximum
    if low != low or high != high:
        return True
    least = least if low is None else max(least, low)
    most = most if high is None else min(most, high)
    return least > most


def _empty_length(limits: Constraints, kind: Type) -> bool:
    low, high = limits.min_length, limits.max_length
    if isinstance(kind, ListOf) and kind.length is not None:
        return (low or 0) > kind.length or (high is not None and high < kind.length)
    return low is not None and high is not None and low > high
