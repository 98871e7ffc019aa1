"""From one image of a packet to another: what is copied where, computed once, applied to whole batches.

Fields that are copied whole and lie side by side in both images become one run of bytes; the rest are
strided copies of unsigned integers. A map whose one run covers both images is the identity: no copy at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from .fields import Layout, structured
from .tables import PipeFormat

__all__ = ["ImageMap", "Submatrix", "submatrix"]


class Submatrix(NamedTuple):
    """A part of a source field and the part of a target field that it goes to, as numpy indices."""

    target: tuple[slice | int, ...]
    source: tuple[slice | int, ...]


def submatrix(
    table: PipeFormat,
    name: str,
    source: Sequence[int],
    target: Sequence[int],
    source_offset: Any = None,
    target_offset: Any = None,
    extent: Any = None,
) -> Submatrix:
    """The part of *source* extents that goes to *target* extents; all lists have the lowest dimension first.

    None as an offset is the origin, None as *extent* the largest part that fits. Dimensions pair by position; those
    that only the source has must have extent 1. Raises the format's argument error where a part leaves its field.
    """
    start = _list(table, name, "the source offset", source_offset, len(source), 0)
    place = _list(table, name, "the target offset", target_offset, len(target), 0)
    shared = min(len(source), len(target))
    most = [min(source[i] - start[i], target[i] - place[i]) if i < shared else 1 for i in range(len(source))]
    size = most if extent is None else _list(table, name, "the extent", extent, len(source), 1)
    outside = [i for i in range(len(target)) if not 0 <= place[i] < target[i]]
    outside += [i for i in range(len(source)) if not 0 <= start[i] < source[i]]
    leaving = [
        i
        for i in range(len(source))
        if not 1 <= size[i] <= source[i] - start[i]
        or (i < shared and size[i] > target[i] - place[i])
        or (i >= shared and size[i] != 1)
    ]
    if outside or leaving:
        problem = (
            f"a part of {list(size)} from {list(start)} of {list(source)} "
            f"does not fit at {list(place)} of {list(target)} (dimension {min(outside + leaving)})"
        )
        raise table.faults.make("submatrix", problem, path=name)
    taken = [slice(start[i], start[i] + size[i]) if i < shared else start[i] for i in range(len(source))]
    given = [slice(place[i], place[i] + size[i]) if i < shared else place[i] for i in range(len(target))]
    return Submatrix(tuple(reversed(given)), tuple(reversed(taken)))


def _list(table: PipeFormat, name: str, what: str, given: Any, length: int, default: int) -> list[int]:
    if given is None:
        return [default] * length
    found = [given] if isinstance(given, (int, np.integer)) else list(given)
    if len(found) != length or not all(isinstance(one, (int, np.integer)) for one in found):
        problem = f"{what} needs {length} integers, got {found!r:.80}"
        raise table.faults.make("submatrix", problem, path=name)
    return [int(one) for one in found]


class _Pair(NamedTuple):
    target: str
    source: str
    part: Submatrix | None


class ImageMap:
    """How packets of the *source* layout become packets of the *target* layout.

    *pairs* are (target, source, part): names of fields, and the part that is copied (None: the whole field).
    """

    __slots__ = ("_bits", "_pairs", "_runs", "complete", "identity", "source", "target")

    def __init__(self, source: Layout, target: Layout, pairs: Iterable[tuple[str, str, Submatrix | None]]) -> None:
        self.source, self.target = source, target
        chosen = [_Pair(*pair) for pair in pairs]
        whole = {pair.target for pair in chosen if pair.part is None}
        #: every element of the target is copied to
        self.complete = whole == {one.name for one in target.definitions}
        runs = _runs(source, target, chosen) if source.order == target.order else []
        joined = {name for run in runs for name in run[3]}
        self._runs = _run_dtypes(runs, source.size, target.size)
        self._pairs = [pair for pair in chosen if pair.target not in joined]
        self._bits = (target.bits, source.bits)
        self.identity = [run[:3] for run in runs] == [(0, 0, source.size)] and source.size == target.size

    def apply(self, source: NDArray[Any], target: NDArray[Any]) -> None:
        """Copy a batch of source packets into as many target packets; what no pair feeds is left as it is."""
        if self._runs is not None:
            into, given = target.view(self._runs[0]), source.view(self._runs[1])
            for name in self._runs[0].names or ():
                into[name] = given[name]
        if self._pairs:
            into, given = target.view(self._bits[0]), source.view(self._bits[1])
            for pair in self._pairs:
                to, taken = into[pair.target], given[pair.source]
                if pair.part is None:
                    to[...] = taken
                else:
                    to[(slice(None), *pair.part.target)] = taken[(slice(None), *pair.part.source)]


_Run = tuple[int, int, int, list[str]]


def _runs(source: Layout, target: Layout, pairs: Sequence[_Pair]) -> list[_Run]:
    """Fields that are copied whole, joined where they are neighbours in both images: (to, from, bytes, targets)."""
    at = {one.name: (place, one) for one, place in zip(source.definitions, source.offsets, strict=True)}
    into = {one.name: place for one, place in zip(target.definitions, target.offsets, strict=True)}
    runs: list[_Run] = []
    for pair in pairs:
        if pair.part is not None:
            continue
        place, one = at[pair.source]
        to = into[pair.target]
        if runs and runs[-1][0] + runs[-1][2] == to and runs[-1][1] + runs[-1][2] == place:
            last = runs.pop()
            last[3].append(pair.target)
            runs.append((last[0], last[1], last[2] + one.size, last[3]))
        else:
            runs.append((to, place, one.size, [pair.target]))
    return runs


def _run_dtypes(runs: Sequence[_Run], source: int, target: int) -> tuple[np.dtype[Any], np.dtype[Any]] | None:
    if not runs:
        return None
    names, formats = [f"r{i}" for i in range(len(runs))], [f"V{run[2]}" for run in runs]
    made = [
        structured({"names": names, "formats": formats, "offsets": [run[side] for run in runs], "itemsize": size})
        for side, size in ((0, target), (1, source))
    ]
    return made[0], made[1]
