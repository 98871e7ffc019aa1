"""What functions do that stand in for those of another program: append by name, count, read a part.

They take what their originals take (any iterable, bounds as `int` takes them, masks) and give lists.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import numpy as np

from ..errors import EncodeError
from ..limits import DEFAULT_LIMITS
from ..value import shown
from .choosing import layout_in
from .faults import UnevenRowsError, by
from .layout import Layout
from .pause import Patience
from .reader import Reader, read, table_lengths, uneven
from .source import BytesSource, Source, patiently
from .writer import Target, Writer

__all__ = ["append_call", "chosen", "count_call", "read_call"]

_Result = TypeVar("_Result")
_FOREVER = 1e9  # seconds


def append_call(
    layout: Layout,
    file: Target,
    table: str,
    columns: Mapping[str, Any],
    attributes: Mapping[str, Any],
    datasets: Mapping[str, Any] | None = None,
) -> None:
    """Make *file*, or append to it; without a value for the first column no rows are added, others are let be."""
    first = layout.tables[table][0].field
    rows = None if columns.get(first) is None else (table, columns)
    Writer(file, layout, attributes=attributes, datasets=datasets, first=rows).close()


def count_call(layout: Layout, file: Any, table: str, attempts: int = 1) -> int:
    """The number of rows of *table*: that of its first dataset. Nothing else of the file is looked at.

    attempts : how often unequal lengths are looked at again (below 0: until they are equal; 0: not compared).
    """

    _check_attempts(layout, attempts)
    settled: list[int] = []

    def count(source: Source) -> int:
        of = layout_in(source, layout)
        lengths = table_lengths(source, of, table)
        if attempts == 0 or len(set(lengths.values())) <= 1:
            return next(iter(lengths.values()), 0)
        if settled and settled[-1] <= min(lengths.values()):
            return settled[-1]
        settled.append(max(lengths.values()))
        raise uneven(of, table, lengths)

    with layout.told():
        return _again(attempts, lambda: patiently(path_of(file), count, limits=DEFAULT_LIMITS, patience=Patience()))


def read_call(layout: Layout, file: Any, build: Callable[[Reader], _Result], attempts: int = 1) -> _Result:
    """Read *file* by *build*; *attempts* as in `count_call`, 0 gives the rows that all datasets have."""
    _check_attempts(layout, attempts)
    even = attempts != 0
    with layout.told():
        return _again(attempts, lambda: read(path_of(file), layout, build, even=even))


def chosen(layout: Layout, start: Any = None, stop: Any = None, mask: Any = None) -> Any:
    """The rows that *start* and *stop* choose, as of a list, or *mask*, which takes precedence.

    Raises EncodeError (``type``) for bounds that `int` refuses, even beside a mask.
    """
    bounds: list[int | None] = []
    for name, bound in (("start", start), ("end", stop)):
        try:
            bounds.append(None if bound is None else int(bound))
        except (TypeError, ValueError, OverflowError, np.ma.MaskError) as error:
            problem = f"a whole number is expected, got {shown(bound)[:80]}"
            fault = by("bounds", EncodeError(problem, category="type", path=name, subject=layout.subject))
            layout.cite(fault)
            raise fault from error
    return slice(*bounds) if mask is None else mask


def path_of(file: Any) -> BytesSource:
    """A file name as a path: bytes name a file here, they are not its content."""
    if isinstance(file, bytes):
        return os.fsdecode(file)
    source: BytesSource = file
    return source


def _check_attempts(layout: Layout, attempts: Any) -> None:
    if not isinstance(attempts, int):
        problem = f"attempts is a whole number, got {shown(attempts)[:80]}"
        raise EncodeError(problem, category="type", path="attempts", subject=layout.subject)


def _again(attempts: int, body: Callable[[], _Result]) -> _Result:
    """Run *body* until lengths are equal, at most *attempts* times (below 0: for ever)."""
    patience = Patience(_FOREVER)
    tried = 1
    while True:
        try:
            return body()
        except UnevenRowsError:
            if 0 <= attempts <= tried:
                raise
            tried += 1
            patience.pause()
