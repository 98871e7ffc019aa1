"""Text that can be written again: it has a UTF-8 form, no NUL inside, and keeps what its element says of text.

Many texts are proved at once, joined by a line feed: a character that is cut off at the end of one text, or
continued at the start of the next, makes the whole invalid, as it does each of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..value import shown
from .layout import Element
from .ragged import Ragged

__all__ = ["fault_of_bytes", "first_fault", "is_plain"]

_SHOWN = 80  # characters of a text in a message


def first_fault(values: Any, element: Element) -> tuple[tuple[int, ...], str] | None:
    """Index and description of the first text (of one, an array, a `Ragged`) that *element* can't hold, or None."""
    if isinstance(values, Ragged):
        if not element.values and not element.ascii and is_plain(values):
            return None
        return _first(values.tolist(), (len(values),), element)
    if isinstance(values, np.ndarray):
        return _first(values.ravel().tolist(), values.shape, element)
    problem = _problem(values, element)
    return ((), problem) if problem else None


def fault_of_bytes(array: Any) -> tuple[tuple[int, ...], str] | None:
    """The same for text that is still bytes of a fixed length, type S."""
    texts: list[bytes] = array.ravel().tolist()
    if _sound(texts):
        return None
    index = next(number for number, one in enumerate(texts) if not _sound([one]))
    where = tuple(map(int, np.unravel_index(index, array.shape)))
    return where, _said(texts[index].decode("utf-8", "surrogateescape"))


def is_plain(texts: Ragged) -> bool:
    """Whether every row of *texts*, to its first NUL, is UTF-8."""
    pieces = texts.pieces()
    joined = b"\n".join(pieces)
    if b"\0" in joined:
        joined = b"\n".join([bytes(piece).partition(b"\0")[0] for piece in pieces])
    return _is_utf8(joined)


def _sound(texts: Sequence[bytes]) -> bool:
    joined = b"\n".join(texts)
    return b"\0" not in joined and _is_utf8(joined)


def _is_utf8(raw: bytes) -> bool:
    try:
        raw.decode()
    except UnicodeDecodeError:
        return False
    return True


def _first(texts: list[Any], shape: tuple[int, ...], element: Element) -> tuple[tuple[int, ...], str] | None:
    if not element.values and not _suspect(texts, element):
        return None
    for index, text in enumerate(texts):
        problem = _problem(text, element)
        if problem:
            return tuple(map(int, np.unravel_index(index, shape))), problem
    return None


def _suspect(texts: list[str], element: Element) -> bool:
    """Whether a text among them may be at fault; most are ASCII, which is seen at once."""
    joined = "\n".join(texts)
    if joined.isascii():
        return "\0" in joined or (bool(element.length) and max(map(len, texts), default=0) > element.length)
    return True


def _problem(text: str, element: Element) -> str:
    """What is wrong with a text, "" for nothing."""
    if element.values and text not in element.values:
        return f"one of {', '.join(element.values)} is expected, found {shown(text)[:_SHOWN]}"
    if not _encodable(text) or "\0" in text:
        return _said(text)
    if element.ascii and not text.isascii():
        return f"text in ASCII is expected, found {shown(text)[:_SHOWN]}"
    if element.length and len(text.encode()) > element.length:
        return f"text of at most {element.length} bytes is expected, found {len(text.encode())}"
    return ""


def _said(text: str) -> str:
    if not _encodable(text):
        raw = text.encode("utf-8", "surrogateescape")
        return f"text in UTF-8 is expected, found the bytes {raw[:32].hex(' ')}{' ...' if len(raw) > 32 else ''}"
    return f"text without a NUL inside is expected, found {shown(text)[:_SHOWN]}"


def _encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
