"""Self-describing packet streams: descriptors in XML define the packets that follow.

Everything that is particular to a format is a `PacketFormat`, which a generated module fills:

    bytes -> framing (chunks) -> describe (planes) -> runs (packets) -> assemble (columns) -> Stream
    Stream -> planning (what travels together) -> writing (columns) -> elements (XML) -> bytes

Importing this loads tables and datasets only; what reads and writes is loaded when it is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from .dataset import Dataset
from .decoder import Decoder, decode_stream
from .encoder import Encoder, encode_stream
from .parts import Comment, Extra, Label, Property, StreamError, StreamException
from .record import ElementRecord
from .sniffing import sniff
from .stream import Stream
from .tables import Binary, Chunk, Framing, Ids, LengthField, PacketFormat, PacketLimits, Profile, Text, Writing
from .words import Attribute, Element, EnumerationText, PropertyType, References, Times, TimeWord

if TYPE_CHECKING:
    from .events import Event, Labelled, Opened
    from .hexview import Span, spans
    from .look import descriptors, summary
    from .plain import stream_from_plain, stream_to_plain
    from .planes import PacketType
    from .records import Records

__all__ = [
    "Attribute",
    "Binary",
    "Chunk",
    "Comment",
    "Dataset",
    "Decoder",
    "Element",
    "ElementRecord",
    "Encoder",
    "EnumerationText",
    "Event",
    "Extra",
    "Framing",
    "Ids",
    "Label",
    "Labelled",
    "LengthField",
    "Opened",
    "PacketFormat",
    "PacketLimits",
    "PacketType",
    "Profile",
    "Property",
    "PropertyType",
    "Records",
    "References",
    "Span",
    "Stream",
    "StreamError",
    "StreamException",
    "Text",
    "TimeWord",
    "Times",
    "Writing",
    "decode_stream",
    "descriptors",
    "encode_stream",
    "sniff",
    "spans",
    "stream_from_plain",
    "stream_to_plain",
    "summary",
]

#: names that are looked up when somebody asks for them, and the modules that have them
_LATER = {
    "Event": "events",
    "Labelled": "events",
    "Opened": "events",
    "PacketType": "planes",
    "Records": "records",
    "Span": "hexview",
    "descriptors": "look",
    "spans": "hexview",
    "stream_from_plain": "plain",
    "stream_to_plain": "plain",
    "summary": "look",
}


def __getattr__(name: str) -> Any:
    module = _LATER.get(name)
    if module is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f".{module}", __name__), name)
