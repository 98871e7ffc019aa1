"""References and heap collections that lead where they must not."""

from __future__ import annotations

import struct
from pathlib import Path

from . import h5edit
from .entries import Entry
from .hostile import AWAY, ONES, ROWS, Edit, damaged

__all__ = ["heap_vectors"]

Table = list[tuple[str, str, str, str, Edit]]


def heap_vectors(folder: Path) -> list[Entry]:
    """Return the vectors of group heap."""
    # the version's text lies in the same heap: only where a reference itself is wrong is the place of the error settled
    entries = [damaged(folder, f"heap-{row[0]}", *row[1:], "msgs[0]", "/msgs") for row in [*_addresses(), *_objects()]]
    entries += [damaged(folder, f"heap-{row[0]}", *row[1:]) for row in _collections()]
    shorter = ("heap-length-shorter", "A reference shorter than its object", "RAW-037", "size", _row(0, length=3))
    entries.append(damaged(folder, *shorter, "msgs[0]", "/msgs", level="SHOULD"))
    return [{**entry, "id": entry["id"].removeprefix("heap-")} for entry in entries]


def _addresses() -> Table:
    return [
        ("address-beyond", "A reference to an address far behind the end", "RAW-035", AWAY, _row(0, address=1 << 40)),
        (
            "address-end",
            "A reference to the very end of the file",
            "RAW-035",
            AWAY,
            _end_of_file,
        ),
        ("address-ones", "A reference whose address has all bits set", "RAW-035", AWAY, _row(0, address=ONES)),
        ("address-no-heap", "A reference into the file's own superblock", "RAW-032 RAW-035", AWAY, _row(0, address=8)),
        (
            "address-off-by-8",
            "A reference 8 bytes behind the start of its collection",
            "RAW-032",
            AWAY,
            lambda path: h5edit.set_reference(path, 0, address=h5edit.reference(path, 0)[1] + 8),
        ),
    ]


def _objects() -> Table:
    return [
        (
            "index-free",
            "A reference to object 0, the free rest of the collection",
            "RAW-036",
            "framing constraint size",
            _row(0, index=0),
        ),
        (
            "index-unknown",
            "A reference to object 77 of a collection of two",
            "RAW-036",
            "framing constraint size",
            _row(0, index=77),
        ),
        (
            "index-ones",
            "A reference whose index has all 32 bits set",
            "RAW-036",
            "framing constraint size",
            _row(0, index=0xFFFFFFFF),
        ),
        (
            "index-high-bits",
            "A reference whose index is right in its low 16 bits only",
            "RAW-036 RAW-031",
            "framing constraint size",
            lambda path: h5edit.set_reference(path, 0, index=h5edit.reference(path, 0)[2] | 0x10000),
        ),
        (
            "length-longer",
            "A reference one byte longer than its object: padding would be read",
            "RAW-037",
            "size",
            _row(0, length=len(ROWS[0]) + 1),
        ),
        (
            "length-next",
            "A reference so long that the next object would be read",
            "RAW-037",
            "size",
            _row(0, length=48),
        ),
        (
            "length-ones",
            "A reference whose length has all bits set",
            "RAW-037",
            "size limit",
            _row(0, length=0xFFFFFFFF),
        ),
    ]


def _collections() -> Table:
    return [
        ("signature", "The collection's signature is damaged", "RAW-032", "framing", _collection(0, b"GCOX")),
        (
            "collection-version",
            "Version 2 of the collection",
            "RAW-032",
            "framing unsupported",
            _collection(4, b"\x02"),
        ),
        ("collection-size-0", "A collection of size 0", "RAW-038", "size framing", _size(0)),
        (
            "collection-size-beyond",
            "A collection that ends behind the file",
            "RAW-038",
            "size truncated framing",
            _size(1 << 40),
        ),
        (
            "collection-size-ones",
            "A collection whose size has all bits set",
            "RAW-038",
            "size truncated framing",
            _size(ONES),
        ),
        (
            "object-size-beyond",
            "A heap object that ends behind its collection",
            "RAW-038",
            "size framing",
            _object_size(5000),
        ),
        (
            "object-size-ones",
            "A heap object whose size has all bits set",
            "RAW-038",
            "size framing",
            _object_size(ONES),
        ),
        (
            "object-size-wraps",
            "A heap object whose size, padded to 8, wraps to 0: a walk along the objects would not end",
            "RAW-038",
            "size framing",
            _object_size(ONES - 6),
        ),
    ]


def _end_of_file(path: Path) -> None:
    while h5edit.reference(path, 0)[1] != (
        size := path.stat().st_size
    ):  # the edit itself may move the chunk and the end
        h5edit.set_reference(path, 0, address=size)


def _row(number: int, **parts: int) -> Edit:
    return lambda path: h5edit.set_reference(path, number, **parts)


def _collection(at: int, data: bytes) -> Edit:
    return lambda path: h5edit.patch(path, h5edit.collection_at(path) + at, data)


def _size(value: int) -> Edit:
    return _collection(8, struct.pack("<Q", value))


def _object_size(value: int) -> Edit:
    return lambda path: h5edit.patch(path, h5edit.object_at(path) + 8, struct.pack("<Q", value))
