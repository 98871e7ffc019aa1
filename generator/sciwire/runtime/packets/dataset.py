"""Datasets as a decoder gives them and an encoder takes them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..errors import DecodeError
from .bundles import bundled, together
from .checks import Faults
from .enumerations import enumeration_name
from .parts import Extra, Property
from .tables import PacketFormat

if TYPE_CHECKING:
    from .stream import Stream

__all__ = ["Dataset"]

_PLANES = 50


@dataclass(slots=True, eq=False, repr=False)
class Dataset:
    """An array with properties, and the datasets that its properties name.

    Attributes
    ----------
    id : the name that other datasets know it by.
    rank : number of indices, 0 to 4; for a join one more than its parts have.
    values : numpy array, dimension 0 counting the records. Of a bundle or a join see `columns` and
        `parts`: `values` are then put together on every access. Ragged rows are an object array.
    properties : name -> `Property`; `get` gives the bare value.
    indexed : column -> name -> `Property`, of a dataset that describes the columns of a bundle.
    encoding : how the values came (``double``, ``ascii10``, ``inline``); empty where they did not.
    write_as : the encoding to write them in (``ascii12``, ``float``); empty: the encoder chooses.
    bundle : ids of the datasets that are its columns.
    parts : the datasets that a join is made of; None where it is no join.

    `Stream.add` makes one of an array. A bundle or a join is made by hand, and need not have `data`::

        both = stream.datasets["both"] = stream.new_dataset("both", 2)
        both.bundle = ("x", "y")
    """

    id: str
    rank: int
    data: NDArray[Any] | None = None
    properties: dict[str, Property] = field(default_factory=dict)
    indexed: dict[int, dict[str, Property]] = field(default_factory=dict)
    encoding: str = ""
    write_as: str = ""
    rows: list[NDArray[np.float64]] | None = None
    bundle: tuple[str, ...] = ()
    join: str = ""
    parts: list[Dataset] | None = None
    extra: Extra = field(default_factory=Extra)
    values_extra: Extra = field(default_factory=Extra)
    properties_extra: dict[int | None, Extra] = field(default_factory=dict)
    stream: Stream | None = None
    near: Mapping[str, Dataset] = field(default_factory=dict)

    @property
    def values(self) -> NDArray[Any]:
        """The values, (records, ...); see the class for bundles, joins and ragged rows.

        DecodeError for a bundle (also as a part of a join) that has `missing_columns`, or is made of itself.
        """
        if self.parts is not None:
            return together([part.values for part in self.parts])
        if self.bundle:
            return bundled(self)
        if self.rows is not None:
            return together(list(self.rows))
        return self.data if self.data is not None else np.empty((0,) * self.rank)

    @values.setter
    def values(self, values: ArrayLike) -> None:
        from .masks import unmasked

        fill = self.get(self.stream.table.references.fill) if self.stream is not None else None
        self.data = unmasked(values, fill, self.id)
        self.rows, self.bundle, self.parts = None, (), None

    def fault(self, check: str, problem: str) -> DecodeError:
        """The error of *check*, with the path and rule of this dataset."""
        faults = self.stream.table.faults if self.stream is not None else Faults({}, "")
        return faults.decode(check, problem, path=self.id)

    def get(self, name: str, default: Any = None) -> Any:
        """The value of property *name*, or *default*."""
        found = self.properties.get(name)
        return default if found is None else found.value

    @property
    def _table(self) -> PacketFormat:
        if self.stream is None:
            raise ValueError(f"dataset {self.id!r} belongs to no stream, which alone knows the names of its format")
        return self.stream.table

    def _unit_of_kind(self, *kinds: str) -> str | None:
        """The text of the units property, where its type is of one of *kinds*."""
        found = self.properties.get(self._table.references.units)
        kind = self._table.types.get(found.type) if found else None
        return str(found.value) if found is not None and kind is not None and kind.kind in kinds else None

    @property
    def units(self) -> str | None:
        """The unit's name (that of the enumeration where the values are codes); None where none is told."""
        name = self._unit_of_kind("enumeration")
        return enumeration_name(name, self._table.enumeration) if name is not None else self._unit_of_kind("units")

    @property
    def labels(self) -> dict[int, str] | None:
        """Code -> label where the unit is an enumeration; None where it is none."""
        if self.stream is None or self._unit_of_kind("enumeration") is None:
            return None
        table = self.stream.enumerations.get(self.units or "", {})
        return {code: label.text for code, label in sorted(table.items())}

    @property
    def labelled(self) -> NDArray[np.object_]:
        """The values as their labels (str), None where a code has none; shape of `values`."""
        labels = self.labels or {}
        flat = [labels.get(int(code)) if code == code else None for code in self.values.ravel().tolist()]
        result = np.empty(len(flat), dtype=object)
        result[:] = flat
        return result.reshape(self.values.shape)

    @property
    def is_time(self) -> bool:
        """Whether the unit counts time from an epoch."""
        return self.units is not None and self._table.times.find(self.units) is not None

    @property
    def times(self) -> NDArray[np.datetime64]:
        """The values as datetime64[ns] UTC, NaT where they are fill; ValueError where the unit is no time.

        OverflowError-free: moments that 64 bits of nanoseconds can't say (before 1677, after 2262) are NaT.
        """
        unit = self._table.times.find(self.units or "")
        if unit is None:
            raise ValueError(f"dataset {self.id!r} has unit {self.units!r}, which counts no time")
        from ..times import to_datetime64

        values = self.values
        return to_datetime64(values.ravel(), unit).reshape(values.shape)

    @property
    def fill(self) -> NDArray[np.bool_]:
        """Where the values are fill: NaN, the fill property in the precision of the values, or below the format's bound.

        Integers that count time have a fill of their own, the smallest int64.
        """
        values = self.values
        references = self._table.references
        result = np.isnan(values) if values.dtype.kind == "f" else np.zeros(values.shape, dtype=np.bool_)
        marker = self.get(references.fill)
        if isinstance(marker, (int, float)) and values.dtype.kind in "fiu":
            with np.errstate(over="ignore"):
                result |= values == (values.dtype.type(marker) if values.dtype.kind == "f" else marker)
        if values.dtype == np.int64 and self.stream is not None and self.is_time:
            result |= values == np.iinfo(np.int64).min
        if references.fill_below is not None and values.dtype.kind == "f":
            result |= values < references.fill_below
        return np.asarray(result)

    # -- references

    def reference(self, name: str) -> Dataset | None:
        """The dataset that property *name* names; None where there is no such property, or no such dataset."""
        target = self.get(name)
        if not isinstance(target, str) or target == self.id:
            return None
        if target in self.near:
            return self.near[target]
        return self.stream.datasets.get(target) if self.stream is not None else None

    def _indexed_reference(self, patterns: tuple[str, ...], index: int) -> Dataset | None:
        for name in _numbered(patterns, index):
            found = self.reference(name)
            if found is not None:
                return found
        return None

    @property
    def depend(self) -> tuple[Dataset | None, ...]:
        """For each dimension the dataset of its coordinates, None where there is none."""
        return tuple(self._indexed_reference(self._table.references.depend, index) for index in range(self.rank))

    @property
    def planes(self) -> tuple[Dataset, ...]:
        """The datasets that stand beside this one, in the order of their numbers."""
        patterns = self._table.references.plane
        if _plane_names(patterns).isdisjoint(self.properties):  # most have none
            return ()
        found = (self._indexed_reference(patterns, index) for index in range(_PLANES))
        return tuple(one for one in found if one is not None)

    @property
    def columns(self) -> tuple[Dataset, ...]:
        """The columns of a bundle, each a dataset; empty where this is none.

        For a bundle of other datasets these, without `missing_columns`; for a rank-2 dataset whose last dimension is described
        by another one, a view of its columns with the properties from there.
        """
        if self.bundle:
            return tuple(found for name in self.bundle if (found := self._column(name)) is not None)
        table = (
            self._indexed_reference(self._table.references.bundle, 1) if self.rank == 2 and self.parts is None else None
        )
        return _described_columns(self, table) if table is not None else ()

    @property
    def missing_columns(self) -> tuple[str, ...]:
        """The ids in `bundle` that the stream has no dataset for, each once: with one of them there are no `values`."""
        return tuple(dict.fromkeys(name for name in self.bundle if self._column(name) is None))

    def _column(self, name: str) -> Dataset | None:
        known = self.stream.datasets if self.stream is not None else {}
        return self.near.get(name, known.get(name))

    def __len__(self) -> int:
        """Records, or parts of a join."""
        return len(self.parts) if self.parts is not None else len(self.values)

    def __bool__(self) -> bool:
        return True  # a dataset without records is a dataset too

    def __repr__(self) -> str:
        if self.parts is not None:
            return f"<{type(self).__name__} {self.id!r}, rank {self.rank}, join of {len(self.parts)}>"
        if self.bundle:
            return f"<{type(self).__name__} {self.id!r}, rank {self.rank}, bundle of {len(self.bundle)}>"
        values = self.values
        return f"<{type(self).__name__} {self.id!r}, {values.dtype.name} {values.shape}>"


