"""Vectors, their canonical values, and the files that hold them."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

__all__ = ["Group", "after", "b64", "dated", "nd", "place", "rational", "save"]

_PIXELS = ("|u1", "u1", "<u2", ">u2", "<u4", ">u4")
PROVENANCE = "assembled by hand with assemble.py (no codec involved)"


class Group:
    """The vectors of one group; valid ones go to `valid.<name>.json`, the others to `invalid.<name>.json`, those that are only
    written to `encode.<name>.json`, steps to `scenarios.<name>.json`."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.vectors: list[dict[str, Any]] = []

    def valid(self, what: str, rules: str, doc: str, data: bytes, value: Any, **more: Any) -> None:
        self._add("valid", what, rules, doc, data, {"value": value}, more)

    def canonical(self, what: str, rules: str, doc: str, data: bytes, value: Any, **more: Any) -> None:
        """Valid, and exactly what an encoder writes that does not compress: images are written little-endian."""
        big = any(one["$nd"]["dtype"][0] == ">" for one in (value.get("data") or {}).values() if "$nd" in one)
        if not _not_writable(value) and not big:
            more |= {"canonical": True, "encode_options": {"compression": "none"}}
        self._add("valid", what, rules, doc, data, {"value": value}, more)

    def invalid(
        self,
        what: str,
        rules: str,
        doc: str,
        data: bytes,
        category: str,
        path: str = "",
        at: int | None = None,
        **more: Any,
    ) -> None:
        self._add("invalid", what, rules, doc, data, {"error": _error(category, path, at)}, more)

    def either(
        self, what: str, rules: str, doc: str, data: bytes, value: Any, category: str, path: str = "", **more: Any
    ) -> None:
        self._add("either", what, rules, doc, data, {"value": value, "error": _error(category, path, None)}, more)

    def encode(self, what: str, rules: str, doc: str, data: bytes, value: Any, options: dict[str, str], **more: Any) -> None:  # fmt: skip
        """What a writer must write, and nothing else."""
        self._add("encode", what, rules, doc, data, {"value": value}, {"encode_options": options, **more})

    def unwritable(self, what: str, rules: str, doc: str, value: Any, category: str, path: str = "", **more: Any) -> None:  # fmt: skip
        """A value that a writer must refuse."""
        self._add("encode", what, rules, doc, None, {"value": value, "error": _error(category, path, None)}, more)

    def scenario(self, what: str, rules: str, doc: str, steps: Sequence[tuple[dict[str, Any], dict[str, Any]]]) -> None:
        """Steps, each with the answer that it must have."""
        head = {
            "id": f"simplon/{self.name}/{what}",
            "kind": "scenario",
            "level": "MUST",
            "rules": [f"SV2-{one}" for one in rules.split()],
        }
        self.vectors.append(
            {**head, "doc": doc, "steps": [step for step, _ in steps], "expect": [answer for _, answer in steps]}
        )

    def _add(
        self,
        kind: str,
        what: str,
        rules: str,
        doc: str,
        data: bytes | None,
        outcome: dict[str, Any],
        more: dict[str, Any],
    ) -> None:
        vector = {
            "id": f"simplon/{self.name}/{what}",
            "kind": kind,
            "level": more.pop("level", "MUST"),
            "rules": [f"SV2-{number}" for number in rules.split()],
            "doc": doc,
            **({} if data is None else {"hex": data.hex()}),
        }
        if kind in ("valid", "either") and (reason := _not_writable(outcome["value"])):
            more["encode"] = reason
        self.vectors.append(vector | more | outcome)


def _not_writable(value: Any) -> str:
    """Why an encoder may refuse this value: a key that it must be given, pixels of a type that no detector sends."""
    needed = {"series_id", "series_unique_id"} | ({"image_id", "data"} if value.get("type") == "image" else set())
    channels = (value.get("data") or {}).values()
    if missing := sorted(needed - {key for key, item in value.items() if item is not None}):
        return f"an encoder must be given {', '.join(missing)}"
    if not all("$nd" in one and one["$nd"]["dtype"] in _PIXELS and len(one["$nd"]["shape"]) == 2 for one in channels):
        return "an encoder writes images of two dimensions in uint8, uint16 or uint32"
    return ""


def _error(category: str, path: str, at: int | None) -> dict[str, Any]:
    categories = category.split()
    error: dict[str, Any] = {"category": categories if len(categories) > 1 else category}
    if path:
        error["path"] = path
    if at is not None:
        error["at"] = at
    return error


def save(groups: Sequence[Group], folder: Path) -> None:
    """Write the files of all *groups* into *folder*."""
    for group in groups:
        for prefix, kinds in (
            ("valid", ("valid",)),
            ("invalid", ("invalid", "either")),
            ("encode", ("encode",)),
            ("scenarios", ("scenario",)),
        ):
            chosen = [vector for vector in group.vectors if vector["kind"] in kinds]
            if chosen:
                content = {
                    "format": "simplon",
                    "version": "1.8",
                    "group": group.name,
                    "provenance": PROVENANCE,
                    "vectors": chosen,
                }
                file = folder / f"{prefix}.{group.name}.json"
                file.write_bytes((json.dumps(content, indent=1, ensure_ascii=False) + "\n").encode())


def b64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def nd(values: Any, dtype: str, shape: Sequence[int] | None = None) -> dict[str, Any]:
    """The canonical form of an array; *values* are numbers, or the bytes in C order."""
    if isinstance(values, bytes):
        assert shape is not None
        raw, dims = values, list(shape)
    else:
        numbers = np.array(values, dtype)
        numbers = numbers if shape is None else numbers.reshape(shape)
        raw, dims = numbers.tobytes(), list(numbers.shape)
    return {"$nd": {"dtype": dtype, "shape": dims, "data": b64(raw)}}


def dated(value: str) -> dict[str, str]:
    return {"$date": value}


def rational(numerator: Any, denominator: Any) -> dict[str, Any]:
    return {"$ratio": [numerator, denominator]}


def place(data: bytes, needle: bytes) -> int:
    """The offset of *needle*, which stands in *data* once."""
    assert data.count(needle) == 1, (needle.hex(), data.count(needle))
    return data.index(needle)


def after(data: bytes, needle: bytes) -> int:
    """The offset of the byte after *needle*: of a value, given its key."""
    return place(data, needle) + len(needle)
