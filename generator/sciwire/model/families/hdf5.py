"""The `hdf5` family: files of groups, attributes and datasets, named by path; tables that grow in step.

A table is a growing axis: all datasets whose first axis it is have the same number of rows at all times.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from ..context import Context
from ..ir import Field, Record
from ..nodes import Node
from ..problems import Place
from ..types import Array, Named, NDArray, Union, Vlen
from .hdf5_checks import check
from .hdf5_collection import CollectionBody, load_collection

__all__ = [
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

Dimension = int | str


@dataclass(frozen=True, slots=True)
class Axis:
    """A named axis; `length` is None where any will do."""

    name: str
    grows: bool
    length: int | None
    doc: str


@dataclass(frozen=True, slots=True)
class PlaceName:
    """A parameter of paths."""

    name: str
    default: str
    doc: str


@dataclass(frozen=True, slots=True)
class Group:
    """A group that must exist."""

    path: str
    doc: str
    rule: str


@dataclass(frozen=True, slots=True)
class Attribute:
    """An attribute; `field` holds name, type, constraints and words, `length` is that of fixed text."""

    field: Field
    owner: str
    key: str
    role: str
    required: bool
    shape: tuple[Dimension, ...]
    length: int
    ascii: bool


@dataclass(frozen=True, slots=True)
class Column:
    """A member of a compound element; `default` None means that it must be given."""

    field: Field
    shape: tuple[int, ...]
    length: int
    default: Any
    aliases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Filter:
    """One step of a filter pipeline."""

    name: str
    options: tuple[tuple[str, Any], ...]
    place: Place = field(compare=False)


@dataclass(frozen=True, slots=True)
class Dataset:
    """A dataset; `columns` is empty unless its elements are compound; a chunk length of 0 is the whole axis."""

    field: Field
    path: str
    columns: tuple[Column, ...]
    shape: tuple[Dimension, ...]
    chunks: tuple[int, ...]
    filters: tuple[Filter, ...]
    required: bool
    length: int
    ascii: bool


@dataclass(frozen=True, slots=True)
class Operation:
    """A function by the name that users of another program know; `arguments` pairs names with parts."""

    name: str
    does: str
    table: str
    arguments: tuple[tuple[str, str], ...]
    gives: tuple[str, ...]
    doc: str
    rule: str


@dataclass(frozen=True, slots=True)
class Hdf5Body:
    """Everything of a specification of this family that its head does not hold."""

    cls: str
    doc: str
    bounds: tuple[str, str]
    swmr: bool
    rules: tuple[tuple[str, str], ...]
    places: tuple[PlaceName, ...]
    axes: tuple[Axis, ...]
    groups: tuple[Group, ...]
    attributes: tuple[Attribute, ...]
    datasets: tuple[Dataset, ...]
    operations: tuple[Operation, ...]

    @property
    def records(self) -> tuple[Record, ...]:
        """Attributes, datasets and columns as records, for the checks that all families share."""
        records = [Record("attributes", tuple(_single(one.field) for one in self.attributes))]
        records.append(Record("datasets", tuple(_single(one.field) for one in self.datasets)))
        records += [
            Record(dataset.field.name, tuple(_single(column.field) for column in dataset.columns))
            for dataset in self.datasets
        ]
        return tuple(records)

    @property
    def tables(self) -> tuple[str, ...]:
        """The growing axes that datasets have, in the order of the axes."""
        first = {dataset.shape[0] for dataset in self.datasets if dataset.shape}
        return tuple(axis.name for axis in self.axes if axis.grows and axis.name in first)

    def table_of(self, dataset: Dataset) -> str:
        """The table that *dataset* belongs to; empty for none."""
        return str(dataset.shape[0]) if dataset.shape and dataset.shape[0] in self.tables else ""


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
        places=tuple(
            PlaceName(name, node["default"].text(), node["doc"].text()) for name, node in root["places"].items()
        ),
        axes=tuple(_axis(name, node) for name, node in root["axes"].items()),
        groups=tuple(
            Group(_group_path(path), node["doc"].text(), context.cite(node["rule"]))
            for path, node in root["groups"].items()
        ),
        attributes=tuple(_attribute(name, node, context) for name, node in root["attributes"].items()),
        datasets=tuple(_dataset(name, node, context) for name, node in root["datasets"].items()),
        operations=tuple(_operation(name, node, context) for name, node in root["operations"].items()),
    )


def _single(one: Field) -> Field:
    """The field with the type of one of its elements: bounds and defaults are those of numbers, not of arrays."""
    kind = one.type
    if isinstance(kind, Vlen):
        kind = kind.item
    elif isinstance(kind, (NDArray, Array)):
        kind = kind.dtypes[0]
    elif isinstance(kind, Union):
        kind = kind.alternatives[0]
    return replace(one, type=kind)


def _axis(name: str, node: Node) -> Axis:
    return Axis(name, node["grows"].flag(), node["length"].maybe_integer(), node["doc"].text())


def _group_path(path: str) -> str:
    return "/" + path.strip("/")


def _attribute(name: str, node: Node, context: Context) -> Attribute:
    owner, _, key = node["at"].text().rpartition("@")
    return Attribute(
        field=context.field(name, node),
        owner=_group_path(owner),
        key=key,
        role=node["role"].text(),
        required=node["required"].flag(True),
        shape=_shape(node["shape"]),
        length=node["length"].integer(),
        ascii=node["ascii"].flag(),
    )


def _dataset(name: str, node: Node, context: Context) -> Dataset:
    columns = tuple(_column(key, one, context) for key, one in node["columns"].items())
    if "columns" in node and "type" in node:
        context.problems.add("SPEC107", node["type"].place, f"{name!r} has columns, a type besides says it twice")
    if "columns" not in node and "type" not in node:
        context.problems.add("SPEC107", node.key_place, f"{name!r} needs a type or columns")
    one = context.field(name, node)
    shape = _shape(node["shape"])
    if isinstance(one.type, NDArray):
        if "shape" in node:
            context.problems.add(
                "SPEC107", node["shape"].place, "the type names the axes already, a shape says it twice"
            )
        shape = one.type.axes
    if isinstance(one.type, Named):
        columns = columns or _named_columns(one.type.name, node, context)
    return Dataset(
        field=one,
        path=node["at"].text(),
        columns=columns,
        shape=shape,
        chunks=tuple(_chunk(length) for length in node["chunks"].elements()),
        filters=tuple(_filter(step) for step in node["filters"].elements()),
        required=node["required"].flag(True),
        length=node["length"].integer(),
        ascii=node["ascii"].flag(),
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
        return Filter(name, (("level", options.data),), options.key_place)
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
