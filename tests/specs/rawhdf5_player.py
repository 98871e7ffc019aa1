"""Play the call scenarios of rawhdf5 against any module that has to_rawfile, len_rawfile and from_rawfile.

Steps that look at a file or harm it are done here with h5py and plain bytes; the README of the format lists them.
"""

from __future__ import annotations

import base64
import hashlib
import os
import re
import subprocess
import sys
import threading
import time
import warnings
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from types import ModuleType
from typing import Any

import h5py
import numpy as np

__all__ = ["agrees", "canonical_rows", "look_layout", "play", "untag"]

Answer = dict[str, Any]
READER = "import sys,h5py\nf=h5py.File(sys.argv[1],'r',swmr=True)\nprint(len(f['msgs']),flush=True)\nsys.stdin.read()"


def play(scenario: dict[str, Any], module: ModuleType, folder: Path, vectors: Path) -> list[Answer]:
    """Run all steps of *scenario* in the empty *folder* and return one answer for each; an error does not end it."""
    with ExitStack() as held:
        player = _Player(module, folder, vectors, held)
        return [player.answer(step["op"], dict(step["args"])) for step in scenario["steps"]]


def agrees(expected: dict[str, Any], answers: list[Answer], step: int, *, categories: bool = False) -> bool:
    """Whether the answer to *step* is the one expected; *categories* compares those of errors too (not every program has them)."""
    answer = answers[step]
    if "any" in expected:
        return True
    if "error" in expected:
        wanted = expected["error"]["category"]
        allowed = [wanted] if isinstance(wanted, str) else wanted
        if "error" not in answer or not set(expected["error"].get("catches", ())) <= set(answer["error"]["catches"]):
            return False
        return not categories or answer["error"]["category"] in allowed
    if "same" in expected:
        return "value" in answer and answer == answers[expected["same"]]
    if "includes" in expected:
        return "value" in answer and _includes(answer["value"], expected["includes"])
    if "like" in expected:  # the one form that these scenarios have: bytes as text
        text = answer["value"].decode("latin-1") if "value" in answer else ""
        return re.fullmatch(expected["like"]["$text"], text, re.DOTALL) is not None
    return "value" in answer and bool(answer["value"] == expected["value"])


def canonical_rows(read: dict[str, Any]) -> dict[str, Any]:
    """Return the canonical value of what from_rawfile gives: plain JSON, the two times left out."""
    msgs = None if read["msgs"] is None else [{"$bytes": base64.b64encode(msg).decode()} for msg in read["msgs"]]
    groups = [int(group) for group in read["msg_headers"]["io_groups"]]
    return {
        "version": read["version"],
        "io_version": read["io_version"],
        "msgs": msgs,
        "msg_headers": {"io_groups": groups},
    }


def untag(value: Any) -> Any:
    """Return the Python value of a tagged JSON argument."""
    if isinstance(value, list):
        return [untag(item) for item in value]
    if not isinstance(value, dict):
        return value
    if value.keys() == {"$bytes"}:
        return base64.b64decode(value["$bytes"])
    if value.keys() == {"$int"}:
        return int(value["$int"])
    if value.keys() == {"$float"}:
        return float(value["$float"])
    if value.keys() == {"$nd"}:
        array = value["$nd"]
        return np.frombuffer(base64.b64decode(array["data"]), dtype=array["dtype"]).reshape(array["shape"])
    return {key: untag(item) for key, item in value.items()}


def look_layout(path: Path) -> dict[str, Any]:
    """Return what stands on the disk: flags, attributes and the two datasets, as plain values."""
    with h5py.File(path, "r") as file:
        flags = path.read_bytes()[8:12]
        kinds = {name: _attribute_kind(file["meta"].attrs.get_id(name)) for name in file["meta"].attrs}
        known = {name: _dataset(file[name]) for name in ("msgs", "msg_headers")}
        messages = {name: _layout_message(path, file[name]) for name in known}
        beside = {name: _beside(file[name]) for name in known}
        others = sorted(set(file) - {"meta", *known})
    return {
        "superblock": flags[0],
        "flags": flags[3],
        "meta": kinds,
        **known,
        "layout_messages": messages,
        "others": others,
        "beside": beside,
    }


