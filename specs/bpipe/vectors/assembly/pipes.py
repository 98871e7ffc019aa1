"""What pipes do: edits of header and fields, the bytes that come out, and what is refused."""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from typing import Any

from .kit import Group, raw, stream
from .photons import HDATA, HEADER, LINES, PACKETS, PHOTONS

__all__ = ["groups"]

A = stream(HEADER, LINES, HDATA, 136, PACKETS)
OPEN = ("open", {"data": raw(A), "outputs": ["a", "b"]}, None)
COPY = ("copy", {}, 3)
NAMES = ["position", "direction", "energy", "weight", "time", "polarization"]


def written(output: str, data: bytes) -> tuple[str, dict[str, Any], Any]:
    return "written", {"output": output}, raw(data)


def photons(lines: Sequence[str], names: Sequence[str], **more: Callable[[int], Sequence[float]]) -> bytes:
    """Return input A with these lines and fields; *more* gives the values of a field by packet."""
    rows = [
        [n for name in names for n in (more[name](k) if name in more else one[name])] for k, one in enumerate(PHOTONS)
    ]
    packets = b"".join(struct.pack(f">{len(row)}d", *row) for row in rows)
    return stream(HEADER, lines, HDATA, 8 * len(rows[0]), packets)


def groups() -> list[Group]:
    group = Group("pipes")
    group.scenario("carbon-copy", "039", "two outputs without changes", OPEN, COPY, written("a", A), written("b", A))
    group.scenario(
        "detector", "035 037", "S1: a field less in core, one more, one less at an output", OPEN,
        ("delete", {"name": "direction", "site": "core"}, 0), ("add", {"name": "pct_pol", "type": "double"}, 0),
        ("delete", {"name": "polarization", "site": "output", "channel": "a"}, 0), ("map", {}, 120), COPY,
        written("a", photons(["DVector3 position", "double energy", "double weight", "double time", "double pct_pol"], ["position", "energy", "weight", "time", "pct_pol"], pct_pol=lambda k: [0.0])),
    )  # fmt: skip
    group.scenario(
        "beam-mapper", "035 039", "S2: one output is a carbon copy, one has two fields", OPEN,
        *(("delete", {"name": name, "site": "output", "channel": "b"}, 0) for name in ("direction", "weight", "time", "polarization")),
        COPY, written("a", A), written("b", photons(["DVector3 position", "double energy"], ["position", "energy"])),
    )  # fmt: skip
    _headers(group)
    _resizes(group)
    _refusals(group)
    return [group]


def _headers(group: Group) -> None:
    late = stream(["char history[4]", *HEADER, "char history[5]"], LINES, b"pre\0" + HDATA + b"post\0", 136, PACKETS)
    group.scenario(
        "header-order", "034", "S4: one string before the input, one after it", ("open", {"outputs": ["a"]}, None),
        ("add_string", {"name": "history", "text": "pre"}, None), ("input", {"data": raw(A)}, None),
        ("add_string", {"name": "history", "text": "post"}, None), ("header_count", {"name": "history"}, 4), COPY, written("a", late),
    )  # fmt: skip
    group.scenario(
        "header-delete", "030 033", "S5, S6: deleting by index renumbers nothing", OPEN,
        ("delete_header", {"name": "history", "index": 0}, 0), ("delete_header", {"name": "history", "index": 0}, 1),
        ("header_type", {"name": "history", "index": 1}, "char"), ("delete_header", {"name": "missing", "index": 0}, 1), COPY,
        written("a", stream(["int shell", HEADER[2]], LINES, HDATA[:4] + HDATA[11:], 136, PACKETS)),
    )  # fmt: skip
    strings = [("abc", 0, b"abc\0"), ("abcdef", 4, b"abc\0"), ("ab", 5, b"ab\0\0\0")]
    group.scenario(
        "strings", "032", "S18: as long as needed, cut, filled", ("open", {"outputs": ["a"]}, None),
        *(("add_string", {"name": "s", "text": text, "length": length}, None) for text, length, _ in strings), ("copy", {}, 0),
        written("a", stream([f"char s[{len(data)}]" for _, _, data in strings], [], b"".join(data for _, _, data in strings))),
    )  # fmt: skip


