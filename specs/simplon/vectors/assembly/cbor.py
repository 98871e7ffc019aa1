"""CBOR items (RFC 8949) as bytes, one small function for each kind of item, in any width that the RFC allows."""

from __future__ import annotations

import struct

__all__ = [
    "FALSE",
    "NULL",
    "PREFIX",
    "TRUE",
    "UNDEFINED",
    "array",
    "blob",
    "chunks",
    "date",
    "f16",
    "f32",
    "f64",
    "head",
    "integer",
    "loose_array",
    "loose_mapping",
    "mapping",
    "ratio",
    "tag",
    "text",
]

PREFIX = bytes.fromhex("d9d9f7")
FALSE, TRUE, NULL, UNDEFINED = (bytes([byte]) for byte in (0xF4, 0xF5, 0xF6, 0xF7))

_FORMS = {1: (24, ">B"), 2: (25, ">H"), 4: (26, ">I"), 8: (27, ">Q")}


def head(major: int, argument: int, width: int | None = None) -> bytes:
    """The head of an item; *width* (0, 1, 2, 4, 8 bytes after the first) is the shortest unless it is given."""
    if width is None:
        width = next(w for w, top in ((0, 24), (1, 1 << 8), (2, 1 << 16), (4, 1 << 32), (8, 1 << 64)) if argument < top)
    if width == 0:
        return bytes([major << 5 | argument])
    info, form = _FORMS[width]
    return bytes([major << 5 | info]) + struct.pack(form, argument)


def integer(value: int, width: int | None = None) -> bytes:
    return head(0, value, width) if value >= 0 else head(1, -1 - value, width)


def text(value: str, width: int | None = None) -> bytes:
    raw = value.encode()
    return head(3, len(raw), width) + raw


def blob(value: bytes, width: int | None = None) -> bytes:
    return head(2, len(value), width) + value


def array(*items: bytes, width: int | None = None) -> bytes:
    return head(4, len(items), width) + b"".join(items)


def mapping(*pairs: tuple[str | bytes, bytes], width: int | None = None) -> bytes:
    """A map; a key that is bytes is an item already."""
    return head(5, len(pairs), width) + _joined(pairs)


def loose_array(*items: bytes) -> bytes:
    """An array of indefinite length."""
    return b"\x9f" + b"".join(items) + b"\xff"


def loose_mapping(*pairs: tuple[str | bytes, bytes]) -> bytes:
    """A map of indefinite length."""
    return b"\xbf" + _joined(pairs) + b"\xff"


def chunks(*parts: bytes) -> bytes:
    """A string of indefinite length from items that are its chunks."""
    return bytes([parts[0][0] & 0xE0 | 31]) + b"".join(parts) + b"\xff"


def tag(number: int, item: bytes, width: int | None = None) -> bytes:
    return head(6, number, width) + item


def f16(value: float) -> bytes:
    return b"\xf9" + struct.pack(">e", value)


def f32(value: float) -> bytes:
    return b"\xfa" + struct.pack(">f", value)


def f64(value: float) -> bytes:
    return b"\xfb" + struct.pack(">d", value)


def date(value: str) -> bytes:
    return tag(0, text(value))


def ratio(numerator: int, denominator: int) -> bytes:
    return array(integer(numerator), integer(denominator))


def _joined(pairs: tuple[tuple[str | bytes, bytes], ...]) -> bytes:
    return b"".join((text(key) if isinstance(key, str) else key) + value for key, value in pairs)
