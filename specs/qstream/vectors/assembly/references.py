"""References between datasets: axes, planes, deltas, and what leads nowhere. They appear as properties only."""

from __future__ import annotations

from .kit import STREAM, Group, ascii10, cat, ds, expect, packet, plane, prop, type_

__all__ = ["groups"]


def groups() -> list[Group]:
    group = Group("references")
    _axes(group)
    _planes(group)
    _nowhere(group)
    return [group]


def _ref(**names: str) -> str:
    return (
        "<properties>"
        + "".join(f'<property name="{name}" type="qdataset" value="{to}"/>' for name, to in names.items())
        + "</properties>"
    )


def _refs(**names: str) -> dict[str, object]:
    return {name: prop("qdataset", to) for name, to in names.items()}


def _axes(group: Group) -> None:
    axis = type_("02", plane("e", 1, 'values="10,20"'))
    main = type_("01", plane("t"), plane("y", 2, 'encoding="ascii10" length="2"', _ref(DEPEND_0="t", DEPEND_1="e")))
    data = packet("01", ascii10(0, 1, 2)), packet("01", ascii10(5, 3, 4))
    value = {
        "t": ds(1, [0.0, 5.0]),
        "e": ds(1, [10.0, 20.0]),
        "y": ds(2, [[1.0, 2.0], [3.0, 4.0]], None, _refs(DEPEND_0="t", DEPEND_1="e")),
    }
    group.valid("axes", "108", "DEPEND_0 in the packet, DEPEND_1 inline", cat(STREAM, axis, main, *data), expect(value))
    group.valid("forward", "108", "DEPEND_1 is described after its user", cat(STREAM, main, axis, *data), expect(value))
    group.valid(
        "forward-behind-data",
        "108",
        "DEPEND_1 is described after the data",
        cat(STREAM, main, *data, axis),
        expect(value),
    )
    long = type_("02", plane("e", 1, 'encoding="ascii10" length="2"'))
    group.valid(
        "axis-in-a-packet",
        "108 051",
        "DEPEND_1 as one whole packet",
        cat(STREAM, long, main, packet("02", ascii10(10, 20)), *data),
        expect(value),
    )
    named = '<properties><property name="DEPENDNAME_0" type="String" value="t"/></properties>'
    stream = cat(STREAM, type_("01", plane("t"), plane(inner=named)), packet("01", ascii10(0, 1)))
    value = {"t": ds(1, [0.0]), "y": ds(1, [1.0], None, {"DEPENDNAME_0": prop("String", "t")})}
    group.valid("dependname", "108", "DEPENDNAME_0 as a string", stream, expect(value))


def _planes(group: Group) -> None:
    names = {
        "DEPEND_0": "t",
        "PLANE_0": "p",
        "DELTA_MINUS": "dm",
        "DELTA_PLUS": "dp",
        "BIN_MINUS": "bm",
        "BIN_PLUS": "bp",
        "WEIGHTS": "w",
    }
    planes = [plane(ident) for ident in names.values()]
    stream = cat(STREAM, type_("01", *planes, plane(inner=_ref(**names))), packet("01", ascii10(*range(8))))
    value: dict[str, object] = {ident: ds(1, [float(n)]) for n, ident in enumerate(names.values())}
    value["y"] = ds(1, [7.0], None, _refs(**names))
    group.valid("helpers", "108 041", "axis, plane, deltas, bins and weights in one packet", stream, expect(value))


def _nowhere(group: Group) -> None:
    for name, to in (("missing", "nobody"), ("self", "y"), ("empty", "")):
        for key in ("DEPEND_0", "PLANE_0", "BUNDLE_1"):
            stream = cat(STREAM, type_("01", plane(inner=_ref(**{key: to}))), packet("01", ascii10(1)))
            value = expect({"y": ds(1, [1.0], None, _refs(**{key: to}))})
            group.valid(f"{name}-{key.lower().replace('_', '-')}", "109", f"{key} refers to {to!r}", stream, value)
    circle = cat(
        STREAM,
        type_("01", plane("a", inner=_ref(DEPEND_0="y")), plane("y", inner=_ref(DEPEND_0="a"))),
        packet("01", ascii10(1, 2)),
    )
    value = {"a": ds(1, [1.0], None, _refs(DEPEND_0="y")), "y": ds(1, [2.0], None, _refs(DEPEND_0="a"))}
    group.valid("circle", "109 108", "two datasets refer to each other", circle, expect(value))
