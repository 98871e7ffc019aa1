"""Runs of unequal length in one buffer: what a variable-length dataset holds, without an object per row."""

from __future__ import annotations

import operator
from collections.abc import Iterator, Sequence
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

__all__ = ["Ragged"]


class Ragged(Sequence[Any]):
    """A sequence of rows, each a run of elements in a shared buffer.

    Attributes
    ----------
    data : the buffer (bytes), which may hold other things between the rows.
    starts : (rows,) int64, byte offset of each row in `data`.
    lengths : (rows,) int64, number of elements of each row.
    dtype : type of the elements; None where a row is ``bytes``, ``str`` where it is text.

    An item is ``bytes``, ``str`` (to its first NUL, as in every HDF5 library) or a read-only array that shares the buffer. A Ragged equals any
    sequence with equal rows.
    """

    __slots__ = ("data", "dtype", "lengths", "starts")

    def __init__(
        self,
        data: bytes | bytearray | memoryview,
        starts: NDArray[np.int64],
        lengths: NDArray[np.int64],
        dtype: np.dtype[Any] | type[str] | None = None,
    ) -> None:
        self.data = data
        self.starts = starts
        self.lengths = lengths
        self.dtype = dtype

    @classmethod
    def of(cls, rows: Sequence[Any], dtype: np.dtype[Any] | type[str] | None = None) -> Ragged:
        """Join *rows* (bytes, str or arrays of *dtype*) into one buffer; copies."""
        if dtype is str:
            parts: list[bytes] = [str(row).encode() for row in rows]
        elif dtype is None:
            parts = [bytes(row) for row in rows]
        else:
            parts = [np.ascontiguousarray(row, dtype).tobytes() for row in rows]
        sizes = np.fromiter(map(len, parts), np.int64, len(parts))
        ends = np.cumsum(sizes)
        size = dtype.itemsize if isinstance(dtype, np.dtype) else 1
        return cls(b"".join(parts), ends - sizes, sizes // size, dtype)

    @property
    def itemsize(self) -> int:
        """Bytes of one element; 1 for bytes and text."""
        return self.dtype.itemsize if isinstance(self.dtype, np.dtype) else 1

    @property
    def nbytes(self) -> int:
        """Bytes of all rows together."""
        return int(self.lengths.sum()) * self.itemsize

    def __len__(self) -> int:
        return len(self.starts)

    @overload
    def __getitem__(self, index: int) -> Any: ...
    @overload
    def __getitem__(self, index: slice | NDArray[Any]) -> Ragged: ...
    def __getitem__(self, index: int | slice | NDArray[Any]) -> Any:
        if isinstance(index, (slice, np.ndarray)):
            return Ragged(self.data, self.starts[index], self.lengths[index], self.dtype)
        row = operator.index(index)
        return self._item(int(self.starts[row]), int(self.lengths[row]))

    def __iter__(self) -> Iterator[Any]:
        return iter(self.tolist())

    def tolist(self) -> list[Any]:
        """All rows as a list of bytes, str or arrays."""
        starts = self.starts.tolist()
        if self.dtype is None and isinstance(self.data, bytes):
            data, ends = self.data, (self.starts + self.lengths).tolist()
            return [data[start:end] for start, end in zip(starts, ends, strict=True)]  # copies
        return [self._item(start, length) for start, length in zip(starts, self.lengths.tolist(), strict=True)]

    def pieces(self) -> list[memoryview]:
        """The bytes of each row, views of the buffer."""
        view = memoryview(self.data)
        pairs = zip(self.starts.tolist(), (self.lengths * self.itemsize).tolist(), strict=True)
        return [view[start : start + length] for start, length in pairs]

    def joined(self) -> bytes:
        """The rows one after another, as bytes; copies."""
        return b"".join(self.pieces())

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Ragged):
            return (
                len(self) == len(other)
                and self.dtype == other.dtype
                and bool(np.array_equal(self.lengths, other.lengths))
                and self.joined() == other.joined()
            )
        if not isinstance(other, Sequence) or isinstance(other, (str, bytes)):
            return NotImplemented
        if len(self) != len(other):
            return False
        return all(np.array_equal(mine, theirs) for mine, theirs in zip(self.tolist(), other, strict=True))

    __hash__ = None  # type: ignore[assignment]  # mutable buffers can't be keys

    def __repr__(self) -> str:
        kind = "bytes" if self.dtype is None else "str" if self.dtype is str else str(self.dtype)
        return f"Ragged({len(self)} rows of {kind}, {self.nbytes} bytes)"

    def _item(self, start: int, length: int) -> Any:
        if isinstance(self.dtype, np.dtype):
            row = np.frombuffer(self.data, self.dtype, length, start)
            row.flags.writeable = False
            return row
        piece = bytes(self.data[start : start + length])  # copies
        return piece if self.dtype is None else piece.partition(b"\0")[0].decode("utf-8", "surrogateescape")
