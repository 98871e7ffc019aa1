"""Binary records by layout: fields and bit fields, counts and lengths, unions, sums; views of many at once.

`records` tells how a record is read and written, `scalars`, `bits`, `arrays` and `unions` what may stand in it,
`format` what a whole format offers, `walking` what one that ends in a run does; `rows` and `calls` stand behind the names that other programs use.
"""

from __future__ import annotations

from .arrays import ListOf, Numbers
from .bits import BitField, Bits, InWord
from .calls import Calls, Making, TwoWay
from .cursor import Reader, Span, Writer
from .digits import Digits
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
from .objects import Light, LightWord
from .orders import Mark, of_order
from .parts import Align, Const, Derived, Length, Link, Only, Pad, Part, Same, Sum, Version
from .record_tables import Table
from .records import Record
from .rows import Blank, Column, Rows
from .scalars import Bool, Bounded, Choice, Extent, Integer, Later, Number
from .tables import TableFile, convert
from .texts import Bytes, Text
from .unions import Other, Union
from .varints import Varint
from .walking import Walk, leading_format, leading_formats

__all__ = [
    "Align",
    "BitField",
    "Bits",
    "Blank",
    "Bool",
    "Bounded",
    "Bytes",
    "Calls",
    "Choice",
    "Column",
    "Const",
    "Derived",
    "Digits",
    "Extent",
    "Format",
    "InWord",
    "Integer",
    "Later",
    "Length",
    "Light",
    "LightWord",
    "Link",
    "ListOf",
    "Making",
    "Mark",
    "Number",
    "Numbers",
    "Only",
    "Other",
    "Pad",
    "Part",
    "Reader",
    "Record",
    "Rows",
    "Same",
    "Span",
    "StreamDecoder",
    "StreamEncoder",
    "Sum",
    "Table",
    "TableFile",
    "Text",
    "TwoWay",
    "Union",
    "Varint",
    "Version",
    "Walk",
    "Writer",
    "check_profile",
    "convert",
    "decode",
    "encode",
    "from_plain",
    "leading_format",
    "leading_formats",
    "of_order",
    "sniff",
    "spans",
    "summary",
    "to_plain",
    "view",
]
