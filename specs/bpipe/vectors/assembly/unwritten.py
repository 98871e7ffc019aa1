"""Values that no stream holds: a writer must refuse them; and streams whose lengths need more than 16 bits."""

from __future__ import annotations

import struct
from math import prod
from typing import Any

from .kit import UNKNOWN, Group, field_, head, header_, nd, pad, stream, value

__all__ = ["groups"]

WRONG = "constraint type size limit syntax"
ONE = nd(">i4", [5])
NONE = nd(">i4", [], (0, 1))


def groups() -> list[Group]:
    group = Group("unwritten")
    _definitions(group)
    _header_data(group)
    _packets(group)
    return [group, _long(), _headers()]


def _definitions(group: Group) -> None:
    names = {"empty": "", "digit-first": "1a", "blank": "a b", "hyphen": "a-b", "not-ascii": "\u00e9", "newline": "a\n", "256": "a" * 256, "brackets": "a[2]"}  # fmt: skip
    for what, name in names.items():
        group.unwritable(
            f"header-name-{what}", "015", f"a header field named {name[:9]!r}", value([header_(name, "int", [1], ONE)]), WRONG
        )  # fmt: skip
        group.unwritable(
            f"name-{what}", "015", f"a packet field named {name[:9]!r}", value([], [field_(name, "int")], {name: NONE}), WRONG
        )  # fmt: skip
    for what, kind in {"capital": "Int", "prefixed": "BPDType_int", "of-c": "float", "empty": ""}.items():
        group.unwritable(
            f"header-type-{what}", "014", f"a header field of the type {kind!r}", value([header_("a", kind, [1], ONE)]), WRONG
        )  # fmt: skip
        group.unwritable(
            f"type-{what}", "014", f"a packet field of the type {kind!r}", value([], [field_("a", kind)], {"a": NONE}), WRONG
        )  # fmt: skip
    extents: dict[str, list[Any]] = {"zero": [0], "negative": [-1], "none": [], "17": [1] * 17, "beyond": [2**31], "product-beyond": [65536, 65536], "fraction": [1.5], "text": ["1"]}  # fmt: skip
    for what, given in extents.items():
        group.unwritable(
            f"header-extents-{what}", "017", f"a header field of {given}", value([["a", "int", given, ONE]]), WRONG
        )
        group.unwritable(
            f"extents-{what}", "017", f"a packet field of {given}", value([], [["a", "int", given]], {"a": NONE}), WRONG
        )
    group.unwritable(
        "twice", "016", "two packet fields of one name", value([], [field_("a", "int"), field_("a", "int")], {"a": NONE}), WRONG
    )  # fmt: skip


def _header_data(group: Group) -> None:
    arrays = {
        "doubles": ("int", [1], nd(">f8", [0.5])), "64-bits": ("int", [1], nd(">i8", [2**32])),
        "beyond-signed": ("int", [1], nd(">u4", [2**32 - 1])), "negative": ("uint", [1], nd(">i4", [-1])),
        "number": ("int", [1], 5), "text": ("char", [2], "ab"), "strings": ("char", [2], {"$strings": ["ab"]}),
    }  # fmt: skip
    for what, (kind, extents, array) in arrays.items():
        group.unwritable(
            f"header-data-{what}", "019", f"{kind} from {what}", value([["a", kind, extents, array]]), WRONG
        )
    shapes = {"short": ("int", [2], ONE), "long": ("int", [1], nd(">i4", [1, 2])), "turned": ("int", [2, 3], nd(">i4", range(6), (2, 3))), "atoms": ("DVector3", [1], nd(">f8", [[1, 2]]))}  # fmt: skip
    for what, (kind, extents, array) in shapes.items():
        group.unwritable(
            f"header-shape-{what}", "008 018", f"data that do not go with {extents}", value([["a", kind, extents, array]]), WRONG
        )  # fmt: skip


def _packets(group: Group) -> None:
    two = [field_("a", "int"), field_("b", "int")]
    rows = nd(">i4", [[1], [2], [3]])
    given = {
        "doubles": ("019", [field_("a", "int")], {"a": nd(">f8", [[0.5]])}),
        "beyond-signed": ("019", [field_("a", "int")], {"a": nd(">u4", [[2**32 - 1]])}),
        "shape": ("009 018", [field_("a", "int", [2])], {"a": rows}),
        "turned": ("018", [field_("a", "int", [2, 3])], {"a": nd(">i4", range(6), (1, 2, 3))}),
        "missing": ("009", two, {"a": rows}),
        "unknown": ("009", [field_("a", "int")], {"a": rows, "b": rows}),
        "not-as-many": ("009", two, {"a": rows, "b": nd(">i4", [[1], [2]])}),
        "without-fields": ("021", [], {"a": rows}),
    }  # fmt: skip
    for what, (rules, fields, packets) in given.items():
        group.unwritable(f"packets-{what}", rules, f"packets: {what}", value([], fields, packets), WRONG)


