"""Lengths that the prefix states and the definitions give."""

from __future__ import annotations

import struct

from .kit import Group, stream

__all__ = ["groups"]


def groups() -> list[Group]:
    group = Group("sizes")
    for name, told in (("short", 11), ("long", 13), ("zero", 0), ("large", 2**31)):
        data = stream(["int a[3]"], ["int p"], bytes(12), 4, hdata_len=told)
        group.invalid(
            f"hdata_len-{name}", "008", f"12 bytes of header data, {told} are stated", data, "size", "hdata_len", 28
        )
        data = stream([], ["int a[3]"], b"", told, bytes(24))
        group.invalid(
            f"packet_len-{name}", "009", f"packets of 12 bytes, {told} are stated", data, "size", "packet_len", 32
        )
    huge = "int a[2147483647]"
    group.invalid(
        "header-field-8-gigabytes",
        "008 012",
        "a header field that the length does not hold",
        stream([huge], [], b""),
        "size limit",
    )
    group.invalid(
        "header-field-mod-2-to-the-32",
        "008 012",
        "2^32-4 bytes and 4 more: 0 where sums wrap",
        stream(["int a[1073741823]", "int b"], [], b"", hdata_len=0),
        "size limit",
    )
    group.invalid(
        "header-field-not-there",
        "011 012",
        "64 kilobytes of header data, none is there",
        stream(["char a[65536]"], [], b"", hdata_len=65536),
        "truncated",
        "header",
        64,
    )
    group.invalid(
        "header-field-2-gigabytes",
        "012",
        "2147483647 bytes of header data, none is there",
        stream(["char a[2147483647]"], [], b"", hdata_len=2**31 - 1),
        "limit truncated",
    )
    group.invalid(
        "text_len-beyond-any-header",
        "012",
        "definitions of 2^31 bytes are more than a header may have",
        stream([], ["int p"], b"", 4, text_len=2**31),
        "limit",
        "text_len",
        24,
    )
    group.invalid(
        "header-largest",
        "011 012",
        "48 bytes and definitions make a header of 2147483647 bytes, which are not there",
        stream([], ["int p"], b"", 4, text_len=2**31 - 49),
        "truncated",
    )
    group.invalid(
        "header-one-too-large",
        "012",
        "48 bytes and definitions make a header of 2147483648 bytes",
        stream([], ["int p"], b"", 4, text_len=2**31 - 48),
        "limit",
    )
    group.invalid(
        "packet-103-gigabytes",
        "009 012",
        "a packet of 103 gigabytes",
        stream([], ["DCVector3 a[2147483647]"], b"", 0),
        "size limit",
    )
    group.invalid(
        "packet-mod-2-to-the-32",
        "009 012",
        "a packet of 2^32 bytes where the length says 0",
        stream([], ["int a[1073741824]"], b"", 0),
        "size limit",
    )
    group.invalid(
        "packet-4-gigabytes",
        "012 020",
        "a packet of 2^32-1 bytes, stated rightly",
        stream([], ["char a[2147483647]", "char b[2147483647]", "char c"], b"", 2**32 - 1),
        "limit",
        "packet_len",
        32,
    )
    group.invalid(
        "behind-header",
        "021",
        "bytes behind a header without packet fields",
        stream(["int n"], [], struct.pack(">i", 7)) + b"\0",
        "framing",
        "packets",
        64,
    )
    return [group]
