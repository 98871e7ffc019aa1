"""Decide which datasets of a stream are written where: inline, in packets together, or made of others.

A dataset that was read goes where it came from, as long as its records still fit. A new one travels
with the others that share its coordinates along dimension 0, coordinates first; short axes stand inline.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from .bundles import missing_text
from .dataset import Dataset
from .given import check_given
from .stream import Group, Stream
from .tables import PacketFormat

__all__ = ["Plan", "plan"]


@dataclass(slots=True)
class Plan:
    """`joins` and `bundles` and `inline` datasets have descriptors only; `groups` have packets."""

    joins: list[Dataset] = field(default_factory=list)
    inline: list[Dataset] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)
    bundles: list[Dataset] = field(default_factory=list)


def plan(stream: Stream) -> Plan:
    """The `Plan` of *stream*; EncodeError where a dataset has values of another rank than it says."""
    result = Plan()
    check_given(stream)
    axes = _axes(stream)
    moving: list[Dataset] = []
    for dataset in stream.datasets.values():
        _check(dataset, stream.table)
        stays = dataset.parts is None and not dataset.bundle and _stays(dataset, stream.table, axes)
        _check_indexed(dataset, stays, stream.table)
        if dataset.parts is not None:
            result.joins.append(dataset)
            moving.extend(part for part in dataset.parts if part.rows is None and not part.bundle)
        elif dataset.bundle:
            result.bundles.append(dataset)
        elif stays:
            result.inline.append(dataset)
        else:
            moving.append(dataset)
    groups = _grouped(stream, moving, _kept_groups(stream, moving))
    result.groups = groups if _in_order(groups) else _grouped(stream, moving, [])
    return result


def _grouped(stream: Stream, moving: list[Dataset], kept: list[Group]) -> list[Group]:
    """The *kept* groups and new ones for the rest; those with parts of joins last, in the order of the parts."""
    covered = {id(member) for group in kept for member, _, _ in group.members}
    groups = kept + _new_groups([dataset for dataset in moving if id(dataset) not in covered], stream)
    places = {
        id(part): place
        for place, part in enumerate(part for one in stream.datasets.values() for part in one.parts or ())
    }

    def place(group: Group) -> int:
        return min((places[id(member)] for member, _, _ in group.members if id(member) in places), default=-1)

    return sorted(groups, key=place)


def _in_order(groups: list[Group]) -> bool:
    """Whether each dataset's ranges come one after the other."""
    reached: dict[int, int] = {}
    for group in groups:
        for member, start, stop in group.members:
            if reached.get(id(member), 0) != start:
                return False
            reached[id(member)] = stop
    return True


def _check(dataset: Dataset, table: PacketFormat) -> None:
    if not 0 <= dataset.rank <= table.limits.rank:
        problem = f"expected a rank from 0 to {table.limits.rank}, got {dataset.rank}"
        raise table.faults.encode("rank", problem, path=dataset.id)
    for part in dataset.parts or ():
        if missing := part.missing_columns:
            raise table.faults.encode("bundle_unknown", missing_text(part, missing), path=part.id)
        _check(part, table)
    if dataset.data is not None and dataset.data.ndim != dataset.rank:
        problem = f"rank {dataset.rank} and values of {dataset.data.ndim} dimensions do not agree"
        raise table.faults.encode("length_rank", problem, path=dataset.id)


def _check_indexed(dataset: Dataset, inline: bool, table: PacketFormat) -> None:
    """Properties by index are those of the columns of inline rows, and a reader refuses them elsewhere."""
    for one in (dataset, *(dataset.parts or ())):
        if one.indexed and not (one.rank == 2 and (one.rows is not None or (inline and one is dataset))):
            problem = "indexed properties belong to inline rows of rank 2"
            raise table.faults.encode("indexed_properties", problem, path=one.id)


def _axes(stream: Stream) -> set[int]:
    """The datasets that others name as coordinates of a dimension beyond the first."""
    every = [one for dataset in stream.datasets.values() for one in (dataset, *(dataset.parts or ()))]
    return {id(target) for dataset in every for target in dataset.depend[1:] if target is not None}


