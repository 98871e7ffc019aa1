"""Converters of single values: from what the CBOR reader gives to what the user holds, and back.

A converter is a small frozen value with `decode(value, reading)` and `encode(value, writing)`. It takes
the wire form and the user's form alike (a date under tag 0, as text, as `DateTime`), so that the
same converter reads messages and canonical values. What does not fit raises `Fault`.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar, Generic, Protocol, TypeVar

import numpy as np

from sciwire.runtime import cbor
from sciwire.runtime.value import Value, shown
from sciwire.runtime.values import DateTime, Rational, Tagged

from .context import Reading, Writing
from .fault import Fault

__all__ = [
    "BOOL", "BYTES", "DATETIME", "FLOAT", "INT", "NULL", "RATIONAL", "TEXT", "UINT",
    "Converter", "EnumText", "FixedFloat", "FixedInt", "Integer", "kind_of",
]  # fmt: skip

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)

_DATE_TAG = 0
_SHOWN_BITS = 256
_MAX_UINT = 2**64 - 1


class Converter(Protocol[T_co]):
    """Reads and writes values of one type.

    It may have two attributes more: `leaf`, true where `decode` looks at nothing but the value, and `same`, the type
    of values that `decode` returns as they are.
    """

    @property
    def expects(self) -> str: ...

    def decode(self, value: Any, reading: Reading) -> T_co: ...

    def encode(self, value: Any, writing: Writing) -> Any: ...


def kind_of(value: Any) -> str:
    """The value in words, for error messages: ``the text 'abc'``, ``an array of 3``."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int) and value.bit_length() > _SHOWN_BITS:
        return f"an integer of {value.bit_length():,} bits"
    if isinstance(value, (int, float)):
        return f"the number {value!r}"[:60]
    if isinstance(value, str):
        return f"the text {value[:40]!r}" + ("..." if len(value) > 40 else "")
    if isinstance(value, (bytes, bytearray, memoryview)):
        return f"a byte string of {len(value)}"
    if isinstance(value, (list, tuple)):
        return f"an array of {len(value)}"
    if isinstance(value, dict):
        return f"a map of {len(value)}"
    if isinstance(value, Tagged):
        return f"tag {value.number}"
    if isinstance(value, cbor.Pairs):
        return f"a map of {len(value.pairs)} with keys that are neither text nor integers"
    return f"a {type(value).__name__}"


class Integer(Value):
    """Integers; numpy's are taken on encode, booleans never."""

    leaf: ClassVar[bool] = True
    expects: str
    low: int
    high: int

    def decode(self, value: Any, reading: Reading) -> int:
        number: int = value if type(value) is int else self._other(value)
        if not self.low <= number <= self.high:
            problem = f"expected {self.expects}, from {self.low} to {self.high}, got {shown(number)}"
            raise Fault(problem, "type" if number < 0 == self.low else "constraint")
        return number

    def _other(self, value: Any) -> int:
        """An integer in another form: a bignum of the wire, a number of numpy."""
        if isinstance(value, Tagged) and value.number in (2, 3) and isinstance(value.value, (bytes, memoryview)):
            return cbor.bignum(value)
        if not isinstance(value, np.integer):
            raise Fault(f"expected {self.expects}, got {kind_of(value)}")
        return int(value)

    def encode(self, value: Any, writing: Writing) -> Any:
        return self.decode(value, _PLAIN)


class _Float(Value):
    """Doubles; integers are taken too (writers in the wild send them)."""

    leaf: ClassVar[bool] = True
    same: ClassVar[type] = float
    expects: str = "a float"

    def decode(self, value: Any, reading: Reading) -> float:
        if type(value) is float:
            return value
        if isinstance(value, bool) or not isinstance(value, (int, float, np.integer, np.floating)):
            raise Fault(f"expected {self.expects}, got {kind_of(value)}")
        try:
            return float(value)
        except OverflowError:
            raise Fault(f"expected {self.expects}, got an integer beyond its range", "constraint") from None

    def encode(self, value: Any, writing: Writing) -> Any:
        number = self.decode(value, _PLAIN)
        if number != value and number == number:
            raise Fault(f"expected {self.expects}, got {value}, which a double can't hold exactly", "constraint")
        return number


class FixedFloat(Value):
    """A float of 16 or 32 bits: a number of any width that this one holds, written as a 64-bit item."""

    leaf: ClassVar[bool] = True
    code: str
    expects: str = "a float"

    def decode(self, value: Any, reading: Reading) -> float:
        return self._held(FLOAT.decode(value, reading))

    def encode(self, value: Any, writing: Writing) -> Any:
        return self._held(FLOAT.decode(value, _PLAIN))

    def _held(self, number: float) -> float:
        with np.errstate(over="ignore"):
            narrow = float(np.dtype(self.code).type(number))
        if narrow != number and number == number:
            raise Fault(f"{number!r} can't be held by a float of {8 * int(self.code[1:])} bits", "constraint")
        return number


