"""Tags 40 and 1040, every typed array from 64 to 87, plain and homogeneous elements."""

from __future__ import annotations

import struct
from typing import Any

from .cbor import FALSE, TRUE, array, blob, f16, f64, integer, mapping, tag, text
from .parts import compressed, image, image_value, multi, start, start_value
from .payload import bslz4
from .vectors import Group, nd

__all__ = ["TYPES", "groups"]

# tag -> (numpy dtype, struct code of one element or None); the two binary128 stay raw
TYPES: dict[int, tuple[str, str | None]] = {
    64: ("|u1", ">B"), 65: (">u2", ">H"), 66: (">u4", ">I"), 67: (">u8", ">Q"),
    68: ("|u1", "<B"), 69: ("<u2", "<H"), 70: ("<u4", "<I"), 71: ("<u8", "<Q"),
    72: ("|i1", ">b"), 73: (">i2", ">h"), 74: (">i4", ">i"), 75: (">i8", ">q"),
    77: ("<i2", "<h"), 78: ("<i4", "<i"), 79: ("<i8", "<q"),
    80: (">f2", ">e"), 81: (">f4", ">f"), 82: (">f8", ">d"), 83: ("|V16", None),
    84: ("<f2", "<e"), 85: ("<f4", "<f"), 86: ("<f8", "<d"), 87: ("|V16", None),
}  # fmt: skip
SHAPE = (2, 3)
#: -NaN, a quiet NaN with its lowest bit set, a signalling NaN (IEEE 754: exponent all ones, fraction not nought)
NAN_BITS = {
    80: bytes.fromhex("fe00 7e01 7d01"), 84: bytes.fromhex("00fe 017e 017d"),
    81: bytes.fromhex("ffc00000 7fc00001 7fa00001"), 85: bytes.fromhex("0000c0ff 0100c07f 0100a07f"),
    82: bytes.fromhex("fff8000000000000 7ff8000000000001 7ff4000000000001"),
    86: bytes.fromhex("000000000000f8ff 010000000000f87f 010000000000f47f"),
}  # fmt: skip
CHANNEL = mapping(("threshold_1", b""))  # a map head and the key: what stands before the value of the only channel


def elements(number: int) -> bytes:
    """Six elements: the extremes of the type, and values whose bytes differ from each other."""
    code = TYPES[number][1]
    if code is None:
        return bytes(range(96))
    bits = 8 * struct.calcsize(code)
    kind = code[1]
    if kind in "efd":
        values: list[Any] = [0.0, -0.0, 1.5, -2.25, float("inf"), float("nan")]
    elif kind.isupper():
        values = [0, 1, 0x0102030405060708 % (1 << bits), (1 << bits) - 1, (1 << bits) - 2, 1 << bits - 1]
    else:
        values = [0, 1, -1, -(1 << bits - 1), (1 << bits - 1) - 1, 0x0102030405060708 % (1 << bits - 1)]
    return b"".join(struct.pack(code, value) for value in values)


def groups() -> list[Group]:
    return [_typed(), _shapes(), _plain()]


def one(item: bytes) -> bytes:
    """An image message with *item* as its only channel."""
    return image(("threshold_1", item))


def expected(value: Any) -> dict[str, Any]:
    return image_value({"threshold_1": value})


