"""Scenarios of reading: which rows are chosen."""

from __future__ import annotations

import base64
from typing import Any

from .entries import Entry
from .steps import Step, append, read, scenario

__all__ = ["mask_scenarios", "slice_scenarios"]

ROWS = [bytes([65 + row]) * row for row in range(5)]  # b"", b"B", b"CC", …
GROUPS = [10, 11, 12, 13, 14]
FILL = append(ROWS, GROUPS)
HUGE = {"$int": str(2**70)}


def slice_scenarios() -> list[Entry]:
    """Return the scenarios of group slices."""
    inside = [
        _chosen(0, 5),
        _chosen(1, 3, start=1, end=3),
        _chosen(2, 5, start=2),
        _chosen(0, 2, end=2),
        _chosen(0, 0, start=0, end=0),
    ]
    negative = [
        _chosen(4, 5, start=-1),
        _chosen(0, 4, end=-1),
        _chosen(3, 4, start=-2, end=-1),
        _chosen(0, 2, start=-100, end=2),
    ]
    outside = [
        _chosen(2, 5, start=2, end=100),
        _chosen(5, 5, start=10, end=20),
        _chosen(0, 0, start=-100, end=-50),
        _chosen(5, 5, start=5, end=5),
    ]
    turned = [_chosen(0, 0, start=3, end=1), _chosen(0, 0, start=-1, end=-3)]
    huge = [_chosen(0, 0, start=HUGE), _chosen(0, 5, end=HUGE), _chosen(0, 5, start={"$int": str(-(2**70))})]
    nan = {"$float": "nan"}
    loose = [
        _chosen(1, 5, start=1.9),
        _chosen(2, 5, start="2"),
        _chosen(1, 5, start=True),
        _chosen(0, 1, end=-4.5),
        _chosen(0, 5, start=-0.5),
    ]
    wrong = [read(refuse="type constraint", start=value) for value in ("x", nan, [1], "1.5")]
    only = {"msg_headers_only": True}
    headers = [
        read(None, GROUPS, **only),
        read(None, GROUPS[1:3], start=1, end=3, **only),
        read(None, [14], start=-1, **only),
        read(None, [], start=9, **only),
    ]
    none = [append(), read([], []), read([], [], start=-1), read([], [], start=1, end=3), read(None, [], **only)]
    return [
        scenario("inside", "start and end within the rows", "RAW-076", [FILL, *inside]),
        scenario("negative", "Negatives count from the end", "RAW-076", [FILL, *negative]),
        scenario("outside", "Both sides are clipped", "RAW-076", [FILL, *outside]),
        scenario("turned", "start behind end gives no rows", "RAW-076", [FILL, *turned]),
        scenario("huge", "Bounds beyond 64 bits are clipped like any other", "RAW-076", [FILL, *huge]),
        scenario("loose", "Bounds are taken as int() takes them", "RAW-077", [FILL, *loose], level="SHOULD"),
        scenario("wrong", "Bounds that int() refuses are refused", "RAW-077", [FILL, *wrong], level="SHOULD"),
        scenario("headers-only", "msgs is null, the headers are chosen as before", "RAW-080", [FILL, *headers]),
        scenario("no-rows", "A file without rows gives none, whatever is asked for", "RAW-076 RAW-030", none),
    ]


def mask_scenarios() -> list[Entry]:
    """Return the scenarios of group masks."""

    def picked(bits: list[int], **named: Any) -> Step:
        rows = [row for row in range(5) if bits[row]]
        return read([ROWS[row] for row in rows], [GROUPS[row] for row in rows], mask=_mask(5, bits=bits), **named)

    some, every, none = [0, 1, 0, 1, 1], [1] * 5, [0] * 5
    wrong = [
        _mask(4, bits=[1] * 4),
        _mask(6, bits=[1] * 6),
        _mask(0, bits=[]),
        _mask(5, 1, bits=[1] * 5),
        _mask(1, bits=[1]),
    ]
    return [
        scenario("some", "The rows that are true", "RAW-078", [FILL, picked(some)]),
        scenario("all-and-none", "All rows, and none", "RAW-078", [FILL, picked(every), picked(none)]),
        scenario(
            "over-slice",
            "A mask takes precedence over start and end",
            "RAW-078",
            [FILL, picked(some, start=0, end=1), picked(some, start=4)],
        ),
        scenario(
            "headers-only",
            "A mask holds for headers alone",
            "RAW-080",
            [FILL, read(None, [11, 13, 14], mask=_mask(5, bits=some), msg_headers_only=True)],
        ),
        scenario(
            "wrong-shape",
            "Another length or rank is refused",
            "RAW-079",
            [FILL, *[read(refuse="size constraint type", mask=mask) for mask in wrong]],
        ),
        scenario(
            "no-rows",
            "An empty mask for a file without rows",
            "RAW-078",
            [append(), read([], [], mask=_mask(0, bits=[]))],
            level="SHOULD",
        ),
        scenario(
            "bad-start-beside",
            "start is looked at even where a mask is given",
            "RAW-077",
            [FILL, read(refuse="type constraint", start="x", mask=_mask(5, bits=some))],
            level="SHOULD",
        ),
    ]


def _chosen(first: int, last: int, /, **named: Any) -> Step:
    return read(ROWS[first:last], GROUPS[first:last], **named)


def _mask(*shape: int, bits: list[int]) -> dict[str, Any]:
    return {"$nd": {"dtype": "|b1", "shape": list(shape), "data": base64.b64encode(bytes(bits)).decode()}}
