"""What the groups are built with: chunks as bytes, canonical values as JSON, and the vector files."""

from __future__ import annotations

import base64
import json
import struct
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

__all__ = [
    "INLINE_X",
    "NAN",
    "PLANE_Y",
    "STREAM",
    "Group",
    "ascii10",
    "cat",
    "descriptor",
    "doubles",
    "ds",
    "expect",
    "nd",
    "packet",
    "plane",
    "prop",
    "type_",
    "write",
]

NAN = float("nan")
PROVENANCE = "assembled by hand with assemble.py (no codec involved)"

# -- bytes


def descriptor(ident: str, xml: str | bytes, length: str | None = None) -> bytes:
    """Return `[ident]LLLLLL` and *xml*; *length* overrides the six characters."""
    body = xml.encode() if isinstance(xml, str) else xml
    return f"[{ident}]{f'{len(body):06d}' if length is None else length}".encode() + body


def packet(ident: str, data: bytes | str = b"") -> bytes:
    """Return `:ident:` and *data*."""
    return f":{ident}:".encode() + (data.encode() if isinstance(data, str) else data)


def type_(ident: str, *planes: str) -> bytes:
    """Return the descriptor of a packet type with *planes*."""
    return descriptor(ident, "<packet>" + "".join(planes) + "</packet>\n")


def plane(
    ident: str = "y", rank: int | str = 1, values: str = 'encoding="ascii10" length=""', inner: str = "", more: str = ""
) -> str:
    """Return one qdataset element; *inner* stands before its values, *more* among its attributes."""
    return f'<qdataset id="{ident}" rank="{rank}"{more}>{inner}<values {values}/></qdataset>'


def ascii10(*values: object) -> str:
    """Return ascii10 fields, right aligned with one blank behind, the last one with a newline."""
    fields = [f"{value:>9} " for value in values]
    fields[-1] = fields[-1][:9] + "\n"
    return "".join(fields)


def doubles(*values: float, order: str = "<") -> bytes:
    """Return binary64 values, little-endian unless told otherwise."""
    return struct.pack(f"{order}{len(values)}d", *values)


def cat(*parts: bytes) -> bytes:
    """Return the parts in one."""
    return b"".join(parts)


STREAM = descriptor("00", '<stream dataset_id="y"/>\n')
PLANE_Y = type_("01", plane())
INLINE_X = type_("02", plane("x", 1, 'values="7.0,8.0,9.0"'))

# -- values


def nd(values: ArrayLike, dtype: str = "<f8", shape: Sequence[int] | None = None) -> dict[str, Any]:
    """Return `{"$nd": …}`; the data are little-endian in C order, NaN as numpy makes it (7ff8 0000 0000 0000)."""
    array = np.array(values, dtype=dtype)
    if shape is not None:
        array = array.reshape(shape)
    return {"$nd": {"dtype": dtype, "shape": list(array.shape), "data": base64.b64encode(array.tobytes("C")).decode()}}


def ds(
    rank: int, values: object = None, units: str | None = None, properties: object = None, **more: Any
) -> dict[str, Any]:
    """Return a DATASET; *values* is a ready `$nd`, or numbers for float64, or None where *more* holds the data."""
    result: dict[str, Any] = {"rank": rank, "units": units, "properties": properties or {}}
    if values is not None:
        result["values"] = values if isinstance(values, dict) else nd(values)  # type: ignore[arg-type]
    return result | more


def prop(kind: str, value: object) -> dict[str, Any]:
    """Return a property value."""
    return {"type": kind, "value": value}


def expect(
    datasets: dict[str, Any], dataset_id: str | None = "y", comments: Sequence[Any] = (), exception: Any = None
) -> dict[str, Any]:
    """Return the canonical value of a stream."""
    return {"dataset_id": dataset_id, "datasets": datasets, "comments": list(comments), "exception": exception}


# -- vectors


