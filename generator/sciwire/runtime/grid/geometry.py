"""Where cutouts lie: extents, grid points and their order, computed with exact integers."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import product

from ..value import Value

__all__ = ["Geometry", "Point"]

Point = tuple[int, ...]


class Geometry(Value):
    """An array of *shape* in cutouts of *chunk*; *points* is the order of the grid points, *edges* cut or pad."""

    shape: tuple[int, ...]
    chunk: tuple[int, ...]
    points: str = "F"
    edges: str = "refuse"

    @property
    def counts(self) -> tuple[int, ...]:
        """Grid points along each axis."""
        return tuple(-(-extent // step) for extent, step in zip(self.shape, self.chunk, strict=True))

    @property
    def number(self) -> int:
        """Grid points, and blobs, in all."""
        return math.prod(self.counts)

    def walk(self) -> Iterator[Point]:
        """Every grid point in the order of the list."""
        if self.points == "C":
            yield from product(*map(range, self.counts))
        else:
            for point in product(*map(range, reversed(self.counts))):
                yield point[::-1]

    def point(self, number: int) -> Point:
        """The grid point of blob *number*, 0 <= number < `number`."""
        found: list[int] = []
        axes = self.counts if self.points == "F" else self.counts[::-1]
        for count in axes:
            number, index = divmod(number, count)
            found.append(index)
        return tuple(found if self.points == "F" else found[::-1])

    def start(self, point: Point) -> tuple[int, ...]:
        """The first element of the cutout at *point*, along each axis."""
        return tuple(index * step for index, step in zip(point, self.chunk, strict=True))

    def extents(self, point: Point) -> tuple[int, ...]:
        """The part of the array that the cutout at *point* covers."""
        return tuple(
            min(step, extent - index * step) for index, step, extent in zip(point, self.chunk, self.shape, strict=True)
        )

    def stored(self, point: Point) -> tuple[int, ...]:
        """The extents that stand in the blob: all of the cutout where edges are padded."""
        return self.chunk if self.edges == "pad" else self.extents(point)
