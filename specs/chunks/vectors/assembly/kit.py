"""Cutouts element by element, by the index arithmetic of `../../README.md`; vectors and their files.

An array is a list of its elements' bytes in C order. Nothing here slices, reshapes or transposes: each element of
each blob is looked up by its own index.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Sequence
from itertools import product
from math import prod
from pathlib import Path
from typing import Any

__all__ = ["PROVENANCE", "Group", "blobs", "count", "elements", "nd", "options", "save", "value"]

PROVENANCE = "assembled by hand with assemble.py (no codec involved)"


def elements(shape: Sequence[int], itemsize: int, first: int = 0) -> list[bytes]:
    """Different elements for an array of *shape*: a running number, big-endian so that no byte order is symmetric."""
    return [((first + number) % 256**itemsize).to_bytes(itemsize, "big") for number in range(prod(shape))]


def count(shape: Sequence[int], chunk: Sequence[int]) -> list[int]:
    """Grid points along each axis, those of partial cutouts included."""
    return [-(-extent // step) for extent, step in zip(shape, chunk, strict=True)]


def blobs(items: Sequence[bytes], shape: Sequence[int], chunk: Sequence[int], order: str = "C") -> list[bytes]:
    """The blobs of the array *items*: list index gx + nx * (gy + ny * gz), elements in *order*."""
    found = []
    for point in _runs_first(count(shape, chunk)):
        start = [index * step for index, step in zip(point, chunk, strict=True)]
        extents = [min(step, extent - at) for step, extent, at in zip(chunk, shape, start, strict=True)]
        inside = product(*map(range, extents)) if order == "C" else _runs_first(extents)
        found.append(b"".join(items[_number(start, index, shape)] for index in inside))
    return found


def _runs_first(extents: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """Every index below *extents*, the first one running fastest."""
    for number in range(prod(extents)):
        index = []
        for extent in extents:
            index.append(number % extent)
            number //= extent
        yield tuple(index)


def _number(start: Sequence[int], index: Sequence[int], shape: Sequence[int]) -> int:
    """Where an element stands in C order."""
    number = 0
    for at, inner, extent in zip(start, index, shape, strict=True):
        number = number * extent + at + inner
    return number


def nd(items: Sequence[bytes], dtype: str, shape: Sequence[int]) -> dict[str, Any]:
    return {"$nd": {"dtype": dtype, "shape": list(shape), "data": base64.b64encode(b"".join(items)).decode()}}


def options(shape: Any, dtype: Any, chunk: Any, order: Any = "C", partial: bool = False, **more: Any) -> dict[str, Any]:
    """What a decoder is told."""
    return {"shape": shape, "dtype": dtype, "chunk_size": chunk, "order": order, "partial": partial, **more}


def value(
    items: Sequence[bytes], dtype: str, shape: Sequence[int], chunk: Sequence[int], order: str, partial: bool
) -> dict[str, Any]:
    """The canonical value."""
    return {"image": nd(items, dtype, shape), "chunk_size": list(chunk), "order": order, "partial": partial}


class Group:
    """The vectors of one group; valid ones go to `valid.<name>.json`, the others to `invalid` and `encode.<name>.json`."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.vectors: list[dict[str, Any]] = []

    def array(
        self,
        what: str,
        rules: str,
        doc: str,
        shape: Sequence[int],
        chunk: Sequence[int],
        *,
        dtype: str = "<u2",
        order: str = "C",
        partial: bool = False,
        items: list[bytes] | None = None,
        itemsize: int = 2,
        parts: list[bytes] | None = None,
    ) -> None:
        """A valid vector: *items* (or a running number) of *shape* in cutouts of *chunk*."""
        items = elements(shape, itemsize) if items is None else items
        parts = blobs(items, shape, chunk, order) if parts is None else parts
        said = options(list(shape), dtype.lstrip("|"), list(chunk), order, partial)
        outcome = {"canonical": True, "value": value(items, dtype, shape, chunk, order, partial)}
        # every one is written and read back, and every one is blobs of bytes
        self._add("valid", what, f"{rules} 023 031", doc, parts, said, outcome)

    def wrong(
        self,
        what: str,
        rules: str,
        doc: str,
        parts: list[bytes],
        said: dict[str, Any],
        category: str,
        path: str,
        at: int | None = None,
        partial: Any = None,
    ) -> None:
        """An invalid vector; *category* may be several words."""
        words = category.split()
        error: dict[str, Any] = {"category": words if len(words) > 1 else category, "path": path}
        if at is not None:
            error["at"] = at
        outcome = {"error": error} | ({} if partial is None else {"partial": partial})
        self._add("invalid", what, rules, doc, parts, said, outcome)

    def unwritable(self, what: str, rules: str, doc: str, given: dict[str, Any], category: str, path: str) -> None:
        """A value that cannot be cut into blobs; *category* may be several words."""
        error = {"category": category.split(), "path": path}
        self._add("encode", what, rules, doc, [], None, {"value": given, "error": error})

    def _add(
        self, kind: str, what: str, rules: str, doc: str, parts: list[bytes], said: Any, outcome: dict[str, Any]
    ) -> None:
        self.vectors.append(
            {
                "id": f"chunks/{self.name}/{what}",
                "kind": kind,
                "level": "MUST",
                "rules": [f"CHK-{number}" for number in rules.split()],
                "doc": doc,
                **({} if kind == "encode" else {"parts": [part.hex() for part in parts], "options": said}),
                **outcome,
            }
        )


def save(groups: Sequence[Group], folder: Path) -> int:
    """Write the files of all *groups* into *folder*; the number of vectors."""
    number = 0
    for group in groups:
        for kind in ("valid", "invalid", "encode"):
            chosen = [vector for vector in group.vectors if vector["kind"] == kind]
            if chosen:
                head = {"format": "chunks", "version": "1.21", "group": group.name, "provenance": PROVENANCE}
                text = json.dumps({**head, "vectors": chosen}, indent=1, ensure_ascii=False) + "\n"
                (folder / f"{kind}.{group.name}.json").write_bytes(text.encode())
                number += len(chosen)
    return number
