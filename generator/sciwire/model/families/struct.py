"""The `struct` family: binary records, fields in wire order.

What follows from the tables that `load` reads is in `struct_links`, checks are in `struct_checks`, names in `struct_names`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from ..context import Context
from ..ir import Field, Record, Spec
from ..names import class_name, identifier
from ..nodes import Node
from ..problems import Place
from ..types import Named, Number, Scalar, Type
from .struct_bits import BitPart, BitWord, load_bits
from .struct_names import Names, load_names
from .struct_orders import OrderMark, load_order

__all__ = ["BitPart", "BitWord", "Extent", "StructBody", "StructField", "StructRecord", "StructUnion", "check", "load"]

_NOWHERE = Place(Path(), 1, 1)


@dataclass(frozen=True, slots=True)
class Extent:
    """A number, a field (times `unit` plus `plus`), or neither: up to the end. With `octets` it counts bytes of elements."""

    number: int | None = None
    path: str = ""
    unit: int = 1
    plus: int = 0
    octets: bool = False


@dataclass(frozen=True, slots=True)
class StructField:
    """One part of a record. `role` is value, const, pad, align, sum, version or same."""

    name: str
    label: str
    role: str
    type: Type | None
    doc: str = ""
    unit: str = ""
    rule: str = ""
    default: Any = None
    order: str = ""
    size: Extent | None = None
    count: Extent | None = None
    table: bool = False
    const: Any = None
    fill: int | None = None
    checked: bool = False
    strip: bool = True
    encoding: str = "utf-8"
    justify: str = ""
    overlong: bool = False
    terminator: int | None = None
    enum: Mapping[str, Any] | None = None
    others: bool = False
    low: float | int | None = None
    high: float | int | None = None
    only: tuple[str, tuple[Any, ...]] | None = None
    sum: tuple[str, str, str] = ("", "", "")
    known: tuple[int, ...] = ()
    same: str = ""
    place: Place = field(default=_NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class RecordLength:
    """The field `path` says how long the record is (`of` whole), or what follows that field (`of` rest)."""

    path: str
    of: str
    extent: Extent
    rule: str


@dataclass(frozen=True, slots=True)
class StructRecord:
    """Fields in wire order."""

    name: str
    cls: str
    doc: str
    fields: tuple[StructField, ...]
    length: RecordLength | None
    place: Place = field(compare=False)


@dataclass(frozen=True, slots=True)
class StructUnion:
    """Members with their tags; `tables` names those that may stand for each value of `select`."""

    name: str
    doc: str
    tag: str
    type: Type | None
    encoding: str
    overlong: bool
    on: str
    select: str
    members: Mapping[str, Any]
    tables: Mapping[str, tuple[str, ...]]
    others: bool
    rule: str
    place: Place = field(compare=False)


@dataclass(frozen=True, slots=True)
class StructBody:
    """Everything of a specification of this family that its head does not hold; `order` is little, big or told by `mark`."""

    order: str
    mark: OrderMark | None
    root: str
    trailing: str
    trailing_rule: str
    enums: Mapping[str, Mapping[str, Any]]
    bits: Mapping[str, BitWord]
    structs: Mapping[str, StructRecord]
    unions: Mapping[str, StructUnion]
    names: Names
    sizes: dict[str, int | None] = field(default_factory=dict, compare=False, repr=False)  # of records, once asked for

    @property
    def records(self) -> tuple[Record, ...]:
        """The fields that have a name and a type, for what all families share; their constraints are checked here."""
        return tuple(
            Record(one.cls, tuple(_shared(field) for field in one.fields if field.type is not None), one.doc)
            for one in self.structs.values()
        )


def load(root: Node, context: Context) -> StructBody:
    """Read the body; problems go to the context."""
    order, mark = load_order(root["order"])
    names = {name for section in ("records", "unions", "bits") for name in root[section].table()}
    context.type_names = frozenset(context.type_names | names)
    enums = {name: dict(node.data or {}) for name, node in root["enums"].items() if isinstance(node.data, dict)}
    return StructBody(
        order=order,
        mark=mark,
        root=root["root"].text(),
        trailing=root["trailing"]["bytes"].text("error"),
        trailing_rule=context.cite(root["trailing"]["rule"]),
        enums=enums,
        bits={name: load_bits(name, node, order, context) for name, node in root["bits"].items()},
        structs={name: _counted(_record(name, node, enums, context), root) for name, node in root["records"].items()},
        unions={name: _union(name, node, context) for name, node in root["unions"].items()},
        names=load_names(root, context),
    )


def check(spec: Spec, root: Node, context: Context) -> None:
    """The checks of this family."""
    from .struct_checks import check_body

    check_body(spec, root, context)


def _shared(one: StructField) -> Field:
    kind = one.type if one.type is not None else Scalar("any")
    return Field(one.name, one.label, one.label, kind, one.doc, one.unit, rule=one.rule, place=one.place)


def _record(name: str, node: Node, enums: Mapping[str, Mapping[str, Any]], context: Context) -> StructRecord:
    length = None
    if node["length"].exists:
        one = node["length"]
        extent = Extent(None, one["field"].text(), one["unit"].integer(1), one["plus"].integer(0))
        length = RecordLength(extent.path, one["of"].text(), extent, context.cite(one["rule"]))
    fields = tuple(_field(label, one, enums, context) for label, one in node["fields"].items())
    return StructRecord(
        name, node["class"].text() or class_name(name), node["doc"].text(), fields, length, node.key_place
    )


def _counted(record: StructRecord, root: Node) -> StructRecord:
    """*record*, in which a field that says the bytes of numbers, records or words says how many there are."""
    composed = {*root["records"].table(), *root["bits"].table()}
    fields = []
    for one in record.fields:
        many = isinstance(one.type, Number) or (isinstance(one.type, Named) and one.type.name in composed)
        if many and one.role == "value" and one.size is not None and one.size.path and one.count is None:
            one = replace(one, size=None, count=replace(one.size, octets=True))
        fields.append(one)
    return replace(record, fields=tuple(fields))


def _field(label: str, node: Node, enums: Mapping[str, Mapping[str, Any]], context: Context) -> StructField:
    table = isinstance(node.data, dict)
    kind = node["type"] if table else node
    role = next((role for role in ("pad", "align", "sum", "version", "same") if role in node), "value")
    if "const" in node or "hex" in node:
        role = "const"
    known = tuple(one.integer() for one in node["version"].elements())
    return StructField(
        name=identifier(label),
        label=label,
        role=role,
        type=context.type(kind) if kind.exists else None,
        doc=node["doc"].text(),
        unit=node["unit"].text(),
        rule=context.cite(node["rule"]),
        default=node["default"].data,
        order=node["order"].text(),
        size=Extent(node[role].integer()) if role in ("pad", "align") else _extent(node["size"]),
        count=_extent(node["count"]),
        table=node["as"].text() == "table",
        const=bytes.fromhex(node["hex"].text()) if "hex" in node and node["hex"].text() else node["const"].data,
        fill=node["fill"].maybe_integer(),
        checked=node["checked"].flag(),
        strip=node["strip"].flag(True),
        encoding=node["encoding"].text("utf-8"),
        justify=node["justify"].text(),
        overlong=node["overlong"].flag(),
        terminator=node["terminator"].maybe_integer(),
        enum=_enum(node["enum"], enums, context),
        others=node["others"].flag(),
        low=node["min"].maybe_number(),
        high=node["max"].maybe_number(),
        only=next(((path, tuple(value.data for value in one.elements())) for path, one in node["only"].items()), None),
        sum=(node["sum"]["algorithm"].text(), node["sum"]["from"].text(), node["sum"]["to"].text()),
        known=known,
        same=node["same"].text(),
        place=node.key_place,
    )


def _extent(node: Node) -> Extent | None:
    if not node.exists:
        return None
    if isinstance(node.data, dict):
        return Extent(None, node["field"].text(), node["unit"].integer(1), node["plus"].integer(0))
    number = node.maybe_integer()
    if number is not None:
        return Extent(number)
    return Extent() if node.text() == "rest" else Extent(None, node.text())


def _enum(node: Node, enums: Mapping[str, Mapping[str, Any]], context: Context) -> Mapping[str, Any] | None:
    if isinstance(node.data, str):
        if node.text() not in enums:
            context.problems.add("SPEC301", node.place, f"there is no enumeration {node.text()!r}")
        return enums.get(node.text(), {"unknown": 0})
    return dict(node.data) if isinstance(node.data, dict) else None


def _union(name: str, node: Node, context: Context) -> StructUnion:
    context.used_types.update(node["members"].table())
    return StructUnion(
        name=name,
        doc=node["doc"].text(),
        tag=node["tag"].text("kind"),
        type=context.type(node["type"]) if node["type"].exists else None,
        encoding=node["encoding"].text(),
        overlong=node["overlong"].flag(),
        on=node["on"].text(),
        select=node["select"].text(),
        members=dict(node["members"].table()),
        tables={key: one.texts() for key, one in node["tables"].items()},
        others=node["others"].flag(),
        rule=context.cite(node["rule"]),
        place=node.key_place,
    )