def _resizes(group: Group) -> None:
    cut, grown = [[*LINES[:5], f"DComplex polarization[{n}]"] for n in (2, 6)]
    group.scenario(
        "resize-output", "036 037", "S8, S9: one output gets less, one gets more with zeros around it", OPEN,
        ("resize_output", {"name": "polarization", "extents": [2], "channel": "a"}, None),
        ("resize_output", {"name": "polarization", "extents": [6], "target_offset": [1], "channel": "b"}, None), COPY,
        written("a", photons(cut, NAMES, polarization=lambda k: PHOTONS[k]["polarization"][:4])),
        written("b", photons(grown, NAMES, polarization=lambda k: [0, 0, *PHOTONS[k]["polarization"], 0, 0])),
    )  # fmt: skip
    group.scenario(
        "resize-core", "036 037", "S7b: what the program sets stays around what the input feeds", OPEN,
        ("resize_core", {"name": "weight", "extents": [3], "target_offset": [1]}, None), ("set", {"name": "weight", "values": [-7.0, 0.0, 9.0]}, None), COPY,
        written("a", photons([*LINES[:3], "double weight[3]", *LINES[4:]], NAMES, weight=lambda k: [-7, 2.0**-k, 9])),
    )  # fmt: skip
    image = stream([], ["int img[3][2]"], b"", 24, struct.pack(">6i", 0, 1, 2, 10, 11, 12))
    part = {"name": "img", "extents": [2, 3], "source_offset": [1, 0], "target_offset": [0, 1], "extent": [2, 2]}
    group.scenario(
        "submatrix", "018 036", "S10: a part of two dimensions", ("open", {"data": raw(image), "outputs": ["a"]}, None),
        ("resize_output", part, None), ("copy", {}, 1), written("a", stream([], ["int img[2][3]"], b"", 24, struct.pack(">6i", 0, 0, 1, 2, 11, 12))),
    )  # fmt: skip
    group.scenario(
        "add-again", "035", "S12: a field that is deleted and added again is a new one", OPEN,
        ("delete", {"name": "energy", "site": "core"}, 0), ("add", {"name": "energy", "type": "double"}, 0), COPY,
        written("a", photons([*LINES[:2], *LINES[3:], "double energy"], [*NAMES[:2], *NAMES[3:], "energy"], energy=lambda k: [0.0])),
    )  # fmt: skip
    rest, short = [NAMES[0], *NAMES[2:]], [LINES[0], *LINES[2:5], "DComplex polarization[2]"]
    group.scenario(
        "delete-beside-resizes", "035 036", "A field deleted at core takes nothing of what was asked for others", OPEN,
        ("resize_output", {"name": "polarization", "extents": [2], "channel": "a"}, None), ("delete", {"name": "weight", "channel": "a"}, 0),
        ("delete", {"name": "direction", "site": "core"}, 0), COPY,
        written("a", photons([short[0], short[1], *short[3:]], [one for one in rest if one != "weight"], polarization=lambda k: PHOTONS[k]["polarization"][:4])),
        written("b", photons([LINES[0], *LINES[2:]], rest)),
    )  # fmt: skip
    group.scenario(
        "resize-forgotten", "035", "A field deleted at core takes along what was asked for it; its name comes back as it is added", OPEN,
        ("resize_output", {"name": "energy", "extents": [2]}, None), ("delete", {"name": "energy", "site": "core"}, 0),
        ("add", {"name": "energy", "type": "double"}, 0), COPY,
        written("a", photons([*LINES[:2], *LINES[3:], "double energy"], [*NAMES[:2], *NAMES[3:], "energy"], energy=lambda k: [0.0])),
    )  # fmt: skip
    mixed = stream([], ["char a", "double b", "int c"], b"", 13, struct.pack(">Bdi", 1, 2.0, 3))
    group.scenario(
        "core-image", "038", "offsets are multiples of the atom's size, the whole of 8", ("open", {"data": raw(mixed), "outputs": ["a"]}, None),
        ("map", {}, 24), ("offset", {"name": "b"}, 8), ("offset", {"name": "c"}, 16), ("copy", {}, 1), written("a", mixed),
    )  # fmt: skip


def _refusals(group: Group) -> None:
    group.scenario(
        "results", "030", "E1, E2: what exists, what is not there", OPEN, ("add", {"name": "time", "type": "int"}, 1),
        ("delete", {"name": "missing", "site": "core"}, 1), ("delete", {"name": "missing", "site": "output"}, 1), COPY, written("a", A),
    )  # fmt: skip
    group.scenario(
        "arguments", "031", "E3 to E6: names, types, extents, sites", OPEN, ("add", {"name": "2pos", "type": "double"}, "!constraint"),
        ("add", {"name": "x", "type": "float"}, "!type"), ("add", {"name": "x", "type": "double", "extents": [0]}, "!constraint"),
        ("delete", {"name": "time", "site": "input"}, "!constraint"), ("delete_header", {"name": "shell", "index": -2}, "!constraint"),
        ("resize_output", {"name": "polarization", "extents": [2], "source_offset": [4]}, "!size"), COPY, written("a", A),
    )  # fmt: skip
    group.scenario(
        "order", "040", "E9 to E15: nothing before map but definitions, no definitions after it", OPEN, ("input", {"data": raw(A)}, "!state"),
        ("write_header", {}, "!state"), ("read", {"count": 1}, "!state"), ("map", {}, 136), ("map", {}, "!state"),
        ("add", {"name": "x", "type": "double"}, "!state"), ("delete", {"name": "time"}, "!state"), ("add_string", {"name": "x", "text": ""}, "!state"),
        ("resize_core", {"name": "time"}, "!state"), ("resize_output", {"name": "time"}, "!state"), ("write_header", {}, None),
        ("write_header", {}, "!state"), ("copy", {}, 3), ("read", {"count": 1}, 0), written("a", A),
    )  # fmt: skip
    group.scenario(
        "input-emptied",
        "041",
        "E16: every input field deleted",
        OPEN,
        *(("delete", {"name": name, "site": "core"}, 0) for name in NAMES),
        ("map", {}, "!state"),
    )
    group.scenario(
        "output-emptied",
        "042",
        "E17: every field of one output deleted",
        OPEN,
        *(("delete", {"name": name, "channel": "b"}, 0) for name in NAMES),
        ("map", {}, "!state"),
    )
    group.scenario(
        "cut",
        "020",
        "E19: whole packets, then the error",
        ("open", {"data": raw(A[:-1]), "outputs": ["a"]}, None),
        ("map", {}, 136),
        ("read", {"count": 3}, 2),
        ("read", {"count": 3}, "!truncated"),
        ("read", {"count": 3}, "!truncated"),
    )
