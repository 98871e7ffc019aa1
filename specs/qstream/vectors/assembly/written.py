"""Streams in the form that this project writes, byte for byte.

XML can be written in many ways, so the streams are of level SHOULD: descriptors with a declaration, each element on a line of
its own, four blanks a level, `properties` also when it is empty; ids from 01 on; fields as narrow as the numbers allow, the
last blank of a packet a newline; what a dataset names travels in front of it.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import Any

from .kit import Group, cat, doubles, ds, expect, nd, packet, prop

__all__ = ["groups"]

HEAD = '<?xml version="1.0" encoding="UTF-8"?>'
BIG = {"encode_options": {"byte_order": "big_endian"}}
Properties = Sequence[tuple[str, str, str]]


def groups() -> list[Group]:
    group = Group("written")
    _numbers(group)
    _times(group)
    _labels(group)
    _axes(group)
    _beside(group)
    _limit(group)
    return [group]


def _chunk(ident: str, xml: str) -> bytes:
    body = f"{HEAD}{xml}\n".encode()
    return f"[{ident}]{len(body):06d}".encode() + body


def _start(order: str = "") -> bytes:
    told = f' byte_order="{order}_endian"' if order else ""
    return _chunk("00", f'<stream dataset_id="y"{told} version="1.1"/>')


def _lines(properties: Properties) -> str:
    if not properties:
        return "        <properties/>\n"
    rows = "".join(
        f'            <property name="{name}" type="{kind}" value="{text}"/>\n' for name, kind, text in properties
    )
    return f"        <properties>\n{rows}        </properties>\n"


def _plane(ident: str, values: str, rank: int = 1, properties: Properties = ()) -> str:
    return (
        f'    <qdataset id="{ident}" rank="{rank}">\n{_lines(properties)}        <values {values}/>\n    </qdataset>\n'
    )


def _type(ident: str, *planes: str) -> bytes:
    return _chunk(ident, f"<packet>\n{''.join(planes)}</packet>")


def _written(group: Group, name: str, rules: str, doc: str, data: bytes, value: Any, **more: Any) -> None:
    group.valid(name, rules, doc, data, value, level="SHOULD", canonical=True, **more)


def _numbers(group: Group) -> None:
    text = cat(
        _start(),
        _type("01", _plane("y", 'encoding="ascii5" length=""')),
        packet("01", " 1.5\n"),
        packet("01", "-2.5\n"),
    )
    _written(
        group,
        "text",
        "006 082 081",
        "doubles in text, as wide as the longest and one more",
        text,
        expect({"y": ds(1, [1.5, -2.5])}),
    )
    row = cat(_start(), _type("01", _plane("y", 'encoding="ascii3" length="2,2"', 3)), packet("01", " 1 -2  3 -4\n"))
    _written(
        group,
        "text-of-rank-3",
        "006 049 082",
        "a record of four fields",
        row,
        expect({"y": ds(3, nd([[[1, -2], [3, -4]]]))}),
    )
    for name, dtype, code in (("int2", "i2", "h"), ("int4", "i4", "i"), ("int8", "i8", "q"), ("float", "f4", "f")):
        for order, sign, more in (("little", "<", {}), ("big", ">", BIG)):
            data = cat(_start(order), _type("01", _plane("y", f'encoding="{name}" length=""')), *(packet("01", struct.pack(sign + code, one)) for one in (258, -3)))  # fmt: skip
            doc = f"{name} in {order}-endian order, and the word for it"
            _written(
                group,
                f"{name}-{order}",
                "006 036 074 090",
                doc,
                data,
                expect({"y": ds(1, nd([258, -3], f"<{dtype}"))}),
                **more,
            )
    for order, sign in (("little", "<"), ("big", ">")):
        data = cat(
            _start(order),
            _type("01", _plane("y", 'encoding="double" length=""')),
            packet("01", doubles(0.1, order=sign)),
        )
        options = {"encode_options": {"encoding": "binary", "byte_order": f"{order}_endian"}}
        _written(
            group,
            f"double-{order}",
            "036 069 074",
            "doubles, binary because that is asked for",
            data,
            expect({"y": ds(1, [0.1])}),
            **options,
        )


def _times(group: Group) -> None:
    units = [("UNITS", "units", "us2000")]
    for width, fields, numbers in (
        (20, ("2000-01-01T00:00:01", "2000-01-02T00:00:02"), (1e6, 86_402e6)),
        (24, ("2000-01-01T00:00:00.500", "2000-01-01T00:00:01.000"), (5e5, 1e6)),
    ):
        data = cat(
            _start(),
            _type("01", _plane("y", f'encoding="time{width}" length=""', 1, units)),
            *(packet("01", f"{one}\n") for one in fields),
        )
        value = expect({"y": ds(1, list(numbers), "us2000", {"UNITS": prop("units", "us2000")})})
        _written(group, f"time{width}", "083 081 082", f"times in fields of {width} bytes", data, value)


def _labels(group: Group) -> None:
    units = [("UNITS", "enumerationUnit", "e[]")]
    labels = [
        _chunk("xx", f'<enumerationUnit name="e" value="{code}" color="0xa0a0a0" label="{text}"/>')
        for code, text in ((1, "A"), (2, "B &lt; C"))
    ]
    data = cat(
        _start(), _type("01", _plane("y", 'encoding="ascii2" length=""', 1, units)), *labels, packet("01", "2\n")
    )
    value = expect({"y": ds(1, [2.0], "e", {"UNITS": prop("enumerationUnit", "e[]")}, labels={"1": "A", "2": "B < C"})})
    _written(group, "labels", "112 029", "labels in chunks of their own, in front of the packets", data, value)


def _axes(group: Group) -> None:
    """An axis of up to 100 numbers stands in its descriptor, a longer one in packets of its own."""
    depend = [("DEPEND_1", "qdataset", "x")]
    for count in (2, 100, 101):
        inline = count <= 100
        numbers = [float(index % 10) for index in range(count)]
        axis = _plane("x", f'values="{",".join(map(str, numbers))}"' if inline else 'encoding="ascii2" length=""')
        main = _plane("y", f'encoding="ascii2" length="{count}"', 2, depend)
        record = " ".join("7" * count) + "\n"
        packets = [packet("01", f"{one:.0f}\n") for one in numbers]
        parts = [_type("01", axis), *([] if inline else packets), _type("02", main), packet("02", record)]
        value = expect(
            {"x": ds(1, numbers), "y": ds(2, nd([[7.0] * count]), None, {"DEPEND_1": prop("qdataset", "x")})}
        )
        _written(group, f"axis-{count}", "108 059", f"an axis of {count} numbers", cat(_start(), *parts), value)


def _beside(group: Group) -> None:
    """What stands beside the records of a dataset travels in its packets: coordinates, planes, uncertainties, itself."""
    names = ("DEPEND_0", "PLANE_0", "DELTA_MINUS", "DELTA_PLUS", "BIN_MINUS", "BIN_PLUS")
    told = [(name, "qdataset", f"h{index}") for index, name in enumerate(names)]
    planes = [_plane(f"h{index}", 'encoding="ascii2" length=""') for index in range(len(names))]
    data = cat(
        _start(),
        _type("01", *planes, _plane("y", 'encoding="ascii2" length=""', 1, told)),
        packet("01", "1 2 3 4 5 6 7\n"),
    )
    helpers = {f"h{index}": ds(1, [index + 1.0]) for index in range(len(names))}
    value = expect(helpers | {"y": ds(1, [7.0], None, {name: prop("qdataset", text) for name, _, text in told})})
    _written(group, "helpers", "041 108", "six helpers of one dataset, in their order", data, value)
    for name, kind in (("DEPEND_0", "qdataset"), ("DEPEND_0", "String"), ("DEPENDNAME_0", "String")):
        told = [(name, kind, "t")]
        data = cat(_start(), _type("01", _plane("t", 'encoding="ascii2" length=""'), _plane("y", 'encoding="ascii2" length=""', 1, told)), packet("01", "1 2\n"))  # fmt: skip
        value = expect({"y": ds(1, [2.0], None, {name: prop(kind, "t")}), "t": ds(1, [1.0])})
        _written(
            group,
            f"{name.lower().replace('_', '-')}-{kind.lower()}",
            "041 108",
            f"coordinates by {name} of type {kind}",
            data,
            value,
        )
    alone = cat(_start(), *(part for ident, one, number in (("01", "t", "1\n"), ("02", "y", "2\n")) for part in (_type(ident, _plane(one, 'encoding="ascii2" length=""')), packet(ident, number))))  # fmt: skip
    _written(
        group,
        "apart",
        "041 021",
        "two datasets of which none names the other",
        alone,
        expect({"t": ds(1, [1.0]), "y": ds(1, [2.0])}),
    )


def _limit(group: Group) -> None:
    """Fields of three bytes beside integers of two: packets of exactly the most bytes, and of one more."""
    for name, count in (("longest-packet", 249_998), ("packet-one-longer", 499_997)):
        wide = count < 300_000
        numbers = {"$fill": {"dtype": "<i4" if wide else "<i2", "shape": [1, count], "value": 0}}
        first = {"rank": 1, "units": None, "properties": {}, "values": nd([123.0 if wide else 12.0])}
        second = {"rank": 2, "units": None, "properties": {"DEPEND_0": prop("qdataset", "t")}, "values": numbers}
        asked = {"op": "encode", "args": {"value": expect({"t": first, "y": second})}}
        answer = (
            {"like": {"$text": r"\[00\].*:01:123 \0{999992}"}} if wide else {"error": {"category": ["limit", "size"]}}
        )
        doc = "999 996 bytes are written" if wide else "999 997 bytes are refused"
        group.scenario(name, "121", doc, [(asked, answer)], level="SHOULD")
