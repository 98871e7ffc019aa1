"""Files made with h5py, their expected values, and the vectors that name them."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

import h5py

__all__ = ["Group", "blob", "edited", "nd", "save", "strings"]


def blob(arrays: Mapping[str, Any], *, libver: Any = None, **options: Any) -> bytes:
    """A file with one dataset an array, chunks of one event, as the deployed serializer makes it; *options* go to h5py."""
    buffer = BytesIO()
    with h5py.File(buffer, "w", libver=libver) as file:
        for path, array in arrays.items():
            dtype = h5py.string_dtype() if array.dtype.kind == "O" else array.dtype
            settings = {"chunks": (1, *array.shape[1:]), **options}
            file.create_dataset(path, shape=array.shape, dtype=dtype, **settings)[...] = array
    return buffer.getvalue()


def edited(data: bytes, at: int, new: bytes) -> bytes:
    """*data* with *new* from byte *at* on."""
    return data[:at] + new + data[at + len(new) :]


def nd(array: Any) -> dict[str, Any]:
    """The canonical form of an array of numbers or fixed bytes; a single byte has the order mark ``|``."""
    raw = base64.b64encode(array.tobytes()).decode()
    return {"$nd": {"dtype": array.dtype.str, "shape": list(array.shape), "data": raw}}


def strings(items: Any) -> dict[str, Any]:
    return {"$strings": items}


def canonical(arrays: Mapping[str, Any]) -> dict[str, Any]:
    """The canonical value of arrays by path or source."""
    return {name: strings(array.tolist()) if array.dtype.kind == "O" else nd(array) for name, array in arrays.items()}


class Group:
    """The vectors of one group, and their files."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.vectors: list[dict[str, Any]] = []
        self.files: dict[str, bytes] = {}

    def valid(
        self,
        what: str,
        rules: str,
        doc: str,
        data: bytes,
        value: Mapping[str, Any],
        *,
        level: str = "MUST",
        **more: Any,
    ) -> None:
        """*value* is arrays by path (or by source, with a configuration), as they were given to h5py."""
        self._add("valid", what, rules, doc, data, {"level": level, **more, "value": canonical(value)})

    def invalid(
        self,
        what: str,
        rules: str,
        doc: str,
        data: bytes,
        category: str,
        path: str | None = None,
        at: Any = None,
        **more: Any,
    ) -> None:
        """*category* may be several words."""
        words = category.split()
        error: dict[str, Any] = {"category": words if len(words) > 1 else category}
        error |= {key: one for key, one in (("path", path), ("at", at)) if one is not None}
        self._add("invalid", what, rules, doc, data, {"level": "MUST", **more, "error": error})

    def _add(self, kind: str, what: str, rules: str, doc: str, data: bytes, rest: dict[str, Any]) -> None:
        file = f"{self.name}-{what}.h5"
        self.files[file] = data
        head = {"id": f"hdf5blob/{self.name}/{what}", "kind": kind, "rules": [f"HB-{one}" for one in rules.split()]}
        self.vectors.append({**head, "doc": doc, "file": file, **rest})


def save(groups: Sequence[Group], folder: Path, provenance: str) -> int:
    """Write the files of all *groups* into *folder*; the number of vectors."""
    for group in groups:
        for name, data in group.files.items():
            (folder / name).write_bytes(data)
        for kind in ("valid", "invalid"):
            chosen = [vector for vector in group.vectors if vector["kind"] == kind]
            if chosen:
                head = {"format": "hdf5blob", "version": "1", "group": group.name, "provenance": provenance}
                text = json.dumps({**head, "vectors": chosen}, indent=1, ensure_ascii=False) + "\n"
                (folder / f"{kind}.{group.name}.json").write_bytes(text.encode())
    return sum(len(group.vectors) for group in groups)
