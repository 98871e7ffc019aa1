"""Records that hold themselves without end: what they require, or fill in by default, leads back to them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..check import accepts, all_records, carried
from ..context import Context
from ..followed import alternatives
from ..ir import Constraints, Field, Record, Spec
from ..types import ListOf, MapOf, Type

__all__ = ["check_endless"]


def check_endless(spec: Spec, context: Context) -> None:
    """Report every record of which no value can be written, or none be read."""
    for record in all_records(spec):
        if _returns(record, spec, defaults=False):
            context.problems.add("SPEC015", record.place, f"the record {record.name!r} requires itself, without end")
        elif _returns(record, spec, defaults=True):
            text = f"the record {record.name!r} is filled in as a default of itself, without end"
            context.problems.add("SPEC015", record.place, text)


def _returns(record: Record, spec: Spec, *, defaults: bool) -> bool:
    """Whether required fields, those with *defaults* too, and those of the records in them, lead back to *record*."""
    waiting, seen = [record], {record.name}
    while waiting:
        for field in waiting.pop().fields:
            for found in _needed(field, spec, defaults):
                if found is record:
                    return True
                if found.name not in seen:
                    seen.add(found.name)
                    waiting.append(found)
    return False


def _needed(field: Field, spec: Spec, defaults: bool) -> Iterator[Record]:
    found = carried(field.type, spec) if field.required and field.when is None else None
    if isinstance(found, Record):
        yield found
    if defaults and field.default is not None:
        yield from _filled(field.default, field.type, spec)


def _filled(value: Any, kind: Record | Type, spec: Spec) -> Iterator[Record]:
    """The records that *value*, which stands in the specification, is or holds."""
    match next((one for one in alternatives(kind, spec) if accepts(value, one, Constraints(), spec)), None):
        case Record() as record:
            yield record
        case ListOf(item=item):
            for part in value:
                yield from _filled(part, item, spec)
        case MapOf(value=item):
            for part in value.values():
                yield from _filled(part, item, spec)
