"""How many rows of a dataset can be read from the first on, and whether the others look like a broken append."""

from __future__ import annotations

from ..errors import CodecError, DecodeError
from .chunks import stored_rows
from .layout import Dataset, Layout
from .objects import Stored
from .rows import read_rows
from .source import Source
from .windows import fitting

__all__ = ["sound_rows"]

_BLOCK = 65536  # rows that are proved at a time, fewer where they are large
_LOOKS = 64  # rows in a row that can't be read, behind which no further one is looked for


def sound_rows(found: Stored, dataset: Dataset, source: Source, layout: Layout, *, forced: bool, marked: bool) -> int:
    """How many rows from the start can be read; of a file that was *marked*, up to the last that is stored.

    An append that was broken off leaves rows at the end whose bytes are not in the heap. Damage of another kind is
    raised unless *forced*: there would be more lost than it.

    Raises
    ------
    DecodeError : a chunk is damaged, or rows that can be read stand behind some that can't.
    """
    length = stored_rows(found) if marked else len(found)
    start = 0
    while start < length:
        rows = fitting([(dataset, found)], slice(start, min(length, start + _BLOCK)), source)
        try:
            read_rows(found, dataset, rows, source, layout)
        except CodecError as error:
            if error.partial is None:
                if not forced or error.category == "limit":
                    raise
                return _bisected(found, dataset, source, layout, start, rows.stop)
            good = start + len(error.partial)
            if not forced and _readable_behind(found, dataset, source, layout, good):
                problem = f"row {good} of {length} can't be read ({error.problem}), but rows behind it can"
                problem += ": no append that was broken off leaves that; with a backup they are cut off all the same"
                raise DecodeError(problem, category="state", path=dataset.name, at=dataset.path) from error
            return good
        start = rows.stop
    return length


def _readable_behind(found: Stored, dataset: Dataset, source: Source, layout: Layout, bad: int) -> bool:
    """Whether rows that hold something can be read behind the row *bad*, which can't."""
    start = bad + 1
    for _ in range(_LOOKS):
        if start >= len(found):
            return False
        rows = fitting([(dataset, found)], slice(start, min(len(found), start + _BLOCK)), source)
        try:
            given = read_rows(found, dataset, rows, source, layout)
        except CodecError as error:
            if error.partial is None:
                return False
            given, start = error.partial, start + len(error.partial) + 1
        else:
            start = rows.stop
        if len(given) and bool((given.lengths > 0).any()):
            return True
    return False


def _bisected(found: Stored, dataset: Dataset, source: Source, layout: Layout, good: int, bad: int) -> int:
    """The largest number of rows that can be read, between *good* and *bad*."""
    begin = good
    while bad - good > 1:
        middle = (good + bad) // 2
        try:
            read_rows(found, dataset, slice(begin, middle), source, layout)
            good = middle
        except CodecError:
            bad = middle
    return good
