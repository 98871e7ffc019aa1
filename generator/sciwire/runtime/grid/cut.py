"""From an array to blobs: all at once, or one at a time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import CodecError, EncodeError
from .asked import asked_order, checked_geometry, checked_type, extents, whole_axes, wire_type
from .faults import fault
from .form import Form
from .geometry import Geometry, Point
from .headers import Facts, write_header
from .payloads import chosen, pack
from .pieces import Cutout, Cutter

__all__ = ["cut", "each"]


def cut(
    form: Form,
    array: Any,
    *,
    chunk: Any = None,
    order: Any = "C",
    request: bool = False,
    compression: str | None = None,
) -> list[bytes]:
    """Return the blobs of *array* in the order of the format; arguments and errors as of `each`."""
    return [
        piece.data for piece in each(form, array, chunk=chunk, order=order, request=request, compression=compression)
    ]


def each(
    form: Form,
    array: Any,
    *,
    chunk: Any = None,
    order: Any = "C",
    request: bool = False,
    compression: str | None = None,
) -> Iterator[Cutout]:
    """Return an iterator over the cutouts of *array*, made as they are asked for, with their grid points.

    Parameters
    ----------
    array : numpy array of any layout; it is not copied as a whole.
    chunk : extents of the cutouts, one for each axis, where the format does not state them.
    order : of the elements in a blob, ``C`` or ``F``, likewise.
    request : whether edges are to be treated in the other way that the format offers.
    compression : one that the format has; its first if None.

    Raises `EncodeError` at once, before there is an iterator.
    """
    source = _array(form, array)
    steps = whole_axes(form, source.shape) if form.chunk is not None else extents(form, "chunk", chunk, EncodeError)
    geometry = checked_geometry(form, source.shape, steps, form.edges_for(bool(request)), EncodeError)
    elements = asked_order(form, order, EncodeError)
    packing = chosen(form, compression, EncodeError)
    if form.fill and geometry.edges == "pad":
        _check_fill(form, source.dtype)
    return _pieces(form, source, geometry, elements, packing)


def _pieces(form: Form, source: NDArray[Any], geometry: Geometry, order: str, packing: str) -> Iterator[Cutout]:
    if not geometry.number:
        return
    cutter = Cutter(source, geometry, order, form.fill)
    if packing == "none" and not form.header:
        for point in geometry.walk():
            yield Cutout(point, cutter(point))
        return
    facts = Facts(form, geometry, source.dtype, order, packing)
    for number, point in enumerate(geometry.walk()):
        yield Cutout(point, _blob(form, facts, number, point, cutter(point)))


def _blob(form: Form, facts: Facts, number: int, point: Point, raw: bytes) -> bytes:
    try:
        payload = pack(raw, facts.packing, form.level, facts.dtype.itemsize)
        return write_header(form, facts, number, point, payload) + payload
    except CodecError as error:
        raise error.within(f"[{number}]") from error.__cause__


def _array(form: Form, given: Any) -> NDArray[Any]:
    """The array in the type and shape that the format writes."""
    name = form.said("array")
    if not isinstance(given, np.ndarray):
        problem = f"expected an array, got {type(given).__name__}"
        raise fault(form, "array", problem, kind=EncodeError, path=name)
    source = np.asarray(given)  # subclasses are read as the memory that they are
    dtype = wire_type(form, checked_type(form, source.dtype, name, EncodeError), source.ndim, name, EncodeError)
    if dtype != source.dtype:
        source = source.astype(dtype)  # copies: the format states another byte order
    if form.shape is not None and source.shape != form.shape:
        wanted, got = (" x ".join(map(str, shape)) for shape in (form.shape, source.shape))
        raise fault(form, "shape", f"expected an array of {wanted}, got {got}", kind=EncodeError, path=name)
    return source


def _check_fill(form: Form, dtype: np.dtype[Any]) -> None:
    try:
        fits = dtype.kind in "biufc" and bool(np.array(form.fill, dtype) == form.fill)
    except (OverflowError, ValueError):
        fits = False
    if not fits:
        problem = f"edges are filled with {form.fill}, which {dtype} can't hold"
        raise fault(form, "fill", problem, kind=EncodeError, path=form.said("array"))
