"""A growing file read by index: each row once, in order, only rows that all datasets of the table have."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from typing import TypeVar

from ..errors import CodecError, DecodeError
from ..limits import DEFAULT_LIMITS, Limits
from .choosing import layout_in
from .faults import AbsentFileError
from .layout import Layout
from .pause import Patience
from .reader import Reader, table_lengths, uneven
from .source import BytesSource, Source, patiently

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

    The file is opened anew for every look, so the writer may keep it open or not. *build* makes a record of
    a `Reader` whose window is the new rows. With *even* rows that not all datasets have are an error at the end, not
    left out. The iteration ends when no row has come for *timeout* seconds
    (``math.inf``: never; 0: with the rows that are there).

    Raises
    ------
    AbsentFileError : the file has not come within *timeout*.
    DecodeError : the file is wrong and nobody is writing it, or it became shorter (category ``state``).
    """
    layout = layout.placed(places or {})
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
        reader = Reader(opened, of, even=False, window=(table, slice(at, min(length, at + rows))))
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
                count, record, problems = patiently(source, look, limits=limits or DEFAULT_LIMITS, patience=patience)
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
                patiently(source, prove_even, limits=limits or DEFAULT_LIMITS, patience=Patience(_TRIES))
            return
        time.sleep(min(poll, max(0.0, timeout - (now - last))))
