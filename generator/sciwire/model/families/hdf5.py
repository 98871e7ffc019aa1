"""The `hdf5` family: files of groups, attributes and datasets, named by path; tables that grow in step.

A table is a growing axis: all datasets whose first axis it is have the same number of rows at all times.
"""

from __future__ import annotations

from ..context import Context
from ..names import identifier
from ..nodes import Node
from ..types import Named, NDArray, Type
from .hdf5_body import Attribute, Axis, Column, Dataset, Dimension, Filter, Group, Hdf5Body, Operation, PlaceName
from .hdf5_checks import check
from .hdf5_collection import CollectionBody, load_collection
from .hdf5_filters import FILTERS
from .hdf5_names import PARAMETERS, RESERVED

__all__ = [
    "RESERVED",
    "Attribute",
    "Axis",
    "Column",
    "Dataset",
    "Filter",
    "Group",
    "Hdf5Body",
    "Operation",
    "PlaceName",
    "check",
    "load",
]


def load(root: Node, context: Context) -> Hdf5Body | CollectionBody:
    """Read the body; problems go to the context."""
    if "collection" in root:
        return load_collection(root, context)
    file = root["file"]
    bounds = file["bounds"].texts()
    return Hdf5Body(
        cls=file["class"].text("File"),
        doc=file["doc"].text(),
        bounds=(bounds[0], bounds[1]) if len(bounds) == 2 else ("v110", "v110"),
        swmr=file["swmr"].flag(),
        rules=tuple((name, context.cite(node)) for name, node in file["rules"].items()),
        places=tuple(_place(name, node) for name, node in root["places"].items()),
        axes=tuple(_axis(name, node) for name, node in root["axes"].items()),
        groups=tuple(
            Group(_group_path(path), node["doc"].text(), context.cite(node["rule"]), node["required"].flag(True))
            for path, node in root["groups"].items()
        ),
        attributes=tuple(_attribute(name, node, context) for name, node in root["attributes"].items()),
        datasets=tuple(_dataset(name, node, context) for name, node in root["datasets"].items()),
        operations=tuple(_operation(name, node, context) for name, node in root["operations"].items()),
    )


def _axis(name: str, node: Node) -> Axis:
    unit, doc = node["unit"].text(), node["doc"].text()
    return Axis(name, node["grows"].flag(), node["length"].maybe_integer(), doc, unit)


def _place(name: str, node: Node) -> PlaceName:
    argument = identifier(name)
    argument = f"{argument}_" if argument in PARAMETERS else argument
    return PlaceName(name, node["default"].text(), node["doc"].text(), argument)


def _group_path(path: str) -> str:
    return "/" + path.strip("/")


def _attribute(name: str, node: Node, context: Context) -> Attribute:
    owner, _, key = node["at"].text().rpartition("@")
    one = context.field(name, node)
    return Attribute(
        field=one,
        owner=_group_path(owner),
        key=key,
        role=node["role"].text(),
        required=node["required"].flag(True),
        shape=_axes(one.type, node, context),
        length=node["length"].integer(),
        ascii=node["ascii"].flag(),
        any_length=node["length"].data == "any",
        single=node["single"].flag(),
    )


def _dataset(name: str, node: Node, context: Context) -> Dataset:
    columns = tuple(_column(key, one, context) for key, one in node["columns"].items())
    if "columns" in node and "type" in node:
        context.problems.add("SPEC107", node["type"].place, f"{name!r} has columns, a type besides says it twice")
    if "columns" not in node and "type" not in node:
        context.problems.add("SPEC107", node.key_place, f"{name!r} needs a type or columns")
    one = context.field(name, node)
    if isinstance(one.type, Named):
        columns = columns or _named_columns(one.type.name, node, context)
    return Dataset(
        field=one,
        path=node["at"].text(),
        columns=columns,
        shape=_axes(one.type, node, context),
        chunks=tuple(_chunk(length) for length in node["chunks"].elements()),
        filters=tuple(_filter(step) for step in node["filters"].elements()),
        required=node["required"].flag(True),
        length=node["length"].integer(),
        ascii=node["ascii"].flag(),
        any_length=node["length"].data == "any",
        single=node["single"].flag(),
    )


def _column(name: str, node: Node, context: Context) -> Column:
    return Column(
        field=context.field(name, node),
        shape=tuple(one.integer(1) for one in node["shape"].elements()),
        length=node["length"].integer(),
        default=node["default"].data,
        aliases=node["aliases"].texts(),
    )


def _named_columns(name: str, node: Node, context: Context) -> tuple[Column, ...]:
    """The fields of a named record as columns."""
    fields = Node.root(node.marked)["types"][name]["fields"]
    return tuple(
        Column(context.field(key, one), (), one["length"].integer(), one["default"].data, ())
        for key, one in fields.items()
    )


def _axes(kind: Type, node: Node, context: Context) -> tuple[Dimension, ...]:
    """The axes of the dataset or attribute at *node*: those of its type, or its shape."""
    if not isinstance(kind, NDArray):
        return _shape(node["shape"])
    if "shape" in node:
        context.problems.add("SPEC107", node["shape"].place, "the type names the axes already, a shape says it twice")
    return kind.axes


def _shape(node: Node) -> tuple[Dimension, ...]:
    return tuple(one.data for one in node.elements() if isinstance(one.data, (int, str)))


def _chunk(node: Node) -> int:
    return 0 if node.data == "all" else node.integer(-1)


def _filter(node: Node) -> Filter:
    if isinstance(node.data, str):
        return Filter(node.data, (), node.place)
    for name, options in node.items():
        if isinstance(options.data, dict):
            return Filter(name, tuple((key, one.data) for key, one in options.items()), options.key_place)
        bare = FILTERS.get(name) or ("level",)  # a bare value is that of the filter's first setting
        return Filter(name, ((bare[0], options.data),), options.key_place)
    return Filter("", (), node.place)


def _operation(name: str, node: Node, context: Context) -> Operation:
    return Operation(
        name=name,
        does=node["does"].text(),
        table=node["table"].text(),
        arguments=tuple((argument, part.text()) for argument, part in node["arguments"].items()),
        gives=node["gives"].texts(),
        doc=node["doc"].text(),
        rule=context.cite(node["rule"]),
    )
