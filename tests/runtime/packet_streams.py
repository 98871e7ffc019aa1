"""What the tests of packet streams share: a small format that is none of ours, and streams written by hand."""

from __future__ import annotations

from typing import ClassVar

from sciwire.runtime import packets
from sciwire.runtime.packets import Attribute, Binary, Chunk, Element, Framing, Ids, LengthField, PropertyType, Text
from sciwire.runtime.times import time_unit

__all__ = ["TABLE", "Decoder", "Encoder", "Stream", "block", "frame", "opening", "plane"]

#: Every name, width and delimiter is unlike those of the formats in specs/: `<<007|0042|...` and `##007#0008...`.
TABLE = packets.PacketFormat(
    name="invented",
    framing=Framing(
        Chunk(b"<<", b"|", LengthField(4, blank=b"_")), Chunk(b"##", b"#", LengthField(4, blank=b"_")), Ids(3, "any")
    ),
    elements=(
        Element(
            "flow",
            "stream",
            (
                Attribute("main", "default"),
                Attribute("endian", "byte_order", words=(("msb", "big"), ("lsb", "little"))),
            ),
            ids=(0, 0),
        ),
        Element("frame", "packet", ids=(1, 999), wild="inline"),
        Element("note", "comment", (Attribute("kind", "type"), Attribute("says", "message")), ids=(500, 599)),
        Element("channel", "dataset", (Attribute("key", "id"), Attribute("dims", "rank"))),
        Element("facts", "properties"),
        Element("fact", "property", (Attribute("n", "name"), Attribute("t", "type"), Attribute("v", "value"))),
        Element(
            "cells",
            "values",
            (
                Attribute("as", "encoding"),
                Attribute("shape", "length", separator="x"),
                Attribute("list", "inline", separator=";"),
            ),
        ),
    ),
    encodings=(
        Binary("u16", "u2"),
        Binary("s8", "i1"),
        Binary("f64", "f8", aliases=("dbl",)),
        Text("dec", "decimal"),
        Text("when", "time"),
    ),
    property_types=(
        PropertyType("str", "text"),
        PropertyType("unit", "units"),
        PropertyType("ref", "reference"),
        PropertyType("num", "real"),
        PropertyType("flag", "boolean"),
    ),
    references=packets.References(units="unit", depend=("axis{}",)),
    times=packets.Times((time_unit("since70", epoch="1970-01-01", step="seconds"),)),
    profiles=(
        packets.Profile("plain", byte_order="big"),
        packets.Profile("odd", byte_order="little", byte_order_other="little", whole_rank=3, mixed="allow"),
    ),
    limits=packets.PacketLimits(read_data=500, write_data=400, write_xml=9000, rank=3),
)


class Stream(packets.Stream):
    __slots__ = ()
    table: ClassVar[packets.PacketFormat] = TABLE


class Decoder(packets.Decoder[Stream]):
    stream_type = Stream


class Encoder(packets.Encoder):
    table: ClassVar[packets.PacketFormat] = TABLE


def block(id: str, document: str) -> bytes:
    """A descriptor chunk."""
    return f"<<{id}|{len(document.encode()):04d}".encode() + document.encode()


def opening(attributes: str = 'main="y"') -> bytes:
    return block("000", f"<flow {attributes}/>")


def plane(key: str, encoding: str, shape: str = "", dims: int | None = None, facts: str = "") -> str:
    """A dataset that comes in packets; *dims* is one more than *shape* has, unless said."""
    rank = dims if dims is not None else len([one for one in shape.split("x") if one]) + 1
    return (
        f'<channel key="{key}" dims="{rank}"><facts>{facts}</facts><cells as="{encoding}" shape="{shape}"/></channel>'
    )


def frame(id: str, data: bytes) -> bytes:
    """A packet chunk."""
    return f"##{id}#{len(data):04d}".encode() + data
