"""Profile autoplot: what it reads as the deployed reader does, and what it refuses all the same."""

from __future__ import annotations

from typing import Any

from .kit import STREAM, Group, ascii10, cat, ds, expect, nd, packet, plane, type_

__all__ = ["groups"]

AUTOPLOT = {"profile": "autoplot"}


def groups() -> list[Group]:
    group = Group("autoplot")
    _inline_packets(group)
    _whole(group)
    _mixed(group)
    return [group]


def _y(*values: float) -> Any:
    return expect({"y": ds(1, list(values))})


def _inline_packets(group: Group) -> None:
    """A packet of an inline plane has ten bytes for each value that its length counts, one without it."""
    one = cat(STREAM, type_("01", plane("y", 1, 'values="7,8"')))
    group.valid("inline-packet", "068", "a packet of one field appends to inline values", one + packet("01", ascii10(9)), _y(7.0, 8.0, 9.0), **AUTOPLOT)  # fmt: skip
    again = cat(one, packet("01", ascii10(9)), packet("01", b"-1.00E-100"))
    group.valid("inline-packets", "068 080", "two packets, the second a full field", again, _y(7.0, 8.0, 9.0, -1e-100), **AUTOPLOT)  # fmt: skip
    counted = cat(STREAM, type_("01", plane("y", 1, 'values="7,8" length="2"')), packet("01", ascii10(9, 10)))
    group.valid("inline-packet-of-length", "068 062", "a packet of as many fields as length says", counted, _y(7.0, 8.0, 9.0, 10.0), **AUTOPLOT)  # fmt: skip
    group.valid("inline-alone", "068", "inline values and no packet", one, _y(7.0, 8.0), **AUTOPLOT)
    cut = one + packet("01", "        9")
    group.invalid("inline-packet-cut", "068 011", "nine of the ten bytes of a packet", cut, "truncated", at=len(one), **AUTOPLOT)  # fmt: skip
    rest = cat(one, packet("01", ascii10(9)), b"          ")
    group.invalid("inline-packet-longer", "068 001", "twenty bytes where ten are a packet", rest, "framing", at=len(one) + 14, **AUTOPLOT)  # fmt: skip


def _whole(group: Group) -> None:
    three = cat(STREAM, type_("01", plane("y", 1, 'encoding="ascii10" length="3"')))
    twice = cat(three, packet("01", ascii10(1, 2, 3)), packet("01", ascii10(4, 5, 6)))
    group.valid("whole-rank-1", "051", "two packets of a whole plane", twice, _y(1.0, 2.0, 3.0, 4.0, 5.0, 6.0), **AUTOPLOT)  # fmt: skip
    for rank, length, count in ((2, "2,2", 4), (3, "1,2,2", 4), (4, "1,1,2,2", 4)):
        data = cat(STREAM, type_("01", plane("y", rank, f'encoding="ascii10" length="{length}"')), packet("01", ascii10(*range(count))))  # fmt: skip
        group.invalid(f"whole-rank-{rank}", "052 054", f"rank {rank}, whole in one packet", data, "constraint unsupported", at=len(STREAM), **AUTOPLOT)  # fmt: skip
    streaming = cat(STREAM, type_("01", plane("y", 2, 'encoding="ascii10" length="2"')), packet("01", ascii10(1, 2)))
    group.valid("streaming-rank-2", "049", "a record of two values", streaming, expect({"y": ds(2, nd([[1, 2]]))}), **AUTOPLOT)  # fmt: skip


def _mixed(group: Group) -> None:
    mixed = type_("01", plane("t", 1, 'encoding="ascii10" length="3"'), plane("y"))
    data = cat(STREAM, mixed, packet("01", ascii10(1, 2, 3, 4)))
    group.invalid("mixed", "056", "a whole and a streaming plane in one packet", data, "constraint unsupported", at=len(STREAM), **AUTOPLOT)  # fmt: skip
