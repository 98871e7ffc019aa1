"""Files that must be read, and what each of them holds: layouts that the format writes and layouts that it only reads."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import h5py
import numpy as np

from .entries import Entry, bytes_text, either, valid
from .good import MANY, THREE, plain, rows_value
from .h5build import CREATED, FILTERED, HEADER_TYPE, VLEN_U8, create, write_raw, write_rows
from .valid_storage import state_vectors, storage_vectors
from .valid_versions import original_vectors, version_vectors

__all__ = ["valid_groups"]


def valid_groups(folder: Path) -> dict[str, list[Entry]]:
    """Write the files into *folder* and return the vectors by group."""
    return {
        "rows": _rows(folder),
        "layout": [*_chunked(folder), *_bounds(folder)],
        "storage": storage_vectors(folder),
        "versions": version_vectors(folder),
        "state": state_vectors(folder),
        "original": original_vectors(folder),
    }


def _rows(folder: Path) -> list[Entry]:
    every_byte = bytes(range(256))
    return [
        plain(folder, "empty", "No rows at all: both datasets have length 0 and no chunk", "RAW-030 RAW-011", []),
        plain(folder, "one", "One message", "RAW-020 RAW-021 RAW-029", [b"this is a message"], [1]),
        plain(folder, "one-empty", "One message of no bytes, which has no heap object", "RAW-034 RAW-029", [b""], [9]),
        plain(folder, "all-empty", "Five empty messages: a chunk of null references and no heap", "RAW-034", [b""] * 5),
        plain(
            folder, "many-lengths", "Lengths 0 to 40, so that every padding to 8 bytes occurs", "RAW-029 RAW-033", MANY
        ),
        plain(
            folder,
            "equal-lengths",
            "Twenty messages of 24 bytes each",
            "RAW-029",
            [bytes([row] * 24) for row in range(20)],
        ),
        plain(
            folder,
            "every-byte",
            "A message of all 256 byte values, and zeros at either end",
            "RAW-029",
            [every_byte, *THREE],
        ),
        plain(
            folder, "io-groups", "All 256 io_groups, one row each", "RAW-021 RAW-027", [bytes([g]) for g in range(256)]
        ),
        plain(folder, "same-group", "The largest io_group in every row", "RAW-021", THREE, [255, 255, 255]),
        plain(folder, "rows-1024", "Exactly one full chunk", "RAW-023", _numbered(1024)),
        plain(
            folder,
            "rows-1025",
            "One row in a second chunk, the rest of which is not there",
            "RAW-023 RAW-027",
            _numbered(1025),
        ),
        _long(folder),
    ]


def _long(folder: Path) -> Entry:
    """More rows than a signed number of 16 bits counts; of 256 one has a byte, the others stand nowhere."""
    count = 157 * 256
    with h5py.File(folder / "rows-40192.h5", "w", libver=("v110", "v110")) as file:
        meta = file.create_group("meta")
        meta.attrs["version"], meta.attrs["created"], meta.attrs["modified"] = "0.0", CREATED, CREATED
        msgs = create(file, "msgs", count, VLEN_U8, None)
        for row in range(255, count, 256):
            msgs[row] = np.frombuffer(b"x", "u1")
        headers = np.zeros(count, HEADER_TYPE)
        headers["io_groups"] = np.arange(count) % 256
        create(file, "msg_headers", count, HEADER_TYPE, None)[...] = headers
    texts = {"$repeat": [[*[bytes_text(b"")] * 255, bytes_text(b"x")], 157]}
    value = {**rows_value([], []), "msgs": texts, "msg_headers": {"io_groups": {"$repeat": [list(range(256)), 157]}}}
    doc = f"{count} rows, a number that 15 bits do not hold"
    return valid("rows-40192", doc, "RAW-027 RAW-029", "rows-40192.h5", value)


def _numbered(rows: int) -> list[bytes]:
    """Return *rows* messages of which only each 64th and the last have bytes: chunks without a large heap."""
    return [row.to_bytes(2, "big") if row % 64 == 63 or row == rows - 1 else b"" for row in range(rows)]


def _chunked(folder: Path) -> list[Entry]:
    rules = "RAW-024"
    layouts: list[tuple[str, str, str, dict[str, Any]]] = [
        ("chunks-7", "Chunks of 7 rows: six of them, the last not full", rules, _both({**FILTERED, "chunks": (7,)})),
        (
            "chunks-1",
            "Chunks of a single row: the chunk index has data blocks of its own",
            rules,
            _both({**FILTERED, "chunks": (1,)}),
        ),
        (
            "chunks-unlike",
            "The two datasets have chunks of different size",
            rules,
            {"msgs_layout": {**FILTERED, "chunks": (16,)}},
        ),
        ("no-filter", "Chunks without any filter", rules, _both({"chunks": (1024,), "maxshape": (None,)})),
        ("deflate-0", "Deflate at level 0, stored blocks only", rules, _both({**FILTERED, "compression_opts": 0})),
        (
            "shuffle",
            "Shuffle before deflate level 9",
            rules,
            _both({**FILTERED, "shuffle": True, "compression_opts": 9}),
        ),
        (
            "fletcher32",
            "A Fletcher-32 sum behind the headers' chunks",
            rules,
            {"headers_layout": {**FILTERED, "fletcher32": True}},
        ),
        (
            "three-filters",
            "Shuffle, deflate and Fletcher-32 on the headers",
            rules,
            {"headers_layout": {**FILTERED, "shuffle": True, "fletcher32": True}},
        ),
        (
            "fixed-size",
            "Datasets that cannot grow: the chunk index is of another kind",
            rules,
            _both({**FILTERED, "maxshape": (41,), "chunks": (16,)}),
        ),
    ]
    return [plain(folder, name, doc, cited, MANY, **how) for name, doc, cited, how in layouts]


def _bounds(folder: Path) -> list[Entry]:
    entries = []
    entries.append(
        plain(folder, "contiguous", "Both datasets contiguous", "RAW-025", THREE, **_both({}), level="SHOULD")
    )
    entries.append(_compact(folder))
    for bounds in ("v112", "v114"):
        doc = f"Written with both library bounds at {bounds}"
        entries.append(plain(folder, f"bounds-{bounds}", doc, "RAW-004", THREE, libver=(bounds, bounds)))
    doc = "Written with the newest bounds of HDF5 2.0: data layout message 5"
    entries.append(
        plain(folder, "bounds-latest", doc, "RAW-004", THREE, libver=("latest", "latest"), needs={"hdf5": "2.0"})
    )
    doc = "Superblock version 2, a chunk index of the older kind (B-tree)"
    entries.append(plain(folder, "bounds-v108", doc, "RAW-004", MANY, libver=("v108", "v108")))
    doc = "Superblock version 0, symbol table and version 1 object headers"
    entries.append(plain(folder, "bounds-earliest", doc, "RAW-004", THREE, libver=("earliest", "v110")))
    doc = "A user block of 512 bytes before the HDF5 signature, as HDF5 allows and the format does not mention"
    write_raw(folder / "userblock.h5", THREE, userblock=512)
    entries.append(
        either("userblock", doc, "RAW-001", "userblock.h5", rows_value(THREE, [0, 1, 2]), ["framing", "unsupported"])
    )
    return entries


def _both(layout: dict[str, Any]) -> dict[str, Any]:
    return {"msgs_layout": layout, "headers_layout": layout}


def _compact(folder: Path) -> Entry:
    """h5py's high level has no compact layout; a dataset creation list has."""
    write_raw(folder / "compact.h5", THREE)
    with h5py.File(folder / "compact.h5", "r+", libver=("v110", "v110")) as file:
        for name, kind in (("msgs", VLEN_U8), ("msg_headers", HEADER_TYPE)):
            del file[name]
            how = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
            how.set_layout(h5py.h5d.COMPACT)
            how.set_obj_track_times(False)
            space = h5py.h5s.create_simple((3,))
            h5py.h5d.create(file.id, name.encode(), h5py.h5t.py_create(kind, logical=True), space, how)
        write_rows(file["msgs"], THREE)
        file["msg_headers"][...] = np.array([(0,), (1,), (2,)], dtype=HEADER_TYPE)
    doc = "Both datasets compact: rows lie in the object header, bytes still in the heap"
    return valid("compact", doc, "RAW-025", "compact.h5", rows_value(THREE, [0, 1, 2]), level="SHOULD")
