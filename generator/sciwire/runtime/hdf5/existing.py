"""What stands where a file is to be written: nothing, a file of this layout, or one of somebody else."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import CodecError, DecodeError, EncodeError
from . import superblock
from .append import check_growth
from .behind import points_behind
from .choosing import layout_for, layout_in
from .elements import bare, opaque, seen
from .faults import FileInUseError, UnwritableFileError, by, system_faults
from .layout import Dataset, Layout
from .objects import Stored, find, find_dataset, read_attribute
from .optional import unsupplied
from .places import above
from .reader import table_lengths, uneven
from .rows import read_rows, read_whole
from .settling import open_choices, settled
from .source import Source, opened
from .superblock import PROBE
from .values import Rows, attribute_value, dataset_value
from .versions import agree

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["State", "examine", "layout_at"]


class State(Enum):
    """What was found: no file or an empty one, one of this layout, or an HDF5 file without any of its objects."""

    ABSENT = "absent"
    KNOWN = "known"
    FOREIGN = "foreign"


def layout_at(where: Path | bytes, layout: Layout, given: Mapping[str, Any]) -> Layout:
    """The layout of the file at *where* (path or content), or of the one to be made there of what is *given* (by field).

    What may be of several types, or of any length, is of those that the file has.
    """
    if not layout.older and not open_choices(layout) and all(group.required for group in layout.groups):
        return layout
    there = bool(where) if isinstance(where, bytes) else where.is_file() and where.stat().st_size > 0
    if there:
        try:
            with opened(where) as source:
                if any(_state(source, one) is State.KNOWN for one in layout.all):
                    layout = layout_in(source, layout)
                    return settled(layout, partial(_dtype_in, source, layout))
        except CodecError:
            return layout  # what examines the file says why
    return unsupplied(layout_for(layout, given), given)


def _dtype_in(source: Source, layout: Layout, dataset: Dataset) -> Any:
    found = find_dataset(source, dataset, layout)
    return found.dtype if found is not None else None


def examine(
    where: Path | bytes,
    layout: Layout,
    given: Mapping[str, Any],
    rows: Mapping[str, Rows],
    datasets: Mapping[str, Any] | None = None,
) -> State:
    """Look at a file (path or content), read only, and refuse what can't be appended to.

    given, datasets : attributes, and datasets that belong to no table, by field; they must go with those of
    the file. rows : what will be appended.

    Raises
    ------
    FileInUseError : it is marked as being written. VersionError, DecodeError, EncodeError : it does not fit.
    UnwritableFileError : its superblock is too old for growing beside readers.
    """
    if not isinstance(where, bytes):
        if not where.exists() or (where.is_file() and where.stat().st_size == 0):
            return State.ABSENT
        if where.is_file():
            _check_unused(where, layout)
    elif not where:
        return State.ABSENT
    with opened(where) as source:
        found = _state(source, layout)
        if found is State.FOREIGN:
            _check_ways(source, layout)
        if layout.swmr and not isinstance(where, bytes) and source.block.version < 3:
            problem = f"a superblock of version 3 is needed to grow beside readers, the file has {source.block.version}"
            raise by("growth", UnwritableFileError(problem, category="unsupported"))
        if found is State.KNOWN:
            _check_known(source, layout, given, rows)
            _check_loose(source, layout, datasets or {})
        return found


def _check_unused(where: Path, layout: Layout) -> None:
    with system_faults(where), where.open("rb") as file:
        flags = superblock.parse(file.read(PROBE), where.stat().st_size).flags
    if flags:
        raise FileInUseError(
            "the file is marked as open for writing: another program is writing it, or was killed while it did; "
            "if none is, repair() clears the mark",
            rule=layout.rule("in_use"),
        )


def _state(source: Source, layout: Layout) -> State:
    paths = [(g.path, "group") for g in layout.groups if g.path != "/"] + [(d.path, "dataset") for d in layout.datasets]
    for path, kind in paths:
        if find(source, path, kind) is not None:
            return State.KNOWN
    return State.FOREIGN


def _check_ways(source: Source, layout: Layout) -> None:
    """What stands where groups are to be made must be groups: DecodeError (``type``)."""
    owners = {dataset.path for dataset in layout.datasets}
    paths = [*owners, *(one.path for one in layout.groups), *(one.owner for one in layout.attributes)]
    for path in sorted({group for one in paths for group in (*above(one), one)} - owners - {"/"}):
        find(source, path, "group")


def _check_known(source: Source, layout: Layout, given: Mapping[str, Any], rows: Mapping[str, Rows]) -> None:
    rules = {rule.attribute: rule for rule in layout.versions}
    for attribute in layout.attributes:
        stored = read_attribute(source, attribute, layout)
        if attribute.field in rules:
            agree(rules[attribute.field], stored, given.get(attribute.field), attribute, writing=True)
        elif attribute.field in given and not attribute.stamp:
            wanted = attribute_value(attribute, given[attribute.field])
            if not np.array_equal(wanted, stored):
                problem = f"{bare(wanted)!r} is given, the file has {bare(stored)!r}"
                raise EncodeError(problem, path=attribute.path, at=attribute.at, rule=attribute.rule)
    for table in layout.tables:
        lengths = table_lengths(source, layout, table)
        if len(set(lengths.values())) > 1:
            raise by("uneven", uneven(layout, table, lengths))
    for dataset in layout.datasets:
        found = find_dataset(source, dataset, layout)
        if found is not None and dataset.table:  # a writer may append to any later
            _check_end(found, dataset, source, layout)
        if dataset.field not in rows:
            if found is not None and any(one.field in rows for one in layout.tables.get(dataset.table, ())):
                raise EncodeError("the file has this dataset, the append does not", path=dataset.name, at=dataset.path)
            continue
        if found is None:
            raise DecodeError(
                "the file does not have this dataset", path=dataset.name, at=dataset.path, category="state"
            )
        most = found.maxshape[0] if found.maxshape else 0
        check_growth(dataset, len(found), most, found.inner, rows[dataset.field])


def _check_end(found: Stored, dataset: Dataset, source: Source, layout: Layout) -> None:
    """Where an append was broken off and no mark tells of it, what stands at the end of the dataset does."""
    problem = ""
    if points_behind(found, source):
        problem = "rows of an append that was broken off stand behind the last one; repair() takes them away"
    elif dataset.element.variable and len(found):
        try:
            read_rows(found, dataset, slice(len(found) - 1, len(found)), source, layout)
        except DecodeError as error:
            problem = f"the last row can't be read, repair() takes away what an append left that was broken off: {error.problem}"
    if problem:
        raise UnwritableFileError(problem, category="state", path=dataset.name, at=dataset.path)


def _check_loose(source: Source, layout: Layout, datasets: Mapping[str, Any]) -> None:
    """Datasets that belong to no table are written once: those that are given again must be equal."""
    for field, value in datasets.items():
        dataset = layout.dataset(field)
        found = find_dataset(source, dataset, layout)
        if value is None:
            continue
        stored = opaque(read_whole(found, dataset, source, layout), dataset.element) if found is not None else None
        wanted = seen(np.asarray(dataset_value(dataset, value)), dataset.element)
        if stored is None or not np.array_equal(stored, wanted):
            raise EncodeError("the file has another value", path=dataset.name, at=dataset.path, rule=dataset.rule)
