"""Fixed fields at an offset, checked against the end of what holds them."""

from __future__ import annotations

import struct
from typing import Any

from ...errors import DecodeError

__all__ = ["UNDEFINED", "Cursor", "framing"]

UNDEFINED = (1 << 64) - 1  # an address of nothing
_FORMS = {size: struct.Struct(f"<{code}") for size, code in ((1, "B"), (2, "H"), (4, "I"), (8, "Q"))}


def framing(problem: str, category: str = "framing") -> DecodeError:
    """Return the error of metadata that can't be."""
    return DecodeError(problem, category=category)


class Cursor:
    """A place in *data*, of which *what* is the name in errors; reading past the end is a `DecodeError`."""

    def __init__(self, data: bytes | memoryview, what: str, at: int = 0) -> None:
        self.data = memoryview(data)
        self.what = what
        self.at = at

    @property
    def left(self) -> int:
        """Bytes behind the place."""
        return len(self.data) - self.at

    def uint(self, size: int) -> int:
        """Read an unsigned little-endian integer of 1, 2, 4 or 8 bytes."""
        value: int = _FORMS[size].unpack(self.take(size))[0]
        return value

    def take(self, count: int) -> memoryview:
        """Read *count* bytes."""
        if not 0 <= count <= self.left:
            raise framing(f"{self.what} ends in the middle: {count} bytes are expected, {max(self.left, 0)} are left")
        self.at += count
        return self.data[self.at - count : self.at]

    def skip(self, count: int) -> None:
        """Pass over *count* bytes."""
        self.take(count)

    def fields(self, form: struct.Struct) -> tuple[Any, ...]:
        """Read a packed group of fields."""
        return form.unpack(self.take(form.size))
