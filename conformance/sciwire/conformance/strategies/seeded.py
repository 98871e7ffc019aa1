"""Single values from the words of a `volume.Source`: edges often, the rest spread over all widths.

Floats are drawn as bits; where bounds are stated, by additions and multiplications that IEEE 754 fixes to the bit.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..volume.source import Source

__all__ = ["character", "integer", "moment", "real", "several", "size", "wanted"]

_TRIES = 1000
_USUAL = 4  # items where no number is stated
_LAYOUT = {16: ("<H", "<e", 5, 10), 32: ("<I", "<f", 8, 23), 64: ("<Q", "<d", 11, 52)}


def integer(source: Source, low: int, high: int) -> int:
    """A bound in one of eight; else of any number of bits."""
    choice = source.below(8)
    if choice == 0:
        return (low, high, min(max(0, low), high))[source.below(3)]
    span = high - low
    if choice < 4 or span < 16:
        return low + source.below(span + 1)
    size = source.below(1 << source.below(span.bit_length() + 1))
    nearest = min(max(0, low), high)  # small numbers lie around nought
    value = nearest - size if source.word() >> 63 else nearest + size
    return value if low <= value <= high else low + source.below(span + 1)


def real(
    source: Source, low: float | None, high: float | None, width: int, allow_nan: bool, allow_infinity: bool
) -> float:
    """Any bits of *width* that are allowed; within bounds evenly."""
    bits, code, exponent, mantissa = _LAYOUT[width]
    for _ in range(32):
        word = source.word() >> (64 - width)
        if source.below(8) == 0:  # nought, one, the smallest, the largest, infinity
            top = ((1 << exponent) - 1) << mantissa
            edges = (0, ((1 << exponent - 1) - 1) << mantissa, 1, top - 1, top)
            word = edges[source.below(5)] | (word >> (width - 1)) << (width - 1)
        value: float = struct.unpack(code, struct.pack(bits, word))[0]
        if not math.isfinite(value) and not (allow_nan if math.isnan(value) else allow_infinity):
            continue
        if (low is None or value >= low) and (high is None or value <= high):
            return value
    start, stop = (-1e4 if low is None else low), (1e4 if high is None else high)
    value = start + (stop - start) * (source.word() >> 11) / (1 << 53)
    value = struct.unpack(code, struct.pack(code, value))[0]
    return min(max(value, start), stop)


def size(source: Source, low: int, high: int | None) -> int:
    """A number of items."""
    return source.between(low, low + _USUAL if high is None else high)


def several(
    source: Source,
    draw: Callable[[Source], Any],
    low: int,
    high: int | None,
    by: Callable[[Any], Any] | None,
) -> list[Any]:
    """Items, none twice where *by* says what makes two the same."""
    count = size(source, low, high)
    if by is None:
        return [draw(source) for _ in range(count)]
    found: dict[Any, Any] = {}
    for tries in range(_TRIES):
        if len(found) >= count or (tries > 8 * count and len(found) >= low):
            break
        item = draw(source)
        found.setdefault(by(item), item)
    return list(found.values())


def wanted(source: Source, draw: Callable[[Source], Any], fits: Callable[[Any], Any]) -> Any:
    """The first value that fits."""
    for _ in range(_TRIES):
        if fits(value := draw(source)):
            return value
    raise LookupError(f"none of {_TRIES} values fits a filter; describe it otherwise")


def character(source: Source, low: int, high: int, without: str) -> str:
    """Mostly ASCII, where that is allowed; never a surrogate."""
    while True:
        plain = low <= 0x20 and high >= 0x7E and source.below(4)
        point = source.between(0x20, 0x7E) if plain else source.between(low, high)
        letter = chr(point)
        if not 0xD800 <= point <= 0xDFFF and letter not in without:
            return letter


def moment(source: Source) -> datetime:
    """A moment of the years 1 to 9999."""
    day = datetime.fromordinal(1 + source.below(datetime.max.toordinal() - 1))
    return day + timedelta(seconds=source.below(86400), microseconds=source.below(10**6))
