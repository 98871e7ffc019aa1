"""Many of one kind: numbers as an array, fixed records as a table, anything else as a list."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..errors import CodecError, DecodeError, EncodeError
from .cursor import Reader, Writer
from .scalars import Codec, Extent

__all__ = ["ListOf", "Numbers", "Table"]


class _Many(Codec):
    def __init__(self, codec: Codec, extent: Extent | int) -> None:
        self.codec = codec
        self.extent = Extent(extent) if isinstance(extent, int) else extent
        number = self.extent.number
        if number is not None and codec.size is not None:
            self.size = number * codec.size
            self.dtype = None if codec.dtype is None else np.dtype((codec.dtype, (number,)))

    def _count(self, reader: Reader) -> int:
        count = self.extent.read(reader, self.codec.size or 1)
        if self.codec.size and count * self.codec.size > reader.end - reader.at:
            reader.take(count * self.codec.size)  # raises, before anything is allocated
        return count

    def _check_length(self, count: int) -> None:
        if self.extent.number is not None and count != self.extent.number:
            raise EncodeError(f"expected {self.extent.number} elements, got {count}", category="size")


class Numbers(_Many):
    """A run of numbers: a read-only array, shape (count,), that shares the caller's buffer."""

    def read(self, reader: Reader) -> Any:
        return _view(reader, self._count(reader), self.codec.dtype)

    def write(self, writer: Writer, value: Any) -> None:
        given = np.asarray(value)
        if given.ndim != 1:
            raise EncodeError(f"expected one dimension, got {given.ndim}", category="size")
        self._check_length(len(given))
        writer.buffer += _cast(given, self.codec.dtype).tobytes()

    def build(self, tree: Any) -> Any:
        return np.asarray(tree, None if len(tree) else self.codec.dtype) if isinstance(tree, list) else tree


class Table(_Many):
    """A run of records of fixed size: a read-only structured array, shape (count,), that shares the caller's buffer."""

    def read(self, reader: Reader) -> Any:
        return _view(reader, self._count(reader), self.codec.dtype)

    def write(self, writer: Writer, value: Any) -> None:
        dtype = self.codec.dtype
        if not isinstance(value, np.ndarray) or value.ndim != 1 or value.dtype.names != dtype.names:
            raise EncodeError(f"expected a table of {', '.join(dtype.names)}", category="type")
        self._check_length(len(value))
        table = np.zeros(len(value), dtype)
        for name in dtype.names:
            try:
                table[name] = _cast(value[name], dtype[name].base)
            except CodecError as error:
                raise error.within(name) from None
        writer.buffer += table.tobytes()

    def tree(self, value: Any) -> Any:
        return {self._plain(name): np.ascontiguousarray(value[name]) for name in value.dtype.names}

    def _plain(self, name: str) -> str:
        names: dict[str, str] = getattr(getattr(self.codec, "cls", None), "PLAIN_NAMES", {})
        return names.get(name, name)

    def build(self, tree: Any) -> Any:
        dtype = self.codec.dtype
        names = [self._plain(name) for name in dtype.names]
        if not isinstance(tree, dict) or set(tree) != set(names):
            raise DecodeError(f"expected a map of the columns {', '.join(names)}", category="type")
        columns = {name: np.asarray(tree[self._plain(name)]) for name in dtype.names}
        lengths = {len(column) if column.ndim else -1 for column in columns.values()}
        if len(lengths) != 1 or -1 in lengths:
            raise DecodeError("expected columns of one length", category="size")
        table = np.zeros(lengths.pop(), dtype)
        for name, column in columns.items():
            table[name] = _cast(column, dtype[name].base)
        return table


class ListOf(_Many):
    """A list of values."""

    def read(self, reader: Reader) -> list[Any]:
        found: list[Any] = []
        try:
            count = -1 if self._to_the_end else self._count(reader)
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
        self._check_length(len(value))
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


def _view(reader: Reader, count: int, dtype: Any) -> Any:
    start = reader.take(count * dtype.itemsize)
    array = np.frombuffer(reader.data[start : reader.at], dtype, count)  # reinterprets the caller's bytes
    array.flags.writeable = False
    reader.span(start, "array", f"{count} of {dtype}")
    return array


def _cast(given: Any, dtype: Any) -> Any:
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
