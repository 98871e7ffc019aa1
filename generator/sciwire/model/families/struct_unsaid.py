"""Fields that stand on the wire and not in the class: numbers that are there twice, and conditions on what is derived."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..context import Context
from ..ir import Spec
from ..problems import did_you_mean
from ..types import Named, Number, Scalar
from .struct_around import paths
from .struct_links import element_size, field_size, find, find_bits, hidden_fields, links, plain_type

if TYPE_CHECKING:
    from .struct import StructField, StructRecord

__all__ = ["check_octets", "check_unsaid", "has_repeats"]


def has_repeats(spec: Spec, record: str) -> bool:
    """Whether *record* has a number that stands there twice, of which a table has no column."""
    return record in spec.body.structs and any(one.role == "same" for one in spec.body.structs[record].fields)


def check_unsaid(spec: Spec, record: StructRecord, field: StructField, before: list[str], context: Context) -> None:
    """Report a condition on a field that cannot be left out, and a number that can't be that of another field."""
    derived = field.role == "value" and (record.name, field.label) in hidden_fields(spec)
    if field.only is not None and (derived or field.role == "version"):
        text = f"{field.label!r} is {'derived' if derived else 'a version'}, it is always there and can't have `only`"
        hint = "a record of it and what it tells of may be there `only` then" if derived else ""
        context.problems.add("SPEC300", field.place, text, hint)
    if field.role != "same":
        if field.same:
            text = f"{field.label!r} is the same as another field, so it has no `{field.role}`"
            context.problems.add("SPEC300", field.place, text)
        return
    if not _is_integer(spec, field) or field_size(spec, field) is None:
        text = f"{field.label!r} is the same as another field, it must be an integer of fixed size"
        context.problems.add("SPEC301", field.place, text)
    problem = _problem(spec, record, field, before)
    if problem:
        fields = list(paths(spec, record, before))
        hint = did_you_mean(field.same, fields) if find(spec, record, field.same) is None else ""
        context.problems.add("SPEC301", field.place, problem, hint)


def check_octets(spec: Spec, record: StructRecord, field: StructField, context: Context) -> None:
    """Report a number of bytes that can't say how many elements there are."""
    extent = field.count
    if extent is None or not extent.octets:
        return
    hint = "a record whose `length` it is can hold a run up to the end"
    many = [
        one for one in record.fields for two in (one.size, one.count) if two is not None and two.path == extent.path
    ]
    problem = ""
    if not element_size(spec, field, ()):
        problem, hint = f"{field.label!r} has a `size` in bytes, so its elements must have a fixed one", ""
    elif find(spec, record, extent.path) is None or len(many) > 1:
        problem = f"the bytes of {field.label!r} are told by a field of its record that tells of nothing else"
    elif extent.unit > 1:
        problem = f"the `size` of {field.label!r} is in bytes and has no `unit`"
    if problem:
        context.problems.add("SPEC300", field.place, problem, hint)


def _problem(spec: Spec, record: StructRecord, field: StructField, before: list[str]) -> str:
    """What keeps *field* from being the same as the field that it names."""
    path = field.same
    if path.split(".")[0] not in before:
        return f"there is no field {path!r} before {field.label!r}"
    bits = find_bits(spec, record, path)
    if bits is not None:
        return "" if bits.enum is None and not bits.flag else f"{path!r} is no integer"
    found = find(spec, record, path)
    if found is None:
        return f"there is no field {path!r} before {field.label!r}"
    owner, teller = found
    if teller.role != "value" or not _is_integer(spec, teller):
        return f"{path!r} is no integer, or is derived from what is around it"
    told = {link.path for link in links(spec, record)} | ({record.length.path} if record.length is not None else set())
    if owner is not record and path not in told and (owner.name, teller.label) in hidden_fields(spec):
        return f"{path!r} is derived in {owner.name!r}, and nothing of it is known here"
    if teller.only is not None and teller.only != field.only:
        return f"{path!r} is not always there"
    return ""


def _is_integer(spec: Spec, field: StructField) -> bool:
    kind = plain_type(spec, field.type)
    if isinstance(kind, Named) or field.count is not None or field.enum is not None:
        return False
    return (isinstance(kind, Number) and kind.code[0] in "iu") or kind in (Scalar("uint"), Scalar("int"))
