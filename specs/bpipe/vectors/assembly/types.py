"""The thirteen types, with their extreme values."""

from __future__ import annotations

import struct

from .kit import Group, field_, header_, nd, stream, value

__all__ = ["groups"]

TYPES = (
    ("char", "u1", 1), ("double", "f8", 1), ("int", "i4", 1), ("uint", "u4", 1), ("DVector2", "f8", 2), ("DVector3", "f8", 3),
    ("IVector2", "i4", 2), ("IVector3", "i4", 3), ("UIVector2", "u4", 2), ("UIVector3", "u4", 3), ("DComplex", "f8", 2),
    ("DCVector2", "f8", 4), ("DCVector3", "f8", 6),
)  # fmt: skip
CODES = {"u1": "B", "f8": "d", "i4": "i", "u4": "I"}


def groups() -> list[Group]:
    group = Group("types")
    for name, atom, count in TYPES:
        numbers = [index + 1 for index in range(3 * count)]
        tail = [count] if count > 1 else []
        group.valid(
            name, "014 019", f"{count} atoms of {atom}: scalars in two packets, the header holds one",
            stream([f"{name} h"], [f"{name} a"], struct.pack(f">{count}{CODES[atom]}", *numbers[:count]), count * int(atom[1]), struct.pack(f">{2 * count}{CODES[atom]}", *numbers[count:])),
            value(
                [header_("h", name, [1], nd(f">{atom}", numbers[:count], [1, *tail]))],
                [field_("a", name)],
                {"a": nd(f">{atom}", numbers[count:], [2, 1, *tail])},
            ),
        )  # fmt: skip
    _all(group)
    _extremes(group)
    return [group]


def _all(group: Group) -> None:
    """One field of each type in one packet: 193 bytes, nothing between them."""
    packet, fields, packets, number = b"", [], {}, 1
    for name, atom, count in TYPES:
        numbers = list(range(number, number + count))
        number += count
        packet += struct.pack(f">{count}{CODES[atom]}", *numbers)
        fields.append(field_(f"f_{name}", name))
        packets[f"f_{name}"] = nd(f">{atom}", numbers, [1, 1, *([count] if count > 1 else [])])
    assert len(packet) == 193
    lines = [f"{name} f_{name}" for name, _, _ in TYPES]
    group.valid(
        "all-in-one-packet",
        "019",
        "a packet of 193 bytes",
        stream([], lines, b"", 193, packet),
        value([], fields, packets),
    )


def _extremes(group: Group) -> None:
    ints = [-(2**31), 2**31 - 1, -1, 0]
    group.valid(
        "int-extremes",
        "019",
        "the least and the largest int, all ones",
        stream([], ["int a[4]"], b"", 16, struct.pack(">4i", *ints)),
        value([], [field_("a", "int", [4])], {"a": nd(">i4", [ints])}),
    )
    uints = [2**32 - 1, 2**31, 0]
    group.valid(
        "uint-extremes",
        "019",
        "the largest uint, the top bit",
        stream([], ["uint a[3]"], b"", 12, struct.pack(">3I", *uints)),
        value([], [field_("a", "uint", [3])], {"a": nd(">u4", [uints])}),
    )
    chars = list(range(256))
    group.valid(
        "char-all",
        "019",
        "every byte there is",
        stream([], ["char a[256]"], b"", 256, bytes(chars)),
        value([], [field_("a", "char", [256])], {"a": nd("|u1", [chars])}),
    )
    bits = [
        "7ff8000000000000",
        "fff8000000000001",
        "7ff0000000000001",
        "7ff4000000000000",
        "8000000000000000",
        "7ff0000000000000",
        "fff0000000000000",
        "0000000000000001",
        "7fefffffffffffff",
    ]
    raw = bytes.fromhex("".join(bits))
    import numpy as np

    array = np.frombuffer(raw, ">f8").reshape(1, 9)
    group.valid(
        "double-bits",
        "019",
        "NaN of several payloads, quiet and signalling, -0.0, infinities, the least, the largest",
        stream([], ["double a[9]"], b"", 72, raw),
        value([], [field_("a", "double", [9])], {"a": nd(">f8", array)}),
    )
    packed = struct.pack(">BdBd", 1, 2.0, 3, 4.0)
    fields = [field_("a", "char"), field_("b", "double"), field_("c", "char"), field_("d", "double")]
    columns = {"a": nd("|u1", [[1]]), "b": nd(">f8", [[2.0]]), "c": nd("|u1", [[3]]), "d": nd(">f8", [[4.0]])}
    group.valid(
        "no-padding-between-fields",
        "019",
        "doubles at odd offsets",
        stream([], ["char a", "double b", "char c", "double d"], b"", 18, packed),
        value([], fields, columns),
    )
    group.valid(
        "complex-matrix", "018 019", "DComplex[2][2]: r and i side by side, lowest dimension fastest",
        stream([], ["DComplex a[2][2]"], b"", 64, struct.pack(">8d", *range(8))),
        value([], [field_("a", "DComplex", [2, 2])], {"a": nd(">f8", list(range(8)), [1, 2, 2, 2])}),
    )  # fmt: skip
