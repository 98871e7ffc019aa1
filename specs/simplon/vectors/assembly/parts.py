"""Messages and arrays that many vectors share."""

from __future__ import annotations

from typing import Any

import numpy as np

from .cbor import PREFIX, array, blob, date, integer, mapping, ratio, tag, text
from .vectors import dated, rational

__all__ = [
    "BASE",
    "DATE",
    "UID",
    "base",
    "compressed",
    "end",
    "image",
    "image_value",
    "message",
    "multi",
    "start",
    "start_value",
]

Pair = tuple[str | bytes, bytes]

UID = "01HZX3W5T9QK7M2B4N6P8R0S1V"
DATE = "2023-10-03T17:47:48.329000+02:00"


def base(kind: str) -> dict[str, Any]:
    """The three keys of every message, as values."""
    return {"type": kind, "series_id": 1, "series_unique_id": UID}


def BASE(kind: str) -> list[Pair]:  # noqa: N802 - the twin of `base`, in bytes
    """The three keys of every message, as pairs."""
    return [("type", text(kind)), ("series_id", integer(1)), ("series_unique_id", text(UID))]


def message(*pairs: Pair, prefix: bytes = PREFIX) -> bytes:
    return prefix + mapping(*pairs)


def start(*pairs: Pair, prefix: bytes = PREFIX) -> bytes:
    return message(*BASE("start"), *pairs, prefix=prefix)


def start_value(**fields: Any) -> dict[str, Any]:
    return base("start") | fields


def end(prefix: bytes = PREFIX) -> bytes:
    return message(*BASE("end"), prefix=prefix)


def image(*channels: Pair, before: tuple[Pair, ...] = (), prefix: bytes = PREFIX) -> bytes:
    """An image message of the usual nine keys (and *before*, between stop_time and data)."""
    fields: list[Pair] = [
        ("image_id", integer(0)),
        ("real_time", ratio(999995, 50_000_000)),
        ("series_date", date(DATE)),
        ("start_time", ratio(0, 50_000_000)),
        ("stop_time", ratio(999995, 50_000_000)),
    ]
    return message(*BASE("image"), *fields, *before, ("data", mapping(*channels)), prefix=prefix)


def image_value(channels: dict[str, Any], /, **fields: Any) -> dict[str, Any]:
    times = {
        "image_id": 0,
        "real_time": rational(999995, 50_000_000),
        "series_date": dated(DATE),
        "start_time": rational(0, 50_000_000),
        "stop_time": rational(999995, 50_000_000),
    }
    return base("image") | times | fields | {"data": channels}


def multi(dimensions: tuple[int, ...], elements: bytes, number: int = 40) -> bytes:
    """Tag 40 (or 1040) on dimensions and an item that holds the elements."""
    return tag(number, array(array(*map(integer, dimensions)), elements))


def compressed(payload: bytes, element_size: int, algorithm: str = "bslz4") -> bytes:
    """Tag 56500."""
    return tag(56500, array(text(algorithm), integer(element_size), blob(payload)))


def ramp(count: int, dtype: str, step: int = 1) -> np.ndarray[Any, Any]:
    """0, step, 2 step, ... modulo what the type holds."""
    kind = np.dtype(dtype)
    top = 1 << 8 * kind.itemsize
    return np.array([i * step % top for i in range(count)], kind)
