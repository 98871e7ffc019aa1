"""Values of the `grid` family: arrays of few elements with the extents of their cutouts, edges among them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from sciwire.model.families.grid import GridBody
from sciwire.model.ir import Spec
from sciwire.runtime import plain

from . import drawing as st
from .drawing import DrawFn, Drawn

__all__ = ["decode_options", "value"]

_LONGEST = 4  # of a cutout, and of a grid, along an axis
_ANY = ("u1", "i1", "<u2", ">u2", "<i4", ">i4", "<u8", "<f2", "<f4", ">f8", "<c8", "S3", "V5", "<M8[ns]", "b1")


def value(spec: Spec, label: str) -> Drawn[Any]:
    """Arrays with everything that an encoder must be given."""
    return _array(spec.body)


def decode_options(spec: Spec, value: Any) -> Mapping[str, Any]:
    """What a decoder is told to find *value* again."""
    body: GridBody = spec.body
    array = value[body.names["array"]]["$nd"]
    said = {body.names["shape"]: array["shape"], body.names["dtype"]: array["dtype"].lstrip("|")}
    return said | {name: one for name, one in value.items() if name != body.names["array"]}


@st.composite
def _array(draw: DrawFn, body: GridBody) -> dict[str, Any]:
    kind = draw(st.sampled_from(body.types))
    rank = len(kind.axes) or draw(st.integers(body.ranks[0], min(body.ranks[1], 5)))
    request = draw(st.booleans()) if body.on_request else False
    edges = body.on_request if request else body.edges
    chunk, shape = draw(_extents(body, rank, edges))
    dtype = draw(st.sampled_from(kind.dtypes or _ANY))
    found = {body.names["array"]: draw(_filled(dtype, shape))}
    given = {
        "chunk": list(chunk),
        "order": draw(st.sampled_from("CF")),
        "edges": request,
        "compression": draw(st.sampled_from(body.compressions)),
    }
    return found | {body.names[meaning]: one for meaning, one in given.items() if body.given(meaning)}


@st.composite
def _extents(draw: DrawFn, body: GridBody, rank: int, edges: str) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Extents of cutouts and of an array that they may be cut from."""
    chunk = body.chunk or tuple(draw(st.integers(1, _LONGEST)) for _ in range(rank))
    if body.shape is not None:
        if body.chunk is None and edges == "refuse":
            chunk = tuple(draw(st.sampled_from(_divisors(extent))) for extent in body.shape)
        return chunk, body.shape
    if edges == "refuse":
        return chunk, tuple((step or 1) * draw(st.integers(0, _LONGEST)) for step in chunk)
    return chunk, tuple(draw(st.integers(0, 2 * (step or 2) + 1)) for step in chunk)


def _divisors(extent: int) -> list[int]:
    return [step for step in range(1, min(extent, 64) + 1) if extent % step == 0] or [1]


def _filled(dtype: str, shape: tuple[int, ...]) -> Drawn[Any]:
    """An array of any bits there are; few bytes are drawn and repeated."""
    size = math.prod(shape) * np.dtype(dtype).itemsize

    def made(seed: bytes) -> Any:
        data = (seed * (size // len(seed) + 1))[:size]
        array = np.frombuffer(data, "u1" if dtype == "b1" else dtype)
        return plain.plain_array((array % 2 == 1 if dtype == "b1" else array).reshape(shape))

    return st.binary(min_size=1, max_size=24).map(made)
