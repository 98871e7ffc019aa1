"""bslz4 that is right: every element size, whole and short blocks, tails, block sizes."""

from __future__ import annotations

import numpy as np

from .cbor import tag
from .compression import plane
from .parts import compressed, ramp, start, start_value
from .payload import bslz4, framed, header, lz4, lz4_literals, lz4_runs, shuffled
from .vectors import Group, nd

__all__ = ["groups"]

WIDTHS = {1: "|u1", 2: "<u2", 4: "<u4", 8: "<u8"}


def groups() -> list[Group]:
    return [_bslz4(), _modifiers(), _blocks()]


def _bslz4() -> Group:
    group = Group("bslz4")
    for size, dtype in WIDTHS.items():
        for count in (1, 2, 3, 4, 5, 6, 7, 8, 9, 15, 16, 17, 23, 24, 32, 33, 39, 40, 47, 55):
            raw = ramp(count, dtype, 251).tobytes()
            full, rest = divmod(count, 16)
            doc = f"{count} elements of {size} byte(s): {full} full block(s), {rest // 8 * 8} short, {rest % 8} in tail"
            rules = "073 075 078" + (" 076" if rest % 8 else "")
            group.valid(f"u{size}-{count}-elements", rules, doc, *plane(raw, dtype, bslz4(raw, size, 128 * size), size))
        per_block = 8192 // size
        for extra in (0, 1, 8, 11):
            raw = (ramp(per_block + extra, dtype) // 64).astype(dtype).tobytes()
            doc = f"A block of 8192 bytes ({per_block} elements of {size} byte(s)) and {extra} element(s) more"
            group.valid(f"u{size}-8192-and-{extra}", "073 075 076 080", doc, *plane(raw, dtype, bslz4(raw, size), size))
    for name, raw in (
        ("zeros", bytes(256)),
        ("ones", b"\xff" * 256),
        ("one-bit", b"\x01" + bytes(255)),
        ("last-bit", bytes(255) + b"\x80"),
    ):
        group.valid(
            f"planes-{name}",
            "078",
            f"128 pixels whose bits are {name.replace('-', ' ')}",
            *plane(raw, "<u2", bslz4(raw, 2), 2),
        )
    return group


def _modifiers() -> Group:
    group = Group("element-sizes")
    raw = ramp(45, "<u4", 0x01030507).tobytes()
    for size in (1, 2, 4, 8, 16):
        doc = f"45 elements of 4 bytes shuffled as elements of {size} byte(s)"
        group.valid(f"u4-as-{size}", "069 075", doc, *plane(raw, "<u4", bslz4(raw, size, 8 * size), size))
    raw = ramp(5, "<u2", 1000).tobytes()
    group.valid(
        "u2-as-4-odd",
        "069 076",
        "5 elements of 2 bytes as elements of 4: ten bytes, all of them tail",
        *plane(raw, "<u2", bslz4(raw, 4), 4),
    )
    raw = ramp(101, "|u1").tobytes()
    group.valid(
        "u1-as-8-odd",
        "069 076",
        "101 bytes as elements of 8: a block of 64 bytes and a tail of 37",
        *plane(raw, "|u1", bslz4(raw, 8, 64), 8),
    )
    for dtype in (">u2", ">u4"):
        raw = ramp(77, dtype, 257).tobytes()
        size = np.dtype(dtype).itemsize
        group.valid(
            f"big-endian-u{size}",
            "062 078",
            f"77 big-endian elements of {size} bytes, shuffled as they lie",
            *plane(raw, dtype, bslz4(raw, size, 256), size),
        )
    raw = np.linspace(-2, 2, 37).astype("<f4").tobytes()
    group.valid("float-4", "078 062", "37 floats of 4 bytes", *plane(raw, "<f4", bslz4(raw, 4, 512), 4))
    raw = np.array([0.0, -0.0, np.inf, -np.inf, np.nan, 5e-324, 1.5, -1.5, 0.1], "<f8").tobytes()
    group.valid(
        "float-8", "078 062", "9 floats of 8 bytes, special ones among them", *plane(raw, "<f8", bslz4(raw, 8), 8)
    )
    return group


def _blocks() -> Group:
    group = Group("blocks")
    raw = ramp(48, "<u2", 3).tobytes()
    group.valid(
        "no-run",
        "077",
        "Every block is literals only and longer than what it holds",
        *plane(raw, "<u2", bslz4(raw, 2, 32, lz4_literals), 2),
    )
    for size in (16, 32, 48, 64, 96, 112, 8192, 1 << 20, 0x7FFFFFF0):
        doc = f"96 bytes in blocks of {size}" if size <= 96 else f"The block size {size} exceeds the 96 bytes"
        group.valid(f"block-size-{size}", "073 075 086", doc, *plane(raw, "<u2", bslz4(raw, 2, size), 2))
    for algorithm, size in (("bslz4", 0x80000000), ("bslz4", 0xFFFFFFF0), ("lz4", 0x80000000), ("lz4", 0xFFFFFFFF)):
        payload = bslz4(raw, 2, size) if algorithm == "bslz4" else lz4(raw, size)
        data, value = plane(raw, "<u2", payload, 2, algorithm)
        doc = f"The block size {size} of {algorithm} needs all 32 bits; the vendor's library refuses it"
        group.either(
            f"{algorithm}-block-size-{size}",
            "086",
            doc,
            data,
            value,
            "compression size limit",
            "data.threshold_1",
            level="SHOULD",
        )
    mixed = bslz4(raw, 2, 32)
    payload = header(96, 32) + b"".join(
        framed((lz4_runs, lz4_literals)[i % 2](shuffled(raw[32 * i : 32 * i + 32], 2))) for i in range(3)
    )
    assert payload != mixed
    group.valid("packed-unlike", "077", "Blocks packed in different ways", *plane(raw, "<u2", payload, 2))
    long = (ramp(1000, "<u2") // 500).astype("<u2").tobytes()
    group.valid(
        "long-runs", "077", "Runs whose lengths take several bytes", *plane(long, "<u2", bslz4(long, 2, 8192), 2)
    )
    long = (ramp(300, "|u1", 7)).tobytes()
    group.valid(
        "long-literals",
        "077",
        "Literals whose length takes two bytes",
        *plane(long, "|u1", bslz4(long, 1, 8192, lz4_literals), 1),
    )
    for size in (0, 8192, 16):
        for name in ("bslz4", "lz4"):
            data = start(("user_data", tag(69, compressed(header(0, size), 2, name))))
            doc = f"{name} of nothing: a header of 12 bytes with block size {size}"
            group.valid(f"empty-{name}-{size}", "086", doc, data, start_value(user_data=nd(b"", "<u2", (0,))))
    data, value = plane(raw, "<u2", bslz4(raw, 2, 32) + b"\0", 2)
    group.either(
        "extra-without-tail",
        "079",
        "A byte after the last block where there is no tail",
        data,
        value,
        "compression size framing",
        "data.threshold_1",
        level="SHOULD",
    )
    return group