@lru_cache(maxsize=1000)
def _numbered(patterns: tuple[str, ...], index: int) -> tuple[str, ...]:
    return tuple(pattern.format(index) for pattern in patterns)


@lru_cache(maxsize=100)
def _plane_names(patterns: tuple[str, ...]) -> frozenset[str]:
    return frozenset(name for index in range(_PLANES) for name in _numbered(patterns, index))


def _described_columns(dataset: Dataset, table: Dataset) -> tuple[Dataset, ...]:
    """Views of the columns of *dataset* with the properties that *table* has for them."""
    values = dataset.values
    rows = [np.atleast_1d(row) for row in table.values] if len(table) else []
    widths = [int(np.prod(row)) if row.size else 1 for row in rows]
    if len(rows) == values.shape[1] or sum(widths) != values.shape[1]:
        widths = [1] * values.shape[1]
    result, start = [], 0
    for index, width in enumerate(widths):
        part = values[:, start] if width == 1 else values[:, start : start + width]
        properties = table.indexed.get(index, {})
        found = properties.get(dataset._table.references.name)
        name = str(found.value) if found else f"{dataset.id}[{index}]"
        result.append(Dataset(name, part.ndim, part, dict(properties), stream=dataset.stream, near=dataset.near))
        start += width
    return tuple(result)
