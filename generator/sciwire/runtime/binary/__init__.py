"""Binary records by layout: fields and bit fields, counts and lengths, unions, sums; views of many at once.

`records` tells how a record is read and written, `scalars`, `bits`, `arrays` and `unions` what may stand in it,
`format` what a whole format offers; `rows` and `calls` stand behind the names that other programs use.
"""

from __future__ import annotations

from .arrays import ListOf, Numbers, Table
from .bits import BitField, Bits
from .cursor import Reader, Span, Writer
from .format import (
    Format,
    StreamDecoder,
    StreamEncoder,
    check_profile,
    decode,
    encode,
    from_plain,
    sniff,
    spans,
    summary,
    to_plain,
    view,
)
from .records import Align, Const, Derived, Length, Link, Only, Pad, Part, Record, Sum, Version
from .scalars import Bool, Bounded, Bytes, Choice, Extent, Integer, Later, Number, Text
from .unions import Other, Union

__all__ = [
    "Align",
    "BitField",
    "Bits",
    "Bool",
    "Bounded",
    "Bytes",
    "Choice",
    "Const",
    "Derived",
    "Extent",
    "Format",
    "Integer",
    "Later",
    "Length",
    "Link",
    "ListOf",
    "Number",
    "Numbers",
    "Only",
    "Other",
    "Pad",
    "Part",
    "Reader",
    "Record",
    "Span",
    "StreamDecoder",
    "StreamEncoder",
    "Sum",
    "Table",
    "Text",
    "Union",
    "Version",
    "Writer",
    "check_profile",
    "decode",
    "encode",
    "from_plain",
    "sniff",
    "spans",
    "summary",
    "to_plain",
    "view",
]
