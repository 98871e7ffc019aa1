"""Messages that are cut short, at every byte of small ones."""

from __future__ import annotations

from .cbor import (
    PREFIX,
    chunks,
    loose_mapping,
    tag,
    text,
)
from .parts import BASE, compressed, end, image, message, multi, ramp
from .payload import bslz4
from .vectors import Group, after

__all__ = ["groups"]


def groups() -> list[Group]:
    return [_truncated()]


def innermost(data: bytes, cut: int) -> int:
    """The head of the innermost item (definite lengths only) that has begun before *cut* and ends behind it."""
    spans: list[tuple[int, int]] = []

    def walk(at: int) -> int:
        begin, major, info = at, data[at] >> 5, data[at] & 31
        width = {24: 1, 25: 2, 26: 4, 27: 8}.get(info, 0)
        argument = int.from_bytes(data[at + 1 : at + 1 + width], "big") if width else info
        at += 1 + width
        if major in (2, 3):
            at += argument
        for _ in range({4: argument, 5: 2 * argument, 6: 1}.get(major, 0)):
            at = walk(at)
        spans.append((begin, at))
        return at

    walk(0)
    return max((begin for begin, stop in spans if begin < cut < stop), default=0)


def _truncated() -> Group:
    group = Group("truncated")
    small = end()
    for cut in range(len(small)):
        group.invalid(
            f"end-at-{cut}",
            "015",
            f"The end message of {len(small)} bytes, cut after {cut}",
            small[:cut],
            "truncated",
            "",
            innermost(small, cut),
        )
    payload = bslz4(ramp(19, "<u2", 5).tobytes(), 2)
    data = image(("threshold_1", multi((1, 19), tag(69, compressed(payload, 2)))))
    for cut in range(data.index(text("data")), len(data)):
        group.invalid(
            f"image-at-{cut}",
            "015",
            f"An image message of {len(data)} bytes with compressed data, cut after {cut}",
            data[:cut],
            "truncated",
            "",
            innermost(data, cut),
        )
    bare = end(b"")
    for cut in (1, 5, len(bare) - 1):
        group.invalid(
            f"bare-end-at-{cut}",
            "015 003",
            f"An end message without prefix, cut after {cut}",
            bare[:cut],
            "truncated",
            "",
            innermost(bare, cut),
        )
    loose = PREFIX + loose_mapping(*BASE("end"))
    group.invalid(
        "without-last-break", "015 017", "A map of indefinite length without its break", loose[:-1], "truncated", "", 3
    )
    data = message(("type", text("end")), ("x", chunks(text("a"), text("b"))))
    group.invalid(
        "chunks-without-break",
        "015 018",
        "A text of indefinite length without its break",
        data[:-1],
        "truncated",
        "",
        after(data, text("x")),
    )
    return group
