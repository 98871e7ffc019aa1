"""Files that must be refused, and configurations that can't be."""

from __future__ import annotations

import struct
from io import BytesIO
from typing import Any

import h5py
import hdf5plugin
import numpy as np

from .good import BATCH, IMAGE, TIMES
from .kit import Group, blob, edited

__all__ = ["groups"]


def groups() -> list[Group]:
    return [_files(), _truncated(), _chunks(), _objects(), _configuration()]


def _files() -> Group:
    group = Group("files")
    good = blob({"/a": TIMES})
    group.invalid("empty", "037", "No bytes", b"", "truncated framing")
    group.invalid("text", "037", "Something else", b"not an HDF5 file, and longer than eight bytes", "framing")
    group.invalid("signature", "037", "One bit of the signature is wrong", edited(good, 1, b"h"), "framing")
    group.invalid("line-ends", "037", "Carriage returns were lost on the way", good[:4] + good[5:], "framing")
    group.invalid(
        "superblock-version", "037", "A superblock of version 9", edited(good, 8, b"\x09"), "unsupported framing"
    )
    group.invalid("offset-size", "037", "Offsets of 255 bytes", edited(good, 13, b"\xff"), "framing unsupported")
    end = int.from_bytes(good[40:48], "little")
    group.invalid(
        "end-beyond",
        "037",
        "The superblock names an end one byte behind the last",
        edited(good, 40, struct.pack("<Q", end + 1)),
        "truncated",
    )
    group.invalid("end-all-ones", "037", "An end of all ones", edited(good, 40, b"\xff" * 8), "truncated framing size")
    root = good.index(b"TREE")
    group.invalid("tree", "037", "The signature of the root's index is wrong", edited(good, root, b"TREF"), "framing")
    group.invalid(
        "heap",
        "037",
        "The signature of the root's heap is wrong",
        edited(good, good.index(b"HEAP"), b"HEAQ"),
        "framing",
    )
    return group


def _truncated() -> Group:
    group = Group("truncated")
    good = blob({"/a": TIMES})
    for size in (1, 7, 8, 12, 47, 95, 96, 136, 512, 1024, len(good) - 8, len(good) - 1):
        group.invalid(f"at-{size}", "037", f"{size} of {len(good)} bytes", good[:size], "truncated framing")
    return group


def _of(data: bytes, number: int = 0, path: str = "/a") -> tuple[int, int]:
    """Offset and size of a chunk."""
    with h5py.File(BytesIO(data)) as file:
        info = file[path].id.get_chunk_info(number)
        return int(info.byte_offset), int(info.size)


def _chunks() -> Group:
    group = Group("chunks")
    image = {"/a": IMAGE}
    packings: dict[str, dict[str, Any]] = {
        "gzip": {"compression": "gzip"},
        "bslz4": dict(hdf5plugin.Bitshuffle(nelems=0, cname="lz4")),
        "bszstd": dict(hdf5plugin.Bitshuffle(nelems=0, cname="zstd")),
    }
    for name, options in packings.items():
        data = blob(image, **options)
        offset, size = _of(data)
        damaged = edited(data, offset, b"\xff" * size)
        group.invalid(
            f"{name}-ones", "036", f"A {name} chunk of all ones", damaged, "compression framing size", "a", "/a"
        )
        group.invalid(
            f"{name}-zeros",
            "036",
            f"A {name} chunk of zeros",
            edited(data, offset, bytes(size)),
            "compression framing size",
            "a",
            "/a",
        )
    data = blob(image, compression="gzip")
    offset, size = _of(data)
    group.invalid(
        "gzip-sum",
        "036",
        "The checksum of a deflate stream is wrong",
        edited(data, offset + size - 1, bytes([data[offset + size - 1] ^ 1])),
        "compression framing",
        "a",
        "/a",
    )
    data = blob(image, fletcher32=True)
    offset, size = _of(data)
    group.invalid(
        "fletcher32",
        "036",
        "A byte differs from the checksum behind its chunk",
        edited(data, offset, bytes([data[offset] ^ 1])),
        "checksum framing compression",
        "a",
        "/a",
    )
    plain = blob(image)
    where = plain.index(struct.pack("<Q", _of(plain)[0]))
    for name, address in {"beyond": 1 << 40, "all-ones-but-one": 2**64 - 2}.items():
        group.invalid(
            f"address-{name}",
            "035 036",
            f"The address of a chunk is {address:#x}",
            edited(plain, where, struct.pack("<Q", address)),
            "framing size truncated",
            "a",
            "/a",
        )
    group.invalid(
        "overlapping",
        "035",
        "Four gigabytes are declared; 64 chunks of 1 MB stand over each other, so that they seem to fill 4 MB",
        _overlapping(),
        "size",
        "a",
        "/a",
    )
    return group


def _overlapping() -> bytes:
    """Every chunk is said to reach to the end of the file."""
    buffer = BytesIO()
    with h5py.File(buffer, "w") as file:
        zeros = file.create_dataset("/a", (1 << 12, 1 << 20), "u1", chunks=(1, 1 << 20), compression="gzip")
        zeros[:64] = 0
    data = buffer.getvalue()
    for number in range(64):
        offset, size = _of(data, number)
        key = struct.pack("<IIQQQQ", size, 0, number, 0, 0, offset)
        assert data.count(key) == 1
        data = edited(data, data.index(key), struct.pack("<I", len(data) - offset))
    return data


