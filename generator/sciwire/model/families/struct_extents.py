"""How big the records of the `struct` family are: what no computer holds is refused."""

from __future__ import annotations

from ..context import Context
from ..ir import Spec
from ..types import Named
from .struct_links import field_size, plain_type, record_size

__all__ = ["check_depth", "check_extents"]

_MOST_BYTES = 2**31 - 1  # of a fixed size: numpy's limit
_MOST_FIELDS = 10_000
_DEEPEST = 64


def check_depth(spec: Spec, context: Context) -> bool:
    """Whether records stand in records no deeper than any decoder reads; what follows counts on it."""
    depths: dict[str, int] = {}
    for name in _inner_first(spec):
        kinds = [plain_type(spec, one.type) for one in spec.body.structs[name].fields]
        depths[name] = 1 + max((depths.get(kind.name, 0) for kind in kinds if isinstance(kind, Named)), default=0)
        if depths[name] > _DEEPEST:
            text = f"{name!r} has records in records, more than {_DEEPEST} deep"
            context.problems.add("SPEC300", spec.body.structs[name].place, text)
            return False
    return True


def check_extents(spec: Spec, context: Context) -> None:
    """Records that no computer holds, in bytes or in fields (those of the records in them too)."""
    fields: dict[str, int] = {}
    for name in _inner_first(spec):
        record = spec.body.structs[name]
        kinds = [plain_type(spec, one.type) for one in record.fields]
        fields[name] = sum(fields.get(kind.name, 1) if isinstance(kind, Named) else 1 for kind in kinds)
        if fields[name] > _MOST_FIELDS:
            text = f"{name!r} has more than {_MOST_FIELDS:,} fields, with those of the records in it"
            context.problems.add("SPEC300", record.place, text)
            return
        for one in record.fields:
            size = (one.size.number or 0) if one.role == "align" and one.size else field_size(spec, one) or 0
            if size > _MOST_BYTES:
                context.problems.add("SPEC300", one.place, f"{one.label!r} takes more than {_MOST_BYTES:,} bytes")
        if (record_size(spec, name) or 0) > _MOST_BYTES:
            context.problems.add("SPEC300", record.place, f"{name!r} takes more than {_MOST_BYTES:,} bytes")


def _inner_first(spec: Spec) -> list[str]:
    """The records such that each stands behind those inside it; one that leads back to itself anywhere."""
    order: dict[str, None] = {}
    for name in spec.body.structs:
        waiting = [name]
        above = set[str]()
        while waiting:
            here = waiting[-1]
            above.add(here)
            kinds = [plain_type(spec, one.type) for one in spec.body.structs[here].fields]
            inside = [one.name for one in kinds if isinstance(one, Named) and one.name in spec.body.structs]
            missing = next((one for one in inside if one not in order and one not in above), None)
            if missing is None:
                order[waiting.pop()] = None
            else:
                waiting.append(missing)
    return list(order)
