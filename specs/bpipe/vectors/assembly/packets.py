"""Packets: none, many, and a last one that is cut."""

from __future__ import annotations

import struct

from .kit import Group, field_, header_, nd, stream, value

__all__ = ["groups"]

LINES = ["int a", "char s[2]"]
FIELDS = [field_("a", "int"), field_("s", "char", [2])]


def rows(count: int) -> bytes:
    """Return packets 0, 1, 2 …"""
    return b"".join(struct.pack(">i2B", number, 65, number % 256) for number in range(count))


def expected(count: int) -> object:
    texts = [[65, number % 256] for number in range(count)]
    return value([], FIELDS, {"a": nd(">i4", list(range(count)), [count, 1]), "s": nd("|u1", texts, [count, 2])})


def groups() -> list[Group]:
    group = Group("packets")
    for count in (0, 1, 2, 3, 100, 257):
        group.valid(f"{count}", "020 022", f"{count} packets", stream([], LINES, b"", 6, rows(count)), expected(count))
    header_only = stream(["uint n"], [], struct.pack(">I", 7))
    group.valid(
        "header-only",
        "021",
        "a header field, no packet fields",
        header_only,
        value([header_("n", "uint", [1], nd(">u4", [7]))]),
    )
    group.valid(
        "header-only-declared",
        "021 022",
        "no packet fields, and a number of packets",
        stream(["uint n"], [], struct.pack(">I", 7), n_packets=3),
        value([header_("n", "uint", [1], nd(">u4", [7]))]),
        canonical=False,
    )
    start = len(stream([], LINES, b"", 6))
    for whole in (0, 2):
        for rest in (1, 5):
            data = stream([], LINES, b"", 6, rows(whole + 1))[: start + 6 * whole + rest]
            group.invalid(
                f"cut-after-{whole}-packets-{rest}-bytes",
                "020",
                f"{whole} packets, then {rest} of 6 bytes",
                data,
                "truncated",
                f"packets[{whole}]",
                start + 6 * whole,
                expected(whole),
            )
    big = stream([], ["char a[60000]"], b"", 60000, bytes(60000))[:-1]
    group.invalid(
        "cut-large", "020", "a packet of 60000 bytes lacks its last", big, "truncated", "packets[0]", len(big) - 59999
    )
    return [group]
