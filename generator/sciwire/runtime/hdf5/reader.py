"""A file read by its layout: attributes, datasets, and tables whose datasets grow in step.

`read` opens the file, hands a `Reader` to the code that builds the record, and does so again as a
whole where a writer was in the way. A fault in rows does not end the reading: the rows that are good
in all datasets of the table are kept, and the fault is raised (or kept) with the finished record.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from ..errors import CodecError, DecodeError, EncodeError
from ..limits import Limits
from ..value import shown
from .asked import limits_of
from .choosing import layout_in
from .elements import bare, opaque
from .extra import read_extra
from .faults import UnevenRowsError
from .layout import Dataset, Layout
from .objects import Stored, check_const, check_groups, find_dataset, read_attribute
from .pause import Patience
from .rows import read_rows, read_whole, selected
from .source import BytesSource, Source, in_memory, opened, patiently
from .values import usual_value
from .versions import agree

__all__ = ["Reader", "read", "table_lengths", "uneven"]

_Record = TypeVar("_Record")


class _Columns(dict[str, Any]):
    """Columns by field; None for one that is not there."""

    def __missing__(self, field: str) -> None:
        return None


class Reader:
    """One open file with its layout. `problems` collects the faults in rows.

    even : whether unequal lengths in a table are a problem. window : a table and the rows of it that are
    wanted; other tables and datasets are then left out. settled : by table, the greatest length that a look
    before this one found while lengths were unequal. A writer that never rests is never seen between two
    appends, but what one dataset had then all may have now: so many rows were once an even table.
    keep : an attribute or dataset that is wrong is None, and the fault a problem.
    """

    def __init__(
        self,
        source: Source,
        layout: Layout,
        *,
        even: bool = True,
        window: tuple[str, slice] | None = None,
        settled: dict[str, int] | None = None,
        keep: bool = False,
    ) -> None:
        self.source = source
        self.layout = layout
        self.problems: list[CodecError] = []
        self.start = window[1].start if window else 0
        self.count = 0  # rows of the table that was read last
        self._even = even
        self._keep = keep
        self._window = window
        self._settled = settled if settled is not None else {}
        self._axes: dict[str, tuple[int, str]] = {}

    def attribute(self, field: str) -> Any:
        """The value of an attribute; None where an optional one is absent, or the file's version has none."""
        if not self.layout.has(field):
            return None
        attribute = self.layout.attribute(field)
        return self._kept(lambda: bare(read_attribute(self.source, attribute, self.layout)))

    def version(self, field: str, requested: str | int | None = None) -> Any:
        """The version in attribute *field* that the file is read as; raises VersionError as `versions.agree`."""
        rule = next((rule for rule in self.layout.versions if rule.attribute == field), None)
        if rule is None:
            return None
        return agree(rule, self.attribute(field), requested, self.layout.attribute(field))

    def dataset(self, field: str) -> Any:
        """A dataset that belongs to no table, whole; None where an optional one is absent, as for `attribute`."""
        if not self.layout.has(field):
            return None
        dataset = self.layout.dataset(field)

        def whole() -> Any:
            found = None if self._window else find_dataset(self.source, dataset, self.layout)
            if found is None:
                return None if self._window or dataset.default is None else usual_value(dataset)
            self._check_axes(found, dataset)
            value = opaque(bare(read_whole(found, dataset, self.source, self.layout)), dataset.element)
            check_const(value, dataset, self.layout)
            return value

        return self._kept(whole)

    def table(self, name: str, rows: Any = None, *, leave: tuple[str, ...] = ()) -> dict[str, Any]:
        """The columns of table *name* by field; None for an optional dataset that is absent, and those to *leave*.

        rows : a slice, mask or row numbers, as of the rows that all datasets have.
        """
        if self._window:
            if name != self._window[0]:
                return _Columns()
            rows = self._window[1]
        found = {d.field: (d, self._find(d)) for d in self.layout.tables.get(name, ())}
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
            try:
                self._check_axes(stored, dataset)
                values = read_rows(stored, dataset, picked, self.source, self.layout)
                columns[field] = opaque(values, dataset.element)
            except DecodeError as error:
                if error.partial is None and not self._keep:
                    raise
                self.problems.append(error)
                columns[field] = error.partial
        columns = _Columns(_trimmed(columns))
        self.count = min((len(values) for values in columns.values() if values is not None), default=0)
        return columns

    def extra(self) -> dict[str, Any]:
        """Attributes that the layout does not name, by path (``/meta@operator``)."""
        return read_extra(self.source, self.layout)

    def groups(self) -> None:
        """Raise, or keep as a problem, that a group which must exist is missing."""
        self._kept(lambda: check_groups(self.source, self.layout))

    def _find(self, dataset: Dataset) -> Stored | None:
        found: Stored | None = self._kept(lambda: find_dataset(self.source, dataset, self.layout))
        return found

    def _kept(self, body: Callable[[], Any]) -> Any:
        """What *body* gives; None with a problem where it fails and faults are kept."""
        try:
            return body()
        except DecodeError as error:
            if not self._keep:
                raise
            if not any((known.at, known.problem) == (error.at, error.problem) for known in self.problems):
                self.problems.append(error)
            return None

    def _settle(self, name: str, lengths: Mapping[str, int]) -> int:
        """The number of rows of a table that was seen with unequal *lengths*; a problem unless it had settled."""
        settled = self._settled.get(name)
        self._settled[name] = max(lengths.values())
        if settled is not None and settled <= min(lengths.values()):
            return settled
        self.problems.append(uneven(self.layout, name, lengths))
        return min(lengths.values())

    def _check_axes(self, found: Stored, dataset: Dataset) -> None:
        for axis, length in zip(dataset.shape, (found.shape or ())[: len(dataset.shape)], strict=True):
            if not isinstance(axis, str):
                continue
            first, owner = self._axes.setdefault(axis, (int(length), dataset.name))
            if first != length:
                problem = f"axis {axis} is {length} long, in {owner} it is {first}"
                raise DecodeError(
                    problem, path=dataset.name, at=dataset.path, rule=self.layout.rule("axis", dataset.rule)
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
    if not isinstance(on_error, str) or on_error not in ("raise", "keep"):
        problem = f"on_error is {shown(on_error)[:80]}, allowed: raise, keep"
        raise EncodeError(problem, path="on_error", subject=layout.subject)
    placed = layout.placed(places or {})
    settled: dict[str, int] = {}

    def once(source: Source, *, keep: bool = False) -> _Record:
        reader = Reader(source, layout_in(source, placed), even=even, settled=settled, keep=keep)
        reader.groups()
        record = build(reader)
        if reader.problems and not keep:
            first = reader.problems[0]
            first.partial = record
            raise first
        for problem in reader.problems:
            problem.subject = problem.subject or layout.subject
        if hasattr(record, "problems"):
            setattr(record, "problems", reader.problems)  # noqa: B010 - records of tests have none
        return record

    with layout.told():
        image = data if on_error == "raise" else in_memory(data)
        try:
            return patiently(image, once, limits=limits_of(limits), patience=Patience(seconds))
        except DecodeError:  # a writer was not in the way
            if on_error == "raise":
                raise
        with opened(image, limits=limits_of(limits)) as source:
            return once(source, keep=True)


def table_lengths(source: Source, layout: Layout, table: str) -> dict[str, int]:
    """Rows of each dataset of *table* by field, absent ones left out."""
    found = {d.field: find_dataset(source, d, layout) for d in layout.tables.get(table, ())}
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
