"""Properties that are refused: numbers that are none, forms that are none, indices out of place."""

from __future__ import annotations

from .kit import STREAM, Group, cat, plane, type_
from .one import with_properties

__all__ = ["add"]

AT = len(STREAM)
WORDS = "constraint type syntax"


def add(group: Group) -> None:
    """Add the refused properties to *group*."""
    _bad_numbers(group)
    _bad_forms(group)
    _bad_indices(group)


def _bad_numbers(group: Group) -> None:
    for kind, text in (
        ("Integer", "one"),
        ("Integer", "1.5"),
        ("Integer", ""),
        ("Integer", "0x10"),
        ("Integer", "1e3"),
        ("Integer", "1_000"),
        ("int", "true"),
        ("Long", "9223372036854775808"),
        ("Short", "40000"),
        ("Byte", "128"),
        ("Integer", "2147483648"),
        ("Double", "1,5"),
        ("Double", ""),
        ("Double", "nan"),
        ("Double", "inf"),
        ("Double", "1_0"),
        ("Double", "fill"),
        ("Float", "1.0.0"),
        ("Number", "0x10"),
    ):
        data = with_properties(f'<property name="P" type="{kind}" value="{text}"/>')
        name = f"{kind}-{text or 'empty'}".replace(",", "-")
        group.invalid(f"bad-{name}", "097", f"{kind} {text!r}", data, WORDS, path="[01].y.properties.P", at=AT)
    group.invalid(
        "bad-in-map",
        "097 100",
        "a bad number in a map",
        with_properties('<property name="M"><map><entry key="k" type="Integer" value="x"/></map></property>'),
        WORDS,
        at=AT,
    )


def _bad_forms(group: Group) -> None:
    group.invalid(
        "no-type-no-child",
        "095",
        "neither type nor child",
        with_properties('<property name="P" value="1"/>'),
        WORDS,
        path="[01].y.properties.P",
        at=AT,
    )
    group.invalid(
        "no-type-two-children",
        "095",
        "no type and two children",
        with_properties('<property name="P"><map/><map/></property>'),
        WORDS,
        path="[01].y.properties.P",
        at=AT,
    )
    group.invalid(
        "no-type-text",
        "095",
        "no type, and text in place of a child",
        with_properties('<property name="P">1</property>'),
        WORDS,
        path="[01].y.properties.P",
        at=AT,
    )
    group.invalid(
        "no-name",
        "094",
        "a property without a name",
        with_properties('<property type="String" value="1"/>'),
        WORDS,
        at=AT,
    )


def _bad_indices(group: Group) -> None:
    for name, values in (
        ("rank-1", ("y", 1, 'values="1"')),
        ("packets", ("y", 2, 'encoding="ascii10" length="2"')),
        ("rank-0", ("y", 0, 'values="1"')),
    ):
        data = cat(
            STREAM,
            type_(
                "01",
                plane(
                    *values, inner='<properties index="0"><property name="NAME" type="String" value="a"/></properties>'
                ),
            ),
        )
        group.invalid(
            f"indexed-{name}",
            "103",
            "indexed properties where no rank-2 inline dataset is",
            data,
            "constraint unsupported",
            at=AT,
        )
    inner = '<properties index="{}"><property name="NAME" type="String" value="a"/></properties>'
    rows = f'<qdataset id="y" rank="2">{inner}<values index="0" values="1"/></qdataset>'
    for index in ("-1", "one", "1.0"):
        group.invalid(
            f"index-{index}",
            "103",
            f"properties of index {index}",
            cat(STREAM, type_("01", rows.format(index))),
            WORDS + " size",
            at=AT,
        )
    group.either(
        "index-beyond", "103", "properties of a column that has no row", cat(STREAM, type_("01", rows.format(5)))
    )
    group.either(
        "number-blanks",
        "097",
        "blanks around a number",
        with_properties('<property name="P" type="Integer" value=" 5 "/>'),
    )
