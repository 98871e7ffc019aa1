"""The checks that need the whole specification: names, constraints, citations, types that nobody uses.

Each pass takes the `Spec` and adds problems; none changes anything.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from sciwire.runtime.limits import Limits

from .context import Context
from .ir import Constraints, Field, Record, Spec
from .names import is_identifier
from .nodes import Node
from .problems import did_you_mean
from .types import Array, Enum, ListOf, MapOf, Named, NDArray, Number, Scalar, Type, Union, walk_type

__all__ = ["accepts", "all_records", "check_spec", "resolve"]

_INTEGERS = ("uint", "int")


def check_spec(spec: Spec, root: Node, context: Context) -> None:
    """Run every pass that does not depend on the family."""
    _check_head(spec, root, context)
    _check_citations(spec, root, context)
    _check_cycles(spec, root, context)
    for record in all_records(spec):
        for field in record.fields:
            _check_field(field, spec, context)


def all_records(spec: Spec) -> Iterator[Record]:
    """The records among the named types, and those that the body of the family holds."""
    for kind in spec.types.values():
        if isinstance(kind, Record):
            yield kind
    yield from getattr(spec.body, "records", ())


def resolve(kind: Type, spec: Spec) -> Record | Type:
    """Follow named types until something else is found."""
    for _ in range(len(spec.types) + 1):
        if not isinstance(kind, Named):
            return kind
        found = spec.types.get(kind.name, Scalar("any"))
        if isinstance(found, Record):
            return found
        kind = found
    return Scalar("any")


def _check_head(spec: Spec, root: Node, context: Context) -> None:
    if not (is_identifier(spec.format) and spec.format == spec.format.lower()):
        context.problems.add("SPEC020", root["format"].place, f"the format {spec.format!r} is no lower-case identifier")
    elif spec.path.parent.name != spec.format and spec.path.parent.parent.name == "specs":
        context.problems.add("SPEC023", root["format"].place, f"{spec.format!r} belongs in a folder of that name")
    if spec.path.parent.parent.name == "specs" and spec.path.stem != spec.version:
        context.problems.add(
            "SPEC023", root["version"].place, f"version {spec.version!r} belongs in {spec.version}.yaml"
        )
    known = set(Limits.FIELDS)
    for name, node in root["limits"].items():
        if name not in known:
            context.problems.add("SPEC045", node.key_place, f"unknown limit {name!r}", did_you_mean(name, known))


def _check_citations(spec: Spec, root: Node, context: Context) -> None:
    cited = {word for rule in spec.rules for word in rule.source.replace(",", " ").split()}
    for node in root["sources"].elements():
        if spec.rules and node["id"].text() not in cited:
            context.problems.add("SPEC046", node.place, f"no rule cites the source {node['id'].text()!r}")
    for name, node in root["types"].items():
        if name not in context.used_types:
            context.problems.add("SPEC016", node.key_place, f"nothing uses the type {name!r}")


def _check_cycles(spec: Spec, root: Node, context: Context) -> None:
    """An alias may lead back to itself only through a record (whose fields may be absent)."""
    for name, node in root["types"].items():
        seen: set[str] = set()
        waiting = [name]
        while waiting:
            kind = spec.types.get(waiting.pop())
            if kind is None or isinstance(kind, Record):
                continue
            names = {part.name for part in walk_type(kind) if isinstance(part, Named)}
            if name in names:
                context.problems.add("SPEC015", node.place, f"the type {name!r} is defined in terms of itself")
                break
            waiting += names - seen
            seen |= names


def _check_field(field: Field, spec: Spec, context: Context) -> None:
    kind = resolve(field.type, spec)
    if not isinstance(kind, Record):
        _check_constraints(field, kind, context)
    if field.also and spec.family not in ("cbor", "multipart"):
        text = f"{field.name!r} has other keys, which the family {spec.family} does not look for"
        context.problems.add("SPEC260", field.place, text)
    if field.required and field.default is not None:
        context.problems.add("SPEC038", field.place, f"{field.name!r} is required, a default has no use")
    if field.default is not None and not accepts(field.default, kind, field.constraints):
        context.problems.add("SPEC034", field.place, f"the default {field.default!r} is not a value of {field.name!r}")
    if field.constraints.const is not None and not accepts(field.constraints.const, kind, Constraints()):
        context.problems.add(
            "SPEC037", field.place, f"the constant {field.constraints.const!r} is not of the type of {field.name!r}"
        )
    for part in walk_type(field.type):
        if isinstance(part, NDArray) and len(set(part.axes)) != len(part.axes):
            context.problems.add("SPEC039", field.place, f"{field.name!r} names an axis twice")


def _check_constraints(field: Field, kind: Type, context: Context) -> None:
    limits = field.constraints
    if kind == Scalar("unknown"):
        return
    numeric = isinstance(kind, Number) or (isinstance(kind, Scalar) and kind.name in (*_INTEGERS, "float", "rational"))
    sized = isinstance(kind, (ListOf, MapOf, Array)) or (isinstance(kind, Scalar) and kind.name in ("text", "bytes"))
    if (limits.minimum is not None or limits.maximum is not None) and not numeric:
        context.problems.add("SPEC031", field.place, f"min and max need a number, {field.name!r} is none")
    if limits.pattern is not None and kind != Scalar("text"):
        context.problems.add("SPEC031", field.place, f"a pattern needs text, {field.name!r} is none")
    if (limits.min_length is not None or limits.max_length is not None) and not sized:
        context.problems.add(
            "SPEC031", field.place, f"a length needs text, bytes, a list, a map or an array, {field.name!r} is none"
        )
    if _empty(limits.minimum, limits.maximum) or _empty(limits.min_length, limits.max_length):
        context.problems.add("SPEC032", field.place, f"no value of {field.name!r} can satisfy its range")


def _empty(low: float | int | None, high: float | int | None) -> bool:
    return low is not None and high is not None and low > high


def accepts(value: Any, kind: Record | Type, limits: Constraints) -> bool:
    """Whether a value written in a specification is one of *kind* within *limits*."""
    if isinstance(kind, Union):
        return any(accepts(value, one, limits) for one in kind.alternatives)
    if isinstance(kind, Enum):
        return value in kind.names
    if isinstance(kind, Number):
        return _number_fits(value, kind) and _in_range(value, limits)
    if not isinstance(kind, Scalar):
        return isinstance(value, (list, dict))
    if kind.name in _INTEGERS:
        whole = isinstance(value, int) and not isinstance(value, bool)
        return whole and (value >= 0 or kind.name == "int") and _in_range(value, limits)
    if kind.name == "float":
        return isinstance(value, (int, float)) and not isinstance(value, bool) and _in_range(value, limits)
    if kind.name == "bool":
        return isinstance(value, bool)
    if kind.name in ("text", "datetime"):
        return isinstance(value, str)
    return kind.name in ("any", "unknown")


def _number_fits(value: Any, kind: Number) -> bool:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    if kind.code.startswith("f"):
        return True
    bits = 8 * int(kind.code[1:])
    low, high = (0, 2**bits - 1) if kind.code.startswith("u") else (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1)
    return isinstance(value, int) and low <= value <= high


def _in_range(value: float, limits: Constraints) -> bool:
    low = -math.inf if limits.minimum is None else limits.minimum
    high = math.inf if limits.maximum is None else limits.maximum
    return low <= value <= high