def _stays(dataset: Dataset, table: PacketFormat, axes: set[int]) -> bool:
    """Whether the values of *dataset* are written in its descriptor."""
    if dataset.rows is not None:
        return True
    data = dataset.data
    if data is None or data.dtype != np.float64 or dataset.write_as not in ("", "inline"):
        return False
    if dataset.rank > 2 or (dataset.rank == 2 and not len(data)):  # rows say what stands inline, one at least
        return False
    if dataset.rank == 2 and dataset.encoding == "inline" and bool(dataset.indexed):
        return True
    if dataset.rank > 1 or data.size > table.writing.inline_up_to:
        return dataset.write_as == "inline" or (
            dataset.encoding == "inline" and data.size <= table.writing.inline_up_to
        )
    return dataset.rank == 0 or "inline" in (dataset.encoding, dataset.write_as) or id(dataset) in axes


def _kept_groups(stream: Stream, moving: list[Dataset]) -> list[Group]:
    """The groups in which datasets were read, as far as their ranges still are the whole of each."""
    here = {id(dataset): dataset for dataset in moving}
    ranges: dict[int, list[tuple[int, int]]] = {}
    for group in stream.groups:
        for member, start, stop in group.members:
            ranges.setdefault(id(member), []).append((start, stop))
    whole = {key for key, dataset in here.items() if _tiles(ranges.get(key, []), _records(dataset))}
    members = [{id(member) for member, _, _ in group.members} for group in stream.groups]
    lost: set[int] = set()
    for group, theirs in zip(stream.groups, members, strict=True):
        if not (theirs <= whole and _equally_long(group)):
            lost |= theirs
    # what shares packets with a dataset that leaves its group has to leave too, so that none is written by half
    before = -1
    while len(lost) != before:
        before = len(lost)
        for theirs in members:
            if theirs & lost:
                lost |= theirs
    return [group for group, theirs in zip(stream.groups, members, strict=True) if not theirs & lost]


def _tiles(ranges: list[tuple[int, int]], records: int) -> bool:
    position = 0
    for start, stop in ranges:
        if start != position:
            return False
        position = stop
    return bool(ranges) and position == records


def _equally_long(group: Group) -> bool:
    return len({stop - start for _, start, stop in group.members}) == 1 and all(
        member.rank > 0 for member, _, _ in group.members
    )


def _records(dataset: Dataset) -> int:
    return len(dataset.data) if dataset.data is not None and dataset.rank > 0 else int(dataset.data is not None)


def _new_groups(new: list[Dataset], stream: Stream) -> list[Group]:
    left = {id(dataset): dataset for dataset in new}
    groups: dict[int, list[Dataset]] = {}
    beside = {id(dataset): _helpers(dataset, stream) for dataset in new}
    helpers = {id(helper) for found in beside.values() for helper in found}
    for dataset in [*(one for one in new if id(one) not in helpers), *new]:
        if id(dataset) not in left:
            continue
        time = dataset.depend[0] if dataset.rank > 0 else None
        shared = time is not None and id(time) in beside and _records(time) == _records(dataset)
        members = groups.setdefault(id(time) if shared else id(dataset), [])
        for one in (*beside[id(dataset)], dataset):
            fits = id(one) in left and _records(one) == _records(dataset) and one.rank > 0
            if fits or one is dataset:
                members.append(one)
                del left[id(one)]
    return [Group([(one, 0, _records(one)) for one in members]) for members in groups.values() if members]


def _helpers(dataset: Dataset, stream: Stream) -> list[Dataset]:
    """The datasets that stand beside the records of *dataset*, in the order of the packet."""
    if dataset.rank == 0:
        return []
    found = [
        *dataset.depend[:1],
        *(one for one in dataset.depend[1:] if one is not None and one.rank == 2),
        *dataset.planes,
    ]
    found += [dataset.reference(name) for name in stream.table.references.companions]
    return [one for one in found if one is not None and one.parts is None and not one.bundle]
