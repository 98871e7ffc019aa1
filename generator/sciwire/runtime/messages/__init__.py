"""Messages on CBOR: converters of values, readers and writers of records, and the envelope around them.

What not every codec has, or needs before it is used, is loaded when it is asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from sciwire.runtime.cbor import Span
from sciwire.runtime.record import Record

from .anything import ANY
from .bounded import Bounded
from .containers import ListOf, MapOf, TaggedOf, UnionOf
from .context import Compression, Payload, Prefix, PrefixBytes, Refusal, Tolerance
from .entries import MapReader, MapWriter
from .fault import Key
from .fields import FieldOf
from .form import Format
from .records import RecordOf
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
from .views import check_profile, spans, stack, summary

if TYPE_CHECKING:
    from .decoding import decode, sniff
    from .embedded import EmbeddedOf
    from .encoding import encode_parts
    from .ndarrays import NDArrayOf, TypedArrayOf
    from .parameters import Parameters
    from .payloads import PayloadOf
    from .plain import from_plain, to_plain
    from .serializing import Filled, Plan, StreamSerializer
    from .session import Session
    from .stream import StreamDecoder, StreamEncoder

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
    "EmbeddedOf",
    "EnumText",
    "FieldOf",
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

_LATER = {
    **dict.fromkeys(("decode", "sniff"), ".decoding"),
    "EmbeddedOf": ".embedded",
    "encode_parts": ".encoding",
    **dict.fromkeys(("NDArrayOf", "TypedArrayOf"), ".ndarrays"),
    "PayloadOf": ".payloads",
    **dict.fromkeys(("from_plain", "to_plain"), ".plain"),
    "Parameters": ".parameters",
    **dict.fromkeys(("Filled", "Plan", "StreamSerializer"), ".serializing"),
    "Session": ".session",
    **dict.fromkeys(("StreamDecoder", "StreamEncoder"), ".stream"),
}


def __getattr__(name: str) -> Any:
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = globals()[name] = getattr(import_module(_LATER[name], __name__), name)
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *_LATER})
