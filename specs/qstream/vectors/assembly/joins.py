"""Joins: datasets of different shape under one id."""

from __future__ import annotations

from .kit import STREAM, Group, ascii10, cat, ds, expect, nd, packet, plane, prop, type_

__all__ = ["groups"]


def groups() -> list[Group]:
    group = Group("joins")
    _valid(group)
    _like_parts(group)
    _properties(group)
    _bad(group)
    return [group]


def _join(rank: int = 3, inner: str = "") -> bytes:
    return type_("01", plane("y", rank, 'join="p"', inner))


def _part(ident: str, width: int, number: str = "02", rank: int = 2) -> bytes:
    length = {1: "", 2: f"{width}", 3: f"{width},1"}[rank]
    return type_(number, plane(ident, rank, f'encoding="ascii10" length="{length}"', more=' joinId="y"'))


def _valid(group: Group) -> None:
    one, two = packet("02", ascii10(1, 2)), packet("02", ascii10(3, 4, 5))
    parts = [{"id": "p"} | ds(2, [[1.0, 2.0]]), {"id": "p"} | ds(2, [[3.0, 4.0, 5.0], [3.0, 4.0, 5.0]])]
    data = cat(STREAM, _join(), _part("p", 2), one, _part("p", 3), two, two)
    group.valid(
        "two-parts",
        "116 020",
        "two parts of other shape under one id and one packet number",
        data,
        expect({"y": ds(3, join=parts)}),
    )
    data = cat(STREAM, _join(), _part("p", 2), one, _part("q", 3, "03"), packet("03", ascii10(3, 4, 5)))
    named = [parts[0], {"id": "q"} | ds(2, [[3.0, 4.0, 5.0]])]
    group.valid(
        "other-ids", "116", "parts are found by joinId: their own ids differ", data, expect({"y": ds(3, join=named)})
    )
    group.valid(
        "one-part",
        "116",
        "a join of one part",
        cat(STREAM, _join(), _part("p", 2), one),
        expect({"y": ds(3, join=parts[:1])}),
    )
    group.valid("no-parts", "116 050", "a join without parts", cat(STREAM, _join()), expect({"y": ds(3, join=[])}))
    nothing = [{"id": "p"} | ds(2, nd([], shape=(0, 2)))]
    group.valid(
        "part-without-packets",
        "116 050",
        "a part that no packet fills",
        cat(STREAM, _join(), _part("p", 2)),
        expect({"y": ds(3, join=nothing)}),
    )


def _like_parts(group: Group) -> None:
    one = packet("02", ascii10(1, 2))
    parts = [{"id": "p"} | ds(2, [[1.0, 2.0]])]
    equal = cat(STREAM, _join(), _part("p", 2), one, _part("p", 2), one)
    group.valid(
        "equal-parts",
        "116 091",
        "parts of equal shape stay parts",
        equal,
        expect({"y": ds(3, join=[parts[0], parts[0]])}),
    )
    flat = cat(
        STREAM,
        _join(2),
        _part("p", 1, rank=1),
        packet("02", ascii10(1)),
        packet("02", ascii10(2)),
        _part("p", 1, rank=1),
        packet("02", ascii10(3)),
    )
    ones = [{"id": "p"} | ds(1, [1.0, 2.0]), {"id": "p"} | ds(1, [3.0])]
    group.valid(
        "rank-1-parts", "116 118", "parts of rank 1 make a join of rank 2", flat, expect({"y": ds(2, join=ones)})
    )
    inline = cat(
        STREAM,
        _join(2),
        type_("02", plane("p", 1, 'values="1,2"', more=' joinId="y"')),
        type_("03", plane("p", 1, 'values="3"', more=' joinId="y"')),
    )
    lists = [{"id": "p"} | ds(1, [1.0, 2.0]), {"id": "p"} | ds(1, [3.0])]
    group.valid(
        "inline-parts", "116", "parts that are inline", inline, expect({"y": ds(2, join=lists)}), level="SHOULD"
    )


def _properties(group: Group) -> None:
    zero, none = (
        '<property name="JOIN_0" type="rank0dataset" value="0.0"/>',
        '<property name="UNITS" type="units" value=""/>',
    )
    inner = f"<properties>{zero}{none}</properties>"
    axis = '<properties><property name="DEPEND_0" type="qdataset" value="{}"/></properties>'
    chunks = [STREAM, _join(3, inner)]
    parts = []
    datasets: dict[str, object] = {}
    for n, width in ((1, 2), (2, 3)):
        part = plane("p", 2, f'encoding="ascii10" length="{width}"', axis.format(f"t{n}"), ' joinId="y"')
        chunks += [type_("02", plane(f"t{n}"), part), packet("02", ascii10(n, *range(width)))]
        parts.append(
            {"id": "p"} | ds(2, [[float(k) for k in range(width)]], None, {"DEPEND_0": prop("qdataset", f"t{n}")})
        )
        datasets[f"t{n}"] = ds(1, [float(n)])
    datasets["y"] = ds(3, None, "", {"JOIN_0": prop("rank0dataset", "0.0"), "UNITS": prop("units", "")}, join=parts)
    group.valid(
        "modes", "116 020", "two modes, each with its axis, as they are written", cat(*chunks), expect(datasets)
    )
    swapped = '<qdataset id="y" rank="3"><values join="p"/>' + inner + "</qdataset>"
    value = ds(3, None, "", {"JOIN_0": prop("rank0dataset", "0.0"), "UNITS": prop("units", "")}, join=[])
    group.valid(
        "values-first", "116 032", "values before properties", cat(STREAM, type_("01", swapped)), expect({"y": value})
    )


def _bad(group: Group) -> None:
    words = "state constraint framing"
    group.invalid(
        "unknown-join",
        "117",
        "a part of a join that nothing describes",
        cat(STREAM, _part("p", 2)),
        words,
        at=len(STREAM),
    )
    first = cat(STREAM, _part("p", 2), packet("02", ascii10(1, 2)), _join())
    group.invalid("join-after-part", "117", "a part before its join", first, words, at=len(STREAM))
    group.invalid(
        "empty-join",
        "116",
        "join of the empty text",
        cat(STREAM, type_("01", plane("y", 3, 'join=""'))),
        "constraint",
        at=len(STREAM),
    )
    own = plane("y", 3, 'join="y"', more=' joinId="y"')
    group.either("itself", "116 117", "a join that is a part of itself", cat(STREAM, type_("01", own)))
    group.either(
        "rank-of-parts",
        "118",
        "a join of rank 3 with parts of rank 1",
        cat(STREAM, _join(3), _part("p", 1, rank=1), packet("02", ascii10(1))),
    )
    plain = cat(STREAM, type_("01", plane()), packet("01", ascii10(1)), _part("p", 2), packet("02", ascii10(1, 2)))
    group.either("not-a-join", "117", "joinId names a dataset that is no join", plain)
