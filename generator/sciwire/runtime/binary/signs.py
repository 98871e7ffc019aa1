"""What a format is recognised by: bytes that every value begins with."""

from __future__ import annotations

from .parts import Const, Part
from .records import Record
from .scalars import Choice
from .texts import Bytes

__all__ = ["signs"]


def signs(record: Record) -> tuple[bytes, ...]:
    """The bytes one of which every value begins with, none where it is not so."""
    first = record.parts[0] if record.parts else None
    if isinstance(first, Const) and isinstance(first.value, bytes):
        return (first.value,)
    if not isinstance(first, Part) or first.only is not None:
        return ()
    if isinstance(first.codec, Choice) and isinstance(first.codec.codec, Bytes) and not first.codec.others:
        return tuple(first.codec.names.values())
    return signs(first.codec) if isinstance(first.codec, Record) else ()