class _Exactly(Value, Generic[T]):
    """Values of one Python type."""

    leaf: ClassVar[bool] = True
    expects: str
    python: type[T]

    @property
    def same(self) -> type[T]:
        return self.python

    def decode(self, value: Any, reading: Reading) -> T:
        if isinstance(value, self.python):
            return value
        if self.python is bool and isinstance(value, np.bool_):
            return bool(value)  # type: ignore[return-value] # T is bool here
        raise Fault(f"expected {self.expects}, got {kind_of(value)}")

    def encode(self, value: Any, writing: Writing) -> Any:
        return self.decode(value, _PLAIN)


class _Bytes(Value):
    """Byte strings; decoded to `bytes`, a copy of their own."""

    expects: str = "a byte string"

    def decode(self, value: Any, reading: Reading) -> bytes:
        from .anything import open_bytes

        value = open_bytes(value, reading)
        if not isinstance(value, (bytes, bytearray, memoryview)):
            raise Fault(f"expected {self.expects}, got {kind_of(value)}")
        return bytes(value)

    def encode(self, value: Any, writing: Writing) -> Any:
        if not isinstance(value, (bytes, bytearray, memoryview)):
            raise Fault(f"expected {self.expects}, got {kind_of(value)}")
        return value


class _DateTime(Value):
    """Date-times, with tag 0 or without; the text, which must be RFC 3339, is kept as it is. Written under tag 0."""

    leaf: ClassVar[bool] = True
    expects: str = "a date-time"

    def decode(self, value: Any, reading: Reading) -> DateTime:
        if isinstance(value, Tagged) and value.number == _DATE_TAG:
            value = value.value
        moment = DateTime(value) if isinstance(value, str) else value
        if not isinstance(moment, DateTime):
            raise Fault(f"expected {self.expects}, got {kind_of(value)}")
        if not moment.well_formed:
            problem = f"expected RFC 3339 text such as 2026-01-31T12:00:00Z, got {kind_of(moment.text)}"
            raise Fault(problem, "constraint", kept=moment)
        return moment

    def encode(self, value: Any, writing: Writing) -> Any:
        if isinstance(value, datetime):
            if value.tzinfo is None:
                raise Fault("expected a date-time with an offset from UTC, got one without")
            value = DateTime.of(value)
        return Tagged(_DATE_TAG, self.decode(value, _PLAIN).text)


class _Rational(Value):
    """Two integers, numerator and denominator, kept as sent. Written as an array of two."""

    leaf: ClassVar[bool] = True
    expects: str = "two integers, numerator and denominator"

    def decode(self, value: Any, reading: Reading) -> Rational:
        if isinstance(value, Rational):
            return value
        if isinstance(value, Tagged) and value.number == 30:
            value = value.value
        pair = value if isinstance(value, (list, tuple)) else ()
        if len(pair) != 2 or type(pair[0]) is not int or type(pair[1]) is not int:
            raise Fault(f"expected {self.expects}, got {kind_of(value)}")
        return self._checked(Rational(pair[0], pair[1]))

    def _checked(self, ratio: Rational) -> Rational:
        if ratio.denominator < 0:
            raise Fault(f"a denominator is not negative, this is {shown(ratio.denominator)}", "constraint")
        return ratio

    def encode(self, value: Any, writing: Writing) -> Any:
        ratio = self._checked(self.decode(value, _PLAIN))
        for part in (ratio.numerator, ratio.denominator):
            INT.encode(part, writing)
        return [ratio.numerator, ratio.denominator]


class _Null(Value):
    expects: str = "null"

    def decode(self, value: Any, reading: Reading) -> None:
        if value is not None:
            raise Fault(f"expected {self.expects}, got {kind_of(value)}")

    def encode(self, value: Any, writing: Writing) -> Any:
        return self.decode(value, _PLAIN)


class EnumText(Value):
    """One of these texts."""

    leaf: ClassVar[bool] = True
    names: tuple[str, ...]

    @property
    def expects(self) -> str:
        return "one of " + ", ".join(self.names)

    def decode(self, value: Any, reading: Reading) -> str:
        if not isinstance(value, str):
            raise Fault(f"expected {self.expects}, got {kind_of(value)}")
        if value not in self.names:
            raise Fault(f"expected {self.expects}, got {kind_of(value)}", "constraint")
        return value

    def encode(self, value: Any, writing: Writing) -> Any:
        return self.decode(value, _PLAIN)


def FixedInt(code: str) -> Converter[int]:  # noqa: N802 - reads like the converters around it
    """Integers of one width: ``FixedInt("u2")`` is 0 to 65535."""
    bits = 8 * int(code[1:])
    low, high = (0, 2**bits - 1) if code.startswith("u") else (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1)
    return Integer(f"an integer of {bits} bits", low, high)


_PLAIN = Reading()
UINT: Converter[int] = Integer("an unsigned integer", 0, _MAX_UINT)
INT: Converter[int] = Integer("an integer", -_MAX_UINT - 1, _MAX_UINT)
FLOAT: Converter[float] = _Float()
BOOL: Converter[bool] = _Exactly("true or false", bool)
TEXT: Converter[str] = _Exactly("text", str)
BYTES: Converter[bytes] = _Bytes()
DATETIME: Converter[DateTime] = _DateTime()
RATIONAL: Converter[Rational] = _Rational()
NULL: Converter[None] = _Null()
