"""Pieces of many byte strings brought together as arrays, and small things about numbers and versions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from ..errors import EncodeError

__all__ = ["Records", "check_version", "gathered", "newer", "number_of", "parity_of"]


class Records:
    """Many records, of which a window at a time is brought together in one array of bytes.

    lengths : bytes of each. The records are byte strings, or rows of a file, whose bytes are in one place already.
    """

    def __init__(self, records: Any) -> None:
        self._whole: NDArray[Any] | None = None
        self._parts: list[bytes] = []
        if hasattr(records, "starts") and hasattr(records, "lengths"):
            self._whole, self._starts, self.lengths = np.frombuffer(records.data, "u1"), records.starts, records.lengths
            return
        parts = list(_iterable(records))
        if set(map(type, parts)) - {bytes}:
            parts = [one if isinstance(one, bytes) else _bytes(one, number) for number, one in enumerate(parts)]
        self._parts = parts
        self.lengths = np.fromiter(map(len, parts), np.int64, len(parts))

    def __len__(self) -> int:
        return len(self.lengths)

    def windows(self, size: int, most: int) -> Iterator[slice]:
        """Records that follow each other, about *size* bytes and at most *most* of them; at least one window."""
        ends = np.cumsum(self.lengths)
        begin = 0
        while begin < len(ends) or not begin:
            before = int(ends[begin - 1]) if begin else 0
            stop = int(np.searchsorted(ends, before + size, side="right"))
            stop = min(max(stop, begin + 1), begin + most, len(ends))
            yield slice(begin, stop)
            if stop <= begin:
                return
            begin = stop

    def window(self, rows: slice) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
        """The bytes, where each record of the window begins in them, and how long it is."""
        lengths = self.lengths[rows]
        if self._whole is not None:
            return self._whole, self._starts[rows], lengths
        return np.frombuffer(b"".join(self._parts[rows]), "u1"), np.cumsum(lengths) - lengths, lengths


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
    if not hasattr(records, "__iter__"):
        raise EncodeError(f"expected a list of records, got {type(records).__name__}", category="type")
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


def check_version(version: Any, known: Sequence[str], subject: str) -> str:
    """Return *version*, one of those that are *known*, or "" for None. EncodeError (category ``version``) for another."""
    if version is None or version in known:
        return version or ""
    problem = f"version {version!r:.40} is not known, known: {', '.join(known)}"
    raise EncodeError(problem, category="version", path="version", subject=subject)
