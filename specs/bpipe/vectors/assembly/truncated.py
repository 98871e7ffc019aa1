"""A header that ends at any byte."""

from __future__ import annotations

import struct

from .kit import Group, stream

__all__ = ["groups"]


def groups() -> list[Group]:
    group = Group("truncated")
    whole = stream(["char h[3]"], ["int a"], b"ab\0", 4, struct.pack(">i", 7))
    header = len(whole) - 4
    starts = [(0, 48, "prefix", 0), (48, 64, "definitions", 48), (64, 67, "header", 64)]
    for length in range(header):
        path, at = next(((path, at) for start, stop, path, at in starts if start <= length < stop), ("padding", 67))
        group.invalid(
            f"after-{length:02d}",
            "011",
            f"the first {length} of {header} bytes of a header",
            whole[:length],
            "truncated",
            path,
            at,
        )
    return [group]
