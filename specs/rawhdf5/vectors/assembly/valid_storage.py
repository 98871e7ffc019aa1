"""Heaps and references as they come to be in the life of a file."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from pathlib import Path

import h5py

from . import h5edit
from .entries import Entry, either, valid
from .good import THREE, plain, rows_value
from .h5build import write_raw, write_rows

__all__ = ["state_vectors", "storage_vectors"]


def storage_vectors(folder: Path) -> list[Entry]:
    """Return the vectors of group storage."""
    entries = [
        plain(
            folder,
            "message-70000",
            "A message of 70000 bytes between short ones",
            "RAW-039",
            [b"a", bytes(70000), b"b"],
        ),
        plain(
            folder,
            "collections",
            "Many collections: 30 messages of 1500 bytes",
            "RAW-032",
            [bytes([row]) * 1500 for row in range(30)],
        ),
    ]
    edits: list[tuple[str, str, str, Callable[[Path], list[bytes]]]] = [
        ("duplicate-references", "Three rows refer to one heap object", "RAW-031", _duplicate),
        ("backward-references", "Rows refer to the heap in the opposite order", "RAW-031", _backward),
        ("rewritten-rows", "Rows were written twice: the heap has objects that no row refers to", "RAW-033", _rewrite),
        (
            "never-written",
            "Rows that were made and never written are empty messages of group 0",
            "RAW-034 RAW-029",
            _extend,
        ),
        ("filter-skipped", "A chunk stored without its deflate, as its filter mask says", "RAW-024", _skip_filter),
    ]
    for name, doc, rules, edit in edits:
        write_raw(folder / f"{name}.h5", THREE)
        msgs = edit(folder / f"{name}.h5")
        groups = [0, 1, 2] + [0] * (len(msgs) - 3)
        entries.append(valid(name, doc, rules, f"{name}.h5", rows_value(msgs, groups)))
    entries += [_collection(folder, name, rest) for name, rest in (("collection-full", 0), ("collection-rest-8", 8))]
    write_raw(folder / "null-with-length.h5", THREE)
    h5edit.set_reference(folder / "null-with-length.h5", 1, length=5)
    doc = "A reference of length 5 to address 0: HDF5 gives an empty message, a strict reader refuses"
    alternatives = ["size", "framing", "constraint", "truncated"]
    entries.append(
        either(
            "null-with-length",
            doc,
            "RAW-034 RAW-035",
            "null-with-length.h5",
            rows_value(THREE, [0, 1, 2]),
            alternatives,
        )
    )
    return entries


def state_vectors(folder: Path) -> list[Entry]:
    """What a writer that did not close leaves in the superblock's consistency flags (byte 11)."""
    for name, flags in (("killed-writer", 5), ("killed-plain-writer", 1)):
        write_raw(folder / f"{name}.h5", THREE)
        h5edit.patch(folder / f"{name}.h5", 11, bytes([flags]))
        h5edit.seal_superblock(folder / f"{name}.h5")
    value = rows_value(THREE, [0, 1, 2])
    doc = "The flags still say that a single writer has the file open: it is read like any other"
    plain = "The flags say that a writer without readers has the file open, which this format never does"
    return [
        valid("killed-writer", doc, "RAW-006", "killed-writer.h5", value),
        either("killed-plain-writer", plain, "RAW-006 RAW-005", "killed-plain-writer.h5", value, ["state", "io"]),
    ]


def _collection(folder: Path, name: str, rest: int) -> Entry:
    """A second session makes a new collection of 4096 bytes: 16 for its head, 16 for the object's, then the message."""
    path, msgs = folder / f"{name}.h5", [*THREE, b"\x01" * (4096 - 16 - 16 - rest), b"next"]
    write_raw(path, THREE)
    for row in (3, 4):
        with h5py.File(path, "r+", libver=("v110", "v110")) as file:
            file["msgs"].resize((row + 1,))
            file["msg_headers"].resize((row + 1,))
            write_rows(file["msgs"], [msgs[row]], start=row)
    at = h5edit.collection_at(path, 3)
    assert path.read_bytes()[at + 8 : at + 16] == (4096).to_bytes(8, "little") and h5edit.object_at(path, 3) == at + 16
    doc = f"A message that leaves {rest} bytes of its collection" + (", too few for another object" if rest else "")
    return valid(name, doc, "RAW-033", path.name, rows_value(msgs, [0, 1, 2, 0, 0]))


def _duplicate(path: Path) -> list[bytes]:
    length, address, index = h5edit.reference(path, 2)
    for row in (0, 1):
        h5edit.set_reference(path, row, length, address, index)
    return [THREE[2]] * 3


def _backward(path: Path) -> list[bytes]:
    first, last = h5edit.reference(path, 0), h5edit.reference(path, 2)
    h5edit.set_reference(path, 0, *last)
    h5edit.set_reference(path, 2, *first)
    return THREE[::-1]


def _rewrite(path: Path) -> list[bytes]:
    with h5py.File(path, "r+", libver=("v110", "v110")) as file:
        write_rows(file["msgs"], [b"a longer first message", b"no longer empty"])
    return [b"a longer first message", b"no longer empty", THREE[2]]


def _extend(path: Path) -> list[bytes]:
    with h5py.File(path, "r+", libver=("v110", "v110")) as file:
        file["msgs"].resize((1030,))
        file["msg_headers"].resize((1030,))
    return THREE + [b""] * 1027


def _skip_filter(path: Path) -> list[bytes]:
    h5edit.replace_chunk(path, bytes(h5edit.chunk_bytes(path)), filter_mask=1)
    headers = zlib.compress(bytes([0, 1, 2]) + bytes(1021), 1)  # and the other one by another compressor's choice
    h5edit.replace_chunk(path, headers, dataset="msg_headers")
    return THREE
