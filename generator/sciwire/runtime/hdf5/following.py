"""A growing file read by index: each row once, in order, only rows that all datasets of the table have."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from typing import TypeVar

from ..errors import CodecError, DecodeError, EncodeError
from ..limits import Limits
from ..value import shown
from .asked import check_count, check_flag, check_seconds, limits_of
from .choosing import layout_in
from .faults import AbsentFileError
from .layout import Dataset, Layout
from .objects import Stored, find_dataset
from .pause import Patience
from .reader import Reader, table_lengths, uneven
from .source import BytesSource, Source, check_source, patiently
from .windows import fitting

__all__ = ["follow"]

_Record = TypeVar("_Record")

_TRIES = 10.0  # seconds for which a read beside a writer is tried again


def follow(
    source: BytesSource,
    layout: Layout,
    table: str,
    build: Callable[[Reader], _Record],
    *,
    start: int = 0,
    rows: int = 65536,
    timeout: float = 10.0,
    poll: float = 0.05,
    limits: Limits | None = None,
    places: Mapping[str, str] | None = None,
    even: bool = False,
) -> Iterator[_Record]:
    """Yield records with the rows of *table* from row *start* on, at most *rows* at a time, as the file grows.

    Of large rows they are fewer, about 16 MiB together and at least one, so that memory does not grow with the rows.

    The file is opened anew for every look, so the writer may keep it open or not. *build* makes a record of
    a `Reader` whose window is the new rows. With *even* rows that not all datasets have are an error at the end, not
    left out. The iteration ends when no row has come for *timeout* seconds
    (``math.inf``: never; 0: with the rows that are there).

    Raises
    ------
    EncodeError : at once, for an argument that can't be.
    AbsentFileError : the file has not come within *timeout*.
    DecodeError : the file is wrong and nobody is writing it, or it became shorter (category ``state``).
    """
    layout = layout.placed(places or {})
    with layout.told():
        check_source(source)
        begin, most = check_count("start", start, 0), check_count("rows", rows, 1)
        seconds, pause = check_seconds("timeout", timeout), check_seconds("poll", poll)
        known = {name for one in layout.all for name in one.tables}
        if not isinstance(table, str) or table not in known:
            problem = f"a table is expected, one of {', '.join(sorted(known))}, got {shown(table)[:80]}"
            raise EncodeError(problem, path="table")
        ceilings, whole = limits_of(limits), check_flag("even", even)
    return _following(source, layout, table, build, begin, most, seconds, pause, ceilings, whole)


def _following(
    source: BytesSource,
    layout: Layout,
    table: str,
    build: Callable[[Reader], _Record],
    start: int,
    rows: int,
    timeout: float,
    poll: float,
    limits: Limits,
    even: bool,
) -> Iterator[_Record]:
    at = start
    last = time.monotonic()

    def look(opened: Source) -> tuple[int, _Record | None, list[CodecError]]:
        of = layout_in(opened, layout)
        lengths = table_lengths(opened, of, table)
        length = min(lengths.values(), default=0)
        if length < at and at > start:
            raise DecodeError(f"the file has {length} rows, {at} were read before", category="state")
        if length <= at:
            return 0, None, []
        window = fitting(_datasets(opened, of, table), slice(at, min(length, at + rows)), opened)
        reader = Reader(opened, of, even=False, window=(table, window))
        record = build(reader)
        return reader.count, record, reader.problems

    def prove_even(opened: Source) -> None:
        of = layout_in(opened, layout)
        found = table_lengths(opened, of, table)
        if len(set(found.values())) > 1:
            raise uneven(of, table, found)

    while True:
        problems: list[CodecError] = []
        count = 0
        record: _Record | None = None
        with layout.told():
            patience = Patience(_TRIES)
            try:
                count, record, problems = patiently(source, look, limits=limits, patience=patience)
            except AbsentFileError:
                if time.monotonic() - last >= timeout:
                    raise
        now = time.monotonic()
        if count and record is not None:
            last = now
            yield record
            at += count
            continue
        if now - last >= timeout:
            if problems:  # a row that can't be read, and it did not get better
                problems[0].subject = problems[0].subject or layout.subject
                raise problems[0]
            if even:
                patiently(source, prove_even, limits=limits, patience=Patience(_TRIES))
            return
        time.sleep(min(poll, max(0.0, timeout - (now - last))))


def _datasets(source: Source, layout: Layout, table: str) -> list[tuple[Dataset, Stored]]:
    """The datasets of *table* that the file has."""
    found = [(dataset, find_dataset(source, dataset, layout)) for dataset in layout.tables.get(table, ())]
    return [(dataset, stored) for dataset, stored in found if stored is not None]
