"""Streams: datasets by id, and what else was said."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Self

from numpy.typing import ArrayLike

from ..equality import same
from ..errors import DecodeError
from .dataset import Dataset
from .parts import Comment, Extra, Label, Property, StreamException
from .tables import PacketFormat

__all__ = ["Group", "Stream"]


@dataclass(slots=True)
class Group:
    """Datasets that travelled in the same packets: `members` are (dataset, first record, last record + 1)."""

    members: list[tuple[Dataset, int, int]]
    extra: Extra = field(default_factory=Extra)


@dataclass(slots=True, eq=False, repr=False)
class Stream:
    """The datasets of one stream by id, and what else it said.

    Attributes
    ----------
    dataset_id : id of the default dataset; None where no descriptor names one.
    datasets : id -> `Dataset`, in the order they were described; parts of joins stand in their join.
    comments, exception : what the producer remarked, and its error (with ``on_error="keep"``).
    enumerations : name of the unit -> code -> `Label`.
    byte_order : ``little`` or ``big`` where the stream descriptor said it, else an empty text.
    warnings : what was tolerated, one sentence each.
    groups : which datasets travelled together; an encoder keeps to it where it still fits.
    error : with ``on_error="keep"`` what ended the reading.
    """

    table: ClassVar[PacketFormat]

    dataset_id: str | None = None
    datasets: dict[str, Dataset] = field(default_factory=dict)
    comments: list[Comment] = field(default_factory=list)
    exception: StreamException | None = None
    enumerations: dict[str, dict[int, Label]] = field(default_factory=dict)
    byte_order: str = ""
    extra: Extra = field(default_factory=Extra)
    groups: list[Group] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    error: DecodeError | None = None

    def __post_init__(self) -> None:
        if isinstance(self.datasets, Mapping):  # an encoder refuses what is none
            for dataset in self.datasets.values():
                self.adopt(dataset)

    def adopt(self, dataset: Dataset) -> None:
        """Make a dataset that belongs to no stream, and the parts of a join, datasets of this one."""
        if isinstance(dataset, Dataset):
            dataset.stream = dataset.stream or self
            for part in dataset.parts or ():
                self.adopt(part)

    def __eq__(self, other: object) -> bool:
        """Whether both say the same, however it is written: what canonical values have; NaN is equal to NaN."""
        if type(other) is not type(self):
            return NotImplemented
        return self is other or same(_said(self), _said(other))

    __hash__ = None  # type: ignore[assignment]  # it can be changed

    @property
    def default(self) -> Dataset:
        """The dataset that the stream names as its default; KeyError where there is none."""
        if self.dataset_id is None:
            raise KeyError("the stream names no default dataset")
        if self.dataset_id not in self.datasets:
            raise KeyError(f"the default dataset {self.dataset_id!r} is not in the stream")
        return self.datasets[self.dataset_id]

    def new_dataset(self, id: str, rank: int) -> Dataset:
        """A dataset without values that belongs to this stream; it is not in `datasets` yet."""
        return Dataset(id, rank, stream=self)

    def __getitem__(self, id: str) -> Dataset:
        return self.datasets[id]

    def __contains__(self, id: object) -> bool:
        return id in self.datasets

    def __iter__(self) -> Iterator[str]:
        return iter(self.datasets)

    def __len__(self) -> int:
        return len(self.datasets)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} default {self.dataset_id!r}, {len(self.datasets)} datasets: {', '.join(list(self.datasets)[:8])}>"

    def add(
        self,
        id: str,
        values: ArrayLike,
        *,
        units: str | None = None,
        depend: tuple[Dataset | str | None, ...] | list[Dataset | str | None] = (),
        labels: Mapping[int, str] | None = None,
        encoding: str = "",
        exact: bool = True,
        **properties: Any,
    ) -> Dataset:
        """Add a dataset made from an array and return it; the first one becomes the default.

        Parameters
        ----------
        values : numbers, (records, ...) of rank 0 to the format's limit; datetime64 becomes numbers of
            *units*; text becomes an enumeration. What a mask hides becomes NaN, NaT or, for integers,
            the fill value among *properties*.
        units : the unit's name; for times one that counts from an epoch (default: the format's first, or
            its integer one where the first would lose a nanosecond).
        depend : for each dimension the dataset (or its id) of its coordinates, or None.
        labels : code -> label; makes the values codes of an enumeration called *units* (default: the id).
        encoding : how to write it (``ascii24``, ``double``, ``inline``); empty: the encoder chooses.
        exact : refuse moments that would come back as others; with False they round.
        properties : further properties by name; a `Dataset` as value is a reference to it.

        Raises EncodeError (``type``) for values or properties that the format has no form for, and
        (``constraint``) for an id that the stream has, moments that no number holds, a mask without fill.
        """
        from .build import build

        dataset = build(self, id, values, units, tuple(depend), labels, encoding, exact, properties)
        self.datasets[id] = dataset
        self.dataset_id = self.dataset_id or id
        return dataset

    @classmethod
    def of(cls, id: str, values: ArrayLike, **keywords: Any) -> Self:
        """A stream of one dataset; parameters of `add`."""
        stream = cls()
        stream.add(id, values, **keywords)
        return stream


def _said(stream: Stream) -> tuple[Any, ...]:
    """What *stream* says, apart from how it is written."""
    exception = stream.exception and (stream.exception.type, stream.exception.message)
    comments = [(one.type, one.message) for one in stream.comments]
    return stream.dataset_id, comments, exception, {id: _content(one) for id, one in stream.datasets.items()}


def _content(dataset: Dataset) -> tuple[Any, ...]:
    indexed = {index: _properties(found) for index, found in dataset.indexed.items() if found}
    values: Any
    if dataset.parts is not None:
        values = [(part.id, _content(part)) for part in dataset.parts]
    elif dataset.bundle:
        values = dataset.bundle
    elif dataset.rows is not None and len({row.size for row in dataset.rows}) > 1:
        values = list(dataset.rows)
    else:
        values = dataset.values
    return dataset.rank, _properties(dataset.properties), indexed, dataset.labels, values


def _properties(properties: Mapping[str, Property]) -> dict[str, Any]:
    return {name: (one.type, one.value) for name, one in properties.items()}
