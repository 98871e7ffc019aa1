"""Vectors of the toy format of `right`."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

VECTORS: list[dict[str, Any]] = [
    {
        "id": "toy/plain/two",
        "kind": "valid",
        "rules": ["TOY-001"],
        "doc": "two numbers",
        "hex": "54 0200 0100 0203",
        "value": {"items": {"$nd": {"dtype": "<u2", "shape": [2], "data": "AQACAw=="}}},
        "canonical": True,
    },
    {
        "id": "toy/plain/hashed",
        "kind": "valid",
        "doc": "the value states only the digest of the array",
        "hex": "54 0100 ff00",
        # sha256 of the bytes ff 00, by sha256sum
        "value": {
            "items": {
                "$nd": {
                    "dtype": "<u2",
                    "shape": [1],
                    "sha256": "ea5dbf9596d187e9500f23e9a680109475341cf4e81f7e043f7d97152c10772f",
                }
            }
        },
    },
    {
        "id": "toy/plain/cut",
        "kind": "invalid",
        "rules": ["TOY-002"],
        "doc": "the second number is cut",
        "hex": "54 0200 0100 02",
        "error": {"category": ["truncated", "size"], "path": "items", "at": 3},
    },
    {
        "id": "toy/plain/magic",
        "kind": "invalid",
        "level": "SHOULD",
        "doc": "another letter",
        "text": "U\u0000\u0000",
        "error": {"category": "framing", "at": 0},
    },
]


def write_vectors(root: Path, vectors: Sequence[Mapping[str, Any]] = (), **head: Any) -> Path:
    """Write a folder ``specs`` with the vectors of the toy format and return it."""
    folder = root / "specs" / "toy" / "vectors"
    folder.mkdir(parents=True, exist_ok=True)
    content = {"format": "toy", "version": "1", "group": "plain", "provenance": "by hand", **head}
    content["vectors"] = list(vectors or VECTORS)
    (folder / "all.plain.json").write_text(json.dumps(content), encoding="utf-8")
    return root / "specs"
