"""lz4, bszstd and recorded payloads that are right, and compressed strings wherever they may stand."""

from __future__ import annotations

import hashlib
import struct
from typing import Any

import numpy as np

from .arrays import expected, one
from .cbor import blob, mapping, tag, text
from .parts import compressed, image, image_value, multi, ramp, start, start_value
from .payload import bslz4, bszstd, framed, header, lz4, lz4_literals, lz4_runs, shuffled, zstd_raw, zstd_rle
from .recorded import RECORDED
from .vectors import Group, b64, nd

__all__ = ["TAGS", "groups", "plane"]

TAGS = {"|u1": 64, "<u2": 69, "<u4": 70, "<u8": 71, ">u2": 65, ">u4": 66, "<f4": 85, "<f8": 86}
WIDTHS = {1: "|u1", 2: "<u2", 4: "<u4", 8: "<u8"}
LARGEST = 2048  # bytes of an expected array that are written out; of larger ones the hash is


def plane(
    raw: bytes, dtype: str, payload: bytes, element_size: int, algorithm: str = "bslz4"
) -> tuple[bytes, dict[str, Any]]:
    """An image message with one row of *raw* as *payload*, and its value."""
    count = len(raw) // np.dtype(dtype).itemsize
    item = multi((1, count), tag(TAGS[dtype], compressed(payload, element_size, algorithm)))
    value = nd(raw, dtype, (1, count))
    if len(raw) > LARGEST:
        value["$nd"] = {"dtype": dtype, "shape": [1, count], "sha256": hashlib.sha256(raw).hexdigest()}
    return one(item), expected(value)


def groups() -> list[Group]:
    return [_lz4(), _bszstd(), _recorded(), _anywhere()]