def _objects() -> Group:
    group = Group("objects")

    def made(fill: Any) -> bytes:
        buffer = BytesIO()
        with h5py.File(buffer, "w") as file:
            fill(file)
        return buffer.getvalue()

    compound = made(lambda file: file.create_dataset("/a", data=np.zeros(2, [("x", "<i2"), ("y", "<f8")])))
    group.invalid("compound", "032", "Elements with members", compound, "type", "a", "/a")
    rows = made(lambda file: file.create_dataset("/a", (2,), h5py.vlen_dtype(np.dtype("<i4"))))
    group.invalid("rows", "032", "Rows of their own lengths", rows, "type", "a", "/a")
    nothing = made(lambda file: file.create_dataset("/a", data=h5py.Empty("<f4")))
    group.invalid("no-dataspace", "032", "A dataset without a dataspace", nothing, "type", "a", "/a")

    def reference(file: Any) -> None:
        file["/b"] = TIMES
        file.create_dataset("/a", data=file["/b"].ref, dtype=h5py.ref_dtype)

    group.invalid("reference", "032", "A reference to another dataset", made(reference), "type", "a", "/a")

    def external(file: Any) -> None:
        file.create_dataset("/a", (4,), "<u2", external=[("elsewhere.bin", 0, 8)])

    group.invalid("external-data", "034", "The data lie in another file", made(external), "unsupported", "a", "/a")

    def virtual(file: Any) -> None:
        layout = h5py.VirtualLayout((3,), "<f8")
        layout[...] = h5py.VirtualSource("elsewhere.h5", "/a", (3,))
        file.create_virtual_dataset("/a", layout)

    group.invalid("virtual", "034", "The data are those of another file", made(virtual), "unsupported", "a", "/a")
    link = made(lambda file: file.__setitem__("/a", h5py.ExternalLink("elsewhere.h5", "/a")))
    group.invalid(
        "external-link",
        "034",
        "The configuration names a link to another file",
        link,
        "unsupported",
        "a",
        "/a",
        options={"fields": {"s": "/a"}},
    )
    folder = made(lambda file: file.create_group("/a"))
    group.invalid(
        "group", "032", "The configuration names a group", folder, "type", "a", "/a", options={"fields": {"s": "/a"}}
    )
    huge = made(lambda file: file.create_dataset("/a", (2**40, 2**20), "<u8", chunks=(1, 2**20)))
    group.invalid("huge", "035", "Eight exabytes are declared, none is stored", huge, "size limit", "a", "/a")
    wide = made(lambda file: file.create_dataset("/a", (1, 2**28), "<u8", chunks=(1, 2**28)))
    group.invalid("huge-chunk", "035", "A chunk of two gigabytes, and none is stored", wide, "size limit", "a", "/a")
    deep = made(lambda file: file.create_dataset("/".join(["", *"x" * 70, "a"]), data=TIMES))
    group.invalid("deep", "033", "Groups nested seventy deep", deep, "limit", options={"limits": {"depth": 64}})
    many = blob({f"/a{number}": TIMES for number in range(12)})
    group.invalid(
        "many", "033", "Twelve datasets where ten are allowed", many, "limit", options={"limits": {"datasets": 10}}
    )
    group.invalid(
        "limit",
        "035",
        "More bytes than the caller allows",
        blob(BATCH),
        "limit",
        "data.data",
        "/data/data",
        options={"limits": {"total_bytes": 100}},
    )
    return group


def _configuration() -> Group:
    group = Group("configuration")
    good = blob(BATCH)
    wrong: dict[str, tuple[str, str, Any, str, str]] = {
        "same-path": ("004", "Two sources on one path", {"a": "/x", "b": "x"}, "constraint", "fields.b"),
        "same-path-dots": ("004", "Two spellings of one path", {"a": "/x/y", "b": "//x/./y/"}, "constraint", "fields.b"),
        "below": ("005", "A path under the dataset of another source", {"a": "/x", "b": "/x/y"}, "constraint", "fields.b"),
        "above": ("005", "The same the other way round", {"b": "/x/y/z", "a": "/x"}, "constraint", "fields.b"),
        "empty-path": ("003", "A path of nothing", {"a": ""}, "constraint", "fields.a"),
        "root": ("003", "The root itself", {"a": "/"}, "constraint", "fields.a"),
        "number": ("003", "A number for a path", {"a": 5}, "constraint type", "fields.a"),
        "null": ("003", "No path", {"a": None}, "constraint type", "fields.a"),
        "nul": ("003", "A NUL in a path", {"a": "/x\0y"}, "constraint", "fields.a"),
        "list": ("002", "A list for the table", ["/x"], "type", "fields"),
        "text": ("002", "A text for the table", "/x", "type", "fields"),
    }  # fmt: skip
    for name, (rules, doc, fields, category, path) in wrong.items():
        group.invalid(name, rules, doc, good, category, path, options={"fields": fields})
    return group
