"""Messages on CBOR: converters of values, readers and writers of records, and the envelope around them."""

from __future__ import annotations

from sciwire.runtime.cbor import Span
from sciwire.runtime.record import Record

from .anything import ANY
from .bounded import Bounded
from .containers import ListOf, MapOf, TaggedOf, UnionOf
from .context import Compression, Payload, Prefix, PrefixBytes, Refusal, Tolerance
from .decoding import decode, sniff
from .encoding import encode_parts
from .fault import Key
from .form import Format
from .ndarrays import NDArrayOf, TypedArrayOf
from .parameters import Parameters
from .payloads import PayloadOf
from .plain import from_plain, to_plain
from .records import MapReader, MapWriter, RecordOf
from .scalars import (
    BOOL,
    BYTES,
    DATETIME,
    FLOAT,
    INT,
    NULL,
    RATIONAL,
    TEXT,
    UINT,
    EnumText,
    FixedFloat,
    FixedInt,
)
from .serializing import Filled, Plan, StreamSerializer
from .session import Session
from .stream import StreamDecoder, StreamEncoder
from .views import check_profile, spans, stack, summary

__all__ = [
    "ANY",
    "BOOL",
    "BYTES",
    "DATETIME",
    "FLOAT",
    "INT",
    "NULL",
    "RATIONAL",
    "TEXT",
    "UINT",
    "Bounded",
    "Compression",
    "EnumText",
    "Filled",
    "FixedFloat",
    "FixedInt",
    "Format",
    "Key",
    "ListOf",
    "MapOf",
    "MapReader",
    "MapWriter",
    "NDArrayOf",
    "Parameters",
    "Payload",
    "PayloadOf",
    "Plan",
    "Prefix",
    "PrefixBytes",
    "Record",
    "RecordOf",
    "Refusal",
    "Session",
    "Span",
    "StreamDecoder",
    "StreamEncoder",
    "StreamSerializer",
    "TaggedOf",
    "Tolerance",
    "TypedArrayOf",
    "UnionOf",
    "check_profile",
    "decode",
    "encode_parts",
    "from_plain",
    "sniff",
    "spans",
    "stack",
    "summary",
    "to_plain",
]
