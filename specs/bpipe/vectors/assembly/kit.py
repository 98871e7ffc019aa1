"""What the groups are built with: streams as bytes, canonical values as JSON, and the vector files."""

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

__all__ = ["MAGIC", "UNKNOWN", "Group", "field_", "head", "header_", "nd", "pad", "raw", "stream", "write"]

MAGIC = b"\x89BPX\r\n\x1a\n"
UNKNOWN = 2**64 - 1
PROVENANCE = "assembled by hand with assemble.py (no codec involved)"


def pad(data: bytes, fill: bytes = b"\0") -> bytes:
    """Return *data* filled up to a multiple of 8."""
    return data + fill * (-len(data) % 8)


def head(
    n_hdrf: int, n_dpktf: int, text_len: int, hdata_len: int, packet_len: int, *,
    magic: bytes = MAGIC, major: int = 1, minor: int = 0, mark: bytes = b"\1\2\3\4", flags: int = 0,
    n_packets: int = UNKNOWN, order: str = ">",
) -> bytes:  # fmt: skip
    """Return the 48 bytes in front of the definitions."""
    first = magic + struct.pack(f"{order}HH", major, minor) + mark
    counts = struct.pack(f"{order}6IQ", n_hdrf, n_dpktf, text_len, hdata_len, packet_len, flags, n_packets)
    return first + counts


def stream(
    header: Sequence[str], fields: Sequence[str], hdata: bytes = b"", size: int = 0, packets: bytes = b"",
    *, text: bytes | None = None, fill: bytes = b"\0", **told: Any,
) -> bytes:  # fmt: skip
    """Return a stream: lines without their ends, header data, packets; *told* overrides numbers of the prefix."""
    lines = "".join(f"{line}\n" for line in (*header, *fields)).encode("latin-1") if text is None else text
    numbers = {
        "n_hdrf": len(header), "n_dpktf": len(fields), "text_len": len(lines), "hdata_len": len(hdata), "packet_len": size,
    }  # fmt: skip
    return head(**{**numbers, **told}) + pad(lines, fill) + pad(hdata, fill) + packets


def nd(dtype: str, values: ArrayLike, shape: Sequence[int] | None = None) -> dict[str, Any]:
    """Return `{"$nd": …}` with big-endian data in C order."""
    array = np.array(values, dtype=dtype)
    array = array if shape is None else array.reshape(shape)
    data = base64.b64encode(array.tobytes("C")).decode()
    return {"$nd": {"dtype": array.dtype.str, "shape": list(array.shape), "data": data}}


def header_(name: str, kind: str, extents: Sequence[int], array: dict[str, Any]) -> list[Any]:
    """Return a header field of a canonical value."""
    return [name, kind, list(extents), array]


def raw(data: bytes) -> dict[str, str]:
    """Return `{"$bytes": …}`."""
    return {"$bytes": base64.b64encode(data).decode()}


def field_(name: str, kind: str, extents: Sequence[int] = (1,)) -> list[Any]:
    """Return a packet field of a canonical value."""
    return [name, kind, list(extents)]


def value(header: Sequence[Any] = (), fields: Sequence[Any] = (), packets: dict[str, Any] | None = None) -> Any:
    """Return the canonical value of a stream."""
    return {"header": list(header), "fields": list(fields), "packets": packets or {}}


@dataclass
class Group:
    """The vectors of one subject; `name` is the middle part of their ids."""

    name: str
    vectors: list[dict[str, Any]] = field(default_factory=list)

    def valid(self, name: str, rules: str, doc: str, data: bytes, expected: Any, *, canonical: bool = True) -> None:
        """Add bytes that decode to *expected*; canonical: and that the value gives back byte for byte."""
        self._add("valid", name, rules, doc, data, {"value": expected, **({"canonical": True} if canonical else {})})

    def invalid(
        self, name: str, rules: str, doc: str, data: bytes, category: str, path: str | None = None, at: int | None = None,
        partial: Any = None,
    ) -> None:  # fmt: skip
        """Add bytes that are refused; *category* may be several words."""
        words = category.split()
        error: dict[str, Any] = {"category": words if len(words) > 1 else words[0]}
        error |= {} if path is None else {"path": path}
        error |= {} if at is None else {"at": at}
        self._add(
            "invalid", name, rules, doc, data, {"error": error, **({} if partial is None else {"partial": partial})}
        )

    def scenario(self, name: str, rules: str, doc: str, *steps: tuple[str, dict[str, Any], Any]) -> None:
        """Add steps on a pipe: (operation, arguments, expected answer); a refusal is expected as ``!category``."""
        expect = [
            {"error": {"category": answer[1:]}}
            if isinstance(answer, str) and answer.startswith("!")
            else {"value": answer}
            for _, _, answer in steps
        ]
        made = [{"op": op, "args": args} for op, args, _ in steps]
        self._add("scenario", name, rules, doc, b"", {"steps": made, "expect": expect})

    def unwritable(self, name: str, rules: str, doc: str, given: Any, category: str) -> None:
        """Add a value that no stream holds; *category* may be several words."""
        self._add("encode", name, rules, doc, b"", {"value": given, "error": {"category": category.split()}})

    def long(self, name: str, rules: str, doc: str, runs: Sequence[tuple[bytes, int]], expected: Any) -> None:
        """Add bytes in which something repeats, as pairs of it and how often, that decode to *expected*."""
        pairs = [[data.hex(), count] for data, count in runs]
        self._add("valid", name, rules, doc, b"", {"runs": pairs, "value": expected, "canonical": True})

    def _add(self, kind: str, name: str, rules: str, doc: str, data: bytes, result: dict[str, Any]) -> None:
        self.vectors.append(
            {
                "id": f"bpipe/{self.name}/{name}",
                "kind": kind,
                "level": "MUST",
                "rules": [f"BP-{number}" for number in rules.split()],
                "doc": doc,
                **({} if kind in ("scenario", "encode") or "runs" in result else {"hex": data.hex()}),
                **result,
            }
        )


def write(groups: Sequence[Group], folder: Path) -> None:
    """Write `valid`, `invalid`, `encode` and `scenario.<group>.json` of every group into *folder*."""
    for group in groups:
        for kind in ("valid", "invalid", "encode", "scenario"):
            vectors = [vector for vector in group.vectors if vector["kind"] == kind]
            if vectors:
                about = {"format": "bpipe", "version": "1.0", "group": group.name, "provenance": PROVENANCE}
                text = json.dumps(about | {"vectors": vectors}, indent=1, ensure_ascii=False, allow_nan=False)
                (folder / f"{kind}.{group.name}.json").write_bytes(text.encode() + b"\n")
