"""Streams to bytes, at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from .dataset import Dataset
from .parts import Extra
from .planning import Plan, plan
from .stream import Group, Stream
from .writer import Writer, packets, wish_of
from .writing import Column, write_column

__all__ = ["Whole"]


class Whole(Writer):
    """Writes one stream that is there as a whole."""

    def __init__(self, stream: Stream, encoding: str | None, byte_order: str | None, exact: bool) -> None:
        super().__init__(stream.table, wish_of(stream.table, encoding, byte_order, exact, stream.byte_order))
        self._stream = stream
        self._order_asked = byte_order is not None
        self._labelled: set[str] = set()

    def encode(self) -> bytes:
        """The bytes of the stream."""
        stream = self._stream
        layout = plan(stream)
        parts_of = {id(part): join.id for join in layout.joins for part in join.parts or ()}
        written = [(group, self._columns(group)) for group in layout.groups]
        pieces: list[bytes] = []
        if stream.dataset_id is not None or stream.datasets:
            binary = self._order_asked or any(column.binary for _, columns in written for column in columns)
            pieces.append(self.begin(stream.dataset_id or "", byte_order=binary, extra=stream.extra))
        pieces.extend(self._beside(self._elements.comment(comment)) for comment in stream.comments)
        for dataset in (*layout.joins, *layout.inline):
            pieces.extend(self._alone(dataset))
        pieces.extend(self._moving(layout, written, parts_of))
        for dataset in layout.bundles:
            pieces.extend(self._alone(dataset))
        for name in stream.enumerations:
            pieces.extend(self._labels(name))
        if stream.exception is not None:
            pieces.append(self._beside(self._elements.exception(stream.exception)))
        return b"".join(pieces)

    def _moving(
        self, layout: Plan, written: list[tuple[Group, list[Column]]], parts_of: Mapping[int, str]
    ) -> Iterator[bytes]:
        """Groups with packets, and between them the parts of joins that need none: parts in their order."""
        parts = [part for join in layout.joins for part in join.parts or ()]
        order = {id(part): place for place, part in enumerate(parts)}
        alone = [part for part in reversed(parts) if part.rows is not None or part.bundle]
        places = [min((order[id(one)] for one, _, _ in group.members if id(one) in order), default=-1) for group, _ in written]  # fmt: skip
        first = min((place for place in places if place >= 0), default=len(parts))
        for place, (group, columns) in zip(places, written, strict=True):
            while alone and order[id(alone[-1])] < max(place, first):
                part = alone.pop()
                yield from self._alone(part, parts_of[id(part)])
            yield from self._group(group, columns, parts_of)
        for part in reversed(alone):
            yield from self._alone(part, parts_of[id(part)])

    def _columns(self, group: Group) -> list[Column]:
        columns = []
        for dataset, start, stop in group.members:
            part = dataset.values.reshape(1) if dataset.rank == 0 else dataset.values[start:stop]
            columns.append(write_column(dataset, part, self._wish, self.table))
        self._check_size([dataset for dataset, _, _ in group.members], columns)
        return columns

    def _alone(self, dataset: Dataset, join_id: str | None = None) -> list[bytes]:
        """A dataset that needs no packets, and the labels of its unit."""
        node = self._elements.packet([self._elements.dataset(dataset, join_id=join_id)], Extra())
        return [self._chunk(self.table.framing.ids.text(self._number()), node), *self._labels(dataset.units)]

    def _group(self, group: Group, columns: list[Column], parts_of: Mapping[int, str]) -> list[bytes]:
        number = self._number()
        nodes = [
            self._plane(dataset, column, parts_of.get(id(dataset)))
            for (dataset, _, _), column in zip(group.members, columns, strict=True)
        ]
        pieces = [self._chunk(self.table.framing.ids.text(number), self._elements.packet(nodes, group.extra))]
        for dataset, _, _ in group.members:
            pieces.extend(self._labels(dataset.units))
        pieces.append(packets(self._tag(number), columns, self.table))
        return pieces

    def _labels(self, name: str | None) -> list[bytes]:
        if name is None or name in self._labelled or name not in self._stream.enumerations:
            return []
        self._labelled.add(name)
        labels = self._stream.enumerations[name]
        return [self._beside(self._elements.label(name, code, label)) for code, label in sorted(labels.items())]
