"""The 48 bytes in front of the definitions."""

from __future__ import annotations

import struct

from .kit import MAGIC, UNKNOWN, Group, field_, head, header_, nd, pad, stream, value

__all__ = ["groups"]

ONES = 0xFFFFFFFF
A = ["double a"]
ONE = struct.pack(">d", 1.5)
ONE_VALUE = value([], [field_("a", "double")], {"a": nd(">f8", [[1.5]])})


def groups() -> list[Group]:
    group = Group("prefix")
    nothing = value()
    group.valid("nothing", "006 008 009", "no fields at all: 48 bytes", head(0, 0, 0, 0, 0), nothing)
    group.valid("one-packet", "003 022", "one double, one packet", stream([], A, b"", 8, ONE), ONE_VALUE)
    group.valid(
        "minor-7", "002", "a later minor version", stream([], A, b"", 8, ONE, minor=7), ONE_VALUE, canonical=False
    )
    group.valid(
        "minor-ones",
        "002",
        "the largest minor version",
        stream([], A, b"", 8, ONE, minor=0xFFFF),
        ONE_VALUE,
        canonical=False,
    )
    for name, number in (("right", 1), ("too-small", 0), ("too-large", 9), ("almost-unknown", UNKNOWN - 1)):
        doc = f"n_packets says {number}, one packet is there"
        group.valid(
            f"count-{name}", "022", doc, stream([], A, b"", 8, ONE, n_packets=number), ONE_VALUE, canonical=False
        )
    good = stream(["int h"], A, b"\0\0\0\5", 8, ONE)
    group.valid(
        "header-and-packet", "006 010", "a header field and a packet field", good,
        value([header_("h", "int", [1], nd(">i4", [5]))], [field_("a", "double")], {"a": nd(">f8", [[1.5]])}),
    )  # fmt: skip
    for index in range(8):
        bad = bytearray(good)
        bad[index] ^= 0x20
        group.invalid(f"magic-{index}", "001", f"byte {index} of the magic is wrong", bytes(bad), "framing", "magic", 0)
    group.invalid("magic-short", "001", "three bytes that are no magic", b"abc", "framing", "magic", 0)
    group.invalid(
        "magic-crlf",
        "001",
        "a text transfer made LF of CR LF",
        MAGIC.replace(b"\r\n", b"\n") + good[8:],
        "framing",
        "magic",
        0,
    )
    for name, major in (("0", 0), ("2", 2), ("ones", 0xFFFF)):
        group.invalid(
            f"major-{name}",
            "002",
            f"major version {major}",
            stream([], A, b"", 8, ONE, major=major),
            "version",
            "major",
            8,
        )
    for name, mark in (
        ("mixed", b"\2\1\4\3"),
        ("zero", bytes(4)),
        ("ones", b"\xff" * 4),
        ("swapped-words", b"\3\4\1\2"),
    ):
        data = stream([], A, b"", 8, ONE, mark=mark)
        group.invalid(f"mark-{name}", "003", f"byte-order mark {mark.hex()}", data, "framing", "byte_order", 12)
    for name, flags in (("1", 1), ("ones", ONES), ("high", 1 << 31)):
        data = stream([], A, b"", 8, ONE, flags=flags)
        group.invalid(f"flags-{name}", "005", f"flags {flags:#x}", data, "unsupported", "flags", 36)
    group.invalid(
        "n_hdrf-ones",
        "006 012",
        "2^32-1 header fields",
        stream([], A, b"", 8, ONE, n_hdrf=ONES),
        "limit framing",
        "n_hdrf",
        16,
    )
    group.invalid(
        "n_dpktf-ones",
        "006 012",
        "2^32-1 packet fields",
        stream([], A, b"", 8, ONE, n_dpktf=ONES),
        "limit framing",
        "n_dpktf",
        20,
    )
    group.invalid(
        "text_len-ones",
        "012",
        "2^32-1 bytes of definitions",
        stream([], A, b"", 8, ONE, text_len=ONES),
        "limit truncated",
    )
    group.invalid(
        "text_len-large",
        "011 012",
        "2^31-49 bytes of definitions, which are not there",
        stream([], A, b"", 8, ONE, text_len=2**31 - 49),
        "truncated limit",
    )
    group.invalid(
        "hdata_len-ones",
        "008",
        "2^32-1 bytes of header data",
        stream([], A, b"", 8, ONE, hdata_len=ONES),
        "size",
        "hdata_len",
        28,
    )
    group.invalid(
        "packet_len-ones",
        "009",
        "packets of 2^32-1 bytes",
        stream([], A, b"", 8, ONE, packet_len=ONES),
        "size",
        "packet_len",
        32,
    )
    group.invalid("all-ones", "002 003", "48 bytes of ones behind the magic", MAGIC + b"\xff" * 40, "framing version")
    group.invalid(
        "pad-wrong",
        "010",
        "a pad byte behind the definitions is 1",
        stream([], A, b"", 8, ONE, fill=b"\1"),
        "framing",
        "padding",
        57,
    )
    text = b"char h\ndouble a\n"
    data = head(1, 1, len(text), 1, 8) + text + b"x" + b"\0\0\0\0\0\1\0" + ONE
    group.invalid(
        "pad-wrong-behind-data", "010", "a pad byte behind the header data is 1", data, "framing", "padding", 70
    )
    assert len(pad(text)) == 16
    return [group]
