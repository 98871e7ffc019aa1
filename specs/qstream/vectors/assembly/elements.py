"""Descriptors as they stand in the bytes: every element and attribute that the schemas know, and what they do not."""

from __future__ import annotations

import base64
from typing import Any
from xml.sax.saxutils import quoteattr

from .kit import STREAM, Group, cat, descriptor

__all__ = ["groups"]

Told = dict[str, Any]


def groups() -> list[Group]:
    group = Group("elements")
    _roots(group)
    _planes(group)
    _properties(group)
    _values(group)
    _unknown(group)
    return [group]


def _shown(
    group: Group, name: str, rules: str, doc: str, *chunks: tuple[str, str, Told], first: bytes = STREAM
) -> None:
    """A scenario of one step; each chunk is an id, its XML, and how its element is told; *first* stands in front."""
    data = cat(first, *(descriptor(ident, xml) for ident, xml, _ in chunks))
    head = [["00", {"class": "StreamElement", "dataset_id": "y"}]] if first else []
    expected = [*head, *([ident, told] for ident, _, told in chunks)]
    told = {"$bytes": base64.b64encode(data).decode()}
    group.scenario(name, rules, doc, [({"op": "descriptors", "args": {"data": told}}, {"value": expected})])


def _roots(group: Group) -> None:
    said = {"class": "CommentElement", "type": "log:INFO", "message": "m"}
    raised = {"class": "ExceptionElement", "type": "NoDataInInterval", "message": "n"}
    label = {"class": "EnumerationUnitElement", "name": "e", "value": "0x1", "color": "7", "label": "ON"}
    chunks = (
        ("xx", '<comment type="log:INFO" message="m"/>', said),
        ("xx", '<enumerationUnit name="e" value="0x1" color="7" label="ON"/>', label),
        ("01", "<packet/>", {"class": "PacketElement"}),
        ("xx", '<exception type="NoDataInInterval" message="n"/>', raised),
    )
    _shown(group, "roots", "017 112 119 120", "every root element", *chunks)
    whole = {"class": "StreamElement", "dataset_id": "d", "byte_order": "big_endian", "version": "1.1"}
    xml = '<stream dataset_id="d" byte_order="big_endian" version="1.1"/>'
    _shown(group, "stream", "034 038 040", "every attribute of the stream descriptor", ("00", xml, whole), first=b"")
    inner = '<properties index="7"><property name="P" type="String" value="v"/></properties>'
    held = {
        "class": "PropertiesElement",
        "index": "7",
        "property": [{"class": "PropertyElement", "name": "P", "type": "String", "value": "v"}],
    }
    told = {"class": "StreamElement", "dataset_id": "d", "properties": [held]}
    _shown(
        group,
        "stream-properties",
        "040",
        "a stream descriptor with properties",
        ("00", f'<stream dataset_id="d">{inner}</stream>', told),
        first=b"",
    )


def _planes(group: Group) -> None:
    label = '<enumerationUnit name="e" value="1" color="2" label="A"/>'
    join = '<packet><qdataset id="j" rank="2"><values join="b"/></qdataset></packet>'
    xml = (
        f'<packet><qdataset id="a" rank="1">{label}<values encoding="double" length=""/></qdataset>'
        '<qdataset id="b" rank="1" joinId="j"><properties/><values encoding="double" length=""/></qdataset></packet>'
    )
    unit = {"class": "EnumerationUnitElement", "name": "e", "value": "1", "color": "2", "label": "A"}
    streamed = [{"class": "ValuesElement", "encoding": "double", "length": ""}]
    first = {"class": "QdatasetElement", "id": "a", "rank": "1", "enumerationUnit": [unit], "values": streamed}
    second = {
        "class": "QdatasetElement",
        "id": "b",
        "rank": "1",
        "joinId": "j",
        "properties": [{"class": "PropertiesElement"}],
        "values": streamed,
    }
    joined = {"class": "QdatasetElement", "id": "j", "rank": "2", "values": [{"class": "ValuesElement", "join": "b"}]}
    chunks = (
        ("01", join, {"class": "PacketElement", "qdataset": [joined]}),
        ("02", xml, {"class": "PacketElement", "qdataset": [first, second]}),
    )
    _shown(group, "planes", "041 111 116", "planes with every attribute and child", *chunks)


