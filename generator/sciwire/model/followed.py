"""What a type comes to when names are followed, tags and bytes around CBOR are taken off and unions are taken apart."""

from __future__ import annotations

from .ir import Record, Spec
from .types import Embedded, Named, Scalar, TaggedType, Type, Union

__all__ = ["DEEPEST", "NULL", "alternatives", "carried", "resolve", "takes_null"]

DEEPEST = 64  # what leads further is told of
NULL = Scalar("null")

_MOST = 1000  # parts that are looked at; more are told of


def resolve(kind: Type, spec: Spec) -> Record | Type:
    """Follow named types until something else is found."""
    for _ in range(min(len(spec.types), DEEPEST) + 1):
        if not isinstance(kind, Named):
            return kind
        found = spec.types.get(kind.name, Scalar("any"))
        if isinstance(found, Record):
            return found
        kind = found
    return Scalar("any")


def carried(kind: Type, spec: Spec) -> Record | Type:
    """What *kind* holds when names are followed and tags, and bytes around, are taken off: what constraints are about."""
    found = resolve(kind, spec)
    for _ in range(DEEPEST):
        if not isinstance(found, (TaggedType, Embedded)):
            return found
        found = resolve(found.item, spec)
    return Scalar("any")


def alternatives(kind: Record | Type, spec: Spec) -> tuple[Record | Type, ...]:
    """What a value of *kind* may be, unions inside unions in their place; one thing where it is no union."""
    found: list[Record | Type] = []
    waiting: list[Record | Type] = [kind]
    for _ in range(_MOST):
        if not waiting:
            break
        one = waiting.pop(0)
        one = one if isinstance(one, Record) else carried(one, spec)
        if isinstance(one, Union):
            waiting[:0] = one.alternatives
        else:
            found.append(one)
    return tuple(found)


def takes_null(kind: Type, spec: Spec) -> bool:
    """Whether *kind* says that null is one of its values; `any` does not say so."""
    return NULL in alternatives(kind, spec)
