"""Messages of several parts: JSON objects, blobs that hold arrays, bytes as they are."""

from __future__ import annotations

from sciwire.runtime.cbor import Span
from sciwire.runtime.messages import (
    ANY,
    BOOL,
    FLOAT,
    INT,
    NULL,
    TEXT,
    UINT,
    Bounded,
    EnumText,
    FieldOf,
    FixedFloat,
    FixedInt,
    ListOf,
    MapOf,
    RecordOf,
    Tolerance,
    UnionOf,
    check_profile,
)
from sciwire.runtime.record import Record

from .decoding import decode, decode_all
from .encoding import encode
from .form import ArrayPart, BytesPart, Checksum, Condition, Encoding, Format, JsonPart, MessageOf, Series, Source
from .packed import PackedArray
from .plain import from_plain, to_plain
from .sniffing import sniff
from .stream import StreamDecoder, StreamEncoder
from .views import spans, summary

__all__ = [
    "ANY",
    "BOOL",
    "FLOAT",
    "INT",
    "NULL",
    "TEXT",
    "UINT",
    "ArrayPart",
    "Bounded",
    "BytesPart",
    "Checksum",
    "Condition",
    "Encoding",
    "EnumText",
    "FieldOf",
    "FixedFloat",
    "FixedInt",
    "Format",
    "JsonPart",
    "ListOf",
    "MapOf",
    "MessageOf",
    "PackedArray",
    "Record",
    "RecordOf",
    "Series",
    "Source",
    "Span",
    "StreamDecoder",
    "StreamEncoder",
    "Tolerance",
    "UnionOf",
    "check_profile",
    "decode",
    "decode_all",
    "encode",
    "from_plain",
    "sniff",
    "spans",
    "summary",
    "to_plain",
]
