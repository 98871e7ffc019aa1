"""Numbers of a `struct` specification that say how many elements or bytes there are, where these must agree.

A number that tells of one field of its own record follows from that field. One that tells of several, or of a field of a
record inside, and one that stays in the class (in a word of bits, in a record around) is drawn first, and small.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sciwire.model.families.struct import Extent, StructField, StructRecord
from sciwire.model.families.struct_links import find, find_bits
from sciwire.model.ir import Spec

__all__ = ["TOLD", "Told", "bounded", "said"]

#: under this key stand the numbers that were drawn, by path, among what is said around
TOLD = "."
_MORE = 3  # numbers above the least that can be


class Told:
    """Which numbers of *spec* are drawn before what they tell of."""

    def __init__(self, spec: Spec) -> None:
        self.bounds: dict[str, int] = {}  # last word of a path -> the least that it can say
        self.first: set[str] = set()  # first words of the paths to numbers that stay in the class
        self._own: dict[str, dict[str, list[Extent]]] = {}
        outer: dict[str, list[Extent]] = {}
        for record in spec.body.structs.values():
            for field in record.fields:
                for extent in (field.size, field.count):
                    if extent is not None and extent.path:
                        self._sort(spec, record, extent, outer)
        self._shared = {
            name: {
                path: extents + outer.get(path, [])
                for path, extents in own.items()
                if len(extents) > 1 or path in outer or extents[0].unit > 1
            }
            for name, own in self._own.items()
        }

    def _sort(self, spec: Spec, record: StructRecord, extent: Extent, outer: dict[str, list[Extent]]) -> None:
        words = extent.path.split(".")
        if find(spec, record, extent.path) is not None:
            self._own.setdefault(record.name, {}).setdefault(extent.path, []).append(extent)
            return
        if find_bits(spec, record, extent.path) is None:
            outer.setdefault(extent.path, []).append(extent)
        self.first.add(words[0])
        self.bounds[words[-1]] = max(_least(extent), self.bounds.get(words[-1], 0))

    def shared(self, record: str) -> dict[str, tuple[int, int]]:
        """The numbers that are drawn for the record, by path: the least and the most that each may say."""
        found = {}
        for path, extents in self._shared.get(record, {}).items():
            least = max(map(_least, extents))
            found[path] = (least, least + _MORE)
        return found

    def range(self, label: str) -> tuple[int, int] | None:
        """The range of a number that stays in the class and tells of another field, None where it tells of none."""
        return (self.bounds[label], self.bounds[label] + _MORE) if label in self.bounds else None

    def extent(self, extent: Extent | None, around: Mapping[str, Any]) -> int | None:
        """How many there must be, None where nothing that was drawn says so."""
        if extent is None or not extent.path:
            return None
        number = around.get(TOLD, {}).get(extent.path)
        number = said(extent.path, around) if number is None else number
        return number * extent.unit + extent.plus if isinstance(number, int) else None


def said(path: str, around: Mapping[str, Any]) -> Any:
    """What the field at *path* says, None where it follows from something else."""
    found: Any = around
    for word in path.split("."):
        found = found.get(word) if isinstance(found, Mapping) else None
    return found


def bounded(field: StructField, told: tuple[int, int]) -> tuple[int, int]:
    """*told* within the field's own range."""
    low = told[0] if field.low is None else max(told[0], int(field.low))
    return low, max(low, told[1] if field.high is None else min(max(told[1], low), int(field.high)))


def _least(extent: Extent) -> int:
    return max(0, -(extent.plus // extent.unit))
