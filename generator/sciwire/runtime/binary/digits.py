"""Integers as text: decimal, octal or hexadecimal digits, in a field of fixed size or up to a byte that ends them.

Written in one way only, and read so: zeros in front (or another filling byte in front or behind) up to the size, none where a
byte ends the number. With `overlong` other ways are read too: zeros, blanks, NUL and filling bytes around, a plus, letters
of the other case.
"""

from __future__ import annotations

import re
from typing import Any, Literal

import numpy as np

from ..errors import DecodeError, EncodeError
from .cursor import Reader, Writer
from .scalars import Codec

__all__ = ["Digits"]

_ZERO = 48
_LONGEST = 64  # characters up to the byte that ends a number
_FORMS = {
    "decimal": (10, "d", "0-9"),
    "octal": (8, "o", "0-7"),
    "hex": (16, "x", "0-9A-Fa-f"),
    "HEX": (16, "X", "0-9A-Fa-f"),
}
_WORDS = {"HEX": "hexadecimal", "hex": "hexadecimal"}


class Digits(Codec):
    """An integer of at most 64 bits in `form`, of `size` characters, or up to the byte `terminator` behind it.

    fill : the byte that fills the field up, in front of the digits where it is 48 (zero) or they stand `right`, else behind.
    """

    #: how many bytes stand for one that a terminator ends, until it is known
    placeholder = 1

    def __init__(
        self,
        form: Literal["decimal", "octal", "hex", "HEX"],
        size: int | None = None,
        *,
        signed: bool = False,
        fill: int = _ZERO,
        right: bool = False,
        terminator: int | None = None,
        overlong: bool = False,
    ) -> None:
        self.form = form
        self.size = size
        self.signed = signed
        self.fill = fill
        self.right = right
        self.terminator = terminator
        self.overlong = overlong
        self._base, self._letter, digits = _FORMS[form]
        self._pattern = re.compile(rf"[+-]?[{digits}]+".encode())
        self._around = b" \0" if fill == _ZERO else bytes({32, 0, fill})
        self.low, self.high = (-(1 << 63), (1 << 63) - 1) if signed else (0, (1 << 64) - 1)
        if size is not None:
            self.high = min(self.high, self._base**size - 1)
            self.low = max(self.low, 1 - self._base ** (size - 1)) if signed else 0

    def read(self, reader: Reader) -> int:
        start = reader.at
        data = self._ended(reader) if self.size is None else bytes(reader.data[reader.take(self.size) : reader.at])
        text = data.strip(self._around)
        value = int(text, self._base) if self._pattern.fullmatch(text) else None
        if value is None or not self.low <= value <= self.high or (value == 0 and text[0] == 45):
            problem = f"expected a number in {_WORDS.get(self.form, self.form)} digits, got {_shown(data)}"
            raise DecodeError(problem, category="syntax", at=start)
        if not self.overlong and data != self.bytes(value):
            raise DecodeError(f"expected {_shown(self.bytes(value))}, got {_shown(data)}", category="syntax", at=start)
        reader.span(start, "number", value)
        return value

    def _ended(self, reader: Reader) -> bytes:
        start = reader.at
        window = bytes(reader.data[start : min(start + _LONGEST, reader.end)])
        length = window.find(self.terminator or 0)
        if length < 0 and len(window) == _LONGEST:
            problem = f"expected a number of fewer than {_LONGEST} characters that ends with byte {self.terminator}"
            raise DecodeError(problem, category="syntax", at=start)
        reader.take(len(window) + 1 if length < 0 else length + 1)  # raises in the first case
        return window[:length]

    def bytes(self, value: int) -> bytes:
        """The one form of *value* that is written, without the byte that ends it."""
        digits = format(abs(value), self._letter)
        sign = "-" if value < 0 else ""
        size = self.size or 0
        if self.fill == _ZERO:
            return (sign + digits.rjust(size - len(sign), "0")).encode()
        text = (sign + digits).encode()
        return text.rjust(size, bytes([self.fill])) if self.right else text.ljust(size, bytes([self.fill]))

    def write(self, writer: Writer, value: Any) -> None:
        if isinstance(value, (bool, np.bool_)) or not isinstance(value, (int, np.integer)):
            raise EncodeError(f"expected a whole number, got {value!r}", category="type")
        if not self.low <= value <= self.high:
            many = "64 bits" if self.size is None else f"{self.size} {_WORDS.get(self.form, self.form)} digits"
            raise EncodeError(f"{value!r} does not fit {many}")
        writer.buffer += self.bytes(int(value)) + (b"" if self.terminator is None else bytes([self.terminator]))


def _shown(data: bytes) -> str:
    return repr(data)[1:] if len(data) <= 80 else f"{data[:80]!r}"[1:] + "..."
