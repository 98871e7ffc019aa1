"""Which root element may stand under which id, and how ids are bound and bound anew."""

from __future__ import annotations

from .kit import (
    INLINE_X,
    PLANE_Y,
    STREAM,
    Group,
    ascii10,
    cat,
    descriptor,
    doubles,
    ds,
    expect,
    nd,
    packet,
    plane,
    type_,
)

__all__ = ["groups"]

X = {"x": ds(1, [7.0, 8.0, 9.0])}
DOUBLE = 'encoding="double" length=""'
LITTLE = descriptor("00", '<stream dataset_id="y" byte_order="little_endian"/>\n')


def groups() -> list[Group]:
    group = Group("descriptors")
    _valid(group)
    _bound_anew(group)
    _invalid(group)
    _roots(group)
    _either(group)
    return [group]


def _valid(group: Group) -> None:
    again = cat(
        STREAM,
        PLANE_Y,
        packet("01", ascii10(1)),
        descriptor("00", '<stream dataset_id="x"/>'),
        packet("01", ascii10(2)),
    )
    value = expect({"y": ds(1, [1.0, 2.0])}, "x")
    group.valid(
        "stream-repeated", "015 020", "the second [00] names another dataset, the packet type stays", again, value
    )
    one = cat(STREAM, PLANE_Y, packet("01", ascii10(1)))
    group.valid(
        "two-streams", "023 091", "one complete stream after the other", one + one, expect({"y": ds(1, [1.0, 1.0])})
    )
    xx = cat(
        STREAM, descriptor("xx", '<packet><qdataset id="x" rank="1"><values values="7.0,8.0,9.0"/></qdataset></packet>')
    )
    group.valid("xx-inline", "018", "[xx] with a packet that is all inline", xx, expect(X))
    two = cat(STREAM, type_("xx", plane("x", 1, 'values="7,8,9"'), plane("z", 0, 'values="1"')))
    group.valid("xx-two-inline", "018 057", "[xx] with two inline datasets", two, expect(X | {"z": ds(0, nd(1.0))}))
    for ident in ("xx", "05"):
        other = cat(STREAM, descriptor(ident, '<stream dataset_id="zz"/>'), INLINE_X)
        group.valid(
            f"stream-under-{ident}",
            "016",
            "a stream element that is not [00] is ignored",
            other,
            expect(X),
            level="SHOULD",
        )
    empty = cat(STREAM, descriptor("01", "<packet/>"), packet("01"), packet("01"), INLINE_X)
    group.valid("packet-without-planes", "042", "packets of no bytes", empty, expect(X))
    many = [type_(f"{n:02d}", plane(f"d{n}")) for n in range(1, 100)]
    data = [packet(f"{n:02d}", ascii10(n)) for n in range(99, 0, -1)]
    value = expect({f"d{n}": ds(1, [float(n)]) for n in range(1, 100)})
    group.valid("99-types", "017 021", "all 99 ids bound at once", cat(STREAM, *many, *data), value)


