"""Self-describing packet streams: descriptors in XML define the packets that follow.

Everything that is particular to a format is a `PacketFormat`, which a generated module fills:

    bytes -> framing (chunks) -> describe (planes) -> runs (packets) -> assemble (columns) -> Stream
    Stream -> planning (what travels together) -> writing (columns) -> elements (XML) -> bytes
"""

from __future__ import annotations

from .dataset import Dataset
from .decoder import Decoder, decode_stream
from .encoder import Encoder
from .events import Event, Labelled, Opened
from .look import descriptors, summary
from .parts import Comment, Extra, Label, StreamError, StreamException
from .plain import stream_from_plain, stream_to_plain
from .planes import PacketType
from .properties import Property
from .records import Records
from .spans import Span, sniff, spans
from .stream import Stream
from .tables import Binary, Chunk, Framing, Ids, LengthField, PacketFormat, PacketLimits, Profile, Text, Writing
from .whole import encode_stream
from .words import Attribute, Element, EnumerationText, PropertyType, References, Times

__all__ = [
    "Attribute",
    "Binary",
    "Chunk",
    "Comment",
    "Dataset",
    "Decoder",
    "Element",
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
