"""Blocks and tails of compressed arrays that are wrong in one way each."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from .arrays import one
from .cbor import tag
from .damage import GOOD, PATH, PLAIN, RAW, first, with_length, wrapped
from .parts import compressed, multi
from .payload import bszstd, framed, header, lz4_literals, lz4_runs, shuffled, zstd_raw
from .vectors import Group

__all__ = ["groups"]


def groups() -> list[Group]:
    return [_blocks(), _tail()]


def fields(payload: bytes) -> Iterator[int]:
    """The offsets, in the payload, of its block lengths: as many as whole blocks fit."""
    size, block = struct.unpack_from(">QI", payload)
    at = 12
    for _ in range(size // block):
        yield at
        at += 4 + int.from_bytes(payload[at : at + 4], "big")


def _blocks() -> Group:
    group = Group("payload-blocks")
    for name, expansion, good in (("bslz4", "077", GOOD), ("lz4", "082", PLAIN)):
        for number, field in enumerate(fields(good)):
            rest = len(good) - field - 4
            for what, length in (("all-ones", 0xFFFFFFFF), ("2-31", 0x80000000), ("beyond", rest + 1), ("zero", 0)):
                data = wrapped(with_length(good, field, length), 2, name)
                doc = (
                    f"Block {number} of {name} says {length} bytes where {rest} are left"
                    if length
                    else f"Block {number} of {name} says 0 bytes"
                )
                group.invalid(
                    f"{name}-{number}-length-{what}",
                    "074 099" if length else f"074 099 {expansion}",  # nothing at all expands to no block
                    doc,
                    data,
                    "compression size truncated",
                    PATH,
                    first(data, name) + field,
                )
            data = wrapped(good[:field], 2, name)
            group.invalid(
                f"{name}-{number}-missing",
                "075 081",
                f"The payload of {name} ends before block {number}",
                data,
                "compression size truncated limit",
                PATH,
            )
            data = wrapped(good[: field + 3], 2, name)
            group.invalid(
                f"{name}-{number}-cut-in-length",
                "074",
                f"The payload of {name} ends inside the length of block {number}",
                data,
                "compression size truncated",
                PATH,
                first(data, name) + field,
            )
    _bad_blocks(group)
    return group


def _bad_blocks(group: Group) -> None:
    parts = [shuffled(RAW[i : i + 32], 2) for i in (0, 32, 64)]
    bad_blocks = {
        "one-byte-less": lz4_literals(parts[1][:31]),
        "one-byte-more": lz4_literals(parts[1] + b"\0"),
        "far-more": lz4_runs(bytes(5000)),
        "of-nothing": b"\0",
        "offset-zero": bytes.fromhex("1100000000") + lz4_literals(parts[1][6:]),
        "offset-before-start": bytes.fromhex("1100020000") + lz4_literals(parts[1][6:]),
        "literals-beyond-block": b"\xf0\xff" + parts[1],
        "length-without-end": b"\xff" * 40,
        "match-cut": bytes.fromhex("1f0001"),
        "stored-raw": parts[1],
    }
    for name, block in bad_blocks.items():
        payload = (
            header(102, 32) + framed(lz4_literals(parts[0])) + framed(block) + framed(lz4_literals(parts[2])) + RAW[96:]
        )
        data = wrapped(payload)
        at = first(data) + 12 + 4 + len(lz4_literals(parts[0]))
        group.invalid(
            f"bslz4-block-{name}",
            "077",
            f"The second block of bslz4: {name.replace('-', ' ')}",
            data,
            "compression size",
            PATH,
            at,
        )
        if name != "stored-raw":
            payload = header(102, 32) + framed(RAW[:32]) + framed(block) + framed(RAW[64:96]) + framed(RAW[96:])
            data = wrapped(payload, 0, "lz4")
            group.invalid(
                f"lz4-block-{name}",
                "082",
                f"The second block of lz4: {name.replace('-', ' ')}",
                data,
                "compression size",
                PATH,
                first(data, "lz4") + 12 + 36,
            )
    _bad_frames(group)


def _bad_frames(group: Group) -> None:
    parts = [shuffled(RAW[i : i + 32], 2) for i in (0, 32, 64)]
    good_frame, frames = zstd_raw(parts[1]), {}
    frames["bad-magic"] = b"\x29" + good_frame[1:]
    frames["one-byte-less"] = zstd_raw(parts[1][:31])
    frames["one-byte-more"] = zstd_raw(parts[1] + b"\0")
    frames["cut"] = good_frame[:-1]
    frames["size-lies"] = good_frame[:5] + struct.pack("<I", 31) + good_frame[9:]
    frames["size-all-ones"] = good_frame[:5] + b"\xff" * 4 + good_frame[9:]
    for name, frame in frames.items():
        payload = header(102, 32) + framed(zstd_raw(parts[0])) + framed(frame) + framed(zstd_raw(parts[2])) + RAW[96:]
        data = wrapped(payload, 2, "bszstd")
        at = first(data, "bszstd") + 12 + 4 + len(good_frame)
        group.invalid(
            f"bszstd-block-{name}",
            "084",
            f"The second frame of bszstd: {name.replace('-', ' ')}",
            data,
            "compression size unsupported",
            PATH,
            at,
        )


def _tail() -> Group:
    group = Group("payload-tail")
    for name, good in (("bslz4", GOOD), ("bszstd", bszstd(RAW, 2, 32))):
        for count in (1, 2, 5, 6):
            data = wrapped(good[:-count], 2, name)
            group.invalid(
                f"{name}-{count}-short",
                "076",
                f"{count} byte(s) of the tail of 6 are missing",
                data,
                "compression size truncated",
                PATH,
            )
        for count in (1, 4, 12):
            data = wrapped(good + bytes(count), 2, name)
            group.invalid(
                f"{name}-{count}-extra",
                "079",
                f"{count} byte(s) follow the tail",
                data,
                "compression size framing",
                PATH,
            )
    small = RAW[:10]
    for what, payload in (
        ("short", header(10, 8192) + small[:9]),
        ("extra", header(10, 8192) + small + b"\0"),
        ("missing", header(10, 8192)),
    ):
        data = one(multi((1, 5), tag(69, compressed(payload, 2))))
        group.invalid(
            f"tail-alone-{what}",
            "076 079",
            f"Five elements, all of them tail: {what}",
            data,
            "compression size truncated framing limit",
            PATH,
        )
    data = wrapped(header(102, 32) + GOOD[12:-6] + framed(RAW[96:]))
    group.invalid(
        "tail-with-length",
        "076 079",
        "The tail stands behind a length of its own",
        data,
        "compression size framing",
        PATH,
    )
    return group
