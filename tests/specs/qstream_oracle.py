"""A second reader of qstream, written from the document with the standard library and numpy: no sciwire here.

Slow, whole streams only, and only there to confirm the vectors: `read(data, profile)` gives the canonical value or raises
`RefusedError` with the offset of the chunk at fault.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from typing import Any

import numpy as np
from qstream_oracle_fields import RefusedError, integer, maybe_number, number, properties, seconds_per, time_value
from qstream_oracle_planes import Dataset, describe, nd, parse

__all__ = ["RefusedError", "read"]

_LIMIT = 1_000_000


class Reader:
    """The state of one stream."""

    def __init__(self, data: bytes, profile: str) -> None:
        self.data, self.profile, self.position = data, profile, 0
        self.order = "<" if profile == "documented" else ">"
        self.default: str | None = None
        self.datasets: dict[str, Dataset] = {}
        self.types: dict[str, list[Dataset]] = {}
        self.labels: dict[str, dict[str, str]] = {}
        self.comments: list[dict[str, str]] = []
        self.exception: dict[str, str] | None = None

    def take(self, count: int) -> bytes:
        taken = self.data[self.position : self.position + count]
        if len(taken) < count:
            raise RefusedError("truncated")
        self.position += count
        return taken

    def run(self) -> None:
        while self.position < len(self.data) and self.exception is None:
            start = self.position
            try:
                self.chunk()
            except RefusedError as error:
                error.at = start
                raise

    def chunk(self) -> None:
        if self.data[self.position : self.position + 1] not in (b"[", b":"):
            raise RefusedError("no chunk starts here")
        tag = self.take(4)
        if re.fullmatch(rb"\[([0-9]{2}|xx)\]", tag):
            length = self.take(6).replace(b" ", b"")
            if not re.fullmatch(rb"[0-9]+", length) or int(length) == 0:
                raise RefusedError("bad length")
            self.descriptor(tag[1:3].decode(), parse(self.take(int(length))))
        elif re.fullmatch(rb":[0-9]{2}:", tag):
            self.packet(tag[1:3].decode())
        else:
            raise RefusedError("bad tag")

    def packet(self, ident: str) -> None:
        if ident not in self.types:
            raise RefusedError("no descriptor")
        for dataset in self.types[ident]:
            if dataset.appended and self.profile == "autoplot":
                dataset.append(self.take(10 * dataset.appended))
                continue
            if not dataset.code:
                raise RefusedError("data for a plane that is not in packets")
            if dataset.rank == 0 and dataset.parts:
                raise RefusedError("a second packet of rank 0")
            dataset.parts.append(self.fields(dataset, self.take(dataset.size)))

    def fields(self, dataset: Dataset, raw: bytes) -> Any:
        if dataset.code not in ("ascii", "time", "hex"):
            return np.frombuffer(raw, self.order + dataset.code).astype(f"<{dataset.code}").reshape(dataset.shape)
        width = dataset.width
        texts = [
            raw[k : k + width].decode("latin-1").strip("".join(map(chr, range(33)))) for k in range(0, len(raw), width)
        ]
        if dataset.code == "time":
            values: list[Any] = [time_value(text, dataset.unit or "") for text in texts]
        elif dataset.code == "hex":
            values = [float(int(text.removeprefix("0x"), 16)) for text in texts]
        else:
            values = [maybe_number(text) for text in texts]
        return np.array(values, dataset.dtype).reshape(dataset.shape)

    def descriptor(self, ident: str, root: ET.Element) -> None:
        if root.tag == "stream":
            if ident == "00":
                self.stream(root)
        elif ident == "00" and root.tag in ("comment", "enumerationUnit"):
            raise RefusedError("the id of the stream descriptor")
        elif root.tag == "comment":
            self.comments.append({name: root.get(name, "") for name in ("type", "message")})
        elif root.tag == "exception":
            self.exception = {name: root.get(name, "") for name in ("type", "message")}
        elif root.tag == "enumerationUnit":
            if not {"name", "value", "label"} <= set(root.attrib):
                raise RefusedError("label without name, value or label")
            self.labels.setdefault(root.attrib["name"], {})[str(int(number(root.attrib["value"])))] = root.attrib[
                "label"
            ]
        elif root.tag == "packet":
            self.packet_type(ident, root)
        else:
            raise RefusedError("unknown root")

    def stream(self, root: ET.Element) -> None:
        self.default = root.get("dataset_id") or None
        order = root.get("byte_order", "")
        if self.default is None:
            raise RefusedError("no dataset_id")
        if order and self.profile == "documented" and order not in ("big_endian", "little_endian"):
            raise RefusedError("bad byte_order")
        if order:
            self.order = "<" if order == "little_endian" else ">"

    def packet_type(self, ident: str, root: ET.Element) -> None:
        if self.default is None or ident == "00":
            raise RefusedError("a packet descriptor out of place")
        planes = [self.dataset(element) for element in root.findall("qdataset")]
        if ident == "xx" and any(plane.code for plane in planes):
            raise RefusedError("planes in packets under xx")
        if len({(plane.code == "", plane.whole) for plane in planes}) > 1:
            raise RefusedError("planes of several kinds")
        if sum(plane.size for plane in planes) > _LIMIT:
            raise RefusedError("packets too long")
        self.types[ident] = planes

    def dataset(self, element: ET.Element) -> Dataset:
        ident, rank = element.get("id", "").strip(), integer(element.get("rank", ""), 31)
        values = element.findall("values")
        if not ident or not 0 <= rank <= 4 or not values:
            raise RefusedError("a bad qdataset")
        new = Dataset(element.attrib["id"], rank, element.findall("properties"))
        describe(new, values)
        self.units(new, element)
        join = element.get("joinId")
        old = self.datasets.get(new.ident)
        if join is not None:
            if join not in self.datasets or "join" not in self.datasets[join].value:
                raise RefusedError("a part of no join")
            self.datasets[join].value["join"].append(new)
        elif old is None or not (old.code and new.code):
            self.datasets[new.ident] = new
        elif old.rank != rank:
            raise RefusedError("another rank")
        else:
            new.parts, new.properties = old.parts, old.properties | new.properties
            self.datasets[new.ident] = new
        return new

    def units(self, new: Dataset, element: ET.Element) -> None:
        new.properties = properties(block for block in new.blocks if "index" not in block.attrib)
        timed = new.properties.get("UNITS", {}).get("type") in ("units", "unit") and seconds_per(new.unit or "")
        if new.code == "time" and not timed:
            raise RefusedError("time without a time unit")
        units = new.properties.get("UNITS", {"type": ""})
        if units["type"] == "enumerationUnit":
            table = self.labels.setdefault(new.unit or "", {})
            body = units["value"].partition("[")[2].removesuffix("]")
            pieces = body.split("::") if "::" in body else body.split("; ")
            for code, colon, label in (piece.partition(":") for piece in pieces):
                if colon and re.fullmatch(r"-?[0-9]+", code):
                    table[str(int(code))] = label
        for child in element.findall("enumerationUnit"):
            codes = [child.get(name, "none") for name in ("value", "color")]
            if not all(re.fullmatch(r"-?(0[xX][0-9a-fA-F]+|[0-9]+)", code) for code in codes):
                raise RefusedError("a bad enumerationUnit")
            self.labels.setdefault(child.get("name", ""), {})[str(int(codes[0], 0))] = child.get("label", "")

    def plain(self, dataset: Dataset) -> dict[str, Any]:
        result: dict[str, Any] = {"rank": dataset.rank, "units": dataset.unit, "properties": dataset.properties}
        if dataset.properties.get("UNITS", {}).get("type") == "enumerationUnit":
            result["labels"] = self.labels.get(dataset.unit or "", {})
        for block in dataset.blocks:
            if "index" in block.attrib and (found := properties([block])):
                result.setdefault("indexed_properties", {}).setdefault(block.attrib["index"], {}).update(found)
        if "join" in dataset.value:
            return result | {"join": [{"id": part.ident} | self.plain(part) for part in dataset.value["join"]]}
        if not dataset.code:
            return result | dataset.value
        if dataset.rank == 0:
            return result | {"values": nd(dataset.parts[0].reshape(()))}
        empty = np.zeros((0, *(() if dataset.whole else dataset.shape)), dataset.dtype)
        parts = [part.reshape(-1) if dataset.whole else part[None] for part in dataset.parts]
        return result | {"values": nd(np.concatenate([empty, *parts]))}


def read(data: bytes, profile: str = "documented") -> dict[str, Any]:
    """Return the canonical value of *data*, the exception kept; raise `RefusedError`."""
    reader = Reader(data, profile)
    reader.run()
    joined = {id(part) for dataset in reader.datasets.values() for part in dataset.value.get("join", ())}
    datasets = {name: reader.plain(dataset) for name, dataset in reader.datasets.items() if id(dataset) not in joined}
    return {
        "dataset_id": reader.default,
        "datasets": datasets,
        "comments": reader.comments,
        "exception": reader.exception,
    }
