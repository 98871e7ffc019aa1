"""Blobs for people: which bytes belong to what, and a few lines about the whole."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import numpy as np

from ..errors import CodecError
from ..summary import describe_array
from .form import Form
from .geometry import Geometry
from .headers import read_header

__all__ = ["Span", "sniff", "spans", "summary"]


class Span(NamedTuple):
    """Bytes *start* to *stop* of all blobs in a row; *path* is that of errors, *kind* header, data or invalid."""

    start: int
    stop: int
    path: str
    kind: str
    text: str


def spans(form: Form, data: Any) -> Iterator[Span]:
    """Every byte of *data*, a blob or several in a row, with the field that it belongs to."""
    blobs: Iterable[Any] = [data] if isinstance(data, (bytes, bytearray, memoryview)) else data
    start = 0
    for number, blob in enumerate(blobs):
        view = memoryview(blob).cast("B")
        yield from _blob_spans(form, view, f"[{number}]", start)
        start += len(view)


def _blob_spans(form: Form, blob: memoryview, path: str, start: int) -> Iterator[Span]:
    low, high = form.ranks
    try:
        found, at = read_header(form, blob, low if low == high else None) if form.header else ({}, 0)
    except CodecError as error:
        yield Span(start, start + len(blob), path, "invalid", str(error))
        return
    place = start
    for field in form.header:
        value: Any = found[field.name]
        size = field.width * (len(value) if isinstance(value, tuple) else 1)
        text = " x ".join(map(str, value)) if isinstance(value, tuple) else str(value)
        yield Span(place, place + size, f"{path}.{field.name}", "header", text)
        place += size
    if at < len(blob):
        yield Span(place, start + len(blob), path, "data", f"{len(blob) - at} bytes")


def sniff(form: Form, data: bytes | bytearray | memoryview) -> bool:
    """Whether *data* begin with the constant that the header of *form* begins with."""
    first = form.header[0]
    head = bytes(memoryview(data)[: first.width])
    value = first.value
    if isinstance(value, int):
        return head == value.to_bytes(first.width, first.order, signed=first.signed)
    return head == value.ljust(first.width, b"\0")


def summary(form: Form, facts: dict[str, Any]) -> list[tuple[str, str]]:
    """One line for the array, one for each fact, one for the grid."""
    array = np.asarray(facts[form.said("array")])
    chunk = facts.get(form.said("chunk")) or form.chunk or ()
    rows = []
    for name, value in facts.items():
        if name == form.said("array"):
            rows.append((name, describe_array(array)))
        else:
            rows.append((name, " x ".join(map(str, value)) if isinstance(value, tuple) else str(value)))
    if len(chunk) == array.ndim:
        grid = Geometry(array.shape, tuple(step or max(n, 1) for step, n in zip(chunk, array.shape, strict=True)))
        rows.append(("grid", f"{' x '.join(map(str, grid.counts))}  {grid.number} blobs"))
    return rows
