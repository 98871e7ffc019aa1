"""Cutouts as bytes, one grid point at a time, in as few passes over memory as the layout allows.

Measured: a run of elements along the fastest axis moves fastest as one item; where array and blob disagree on the
fastest axis, a copy that stays in the cache halves the time of the transposition.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from .geometry import Geometry, Point

__all__ = ["Cutout", "Cutter", "Paster"]

_LONGEST_RUN = 1 << 20  # bytes of one item; numpy's own bound is 2**31
_CACHED = 4 << 20  # bytes of a cutout that is worth another copy


class Cutout(NamedTuple):
    """A blob and where it belongs: *point* counts cutouts along each axis, *data* are its bytes."""

    point: Point
    data: bytes


class Cutter:
    """Takes cutouts out of *array*, their elements in *order*."""

    def __init__(self, array: NDArray[Any], geometry: Geometry, order: str, fill: float = 0) -> None:
        self._flip = order == "F"
        self._source, self._step = _in_runs(_oriented(array, order), _turned(geometry.chunk, self._flip))
        run = _turned(geometry.chunk, self._flip)[-1] // self._step[-1]
        self._pad = _filled(array.dtype, run, fill, self._source.dtype) if geometry.edges == "pad" else None
        self._room = _room(self._source, self._step)

    def __call__(self, point: Point) -> bytes:
        """The bytes of the cutout at *point*; those at the edges hold what there is, or are padded."""
        place = zip(_turned(point, self._flip), self._step, strict=True)
        cutout = self._source[tuple(slice(index * step, (index + 1) * step) for index, step in place)]
        if self._room is not None:
            room = self._room[tuple(map(slice, cutout.shape))]
            room[...] = cutout  # copies into the cache
            cutout = room
        if self._pad is not None and cutout.shape != self._step:
            whole = np.empty(self._step, self._source.dtype)
            whole[...] = self._pad
            whole[tuple(map(slice, cutout.shape))] = cutout
            cutout = whole
        return cutout.tobytes()  # the one copy of the data


class Paster:
    """Puts cutouts into *array*, whose elements stand in the blobs in *order*."""

    def __init__(self, array: NDArray[Any], geometry: Geometry, order: str) -> None:
        self._geometry = geometry
        self._flip = order == "F"
        self._target, self._step = _in_runs(_oriented(array, order), _turned(geometry.chunk, self._flip))
        self._run = _turned(geometry.chunk, self._flip)[-1] // self._step[-1]

    def __call__(self, point: Point, data: memoryview) -> None:
        """Copy *data*, of exactly the right size, to *point*; what pads it is left out."""
        stored = _turned(self._geometry.stored(point), self._flip)
        block = np.frombuffer(data, self._target.dtype).reshape((*stored[:-1], stored[-1] // self._run))
        place = zip(_turned(point, self._flip), self._step, strict=True)
        target = self._target[tuple(slice(index * step, (index + 1) * step) for index, step in place)]
        target[...] = block[tuple(map(slice, target.shape))]


def _filled(dtype: np.dtype[Any], run: int, fill: float, kind: np.dtype[Any]) -> NDArray[Any]:
    """One item of *kind*, *run* elements of *dtype* that are all *fill*."""
    plain = np.full(run, fill, dtype) if fill else np.zeros(run, dtype)
    return plain.view(kind)


def _turned(values: tuple[int, ...], flip: bool) -> tuple[int, ...]:
    return values[::-1] if flip else values


def _oriented(array: NDArray[Any], order: str) -> NDArray[Any]:
    """A view of *array* whose C order is the order of the blob; elements with fields become bytes, padding and all."""
    plain = array.view(f"V{array.itemsize}") if array.dtype.names is not None else array
    return plain.T if order == "F" else plain


def _in_runs(array: NDArray[Any], step: tuple[int, ...]) -> tuple[NDArray[Any], tuple[int, ...]]:
    """The array with each run of a cutout along the last axis as one item, where memory allows it."""
    run = step[-1] * array.itemsize
    if step[-1] == 1 or run > _LONGEST_RUN or array.strides[-1] != array.itemsize or array.shape[-1] % step[-1]:
        return array, step
    return array.view(f"V{run}"), (*step[:-1], 1)  # reinterprets


def _room(array: NDArray[Any], step: tuple[int, ...]) -> NDArray[Any] | None:
    """Memory for one cutout, laid out like *array*, if that is not the layout of the blob."""
    axes = sorted(range(array.ndim), key=lambda axis: -abs(array.strides[axis]))
    size = array.itemsize
    for extent in step:
        size *= extent
    if axes[-1] == array.ndim - 1 or size > _CACHED:
        return None
    room = np.empty([step[axis] for axis in axes], array.dtype)
    return room.transpose(np.argsort(axes))
