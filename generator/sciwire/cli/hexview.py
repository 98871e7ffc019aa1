"""Bytes in hex, sixteen a line, each run beside the field that it belongs to."""

from __future__ import annotations

from collections.abc import Iterator
from types import ModuleType
from typing import Any

import click

from sciwire.runtime.errors import printable

__all__ = ["print_spans"]

_ROW = 16
_SHOWN_ROWS = 4
_TOGETHER = 1000  # lines


def print_spans(module: ModuleType, data: Any, everything: bool) -> bool:
    """Print every span of *data*, long ones in part unless *everything* is asked for; whether all can be read."""
    view = memoryview(data).cast("B")
    sound = True
    lines: list[str] = []  # are printed together: there may be a million
    for span in module.spans(data):
        sound = sound and span.kind != "invalid"
        lines += _lines(view, span, everything)
        if len(lines) >= _TOGETHER:
            click.echo("\n".join(lines))
            lines.clear()
    if lines:
        click.echo("\n".join(lines))
    return sound


def _lines(view: memoryview, span: Any, everything: bool) -> Iterator[str]:
    label = " ".join(printable(part) for part in (span.path, span.kind, span.text) if part)
    size = span.stop - span.start
    rows = range(span.start, span.stop, _ROW)
    limit = len(rows) if everything or len(rows) <= _SHOWN_ROWS + 1 else _SHOWN_ROWS
    for number, start in enumerate(rows[:limit]):
        stop = min(start + _ROW, span.stop)
        yield _line(view, start, stop, label if number == 0 else "")
    if limit < len(rows):
        yield f"{'':8}  ... {size - limit * _ROW} more bytes of {printable(span.path or span.kind)}"


def _line(view: memoryview, start: int, stop: int, label: str) -> str:
    chunk = bytes(view[start:stop])
    text = "".join(chr(byte) if 32 <= byte < 127 else "." for byte in chunk)
    return f"{start:08x}  {chunk.hex(' '):<47}  {text:<16}  {label}".rstrip()
