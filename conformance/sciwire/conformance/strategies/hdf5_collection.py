"""Values of an `hdf5` collection: arrays by path with equally many events, of elements that the compression takes."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from sciwire.model.families.hdf5_collection import CollectionBody
from sciwire.runtime import plain

from . import drawing as st
from .drawing import DrawFn, Drawn

__all__ = ["batch"]

_CODES = ("|u1", "|i1", "<u2", ">u2", "<i4", ">i4", "<u8", "<f2", "<f4", ">f8", "<c8", "|b1", "|S3")
_PATHS = ("/data/data", "/data/timestamp", "/a", "/a b/ü", "/x/y/z")
_TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=8)


@st.composite
def batch(draw: DrawFn, body: CollectionBody, name: str) -> dict[str, Any]:
    """Arrays of few elements; *name* is the compression."""
    packing = next((one for one in body.packings if one.name == name), None)
    codes = tuple(f"<{code}" for code in packing.types) if packing and packing.types else _CODES
    depth = draw(st.integers(1, 3))
    paths = draw(st.lists(st.sampled_from(_PATHS), min_size=1, max_size=3, unique=True))
    text = st.just(False) if packing else st.booleans()
    return {path: draw(_strings(depth) if draw(text) else _numbers(codes, depth)) for path in paths}


def _strings(depth: int) -> Drawn[Any]:
    return st.lists(_TEXT, min_size=depth, max_size=depth).map(lambda items: {"$strings": items})


@st.composite
def _numbers(draw: DrawFn, codes: tuple[str, ...], depth: int) -> Any:
    """Any bits there are, but for booleans; few bytes are drawn and repeated."""
    dtype = np.dtype(draw(st.sampled_from(codes)))
    shape = (depth, *draw(st.lists(st.integers(1, 4), max_size=3)))
    size = math.prod(shape) * dtype.itemsize
    seed = draw(st.binary(min_size=1, max_size=16))
    raw = (seed * (size // len(seed) + 1))[:size]
    if dtype.kind == "b":
        raw = bytes(one & 1 for one in raw)
    return plain.plain_array(np.frombuffer(raw, dtype).reshape(shape))