def _headers() -> Group:
    """Header fields with several extents, beside others of the same name."""
    group = Group("headers")
    for kind, dtype, size in (("int", ">i4", 4), ("double", ">f8", 8), ("uint", ">u4", 4)):
        for extents in ([2, 3], [3, 2], [2, 3, 4], [1, 5], [5, 1], [300]):
            count = prod(extents)
            data = b"".join(struct.pack({4: ">I", 8: ">d"}[size], number + 1) for number in range(count))
            name = "x".join(map(str, extents))
            array = nd(dtype, range(1, count + 1), extents[::-1])
            line = f"{kind} m" + "".join(f"[{one}]" for one in extents)
            bytes_ = stream([line, "int n"], [], data + b"\0\0\0\7")
            told = value([["m", kind, extents, array], header_("n", "int", [1], nd(">i4", [7]))])
            group.valid(f"{kind}-{name}", "018 019", f"a header field of {name}, the lowest extent first and fastest", bytes_, told)  # fmt: skip
    lines = ["int a", "uint b", "int a", "double a", "uint b"]
    data = struct.pack(">iIidI", -1, 2, -3, 4.5, 2**31)
    arrays = [("a", "int", ">i4", -1), ("b", "uint", ">u4", 2), ("a", "int", ">i4", -3), ("a", "double", ">f8", 4.5), ("b", "uint", ">u4", 2**31)]  # fmt: skip
    told = value([header_(name, kind, [1], nd(dtype, [number])) for name, kind, dtype, number in arrays])
    group.valid("repeated", "016", "names that repeat, out of turn, of other types", stream(lines, [], data), told)
    same = value([header_("a", "int", [1], nd(">i4", [5]))] * 3)
    group.valid("equal", "016", "three equal header fields", stream(["int a"] * 3, [], struct.pack(">3i", 5, 5, 5)), same)  # fmt: skip
    return group


def _long() -> Group:
    """Counts and lengths that need more than 16 bits, or their highest one."""
    group = Group("long")
    for size in (128, 256, 32768, 65536, 70001):
        line = f"char h[{size}]\n".encode()
        front = head(1, 0, len(line), size, 0) + pad(line)
        text = {"$fill": {"dtype": "|u1", "shape": [size], "value": 120}}
        group.long(
            f"header-{size}", "008 017", f"a header field of {size} bytes", [(front, 1), (b"x", size), (bytes(-size % 8), 1)],
            value([["h", "char", [size], text]]),
        )  # fmt: skip
        line = f"char a[{size}]\n".encode()
        front = head(0, 1, len(line), 0, size) + pad(line)
        bytes_ = {"$fill": {"dtype": "|u1", "shape": [2, size], "value": 120}}
        group.long(
            f"packet-{size}", "009 017", f"two packets of {size} bytes", [(front, 1), (b"x", 2 * size)],
            value([], [field_("a", "char", [size])], {"a": bytes_}),
        )  # fmt: skip
    for count, size in ((128, 20), (256, 130)):
        lines = "".join(f"int {'n' * size}{number}\n" for number in range(count)).encode()
        front = head(count, 0, len(lines), 4 * count, 0) + pad(lines)
        fields = [header_(f"{'n' * size}{number}", "int", [1], nd(">i4", [7])) for number in range(count)]
        group.long(
            f"header-fields-{count}", "006", f"{count} header fields, {len(lines)} bytes of lines",
            [(front, 1), (b"\0\0\0\7", count), (bytes(-4 * count % 8), 1)], value(fields),
        )  # fmt: skip
    for count in (32768, 65536):
        line = b"char a\n"
        front = head(0, 1, len(line), 0, 1, n_packets=UNKNOWN) + pad(line)
        rows = {"$fill": {"dtype": "|u1", "shape": [count, 1], "value": 1}}
        group.long(
            f"packets-{count}", "020", f"{count} packets", [(front, 1), (b"\1", count)], value([], [field_("a", "char")], {"a": rows})
        )  # fmt: skip
    return group
