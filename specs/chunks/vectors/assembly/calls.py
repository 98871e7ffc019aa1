"""The functions by name: images however they lie in memory, cutouts one at a time, and the image put together again."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from itertools import permutations, product
from pathlib import Path
from typing import Any

from .kit import PROVENANCE, blobs, count, elements, nd

__all__ = ["write"]

_SHAPE, _CHUNK = (4, 6, 2), (2, 3, 1)
_ITEMS = elements(_SHAPE, 2)
_IMAGE = nd(_ITEMS, "<u2", _SHAPE)


def _raw(data: bytes) -> dict[str, str]:
    return {"$bytes": base64.b64encode(data).decode()}


def _blobs(order: str) -> list[dict[str, str]]:
    return [_raw(one) for one in blobs(_ITEMS, _SHAPE, _CHUNK, order)]


def _vector(name: str, rules: str, doc: str, *steps: tuple[str, dict[str, Any], Any]) -> dict[str, Any]:
    return {
        "id": f"chunks/calls/{name}", "kind": "scenario", "level": "MUST", "rules": [f"CHK-{one}" for one in rules.split()], "doc": doc,
        "steps": [{"op": op, "args": args} for op, args, _ in steps], "expect": [{"value": value} for *_, value in steps],
    }  # fmt: skip


def _laid_out(axes: Sequence[int], steps: Sequence[int], writable: bool = True) -> dict[str, Any]:
    return {"$memory": {"array": _IMAGE, "axes": list(axes), "steps": list(steps), "writable": writable}}


def _memory() -> list[dict[str, Any]]:
    """The image in every order of its axes, forwards and backwards, with gaps, and read-only."""
    cases = [(f"axes-{''.join(map(str, axes))}", axes, (1, 1, 1), True) for axes in permutations(range(3))]
    cases += [
        ("backwards", (0, 1, 2), (-1, -1, -1), True), ("one-backwards", (0, 1, 2), (1, -1, 1), True), ("gaps", (0, 1, 2), (2, 3, 4), True),
        ("gaps-backwards-turned", (2, 0, 1), (-2, 1, -3), True), ("read-only", (0, 1, 2), (1, 1, 1), False),
        ("read-only-turned", (1, 2, 0), (1, 2, -1), False),
    ]  # fmt: skip
    found = []
    for name, axes, steps, writable in cases:
        calls = [
            (
                "tobytes",
                {"image": _laid_out(axes, steps, writable), "chunk_size": list(_CHUNK), "order": order},
                _blobs(order),
            )
            for order in "CF"
        ]
        found.append(
            _vector(f"memory-{name}", "007 003 004 005", "the same blobs however the image lies in memory", *calls)
        )
    return found


def _functions() -> list[dict[str, Any]]:
    said = {"chunk_size": list(_CHUNK), "order": "F"}
    points = [point[::-1] for point in product(*map(range, count(_SHAPE, _CHUNK)[::-1]))]
    pairs = [[list(point), blob] for point, blob in zip(points, _blobs("F"), strict=True)]
    plain = {"image": _IMAGE, "chunk_size": list(_CHUNK)}
    whole = {"blobs": _blobs("F"), "shape": list(_SHAPE), "dtype": "<u2", **said}
    return [
        _vector("order-by-default", "005", "C where no order is said", ("tobytes", plain, _blobs("C"))),
        _vector(
            "one-at-a-time", "030", "each cutout with its grid point", ("itertobytes", {"image": _IMAGE, **said}, pairs)
        ),
        _vector("put-together", "031", "the image from its blobs", ("frombytes", whole, _IMAGE)),
    ]


def write(folder: Path) -> int:
    """Write `scenarios.calls.json`; the number of vectors."""
    vectors = [*_memory(), *_functions()]
    body = {"format": "chunks", "version": "1.21", "group": "calls", "provenance": PROVENANCE, "vectors": vectors}
    (folder / "scenarios.calls.json").write_bytes((json.dumps(body, indent=1, ensure_ascii=False) + "\n").encode())
    return len(vectors)