def _typed() -> Group:
    group = Group("typed-arrays")
    for number, (dtype, _) in TYPES.items():
        raw = elements(number)
        item = tag(number, blob(raw))
        rules = "061 062 064" if number in (83, 87) else "061 062"
        writes = number not in (65, 66, 67, 68, 73, 74, 75, 80, 81, 82, 83, 87)
        add = group.canonical if writes else group.valid
        doc = f"Tag {number} ({dtype}) under tag 40"
        add(f"tag-{number}", f"{rules} 053 054", doc, one(multi(SHAPE, item)), expected(nd(raw, dtype, SHAPE)))
        size = len(raw) // 6
        doc = f"Tag {number} ({dtype}) alone, in user_data"
        group.valid(
            f"tag-{number}-alone", rules, doc, start(("user_data", item)), start_value(user_data=nd(raw, dtype, (6,)))
        )
        empty = start(("user_data", tag(number, blob(b""))))
        group.valid(
            f"tag-{number}-empty", rules, f"Tag {number} on no byte", empty, start_value(user_data=nd(b"", dtype, (0,)))
        )
        big = raw * 16
        packed = compressed(bslz4(big, size, 8 * size * 2), size)
        group.valid(
            f"tag-{number}-bslz4",
            f"{rules} 067 078",
            f"Tag {number} compressed, element size {size}",
            one(multi((12, 8), tag(number, packed))),
            expected(nd(big, dtype, (12, 8))),
        )
        if size > 1:
            data = one(multi(SHAPE, tag(number, blob(raw[:-1]))))
            group.invalid(
                f"tag-{number}-one-byte-short",
                "059 065",
                f"Tag {number} with one byte too few",
                data,
                "size",
                "data.threshold_1",
            )
            data = start(("user_data", tag(number, blob(raw[:-1]))))
            group.invalid(
                f"tag-{number}-alone-odd",
                "065",
                f"Tag {number} alone on bytes that are no whole elements",
                data,
                "size constraint",
                "user_data",
            )
    for number, raw in NAN_BITS.items():
        dtype = TYPES[number][0]
        doc = f"Tag {number} ({dtype}): NaN with a sign, with other bits, and one that signals, bit for bit"
        item, said = multi((1, 3), tag(number, blob(raw))), expected(nd(raw, dtype, (1, 3)))
        (group.canonical if number > 83 else group.valid)(f"tag-{number}-nan-bits", "061 062", doc, one(item), said)
    return group


def _shapes() -> Group:
    group = Group("shapes")
    raw = bytes(range(24))
    for dims in ((24,), (1, 24), (24, 1), (2, 3, 4), (1, 1, 1, 24), (2, 2, 3, 2)):
        name = "x".join(map(str, dims))
        add = group.canonical if len(dims) == 2 else group.valid
        data = start(("user_data", multi(dims, tag(64, blob(raw)))))
        add(f"tag-40-{name}", "053", f"Tag 40 of shape {name}", data, start_value(user_data=nd(raw, "|u1", dims)))
    raw = bytes.fromhex("000001000200030004000500")
    order = bytes.fromhex("000002000400010003000500")  # rows of [[0, 2, 4], [1, 3, 5]]
    data = one(multi((2, 3), tag(69, blob(raw)), 1040))
    group.valid("tag-1040", "055", "Tag 1040: 0 to 5 down the columns", data, expected(nd(order, "<u2", (2, 3))))
    data = one(multi((2, 3), tag(69, compressed(bslz4(raw, 2), 2)), 1040))
    group.valid("tag-1040-bslz4", "055 067", "Tag 1040, compressed", data, expected(nd(order, "<u2", (2, 3))))
    data = start(("user_data", multi((2, 2, 2), tag(64, blob(bytes(range(8)))), 1040)))
    group.valid(
        "tag-1040-3d",
        "055",
        "Tag 1040 of three dimensions",
        data,
        start_value(user_data=nd([[[0, 4], [2, 6]], [[1, 5], [3, 7]]], "|u1")),
    )
    wide = array(integer(2, 8), integer(3, 4))
    data = one(tag(40, array(wide, tag(69, blob(raw)))))
    group.valid(
        "long-dimensions", "057 091", "Dimensions in eight and four bytes", data, expected(nd(raw, "<u2", (2, 3)))
    )
    _tables_and_zeros(group)
    return group


