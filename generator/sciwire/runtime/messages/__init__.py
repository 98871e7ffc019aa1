"""Messages on CBOR: converters of values, readers and writers of records, and the envelope around them."""

from __future__ import annotations

from sciwire.runtime.cbor import Span

from .anything import ANY
from .bounded import Bounded
from .containers import ListOf, MapOf, TaggedOf, UnionOf
from .context import Compression, Prefix, Refusal, Tolerance
from .decoding import decode, sniff
from .encoding import encode_parts
from .fault import Key
from .form import Format
from .ndarrays import NDArrayOf, TypedArrayOf
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
    "FixedFloat",
    "FixedInt",
    "Format",
    "Key",
    "ListOf",
    "MapOf",
    "MapReader",
    "MapWriter",
    "NDArrayOf",
    "Prefix",
    "RecordOf",
    "Refusal",
    "Span",
    "StreamDecoder",
    "StreamEncoder",
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
