"""The few values of CBOR that Python has no word for; all others are plain Python.

map -> dict (`Pairs` where a key is neither text nor an integer), array -> list, text -> str, byte
string -> read-only memoryview of the caller's buffer, null -> None, tag -> `Tagged`, floats of any
width -> float, undefined and other simple values -> `Simple`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from sciwire.runtime.errors import DecodeError
from sciwire.runtime.value import Value
from sciwire.runtime.values import Tagged

__all__ = [
    "INSIDE",
    "MOST_TOLD",
    "NAMELESS",
    "SIMPLE",
    "UNDEFINED",
    "Decoded",
    "Inside",
    "Pairs",
    "Simple",
    "Tagged",
    "bignum",
    "join_path",
    "repeated",
]


class Simple(Value):
    """A simple value (RFC 8949 section 3.3) other than false, true and null; 23 is undefined."""

    number: int


UNDEFINED = Simple(23)
SIMPLE = (*map(Simple, range(23)), UNDEFINED, *map(Simple, range(24, 256)))  # by number
MOST_TOLD = 100  # repeated keys that are told; a message may be made of nothing else
_SHOWN = 1000  # characters of a key in a path


class Inside(str):
    """The step of a path into a byte string that holds an item of CBOR; it has no words."""

    __slots__ = ()


INSIDE = Inside()
NAMELESS = "?"  # in a path: a map key that is neither text nor an integer


class Pairs(Value):
    """A map with a key that is neither text nor an integer: all its (key, value) pairs as sent, repeats included.

    Such keys are kept apart from `dict` because Python takes 1, 1.0 and True for one key and CBOR does not.
    """

    pairs: list[tuple[Any, Any]]


class Decoded(NamedTuple):
    """What `decode` found: the plain *value*, the offset *end* behind it, the paths of repeated map keys.

    *maps* are the offsets of the maps that these keys stand in; more than a hundred keys are not told. *items* are
    counted as `Limits.items` counts them.
    """

    value: Any
    end: int
    duplicates: tuple[str, ...]
    maps: tuple[int, ...] = ()
    items: int = 0


def bignum(value: Any) -> int:
    """Return the integer under tag 2 or 3 (RFC 8949 section 3.4.3); DecodeError (``type``) for anything else."""
    if isinstance(value, Tagged) and value.number in (2, 3) and isinstance(value.value, bytes | bytearray | memoryview):
        magnitude = int.from_bytes(value.value, "big")
        return magnitude if value.number == 2 else -1 - magnitude
    raise DecodeError("expected tag 2 or 3 on a byte string", category="type")


def repeated(keys: Iterable[Any]) -> Iterator[Any]:
    """Those of *keys* that stood there before."""
    seen: set[Any] = set()
    for key in keys:
        if key in seen:
            yield key
        seen.add(key)


def join_path(steps: Sequence[str | int]) -> str:
    """Write *steps* as a field path: ``("data", "a", 2)`` is ``data.a[2]``; integer map keys count as indices.

    Of a key that is longer than 1000 characters only so many are shown: there may be a path for each of many items.
    """
    text = ""
    for step in steps:
        if isinstance(step, int):
            text += f"[{step}]"
            continue
        if len(step) > _SHOWN:
            step = step[:_SHOWN] + "…"
        text += f".{step}" if text else step
    return text
