"""The planes of a packet descriptor, for the second reader of qstream: XML, lengths, inline numbers. No sciwire here."""

from __future__ import annotations

import base64
import math
import re
import xml.etree.ElementTree as ET
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from qstream_oracle_fields import RefusedError, integer, maybe_number, number

__all__ = ["Dataset", "describe", "nd", "parse"]

_BINARY = {
    "double": "f8",
    "real8": "f8",
    "float": "f4",
    "real4": "f4",
    "int2": "i2",
    "int4": "i4",
    "integer": "i4",
    "int8": "i8",
}
_TEXT = re.compile(r"(ascii|time|hex)([0-9]+)")


@dataclass
class Dataset:
    """One qdataset as described, with the data that came so far."""

    ident: str
    rank: int
    blocks: list[ET.Element]
    value: dict[str, Any] = field(default_factory=dict)  # rows, bundle, join or values of an inline dataset
    code: str = ""  # struct code of binary, or ascii, time, hex; empty where no packets are expected
    width: int = 0
    shape: tuple[int, ...] = ()
    whole: bool = False
    appended: int = 0  # of an inline plane of rank 1: how many ascii10 fields a packet has in profile autoplot
    parts: list[Any] = field(default_factory=list)
    properties: dict[str, Any] = field(default_factory=dict)

    @property
    def unit(self) -> str | None:
        units = self.properties.get("UNITS", {"type": ""})
        if units["type"] == "enumerationUnit":
            return str(units["value"]).partition("[")[0]
        return str(units["value"]) if units["type"] in ("units", "unit") else None

    @property
    def dtype(self) -> str:
        if self.code in ("ascii", "time", "hex"):
            return "<i8" if self.code == "time" and self.unit == "cdfTT2000" else "<f8"
        return f"<{self.code}"

    def append(self, raw: bytes) -> None:
        """Ten bytes a number, behind the inline ones."""
        fields = [maybe_number(raw[at : at + 10].decode("latin-1").strip()) for at in range(0, len(raw), 10)]
        told = self.value["values"]["$nd"]
        before = np.frombuffer(base64.b64decode(told["data"]), "<f8")
        self.value["values"] = nd(np.concatenate([before, fields]))

    @property
    def size(self) -> int:
        return self.width * math.prod(self.shape) if self.code else 0


def parse(xml: bytes) -> ET.Element:
    if xml.startswith(b"\xef\xbb\xbf") or b"<!DOCTYPE" in xml:
        raise RefusedError("a byte order mark or a document type")
    try:
        parser = ET.XMLPullParser(("start", "end"), _parser=ET.XMLParser(encoding="UTF-8"))  # type: ignore[call-arg]
        parser.feed(xml.decode().encode())
        parser.close()
        depth, root = 0, None
        for event, element in parser.read_events():
            depth += 1 if event == "start" else -1
            root = element if root is None else root
            element.tag = element.tag.partition("}")[2] or element.tag
            if depth > 100:
                raise RefusedError("too deep")
    except (ET.ParseError, UnicodeDecodeError) as error:
        raise RefusedError(str(error)) from error
    assert root is not None
    return root


def describe(new: Dataset, values: list[ET.Element]) -> None:
    """Fill in what the values elements say: inline data, columns, parts, or fields in packets."""
    last = values[-1].attrib
    rows = new.rank == 2 and bool(values[0].attrib.get("index"))
    if any("index" in block.attrib for block in new.blocks) and not rows:
        raise RefusedError("indexed properties out of place")
    for block in new.blocks:
        integer(block.get("index", "0"), 31)
        if block.get("index", "0").startswith("-"):
            raise RefusedError("a negative index")
    inline = last.get("values", last.get("inline"))
    if "encoding" in last:
        _encoding(new, last["encoding"])
    if rows:
        new.code = ""
        _rows(new, values)
    elif inline is not None:
        new.code = ""
        if new.rank > 1 or (new.rank == 0 and "length" in last):
            raise RefusedError("inline values of this rank")
        numbers = _numbers(inline, last.get("length"))
        if new.rank == 0 and len(numbers) != 1:
            raise RefusedError("rank 0 has one value")
        new.value = {"values": nd(numbers[0] if new.rank == 0 else numbers)}
        new.appended = math.prod(_dimensions(last.get("length", ""))) if new.rank == 1 else 0
    elif last.get("bundle"):
        new.value = {"bundle": last["bundle"].split(",")}
    elif last.get("join"):
        new.value = {"join": []}
    elif new.code:
        _lengths(new, last.get("length", ""))
    else:
        raise RefusedError("values that say nothing")


def _rows(new: Dataset, values: list[ET.Element]) -> None:
    rows = []
    for number_, element in enumerate(values):
        if element.get("index") != str(number_):
            raise RefusedError("index out of order")
        rows.append(_numbers(element.get("values", element.get("inline", "")), element.get("length")))
    ragged = len({len(row) for row in rows}) > 1
    new.value = {"rows": [nd(row) for row in rows]} if ragged else {"values": nd(np.array(rows))}


def _numbers(text: str, length: str | None) -> Any:
    pieces = text.rstrip(",").split(",") if text else []
    numbers = [number(piece.strip()) for piece in pieces]
    if length is None and not text:
        raise RefusedError("an empty list without length")
    if length is not None and math.prod(_dimensions(length)) != len(numbers):
        raise RefusedError("length does not count the values")
    return np.array(numbers, "<f8")


def _dimensions(text: str) -> tuple[int, ...]:
    if not re.fullmatch(r"([+]?[0-9]{1,9}(,[+]?[0-9]{1,9})*)?", text):
        raise RefusedError("a bad length list")
    return tuple(int(piece) for piece in text.split(",") if piece)


def _encoding(new: Dataset, name: str) -> None:
    text = _TEXT.fullmatch(name)
    if name in _BINARY:
        new.code, new.width = _BINARY[name], int(_BINARY[name][1])
    elif text and not (text[1] == "time" and int(text[2]) > 49):
        new.code, new.width = text[1], int(text[2])
    else:
        raise RefusedError("unknown encoding")


def _lengths(new: Dataset, text: str) -> None:
    new.shape = _dimensions(text)
    if new.rank == 1 and len(new.shape) == 1:
        new.whole = True
    elif len(new.shape) != max(new.rank - 1, 0):
        raise RefusedError("length and rank do not agree")


def nd(values: Any) -> dict[str, Any]:
    array = np.asarray(values)
    dtype = array.dtype.newbyteorder("<").str.replace("=", "<")
    data = base64.b64encode(np.ascontiguousarray(array).tobytes()).decode()
    return {"$nd": {"dtype": dtype, "shape": list(array.shape), "data": data}}
