"""Bundles in both forms: a descriptor of columns beside one array, and columns of their own."""

from __future__ import annotations

from .kit import STREAM, Group, ascii10, cat, ds, expect, nd, packet, plane, prop, type_

__all__ = ["groups"]


def groups() -> list[Group]:
    group = Group("bundles")
    _descriptor_form(group)
    _columns_form(group)
    _bad(group)
    return [group]


def _column(index: int, name: str, units: str = "") -> tuple[str, dict[str, object]]:
    """Return the indexed properties of one column, as XML and as canonical value."""
    xml = f'<property name="NAME" type="String" value="{name}"/>'
    value: dict[str, object] = {"NAME": prop("String", name)}
    if units:
        xml += f'<property name="UNITS" type="units" value="{units}"/>'
        value["UNITS"] = prop("units", units)
    return f'<properties index="{index}">{xml}</properties>', value


def _descriptor_form(group: Group) -> None:
    (a, a_value), (b, b_value) = _column(0, "time", "us2000"), _column(1, "Bx", "nT")
    empty = '<values index="0" length="0" values=""/><values index="1" length="0" values=""/>'
    scalars = f'<qdataset id="d" rank="2">{a}{b}<properties/>{empty}</qdataset>'
    bundle = '<properties><property name="BUNDLE_1" type="qdataset" value="d"/></properties>'
    main = type_("01", plane("y", 2, 'encoding="ascii10" length="2"', bundle))
    data = packet("01", ascii10(0, 1.5)), packet("01", ascii10(60, 2.5))
    array = ds(2, [[0.0, 1.5], [60.0, 2.5]], None, {"BUNDLE_1": prop("qdataset", "d")})
    described = ds(2, nd([], shape=(2, 0)), indexed_properties={"0": a_value, "1": b_value})
    group.valid(
        "descriptor",
        "114 103 065",
        "a bundle descriptor of two scalar columns",
        cat(STREAM, type_("02", scalars), main, *data),
        expect({"d": described, "y": array}),
    )
    group.valid(
        "descriptor-forward",
        "114 108",
        "the bundle descriptor comes after its user",
        cat(STREAM, main, type_("02", scalars), *data),
        expect({"d": described, "y": array}),
    )
    rows = '<values index="0" length="0" values=""/><values index="1" values="3.0"/>'
    vector = f'<qdataset id="d" rank="2">{a}{rows}</qdataset>'
    value = ds(2, rows=[nd([]), nd([3.0])], indexed_properties={"0": a_value})
    wide = type_("01", plane("y", 2, 'encoding="ascii10" length="4"', bundle))
    stream = cat(STREAM, type_("02", vector), wide, packet("01", ascii10(0, 1, 2, 3)))
    group.valid(
        "descriptor-vector",
        "114 065",
        "a scalar column and one of three components",
        stream,
        expect({"d": value, "y": ds(2, [[0.0, 1.0, 2.0, 3.0]], None, {"BUNDLE_1": prop("qdataset", "d")})}),
    )
    plain = '<properties><property name="NAME" type="String" value="all"/></properties>'
    both = f'<qdataset id="d" rank="2">{a}{plain}<values index="0" values="1"/></qdataset>'
    value = ds(2, [[1.0]], None, {"NAME": prop("String", "all")}, indexed_properties={"0": a_value})
    group.valid(
        "indexed-and-plain",
        "103 099",
        "indexed properties and properties of the whole",
        cat(STREAM, type_("02", both)),
        expect({"d": value}),
    )
    last = '<properties index="0"><property name="NAME" type="String" value="late"/></properties>'
    twice = f'<qdataset id="d" rank="2">{a}{last}<values index="0" values="1"/></qdataset>'
    value = ds(2, [[1.0]], indexed_properties={"0": a_value | {"NAME": prop("String", "late")}})
    group.valid(
        "index-twice",
        "103 099",
        "two blocks of one index are merged",
        cat(STREAM, type_("02", twice)),
        expect({"d": value}),
        level="SHOULD",
    )


def _columns_form(group: Group) -> None:
    units = '<properties><property name="UNITS" type="units" value="us2000"/></properties>'
    columns = (
        plane("t", 1, 'encoding="time24" length="1"', units),
        plane("a", 1, 'encoding="ascii10" length="1"'),
        plane("b", 1, 'encoding="ascii10" length="1"'),
    )
    data = (
        packet("01", "2000-01-01T00:00:00.000 " + ascii10(1, 2)),
        packet("01", "2000-01-01T00:00:01.000 " + ascii10(3, 4)),
    )
    stray = '<properties><property name="BUNDLE_1" type="qdataset" value="ds_1"/></properties>'
    bundle = type_("02", plane("y", 2, 'bundle="t,a,b"', stray))
    parts = {
        "t": ds(1, [0.0, 1e6], "us2000", {"UNITS": prop("units", "us2000")}),
        "a": ds(1, [1.0, 3.0]),
        "b": ds(1, [2.0, 4.0]),
        "y": ds(2, None, None, {"BUNDLE_1": prop("qdataset", "ds_1")}, bundle=["t", "a", "b"]),
    }
    group.valid(
        "columns",
        "115 051",
        "columns of their own encodings",
        cat(STREAM, type_("01", *columns), bundle, *data),
        expect(parts),
    )
    group.valid(
        "columns-order",
        "115",
        "the order of the bundle, not of the packet",
        cat(STREAM, type_("01", *columns), type_("02", plane("y", 2, 'bundle="b,t"')), *data),
        expect(parts | {"y": ds(2, bundle=["b", "t"])}),
    )
    group.valid(
        "columns-after-data",
        "115",
        "the bundle is described behind the data",
        cat(STREAM, type_("01", *columns), *data, bundle),
        expect(parts),
    )
    single = cat(STREAM, type_("01", plane("a")), type_("02", plane("y", 2, 'bundle="a"')), packet("01", ascii10(1)))
    group.valid(
        "one-column", "115", "a bundle of one column", single, expect({"a": ds(1, [1.0]), "y": ds(2, bundle=["a"])})
    )


def _bad(group: Group) -> None:
    at = len(STREAM)
    group.invalid(
        "empty",
        "115",
        "a bundle of no columns",
        cat(STREAM, type_("02", plane("y", 2, 'bundle=""'))),
        "constraint",
        at=at,
    )
    old = '<qdataset id="y" rank="2"><bundle id="a"/></qdataset>'
    group.either("old-children", "115 046", "the older form with bundle children", cat(STREAM, type_("02", old)))
    group.either(
        "unknown-column",
        "115 109",
        "a column that never comes",
        cat(STREAM, type_("02", plane("y", 2, 'bundle="a,b"'))),
    )
    group.either(
        "itself",
        "115 109",
        "a bundle that has itself for a column",
        cat(STREAM, type_("02", plane("y", 2, 'bundle="y"'))),
    )
    group.either(
        "blanks",
        "115",
        "blanks between the names",
        cat(STREAM, type_("01", plane("a")), type_("02", plane("y", 2, 'bundle=" a , a "'))),
    )
