"""Packet streams that text lines describe, and pipes that pass such packets on, changed.

Everything that is particular to a format is a `PipeFormat`, which a generated module fills:

    bytes -> prefix -> heading (lines, header data) -> Layout (numpy dtypes) -> Stream
    Reader -> input image -> ImageMap -> core image -> ImageMap -> output images -> Writer
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from .codec import Decoder, Encoder, Opened, decode_stream, encode_stream, sniff
from .faults import ArgumentFault, IOFault, Kinds, MemoryFault, StreamFault
from .field_edits import CORE, INPUT, OUTPUT, Output
from .fields import Definition, HeaderField
from .header_edits import ALL, LAST, NO_TYPE
from .pipe import Pipe
from .stream import Stream
from .tables import Bounds, Core, DataType, Lines, PipeFormat, PrefixField

if TYPE_CHECKING:
    from .look import Span, spans, summary
    from .plain import stream_from_plain, stream_to_plain
    from .programs import keep, merge, table_lines

__all__ = [
    "ALL",
    "CORE",
    "INPUT",
    "LAST",
    "NO_TYPE",
    "OUTPUT",
    "ArgumentFault",
    "Bounds",
    "Core",
    "DataType",
    "Decoder",
    "Definition",
    "Encoder",
    "HeaderField",
    "IOFault",
    "Kinds",
    "Lines",
    "MemoryFault",
    "Opened",
    "Output",
    "Pipe",
    "PipeFormat",
    "PrefixField",
    "Span",
    "Stream",
    "StreamFault",
    "decode_stream",
    "encode_stream",
    "keep",
    "merge",
    "sniff",
    "spans",
    "stream_from_plain",
    "stream_to_plain",
    "summary",
    "table_lines",
]

#: names that are looked up when somebody asks for them, and the modules that have them
_LATER = {
    "Span": "look",
    "keep": "programs",
    "merge": "programs",
    "spans": "look",
    "stream_from_plain": "plain",
    "stream_to_plain": "plain",
    "summary": "look",
    "table_lines": "programs",
}


def __getattr__(name: str) -> Any:
    module = _LATER.get(name)
    if module is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f".{module}", __name__), name)
