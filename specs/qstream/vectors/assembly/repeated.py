"""A qdataset id that is described again: it goes on, is replaced, or is an error."""

from __future__ import annotations

from .kit import STREAM, Group, ascii10, cat, ds, expect, packet, plane, prop, type_

__all__ = ["groups"]

NAMED = '<properties><property name="NAME" type="String" value="n"/></properties>'


def groups() -> list[Group]:
    group = Group("repeated")
    _appended(group)
    _replaced(group)
    _other_rank(group)
    return [group]


def _appended(group: Group) -> None:
    again = type_("01", plane("y", 1, inner=NAMED))
    value = expect({"y": ds(1, [1.0, 2.0, 3.0], properties={"NAME": prop("String", "n")})})
    data = cat(STREAM, again, packet("01", ascii10(1)), packet("01", ascii10(2)), again, packet("01", ascii10(3)))
    group.valid("same-id", "091 020", "the same descriptor again: the data go on", data, value)
    other = type_("02", plane("y", 1, inner=NAMED))
    data = cat(STREAM, again, packet("01", ascii10(1)), packet("01", ascii10(2)), other, packet("02", ascii10(3)))
    group.valid("other-id", "091", "the same dataset under another packet id", data, value)
    records = type_("01", plane("y", 2, 'encoding="ascii10" length="2"'))
    data = cat(STREAM, records, packet("01", ascii10(1, 2)), records, packet("01", ascii10(3, 4)))
    group.valid(
        "rank-2", "091", "records append along dimension 0", data, expect({"y": ds(2, [[1.0, 2.0], [3.0, 4.0]])})
    )
    whole = type_("01", plane("y", 1, 'encoding="ascii10" length="2"'))
    data = cat(STREAM, whole, packet("01", ascii10(1, 2)), whole, packet("01", ascii10(3, 4)))
    group.valid("whole", "091 051", "whole planes append", data, expect({"y": ds(1, [1.0, 2.0, 3.0, 4.0])}))
    pair = type_("01", plane("t"), plane("y"))
    day = cat(STREAM, pair, packet("01", ascii10(1, 10)), packet("01", ascii10(2, 20)))
    value = expect({"t": ds(1, [1.0, 2.0, 1.0, 2.0]), "y": ds(1, [10.0, 20.0, 10.0, 20.0])})
    group.valid("daily-files", "091 023", "two files of two planes, one behind the other", day + day, value)
    data = cat(STREAM, again, again, again, packet("01", ascii10(1)))
    value = expect({"y": ds(1, [1.0], properties={"NAME": prop("String", "n")})})
    group.valid("no-packets-between", "091 050", "described three times before the first packet", data, value)
    narrow = type_("01", plane("y", 2, 'encoding="ascii10" length="1"'))
    group.either(
        "other-shape",
        "091",
        "records of two, then of one",
        cat(STREAM, records, packet("01", ascii10(1, 2)), narrow, packet("01", ascii10(3))),
    )


def _replaced(group: Group) -> None:
    first, second = type_("02", plane("x", 1, 'values="1,2,3"')), type_("02", plane("x", 1, 'values="4,5"'))
    group.valid(
        "inline",
        "093",
        "inline values replace the former ones",
        cat(STREAM, first, second),
        expect({"x": ds(1, [4.0, 5.0])}),
    )
    named = type_("02", plane("x", 1, 'values="1,2,3"', NAMED))
    group.valid(
        "inline-properties",
        "093",
        "and take their properties with them",
        cat(STREAM, named, second),
        expect({"x": ds(1, [4.0, 5.0])}),
    )
    same = cat(
        STREAM,
        first,
        type_("01", plane()),
        packet("01", ascii10(1)),
        STREAM,
        first,
        type_("01", plane()),
        packet("01", ascii10(2)),
    )
    value = expect({"x": ds(1, [1.0, 2.0, 3.0]), "y": ds(1, [1.0, 2.0])})
    group.valid(
        "inline-in-two-files", "093 091 023", "two files: the inline axis is replaced, the data go on", same, value
    )
    rows = [
        type_(
            "02",
            f'<qdataset id="x" rank="2"><values index="0" values="{a}"/><values index="1" values="{b}"/></qdataset>',
        )
        for a, b in ((1, 2), (3, 4))
    ]
    group.valid("inline-rows", "093", "rows replace rows", cat(STREAM, *rows), expect({"x": ds(2, [[3.0], [4.0]])}))


def _other_rank(group: Group) -> None:
    words = "constraint state unsupported"
    for first, second in ((1, 2), (2, 1), (2, 3), (3, 2)):
        lengths = {1: "", 2: "1", 3: "1,1"}
        head = cat(
            STREAM,
            type_("01", plane("y", first, f'encoding="ascii10" length="{lengths[first]}"')),
            packet("01", ascii10(1)),
        )
        data = cat(
            head,
            type_("01", plane("y", second, f'encoding="ascii10" length="{lengths[second]}"')),
            packet("01", ascii10(2)),
        )
        group.invalid(
            f"rank-{first}-then-{second}", "092", f"rank {first}, and then rank {second}", data, words, at=len(head)
        )
    group.either(
        "inline-then-packets",
        "091 093",
        "inline first, then in packets",
        cat(STREAM, type_("02", plane("y", 1, 'values="1,2"')), type_("01", plane()), packet("01", ascii10(3))),
    )
    group.either(
        "packets-then-inline",
        "091 093",
        "in packets first, then inline",
        cat(STREAM, type_("01", plane()), packet("01", ascii10(3)), type_("02", plane("y", 1, 'values="1,2"'))),
    )
