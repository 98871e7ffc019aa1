"""The body of a specification of the `hdf5` family, as frozen values: what a file holds, and what is done with it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from ..ir import Field, Record
from ..problems import Place
from ..types import Array, NDArray, Union, Vlen

__all__ = ["Attribute", "Axis", "Column", "Dataset", "Filter", "Group", "Hdf5Body", "Operation", "PlaceName"]

Dimension = int | str


@dataclass(frozen=True, slots=True)
class Axis:
    """A named axis; `length` is None where any will do."""

    name: str
    grows: bool
    length: int | None
    doc: str
    unit: str = ""


@dataclass(frozen=True, slots=True)
class PlaceName:
    """A parameter of paths; `argument` is its name in Python."""

    name: str
    default: str
    doc: str
    argument: str


@dataclass(frozen=True, slots=True)
class Group:
    """A group that must exist, or one that may be absent with all that lies below it."""

    path: str
    doc: str
    rule: str
    required: bool = True


@dataclass(frozen=True, slots=True)
class Attribute:
    """An attribute; `field` holds name, type, constraints and words, `length` is that of fixed text.

    any_length : text may be stored with a variable length, or any fixed one.
    single : a file may have an array of one item in place of the scalar.
    """

    field: Field
    owner: str
    key: str
    role: str
    required: bool
    shape: tuple[Dimension, ...]
    length: int
    ascii: bool
    any_length: bool = False
    single: bool = False


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
    any_length: bool = False
    single: bool = False


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
    def fields(self) -> tuple[Field, ...]:
        """The fields of attributes, then those of datasets."""
        return (*(one.field for one in self.attributes), *(one.field for one in self.datasets))

    @property
    def tables(self) -> tuple[str, ...]:
        """The growing axes that datasets have, in the order of the axes."""
        first = {dataset.shape[0] for dataset in self.datasets if dataset.shape}
        return tuple(axis.name for axis in self.axes if axis.grows and axis.name in first)

    def table_of(self, dataset: Dataset) -> str:
        """The table that *dataset* belongs to; empty for none."""
        return str(dataset.shape[0]) if dataset.shape and dataset.shape[0] in self.tables else ""


def _single(one: Field) -> Field:
    """The field with the type of one of its elements: bounds and defaults are those of numbers, not of arrays.

    Lists are left to the checks of this family, which know the shape.
    """
    kind = one.type
    if isinstance(one.default, list):
        one = replace(one, default=None)
    if isinstance(one.constraints.const, list):
        one = replace(one, constraints=replace(one.constraints, const=None))
    if isinstance(kind, Vlen):
        kind = kind.item
    elif isinstance(kind, (NDArray, Array)):
        kind = Union(kind.dtypes)
    return replace(one, type=kind)
