"""Element types of a file as numpy's. Section IV.A.2.d (datatype message)."""

from __future__ import annotations

import struct

import numpy as np

from ...errors import DecodeError
from .cursor import Cursor

__all__ = ["NUL_ENDED", "NUL_PADDED", "TEXT", "element_type", "padding_of"]

TEXT = np.dtype(object)  # rows of text in the global heap
NUL_ENDED, NUL_PADDED = 0, 1  # how a text of fixed length ends; 2 is with blanks

_FIXED, _FLOAT, _STRING, _OPAQUE, _COMPOUND, _ENUM, _VLEN = 0, 1, 3, 5, 6, 8, 9
_CLASSES = ("integer", "float", "time", "fixed text", "bit field", "opaque", "compound", "reference", "enumeration",
            "row of variable length", "array", "complex")  # fmt: skip
_FLOATS = {  # size: exponent place, bits and bias, mantissa bits (IEEE 754)
    2: (10, 5, 0, 10, 15),
    4: (23, 8, 0, 23, 127),
    8: (52, 11, 0, 52, 1023),
}
_EXTENDED = (64, 15, 0, 64, 16383)  # 80 bits in 16 bytes, the long double of x86, without an implied bit
_REAL = struct.Struct("<HHBBBBI")
_DEEPEST = 3  # a member of a compound has a type of its own


def element_type(body: memoryview) -> np.dtype[np.generic]:
    """The dtype that a datatype message says, `TEXT` for text of variable length.

    Raises DecodeError (``type``) for elements that are no numbers, booleans, bytes or text.
    """
    return _type(Cursor(body, "a datatype message"), 0)


def padding_of(body: memoryview) -> int:
    """How the text of fixed length ends that a datatype message says; `NUL_PADDED`, as numpy's, for all other types."""
    return body[1] & 15 if body[0] & 15 == _STRING else NUL_PADDED


def _type(cursor: Cursor, depth: int) -> np.dtype[np.generic]:
    head, bits, size = cursor.uint(1), cursor.uint(1) | cursor.uint(2) << 8, cursor.uint(4)
    kind, version = head & 15, head >> 4
    if not 1 <= version <= 5 or depth > _DEEPEST:
        raise _no_type(f"a datatype message of version {version}")
    if kind == _FIXED:
        return _integer(cursor, bits, size)
    if kind == _FLOAT:
        return _float(cursor, bits, size)
    if kind in (_STRING, _OPAQUE) and 0 < size < 1 << 31:
        return np.dtype(f"{'S' if kind == _STRING else 'V'}{size}")
    if kind == _ENUM:
        return _enumeration(cursor, bits & 0xFFFF, version, depth)
    if kind == _COMPOUND:
        return _complex(cursor, bits & 0xFFFF, size, version, depth)
    if kind == _VLEN and bits & 15 == 1 and size == 16:
        return TEXT
    raise _no_type(_CLASSES[kind] if kind < len(_CLASSES) else f"class {kind}")


def _no_type(name: str) -> DecodeError:
    return DecodeError(f"the elements stand for no array of numbers or text, found {name}", category="type")


def _integer(cursor: Cursor, bits: int, size: int) -> np.dtype[np.generic]:
    offset, precision = cursor.uint(2), cursor.uint(2)
    if size not in (1, 2, 4, 8) or offset or precision != 8 * size:
        raise _no_type(f"integers of {precision} bits in {size} bytes")
    return np.dtype(f"{'>' if bits & 1 else '<'}{'i' if bits & 8 else 'u'}{size}")


def _float(cursor: Cursor, bits: int, size: int) -> np.dtype[np.generic]:
    offset, precision, place, width, low, mantissa, bias = cursor.fields(_REAL)
    form = (place, width, low, mantissa, bias)
    if form == _EXTENDED and (offset, precision, size, bits & 0x71) == (0, 80, 16, 0) and _has_extended():
        return np.dtype(np.longdouble)
    if _FLOATS.get(size) != form or offset or precision != 8 * size or bits & 0x40:
        raise _no_type(f"floats of another form in {size} bytes")
    return np.dtype(f"{'>' if bits & 1 else '<'}f{size}")


def _has_extended() -> bool:
    """Whether numpy's long double is of this form."""
    return np.dtype(np.longdouble).str == "<f16" and np.finfo(np.longdouble).nmant == 63


def _enumeration(cursor: Cursor, count: int, version: int, depth: int) -> np.dtype[np.generic]:
    """Booleans where the members say so, else the integers themselves."""
    base = _type(cursor, depth + 1)
    if base.kind not in "iu":
        raise _no_type("an enumeration of no integers")
    names = [_member_name(cursor, version) for _ in range(count)]
    values = np.frombuffer(cursor.take(count * base.itemsize), base).tolist()
    if base.itemsize == 1 and dict(zip(names, values, strict=True)) == {b"FALSE": 0, b"TRUE": 1}:
        return np.dtype(bool)
    return base


def _complex(cursor: Cursor, count: int, size: int, version: int, depth: int) -> np.dtype[np.generic]:
    """The compound of two floats, r and i, that stands for complex numbers."""
    members: list[tuple[bytes, int, np.dtype[np.generic]]] = []
    for _ in range(min(count, 3)):
        name = _member_name(cursor, version)
        width = next(n for n in (1, 2, 4, 8) if size < 1 << 8 * n) if version >= 3 else 4
        offset = cursor.uint(width)
        if version == 1:
            cursor.skip(28)
        members.append((name, offset, _type(cursor, depth + 1)))
    kinds = {one for _, _, one in members}
    places = [(name, offset) for name, offset, _ in members]
    if count == 2 and places == [(b"r", 0), (b"i", size // 2)] and len(kinds) == 1:
        base = kinds.pop()
        if base.kind == "f" and base.itemsize in (4, 8, 16) and size == 2 * base.itemsize:
            return np.dtype(f"{base.str[0]}c{size}")
    raise _no_type(f"compound of {count} members")


def _member_name(cursor: Cursor, version: int) -> bytes:
    """A name that ends with a NUL, padded to 8 bytes below version 3."""
    rest = bytes(cursor.data[cursor.at : cursor.at + 4096])
    length = rest.find(b"\0") + 1
    if not length:
        raise _no_type("a member whose name has no end")
    cursor.skip(length if version >= 3 else (length + 7) & ~7)
    return rest[: length - 1]
