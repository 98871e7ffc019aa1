"""Text and bytes of a `struct` specification, as long as their fields say."""

from __future__ import annotations

from typing import Any

from sciwire.model.families.struct import StructField
from sciwire.runtime import plain

from . import drawing as st
from . import leaves
from .drawing import Drawn

__all__ = ["byte_text", "text", "whole"]

_ENCODINGS = {"ascii": 0x7F, "latin-1": 0xFF, "utf-8": 0x10FFFF, "utf-16-le": 0x10FFFF, "utf-16-be": 0x10FFFF}


def byte_text(field: StructField, size: int | None) -> Drawn[Any]:
    if size is None:
        return st.binary(max_size=20).map(lambda data: plain.plain_bytes(data + b"x" * _missing(field, len(data))))
    if field.fill is None or not field.strip:
        return leaves.byte_string(size, size)
    fill = bytes([field.fill])
    return st.binary(max_size=size).map(lambda data: plain.plain_bytes(data.rstrip(fill)))


def text(field: StructField, size: int | None) -> Drawn[Any]:
    characters = st.characters(max_codepoint=_ENCODINGS[field.encoding], exclude_categories=("Cs",))
    drawn = st.text(characters, max_size=20 if size is None else size)
    if field.terminator is not None:
        return drawn.map(lambda text: text.replace(chr(field.terminator or 0), ""))
    if size is None:
        return drawn.map(
            lambda text: whole(text, (size := len(text.encode(field.encoding))) + _missing(field, size), field)
        )
    return drawn.map(lambda text: _cut(text, size, field.encoding).rstrip(chr(field.fill or 0)))


def _missing(field: StructField, length: int) -> int:
    """How many bytes more there must be, so that the field that says how many can say it."""
    if field.size is None or not field.size.path:
        return 0
    over = length - field.size.plus
    return -over if over < 0 else -over % field.size.unit


def _cut(text: str, size: int, encoding: str) -> str:
    while len(text.encode(encoding)) > size:
        text = text[:-1]
    return text


def whole(text: str, size: int, field: StructField) -> str:
    """*text* with letters to be *size* bytes long."""
    return text + "x" * ((size - len(text.encode(field.encoding))) // len("x".encode(field.encoding)))
