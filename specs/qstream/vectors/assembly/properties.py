"""Properties: types, forms of a value, merging, maps, and what is kept unread."""

from __future__ import annotations

from . import invalid_properties, maps
from .kit import Group, prop
from .one import value_of, with_inner, with_properties

__all__ = ["groups"]


def groups() -> list[Group]:
    group = Group("properties")
    _types(group)
    _forms(group)
    _merging(group)
    maps.add(group)
    invalid_properties.add(group)
    return [group]


def _types(group: Group) -> None:
    big = {"$int": "9223372036854775807"}
    for kind, text, value in (
        ("String", " a  b ", " a  b "),
        ("Boolean", "true", True),
        ("Boolean", "TRUE", True),
        ("Boolean", "false", False),
        ("Boolean", "yes", False),
        ("boolean", "True", True),
        ("Integer", "-2147483648", -2147483648),
        ("Integer", "65536", 65536),
        ("int", "7", 7),
        ("Long", "9223372036854775807", big),
        ("Long", "9007199254740991", 9007199254740991),
        ("long", "-1", -1),
        ("Short", "-32768", -32768),
        ("short", "1", 1),
        ("Byte", "127", 127),
        ("byte", "-128", -128),
        ("Double", "-1.0E38", -1e38),
        ("Double", "NaN", {"$float": "nan"}),
        ("Double", "-Infinity", {"$float": "-inf"}),
        ("Double", "0.1", 0.1),
        ("double", "5", 5.0),
        ("Float", "0.5", 0.5),
        ("float", "1e3", 1000.0),
        ("Number", "-1.0E38", -1e38),
        ("Number", "3", 3.0),
        ("rank0dataset", "6.04800E11 units:UNITS=microseconds", "6.04800E11 units:UNITS=microseconds"),
        ("rank0dataset", "0.5", "0.5"),
        ("cacheTag", "2017-01-01 @ 60.0 s", "2017-01-01 @ 60.0 s"),
        ("datumRange", "1 to 5 s", "1 to 5 s"),
        ("numberArray", "1.0,2.5,NaN", "1.0,2.5,NaN"),
        ("qdataset", "elsewhere", "elsewhere"),
    ):
        rules = {"Boolean": "098", "boolean": "098", "String": "094", "datumRange": "102", "qdataset": "109"}.get(
            kind, "097 094" if not isinstance(value, str) else "094"
        )
        name = (
            f"{kind}-{text}".strip()
            .replace(" ", "-")
            .replace(":", "-")
            .replace(",", "-")
            .replace("@", "at")
            .replace("=", "-")
        )
        data = with_properties(f'<property name="P" type="{kind}" value="{text}"/>')
        group.valid(f"type-{name}", rules, f"{kind} {text!r}", data, value_of({"P": prop(kind, value)}))


def _forms(group: Group) -> None:
    text = with_properties('<property name="P" type="String">a &amp; b</property>')
    group.valid(
        "element-text", "094", "the value as the text of the element", text, value_of({"P": prop("String", "a & b")})
    )
    number = with_properties('<property name="P" type="Double">2.5</property>')
    group.valid(
        "element-text-number",
        "094 097",
        "a number as the text of the element",
        number,
        value_of({"P": prop("Double", 2.5)}),
    )
    empty = with_properties('<property name="P" type="String" value=""/>')
    group.valid("empty-text", "094", "a value of no characters", empty, value_of({"P": prop("String", "")}))
    odd = with_properties('<property name="My.own-name 1" type="String" value="v"/>')
    group.valid("free-name", "094", "names are free", odd, value_of({"My.own-name 1": prop("String", "v")}))
    many = "".join(f'<property name="P{n}" type="Integer" value="{n}"/>' for n in range(60))
    group.valid(
        "sixty",
        "094",
        "sixty properties",
        with_properties(many),
        value_of({f"P{n}": prop("Integer", n) for n in range(60)}),
    )


def _merging(group: Group) -> None:
    twice = with_properties(
        '<property name="P" type="Integer" value="1"/><property name="P" type="String" value="two"/>'
    )
    group.valid("name-twice", "099", "the last of two equal names holds", twice, value_of({"P": prop("String", "two")}))
    first, second = (
        '<property name="A" type="Integer" value="1"/><property name="B" type="Integer" value="2"/>',
        '<property name="B" type="Integer" value="3"/>',
    )
    group.valid(
        "merged",
        "099",
        "two properties elements",
        with_inner(f"<properties>{first}</properties><properties>{second}</properties>"),
        value_of({"A": prop("Integer", 1), "B": prop("Integer", 3)}),
    )
    group.valid(
        "empty-elements",
        "099",
        "properties elements without a property",
        with_inner(f"<properties/><properties>{second}</properties><properties></properties>"),
        value_of({"B": prop("Integer", 3)}),
    )
