"""Files that are wrong as a whole: of another kind, with a wrong superblock, or cut short."""

from __future__ import annotations

import struct
from pathlib import Path

from . import h5edit
from .entries import Entry, invalid
from .h5build import write_raw
from .hostile import AWAY, ONES, ROWS, Edit, damaged, flip

__all__ = ["file_vectors", "truncated_vectors"]

SIGNATURE = b"\x89HDF\r\n\x1a\n"


def file_vectors(folder: Path) -> list[Entry]:
    """Return the vectors of group file."""
    return [*_other_kinds(), *_superblocks(folder), *_objects(folder)]


def truncated_vectors(folder: Path) -> list[Entry]:
    """Return the vectors of group truncated."""
    whole = folder / "whole.h5"
    write_raw(whole, ROWS)
    content = whole.read_bytes()
    whole.unlink()
    entries = []
    for size in (4, 8, 9, 12, 28, 44, 47, 48, 49):
        category = "truncated framing" if size < 8 else "truncated"
        entries.append(
            invalid(f"first-{size}", f"The first {size} bytes of a good file", "RAW-007", content[:size], category)
        )
    collection = content.index(b"GCOL")
    cuts = [
        ("objects", 600),
        ("collection-head", collection + 8),
        ("collection", collection + 40),
        ("tail", len(content) - 64),
        ("last-byte", len(content) - 1),
    ]
    for name, size in cuts:
        (folder / f"cut-{name}.h5").write_bytes(content[:size])
        doc = f"A good file of {len(content)} bytes cut after {size}"
        entries.append(invalid(f"cut-{name}", doc, "RAW-007", f"cut-{name}.h5", "truncated"))
    return entries


def _other_kinds() -> list[Entry]:
    return [
        invalid("text", "A text that is no HDF5 file", "RAW-001", b"created,modified,version\n" * 4, "framing"),
        invalid("zip", "The signature of a zip archive", "RAW-001", b"PK\x03\x04" + bytes(60), "framing"),
        invalid(
            "one-letter-off",
            "The signature with its letters in lower case",
            "RAW-001",
            SIGNATURE.lower() + bytes(88),
            "framing",
        ),
        invalid(
            "line-ends-changed",
            "The signature after a transfer as text",
            "RAW-001",
            b"\x89HDF\n\x1a\n\x03\x08\x08" + bytes(88),
            "framing",
        ),
        invalid("zero-bytes", "A file of zero bytes", "RAW-009", b"", "truncated framing"),
        invalid("zeros", "A hundred zero bytes", "RAW-001", bytes(100), "framing"),
    ]


def _superblocks(folder: Path) -> list[Entry]:
    return [
        damaged(
            folder,
            "superblock-checksum",
            "A bit of the superblock's checksum is wrong",
            "RAW-008",
            "checksum framing",
            _superblock(44, b"\xa5\xa5\xa5\xa5", seal=False),
        ),
        damaged(
            folder,
            "superblock-version",
            "Superblock version 9",
            "RAW-001",
            "unsupported framing",
            _superblock(8, b"\x09"),
        ),
        damaged(
            folder,
            "superblock-offsets",
            "Addresses of 255 bytes",
            "RAW-001",
            "unsupported framing size",
            _superblock(9, b"\xff"),
        ),
        damaged(
            folder,
            "superblock-end",
            "The superblock's end of file is a million bytes further",
            "RAW-007",
            "truncated",
            _superblock(28, struct.pack("<Q", 1_006_226)),
        ),
        damaged(
            folder,
            "superblock-end-ones",
            "The superblock's end of file has all bits set",
            "RAW-007",
            "truncated framing size",
            _superblock(28, struct.pack("<Q", ONES)),
        ),
    ]


def _objects(folder: Path) -> list[Entry]:
    return [
        damaged(
            folder,
            "root-ones",
            "The root group's address has all bits set",
            "RAW-011",
            AWAY,
            _superblock(36, struct.pack("<Q", ONES)),
        ),
        damaged(
            folder,
            "root-beyond",
            "The root group's address is behind the end",
            "RAW-011",
            AWAY,
            _superblock(36, struct.pack("<Q", 1 << 40)),
        ),
        damaged(
            folder,
            "root-itself",
            "The root group's address is the superblock's own",
            "RAW-011",
            AWAY,
            _superblock(36, struct.pack("<Q", 0)),
        ),
        damaged(
            folder,
            "msgs-header-checksum",
            "A byte of the object header of /msgs is wrong",
            "RAW-008",
            "checksum framing",
            lambda path: flip(path, h5edit.header_place(path, "msgs") + 12),
        ),
        damaged(
            folder,
            "meta-header-signature",
            "The object header of /meta has another signature",
            "RAW-008",
            "framing checksum",
            lambda path: h5edit.patch(path, h5edit.header_place(path, "meta"), b"OHDX"),
        ),
    ]


def _superblock(at: int, data: bytes, *, seal: bool = True) -> Edit:
    def edit(path: Path) -> None:
        h5edit.patch(path, at, data)
        if seal:
            h5edit.seal_superblock(path)

    return edit
