"""Gather what packets bring into datasets: append, replace, join.

A dataset described again goes on where it stopped; an inline one is replaced; a part of a join begins
a new array. Packet bytes are kept as they came, views or copies, until `finish` makes one contiguous
column of each dataset.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ..errors import DecodeError
from ..limits import Limits, checked_size
from .again import check_units
from .columns import Segment, Series, column, widened
from .dataset import Dataset
from .enumerations import enumeration_name, read_labels
from .planes import PacketType, Plane
from .runs import Bytes
from .stream import Group, Stream
from .tables import PacketFormat

__all__ = ["Assembly"]

_EMPTY_EXPANSION = 256


@dataclass(slots=True)
class _Binding:
    """A packet type at work: its planes, the series each feeds, and the records these held when it was bound."""

    kind: PacketType
    series: list[Series | None]
    starts: list[int]
    brought: list[int]


class Assembly:
    """The datasets of one stream as they grow."""

    def __init__(self, stream: Stream, limits: Limits) -> None:
        self.stream = stream
        self._table: PacketFormat = stream.table
        self._limits = limits
        self._series: dict[str, Series] = {}
        self._parts: dict[int, Series] = {}  # by identity
        self._bound: dict[str, _Binding] = {}
        self._groups: list[_Binding] = []
        self._bytes = 0

    # -- descriptions

    def describe(self, kind: PacketType) -> None:
        """Take up the datasets of a packet descriptor."""
        series = [None if plane.hidden else self._take(plane, kind) for plane in kind.planes]
        binding = _Binding(kind, series, [one.records if one else 0 for one in series], [0] * len(series))
        self._bound[kind.id] = binding
        self._groups.append(binding)
        if len(self._groups) > self._limits.datasets:
            raise self._table.faults.decode(
                "items_limit",
                f"more than {self._limits.datasets} packet types, the limit datasets",
                path=kind.path,
                at=kind.at,
            )

    def _take(self, plane: Plane, kind: PacketType) -> Series | None:
        dataset = self._dataset(plane, kind)
        self._declare(dataset)
        for name, code, label in plane.labels:
            self.stream.enumerations.setdefault(name, {})[code] = label
        if plane.join_id is not None:
            return self._part(plane, dataset, kind)
        if plane.shape is None or plane.in_descriptor:
            self._replace(plane, dataset)
            return self._begin(plane, dataset, kind) if plane.shape is not None else None
        old = self._series.get(plane.id)
        return self._begin(plane, dataset, kind) if old is None else self._go_on(plane, dataset, old, kind)

    def _declare(self, dataset: Dataset) -> None:
        """Take up the labels that stand in the text of the units property."""
        for properties in (dataset.properties, *dataset.indexed.values()):
            found = properties.get(self._table.references.units)
            kind = self._table.types.get(found.type) if found else None
            if found is not None and kind is not None and kind.kind == "enumeration":
                form = self._table.enumeration
                name = enumeration_name(str(found.value), form)
                self.stream.enumerations.setdefault(name, {}).update(read_labels(str(found.value), form))

    def _dataset(self, plane: Plane, kind: PacketType) -> Dataset:
        known = self.stream.datasets.get(plane.id)
        if plane.join_id is None and known is not None and known.rank != plane.rank:
            name = self._table.roles["dataset"].attribute("rank").name
            problem = f"{plane.id!r} had rank {known.rank}, now it has {plane.rank}"
            raise self._table.faults.decode("rank_changed", problem, path=f"{plane.path}.{name}", at=kind.at)
        dataset = self.stream.new_dataset(plane.id, plane.rank)
        dataset.properties, dataset.indexed = plane.properties, plane.indexed
        dataset.encoding = plane.written
        dataset.data, dataset.rows = plane.inline, plane.rows
        dataset.bundle, dataset.join = plane.bundle, plane.join
        dataset.parts = [] if plane.join else None
        dataset.extra, dataset.values_extra = plane.extra, plane.values_extra
        dataset.properties_extra = plane.properties_extra
        return dataset

    def _replace(self, plane: Plane, dataset: Dataset) -> None:
        old = self.stream.datasets.get(plane.id)
        if old is not None and old.parts is not None and dataset.parts is not None:
            dataset.parts = old.parts  # the join of a stream that is appended goes on
        self._series.pop(plane.id, None)
        self.stream.datasets[plane.id] = dataset

    def _begin(self, plane: Plane, dataset: Dataset, kind: PacketType) -> Series:
        assert plane.shape is not None and plane.codec is not None
        old = self.stream.datasets.get(plane.id) if plane.join_id is None else None
        series = Series(dataset, plane.shape.record, plane.shape.whole, plane.path)
        if old is not None and old.data is not None and old.rank == 1:
            # values that stood inline come first
            check_units(old, dataset, self._table, plane.path, kind.at)
            series.segments.append(Segment(np.empty((0, 0), np.uint8), len(old.data), None, "", old.data))
            series.kinds["f8"] = old.encoding
            series.records = len(old.data)
        series.kinds.setdefault(plane.codec.dtype, plane.codec.name)
        if plane.join_id is None:
            self._series[plane.id] = series
            self.stream.datasets[plane.id] = dataset
        return series

    def _go_on(self, plane: Plane, dataset: Dataset, old: Series, kind: PacketType) -> Series:
        assert plane.shape is not None and plane.codec is not None
        if plane.shape.record != old.record:
            problem = f"records of {plane.id!r} were {old.record}, now they are {plane.shape.record}"
            raise self._table.faults.decode("record_changed", problem, path=plane.path, at=kind.at)
        check_units(old.dataset, dataset, self._table, plane.path, kind.at)
        for name, found in dataset.properties.items():
            old.dataset.properties[name] = found
        old.dataset.encoding = dataset.encoding
        if plane.codec.dtype not in old.kinds:
            old.kinds[plane.codec.dtype] = plane.codec.name
            element = self._table.roles["values"]
            for segment in old.segments:
                if widened(old, segment) is not None:
                    where = f"{plane.path}.{element.name}.{element.attribute('encoding').name}"
                    raise self._widened(old, segment, where, kind.at)
        old.whole = plane.shape.whole
        return old

    def _part(self, plane: Plane, dataset: Dataset, kind: PacketType) -> Series | None:
        join = self.stream.datasets.get(plane.join_id or "")
        if join is None or join.parts is None:
            name = self._table.roles["dataset"].attribute("join_id").name
            problem = f"{plane.join_id!r} is no join that is described before"
            raise self._table.faults.decode("join_unknown", problem, path=f"{plane.path}.{name}", at=kind.at)
        if join.rank != plane.rank + 1:
            self.stream.warnings.append(
                f"join {join.id!r} has rank {join.rank}, its part {plane.id!r} rank {plane.rank}"
            )
        join.parts.append(dataset)
        if plane.shape is None:
            return None
        series = self._begin(plane, dataset, kind)
        self._parts[id(series)] = series
        return series

    # -- packets

    def kind(self, id: str) -> PacketType:
        """The packet type bound to *id*."""
        return self._bound[id].kind

    def packets(self, id: str, data: Bytes, order: str, at: Callable[[int], int]) -> None:
        """Add the packets *data* (packets, data bytes) of the type bound to *id*; *at* gives the offset of each."""
        binding = self._bound[id]
        self._check_room(binding.kind, data, at(0))
        start = 0
        for index, (plane, series) in enumerate(zip(binding.kind.planes, binding.series, strict=True)):
            size = plane.size
            if series is not None and plane.shape is not None:
                count = plane.shape.values // max(math.prod(plane.shape.record), 1) if plane.shape.whole else 1
                if plane.rank == 0 and series.records + len(data) > 1:
                    path = f"{binding.kind.path}.{plane.id}"
                    problem = f"rank 0 has one packet, {plane.id!r} gets more"
                    raise self._table.faults.decode(
                        "rank0_packets", problem, path=path, at=at(0 if series.records else 1)
                    )
                segment = Segment(data[:, start : start + size], len(data) * count, plane.codec, order)
                if len(series.kinds) > 1 and (row := widened(series, segment)) is not None:
                    path = f"{self._table.framing.path(self._table.framing.packet, id)}.{plane.id}"
                    raise self._widened(series, segment, path, at(row))
                series.segments.append(segment)
                series.records += len(data) * count
                binding.brought[index] += len(data) * count
                series.changed = True
            start += size

    def _widened(self, series: Series, segment: Segment, path: str, at: int) -> DecodeError:
        told = segment.codec.name if segment.codec is not None else ""
        others = " and ".join(name for dtype, name in series.kinds.items() if dtype[0] == "f") or "another encoding"
        problem = (
            f"{series.dataset.id!r} comes as {told} and as {others}: a double can't hold all of its integers exactly"
        )
        return self._table.faults.decode("widened", problem, path=path, at=at)

    def _check_room(self, kind: PacketType, data: Bytes, at: int) -> None:
        """Refuse packets whose values would take more memory than the limits allow.

        Fields without width are the one way to say much with nothing: they may not make more than
        `_EMPTY_EXPANSION` bytes of each byte that came.
        """
        decoded = sum(
            plane.shape.values * plane.codec.array.itemsize for plane in kind.planes if plane.shape and plane.codec
        )
        self._bytes = checked_size(
            self._bytes + max(data.size, len(data) * decoded), self._limits, path=kind.path, at=at
        )
        if decoded > _EMPTY_EXPANSION * (kind.size + 1):
            problem = f"packets of {kind.size} bytes would become {decoded} bytes each, their fields have no width"
            raise self._table.faults.decode("packet_limit", problem, path=kind.path, at=at)

    # -- the end

    def finish(self) -> Stream:
        """Make the columns and return the stream; may be called again when more has come."""
        for series in (*self._series.values(), *self._parts.values()):
            if series.changed:
                series.dataset.data = column(series)
                series.changed = False
        self.stream.groups = [group for binding in self._groups if (group := self._group(binding)).members]
        return self.stream

    def check_scalars(self) -> None:
        """Say that no more packets come: a scalar that had none is an error."""
        for binding in self._groups:
            for plane, series in zip(binding.kind.planes, binding.series, strict=True):
                if plane.rank == 0 and series is not None and series.records == 0:
                    path = f"{binding.kind.path}.{plane.id}"
                    raise self._table.faults.decode(
                        "rank0_packets", f"rank 0 has one packet, {plane.id!r} gets none", path=path, at=binding.kind.at
                    )

    def _group(self, binding: _Binding) -> Group:
        members: list[tuple[Dataset, int, int]] = []
        for series, start, brought in zip(binding.series, binding.starts, binding.brought, strict=True):
            if series is not None:
                members.append((series.dataset, start, start + brought))
        self._bring_near(binding, members)
        return Group(members, binding.kind.extra)

    def _bring_near(self, binding: _Binding, members: list[tuple[Dataset, int, int]]) -> None:
        """Let the parts of joins refer to the records that came in their own packets."""
        parts = [series.dataset for series in binding.series if series is not None and id(series) in self._parts]
        # one mapping for all: a packet may hold thousands of parts (which do not look for themselves there)
        near = {other.id: _slice(other, start, stop) for other, start, stop in members} if parts else {}
        for part in parts:
            part.near = near


def _slice(dataset: Dataset, start: int, stop: int) -> Dataset:
    if dataset.data is None or (start == 0 and stop == len(dataset.data)):
        return dataset
    return Dataset(
        dataset.id,
        dataset.rank,
        dataset.data[start:stop],
        dataset.properties,
        encoding=dataset.encoding,
        stream=dataset.stream,
    )
