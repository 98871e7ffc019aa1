"""Unsigned integers of as many bytes as they need: seven bits a byte, the eighth says whether more follow.

``leb128`` has the least significant bits first (protobuf, DWARF), ``vlq`` the most significant (MIDI), ``vlq9`` too, but a
ninth byte has eight bits and is the last (SQLite). None has more than 64 bits.
"""

from __future__ import annotations

from typing import Any, Literal

import numpy as np

from ..errors import DecodeError, EncodeError
from .cursor import Reader, Writer
from .scalars import Codec

__all__ = ["Varint"]

_MORE = 0x80
_MOST = (1 << 64) - 1
_LONGEST = {"leb128": 10, "vlq": 10, "vlq9": 9}  # bytes


class Varint(Codec):
    """An integer in one of the forms; written in the shortest way, with `overlong` read in longer ones too."""

    #: how many bytes stand for it until it is known
    placeholder = 1

    def __init__(self, form: Literal["leb128", "vlq", "vlq9"], overlong: bool = False) -> None:
        self.form = form
        self.overlong = overlong
        self._longest = _LONGEST[form]

    def read(self, reader: Reader) -> int:
        start, at, data, end, longest = reader.at, reader.at, reader.data, reader.end, self._longest
        last = 0
        while True:
            if at >= end:
                reader.take(at - start + 1)  # raises
            last = data[at]
            at += 1
            if last < _MORE or at - start == longest:
                break
        value = self._value(bytes(data[start:at]))
        if value > _MOST or (last >= _MORE and self.form != "vlq9"):
            raise DecodeError(f"expected a number of at most 64 bits in at most {longest} bytes", at=start)
        if not self.overlong and at - start > 1 and at - start != len(self.bytes(value)):
            problem = f"expected {value} in its shortest form of {len(self.bytes(value))} bytes, got {at - start}"
            raise DecodeError(problem, at=start)
        reader.at = at
        reader.span(start, "number", value)
        return value

    def _value(self, data: bytes) -> int:
        value = 0
        for byte in reversed(data) if self.form == "leb128" else data:
            value = value << 7 | byte & 0x7F
        if self.form == "vlq9" and len(data) == 9:
            value = value >> 7 << 8 | data[-1]
        return value

    def bytes(self, value: int) -> bytes:
        """The shortest form of *value*, 0 to 2**64 - 1."""
        if self.form == "vlq9" and value >> 56:
            return bytes([value >> 8 + 7 * at & 0x7F | _MORE for at in range(7, -1, -1)] + [value & 0xFF])
        groups = [value >> shift & 0x7F for shift in range(0, max(value.bit_length(), 1), 7)]
        more = [group | _MORE for group in groups[1:]]
        if self.form == "leb128":
            return bytes([group | _MORE for group in groups[:-1]] + groups[-1:])
        return bytes([*reversed(more), groups[0]])

    def write(self, writer: Writer, value: Any) -> None:
        if isinstance(value, (bool, np.bool_)) or not isinstance(value, (int, np.integer)):
            raise EncodeError(f"expected a whole number, got {value!r}", category="type")
        if not 0 <= value <= _MOST:
            raise EncodeError(f"{value!r} does not fit 64 bits")
        writer.buffer += self.bytes(int(value))
