"""Compressed arrays whose header or tag 56500 is wrong in one way each."""

from __future__ import annotations

import struct

from .arrays import one
from .cbor import array, blob, f64, integer, mapping, tag, text
from .parts import compressed, multi, ramp, start
from .payload import bslz4, framed, header, lz4
from .vectors import Group, place

__all__ = ["groups"]

PATH = "data.threshold_1"
RAW = ramp(51, "<u2", 3).tobytes()  # 102 bytes: three blocks of 16 elements (32 bytes) and a tail of 3 elements
GOOD = bslz4(RAW, 2, 32)
PLAIN = lz4(RAW, 32)  # 32, 32, 32 and 6 bytes


def groups() -> list[Group]:
    return [_header(), _tag()]


def wrapped(payload: bytes, element_size: int = 2, algorithm: str = "bslz4") -> bytes:
    """An image of 3 x 17 pixels of 2 bytes."""
    return one(multi((3, 17), tag(69, compressed(payload, element_size, algorithm))))


def first(data: bytes, algorithm: str = "bslz4") -> int:
    """The offset of the payload; its byte string's head is 58 xx, or one byte for fewer than 24 bytes."""
    at = place(data, text(algorithm)) + len(text(algorithm)) + 1
    assert 0x40 <= data[at] <= 0x58, "a longer head than this reckons with"
    return at + (2 if data[at] == 0x58 else 1)


def with_length(payload: bytes, at: int, length: int) -> bytes:
    return payload[:at] + struct.pack(">I", length) + payload[at + 4 :]


def _header() -> Group:
    group = Group("payload-header")
    for name, good in (("bslz4", GOOD), ("lz4", PLAIN)):
        for length in (0, 1, 8, 11):
            data = wrapped(good[:length], 2, name)
            group.invalid(
                f"{name}-{length}-bytes",
                "071",
                f"A {name} payload of {length} byte(s), less than its header",
                data,
                "compression size truncated",
                PATH,
                first(data, name) if length else None,
            )
        for what, size in (
            ("one-more", 103),
            ("one-less", 101),
            ("one-element-less", 100),
            ("zero", 0),
            ("doubled", 204),
            ("all-ones", 2**64 - 1),
            ("2-63", 2**63),
            ("2-40", 2**40),
            ("swapped", int.from_bytes((102).to_bytes(8, "big"), "little")),
        ):
            data = wrapped(struct.pack(">Q", size) + good[8:], 2, name)
            group.invalid(
                f"{name}-size-{what}",
                "072 099",
                f"The uncompressed size of {name} is {size} where 102 is right",
                data,
                "size compression limit",
                PATH,
                first(data, name),
            )
        data = wrapped(header(102, 0) + good[12:], 2, name)
        group.invalid(
            f"{name}-block-size-zero",
            "073 081",
            f"The block size of {name} is zero",
            data,
            "compression constraint size",
            PATH,
            first(data, name),
        )
    _block_sizes(group)
    return group


def _block_sizes(group: Group) -> None:
    for size in (1, 2, 8, 17, 24, 31, 40, 0xFFFFFFFF):
        data = wrapped(header(102, size) + GOOD[12:])
        group.invalid(
            f"block-size-{size}",
            "073",
            f"The block size {size} is no multiple of 16",
            data,
            "compression constraint size",
            PATH,
            first(data),
        )
    for size in (0, 3, 5, 2**32 - 1, 2**64 - 1):
        data = (
            wrapped(GOOD, size)
            if size < 24
            else one(multi((3, 17), tag(69, tag(56500, array(text("bslz4"), integer(size), blob(GOOD))))))
        )
        group.invalid(
            f"element-size-{size}",
            "073 068",
            f"The element size {size} does not go with blocks of 32 bytes",
            data,
            "compression constraint size limit",
            PATH,
        )
    data = one(multi((2**20, 2**20), tag(69, compressed(header(2**41, 8192) + framed(b"\0"), 2))))
    group.invalid(
        "two-tebibytes",
        "099",
        "Dimensions and header agree on 2 TiB, the payload has 17 bytes",
        data,
        "limit size compression",
        PATH,
    )
    data = one(multi((2**32 - 1, 2**31), tag(64, compressed(header((2**32 - 1) * 2**31, 0xFFFFFFF8), 1))))
    group.invalid(
        "nearly-2-63", "099", "Dimensions and header agree on almost 2**63 bytes", data, "limit size compression", PATH
    )


def _tag() -> Group:
    group = Group("compression-tag")
    for name, algorithm in (
        ("gzip", "gzip"),
        ("empty", ""),
        ("upper-case", "BSLZ4"),
        ("space", "bslz4 "),
        ("longer", "bslz4hc"),
        ("blosc", "blosc"),
    ):
        data = wrapped(GOOD, 2, algorithm)
        at = place(data, bytes.fromhex("d9dcb483")) + 4
        group.invalid(
            f"algorithm-{name}", "070", f"The algorithm is {algorithm!r}", data, "unsupported compression", PATH, at
        )
    data = start(("user_data", mapping(("a", compressed(GOOD, 2, "gzip")))))
    group.invalid(
        "algorithm-in-user-data",
        "070",
        "An unknown algorithm in user_data",
        data,
        "unsupported compression",
        "user_data.a",
    )
    _misshapen(group)
    return group


def _misshapen(group: Group) -> None:
    name, size, payload = text("bslz4"), integer(2), blob(GOOD)
    for what, item in (
        ("two-items", array(name, payload)),
        ("four-items", array(name, size, payload, size)),
        ("no-item", array()),
        ("map", mapping(("bslz4", payload))),
        ("bytes", payload),
        ("algorithm-bytes", array(blob(b"bslz4"), size, payload)),
        ("algorithm-integer", array(integer(1), size, payload)),
        ("element-size-text", array(name, text("2"), payload)),
        ("element-size-float", array(name, f64(2.0), payload)),
        ("element-size-negative", array(name, integer(-2), payload)),
        ("payload-text", array(name, size, text("x" * 20))),
        ("payload-integer", array(name, size, integer(2))),
        ("payload-array", array(name, size, array(integer(0)))),
    ):
        data = one(multi((3, 17), tag(69, tag(56500, item))))
        group.invalid(
            f"shape-{what}", "068", f"Tag 56500 on {what.replace('-', ' ')}", data, "type compression constraint", PATH
        )
    data = start(("user_data", compressed(GOOD[:-1], 2)))
    group.invalid(
        "in-user-data",
        "067 076",
        "A payload in user_data whose tail is short",
        data,
        "compression size truncated",
        "user_data",
    )
    data = start(("flatfield", mapping(("t", multi((3, 17), tag(69, compressed(with_length(GOOD, 12, 0), 2)))))))
    group.invalid(
        "in-flatfield",
        "067 077",
        "An empty block in flatfield",
        data,
        "compression size",
        "flatfield.t",
        first(data) + 12,
    )
