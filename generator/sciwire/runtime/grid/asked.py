"""What the caller asks for, taken as the original takes it and checked as it does not: extents, order, types."""

from __future__ import annotations

import operator
from collections.abc import Mapping, Set
from itertools import islice
from typing import Any, Literal

import numpy as np

from ..errors import CodecError, LimitError
from ..limits import Limits
from .faults import fault
from .form import Form
from .geometry import Geometry

__all__ = [
    "asked_order",
    "asked_type",
    "checked_bytes",
    "checked_geometry",
    "checked_type",
    "extents",
    "whole_axes",
    "wire_type",
]

_LARGEST = (1 << 63) - 1  # an extent that numpy can hold
_KINDS = frozenset("biufcmMSUV")
_MOST_AXES = 64  # of numpy; more extents than axes are an error whatever their number


def extents(form: Form, meaning: str, given: Any, kind: type[CodecError]) -> tuple[int, ...]:
    """Return *given*, a shape or the extents of a cutout, as integers.

    Whatever is a whole number will do (a float, an element of an array, its text), as with the original.
    """
    name = form.said(meaning)
    what = "shape" if meaning == "shape" else "extent"
    try:
        unordered = isinstance(given, (str, bytes, Set, Mapping))  # which axis would get which extent?
        items = None if unordered else list(islice(given, _MOST_AXES + 1))
    except TypeError:  # arrays without an axis have an iterator that gives nothing
        items = None
    if items is None:
        raise fault(form, what, f"expected one extent for each axis, got {_short(given)}", kind=kind, path=name)
    return tuple(_whole(form, item, f"{name}[{axis}]", what, kind) for axis, item in enumerate(items))


def _whole(form: Form, item: Any, path: str, what: str, kind: type[CodecError]) -> int:
    try:
        value = operator.index(item)
    except TypeError:
        value = _of_float(form, item, path, what, kind)
    if value < (0 if what == "shape" else 1):
        least = "0 or more" if what == "shape" else "1 or more"
        raise fault(form, what, f"expected an extent of {least}, got {_short(value)}", kind=kind, path=path)
    if value > _LARGEST:
        raise fault(form, "size", f"an extent of {_short(value)} is beyond any array", kind=kind, path=path)
    return value


def _of_float(form: Form, item: Any, path: str, what: str, kind: type[CodecError]) -> int:
    try:
        number = float(item)
    except (TypeError, ValueError, OverflowError) as error:
        raise fault(form, what, f"expected a whole number, got {_short(item)}", kind=kind, path=path) from error
    if not number.is_integer():  # neither are infinities and NaN
        raise fault(form, what, f"expected a whole number, got {_short(item)}", kind=kind, path=path)
    return int(number)


def _short(value: Any) -> str:
    text = hex(value) if isinstance(value, int) and value.bit_length() > 100 else repr(value)
    return text if len(text) <= 40 else f"{text[:39]}…"


def asked_order(form: Form, given: Any, kind: type[CodecError]) -> Literal["C", "F"]:
    """Return the order of the elements: the format's own, or exactly ``C`` or ``F`` as *given*."""
    word = form.order or given
    if isinstance(word, str) and word in ("C", "F"):
        return "C" if word == "C" else "F"
    name = form.said("order")
    raise fault(form, "order", f"expected the order 'C' or 'F', got {_short(given)}", kind=kind, path=name)


def asked_type(form: Form, given: Any, kind: type[CodecError]) -> np.dtype[Any]:
    """Return the element type that *given* names; it must have a fixed size above zero."""
    name = form.said("dtype")
    try:
        dtype = np.dtype(given)
    except (TypeError, ValueError, SyntaxError, OverflowError) as error:
        raise fault(form, "dtype", f"expected an element type, got {_short(given)}", kind=kind, path=name) from error
    return checked_type(form, dtype, name, kind)


def checked_type(form: Form, dtype: np.dtype[Any], path: str, kind: type[CodecError]) -> np.dtype[Any]:
    """Return *dtype* if its elements are bytes of a fixed number."""
    if dtype.kind not in _KINDS or dtype.hasobject or dtype.subdtype is not None or dtype.itemsize == 0:
        problem = f"expected elements of a fixed size, got {str(dtype)[:40]}"
        raise fault(form, "dtype", problem, kind=kind, path=path)
    return dtype


def wire_type(form: Form, dtype: np.dtype[Any], rank: int, path: str, kind: type[CodecError]) -> np.dtype[Any]:
    """Return the type in which *dtype* is written: itself, or the declared one that differs in byte order only."""
    low, high = form.ranks
    shaped = form.said("shape") if path == form.said("dtype") else path  # a decoder is told the shape by itself
    if not low <= rank <= high:
        wanted = f"{low}" if low == high else f"{low} to {high}"
        raise fault(form, "rank", f"expected {wanted} axes, got {rank}", kind=kind, path=shaped)
    declared = [codes for axes, codes in form.types if axes in (None, rank)]
    if not declared and form.types:
        wanted = " or ".join(str(axes) for axes, _ in form.types)
        raise fault(form, "rank", f"expected {wanted} axes, got {rank}", kind=kind, path=shaped)
    codes = tuple(code for group in declared for code in group)
    allowed = [np.dtype(code) for code in codes]
    if not codes or dtype in allowed:
        return dtype
    for code, one in zip(codes, allowed, strict=True):
        if one.kind == dtype.kind and one.itemsize == dtype.itemsize:
            return one if code[0] in "<>" else dtype  # without a byte order both are right, and kept
    problem = f"expected {' or '.join(codes)}, got {dtype.str.lstrip('|')}"
    raise fault(form, "dtype", problem, kind=kind, path=path)


def checked_geometry(
    form: Form, shape: tuple[int, ...], chunk: tuple[int, ...], edges: str, kind: type[CodecError]
) -> Geometry:
    """Return the geometry of *shape* in cutouts of *chunk*, if the one goes into the other."""
    name = form.said("chunk")
    if len(chunk) != len(shape):
        problem = f"expected {len(shape)} extents, one for each axis, got {len(chunk)}"
        raise fault(form, "extents", problem, kind=kind, path=name)
    if edges == "refuse":
        for axis, (extent, step) in enumerate(zip(shape, chunk, strict=True)):
            if extent % step:
                problem = f"an axis of {extent} is no multiple of {step}, and no partial cutouts are asked for"
                raise fault(form, "edges", problem, kind=kind, path=f"{name}[{axis}]")
    return Geometry(shape, chunk, form.points, edges)


def whole_axes(form: Form, shape: tuple[int, ...]) -> tuple[int, ...]:
    """Return the extents of the cutouts that the format itself states, for an array of *shape*."""
    assert form.chunk is not None
    fixed = form.chunk
    if len(fixed) != len(shape):
        return fixed
    return tuple(step or max(extent, 1) for step, extent in zip(fixed, shape, strict=True))


def checked_bytes(form: Form, extents_of: tuple[int, ...], itemsize: int, limits: Limits, path: str) -> int:
    """Return the bytes of an array; LimitError where they, or its extents without the empty ones, are too many."""
    count = 1
    empty = False
    for extent in extents_of:
        empty = empty or extent == 0
        count *= extent or 1  # numpy multiplies so, too, when it looks for overflow
    if count * itemsize > limits.total_bytes:
        problem = f"{count * itemsize} bytes are asked for, the limit total_bytes is {limits.total_bytes}"
        raise LimitError(problem, path=path, subject=form.subject, rule=form.rules.get("size", ""))
    return 0 if empty else count * itemsize