def _plane(rank: int, inner: str, told: Told) -> tuple[str, str, Told]:
    """A packet type of one plane with *inner*, which is told as *told*."""
    xml = f'<packet><qdataset id="a" rank="{rank}">{inner}</qdataset></packet>'
    return (
        "01",
        xml,
        {"class": "PacketElement", "qdataset": [{"class": "QdatasetElement", "id": "a", "rank": str(rank), **told}]},
    )


def _properties(group: Group) -> None:
    range_, told_range = (
        '<datumRange units="s" value="1 to 2"/>',
        {"class": "DatumRangeElement", "units": "s", "value": "1 to 2"},
    )
    entries = f'<entry key="k" type="Long" value="5"/><entry key="l"><map/></entry><entry key="m">{range_}</entry>'
    told_entries = [
        {"class": "EntryElement", "key": "k", "type": "Long", "value": "5"},
        {"class": "EntryElement", "key": "l", "map": [{"class": "MapElement"}]},
        {"class": "EntryElement", "key": "m", "datumRange": [told_range]},
    ]
    xml = (
        '<properties><property name="P" type="Double" value="1.5"/><property name="T" type="String">text</property>'
        f'<property name="R">{range_}</property><property name="M"><map>{entries}</map></property></properties>'
    )
    told = [
        {"class": "PropertyElement", "name": "P", "type": "Double", "value": "1.5"},
        {"class": "PropertyElement", "name": "T", "type": "String", "text": "text"},
        {"class": "PropertyElement", "name": "R", "datumRange": [told_range]},
        {"class": "PropertyElement", "name": "M", "map": [{"class": "MapElement", "entry": told_entries}]},
    ]
    held = {
        "properties": [{"class": "PropertiesElement", "property": told}],
        "values": [{"class": "ValuesElement", "values": "1"}],
    }
    _shown(
        group,
        "properties",
        "094 095 100 102",
        "properties of every form",
        _plane(1, f'{xml}<values values="1"/>', held),
    )
    xml = '<properties index="0"><property name="NAME" type="String" value="n"/></properties><values index="0" values="1"/>'
    named = [{"class": "PropertyElement", "name": "NAME", "type": "String", "value": "n"}]
    held = {
        "properties": [{"class": "PropertiesElement", "index": "0", "property": named}],
        "values": [{"class": "ValuesElement", "index": "0", "values": "1"}],
    }  # fmt: skip
    _shown(group, "properties-indexed", "103 065", "indexed properties", _plane(2, xml, held))


def _values(group: Group) -> None:
    for name, rules, rank, form in (
        ("encoding", "049", 3, {"encoding": "ascii10", "length": "2,3"}), ("values", "059 062", 1, {"values": "1,2", "length": "2"}),
        ("inline", "064", 1, {"inline": "1,2"}), ("index", "065", 2, {"index": "0", "values": "1"}),
        ("bundle", "115", 2, {"bundle": "b,c"}), ("join", "116", 2, {"join": "p"}),
    ):  # fmt: skip
        xml = f"<values {' '.join(f'{key}={quoteattr(text)}' for key, text in form.items())}/>"
        told = {"values": [{"class": "ValuesElement", **form}]}
        _shown(group, f"values-{name}", rules, f"values with {' and '.join(form)}", _plane(rank, xml, told))


def _unknown(group: Group) -> None:
    xml = '<colour a="1"/><values encoding="double" length="" precision="2"/><map/>'
    told = {
        "values": [{"class": "ValuesElement", "encoding": "double", "length": "", "extra": {"precision": "2"}}],
        "others": ["colour", "map"],
    }
    _shown(group, "unknown", "030", "an attribute and elements that no schema knows there", _plane(1, xml, told))
