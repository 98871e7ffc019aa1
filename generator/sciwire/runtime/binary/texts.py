"""Bytes and text of a fixed size (padded), of a size that a field tells, up to the end, or up to a terminator."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..errors import DecodeError, EncodeError
from .cursor import Reader, Writer
from .scalars import Codec, Extent

__all__ = ["Bytes", "Text"]


_WINDOW = 64  # bytes in which the end of a text is looked for first


class Bytes(Codec):
    """Bytes of an `extent`; a fixed one is filled up with `fill` where that is not None, and `strip` takes it off."""

    def __init__(self, extent: Extent | int, fill: int | None = None, strip: bool = False) -> None:
        self.extent = Extent(extent) if isinstance(extent, int) else extent
        self.fill = fill
        self.strip = strip
        size = self.size = self.extent.number
        if size is not None:
            self.letters = "" if strip else f"={size}s"
            self.dtype = np.dtype("u1") if size == 1 else np.dtype(("u1", (size,)))

    def read(self, reader: Reader) -> bytes:
        start = reader.take(self.extent.read(reader, 1))
        value = bytes(reader.data[start : reader.at])  # copies
        reader.span(start, "bytes", value.hex(" ")[:48])
        return value.rstrip(bytes([self.fill or 0])) if self.strip else value

    def write(self, writer: Writer, value: Any) -> None:
        if not isinstance(value, (bytes, bytearray, memoryview)):
            raise EncodeError(f"expected bytes, got {type(value).__name__}", category="type")
        self.extent.agrees(writer, len(bytes(value)))
        writer.buffer += filled(bytes(value), self.extent.number, self.fill, self.strip)


class Text(Codec):
    """Text of an `extent` in an `encoding`; `terminator` ends it where the extent does not (a C string)."""

    def __init__(
        self, extent: Extent | int, encoding: str = "utf-8", fill: int | None = None, terminator: int | None = None
    ) -> None:
        self.extent = Extent(extent) if isinstance(extent, int) else extent
        self.encoding = encoding
        self.fill = fill
        self.terminator = terminator
        size = self.size = self.extent.number if terminator is None else None
        if size is not None:
            self.dtype = np.dtype(f"S{size}") if size else np.dtype("V0")

    def read(self, reader: Reader) -> str:
        start = reader.at
        if self.terminator is None:
            reader.take(self.extent.read(reader, 1))
            data = bytes(reader.data[start : reader.at])
            data = data.rstrip(bytes([self.fill])) if self.fill is not None else data
        else:
            data = self._terminated(reader)
        try:
            value = data.decode(self.encoding)
        except UnicodeDecodeError as error:
            problem = f"the bytes are not {self.encoding} text ({error.reason})"
            raise DecodeError(problem, category="syntax", at=start + error.start) from None
        reader.span(start, "text", repr(value))
        return value

    def _terminated(self, reader: Reader) -> bytes:
        start, width, last = reader.at, _WINDOW, bytes([self.terminator or 0])
        while True:  # what follows the text, it may be much, is not copied
            window = bytes(reader.data[start : min(start + width, reader.end)])
            length = window.find(last)
            if length >= 0:
                reader.take(length + 1)
                return window[:length]
            if start + width >= reader.end:
                reader.take(len(window) + 1)  # raises
            width *= 8

    def write(self, writer: Writer, value: Any) -> None:
        if not isinstance(value, str):
            raise EncodeError(f"expected text, got {type(value).__name__}", category="type")
        try:
            data = value.encode(self.encoding)
        except UnicodeEncodeError as error:
            raise EncodeError(f"{value[error.start]!r} can't be written as {self.encoding}") from None
        if self.terminator is not None:
            if self.terminator in data:
                raise EncodeError(f"the text holds its own terminator, byte {self.terminator}")
            data += bytes([self.terminator])
            writer.buffer += data
            return
        self.extent.agrees(writer, len(data))
        writer.buffer += filled(data, self.extent.number, self.fill, strip=self.fill is not None)


def filled(data: bytes, size: int | None, fill: int | None, strip: bool) -> bytes:
    """*data* as it stands in a field of *size* bytes. EncodeError (``size``) where it does not fit."""
    if strip and data and fill is not None and data[-1] == fill:
        raise EncodeError(f"the value ends with byte {fill}, which a reader takes for padding")
    if size is None or len(data) == size:
        return data
    if len(data) > size:
        raise EncodeError(f"expected at most {size} bytes, got {len(data)}", category="size")
    if fill is None:
        raise EncodeError(f"expected {size} bytes, got {len(data)}", category="size")
    return data.ljust(size, bytes([fill]))
