"""Which bytes belong to which field, for hex views."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import Any, NamedTuple

from ..errors import CodecWarning, DecodeError
from .decoder import Decoder
from .framing import Chunker, Descriptor, Packets, flat
from .parts import StreamError
from .planes import PacketType
from .runs import Types
from .tables import Chunk, PacketFormat

__all__ = ["Span", "followed", "spans"]


class Span(NamedTuple):
    """A run of bytes, *start* to *stop*, and what they are.

    `path` is as in errors; `kind` is ``tag``, ``id``, ``length``, ``xml``, ``plane``, ``data`` or
    ``invalid``; `text` says more where there is more to say.
    """

    start: int
    stop: int
    path: str
    kind: str
    text: str


def spans(data: bytes | bytearray | memoryview, decoder: Decoder[Any], table: PacketFormat) -> Iterator[Span]:
    """Every byte of *data* in order, as `Span`; from the first fault on the rest is one ``invalid`` span.

    *decoder* is a fresh decoder of the format, which follows the descriptors.
    """
    kinds: dict[str, PacketType] = {}
    start = 0
    try:
        for chunk in followed(data, decoder, table, kinds):
            if isinstance(chunk, Descriptor):
                yield from _descriptor_spans(chunk, table)
            else:
                yield from _packet_spans(chunk, kinds, table)
            start = chunk.stop
    except DecodeError as error:
        if start < memoryview(data).nbytes:
            yield Span(start, memoryview(data).nbytes, error.path, "invalid", error.problem)


def followed(
    data: bytes | bytearray | memoryview,
    decoder: Decoder[Any],
    table: PacketFormat,
    kinds: dict[str, PacketType] | None = None,
) -> Iterator[Descriptor | Packets]:
    """The chunks of *data*, whose descriptors *decoder* reads on the way; *kinds* receives the types as they are bound."""
    view = memoryview(flat(data))
    chunks = Chunker(table.framing, table.faults, keep=False)
    types = chunks.types()
    bound: dict[str, PacketType] = {} if kinds is None else kinds
    chunks.feed(view)
    start = 0
    while (chunk := chunks.next(types)) is not None:
        if isinstance(chunk, Descriptor):
            _learn(decoder, view[start : chunk.stop], chunk, types, bound, table)
        start = chunk.stop
        yield chunk
    chunks.finish()


def _learn(
    decoder: Decoder[Any],
    data: memoryview,
    chunk: Descriptor,
    types: Types,
    kinds: dict[str, PacketType],
    table: PacketFormat,
) -> None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", CodecWarning)
            events = decoder.feed(data)
    except StreamError:
        return  # the producer's error is a well-formed chunk, and so may be those behind it
    for event in events:
        if isinstance(event, PacketType):
            packet = table.framing.packet
            kinds[chunk.id] = event
            types[chunk.id] = (packet.opening + chunk.id.encode() + packet.closing, event.size)


def _tag_spans(start: int, chunk: Chunk, key: str, path: str, table: PacketFormat) -> Iterator[Span]:
    parts = [("tag", chunk.opening.decode("latin-1")), ("id", key), ("tag", chunk.closing.decode("latin-1"))]
    for kind, text in parts:
        yield Span(start, start + len(text), path, kind, text)
        start += len(text)
    if chunk.length is not None:
        yield Span(start, start + chunk.length.digits, path, "length", "")


def _descriptor_spans(chunk: Descriptor, table: PacketFormat) -> Iterator[Span]:
    yield from _tag_spans(chunk.at, table.framing.descriptor, chunk.id, chunk.path, table)
    document = chunk.document
    yield Span(chunk.stop - len(document), chunk.stop, chunk.path, "xml", document[:200].decode("utf-8", "replace"))


def _packet_spans(chunk: Packets, kinds: dict[str, PacketType], table: PacketFormat) -> Iterator[Span]:
    packet = table.framing.packet
    for at, key in sorted((run.at(row), run.key) for run in chunk.runs for row in range(len(run.data))):
        path = table.framing.path(packet, key)
        yield from _tag_spans(at, packet, key, path, table)
        start = (
            at + len(packet.opening) + len(key) + len(packet.closing) + (packet.length.digits if packet.length else 0)
        )
        for plane in kinds[key].planes:
            if plane.size:
                text = plane.codec.name if plane.codec else ""
                yield Span(start, start + plane.size, f"{path}.{plane.id}", "plane", text)
            start += plane.size