def _lz4() -> Group:
    group = Group("lz4")
    runs = (ramp(200, "<u2") // 50).astype("<u2").tobytes()
    steep = ramp(200, "<u2", 317).tobytes()
    for size in (1, 7, 64, 100, 399, 400, 401, 8192, 0x7FFFFFFF):
        doc = f"400 bytes in blocks of {size}, those that do not shrink stored raw"
        group.valid(f"block-size-{size}", "081 082", doc, *plane(runs, "<u2", lz4(runs, size), 0, "lz4"))
    group.valid("all-raw", "082", "Every block is stored raw", *plane(steep, "<u2", lz4(steep, 64), 0, "lz4"))
    group.valid(
        "all-longer",
        "082",
        "Every block is an LZ4 block longer than what it holds",
        *plane(
            steep,
            "<u2",
            header(400, 64) + b"".join(framed(lz4_literals(steep[i : i + 64])) for i in range(0, 400, 64)),
            0,
            "lz4",
        ),
    )
    for size in (1, 2, 4, 255):
        group.valid(
            f"element-size-{size}",
            "083",
            f"The element size is {size} and means nothing",
            *plane(runs, "<u2", lz4(runs, 128), size, "lz4"),
        )
    for dtype in ("|u1", "<u4", ">u2", "<f8"):
        raw = ramp(40 * np.dtype(dtype).itemsize, "|u1", 3).tobytes()
        group.valid(
            f"dtype-{dtype[1:]}{'-big' if dtype[0] == '>' else ''}",
            "081",
            f"lz4 of {dtype}",
            *plane(raw, dtype, lz4(raw, 64), 0, "lz4"),
        )
    return group


def _bszstd() -> Group:
    group = Group("bszstd")
    for size, dtype in WIDTHS.items():
        for count in (3, 16, 29, 45):
            raw = ramp(count, dtype, 99).tobytes()
            doc = f"{count} elements of {size} byte(s), each block a Zstandard frame of one raw block"
            group.valid(
                f"u{size}-{count}-elements",
                "084 085",
                doc,
                *plane(raw, dtype, bszstd(raw, size, 128 * size), size, "bszstd"),
            )
    raw = bytes(64)
    data, value = plane(raw, "<u2", header(64, 64) + framed(zstd_rle(0, 64)), 2, "bszstd")
    group.valid("run", "084", "A frame of one run-length block", data, value)
    raw = bytes(131072)
    data, value = plane(raw, "|u1", header(131072, 131072) + framed(zstd_rle(0, 131072)), 1, "bszstd")
    group.either(
        "great-expansion",
        "084 099",
        "A frame of 13 bytes that expands to 131072, more than limits.expansion allows by default",
        data,
        value,
        "limit",
        "data.threshold_1",
        level="SHOULD",
    )
    return group


def _recorded() -> Group:
    group = Group("third-party")
    for name, algorithm, dtype, count, payload in RECORDED:
        i = np.arange(count)
        raw = (i // 20 if algorithm == "lz4" else i * i // 7 % 100).astype(dtype).tobytes()
        size = 0 if algorithm == "lz4" else np.dtype(dtype).itemsize
        rules = {"bslz4": "075 077 078", "lz4": "081 082", "bszstd": "084"}[algorithm]
        doc = f"{count} elements of {dtype} as {name.rsplit('-', 1)[0]} compressed them"
        data, value = plane(raw, dtype, bytes.fromhex(payload), size, algorithm)
        group.valid(
            name,
            rules,
            doc,
            data,
            value,
            provenance="payload recorded from a third-party program, see assembly/recorded.py",
        )
    return group


def _anywhere() -> Group:
    group = Group("channels")
    planes, values = [], {}
    for name, algorithm, pack in (
        ("threshold_1", "bslz4", bslz4(ramp(24, "<u2").tobytes(), 2)),
        ("threshold_2", "lz4", lz4(ramp(24, "<u2").tobytes())),
        ("difference", "", b""),
    ):
        raw = ramp(24, "<u2").tobytes()
        planes.append((name, multi((4, 6), tag(69, compressed(pack, 2, algorithm) if algorithm else blob(raw)))))
        values[name] = nd(raw, "<u2", (4, 6))
    data, value = image(*planes), image_value(values)
    group.valid("three-ways", "067 049", "Three channels: bslz4, lz4 and uncompressed", data, value)
    doc = "The same, decoded lazily: the value once opened is the same"
    group.valid("three-ways-lazy", "102", doc, data, value, options={"lazy": True}, level="SHOULD")
    planes = [
        ("a", multi((2, 4), tag(64, blob(bytes(8))))),
        ("b", multi((1, 2), tag(70, blob(struct.pack("<2I", 0, 2**32 - 1))))),
    ]
    values = {"a": nd(bytes(8), "|u1", (2, 4)), "b": nd([[0, 2**32 - 1]], "<u4")}
    group.canonical(
        "unlike-shapes", "049 059", "Two channels of unlike shape and type", image(*planes), image_value(values)
    )
    raw = b"\x00\x01\x02" * 30
    nested = mapping(
        ("list", compressed(bslz4(raw, 1, 64), 1)),
        ("same", compressed(header(90, 96) + framed(lz4_runs(raw)), 0, "lz4")),
        (
            "zstd",
            compressed(
                header(90, 64)
                + framed(zstd_raw(shuffled(raw[:64], 1)))
                + framed(zstd_raw(shuffled(raw[64:88], 1)))
                + raw[88:],
                1,
                "bszstd",
            ),
        ),
    )
    value = {key: {"$bytes": b64(raw)} for key in ("list", "same", "zstd")}
    group.valid(
        "in-user-data",
        "067",
        "One byte string of user_data in three compressions",
        start(("user_data", nested)),
        start_value(user_data=value),
    )
    data = image(
        ("threshold_1", multi((3, 8), tag(69, compressed(bslz4(ramp(24, "<u2").tobytes(), 2), 2)))),
        before=(("note", text("x")),),
    )
    group.valid(
        "unknown-key-before-data",
        "087",
        "An unknown key before compressed data",
        data,
        image_value({"threshold_1": nd(ramp(24, "<u2").tobytes(), "<u2", (3, 8))}, note="x"),
    )
    return group
