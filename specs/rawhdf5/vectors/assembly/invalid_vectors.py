"""Files that must be refused for what their objects are: missing, of another type, of another version, of unequal length."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from .entries import Entry, bytes_text, invalid
from .h5build import ABSENT, FILTERED, HEADER_TYPE, VLEN_U8, create, write_raw, write_rows
from .hostile_chunk import chunk_vectors, extent_vectors
from .hostile_file import file_vectors, truncated_vectors
from .hostile_heap import heap_vectors

__all__ = ["invalid_groups"]

THREE = [b"first", b"", b"\x00third\x00"]
CHUNKED: dict[str, Any] = {"chunks": (1024,), "maxshape": (None,)}
Edit = Callable[[h5py.File], None]


def invalid_groups(folder: Path) -> dict[str, list[Entry]]:
    """Write the files into *folder* and return the vectors by group."""
    objects = [*_missing(folder), *_types(folder)]
    return {
        "objects": objects,
        "versions": _versions(folder),
        "lengths": _lengths(folder),
        "file": file_vectors(folder),
        "truncated": truncated_vectors(folder),
        "heap": heap_vectors(folder),
        "chunk": chunk_vectors(folder),
        "extent": extent_vectors(folder),
    }


def _edited(folder: Path, name: str, edit: Edit, **how: Any) -> str:
    """Write three rows, change objects with h5py, and return the file's name."""
    file = f"{name}.h5"
    write_raw(folder / file, THREE, **how)
    with h5py.File(folder / file, "r+", libver=("v110", "v110")) as opened:
        edit(opened)
    return file


def _missing(folder: Path) -> list[Entry]:
    def remove(name: str) -> Edit:
        return lambda file: file.__delitem__(name)

    entries = []
    for name in ("meta", "msgs", "msg_headers"):
        doc, file = f"/{name} is not there", _edited(folder, f"no-{name.replace('_', '-')}", remove(name))
        entries.append(
            invalid(
                file[:-3], doc, "RAW-011" if name == "meta" else "RAW-022", file, "constraint framing", name, f"/{name}"
            )
        )
    for name in ("version", "created", "modified"):
        file = _edited(folder, f"no-{name}", lambda _: None, **{name: ABSENT})
        entries.append(
            invalid(file[:-3], f"meta has no {name}", "RAW-017", file, "constraint", f"meta.{name}", f"/meta@{name}")
        )
    return entries


def _types(folder: Path) -> list[Entry]:
    group: Edit = lambda file: (file.__delitem__("msgs"), file.create_group("msgs"))[0]  # noqa: E731 - one of a table of edits

    def dataset(file: h5py.File) -> None:
        del file["meta"]
        file["meta"] = np.arange(3)

    attributes: list[tuple[str, str, str, dict[str, Any]]] = [
        ("version-integer", "The version is a number", "RAW-018", {"version": 0}),
        ("version-float", "The version is the number 0.0", "RAW-018", {"version": 0.0}),
        (
            "version-bytes",
            "The version is a string of fixed length, read as bytes",
            "RAW-018",
            {"version": np.bytes_("0.0")},
        ),
        (
            "version-array",
            "The version is an array of strings",
            "RAW-012",
            {"version": np.array(["0", "0"], dtype=h5py.string_dtype())},
        ),
        ("io-version-integer", "The io_version is a number", "RAW-018", {"io_version": 0}),
        ("created-text", "created is text", "RAW-013", {"created": "yesterday"}),
        ("modified-array", "modified is an array of two times", "RAW-013", {"modified": np.array([1.0, 2.0])}),
    ]
    entries = []
    for name, doc, rules, how in attributes:
        attribute = next(iter(how))
        file = _edited(folder, name, lambda _: None, **how)
        entries.append(invalid(name, doc, rules, file, "type", f"meta.{attribute}", f"/meta@{attribute}"))
    file = _edited(folder, "meta-dataset", dataset)
    entries.append(invalid("meta-dataset", "/meta is a dataset", "RAW-011", file, "type constraint", "meta", "/meta"))
    file = _edited(folder, "msgs-group", group)
    entries.append(invalid("msgs-group", "/msgs is a group", "RAW-022", file, "type constraint", "msgs", "/msgs"))
    return [*entries, *_dataset_types(folder), _draft(folder)]


