"""A growing file read by index: each row once, in order, only rows that all datasets of the table have."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ..errors import CodecError, DecodeError, about
from ..limits import DEFAULT_LIMITS, Limits
from .layout import Layout
from .pause import Patience
from .reader import Reader, table_lengths
from .source import BytesSource, Source, patiently

__all__ = ["Batch", "follow"]

_TRIES = 10.0  # seconds for which a read beside a writer is tried again


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows *start* to *start* + *count* of a table; `columns` by field."""

    start: int
    count: int
    columns: dict[str, Any]


def follow(
    source: BytesSource,
    layout: Layout,
    table: str,
    *,
    start: int = 0,
    rows: int = 65536,
    timeout: float = 10.0,
    poll: float = 0.05,
    limits: Limits | None = None,
    places: Mapping[str, str] | None = None,
) -> Iterator[Batch]:
    """Yield the rows of *table* from row *start* on, at most *rows* at a time, and go on as the file grows.

    The file is opened anew for every look, so the writer may keep it open or not. The iteration ends when
    no row has come for *timeout* seconds (``math.inf``: never; 0: with the rows that are there).

    Raises
    ------
    FileNotFoundError : the file has not come within *timeout*.
    DecodeError : the file is wrong and nobody is writing it, or it became shorter (category ``state``).
    """
    layout = layout.placed(places or {})
    at = start
    last = time.monotonic()

    def look(opened: Source) -> tuple[int, dict[str, Any], list[CodecError]]:
        length = min(table_lengths(opened, layout, table).values(), default=0)
        if length < at:
            if at > start:
                raise DecodeError(f"the file has {length} rows, {at} were read before", category="state")
            return 0, {}, []
        reader = Reader(opened, layout)
        columns = reader.table(table, slice(at, min(length, at + rows)), even=False)
        return min((len(c) for c in columns.values() if c is not None), default=0), columns, reader.problems

    while True:
        problems: list[CodecError] = []
        count = 0
        columns: dict[str, Any] = {}
        with about(layout.subject):
            try:
                count, columns, problems = patiently(
                    source, look, limits=limits or DEFAULT_LIMITS, patience=Patience(_TRIES)
                )
            except FileNotFoundError:
                if time.monotonic() - last >= timeout:
                    raise
        now = time.monotonic()
        if count:
            last = now
            yield Batch(at, count, columns)
            at += count
            continue
        if now - last >= timeout:
            if problems:  # a row that can't be read, and it did not get better
                problems[0].subject = problems[0].subject or layout.subject
                raise problems[0]
            return
        time.sleep(min(poll, max(0.0, timeout - (now - last))))