@dataclass
class Group:
    """The vectors of one subject; `name` is the middle part of their ids."""

    name: str
    vectors: list[dict[str, Any]] = field(default_factory=list)

    def valid(self, name: str, rules: str, doc: str, data: bytes, value: Any, **more: Any) -> None:
        """Add bytes that decode to *value*; NaN that text gave may have any bits, `exact_nan` asks for its bits."""
        if not more.pop("exact_nan", False) and _has_nan(value):
            more["nan"] = "any"
        self._add("valid", name, rules, doc, data, more, {"value": value})

    def invalid(self, name: str, rules: str, doc: str, data: bytes, category: str, **more: Any) -> None:
        """Add bytes that are refused; *category* may be several words; `path` and `at` where they are settled."""
        words = category.split()
        error: dict[str, Any] = {"category": words if len(words) > 1 else words[0]}
        error |= {key: more.pop(key) for key in ("path", "at") if key in more}
        self._add("invalid", name, rules, doc, data, more, {"error": error})

    def either(self, name: str, rules: str, doc: str, data: bytes) -> None:
        """Add bytes that may be refused or read: nothing but no crash and no hang is asked."""
        self._add("either", name, rules, doc, data, {"level": "MAY"}, {})

    def unwritable(self, name: str, rules: str, doc: str, value: Any, category: str, path: str | None = None) -> None:
        """Add a value that no stream holds; *category* may be several words."""
        error = {"category": category.split()} | ({} if path is None else {"path": path})
        self._add("encode", name, rules, doc, None, {}, {"value": value, "error": error})

    def long(self, name: str, rules: str, doc: str, runs: Sequence[tuple[bytes, int]], value: Any, **more: Any) -> None:
        """Add bytes in which something repeats, as pairs of it and how often, that decode to *value*."""
        pairs = [[data.hex(), count] for data, count in runs]
        self._add("valid", name, rules, doc, None, {"runs": pairs, **more}, {"value": value})

    def scenario(
        self, name: str, rules: str, doc: str, steps: Sequence[tuple[dict[str, Any], dict[str, Any]]], **more: Any
    ) -> None:
        """Add *steps*, each with the answer that it must have; they go to `scenarios.<group>.json`."""
        result = {"steps": [step for step, _ in steps], "expect": [answer for _, answer in steps]}
        self._add("scenario", name, rules, doc, None, more, result)

    def _add(
        self,
        kind: str,
        name: str,
        rules: str,
        doc: str,
        data: bytes | None,
        more: dict[str, Any],
        result: dict[str, Any],
    ) -> None:
        vector: dict[str, Any] = {
            "id": f"qstream/{self.name}/{name}",
            "kind": kind,
            "level": more.pop("level", "MUST"),
            "rules": [f"QS-{number}" for number in rules.split()],
            "doc": doc,
        }
        vector |= ({} if data is None else _carried(data)) | more | result
        self.vectors.append(vector)


def _has_nan(value: Any) -> bool:
    """Return whether a float64 array in *value* holds NaN."""
    if isinstance(value, list):
        return any(map(_has_nan, value))
    if not isinstance(value, dict):
        return False
    array = value.get("$nd")
    if array is None:
        return any(map(_has_nan, value.values()))
    return array["dtype"] == "<f8" and bool(np.isnan(np.frombuffer(base64.b64decode(array["data"]), "<f8")).any())


def _carried(data: bytes) -> dict[str, str]:
    """Return the bytes as text where every one of them can be read on a screen, else as hex."""
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return {"hex": data.hex()}
    if all(char == "\n" or char.isprintable() for char in text):
        return {"text": text}
    return {"hex": data.hex()}


def write(groups: Sequence[Group], folder: Path) -> None:
    """Write `valid`, `invalid` (which has `either` too), `encode` and `scenarios.<group>.json` into *folder*."""
    for group in groups:
        for stem, kinds in (
            ("valid", ("valid",)), ("invalid", ("invalid", "either")), ("encode", ("encode",)), ("scenarios", ("scenario",)),
        ):  # fmt: skip
            vectors = [vector for vector in group.vectors if vector["kind"] in kinds]
            if not vectors:
                continue
            head = {"format": "qstream", "version": "1.1", "group": group.name, "provenance": PROVENANCE}
            text = json.dumps(head | {"vectors": vectors}, indent=1, ensure_ascii=False, allow_nan=False)
            (folder / f"{stem}.{group.name}.json").write_bytes(text.encode() + b"\n")