def _bound_anew(group: Group) -> None:
    types = (type_("01", plane("y", 1, DOUBLE)), type_("02", plane("z", 2, 'encoding="int2" length="3"')))
    a, b = packet("01", doubles(1.5)), packet("02", bytes.fromhex("0100 0200 ffff"))
    c, d = packet("01", doubles(-2.5)), packet("02", bytes.fromhex("0300 0400 0580"))
    value = expect({"y": ds(1, [1.5, -2.5]), "z": ds(2, nd([[1, 2, -1], [3, 4, -32763]], "<i2"))})
    group.valid("interleaved", "021", "two packet types in turn", cat(LITTLE, *types, a, b, c, d), value)
    group.valid("interleaved-runs", "021", "two packet types in runs", cat(LITTLE, *types, a, c, b, d), value)
    first = cat(LITTLE, type_("01", plane("y", 1, DOUBLE)), a)
    other = cat(type_("01", plane("z", 2, 'encoding="int2" length="3"')), packet("01", b[4:]))
    value = expect({"y": ds(1, [1.5]), "z": ds(2, nd([[1, 2, -1]], "<i2"))})
    group.valid("id-bound-anew", "020", "the id 01 is given to another dataset, of another width", first + other, value)
    unused = cat(LITTLE, type_("01", plane("z")), type_("01", plane("y", 1, DOUBLE)), a)
    group.valid(
        "bound-anew-unused",
        "020 050",
        "an id bound twice before its first packet",
        unused,
        expect({"z": ds(1, []), "y": ds(1, [1.5])}),
    )
    width = cat(
        STREAM,
        PLANE_Y,
        packet("01", ascii10(1)),
        type_("01", plane("y", 1, 'encoding="ascii4" length=""')),
        packet("01", " 22\n"),
    )
    group.valid(
        "width-changes",
        "020 091",
        "the same dataset goes on in narrower fields",
        width,
        expect({"y": ds(1, [1.0, 22.0])}),
    )
    stale = cat(STREAM, PLANE_Y, type_("01", plane("y", 1, 'encoding="ascii4" length=""')), packet("01", ascii10(1)))
    at = len(stale) - 6
    group.invalid("stale-width", "020 010 001", "a packet of the width that no longer holds", stale, "framing", at=at)


def _invalid(group: Group) -> None:
    where = len(STREAM)
    order = "state framing constraint"
    group.invalid("packet-before-stream", "014", "a packet descriptor first", cat(PLANE_Y, STREAM), order, at=0)
    other = cat(descriptor("01", '<stream dataset_id="y"/>'), PLANE_Y)
    group.invalid(
        "stream-under-01-only",
        "013 014",
        "the only stream element is not [00]",
        other,
        order,
        at=len(other) - len(PLANE_Y),
    )
    group.invalid(
        "data-first", "019", "a data packet first", packet("01", ascii10(1)), "state framing", path=":01:", at=0
    )
    group.invalid(
        "data-unbound",
        "019",
        "a packet whose id has no descriptor",
        cat(STREAM, PLANE_Y, packet("07", ascii10(1))),
        "state framing",
        path=":07:",
        at=len(STREAM + PLANE_Y),
    )
    group.invalid(
        "data-00",
        "019 017",
        "a packet with the id 00",
        cat(STREAM, PLANE_Y, packet("00", ascii10(1))),
        "state framing",
        path=":00:",
        at=len(STREAM + PLANE_Y),
    )
    group.invalid(
        "packet-00", "017", "a packet descriptor under [00]", cat(STREAM, type_("00", plane())), order, at=where
    )
    group.invalid(
        "xx-with-packets",
        "018",
        "[xx] with a plane that needs packets",
        cat(STREAM, type_("xx", plane())),
        order,
        at=where,
    )
    mixed = type_("xx", plane("x", 1, 'values="1"'), plane())
    group.invalid(
        "xx-mixed", "018", "[xx] with one inline plane and one that needs packets", cat(STREAM, mixed), order, at=where
    )


def _roots(group: Group) -> None:
    for name, xml in (
        ("bundle", '<bundle id="a"/>'),
        ("enumeration", '<enumeration id="state"/>'),
        ("qdataset", '<qdataset id="y" rank="0"><values values="1"/></qdataset>'),
        ("upper-case", "<PACKET/>"),
    ):
        words = "constraint unsupported syntax framing"
        group.invalid(
            f"root-{name}",
            "022",
            "a root element that the format does not have",
            cat(STREAM, descriptor("01", xml)),
            words,
            at=len(STREAM),
        )


def _either(group: Group) -> None:
    group.either(
        "comment-00", "119", "a comment under [00]", cat(STREAM, descriptor("00", '<comment type="a" message="b"/>'))
    )
    twice = cat(STREAM, type_("01", plane(), plane()), packet("01", ascii10(1, 2)))
    group.either("same-id-twice", "041", "one packet has two planes of the same id", twice)
    unit = '<enumerationUnit name="e" value="1" color="0x0" label="A"/>'
    group.either("label-00", "112", "an enumerationUnit under [00]", cat(STREAM, descriptor("00", unit)))
