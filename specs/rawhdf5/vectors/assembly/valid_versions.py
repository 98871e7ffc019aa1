"""Versions, attributes and objects beside the known ones, and files made by the original."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any
from unittest import mock

import h5py
import numpy as np

from .entries import Entry, either, valid
from .good import THREE, plain, rows_value
from .h5build import CREATED, MODIFIED, create, write_raw

__all__ = ["original_vectors", "version_vectors"]


def version_vectors(folder: Path) -> list[Entry]:
    """Return the vectors of group versions."""
    newer = "A newer minor of the known major, greater as a number though not as text"
    entries = [
        plain(folder, "io-version", "With an io_version", "RAW-016 RAW-058", THREE, io_version="0.0"),
        plain(
            folder,
            "io-version-large",
            "An io_version of another major and two digits",
            "RAW-059",
            THREE,
            io_version="12.34",
        ),
        plain(folder, "version-0-9", "A newer minor of the known major", "RAW-052", THREE, version="0.9"),
        plain(folder, "version-0-10", newer, "RAW-052 RAW-051", THREE, version="0.10", io_version="0.10"),
        plain(folder, "modified-later", "Written to after it was made", "RAW-013", THREE, modified=MODIFIED),
        plain(folder, "created-0", "Both times are the epoch itself", "RAW-013", THREE, created=0.0, modified=0.0),
        _extra(folder),
    ]
    wider = np.dtype([("io_groups", "u1"), ("later_field", "<u4")])
    doc = "A newer minor with a header field that version 0.0 does not have: the known field is read"
    entries.append(
        plain(folder, "newer-field", doc, "RAW-052", THREE, version="0.1", headers_type=wider, level="SHOULD")
    )
    loose: list[tuple[str, str, dict[str, Any], list[str]]] = [
        (
            "version-ascii",
            "The version is marked as ASCII, not UTF-8",
            {"version": np.array("0.0", dtype=h5py.string_dtype("ascii"))},
            ["type"],
        ),
        (
            "created-integer",
            "The times are whole numbers of 64 bits",
            {"created": 1600000000, "modified": 1600000000},
            ["type"],
        ),
        (
            "io-version-word",
            "The io_version is no major.minor, and nobody asks for it",
            {"io_version": "pacman"},
            ["version", "syntax", "constraint"],
        ),
    ]
    for name, doc, how, categories in loose:
        write_raw(folder / f"{name}.h5", THREE, **how)
        value = rows_value(THREE, [0, 1, 2], io_version=how.get("io_version"))
        rules = {"version-ascii": "RAW-012", "created-integer": "RAW-013", "io-version-word": "RAW-046"}[name]
        entries.append(either(name, doc, rules, f"{name}.h5", value, categories))
    return entries


def original_vectors(folder: Path) -> list[Entry]:
    """Files made by larpix-control itself, its clock held still."""
    from larpix.format.rawhdf5format import to_rawfile  # sets an environment variable on import: last of all

    needs = {"hdf5": "2.0"}
    entries = []
    with mock.patch.object(time, "time", lambda: CREATED):
        for name, doc, calls in (
            ("original-empty", "Made by larpix-control without rows", [{}]),
            (
                "original-rows",
                "Three rows by larpix-control, with an io_version",
                [{"msgs": THREE, "msg_headers": {"io_groups": [3, 2, 1]}, "io_version": "0.0"}],
            ),
            (
                "original-appended",
                "Two appends of larpix-control to one file",
                [{"msgs": THREE, "msg_headers": {"io_groups": [3, 2, 1]}}] * 2,
            ),
        ):
            path = folder / f"{name}.h5"
            path.unlink(missing_ok=True)
            for call in calls:
                to_rawfile(str(path), **call)
            repeats = len(calls) if "msgs" in calls[0] else 0
            value = rows_value(THREE * repeats, [3, 2, 1] * repeats, io_version=calls[0].get("io_version"))
            entries.append(valid(name, doc, "RAW-004", path.name, value, needs=needs, program="larpix-control"))
    return entries


def _extra(folder: Path) -> Entry:
    """More than eight attributes leave the object header for a heap of their own, `version` among them."""
    write_raw(folder / "extra-objects.h5", THREE)
    with h5py.File(folder / "extra-objects.h5", "r+", libver=("v110", "v110")) as file:
        for number in range(12):
            file["meta"].attrs[f"site_{number}"] = number
        file.attrs["title"] = "run 7"
        file["msgs"].attrs["note"] = "not part of the format"
        create(file, "configs", 2, np.dtype("<f4"), {})
        file.create_group("other").attrs["version"] = "9.9"
    doc = "Unknown attributes (more than fit the object header), datasets and groups"
    return valid("extra-objects", doc, "RAW-019", "extra-objects.h5", rows_value(THREE, [0, 1, 2]))