def _tables_and_zeros(group: Group) -> None:
    flat = nd([[0.5, 1.0]], "<f4")
    data = start(
        (
            "flatfield",
            mapping(("t", multi((1, 2), tag(85, compressed(bslz4(bytes.fromhex("0000003f0000803f"), 4), 4))))),
        )
    )
    group.valid("flatfield-compressed", "033 067", "A compressed flatfield", data, start_value(flatfield={"t": flat}))
    mask = struct.pack("<40I", *range(40))
    data = start(("pixel_mask", mapping(("t", multi((5, 8), tag(70, compressed(bslz4(mask, 4), 4)))))))
    group.valid(
        "pixel-mask-compressed",
        "039 067",
        "A compressed pixel mask",
        data,
        start_value(pixel_mask={"t": nd(mask, "<u4", (5, 8))}),
    )
    data = start(("countrate_correction_lookup_table", tag(70, compressed(bslz4(mask, 4), 4))))
    group.valid(
        "table-compressed",
        "030 067",
        "A compressed lookup table",
        data,
        start_value(countrate_correction_lookup_table=nd(mask, "<u4", (40,))),
    )
    data = start(("countrate_correction_lookup_table", tag(66, blob(bytes.fromhex("0000000000000001")))))
    group.valid(
        "table-big-endian",
        "030 062",
        "A big-endian lookup table",
        data,
        start_value(countrate_correction_lookup_table=nd([0, 1], ">u4")),
    )
    for dims in ((0,), (0, 5), (3, 0), ()):
        name = "x".join(map(str, dims)) or "none"
        count = 1 if not dims else 0
        data = one(multi(dims, tag(69, blob(bytes(2 * count)))))
        doc = f"Dimensions {list(dims)}: arrays of no element and of no dimension are better not sent"
        group.either(
            f"dimensions-{name}",
            "058",
            doc,
            data,
            expected(nd(bytes(2 * count), "<u2", dims)),
            "size constraint type",
            "data.threshold_1",
            level="SHOULD",
        )


def _plain() -> Group:
    group = Group("plain-elements")
    for name, items, value in (
        ("integers", [integer(n) for n in range(6)], nd([[0, 1, 2], [3, 4, 5]], "<i8")),
        ("negative", [integer(-n) for n in range(6)], nd([[0, -1, -2], [-3, -4, -5]], "<i8")),
        ("all-ones", [integer(2**64 - 1)] + [integer(n) for n in range(5)], nd([[2**64 - 1, 0, 1], [2, 3, 4]], "<u8")),
        ("floats", [f64(n / 4) for n in range(6)], nd([[0.0, 0.25, 0.5], [0.75, 1.0, 1.25]], "<f8")),
        ("halves", [f16(n / 4) for n in range(6)], nd([[0.0, 0.25, 0.5], [0.75, 1.0, 1.25]], "<f8")),
        (
            "integers-and-floats",
            [integer(n) for n in range(5)] + [f64(0.5)],
            nd([[0.0, 1.0, 2.0], [3.0, 4.0, 0.5]], "<f8"),
        ),
        ("booleans", [TRUE, FALSE, TRUE, FALSE, FALSE, TRUE], nd(bytes([1, 0, 1, 0, 0, 1]), "|b1", (2, 3))),
    ):
        doc = f"Tag 40 on a plain array of {name.replace('-', ' ')}"
        group.valid(name, "060", doc, one(multi(SHAPE, array(*items))), expected(value), level="SHOULD")
        doc = f"Tag 40 on a homogeneous array of {name.replace('-', ' ')}"
        group.valid(
            f"{name}-tag-41", "060", doc, one(multi(SHAPE, tag(41, array(*items)))), expected(value), level="SHOULD"
        )
    items = [integer(n) for n in range(6)]
    group.valid(
        "integers-tag-1040",
        "060 055",
        "Tag 1040 on a plain array",
        one(multi(SHAPE, array(*items), 1040)),
        expected(nd([[0, 2, 4], [1, 3, 5]], "<i8")),
        level="SHOULD",
    )
    for name, wrong in (("one-short", items[:5]), ("one-more", [*items, integer(6)]), ("none", [])):
        data = one(multi(SHAPE, array(*wrong)))
        group.invalid(
            f"count-{name}", "060", f"{len(wrong)} plain elements for 2 x 3", data, "size", "data.threshold_1"
        )
        data = one(multi(SHAPE, tag(41, array(*wrong))))
        group.invalid(
            f"count-{name}-tag-41",
            "060",
            f"{len(wrong)} homogeneous elements for 2 x 3",
            data,
            "size",
            "data.threshold_1",
        )
    for name, wrong_item in (("text", text("x")), ("map", mapping()), ("bytes", blob(b"\0"))):
        data = one(multi(SHAPE, array(*items[:5], wrong_item)))
        group.invalid(
            f"element-{name}", "060 094", f"One element of a channel is a {name}", data, "type", "data.threshold_1"
        )
    return group