def _dataset_types(folder: Path) -> list[Entry]:
    vlen = h5py.vlen_dtype
    plane: dict[str, Any] = {"chunks": (4, 2), "maxshape": (None, 2)}
    msgs: list[tuple[str, str, tuple[int, ...], Any, dict[str, Any]]] = [
        ("msgs-u64", "Sequences of unsigned 64-bit integers", (3,), vlen(np.dtype("<u8")), FILTERED),
        ("msgs-u16", "Sequences of unsigned 16-bit integers", (3,), vlen(np.dtype("<u2")), FILTERED),
        ("msgs-i8", "Sequences of signed 8-bit integers", (3,), vlen(np.dtype("i1")), FILTERED),
        ("msgs-text", "Variable-length strings", (3,), h5py.string_dtype(), FILTERED),
        ("msgs-plain", "Bytes, one a row", (3,), np.dtype("u1"), FILTERED),
        ("msgs-rank-2", "A table of two columns", (3, 2), VLEN_U8, plane),
        ("msgs-scalar", "A single element without rows", (), VLEN_U8, {}),
    ]
    headers: list[tuple[str, str, tuple[int, ...], Any, dict[str, Any]]] = [
        ("headers-plain", "Plain integers instead of the compound", (3,), np.dtype("u1"), FILTERED),
        ("headers-u16", "io_groups has 16 bits", (3,), np.dtype([("io_groups", "<u2")]), FILTERED),
        ("headers-i8", "io_groups is signed", (3,), np.dtype([("io_groups", "i1")]), FILTERED),
        (
            "headers-other-name",
            "The field is called io_group, as the original's text says",
            (3,),
            np.dtype([("io_group", "u1")]),
            FILTERED,
        ),
        (
            "headers-array-field",
            "io_groups is an array of two in each row",
            (3,),
            np.dtype([("io_groups", "u1", (2,))]),
            FILTERED,
        ),
        ("headers-rank-2", "A table of two columns", (3, 2), HEADER_TYPE, plane),
    ]
    entries = []
    for target, table in (("msgs", msgs), ("msg_headers", headers)):
        for name, doc, shape, kind, layout in table:

            def replace(
                file: h5py.File, target: str = target, shape: Any = shape, kind: Any = kind, layout: Any = layout
            ) -> None:
                del file[target]
                file.create_dataset(target, shape=shape, dtype=kind, **layout)

            category = "type constraint" if "rank" in name or "scalar" in name else "type"
            entries.append(
                invalid(name, doc, "RAW-022", _edited(folder, name, replace), category, target, f"/{target}")
            )
    return entries


def _draft(folder: Path) -> Entry:
    """The draft that never was released and called itself 0.0 as well."""

    def rebuild(file: h5py.File) -> None:
        del file["msgs"], file["msg_headers"]
        wide = h5py.vlen_dtype(np.dtype("<u8"))
        rows = create(file, "msgs", 2, wide, FILTERED)
        rows[0] = np.array([102, 105], dtype="<u8")
        create(file, "io_groups", 2, np.dtype("u1"), FILTERED)[...] = [1, 2]

    doc = "The unpublished draft of 0.0: 64-bit message elements and a plain dataset io_groups"
    return invalid("draft", doc, "RAW-022", _edited(folder, "draft", rebuild), "type constraint")


def _versions(folder: Path) -> list[Entry]:
    table = [
        ("major-1", "1.0", "An unknown major", "RAW-053", "version"),
        ("major-10", "10.0", "An unknown major of two digits that begins like a known text", "RAW-053", "version"),
        ("one-number", "0", "A version of one number", "RAW-046", "version syntax constraint"),
        ("three-numbers", "0.0.1", "A version of three numbers", "RAW-046", "version syntax constraint"),
        ("word", "abc", "A version that is a word", "RAW-046", "version syntax constraint"),
        ("empty-text", "", "A version that is the empty text", "RAW-046", "version syntax constraint"),
        ("minor-word", "0.x", "A minor that is no number", "RAW-046", "version syntax constraint"),
        ("minor-negative", "0.-1", "A minor with a sign", "RAW-046", "version syntax constraint"),
        ("minor-missing", "0.", "No minor behind the dot", "RAW-046", "version syntax constraint"),
        (
            "space",
            " 0.0",
            "A space before the number, which some number parsers skip",
            "RAW-046",
            "version syntax constraint",
        ),
        (
            "digits",
            "0.\u0661",
            "A digit that is not one of 0 to 9, which some number parsers take",
            "RAW-046",
            "version syntax constraint",
        ),
    ]
    entries = []
    for name, text, doc, rules, category in table:
        file = _edited(folder, f"version-{name}", lambda _: None, version=text)
        entries.append(invalid(name, doc, rules, file, category, "meta.version", "/meta@version"))
    return entries


def _lengths(folder: Path) -> list[Entry]:
    entries = []
    table = [
        ("more-msgs", THREE, [7, 8], "A writer died between the two datasets: 3 messages, 2 headers"),
        ("more-headers", THREE[:2], [7, 8, 9], "2 messages, 3 headers"),
        ("no-headers", THREE, [], "3 messages, no headers"),
        ("no-msgs", [], [7, 8, 9], "No messages, 3 headers"),
    ]
    for name, msgs, groups, doc in table:
        write_raw(folder / f"lengths-{name}.h5", msgs, groups)
        both = min(len(msgs), len(groups))
        kept = {"msgs": [bytes_text(msg) for msg in msgs[:both]], "msg_headers": {"io_groups": groups[:both]}}
        partial = {"version": "0.0", "io_version": None, **kept}
        entries.append(invalid(name, doc, "RAW-028", f"lengths-{name}.h5", "state", partial=partial))
    write_raw(folder / "lengths-gap.h5", THREE, [7, 8, 9])
    with h5py.File(folder / "lengths-gap.h5", "r+", libver=("v110", "v110")) as file:
        file["msgs"].resize((5,))
        write_rows(file["msgs"], [b"fifth"], start=4)
    kept = {"msgs": [bytes_text(msg) for msg in THREE], "msg_headers": {"io_groups": [7, 8, 9]}}
    doc = "Rows 3 and 4 have messages, row 3 an empty one, and no headers yet"
    partial = {"version": "0.0", "io_version": None, **kept}
    entries.append(invalid("gap", doc, "RAW-028", "lengths-gap.h5", "state", partial=partial))
    return entries
