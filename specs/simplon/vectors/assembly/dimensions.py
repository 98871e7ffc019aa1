"""Arrays that are wrong: dimensions, products, elements, and tags that are no typed array."""

from __future__ import annotations

from .arrays import SHAPE, expected, one
from .cbor import TRUE, array, blob, chunks, f64, integer, mapping, tag, text
from .parts import compressed, multi, start, start_value
from .payload import bslz4
from .vectors import Group, after, nd, place

__all__ = ["groups"]

CHANNEL = mapping(("threshold_1", b""))  # a map head and the key: what stands before the value of the only channel


def groups() -> list[Group]:
    return [_wrong_dimensions(), _wrong_types()]


def _wrong_dimensions() -> Group:
    group = Group("dimensions")
    path, key = "data.threshold_1", text("data") + CHANNEL
    typed = tag(69, blob(bytes(12)))
    for name, dims in (
        ("one-row-more", (3, 3)),
        ("one-row-less", (1, 3)),
        ("one", (1,)),
        ("all-ones", (2**64 - 1, 1)),
        ("all-ones-twice", (2**64 - 1, 2**64 - 1)),
        ("2-32-by-2-32", (2**32, 2**32)),
        ("2-63-by-2", (2**63, 2)),
        ("2-63-and-6-by-1", (2**63 + 6, 1)),
        ("wraps-to-6", (2**64 // 2 + 3, 2)),
        ("2-31-by-2-32", (2**31, 2**32)),
        ("sixteen-bit", (65536, 65536, 65536, 65536)),
    ):
        doc = f"Dimensions {' x '.join(map(str, dims))} for six elements"
        group.invalid(name, "059 099", doc, one(multi(dims, typed)), "size", path)
        packed = tag(69, compressed(bslz4(bytes(12), 2), 2))
        group.invalid(
            f"{name}-bslz4", "059 072 099", f"{doc}, compressed", one(multi(dims, packed)), "size limit", path
        )
    for name, item in (
        ("negative", integer(-2)),
        ("float", f64(2.0)),
        ("text", text("2")),
        ("bool", TRUE),
        ("array", array(integer(2))),
    ):
        data = one(tag(40, array(array(item, integer(3)), typed)))
        at = after(data, key) + 4
        group.invalid(name, "057", f"A dimension is {name}", data, "type size constraint", path, at)
    data = one(tag(40, array(array(tag(2, blob(b"\x02")), integer(3)), typed)))
    group.either(
        "bignum",
        "057 096",
        "A dimension is the bignum 2",
        data,
        expected(nd(bytes(12), "<u2", SHAPE)),
        "type size constraint",
        path,
        level="SHOULD",
    )
    _no_dimensions(group)
    return group


def _no_dimensions(group: Group) -> None:
    path, key = "data.threshold_1", text("data") + CHANNEL
    typed = tag(69, blob(bytes(12)))
    for name, item in (("integer", integer(6)), ("text", text("2x3")), ("map", mapping()), ("bytes", blob(b"\2\3"))):
        data = one(tag(40, array(item, typed)))
        group.invalid(
            f"dimensions-{name}",
            "053 057",
            f"The dimensions are no array but {name}",
            data,
            "type",
            path,
            after(data, key) + 3,
        )
    for name, items in (
        ("no-item", ()),
        ("one-item", (array(integer(6)),)),
        ("three-items", (array(integer(6)), typed, typed)),
    ):
        data = one(tag(40, array(*items)))
        group.invalid(
            f"{name}-under-tag-40",
            "053",
            f"Tag 40 encloses an array with {name.replace('-', ' ')}",
            data,
            "type constraint size",
            path,
        )
    for name, item in (("typed", typed), ("map", mapping()), ("bytes", blob(bytes(12))), ("integer", integer(6))):
        data = one(tag(40, item))
        group.invalid(f"tag-40-on-{name}", "053", f"Tag 40 encloses no array but {name}", data, "type", path)
    data = start(("user_data", mapping(("a", array(integer(0), multi((2, 4), typed))))))
    group.invalid("in-user-data", "059", "A wrong product of dimensions in user_data", data, "size", "user_data.a[1]")
    data = start(("flatfield", mapping(("t", multi((2, 2), tag(85, blob(bytes(12))))))))
    group.invalid("in-flatfield", "059 033", "A wrong product of dimensions in flatfield", data, "size", "flatfield.t")


def _wrong_types() -> Group:
    group = Group("array-tags")
    path = "data.threshold_1"
    data = one(multi(SHAPE, tag(76, blob(bytes(6)))))
    group.invalid("tag-76", "063", "Tag 76 is reserved", data, "unsupported", path, place(data, bytes.fromhex("d84c")))
    data = start(("user_data", tag(76, blob(bytes(6)))))
    group.either(
        "tag-76-in-user-data",
        "063 097",
        "Tag 76 in user_data, kept or refused",
        data,
        start_value(user_data={"$tag": [76, {"$bytes": "AAAAAAAA"}]}),
        "unsupported",
        "user_data",
    )
    for number in (63, 88, 4000):
        item = tag(number, blob(bytes(12)))
        data = one(multi(SHAPE, item))
        group.invalid(
            f"elements-under-tag-{number}",
            "060 061",
            f"Tag {number} is no typed array",
            data,
            "type unsupported",
            path,
            place(data, item),
        )
    for name, item in (
        ("text", text("\0" * 12)),
        ("array", array(*[integer(0)] * 6)),
        ("integer", integer(0)),
        ("typed", tag(64, blob(bytes(12)))),
        ("unknown-tag", tag(4000, blob(bytes(12)))),
    ):
        data = one(multi(SHAPE, tag(69, item)))
        group.invalid(f"tag-69-on-{name}", "066", f"Tag 69 encloses no byte string but {name}", data, "type", path)
    for name, item in (
        ("text", text("x" * 12)),
        ("bytes", blob(bytes(12))),
        ("map", mapping()),
        ("integer", integer(6)),
        ("nested", multi(SHAPE, tag(69, blob(bytes(12))))),
    ):
        data = one(multi(SHAPE, item))
        group.invalid(f"elements-{name}", "060", f"The elements of tag 40 are {name}", data, "type", path)
    data = one(multi(SHAPE, compressed(bslz4(bytes(12), 2), 2)))
    group.invalid(
        "compressed-without-type",
        "060 066 094",
        "A compressed string stands where a typed array must",
        data,
        "type",
        path,
    )
    data = one(multi((2, 3), tag(69, chunks(blob(bytes(5)), blob(bytes(6))))))
    group.invalid("chunks-one-byte-short", "059 065", "Chunks that hold one byte too few together", data, "size", path)
    return group
