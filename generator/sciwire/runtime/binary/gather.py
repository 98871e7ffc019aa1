"""Pieces of many byte strings brought together as arrays, and small things about numbers and versions."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from ..errors import EncodeError

__all__ = ["gathered", "joined", "newer", "number_of", "parity_of"]


def joined(records: Any) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
    """All *records* in one array of bytes, where each begins, how long it is."""
    if hasattr(records, "starts") and hasattr(records, "lengths"):  # rows of a file: the bytes are in one place already
        return np.frombuffer(records.data, "u1"), records.starts, records.lengths
    parts = list(_iterable(records))
    if set(map(type, parts)) - {bytes}:
        parts = [one if isinstance(one, bytes) else _bytes(one, number) for number, one in enumerate(parts)]
    lengths = np.fromiter(map(len, parts), np.int64, len(parts))
    return np.frombuffer(b"".join(parts), "u1"), np.cumsum(lengths) - lengths, lengths


def gathered(data: NDArray[Any], starts: NDArray[Any], dtype: np.dtype[Any]) -> NDArray[Any]:
    """A value of *dtype* from each of *starts*, copied; all must lie inside *data*."""
    if not len(starts):
        return np.empty(0, dtype)
    windows = np.ndarray((len(data) - dtype.itemsize + 1,), dtype, data, strides=(1,))
    found: NDArray[Any] = windows[starts]
    return found


def parity_of(words: NDArray[Any]) -> NDArray[Any]:
    """1 where the number of ones is odd."""
    folded = words.copy()
    for shift in (32, 16, 8, 4, 2, 1):
        folded ^= folded >> np.uint64(shift)
    return folded & np.uint64(1)


def _iterable(records: Any) -> Iterable[Any]:
    if isinstance(records, (bytes, bytearray, memoryview, str)):
        raise EncodeError("expected a list of records, got one", category="type")
    return cast("Iterable[Any]", records)


def _bytes(record: Any, number: int) -> bytes:
    if isinstance(record, (bytearray, memoryview)):
        return bytes(record)
    if isinstance(record, np.ndarray) and record.dtype == np.uint8:
        return record.tobytes()
    raise EncodeError(f"expected bytes, got {type(record).__name__}", category="type", path=f"[{number}]")


def number_of(wire: Any) -> int:
    return wire[0] if isinstance(wire, bytes) else int(wire)


def newer(since: str, version: str) -> bool:
    """Whether what is there *since* a version is not there yet in *version*."""
    return bool(since and version) and _numbers(since) > _numbers(version)


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))
