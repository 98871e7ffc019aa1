"""Write the vectors of qstreams that find small slips: offsets far in, texts and numbers at their edges.

python assemble_subtle.py [FOLDER]
"""

from __future__ import annotations

import base64
import json
import struct
import sys
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

HERE = Path(__file__).parent
PROVENANCE = "assembled by hand with assemble_subtle.py (no codec involved)"
TEXTS = {
    "blanks-around": "  two  blanks ", "quotes": "\"'", "markup": "<&>", "backslash": "a\\b", "beyond-the-basic-plane": "\U0001d6fc\U0010fffd",
    "not-composed": "e\u0301 \u00e9", "capitals": "MiXed \u0130\u00df", "300-letters": "x" * 300, "carriage-return": "a\rb\r\nc", "line-ends": "\na\n\n",
    "tabs": "\ta\tb", "number": "007", "entities": "&amp;&#10;", "cdata": "]]>", "comment": "<!-- x -->", "mark-in-front": "\ufeffx",
}  # fmt: skip
NUMBERS = {
    "Long": (2**31 - 1, 2**31, -(2**31) - 1, 2**53, 2**53 + 1, -(2**63)),
    "Integer": (-1, 127, 128, 32768, 65535, 2**31 - 1),
}


def chunk(name: str, content: str) -> str:
    return f"[{name}]{len(content.encode()):06}{content}"


def stream(packets: str = "", properties: str = "", encoding: str = "double") -> str:
    values = f'<values encoding="{encoding}" length=""/>'
    packet = f'<packet><qdataset id="y" rank="1"><properties>{properties}</properties>{values}</qdataset></packet>'
    return chunk("00", '<stream dataset_id="y" byte_order="little_endian"/>') + chunk("01", packet) + packets


def escaped(text: str) -> str:
    """*text* as an attribute in quotes; what a reader would make a blank is a reference."""
    return quoteattr(text, {"\n": "&#10;", "\r": "&#13;", "\t": "&#9;"})


FLOATS = (
    "0",
    "-0.0",
    "0.1",
    "-0.30000000000000004",
    "5e-324",
    "1.7976931348623157e308",
    "1e22",
    "123456789.01234567",
    "3",
)


def named() -> list[dict[str, Any]]:
    """The same texts as units, ids, names of properties, comments and labels; numbers of properties."""
    rows: list[dict[str, Any]] = []

    def row(name: str, rule: str, doc: str, text: str, told: Any) -> None:
        rows.append({"id": name, "rules": [rule], "doc": doc, "text": text, "value": told})

    for name, one in TEXTS.items():
        told = name.replace("-", " ")
        units = {**value({"UNITS": {"type": "units", "value": one}}, [])}
        units["datasets"]["y"]["units"] = one
        row(f"units-{name}", "QS-104", f"Units: {told}", stream("", f'<property name="UNITS" type="units" value={escaped(one)}/>'), units)  # fmt: skip
        packet = f'<packet><qdataset id={escaped(one)} rank="1"><properties/><values encoding="double" length=""/></qdataset></packet>'  # fmt: skip
        whole = chunk("00", f'<stream dataset_id={escaped(one)} byte_order="little_endian"/>') + chunk("01", packet)
        empty = value({}, [])
        row(f"id-{name}", "QS-043", f"An id: {told}", whole, {**empty, "dataset_id": one, "datasets": {one: empty["datasets"]["y"]}})  # fmt: skip
        row(f"property-{name}", "QS-094", f"A name of a property: {told}", stream("", f'<property name={escaped(one)} type="String" value="x"/>'), value({one: {"type": "String", "value": "x"}}, []))  # fmt: skip
        comment = chunk("xx", f"<comment type={escaped(one)} message={escaped(one)}/>")
        row(f"comment-{name}", "QS-119", f"A comment: {told}", stream() + comment, value({}, []) | {"comments": [{"type": one, "message": one}]})  # fmt: skip
    for number in FLOATS:
        real = float(number)
        given = f'<property name="N" type="Double" value="{number}"/>'
        told_real = {"$float": "-0.0"} if number == "-0.0" else real
        row(f"double-{number}", "QS-097", f"A property {number}", stream("", given), value({"N": {"type": "Double", "value": told_real}}, []))  # fmt: skip
    return rows


def value(properties: dict[str, Any], numbers: list[float]) -> dict[str, Any]:
    data = base64.b64encode(struct.pack(f"<{len(numbers)}d", *numbers)).decode()
    array = {"$nd": {"dtype": "<f8", "shape": [len(numbers)], "data": data}}
    y = {"rank": 1, "units": None, "properties": properties, "values": array}
    return {"dataset_id": "y", "datasets": {"y": y}, "comments": [], "exception": None}


def right() -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for name, one in TEXTS.items():
        given = f'<property name="LABEL" type="String" value={escaped(one)}/>'
        whole = {"text": stream("", given), "value": value({"LABEL": {"type": "String", "value": one}}, [])}
        rows.append({"id": f"text-{name}", "rules": ["QS-101"], "doc": f"A label: {name.replace('-', ' ')}", **whole})
    for kind, numbers in NUMBERS.items():
        for number in numbers:
            given = f'<property name="N" type="{kind}" value="{number}"/>'
            told = number if abs(number) <= 2**53 else {"$int": str(number)}
            whole = {"text": stream("", given), "value": value({"N": {"type": kind, "value": told}}, [])}
            rows.append({"id": f"{kind.lower()}-{number}", "rules": ["QS-101"], "doc": f"A property {number}", **whole})
    rows += named()
    return [{**row, "id": f"qstream/subtle/{row['id']}", "kind": "valid", "level": "MUST"} for row in rows]


def wrong() -> list[dict[str, Any]]:
    """The same fault near and far in: an offset is not one of a byte, of 16 bits, or from the last piece."""
    rows: list[dict[str, Any]] = []
    for count in (0, 1, 10, 40, 7000):
        before = stream(":01:12345678" * count, encoding="ascii8")
        at, far = len(before), f"behind {count} packets"
        for name, rule, doc, bad, category, place in (
            ("no-chunk", "QS-001", "A byte that starts no chunk", "#", "framing", {}),
            ("unbound", "QS-019", "A packet that nothing describes", ":07:12345678", ["framing", "state"], {"path": ":07:"}),
            ("cut", "QS-011", "A packet that is cut", ":01:1234", "truncated", {}),
        ):  # fmt: skip
            error = {"category": category, "at": at, **place}
            rows.append({"id": f"{name}-{count}", "rules": [rule], "doc": f"{doc} {far}", "text": before + bad, "error": error})  # fmt: skip
    return [{**row, "id": f"qstream/subtle/{row['id']}", "kind": "invalid", "level": "MUST"} for row in rows]


def main(folder: Path) -> None:
    for name, vectors in (("valid", right()), ("invalid", wrong())):
        content = {
            "format": "qstream",
            "version": "1.1",
            "group": "subtle",
            "provenance": PROVENANCE,
            "vectors": vectors,
        }
        (folder / f"{name}.subtle.json").write_text(
            json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
        )


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE)
