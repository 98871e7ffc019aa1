"""One line of text about a value, for people: shapes, dtypes, ranges; never the whole of it."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from .value import shown
from .values import DateTime, Rational, Tagged

__all__ = ["describe_array", "describe_value"]

_SHOWN = 60
_SAMPLED = 50_000_000
_FEW = 4  # texts of an array


def describe_array(array: NDArray[Any], unit: str = "") -> str:
    """``uint16 (514, 1030)  min 0  max 65535  mean 12.3  unit``; of non-finite values only the number is told."""
    shape = " x ".join(str(length) for length in array.shape) or "scalar"
    if array.dtype.kind == "O" and array.size and all(isinstance(one, str) for one in array.flat[:_FEW]):
        first = ", ".join(describe_value(one) for one in array.flat[:_FEW])
        return f"text {shape}  {first}{', ...' if array.size > _FEW else ''}"
    head = f"{array.dtype.name if array.dtype.kind in 'iufb' else array.dtype} {shape}"
    tail = f"  {_unit(unit)}" if unit else ""
    if array.size == 0 or array.dtype.kind not in "iufb" or array.size > _SAMPLED:
        return head + tail
    finite = array[np.isfinite(array)] if array.dtype.kind == "f" else array
    if finite.size == 0:
        return f"{head}  no finite value{tail}"
    missing = array.size - finite.size
    low, high = (str(one) if array.dtype.kind in "iu" else f"{one:.8g}" for one in (finite.min(), finite.max()))
    stats = f"  min {low}  max {high}  mean {finite.mean(dtype=np.float64):.6g}"
    return f"{head}{stats}{f'  not finite {missing}' if missing else ''}{tail}"


def describe_value(value: Any, unit: str = "") -> str:
    """The value in words that fit a line."""
    tail = f" {_unit(unit)}" if unit else ""
    if isinstance(value, np.ndarray):
        return describe_array(value, unit)
    if isinstance(value, (bytes, bytearray, memoryview)):
        head = bytes(value[:12]).hex(" ")
        return f"{len(value)} bytes  {head}{' ...' if len(value) > 12 else ''}"
    if isinstance(value, str):
        return repr(value if len(value) <= _SHOWN else value[:_SHOWN] + "...") + tail
    if isinstance(value, int) and value.bit_length() > 256:
        return f"an integer of {value.bit_length():,} bits{tail}"
    if isinstance(value, dict):
        return f"a map of {len(value)}"
    if isinstance(value, Rational):
        seconds = f" = {float(value):.9g}" if value.denominator else ""
        return f"{value}{seconds}{tail}"
    if isinstance(value, DateTime):
        return value.text
    if isinstance(value, Tagged):
        return f"tag {value.number}: {describe_value(value.value)}"
    if isinstance(value, (list, tuple)):
        text = ", ".join(describe_value(item) for item in value[:8])
        return f"[{text}{', ...' if len(value) > 8 else ''}]{f' ({len(value)})' if len(value) > 8 else ''}{tail}"
    return shown(value)[: 2 * _SHOWN] + tail


def _unit(unit: str) -> str:
    """A unit that is a multiple, ``20 ns``, would read as part of the number in front of it."""
    return f"x {unit}" if unit[:1].isdigit() else unit
