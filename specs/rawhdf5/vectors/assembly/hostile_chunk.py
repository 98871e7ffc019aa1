"""Chunks that cannot be undone, row counts beyond all bytes, and rows that lie elsewhere."""

from __future__ import annotations

import zlib
from pathlib import Path

import h5py

from . import h5edit
from .entries import Entry, invalid
from .h5build import FILTERED, HEADER_TYPE, write_raw
from .hostile import ROWS, Edit, damaged, flip

__all__ = ["chunk_vectors", "extent_vectors"]

REFUSED = "unsupported constraint type io"


def chunk_vectors(folder: Path) -> list[Entry]:
    """Return the vectors of group chunk."""
    msgs, headers = ("msgs", "/msgs"), ("msg_headers", "/msg_headers")
    summed, plain = {**FILTERED, "fletcher32": True}, zlib.compress(bytes(1024), 4)
    return [
        damaged(
            folder,
            "deflate-damaged",
            "The deflate data of a chunk are overwritten",
            "RAW-040",
            "compression",
            _damaged,
            *msgs,
        ),
        damaged(
            folder,
            "deflate-cut",
            "The deflate data of a chunk end in the middle",
            "RAW-040",
            "compression truncated",
            _cut,
            *msgs,
        ),
        damaged(
            folder,
            "deflate-text",
            "A chunk is text where deflate data should be",
            "RAW-040",
            "compression",
            _stored(b"not deflate data"),
            *msgs,
        ),
        damaged(
            folder,
            "deflate-sum",
            "The deflate data are whole, their Adler-32 sum is wrong",
            "RAW-040",
            "compression checksum",
            _stored(plain[:-1] + bytes([plain[-1] ^ 1]), "msg_headers"),
            *headers,
        ),
        damaged(
            folder,
            "fletcher32-wrong",
            "A chunk does not agree with its Fletcher-32 sum",
            "RAW-040",
            "checksum",
            _sums,
            *headers,
            headers_layout=summed,
        ),
        damaged(folder, "index-checksum", "A byte of the chunk index is wrong", "RAW-008", "checksum framing", _index),
        _unknown_filter(folder),
    ]


def extent_vectors(folder: Path) -> list[Entry]:
    """Return the vectors of group extent."""
    return [
        damaged(
            folder,
            "rows-2-40",
            "2^40 rows of which three were ever written, in a file of some kilobytes",
            "RAW-041",
            "limit size",
            _grow(1 << 40),
        ),
        damaged(
            folder,
            "rows-2-62",
            "2^62 rows: their references alone overflow 64 bits",
            "RAW-041",
            "limit size",
            _grow(1 << 62),
        ),
        damaged(
            folder,
            "external-data",
            "The headers' bytes are said to lie in another file",
            "RAW-042",
            REFUSED,
            _elsewhere,
            "msg_headers",
            "/msg_headers",
            level="SHOULD",
        ),
        damaged(
            folder,
            "external-link",
            "/msgs is a link to another file",
            "RAW-042",
            REFUSED,
            _linked,
            "msgs",
            "/msgs",
            level="SHOULD",
        ),
        damaged(
            folder,
            "virtual",
            "The headers are a view of another file's",
            "RAW-042",
            REFUSED,
            _virtual,
            "msg_headers",
            "/msg_headers",
            level="SHOULD",
        ),
    ]


def _unknown_filter(folder: Path) -> Entry:
    """A filter number that nobody registered; the chunk says it was applied."""
    name = "filter-unknown"
    write_raw(folder / f"{name}.h5", ROWS)
    with h5py.File(folder / f"{name}.h5", "r+", libver=("v110", "v110")) as file:
        del file["msg_headers"]
        how = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
        how.set_chunk((1024,))
        how.set_obj_track_times(False)
        how.set_filter(40000, h5py.h5z.FLAG_OPTIONAL)
        space = h5py.h5s.create_simple((3,), (h5py.h5s.UNLIMITED,))
        rows = h5py.h5d.create(file.id, b"msg_headers", h5py.h5t.py_create(HEADER_TYPE, logical=True), space, how)
        rows.write_direct_chunk((0,), bytes(1024), 0)
    doc = "A chunk went through a filter that is not there"
    return invalid(name, doc, "RAW-024", f"{name}.h5", "unsupported", "msg_headers", "/msg_headers")


def _stored(data: bytes, dataset: str = "msgs") -> Edit:
    return lambda path: h5edit.replace_chunk(path, data, dataset)


def _damaged(path: Path) -> None:
    at, size = h5edit.chunk_place(path, "msgs")
    h5edit.patch(path, at + 2, b"\xff" * (size - 2))


def _sums(path: Path) -> None:
    at, size = h5edit.chunk_place(path, "msg_headers")  # HDF5 does not sum variable-length rows
    flip(path, at + size - 1)


def _cut(path: Path) -> None:
    chunk = zlib.compress(bytes(h5edit.chunk_bytes(path)), 4)
    h5edit.replace_chunk(path, chunk[: len(chunk) // 2])


def _index(path: Path) -> None:
    h5edit.patch(path, path.read_bytes().index(b"EAHD") + 12, b"\xff")


def _grow(rows: int) -> Edit:
    def edit(path: Path) -> None:
        with h5py.File(path, "r+", libver=("v110", "v110")) as file:
            file["msgs"].resize((rows,))
            file["msg_headers"].resize((rows,))

    return edit


def _elsewhere(path: Path) -> None:
    with h5py.File(path, "r+", libver=("v110", "v110")) as file:
        del file["msg_headers"]
        file.create_dataset("msg_headers", shape=(3,), dtype=HEADER_TYPE, external=[("one.h5", 0, 3)])


def _linked(path: Path) -> None:
    with h5py.File(path, "r+", libver=("v110", "v110")) as file:
        del file["msgs"]
        file["msgs"] = h5py.ExternalLink("one.h5", "/msgs")


def _virtual(path: Path) -> None:
    with h5py.File(path, "r+", libver=("v110", "v110")) as file:
        del file["msg_headers"]
        how = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
        how.set_obj_track_times(False)
        space = h5py.h5s.create_simple((3,))
        how.set_virtual(space, b"one.h5", b"msg_headers", h5py.h5s.create_simple((3,)))
        h5py.h5d.create(file.id, b"msg_headers", h5py.h5t.py_create(HEADER_TYPE, logical=True), space, how)
