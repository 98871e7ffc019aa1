"""UNITS: the forms of the property, and ids that are kept as they stand."""

from __future__ import annotations

from .kit import STREAM, Group, ascii10, cat, descriptor, ds, expect, nd, packet, plane, prop, type_

__all__ = ["groups"]


def groups() -> list[Group]:
    group = Group("units")
    for name, kind, text in (
        ("label", "units", "counts"),
        ("dimensionless", "units", ""),
        ("old-type", "unit", "m"),
        ("blanks", "units", "cm^-2 s^-1 sr^-1"),
        ("symbols", "units", "µV/√Hz"),
        ("time-as-number", "units", "us2000"),
        ("utc", "units", "UTC"),
        ("since", "units", "seconds since 2010-01-01T00:00"),
        ("since-opaque", "units", "parsecs since lunch"),
    ):
        xml = f'<properties><property name="UNITS" type="{kind}" value="{text}"/></properties>'
        data = cat(STREAM, type_("01", plane(inner=xml)), packet("01", ascii10(5)))
        value = expect({"y": ds(1, [5.0], text, {"UNITS": prop(kind, text)})})
        group.valid(name, "104", f"UNITS of type {kind}: {text!r}", data, value)
    for kind in (
        "String",
        "qdataset",
        "rank0dataset",
        "cacheTag",
        "datumRange",
        "map",
        "numberArray",
        "Boolean",
        "colour",
    ):
        xml = f'<properties><property name="UNITS" type="{kind}" value="true"/></properties>'
        data = cat(STREAM, type_("01", plane(inner=xml)), packet("01", ascii10(5)))
        value = expect({"y": ds(1, [5.0], None, {"UNITS": prop(kind, True if kind == "Boolean" else "true")})})
        group.valid(f"type-{kind.lower()}", "104", f"UNITS of type {kind} is no unit", data, value)
    label = '<properties><property name="LABEL" type="String" value="nT"/></properties>'
    none = cat(STREAM, type_("01", plane(inner=label)), packet("01", ascii10(5)))
    value = expect({"y": ds(1, [5.0], None, {"LABEL": prop("String", "nT")})})
    group.valid("none", "104", "no UNITS", none, value)
    fill = '<properties><property name="FILL_VALUE" type="Double" value="-1.0E31"/></properties>'
    head = cat(
        descriptor("00", '<stream dataset_id="y" byte_order="big_endian"/>'),
        type_("01", plane("y", 1, 'encoding="float" length=""', fill)),
    )
    value = expect({"y": ds(1, nd([-9.999999848243207e30], "<f4"), None, {"FILL_VALUE": prop("Double", -1e31)})})
    data = cat(head, packet("01", bytes.fromhex("f2fc6f7c")))
    group.valid(
        "fill-in-float",
        "107 070",
        "a fill of -1e31 after binary32: the value stays as sent",
        data,
        value,
        level="SHOULD",
    )
    return [group]
