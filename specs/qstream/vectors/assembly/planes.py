"""The attributes of qdataset, and how length and rank make records."""

from __future__ import annotations

import struct

from . import invalid_planes
from .kit import STREAM, Group, ascii10, cat, descriptor, doubles, ds, expect, nd, packet, plane, type_

__all__ = ["groups"]

LITTLE = descriptor("00", '<stream dataset_id="y" byte_order="little_endian"/>\n')


def groups() -> list[Group]:
    group = Group("planes")
    _ranks(group)
    _whole(group)
    _several(group)
    invalid_planes.add(group)
    return [group]


def _ranks(group: Group) -> None:
    zero = cat(STREAM, type_("01", plane("y", 0)), packet("01", ascii10(2.5)))
    group.valid("rank-0", "057 045", "rank 0: one packet", zero, expect({"y": ds(0, nd(2.5))}))
    bare = cat(
        STREAM, type_("01", plane("y", 1, 'encoding="ascii10"')), packet("01", ascii10(1)), packet("01", ascii10(2))
    )
    group.valid(
        "rank-1-no-length", "048 049", "a missing length is the empty list", bare, expect({"y": ds(1, [1.0, 2.0])})
    )
    for rank, length, shape in ((1, "", (3,)), (2, "4", (3, 4)), (3, "4,2", (3, 4, 2)), (4, "2,3,2", (3, 2, 3, 2))):
        size = 1
        for extent in shape[1:]:
            size *= extent
        head = cat(LITTLE, type_("01", plane("y", rank, f'encoding="int2" length="{length}"')))
        data = [packet("01", struct.pack(f"<{size}h", *range(n * size, (n + 1) * size))) for n in range(3)]
        rules = "049 041" if rank < 4 else "049 058"
        value = expect({"y": ds(rank, nd(range(3 * size), "<i2", shape))})
        group.valid(
            f"rank-{rank}", rules, f"rank {rank}: records of {size}, last index fastest", cat(head, *data), value
        )
        last = len(head) + 2 * len(data[0])
        group.invalid(
            f"rank-{rank}-record-short",
            f"{rules} 011",
            f"rank {rank}: the last record has a byte too few",
            cat(head, *data)[:-1],
            "truncated",
            at=last,
        )
        longer = cat(head, data[0], b"\0", data[1])
        group.invalid(
            f"rank-{rank}-record-long",
            f"{rules} 001",
            f"rank {rank}: a record has a byte too many",
            longer,
            "framing",
            at=len(head + data[0]),
        )
        value = expect({"y": ds(rank, nd([], "<i2", (0, *shape[1:])))})
        group.valid(f"rank-{rank}-no-packets", "050 049", f"rank {rank} without packets", head, value)
        value = expect({"y": ds(rank, nd(range(size), "<i2", (1, *shape[1:])))})
        group.valid(f"rank-{rank}-one-packet", "049", f"rank {rank}, one record", cat(head, data[0]), value)
    for name, word in (("zeros", "02"), ("plus", "+2")):
        odd = cat(STREAM, type_("01", plane("y", word, 'encoding="ascii10" length="2"')), packet("01", ascii10(1, 2)))
        value = expect({"y": ds(2, [[1.0, 2.0]])})
        group.valid(f"rank-with-{name}", "044", f"rank {word!r} is an integer", odd, value, level="SHOULD")
        odd = cat(
            STREAM, type_("01", plane("y", 2, f'encoding="ascii10" length="{word}"')), packet("01", ascii10(1, 2))
        )
        group.valid(f"length-with-{name}", "048", f"length {word!r} is an integer", odd, value, level="SHOULD")


def _whole(group: Group) -> None:
    head = cat(STREAM, type_("01", plane("y", 1, 'encoding="ascii10" length="3"')))
    one, two = packet("01", ascii10(1, 2, 3)), packet("01", ascii10(4, 5, 6))
    group.valid("whole", "051", "rank 1 whole in one packet", head + one, expect({"y": ds(1, [1.0, 2.0, 3.0])}))
    value = expect({"y": ds(1, [1.0, 2.0, 3.0, 4.0, 5.0, 6.0])})
    group.valid("whole-appended", "051", "a second whole packet appends", head + one + two, value)
    group.invalid(
        "whole-short",
        "051 011",
        "a whole packet with two of three values",
        cat(head, one)[:-10],
        "truncated",
        at=len(head),
    )
    group.invalid(
        "whole-long",
        "051 001",
        "a whole packet with a value too many",
        cat(head, one, ascii10(4).encode()),
        "framing",
        at=len(head + one),
    )
    group.valid("whole-no-packets", "050 051", "rank 1 whole, no packet", head, expect({"y": ds(1, [])}))
    single = cat(
        STREAM,
        type_("01", plane("y", 1, 'encoding="ascii10" length="1"')),
        packet("01", ascii10(1)),
        packet("01", ascii10(2)),
    )
    group.valid(
        "whole-of-one",
        "051",
        "length 1: one value a packet, as bundles are written",
        single,
        expect({"y": ds(1, [1.0, 2.0])}),
    )
    pair = type_("01", plane("a", 1, 'encoding="ascii10" length="1"'), plane("y", 1, 'encoding="double" length="1"'))
    data = [packet("01", ascii10(n)[:9].encode() + b" " + doubles(n / 2)) for n in (1, 2)]
    value = expect({"a": ds(1, [1.0, 2.0]), "y": ds(1, [0.5, 1.0])})
    group.valid(
        "whole-columns", "051 041", "several columns of length 1 in one packet", cat(LITTLE, pair, *data), value
    )


def _several(group: Group) -> None:
    planes = (
        plane("a", 1, 'encoding="int2" length=""'),
        plane("b", 2, 'encoding="ascii4" length="2"'),
        plane("c", 1, 'encoding="double" length=""'),
        plane("y", 3, 'encoding="int2" length="1,2"'),
    )
    row = struct.pack("<h", -2) + b" 1.5  -2" + doubles(0.1) + struct.pack("<2h", 3, 4)
    value = expect(
        {"a": ds(1, nd([-2], "<i2")), "b": ds(2, [[1.5, -2.0]]), "c": ds(1, [0.1]), "y": ds(3, nd([[[3, 4]]], "<i2"))}
    )
    group.valid(
        "no-padding",
        "041 074",
        "planes of odd widths follow each other without padding",
        cat(LITTLE, type_("01", *planes), packet("01", row)),
        value,
    )
    backwards = cat(LITTLE, type_("01", planes[2], planes[0]), packet("01", doubles(0.1) + struct.pack("<h", -2)))
    value = expect({"c": ds(1, [0.1]), "a": ds(1, nd([-2], "<i2"))})
    group.valid("document-order", "041", "the order of the elements is the order of the bytes", backwards, value)
    many = [plane(f"p{n}", 1, 'encoding="ascii3" length=""') for n in range(50)]
    fields = "".join(f"{n:>2} " for n in range(50))
    value = expect({f"p{n}": ds(1, [float(n)]) for n in range(50)})
    group.valid(
        "fifty-planes",
        "041",
        "fifty planes in one packet",
        cat(STREAM, type_("01", *many), packet("01", fields)),
        value,
    )
