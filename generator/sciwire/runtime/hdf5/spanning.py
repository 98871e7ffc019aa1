"""Which bytes of a file belong to what: for hex views, and for people who look for a fault.

The superblock is told field by field, object headers and attributes as what stands between, chunks by
dataset and first row, collections of the global heap object by object.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import NamedTuple

from ..errors import CodecError
from .choosing import layout_in
from .layout import Layout
from .objects import find_dataset
from .source import BytesSource, Source, check_source, opened
from .superblock import SIGNATURE

__all__ = ["Span", "spans"]

_HEAD = (
    (0, 8, "signature"), (8, 9, "version"), (9, 10, "size of offsets"), (10, 11, "size of lengths"),
    (11, 12, "consistency flags"), (12, 20, "base address"), (20, 28, "extension address"),
    (28, 36, "end of file address"), (36, 44, "root group address"), (44, 48, "checksum"),
)  # fmt: skip


class Span(NamedTuple):
    """Bytes *start* to *stop* belong to *path*: what they are (*kind*) and what they say (*text*)."""

    start: int
    stop: int
    path: str
    kind: str
    text: str


def spans(data: BytesSource, layout: Layout) -> Iterator[Span]:
    """Yield spans that cover the file from its first byte to its last, without gap or overlap.

    Nothing is raised for wrong data: what can't be read is of kind ``invalid``, its text is the error.
    """
    with layout.told():
        check_source(data)
    whole = memoryview(data).cast("B") if isinstance(data, (bytes, bytearray, memoryview)) else None
    size = len(whole) if whole is not None else 0
    found: list[Span] = []
    fault = ""
    try:
        with opened(data) as source:
            size = source.raw.size
            found = [*_superblock(source), *_chunks(source, layout_in(source, layout)), *_heaps(source)]
    except CodecError as error:
        fault = str(error)
        found = [] if whole is None else list(_head(bytes(whole[:48])))
    yield from _filled(sorted(found), size, fault)


def _filled(found: list[Span], size: int, fault: str) -> Iterator[Span]:
    """The spans with what lies between them; of overlapping ones the first."""
    at = 0
    for span in found:
        if span.start < at or span.stop > size:
            continue
        if span.start > at:
            yield Span(at, span.start, "", "metadata", "object headers, attributes, indices, free space")
        yield span
        at = span.stop
    if at < size:
        yield Span(
            at, size, "", "invalid" if fault else "metadata", fault or "object headers, attributes, indices, free space"
        )


def _superblock(source: Source) -> Iterator[Span]:
    if source.block.start or source.block.version < 2:
        return
    yield from _head(bytes(source.raw.read(0, 48)))


def _head(head: bytes) -> Iterator[Span]:
    """The fields of a superblock of version 2 or 3, where these bytes are one."""
    if len(head) < 48 or head[:8] != SIGNATURE or head[8] not in (2, 3):
        return
    for start, stop, name in _HEAD:
        piece = head[start:stop]
        text = piece.hex(" ") if name in ("signature", "checksum") else str(int.from_bytes(piece, "little"))
        yield Span(start, stop, f"superblock.{name}", "superblock", text)


def _chunks(source: Source, layout: Layout) -> Iterator[Span]:
    for dataset in layout.datasets:
        try:
            stored = find_dataset(source, dataset, layout)
        except CodecError:
            continue
        if stored is None or stored.chunks is None or not source.block.plain:
            offset = stored.id.get_offset() if stored is not None and stored.chunks is None else None
            if offset is not None and stored is not None:
                yield Span(offset, offset + stored.id.get_storage_size(), dataset.name, "data", "contiguous")
            continue
        infos: list[tuple[tuple[int, ...], int, int]] = []
        stored.id.chunk_iter(lambda info, infos=infos: infos.append((info.chunk_offset, info.byte_offset, info.size)))
        for first, place, size in infos:
            if place is not None:
                name = f"{dataset.name}[{', '.join(map(str, first))}]"
                what = "references" if dataset.element.variable and stored.dtype.kind == "O" else "chunk"
                yield Span(int(place), int(place + size), name, what, f"{what} from row {first[0]}, filtered")


def _heaps(source: Source) -> Iterator[Span]:
    """Collections of the global heap, found by their signature at multiples of 8 bytes."""
    size = source.raw.size
    data = source.raw.read(0, size)
    text = data if isinstance(data, bytes) else bytes(data)  # copies: memoryview has no find
    at = text.find(b"GCOL\x01\0\0\0")
    while at >= 0:
        (length,) = struct.unpack_from("<Q", text, at + 8) if at + 16 <= size else (0,)
        if at % 8 == 0 and length >= 32 and at + length <= size:
            yield Span(at, at + 16, f"heap[{at}]", "heap", f"collection of {length} bytes")
            yield from _objects(text, at, at + length)
            at += length - 8
        at = text.find(b"GCOL\x01\0\0\0", at + 8)


def _objects(text: bytes, begin: int, end: int) -> Iterator[Span]:
    at = begin + 16
    while at + 16 <= end:
        number, _, _, size = struct.unpack_from("<HHIQ", text, at)
        stop = min(end, at + 16 + ((size + 7) & ~7)) if number else end
        if number:
            yield Span(at, stop, f"heap[{begin}].{number}", "heap", f"object {number}, {size} bytes")
        else:
            yield Span(at, end, f"heap[{begin}].free", "heap", f"{end - at} bytes free")
        at = stop
