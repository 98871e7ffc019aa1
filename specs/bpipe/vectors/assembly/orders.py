"""Both byte orders."""

from __future__ import annotations

import struct

from .kit import Group, field_, header_, nd, stream, value

__all__ = ["groups"]

LITTLE = {"order": "<", "mark": b"\4\3\2\1"}


def groups() -> list[Group]:
    group = Group("orders")
    lines = ["int a", "uint b", "double c", "char d[3]"]
    expected = value(
        [header_("h", "uint", [2], nd(">u4", [1, 2**32 - 2]))],
        [field_("a", "int"), field_("b", "uint"), field_("c", "double"), field_("d", "char", [3])],
        {"a": nd(">i4", [[-2], [1]]), "b": nd(">u4", [[258], [3]]), "c": nd(">f8", [[-0.0], [1e300]]), "d": nd("|u1", [[1, 2, 3], [4, 5, 6]])},
    )  # fmt: skip
    for name, order, told in (("big", ">", {}), ("little", "<", LITTLE)):
        packets = struct.pack(f"{order}iId3B", -2, 258, -0.0, 1, 2, 3) if order == ">" else b""
        rows = ((-2, 258, -0.0, 1, 2, 3), (1, 3, 1e300, 4, 5, 6))
        packets = b"".join(struct.pack(f"{order}iId3B", *row) for row in rows)
        hdata = struct.pack(f"{order}2I", 1, 2**32 - 2)
        data = stream(["uint h[2]"], lines, hdata, 19, packets, **told)
        group.valid(name, "003 004", f"the same values, {name}-endian", data, expected, canonical=order == ">")
    raw = bytes.fromhex("7ff4000000000001")
    import numpy as np

    bits = value([], [field_("a", "double")], {"a": nd(">f8", np.frombuffer(raw, ">f8").reshape(1, 1))})
    group.valid(
        "little-nan",
        "019",
        "a signalling NaN with payload, little-endian",
        stream([], ["double a"], b"", 8, raw[::-1], **LITTLE),
        bits,
        canonical=False,
    )
    group.invalid(
        "little-mark-big-numbers",
        "002 003",
        "the mark says little-endian, the numbers are big-endian",
        stream([], ["int a"], b"", 4, mark=b"\4\3\2\1"),
        "version limit framing size",
    )
    group.invalid(
        "big-mark-little-numbers",
        "002 003",
        "the mark says big-endian, the numbers are little-endian",
        stream([], ["int a"], b"", 4, order="<", mark=b"\1\2\3\4"),
        "version limit framing size",
    )
    return [group]
