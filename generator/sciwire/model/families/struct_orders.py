"""A byte order that the data tell: the field that tells it, where it stands, and what depends on it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ..context import Context
from ..ir import Spec
from ..nodes import Node
from ..problems import Place, did_you_mean
from ..types import Named, Number, Scalar, Type
from .struct_around import paths
from .struct_links import field_size, find, hidden_fields, plain_type

if TYPE_CHECKING:
    from .struct import StructBody, StructField, StructRecord

__all__ = ["TOLD", "OrderMark", "check_order", "dependent", "load_order", "mark_field", "mark_offset",
           "numbers_before", "order_in"]  # fmt: skip

#: the order of numbers in a format whose data tell it
TOLD = "told"
_DEEPEST = 64  # records in records
_ONE_ORDER = ("rows", "files", "objects", "operations")
_ONE_ORDER_CONSTANTS = ("head_format", "formats", "leading_format", "leading_formats")


@dataclass(frozen=True, slots=True)
class OrderMark:
    """The field `path` of the root tells the byte order, by names of its enumeration."""

    path: str
    little: tuple[str, ...]
    big: tuple[str, ...]
    place: Place = field(compare=False)


def load_order(node: Node) -> tuple[str, OrderMark | None]:
    """``little``, ``big``, or `TOLD` and the mark that tells."""
    if not isinstance(node.data, dict):
        return node.text("little"), None
    names = {order: node[order].texts() if order in node else (order,) for order in ("little", "big")}
    return TOLD, OrderMark(node["by"].text(), names["little"], names["big"], node["by"].place)


def mark_field(spec: Spec) -> tuple[StructRecord, StructField] | None:
    """The field that tells the byte order, with its record; None where there is none."""
    body: StructBody = spec.body
    return find(spec, body.structs[body.root], body.mark.path) if body.mark is not None else None


def mark_offset(spec: Spec) -> int | None:
    """Where the mark stands from the start of the root; None where that varies."""
    total = 0
    for _, fields, _ in _way(spec):
        at = 0
        for one in fields:
            size = -at % (one.size.number or 1) if one.role == "align" and one.size else field_size(spec, one)
            if size is None or one.only is not None:
                return None
            at += size
        total += at
    return total


def numbers_before(spec: Spec) -> bool:
    """Whether something in front of the mark can be read in one order only."""
    known = dependent(spec)
    return any(_depends(spec, one, known) for _, fields, _ in _way(spec) for one in fields)


def dependent(spec: Spec) -> frozenset[str]:
    """The records, unions and words of bits that are not the same in both orders."""
    body: StructBody = spec.body
    found = {name for name, word in body.bits.items() if word.order == TOLD and word.size > 1}
    while True:
        new = {
            name for name, one in body.structs.items() if any(_depends(spec, field, found) for field in one.fields)
        } | {
            name
            for name, union in body.unions.items()
            if _wide(plain_type(spec, union.type)) or any(member in found for member in union.members)
        }  # fmt: skip
        if new <= found:
            return frozenset(found)
        found |= new


def order_in(spec: Spec, data: bytes) -> str:
    """``little`` or ``big``: the order of *data*, where these are good; ``little`` where nothing tells it."""
    body: StructBody = spec.body
    mark, told, at = body.mark, mark_field(spec), mark_offset(spec)
    if mark is None or told is None or at is None:
        return body.order
    for name in mark.big:
        wire = (told[1].enum or {}).get(name)
        size = field_size(spec, told[1]) or 0
        kind = plain_type(spec, told[1].type)
        order = (
            kind.order if isinstance(kind, Number) and kind.order else {"little": "<", "big": ">"}.get(told[1].order)
        )
        if isinstance(wire, int):
            wanted = wire.to_bytes(size, "big" if order == ">" else "little", signed=wire < 0)
        else:
            wanted = str(wire).encode("latin-1" if kind == Scalar("bytes") else told[1].encoding)
        if data[at : at + size] == wanted:
            return "big"
    return "little"


def check_order(spec: Spec, root: Node, context: Context) -> None:
    """Report a mark that can't tell the order, and what has no order without one."""
    body: StructBody = spec.body
    mark = body.mark
    if mark is None:
        return
    found = mark_field(spec)
    problem = _problem(spec, found)
    if problem:
        top = body.structs[body.root]
        hint = did_you_mean(mark.path, list(paths(spec, top, [one.label for one in top.fields]))) if not found else ""
        context.problems.add("SPEC309", mark.place, problem, hint)
    elif found is not None:
        _check_names(mark, found[1], context)
    for record in body.structs.values():
        for one in record.fields:
            if one.table and _octets(spec, one):
                text = f"{one.label!r} has columns of plain bytes, of which a table would not know the order"
                context.problems.add("SPEC309", one.place, text, "leave out `as: table`, or state an `order`")
    for section in _ONE_ORDER:
        if root[section].table():
            context.problems.add("SPEC309", root[section].key_place, f"`{section}` needs numbers of one byte order")
    for constant in root["constants"].values():
        for word, node in constant.items():
            if word in _ONE_ORDER_CONSTANTS:
                context.problems.add("SPEC309", node.key_place, f"`{word}` needs numbers of one byte order")


