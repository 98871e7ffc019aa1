"""Which types end soonest: records may hold each other without end, values may not."""

from __future__ import annotations

from sciwire.model.ir import Field, Record, Spec
from sciwire.model.types import Embedded, ListOf, Named, TaggedType, Type, Union

__all__ = ["always_there", "shallowest"]

_ENDLESS = 1_000_000


def always_there(field: Field, record: Record) -> bool:
    """Whether every value of *record* has *field* once it is read: a default is filled in, and an array has no gaps."""
    return field.required or field.default is not None or record.layout == "array"


def shallowest(spec: Spec, kinds: tuple[Type, ...]) -> list[Type]:
    """Those of *kinds* whose smallest values have the fewest records inside each other."""
    depths = _depths(spec)
    found = [_depth(kind, depths) for kind in kinds]
    return [kind for kind, depth in zip(kinds, found, strict=True) if depth == min(found)]


def _depths(spec: Spec) -> dict[str, int]:
    """The records inside each other in the smallest value of every named type."""
    depths = dict.fromkeys(spec.types, _ENDLESS)
    for _ in range(len(spec.types) + 1):
        before = dict(depths)
        for name, kind in spec.types.items():
            if isinstance(kind, Record):
                needed = [one.type for one in kind.fields if always_there(one, kind)]
                depths[name] = 1 + max((_depth(one, depths) for one in needed), default=0)
            else:
                depths[name] = _depth(kind, depths)
        if depths == before:
            break
    return depths


def _depth(kind: Type, depths: dict[str, int]) -> int:
    match kind:
        case Named(name=name):
            return depths.get(name, 0)
        case Union(alternatives=alternatives):
            return min(_depth(one, depths) for one in alternatives)
        case TaggedType(item=item) | Embedded(item=item):
            return _depth(item, depths)
        case ListOf(item=item, length=length) if length:
            return _depth(item, depths)
        case _:  # lists and maps may be empty
            return 0
