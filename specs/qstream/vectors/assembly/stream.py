"""The stream descriptor: dataset_id, and the byte order of everything binary."""

from __future__ import annotations

import struct

from .kit import INLINE_X, PLANE_Y, STREAM, Group, ascii10, cat, descriptor, ds, expect, nd, packet, plane, type_

__all__ = ["groups"]

X = {"x": ds(1, [7.0, 8.0, 9.0])}
INT4 = type_("01", plane("y", 1, 'encoding="int4" length=""'))
WIRE = packet("01", bytes.fromhex("00000102"))
LITTLE = {"y": ds(1, nd([0x02010000], "<i4"))}
BIG = {"y": ds(1, nd([0x00000102], "<i4"))}


def groups() -> list[Group]:
    group = Group("stream")
    _dataset_id(group)
    _byte_order(group)
    _sticky(group)
    return [group]


def _start(attributes: str) -> bytes:
    return descriptor("00", f'<stream dataset_id="y"{attributes}/>')


def _dataset_id(group: Group) -> None:
    group.valid("missing-default", "035", "dataset_id names nothing that is there", cat(STREAM, INLINE_X), expect(X))
    odd = cat(descriptor("00", '<stream dataset_id="1 odd-id"/>'), INLINE_X)
    group.valid("dataset-id-odd", "034", "dataset_id is no Java identifier", odd, expect(X, "1 odd-id"))
    blank = cat(descriptor("00", '<stream dataset_id=" "/>'), INLINE_X)
    group.valid(
        "dataset-id-blank", "034 035", "dataset_id is a blank, which no dataset can be called", blank, expect(X, " ")
    )
    for name, xml in (
        ("missing", "<stream/>"),
        ("empty", '<stream dataset_id=""/>'),
        ("das2", "<stream><properties/></stream>"),
    ):
        data = cat(descriptor("00", xml), INLINE_X)
        group.invalid(
            f"dataset-id-{name}",
            "034",
            "a stream descriptor without a dataset_id",
            data,
            "constraint",
            path="[00].dataset_id",
            at=0,
        )


def _byte_order(group: Group) -> None:
    for name, value in (("little", LITTLE), ("big", BIG)):
        data = cat(_start(f' byte_order="{name}_endian"'), INT4, WIRE)
        group.valid(f"byte-order-{name}", "038 074 072", f"int4 in {name}-endian order", data, expect(value))
        group.valid(
            f"byte-order-{name}-autoplot",
            "038 074",
            "the attribute means the same in profile autoplot",
            data,
            expect(value),
            profile="autoplot",
        )
    absent = cat(STREAM, INT4, WIRE)
    group.valid(
        "byte-order-absent", "037", "without the attribute, little-endian as documented", absent, expect(LITTLE)
    )
    group.valid(
        "byte-order-absent-autoplot",
        "037",
        "without the attribute, big-endian in profile autoplot",
        absent,
        expect(BIG),
        profile="autoplot",
    )
    text = cat(STREAM, PLANE_Y, packet("01", ascii10(258)))
    group.valid("ascii-without-byte-order", "037", "text needs no byte order", text, expect({"y": ds(1, [258.0])}))
    for name, word in (
        ("upper-case", "LITTLE_ENDIAN"),
        ("short", "little"),
        ("middle", "middle_endian"),
        ("blank", " little_endian"),
    ):
        data = cat(_start(f' byte_order="{word}"'), INT4, WIRE)
        group.invalid(
            f"byte-order-{name}", "038", f"byte_order {word!r}", data, "constraint", path="[00].byte_order", at=0
        )
        group.valid(
            f"byte-order-{name}-autoplot",
            "038",
            f"byte_order {word!r} is big-endian in profile autoplot",
            data,
            expect(BIG),
            profile="autoplot",
        )


def _sticky(group: Group) -> None:
    big, little = _start(' byte_order="big_endian"'), _start(' byte_order="little_endian"')
    body = (INT4, WIRE)
    value = {"y": ds(1, nd([0x102, 0x102], "<i4"))}
    group.valid(
        "byte-order-kept",
        "039 015",
        "a second [00] without byte_order keeps big-endian",
        cat(big, *body, STREAM, WIRE),
        expect(value),
    )
    value = {"y": ds(1, nd([0x02010000, 0x02010000], "<i4"))}
    group.valid(
        "byte-order-kept-autoplot",
        "039",
        "a second [00] without byte_order keeps little-endian",
        cat(little, *body, STREAM, WIRE),
        expect(value),
        profile="autoplot",
    )
    value = {"y": ds(1, nd([0x02010000, 0x102], "<i4"))}
    group.valid(
        "byte-order-changes",
        "039 038",
        "a second [00] with another byte_order, packet type unchanged",
        cat(little, *body, big, WIRE),
        expect(value),
    )
    after = cat(
        STREAM,
        PLANE_Y,
        packet("01", ascii10(1)),
        big,
        type_("02", plane("z", 1, 'encoding="float" length=""')),
        packet("02", struct.pack(">f", 1.5)),
    )
    group.valid(
        "byte-order-later",
        "038 039",
        "byte_order comes with the second [00], after text",
        after,
        expect({"y": ds(1, [1.0]), "z": ds(1, nd([1.5], "<f4"))}),
    )
