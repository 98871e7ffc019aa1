"""For people: which bytes belong to which field, and what a stream holds in a few lines."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from ..errors import CodecError
from ..limits import Limits
from ..summary import describe_array
from .fields import Layout
from .heading import Heading, read_heading
from .stream import Stream
from .tables import PipeFormat

__all__ = ["Span", "spans", "summary"]


class Span(NamedTuple):
    """A run of bytes, *start* to *stop*, and what they are; `kind` is prefix, line, pad, data, packet or invalid."""

    start: int
    stop: int
    path: str
    kind: str
    text: str


def spans(data: bytes | bytearray | memoryview, table: PipeFormat, limits: Limits) -> Iterator[Span]:
    """Every byte of *data* in order; from the part at fault on the rest is one ``invalid`` span."""
    view = memoryview(data).cast("B")
    try:
        heading = read_heading(view, table, limits)
    except CodecError as error:
        start = error.at if isinstance(error.at, int) else 0
        yield from _prefix(view[:start], table)
        begin = min(table.prefix_size, start) if start >= table.prefix_size else _field_start(table, start)
        if len(view) > begin:
            yield Span(begin, len(view), error.path, "invalid", error.problem)
        return
    yield from _prefix(view, table)
    yield from _heading(view, table, heading)
    layout = Layout(heading.fields, heading.order)
    at, number = heading.size, 0
    while layout.size and at + layout.size <= len(view):
        for one, place in zip(layout.definitions, layout.offsets, strict=True):
            path = f"packets[{number}].{one.name}"
            yield Span(at + place, at + place + one.size, path, "packet", one.type)
        at, number = at + layout.size, number + 1
    if at < len(view):
        yield Span(at, len(view), f"packets[{number}]", "invalid", f"{len(view) - at} bytes, no whole packet")


def _field_start(table: PipeFormat, at: int) -> int:
    start = 0
    for field in table.prefix:
        if start + field.size > at:
            return start
        start += field.size
    return start


def _prefix(view: memoryview, table: PipeFormat) -> Iterator[Span]:
    at = 0
    for field in table.prefix:
        if at + field.size > len(view):
            return
        raw = bytes(view[at : at + field.size])
        yield Span(at, at + field.size, field.name, "prefix", f"{field.role}: {raw.hex(' ')}")
        at += field.size


def _heading(view: memoryview, table: PipeFormat, heading: Heading) -> Iterator[Span]:
    at = table.prefix_size
    for start, stop in heading.lines:
        yield from _gap(at, start, "lines")
        text = bytes(view[start:stop]).decode("latin-1").removesuffix(table.lines.end)
        yield Span(start, stop, "definitions", "line", text)
        at = stop
    for one, place in zip(heading.header, heading.data_at, strict=True):
        yield from _gap(at, place, "padding")
        text = repr(one.text) if one.definition.kind.text else str(one.data.tolist())
        at = place + one.definition.size
        yield Span(place, at, f"header.{one.name}[{one.index}]", "data", text[:60])
    yield from _gap(at, heading.size, "padding")


def _gap(start: int, stop: int, path: str) -> Iterator[Span]:
    if start < stop:
        yield Span(start, stop, path, "pad", "")


def summary(stream: Stream) -> list[tuple[str, str]]:
    """A path and a line of text for every header field and every column of the packets."""
    rows = []
    for field in stream.header:
        text = repr(field.text) if field.definition.kind.text else describe_array(field.data)
        rows.append((f"header.{field.name}[{field.index}]", f"{field.type} {text}"))
    rows += [(f"packets.{one.name}", f"{one.type} {describe_array(stream.packets[one.name])}") for one in stream.fields]
    rows.append(("packets", str(len(stream))))
    return rows