def _problem(spec: Spec, found: tuple[StructRecord, StructField] | None) -> str:
    """What keeps the mark from telling the order."""
    body: StructBody = spec.body
    assert body.mark is not None
    what = f"{body.mark.path!r}, which tells the byte order,"
    if found is None:
        return f"there is no field {body.mark.path!r} in {body.root!r} to tell the byte order"
    record, one = found
    if one.enum is None or one.others or one.count is not None:
        return f"{what} needs an `enum` that has all of its values"
    if (record.name, one.label) in hidden_fields(spec):
        return f"{what} is derived; it must stay in the class, which keeps the order with it"
    if field_size(spec, one) is None:
        return f"{what} has no fixed size"
    if _depends(spec, one, frozenset()):
        return f"{what} must state its own `order`"
    if mark_offset(spec) is None or any(two.only is not None or two.count is not None for _, _, two in _way(spec)):
        return f"{what} must always stand at the same place: what is in front of it needs a fixed size"
    if body.root not in dependent(spec):
        return f"nothing in {body.root!r} depends on the byte order"
    return ""


def _check_names(mark: OrderMark, one: StructField, context: Context) -> None:
    names = [*mark.little, *mark.big]
    for name in names:
        if name not in (one.enum or {}):
            text = f"{name!r} is no name of {mark.path!r}, which tells the byte order"
            context.problems.add("SPEC309", mark.place, text, did_you_mean(name, one.enum or {}))
        elif names.count(name) > 1:
            context.problems.add("SPEC309", mark.place, f"{name!r} of {mark.path!r} says the byte order twice")
            return
    for name in one.enum or {}:
        if name not in names:
            context.problems.add("SPEC309", mark.place, f"{name!r} of {mark.path!r} tells neither `little` nor `big`")


def _way(spec: Spec) -> Iterator[tuple[StructRecord, list[StructField], StructField]]:
    """The records on the path to the mark, with the fields in front of it and the field of the path."""
    body: StructBody = spec.body
    here: StructRecord | None = body.structs[body.root]
    for word in body.mark.path.split(".") if body.mark is not None else ():
        if here is None:
            return
        labels = [one.label for one in here.fields]
        if word not in labels:
            return
        one = here.fields[labels.index(word)]
        yield here, list(here.fields[: labels.index(word)]), one
        kind = plain_type(spec, one.type)
        here = body.structs.get(kind.name) if isinstance(kind, Named) else None


def _depends(spec: Spec, one: StructField, known: frozenset[str] | set[str]) -> bool:
    kind = plain_type(spec, one.type)
    if isinstance(kind, Named):
        return kind.name in known
    if one.order:
        return False
    if kind in (Scalar("uint"), Scalar("int")):
        return (one.size.number or 1) > 1 if one.size is not None else False
    return _wide(kind)


def _octets(spec: Spec, one: StructField, depth: int = 0) -> bool:
    """Whether numpy has no number for something in *one* whose order the data tell."""
    body: StructBody = spec.body
    kind = plain_type(spec, one.type)
    if isinstance(kind, Named) and kind.name in body.bits:
        return body.bits[kind.name].order == TOLD and body.bits[kind.name].size not in (1, 2, 4, 8)
    if isinstance(kind, Named) and kind.name in body.structs and depth < _DEEPEST:
        return any(_octets(spec, field, depth + 1) for field in body.structs[kind.name].fields)
    return isinstance(kind, Scalar) and _depends(spec, one, frozenset())


def _wide(kind: Type | None) -> bool:
    return isinstance(kind, Number) and not kind.order and not kind.code.endswith("1")
