"""Canonical values without structure: numbers with their edges, text, bytes, arrays, dates.

Hypothesis draws edges of its own; those that matter to bytes on a wire (all bits set, the first integer that
needs another byte) are added here.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from sciwire.runtime import plain

from . import drawing as st
from .drawing import Drawn

__all__ = ["array", "byte_string", "date", "integer", "number", "ratio", "real", "text"]

_LARGEST = 12  # elements in a drawn extent; what is drawn is to be small
_EDGES = sorted({sign * ((1 << bits) + step) for bits in (0, 3, 7, 8, 15, 16, 31, 32, 53, 63, 64) for step in (-1, 0, 1) for sign in (1, -1)})  # fmt: skip


def integer(low: int, high: int) -> Drawn[Any]:
    """Integers from *low* to *high*, the edges of widths among them."""
    edges = [edge for edge in (*_EDGES, low, high) if low <= edge <= high]
    return st.one_of(st.integers(low, high), st.sampled_from(edges)).map(plain.plain_int)


def real(width: int = 64, low: float | None = None, high: float | None = None) -> Drawn[Any]:
    """Floats that *width* bits hold exactly; NaN and infinities only where no bound is stated."""
    free = low is None and high is None
    drawn = st.floats(low, high, width=width, allow_nan=False, allow_infinity=free)
    return (st.one_of(drawn, st.just(math.nan)) if free else drawn).map(plain.plain_float)


def number(code: str) -> Drawn[Any]:
    """A single number of a numpy code such as ``u2`` or ``f4``."""
    bits = 8 * int(code[1:])
    if code[0] == "f":
        return real(bits)
    return integer(0, (1 << bits) - 1) if code[0] == "u" else integer(-(1 << bits - 1), (1 << bits - 1) - 1)


def text(low: int = 0, high: int | None = None) -> Drawn[str]:
    """Unicode text of *low* to *high* characters."""
    return st.text(min_size=low, max_size=high if high is not None else max(low, 20))


def byte_string(low: int = 0, high: int | None = None) -> Drawn[Any]:
    """Byte strings as canonical values."""
    return st.binary(min_size=low, max_size=high if high is not None else max(low, 40)).map(plain.plain_bytes)


def ratio() -> Drawn[Any]:
    """Two unsigned integers, the second not 0."""
    return st.builds(lambda top, bottom: {"$ratio": [top, bottom]}, integer(0, 2**64 - 1), integer(1, 2**64 - 1))


def date() -> Drawn[Any]:
    """RFC 3339 texts: with and without a fraction, with ``Z`` or an offset."""
    offsets = st.sampled_from(["Z", "+00:00", "+02:00", "-11:30"])
    fractions = st.sampled_from(["", ".5", ".329", ".329000", ".123456789"])
    moments = st.datetimes().map(lambda moment: moment.replace(microsecond=0).isoformat())
    return st.builds(
        lambda moment, fraction, offset: {"$date": moment + fraction + offset}, moments, fractions, offsets
    )


def array(
    dtypes: tuple[str, ...],
    dimensions: int,
    *,
    low: int = 1,
    high: int | None = None,
    fixed: Mapping[int, int] | None = None,
) -> Drawn[Any]:
    """Arrays of one of *dtypes* (with byte order) with extents from *low* to *high*, some *fixed*; the elements are any bits there are."""
    extents = st.lists(
        st.integers(low, max(low, _LARGEST) if high is None else min(high, max(low, _LARGEST))),
        min_size=dimensions,
        max_size=dimensions,
    )

    def filled(drawn: tuple[str, list[int], bytes]) -> Any:
        dtype, shape, seed = drawn
        for axis, length in (fixed or {}).items():
            shape[axis] = length
        size = math.prod(shape) * np.dtype(dtype).itemsize
        # few bytes are drawn and repeated: quick to draw, and runs are what compression is about
        data = (seed * (size // len(seed) + 1))[:size]
        return plain.plain_array(np.frombuffer(data, dtype).reshape(shape))

    return st.tuples(st.sampled_from(dtypes), extents, st.binary(min_size=1, max_size=24)).map(filled)
