"""What a field of a record may ask of the records around it: only what these have read before."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ..ir import Spec
from ..problems import did_you_mean
from ..types import Named
from .struct_links import find, find_bits, plain_type

if TYPE_CHECKING:
    from .struct import StructField, StructRecord

__all__ = ["outside", "path_hint", "paths", "told_around"]


def told_around(spec: Spec, record: StructRecord, path: str) -> bool:
    """Whether wherever *record* stands a record around it has the field at *path*, and has it in front of *record*."""
    return _told(spec, record, path, set())


def _told(spec: Spec, record: StructRecord, path: str, seen: set[str]) -> bool:
    if record.name in seen:
        return True  # around itself: what is around both decides
    seen.add(record.name)
    holders = list(_holders(spec, record.name))
    return bool(holders) and all(
        _before(spec, holder, field, path) or _told(spec, holder, path, seen) for holder, field in holders
    )


def _holders(spec: Spec, name: str) -> Iterator[tuple[StructRecord, StructField]]:
    """The fields, each with its record, in which the record *name* may stand."""
    body = spec.body
    for holder in body.structs.values():
        for field in holder.fields:
            kind = plain_type(spec, field.type)
            inside = kind.name if isinstance(kind, Named) else ""
            if inside == name or (inside in body.unions and name in body.unions[inside].members):
                yield holder, field


def _before(spec: Spec, holder: StructRecord, field: StructField, path: str) -> bool:
    found = find(spec, holder, path) or find_bits(spec, holder, path)
    labels = [one.label for one in holder.fields]
    return found is not None and labels.index(path.split(".")[0]) < labels.index(field.label)


def paths(spec: Spec, record: StructRecord, labels: list[str]) -> Iterator[str]:
    """The fields of *labels* and those of the records and words of bits that they hold, as paths."""
    for field in record.fields:
        if field.label in labels and field.role not in ("pad", "align"):
            yield field.label
            kind = plain_type(spec, field.type)
            inner = spec.body.structs.get(kind.name) if isinstance(kind, Named) else None
            word = spec.body.bits.get(kind.name) if isinstance(kind, Named) else None
            yield from (f"{field.label}.{one.label}" for one in (inner.fields if inner else ()))
            yield from (f"{field.label}.{one.name}" for one in (word.fields if word and not word.shared else ()))


def path_hint(spec: Spec, record: StructRecord, path: str, labels: list[str]) -> str:
    """What *path*, which leads to none of the fields *labels*, may have been meant to be, or why it tells nothing."""
    owner = find(spec, record, path.rpartition(".")[0])
    kind = plain_type(spec, owner[1].type) if owner is not None else None
    word = spec.body.bits.get(kind.name) if isinstance(kind, Named) else None
    if word is not None and word.shared:
        return f"the bits of {word.name!r} are shared, its value stays bytes and tells nothing"
    return did_you_mean(path, list(paths(spec, record, labels)))


def outside(spec: Spec, path: str) -> bool:
    """Whether some other record could give what *path* asks for."""
    records = spec.body.structs.values()
    return any(find(spec, record, path) is not None or find_bits(spec, record, path) is not None for record in records)
