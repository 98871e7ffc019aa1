"""Properties that are trees, and properties that are kept unread."""

from __future__ import annotations

from typing import Any

from .kit import Group, prop
from .one import value_of, with_properties

__all__ = ["add"]


def add(group: Group) -> None:
    """Add maps, ranges and opaque values to *group*."""
    _maps(group)
    _depth(group)
    _ranges(group)
    _opaque(group)


def _maps(group: Group) -> None:
    entries = (
        '<entry key="count" type="Integer" value="65536"/><entry key="who" type="String" value="me"/>'
        '<entry key="ok" type="Boolean" value="true"/>'
    )
    tree = {"count": prop("Integer", 65536), "who": prop("String", "me"), "ok": prop("Boolean", True)}
    group.valid(
        "map",
        "100 095",
        "a map of three entries",
        with_properties(f'<property name="M"><map>{entries}</map></property>'),
        value_of({"M": prop("map", tree)}),
    )
    nested = f'<map><entry key="in"><map>{entries}</map></entry><entry key="n" type="Double" value="1.5"/></map>'
    value = {"in": prop("map", tree), "n": prop("Double", 1.5)}
    group.valid(
        "map-nested",
        "100",
        "a map in a map",
        with_properties(f'<property name="M">\n {nested}\n</property>'),
        value_of({"M": prop("map", value)}),
    )
    group.valid(
        "map-empty",
        "100 095",
        "a map of no entries",
        with_properties('<property name="M"><map/></property>'),
        value_of({"M": prop("map", {})}),
    )
    keys = '<map><entry key="a b" type="String" value="1"/><entry key="" type="String" value="2"/></map>'
    value = {"a b": prop("String", "1"), "": prop("String", "2")}
    group.valid(
        "map-odd-keys",
        "100",
        "keys with a blank and of no characters",
        with_properties(f'<property name="M">{keys}</property>'),
        value_of({"M": prop("map", value)}),
    )


def _depth(group: Group) -> None:
    levels: Any = {}
    xml = "<map/>"
    for n in range(10):
        xml, levels = f'<map><entry key="k{n}">{xml}</entry></map>', {f"k{n}": prop("map", levels)}
    group.valid(
        "map-ten-deep",
        "100 033",
        "ten maps within each other",
        with_properties(f'<property name="M">{xml}</property>'),
        value_of({"M": prop("map", levels)}),
    )


def _ranges(group: Group) -> None:
    span = with_properties('<property name="R"><datumRange units="us2000" value="2001-01-01"/></property>')
    value = {"units": "us2000", "value": "2001-01-01"}
    group.valid(
        "datum-range-child", "102 095", "a datumRange as a child", span, value_of({"R": prop("datumRange", value)})
    )
    inner = '<map><entry key="r"><datumRange units="s" value="1 to 5"/></entry></map>'
    entry = {"r": prop("datumRange", {"units": "s", "value": "1 to 5"})}
    group.valid(
        "datum-range-in-map",
        "102 100",
        "a datumRange in a map",
        with_properties(f'<property name="M">{inner}</property>'),
        value_of({"M": prop("map", entry)}),
    )


def _opaque(group: Group) -> None:
    for name, kind, text in (
        ("string", "string", "2008"),
        ("color", "color", "#ff0000"),
        ("datum", "datum", "5 s"),
        ("made-up", "com.example.Thing", "x"),
        ("upper-case", "DOUBLE", "not a number"),
    ):
        data = with_properties(f'<property name="P" type="{kind}" value="{text}"/>')
        group.valid(
            f"unknown-{name}", "096", f"the type {kind} is unknown and kept", data, value_of({"P": prop(kind, text)})
        )
    for name, text in (
        ("brackets", "map[a=String:b%20c n=Integer:1]"),
        ("base64", "PD94bWwgdmVyc2lvbj0iMS4wIj8+PGphdmE+PG9iamVjdCBjbGFzcz0iamF2YS5sYW5nLlJ1bnRpbWUiLz48L2phdmE+"),
    ):
        data = with_properties(f'<property name="M" type="map" value="{text}"/>')
        group.valid(
            f"map-text-{name}", "101", "a map as attribute text stays text", data, value_of({"M": prop("map", text)})
        )
    folded = with_properties('<property name="M" type="map" value="PD94bWwg&#xa;dmVyc2lv&#10;bj0="/>')
    group.valid(
        "map-text-folded",
        "101",
        "base64 with line feeds",
        folded,
        value_of({"M": prop("map", "PD94bWwg\ndmVyc2lv\nbj0=")}),
    )
    data = with_properties(
        '<property name="U" type="enumerationUnit" value="e[1:A]"/><property name="V" type="units" value="m"/>'
    )
    value = value_of({"U": prop("enumerationUnit", "e[1:A]"), "V": prop("units", "m")})
    group.valid("units-elsewhere", "104", "units types under names other than UNITS are only properties", data, value)
    child = with_properties('<property name="P"><colour value="red"/></property>')
    group.valid(
        "unknown-child",
        "095 096",
        "a child of unknown tag",
        child,
        value_of({"P": prop("colour", '<colour value="red"></colour>')}),
        level="SHOULD",
    )
