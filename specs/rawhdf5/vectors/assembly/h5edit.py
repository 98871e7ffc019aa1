"""Edit finished HDF5 files byte by byte: references, heap collections, the superblock and its checksum.

Offsets are those of the HDF5 file format specification (superblock version 2 and 3, global heap version 1). Nothing here
writes through the HDF5 library except `replace_chunk`, which hands it ready-made chunk bytes.
"""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import h5py

__all__ = [
    "REFERENCE",
    "chunk_bytes",
    "chunk_place",
    "collection_at",
    "header_place",
    "lookup3",
    "object_at",
    "patch",
    "reference",
    "replace_chunk",
    "seal_superblock",
    "set_reference",
]

REFERENCE = struct.Struct("<IQI")  # length, address of the collection, index of the object in it
SUPERBLOCK_SIZE = 48  # 8 signature, 4 bytes, 4 addresses of 8, checksum of 4


def patch(path: Path, at: int, data: bytes) -> None:
    """Overwrite the bytes of *path* from offset *at* with *data*; the file keeps its size."""
    content = bytearray(path.read_bytes())
    assert at >= 0 and at + len(data) <= len(content), (path.name, at, len(data), len(content))
    content[at : at + len(data)] = data
    path.write_bytes(content)


def chunk_place(path: Path, dataset: str, chunk: int = 0) -> tuple[int, int]:
    """Return byte offset and stored size of a chunk."""
    with h5py.File(path, "r") as file:
        info = file[dataset].id.get_chunk_info(chunk)
        return int(info.byte_offset), int(info.size)


def header_place(path: Path, name: str) -> int:
    """Return the byte offset of an object's header (signature OHDR)."""
    with h5py.File(path, "r") as file:
        at = int(h5py.h5o.get_info(file[name].id).addr)
    assert path.read_bytes()[at : at + 4] == b"OHDR"
    return at


def chunk_bytes(path: Path, dataset: str = "msgs", chunk: int = 0) -> bytearray:
    """Return the decompressed bytes of a chunk that has deflate, and nothing else, as its filter."""
    at, size = chunk_place(path, dataset, chunk)
    return bytearray(zlib.decompress(path.read_bytes()[at : at + size]))


def replace_chunk(path: Path, stored: bytes, dataset: str = "msgs", start: int = 0, filter_mask: int = 0) -> None:
    """Put *stored* in the place of the chunk that begins at row *start*, as it is, past all filters."""
    with h5py.File(path, "r+", libver=("v110", "v110")) as file:
        file[dataset].id.write_direct_chunk((start,), stored, filter_mask)


def reference(path: Path, row: int) -> tuple[int, int, int]:
    """Return (length, address, index) of a message in the first chunk."""
    length, address, index = REFERENCE.unpack_from(chunk_bytes(path), row * REFERENCE.size)
    return length, address, index


def set_reference(
    path: Path, row: int, length: int | None = None, address: int | None = None, index: int | None = None
) -> None:
    """Change parts of one message's reference; None leaves a part as it is."""
    chunk = chunk_bytes(path)
    old = REFERENCE.unpack_from(chunk, row * REFERENCE.size)
    new = [was if now is None else now for was, now in zip(old, (length, address, index), strict=True)]
    REFERENCE.pack_into(chunk, row * REFERENCE.size, *new)
    replace_chunk(path, zlib.compress(bytes(chunk), 4))


def collection_at(path: Path, row: int = 0) -> int:
    """Return the byte offset of the heap collection that a message of the first chunk lies in."""
    address = reference(path, row)[1]
    assert path.read_bytes()[address : address + 4] == b"GCOL"
    return address


def object_at(path: Path, row: int = 0) -> int:
    """Return the byte offset of the heap object (its 16-byte head) of a message of the first chunk."""
    at, wanted = collection_at(path, row) + 16, reference(path, row)[2]
    content = path.read_bytes()
    while (found := struct.unpack_from("<H6xQ", content, at))[0] != wanted:
        assert found[0] != 0, (path.name, row)
        at += 16 + (found[1] + 7) // 8 * 8
    return at


def seal_superblock(path: Path) -> None:
    """Make the superblock's checksum agree with its bytes again after an edit."""
    patch(path, SUPERBLOCK_SIZE - 4, struct.pack("<I", lookup3(path.read_bytes()[: SUPERBLOCK_SIZE - 4])))


def lookup3(data: bytes) -> int:
    """Return Bob Jenkins's lookup3 hash (hashlittle, start value 0), HDF5's checksum of metadata."""
    a = b = c = (0xDEADBEEF + len(data)) & 0xFFFFFFFF
    if not data:
        return c
    blocks = max(0, (len(data) - 1) // 12)
    for x, y, z in struct.iter_unpack("<III", data[: 12 * blocks]):
        a, b, c = _mix((a + x) & 0xFFFFFFFF, (b + y) & 0xFFFFFFFF, (c + z) & 0xFFFFFFFF)
    x, y, z = struct.unpack("<III", data[12 * blocks :].ljust(12, b"\0"))
    return _final((a + x) & 0xFFFFFFFF, (b + y) & 0xFFFFFFFF, (c + z) & 0xFFFFFFFF)


def _turn(value: int, bits: int) -> int:
    return (value << bits | value >> (32 - bits)) & 0xFFFFFFFF


def _mix(a: int, b: int, c: int) -> tuple[int, int, int]:
    for bits in (4, 6, 8, 16, 19, 4):
        a = ((a - c) & 0xFFFFFFFF) ^ _turn(c, bits)
        c = (c + b) & 0xFFFFFFFF
        a, b, c = b, c, a
    return a, b, c


def _final(a: int, b: int, c: int) -> int:
    for bits in (14, 11, 25, 16, 4, 14, 24):
        c = ((c ^ b) - _turn(b, bits)) & 0xFFFFFFFF
        a, b, c = b, c, a
    return b
