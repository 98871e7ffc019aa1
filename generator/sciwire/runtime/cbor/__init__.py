"""CBOR (RFC 8949) with byte offsets on demand: read, write, find and show items; no tag has side effects."""

from __future__ import annotations

from .heads import read_head
from .locate import has_key, locate, offset_of, repeated_key
from .reader import decode
from .scan import Scanner, Skipper, skip
from .values import INSIDE, UNDEFINED, Decoded, Inside, Pairs, Simple, Tagged, bignum
from .walk import Span, walk
from .writer import Writer, encode

__all__ = [
    "INSIDE",
    "UNDEFINED",
    "Decoded",
    "Inside",
    "Pairs",
    "Scanner",
    "Simple",
    "Skipper",
    "Span",
    "Tagged",
    "Writer",
    "bignum",
    "decode",
    "encode",
    "has_key",
    "locate",
    "offset_of",
    "read_head",
    "repeated_key",
    "skip",
    "walk",
]
