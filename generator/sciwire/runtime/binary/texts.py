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
        self._filling = None if fill is None else bytes([fill])
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
        writer.buffer += filled(bytes(value), self.extent.number, self._filling, self.strip)


class Text(Codec):
    """Text of an `extent` in an `encoding`; `terminator` ends it where the extent does not (a C string).

    `fill` and `terminator` are characters, of two bytes in UTF-16, where they stand at even offsets from the start.
    """

    def __init__(
        self, extent: Extent | int, encoding: str = "utf-8", fill: int | None = None, terminator: int | None = None
    ) -> None:
        self.extent = Extent(extent) if isinstance(extent, int) else extent
        self.encoding = encoding
        self.fill = fill
        self.terminator = terminator
        self.placeholder = int(terminator is not None)
        self.unit = 2 if encoding.startswith("utf-16") else 1
        self._filling = None if fill is None else self._character(fill)
        size = self.size = self.extent.number if terminator is None else None
        if size is not None:
            # numpy would take half of a character of two bytes off the end
            self.dtype = np.dtype("V0") if not size else np.dtype(f"S{size}" if self.unit == 1 else ("u1", (size,)))

    def read(self, reader: Reader) -> str:
        start = reader.at
        if self.terminator is None:
            size = self.extent.read(reader, 1)
            reader.take(size)
            if size % self.unit:
                problem = f"{self.encoding} text has an even number of bytes, got {size}"
                raise DecodeError(problem, category="size", at=start)
            data = bytes(reader.data[start : reader.at])
            data = data.rstrip(bytes([self.fill])) if self.fill is not None and self.unit == 1 else data
        else:
            data = self._terminated(reader)
        try:
            value = data.decode(self.encoding)
        except UnicodeDecodeError as error:
            problem = f"the bytes are not {self.encoding} text ({error.reason})"
            raise DecodeError(problem, category="syntax", at=start + error.start) from None
        if self.fill is not None and self.unit > 1:
            value = value.rstrip(chr(self.fill))
        reader.span(start, "text", repr(value))
        return value

    def _terminated(self, reader: Reader) -> bytes:
        start, width, last, unit = reader.at, _WINDOW, self._character(self.terminator or 0), self.unit
        while True:  # what follows the text, it may be much, is not copied
            window = bytes(reader.data[start : min(start + width, reader.end)])
            length = window.find(last)
            if unit > 1 and length % unit:
                length = _even(window, last)
            if length >= 0:
                reader.take(length + unit)
                return window[:length]
            if start + width >= reader.end:
                reader.take(len(window) // unit * unit + unit)  # raises
            width *= 8

    def write(self, writer: Writer, value: Any) -> None:
        if not isinstance(value, str):
            raise EncodeError(f"expected text, got {type(value).__name__}", category="type")
        try:
            data = value.encode(self.encoding)
        except UnicodeEncodeError as error:
            raise EncodeError(f"{value[error.start]!r} can't be written as {self.encoding}") from None
        if self.terminator is not None:
            if chr(self.terminator) in value if self.unit > 1 else self.terminator in data:
                raise EncodeError(f"the text holds its own terminator, byte {self.terminator}")
            writer.buffer += data + self._character(self.terminator)
            return
        self.extent.agrees(writer, len(data))
        writer.buffer += filled(data, self.extent.number, self._filling, strip=self.fill is not None)

    def _character(self, number: int) -> bytes:
        """The terminator or the fill as it stands on the wire."""
        return chr(number).encode(self.encoding) if self.unit > 1 else bytes([number])


def _even(window: bytes, last: bytes) -> int:
    """The first even offset at which the two bytes *last* stand in *window*, -1 where there is none."""
    found = np.flatnonzero(np.frombuffer(window, "u2", len(window) // 2) == np.frombuffer(last, "u2"))
    return 2 * int(found[0]) if found.size else -1


def filled(data: bytes, size: int | None, fill: bytes | None, strip: bool) -> bytes:
    """*data* as it stands in a field of *size* bytes; *fill* is a character. EncodeError (``size``) where it does not fit."""
    if strip and fill is not None and data.endswith(fill):
        raise EncodeError(f"the value ends with byte {max(fill)}, which a reader takes for padding")
    if size is None or len(data) == size:
        return data
    if len(data) > size:
        raise EncodeError(f"expected at most {size} bytes, got {len(data)}", category="size")
    if fill is None:
        raise EncodeError(f"expected {size} bytes, got {len(data)}", category="size")
    return data + fill * ((size - len(data)) // len(fill))
