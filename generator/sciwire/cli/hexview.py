"""Bytes in hex, sixteen a line, each run beside the field that it belongs to."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import click

from sciwire.runtime.errors import printable

__all__ = ["print_spans"]

_ROW = 16
_SHOWN_ROWS = 4


def print_spans(module: ModuleType, data: Any, everything: bool) -> bool:
    """Print every span of *data*, long ones in part unless *everything* is asked for; whether all can be read."""
    view = memoryview(data).cast("B")
    sound = True
    for span in module.spans(data):
        sound = sound and span.kind != "invalid"
        label = " ".join(printable(part) for part in (span.path, span.kind, span.text) if part)
        size = span.stop - span.start
        rows = range(span.start, span.stop, _ROW)
        limit = len(rows) if everything or len(rows) <= _SHOWN_ROWS + 1 else _SHOWN_ROWS
        for number, start in enumerate(rows[:limit]):
            stop = min(start + _ROW, span.stop)
            click.echo(_line(view, start, stop, label if number == 0 else ""))
        if limit < len(rows):
            click.echo(f"{'':8}  ... {size - limit * _ROW} more bytes of {printable(span.path or span.kind)}")
    return sound


def _line(view: memoryview, start: int, stop: int, label: str) -> str:
    chunk = bytes(view[start:stop])
    text = "".join(chr(byte) if 32 <= byte < 127 else "." for byte in chunk)
    return f"{start:08x}  {chunk.hex(' '):<47}  {text:<16}  {label}".rstrip()