class _Player:
    def __init__(self, module: ModuleType, folder: Path, vectors: Path, held: ExitStack) -> None:
        self.module, self.folder, self.vectors, self.held = module, folder, vectors, held
        self.reader: subprocess.Popen[str] | None = None

    def answer(self, op: str, args: dict[str, Any]) -> Answer:
        form, path = self._named(args.pop("filename", ""))
        args = {name: untag(value) for name, value in args.items()}
        own: Callable[..., Any] | None = getattr(self, f"_{op}", None)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                value = own(path, **args) if own else getattr(self.module, op)(form, **args)
        except Exception as error:
            message = f"{type(error).__name__}: {error}"
            catches = [one.__name__ for one in type(error).__mro__]
            return {"error": {"category": getattr(error, "category", None), "message": message, "catches": catches}}
        return {"value": canonical_rows(value) if op == "from_rawfile" else value}

    def _named(self, name: Any) -> tuple[Any, Path]:
        """The file name in the form that the step has it, and its path."""
        if isinstance(name, str):
            return str(self.folder / name), self.folder / name
        if "$path" in name:
            return self.folder / name["$path"], self.folder / name["$path"]
        path = self.folder / os.fsdecode(untag(name))
        return os.fsencode(path), path

    def _put(self, path: Path, file: str | None = None, data: bytes | None = None, after: float = 0) -> None:
        content = (self.vectors / file).read_bytes() if file else data or b""
        if not after:
            path.write_bytes(content)
            return
        beside = path.with_suffix(".new")
        beside.write_bytes(content)
        timer = threading.Timer(after, beside.replace, (path,))
        timer.start()
        self.held.callback(timer.join)

    def _mkdir(self, path: Path) -> None:
        path.mkdir()

    def _wait(self, _: Path, seconds: float) -> None:
        time.sleep(seconds)

    def _stat(self, path: Path) -> dict[str, Any]:
        if not path.is_file():
            return {"kind": "directory" if path.is_dir() else None}
        content = path.read_bytes()
        return {"kind": "file", "size": len(content), "sha256": hashlib.sha256(content).hexdigest()}

    def _meta(self, path: Path) -> dict[str, Any]:
        with h5py.File(path, "r") as file:
            found = dict(file["meta"].attrs)
        step = found["modified"] - found["created"]
        modified = "equal" if step == 0 else "later" if step > 0 else "earlier"
        return {"version": found["version"], "io_version": found.get("io_version"), "modified": modified}

    def _times(self, path: Path) -> dict[str, Any]:
        given = self.module.from_rawfile(str(path))
        with h5py.File(path, "r") as file:
            stored = {name: file["meta"].attrs[name] for name in ("created", "modified")}
        return {"keys": list(given), **{name: bool(given[name] == value) for name, value in stored.items()}}

    def _layout(self, path: Path) -> dict[str, Any]:
        return look_layout(path)

    def _bytes(self, path: Path) -> bytes:
        return path.read_bytes()

    def _open_reader(self, path: Path) -> int:
        pipe = subprocess.PIPE
        self.reader = self.held.enter_context(
            subprocess.Popen([sys.executable, "-c", READER, str(path)], stdin=pipe, stdout=pipe, text=True)
        )
        assert self.reader.stdout is not None
        return int(self.reader.stdout.readline())

    def _close_reader(self, _: Path) -> None:
        assert self.reader is not None
        self.reader.communicate()


def _includes(value: Any, part: Any) -> bool:
    if isinstance(part, dict):
        return isinstance(value, dict) and all(key in value and _includes(value[key], part[key]) for key in part)
    return bool(value == part)


def _attribute_kind(attribute: Any) -> str:
    kind, scalar = attribute.get_type(), attribute.get_space().get_simple_extent_ndims() == 0
    if not scalar:
        return "array"
    if isinstance(kind, h5py.h5t.TypeStringID) and kind.is_variable_str() and kind.get_cset() == h5py.h5t.CSET_UTF8:
        return "text"
    return "f64" if kind.equal(h5py.h5t.IEEE_F64LE) else str(kind)


def _dataset(rows: h5py.Dataset) -> dict[str, Any]:
    properties = rows.id.get_create_plist()
    found = [properties.get_filter(number) for number in range(properties.get_nfilters())]
    filters = [["deflate", *values] if code == 1 else [code, *values] for code, _, values, _ in found]
    limit, size = list(rows.maxshape), list(rows.chunks or ())
    return {
        "type": _type_name(rows.id.get_type()),
        "shape": list(rows.shape),
        "maxshape": limit,
        "chunks": size,
        "filters": filters,
    }


def _beside(rows: h5py.Dataset) -> dict[str, Any]:
    early = rows.id.get_create_plist().get_alloc_time() != h5py.h5d.ALLOC_TIME_INCR
    return {"attributes": list(rows.attrs), "times": h5py.h5g.get_objinfo(rows.id).mtime > 0, "by_chunk": not early}


def _type_name(kind: Any) -> Any:
    if isinstance(kind, h5py.h5t.TypeVlenID):
        return f"sequence of {_type_name(kind.get_super())}"
    if isinstance(kind, h5py.h5t.TypeCompoundID):
        return {
            kind.get_member_name(i).decode(): _type_name(kind.get_member_type(i)) for i in range(kind.get_nmembers())
        }
    return "u8" if kind.equal(h5py.h5t.STD_U8LE) else str(kind.dtype)


def _layout_message(path: Path, rows: h5py.Dataset) -> int | None:
    """Return the version of the data layout message in a version 2 object header (first block only)."""
    content, at = path.read_bytes(), int(h5py.h5o.get_info(rows.id).addr)
    assert content[at : at + 4] == b"OHDR"
    flags = content[at + 5]
    width, head = 1 << (flags & 3), 6 + (16 if flags & 0x20 else 0) + (4 if flags & 0x10 else 0)
    end = at + head + width + int.from_bytes(content[at + head : at + head + width], "little")
    at += head + width
    while at + 4 <= end:
        kind, size = content[at], int.from_bytes(content[at + 1 : at + 3], "little")
        at += 6 if flags & 0x04 else 4
        if kind == 8:
            return content[at]
        at += size
    return None
