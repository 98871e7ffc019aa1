"""Heads of CBOR items, one at a time and with all checks: for offsets, hex views and error messages.

The reader has its own fast loop and comes here only when something is wrong, so this file is the
one that words the errors of RFC 8949 section 3 (well-formedness, appendix F).
"""

from __future__ import annotations

import struct
from typing import Final, NamedTuple

from sciwire.runtime.errors import DecodeError, TruncatedError

__all__ = ["KINDS", "Buffer", "Head", "float_of", "malformed", "read_head"]

Buffer = bytes | bytearray | memoryview

KINDS: Final = ("unsigned integer", "negative integer", "byte string", "text", "array", "map", "tag", "simple value")
_WIDTH: Final = {24: 1, 25: 2, 26: 4, 27: 8}
_FLOATS: Final = {25: ">e", 26: ">f", 27: ">d"}


class Head(NamedTuple):
    """The head of an item: its first byte at *start*, what follows it at *body*, `argument` None if indefinite.

    *stop* is the end of the item's own bytes: behind the string's content, or *body* for all other kinds.
    """

    start: int
    body: int
    stop: int
    major: int
    info: int
    argument: int | None

    @property
    def is_break(self) -> bool:
        return self.major == 7 and self.info == 31


def read_head(data: Buffer, start: int, *, path: str = "") -> Head:
    """Return the head of the item at *start*.

    TruncatedError: the head, or the content of a string, passes the end of the data. DecodeError
    (``syntax``): reserved additional information, or an indefinite length where there is none.
    """
    if start >= len(data):
        raise TruncatedError("an item is expected, the data end", path=path, at=start)
    major, info = data[start] >> 5, data[start] & 31
    width = _WIDTH.get(info, 0)
    body = start + 1 + width
    if body > len(data):
        missing = body - len(data)
        raise TruncatedError(
            f"the head of this {KINDS[major]} needs {1 + width} bytes, {len(data) - start} are there",
            needed=missing,
            path=path,
            at=start,
        )
    if 28 <= info <= 30:
        raise malformed("reserved", f"additional information {info} is reserved", start, path)
    if info == 31:
        if major in (0, 1, 6):
            raise malformed("indefinite", f"{KINDS[major]} can't be indefinite", start, path)
        return Head(start, body, body, major, info, None)
    argument = int.from_bytes(data[start + 1 : body], "big") if width else info
    if major == 7 and info == 24 and argument < 32:
        problem = f"simple value {argument} is written in two bytes, they hold 32 and more"
        raise malformed("simple", problem, start, path)
    stop = body + argument if major in (2, 3) else body
    _check_room(data, KINDS[major], major, argument, body, start, path)
    return Head(start, body, stop, major, info, argument)


def _check_room(data: Buffer, kind: str, major: int, argument: int, body: int, start: int, path: str) -> None:
    """Compare a declared length or count with the bytes that are left, before anything is allocated for it."""
    left = len(data) - body
    if major in (2, 3):
        needed, unit = argument, "bytes"
    elif major in (4, 5):
        needed, unit = argument * (major - 3), "items" if major == 4 else "pairs"
    else:
        return
    if needed > left:
        problem = f"this {kind} declares {argument} {unit}, {left} bytes are left"
        raise TruncatedError(problem, needed=needed - left, path=path, at=start)


def malformed(check: str, problem: str, at: int, path: str = "") -> DecodeError:
    """Return (not raise) the error for bytes that are no CBOR; *check* is the word for what is wrong with them.

    ``reserved`` additional information, a ``break`` or a ``chunk`` out of place, an ``indefinite`` length where
    there is none, a ``simple`` value in the wrong form, ``utf8``.
    """
    error = DecodeError(problem, category="syntax", path=path, at=at)
    error.check = check
    return error


def float_of(data: Buffer, head: Head) -> float:
    """Return the float of 16, 32 or 64 bits under *head* (major 7, additional information 25 to 27)."""
    value: float = struct.unpack_from(_FLOATS[head.info], data, head.body - _WIDTH[head.info])[0]
    return value
