"""A file read by its layout: attributes, datasets, and tables whose datasets grow in step.

`read` opens the file, hands a `Reader` to the code that builds the record, and does so again as a
whole where a writer was in the way. A fault in rows does not end the reading: the rows that are good
in all datasets of the table are kept, and the fault is raised (or kept) with the finished record.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import numpy as np

from ..errors import CodecError, DecodeError, about
from ..limits import DEFAULT_LIMITS, Limits
from .faults import UnevenRowsError
from .headers import maybe_text, prove_heaps
from .layout import Dataset, Layout
from .objects import Stored, find, find_dataset, read_attribute
from .pause import Patience
from .rows import bare, read_rows, read_whole, selected
from .source import BytesSource, Source, patiently
from .versions import agree

__all__ = ["Reader", "read", "table_lengths", "uneven"]

_Record = TypeVar("_Record")


class Reader:
    """One open file with its layout. `problems` collects the faults in rows.

    even : whether unequal lengths in a table are a problem. window : a table and the rows of it that are
    wanted; other tables and datasets are then left out. settled : by table, the greatest length that a look
    before this one found while lengths were unequal. A writer that never rests is never seen between two
    appends, but what one dataset had then all may have now: so many rows were once an even table.
    """

    def __init__(
        self,
        source: Source,
        layout: Layout,
        *,
        even: bool = True,
        window: tuple[str, slice] | None = None,
        settled: dict[str, int] | None = None,
    ) -> None:
        self.source = source
        self.layout = layout
        self.problems: list[CodecError] = []
        self.start = window[1].start if window else 0
        self.count = 0  # rows of the table that was read last
        self._even = even
        self._window = window
        self._settled = settled if settled is not None else {}
        self._axes: dict[str, tuple[int, str]] = {}

    def attribute(self, field: str) -> Any:
        """The value of an attribute; None where an optional one is absent."""
        return bare(read_attribute(self.source, self.layout.attribute(field), self.layout))

    def version(self, field: str, requested: str | None = None) -> str | None:
        """The version in attribute *field* that the file is read as; raises VersionError as `versions.agree`."""
        rule = next(rule for rule in self.layout.versions if rule.attribute == field)
        return agree(rule, self.attribute(field), requested, self.layout.attribute(field))

    def dataset(self, field: str) -> Any:
        """A dataset that belongs to no table, whole; None where an optional one is absent."""
        dataset = self.layout.dataset(field)
        found = None if self._window else find_dataset(self.source, dataset, self.layout)
        if found is None:
            return None
        self._check_axes(found, dataset)
        return bare(read_whole(found, dataset, self.source, self.layout))

    def table(self, name: str, rows: Any = None, *, leave: tuple[str, ...] = ()) -> dict[str, Any]:
        """The columns of table *name* by field; None for an optional dataset that is absent, and those to *leave*.

        rows : a slice, mask or row numbers, as of the rows that all datasets have.
        """
        if self._window:
            if name != self._window[0]:
                return dict.fromkeys(d.field for d in self.layout.tables[name])
            rows = self._window[1]
        found = {d.field: (d, find_dataset(self.source, d, self.layout)) for d in self.layout.tables[name]}
        lengths = {field: len(stored) for field, (_, stored) in found.items() if stored is not None}
        length = min(lengths.values(), default=0)
        if self._even and len(set(lengths.values())) > 1:
            length = self._settle(name, lengths)
        picked = selected(length, rows)
        columns: dict[str, Any] = {}
        for field, (dataset, stored) in found.items():
            if stored is None or field in leave:
                columns[field] = None
                continue
            self._check_axes(stored, dataset)
            try:
                columns[field] = read_rows(stored, dataset, picked, self.source, self.layout)
            except DecodeError as error:
                if error.partial is None:
                    raise
                self.problems.append(error)
                columns[field] = error.partial
        columns = _trimmed(columns)
        self.count = min((len(values) for values in columns.values() if values is not None), default=0)
        return columns

    def extra(self) -> dict[str, Any]:
        """Attributes of known objects that the layout does not name, by path (``/meta@operator``)."""
        known = {attribute.at for attribute in self.layout.attributes}
        kinds = {**dict.fromkeys(self.layout.groups, "group"), **{d.path: "dataset" for d in self.layout.datasets}}
        extra: dict[str, Any] = {}
        for path, kind in kinds.items():
            owner = find(self.source, path, kind)
            if owner is None or len(owner.attrs) > self.source.limits.items:
                continue
            for name in owner.attrs:
                if f"{path}@{name}" not in known:
                    value = _plain_attribute(self.source, owner, name)
                    if value is not None:
                        extra[f"{path}@{name}"] = value
        return extra

    def _settle(self, name: str, lengths: Mapping[str, int]) -> int:
        """The number of rows of a table that was seen with unequal *lengths*; a problem unless it had settled."""
        settled = self._settled.get(name)
        self._settled[name] = max(lengths.values())
        if settled is not None and settled <= min(lengths.values()):
            return settled
        self.problems.append(uneven(self.layout, name, lengths))
        return min(lengths.values())

    def _check_axes(self, found: Stored, dataset: Dataset) -> None:
        for axis, length in zip(dataset.shape, found.shape or (), strict=True):
            if not isinstance(axis, str):
                continue
            first, owner = self._axes.setdefault(axis, (int(length), dataset.name))
            if first != length:
                problem = f"axis {axis} is {length} long, in {owner} it is {first}"
                raise DecodeError(
                    problem, path=dataset.name, at=dataset.path, rule=self.layout.rule("axes", dataset.rule)
                )


def read(
    data: BytesSource,
    layout: Layout,
    build: Callable[[Reader], _Record],
    *,
    limits: Limits | None = None,
    on_error: str = "raise",
    places: Mapping[str, str] | None = None,
    seconds: float = 0.5,
    even: bool = True,
) -> _Record:
    """Open *data*, let *build* make the record of it, and return that.

    limits : ceilings; on_error : ``raise``, or ``keep`` to get the rows that are good, with the faults in
    the record's `problems`. places : parameters of the paths. seconds : how long to retry while a writer
    is at work.

    Raises
    ------
    DecodeError and its kin; `partial` is the record with the good rows, where there is one.
    """
    if on_error not in ("raise", "keep"):
        raise ValueError(f"on_error is {on_error!r}, allowed: raise, keep")
    placed = layout.placed(places or {})
    settled: dict[str, int] = {}

    def once(source: Source) -> _Record:
        reader = Reader(source, placed, even=even, settled=settled)
        record = build(reader)
        if reader.problems and on_error == "raise":
            first = reader.problems[0]
            first.partial = record
            raise first
        if hasattr(record, "problems"):
            setattr(record, "problems", reader.problems)  # noqa: B010 - records of tests have none
        return record

    with about(layout.subject):
        return patiently(data, once, limits=limits or DEFAULT_LIMITS, patience=Patience(seconds))


def table_lengths(source: Source, layout: Layout, table: str) -> dict[str, int]:
    """Rows of each dataset of *table* by field, absent ones left out."""
    found = {d.field: find_dataset(source, d, layout) for d in layout.tables[table]}
    return {field: len(stored) for field, stored in found.items() if stored is not None}


def uneven(layout: Layout, table: str, lengths: Mapping[str, int]) -> UnevenRowsError:
    """The error of datasets that should have grown in step and did not."""
    said = ", ".join(f"{layout.dataset(field).path} has {count}" for field, count in lengths.items())
    first = layout.tables[table][0]
    return UnevenRowsError(
        f"datasets of one table need equal numbers of rows, {said}; a writer is at work, or died: see repair()",
        path=first.name,
        at=first.path,
        rule=layout.rule("lengths"),
    )


def _trimmed(columns: dict[str, Any]) -> dict[str, Any]:
    """The columns cut to the shortest."""
    shortest = min((len(values) for values in columns.values() if values is not None), default=0)
    return {
        field: values if values is None or len(values) == shortest else values[:shortest]
        for field, values in columns.items()
    }


def _plain_attribute(source: Source, owner: Any, name: str) -> Any:
    """An attribute that the layout does not know: text, numbers and arrays of numbers; None for the rest."""
    import h5py  # a file is open, so it is loaded

    try:
        stored = h5py.h5a.open(owner.id, name.encode())
        if np.prod(stored.shape, dtype=object) * max(stored.dtype.itemsize, 1) > min(
            source.limits.total_bytes, 1 << 24
        ):
            return None
        if stored.dtype.kind == "O":
            text = None if stored.shape else maybe_text(source, owner, name)
            if text is not None:
                return text
            prove_heaps(source)
        value = owner.attrs[name]
    except (OSError, RuntimeError, KeyError, ValueError, TypeError):
        return None
    if isinstance(value, (str, np.generic)):
        return value
    return value if isinstance(value, np.ndarray) and value.dtype.kind in "biuf" else None
