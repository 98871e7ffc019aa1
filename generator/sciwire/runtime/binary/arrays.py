"""Many of one kind: numbers as an array, anything else as a list (records of fixed size also as a table, `record_tables`)."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..errors import CodecError, DecodeError, EncodeError
from .cursor import Reader, Writer
from .scalars import Codec, Extent

__all__ = ["ListOf", "Many", "Numbers", "cast_numbers", "view_of"]


class Many(Codec):
    """A run of values of `codec`, as many as `extent` says."""

    def __init__(self, codec: Codec, extent: Extent | int) -> None:
        self.codec = codec
        self.extent = Extent(extent) if isinstance(extent, int) else extent
        number = self.extent.number
        if number is not None and codec.size is not None:
            self.size = number * codec.size
            self.dtype = None if codec.dtype is None else np.dtype((codec.dtype, (number,)))

    def count(self, reader: Reader) -> int:
        """How many there are. DecodeError where the bytes do not hold them, before anything is allocated."""
        count = self.extent.read(reader, self.codec.size or 1)
        if self.codec.size and count * self.codec.size > reader.end - reader.at:
            reader.take(count * self.codec.size)  # raises, before anything is allocated
        return count

    def check_length(self, writer: Writer, count: int) -> None:
        """EncodeError (``size``) for another number than the one that must be."""
        self.extent.agrees(writer, count)
        if self.extent.number is not None and count != self.extent.number:
            raise EncodeError(f"expected {self.extent.number} elements, got {count}", category="size")


class Numbers(Many):
    """A run of numbers: a read-only array, shape (count,), that shares the caller's buffer."""

    def read(self, reader: Reader) -> Any:
        return view_of(reader, self.count(reader), self.codec.dtype)

    def write(self, writer: Writer, value: Any) -> None:
        given = (
            np.asarray(value, None if len(value) else self.codec.dtype)
            if isinstance(value, list)
            else np.asarray(value)
        )
        if given.ndim != 1:
            raise EncodeError(f"expected one dimension, got {given.ndim}", category="size")
        self.check_length(writer, len(given))
        writer.buffer += cast_numbers(given, self.codec.dtype).tobytes()

    def build(self, tree: Any) -> Any:
        return np.asarray(tree, None if len(tree) else self.codec.dtype) if isinstance(tree, list) else tree


class ListOf(Many):
    """A list of values."""

    def read(self, reader: Reader) -> list[Any]:
        found: list[Any] = []
        try:
            count = -1 if self._to_the_end else self.count(reader)
        except CodecError as error:
            error.partial = self._those_there(reader) if reader.keep else None
            raise
        if count > 0:
            reader.count_items(count)
        while len(found) != count:
            if count < 0:
                if reader.at >= reader.end:
                    break
                reader.count_items(1)
            if reader.spans is not None:
                reader.path.append(f"[{len(found)}]")
            start = reader.at
            try:
                found.append(self.codec.read(reader))
            except CodecError as error:
                error.partial = [*found, *([] if error.partial is None else [error.partial])]
                raise error.within(f"[{len(found)}]") from None
            if count < 0 and reader.at == start:
                raise DecodeError("an element of no bytes has no number", category="size", at=start)
            if reader.spans is not None:
                reader.path.pop()
        return found

    def _those_there(self, reader: Reader) -> list[Any]:
        """The elements that are whole and good, where not all are there."""
        found: list[Any] = []
        here = reader.at
        while self.codec.size and reader.end - reader.at >= self.codec.size and len(found) < reader.limits.items:
            try:
                found.append(self.codec.read(reader))
            except CodecError:
                break
        reader.at = here
        return found

    @property
    def _to_the_end(self) -> bool:
        return self.extent.number is None and not self.extent.path and self.codec.size is None

    def write(self, writer: Writer, value: Any) -> None:
        if not isinstance(value, (list, tuple)):
            raise EncodeError(f"expected a list, got {type(value).__name__}", category="type")
        self.check_length(writer, len(value))
        for index, item in enumerate(value):
            try:
                self.codec.write(writer, item)
            except CodecError as error:
                raise error.within(f"[{index}]") from None

    def tree(self, value: Any) -> Any:
        return [self.codec.tree(item) for item in value]

    def build(self, tree: Any) -> Any:
        if not isinstance(tree, list):
            raise DecodeError(f"expected a list, got {type(tree).__name__}", category="type")
        found = []
        for index, item in enumerate(tree):
            try:
                found.append(self.codec.build(item))
            except CodecError as error:
                raise error.within(f"[{index}]") from None
        return found


def view_of(reader: Reader, count: int, dtype: Any) -> Any:
    """The next *count* elements as a read-only array that shares the bytes."""
    start = reader.take(count * dtype.itemsize)
    array = np.frombuffer(reader.data[start : reader.at], dtype, count)  # reinterprets the caller's bytes
    array.flags.writeable = False
    reader.span(start, "array", f"{count} of {', '.join(dtype.names) if dtype.names else dtype}")
    return array


def cast_numbers(given: Any, dtype: Any) -> Any:
    """*given* in *dtype*. EncodeError where a value does not survive."""
    if given.dtype == dtype:
        return given
    if (
        given.dtype.kind not in "iufb"
        or dtype.kind not in "iuf"
        or (dtype.kind in "iu" and given.dtype.kind not in "iu")
    ):
        raise EncodeError(f"expected {dtype}, got {given.dtype}", category="type")
    if dtype.kind in "iu" and given.size:
        low, high = np.iinfo(dtype).min, np.iinfo(dtype).max
        least, most = int(given.min()), int(given.max())
        if least < low or most > high:
            raise EncodeError(f"expected {low} to {high}, got {least if least < low else most}")
    return given.astype(dtype)  # copies
