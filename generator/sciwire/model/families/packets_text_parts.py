"""Prefix, lines, types and bounds of streams that lines of text describe."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any

from sciwire.runtime.pipes import Bounds, DataType, Lines, PrefixField
from sciwire.runtime.pipes.lines import FORM_WORDS, form_parts, stops
from sciwire.runtime.pipes.tables import ROLES

from ..context import Context
from ..nodes import Node
from ..patterns import pattern_fault

__all__ = ["read_bounds", "read_lines", "read_prefix", "read_types"]

_ATOMS = frozenset({"u1", "i1", "u2", "i2", "u4", "i4", "u8", "i8", "f4", "f8"})
_REPEATED = ("constant", "ignored", "magic")
_COUNTS = ("header_fields", "packet_fields")


def read_prefix(
    node: Node, order: str, lines: Lines, context: Context, docs: dict[str, str]
) -> tuple[PrefixField, ...]:
    """The fields in front of the lines; problems SPEC170."""
    found: list[PrefixField] = []

    def wrong(place: Node, problem: str) -> None:
        context.problems.add("SPEC170", place.place, problem)

    for name, one in node.items():
        field = _prefix_field(name, one, context)
        if field.role not in _REPEATED and any(other.role == field.role for other in found):
            wrong(one, f"the role {field.role} stands twice")
        if field.role == "byte_order" and order not in dict(field.orders):
            wrong(one, f"there is no mark for the byte order that is written, {order}")
        docs[f"prefix.{name}"] = one["doc"].text()
        found.append(field)
    roles = {field.role for field in found}
    if node.exists and (not found or found[0].role != "magic"):
        wrong(node, "the first field must be a magic, by which a stream is recognised")
    if node.exists and not lines.divider and not set(_COUNTS) <= roles:
        wrong(node, f"without a divider of lines the prefix needs {' and '.join(_COUNTS)}")
    return tuple(found)


def _prefix_field(name: str, node: Node, context: Context) -> PrefixField:
    data = _hex(node["bytes"], context)
    marks = tuple((word, _hex(node[word], context)) for word in ("big", "little") if node[word].exists)
    size = node["size"].integer(len(data) or (len(marks[0][1]) if marks else 0))
    implied = "magic" if data else "byte_order" if marks else "constant" if "const" in node else "ignored"
    role = node["role"].text(implied)
    value = node["const" if "const" in node else "unknown" if role == "packets" else "write"]
    field = PrefixField(name, size, role if role in ROLES else implied, value.integer(), data, marks)
    problem = ""
    if not 0 < size <= 1024:
        problem = "a field needs a size, bytes, or marks of byte orders"
    elif (data and len(data) != size) or any(len(mark) != size for _, mark in marks):
        problem = f"all bytes of {name!r} must be {size} long"
    elif len({mark for _, mark in marks}) < len(marks):
        problem = "two byte orders have one mark"
    elif (role == "magic") != bool(data) or (role == "byte_order") != bool(marks):
        problem = f"the role {role} and what is said of {name!r} do not go together"
    elif value.integer() >= 1 << 8 * size:
        problem = f"{value.integer()} does not fit {size} bytes"
    elif role in ("version", "constant") and "const" not in node:
        problem = f"{name!r} has a {role} and not which one: `const` says it"
    elif role == "packets" and not value.exists:
        problem = "the number of packets needs a number that says `unknown`, for streams have no end when they begin"
    if problem:
        context.problems.add("SPEC170", node.place, problem)
    return field


def _hex(node: Node, context: Context) -> bytes:
    try:
        return bytes.fromhex(node.text())
    except ValueError:
        context.problems.add("SPEC170", node.place, f"{node.text()!r} are no bytes in hexadecimal")
        return b""


def read_lines(node: Node, names: Node, context: Context) -> Lines:
    """How lines are written; problems SPEC171."""
    extents, defaults = node["extents"], Lines("")
    lines = Lines(
        form=node["form"].text("{type} {name}{extents}"),
        blanks=_exact(node["blanks"], defaults.blanks),
        end=_exact(node["end"], defaults.end),
        opening=_exact(extents["open"], defaults.opening),
        between=_exact(extents["between"], defaults.between),
        closing=_exact(extents["close"], defaults.closing),
        lowest_first=extents["first"].text("lowest") == "lowest",
        scalar=extents["scalar"].text("omit") == "write",
        divider=node["divider"].text(),
        name=names["pattern"].text(defaults.name),
        longest_name=names["most"].integer(defaults.longest_name),
    )
    for place, problem in _line_problems(lines, node, names):
        context.problems.add("SPEC171", place.place, problem)
    return lines


def _exact(node: Node, default: str) -> str:
    """The text as it stands: here a line break is data."""
    return node.data if isinstance(node.data, str) else default


def _line_problems(lines: Lines, node: Node, names: Node) -> list[tuple[Node, str]]:
    found: list[tuple[Node, str]] = []
    parts = form_parts(lines.form)
    words = [word for word, _ in parts if word]
    literals = [literal for _, literal in parts if literal]
    if sorted(words) != sorted(FORM_WORDS):
        found.append((node["form"], f"the form {lines.form!r} must have {{type}}, {{name}} and {{extents}}, each once"))
    elif any(first and second and "extents" not in (first, second) for (first, _), (second, _) in pairwise(parts)):
        found.append((node["form"], "something must stand between {type} and {name}"))
    texts = (*literals, lines.opening, lines.between, lines.closing, lines.end, lines.divider)
    if not lines.end or not lines.opening or not lines.closing or not lines.between or not lines.blanks:
        found.append((node, "end, blanks, and what stands around and between extents can't be empty"))
    if any(char.isdigit() or ord(char) > 0xFF for text in texts for char in text) or any(
        "}" in one for one in literals
    ):
        found.append((node, "what stands around names and extents must be Latin-1 without digits"))
    if lines.end and any(
        lines.end in text for text in (*literals, lines.opening, lines.between, lines.closing, lines.divider)
    ):
        found.append((node["end"], "the end of a line stands in the middle of it too"))
    fault = pattern_fault(lines.name, re.ASCII)
    if fault:
        found.append((names["pattern"], fault))
    elif sorted(words) == sorted(FORM_WORDS):
        pattern = re.compile(lines.name, re.ASCII)
        ends = sorted(stops(lines, "name") | set(lines.end))
        ending = next(
            (char for char in ends for start in ("", "a", "A", "_") if pattern.fullmatch(f"{start}{char}")), ""
        )
        if ending:
            found.append((names["pattern"], f"a name could hold {ending!r}, which ends it in a line"))
    return found


def read_types(node: Node, lines: Lines, context: Context, docs: dict[str, str]) -> tuple[DataType, ...]:
    """The types of fields; problems SPEC172."""
    found: list[DataType] = []
    placed = sorted(word for word, _ in form_parts(lines.form) if word) == sorted(FORM_WORDS)
    ends = (stops(lines, "type") if placed else set[str]()) | set(lines.end)
    for name, one in node.items():
        table: Any = one if isinstance(one.data, dict) else None
        atom = (one["atom"] if table else one).text()
        members = one["members"].texts() if table else ()
        atoms = one["atoms"].integer(len(members) or 1) if table else 1
        kind = DataType(name, atom, atoms, members, one["text"].flag() if table else False)
        problem = ""
        if atom not in _ATOMS:
            problem, kind = f"{atom!r} is no atom, known: {', '.join(sorted(_ATOMS))}", kind._replace(atom="u1")
        elif members and len(members) != atoms:
            problem = f"{atoms} atoms have {len(members)} names"
        elif kind.text and (kind.size != 1 or any(other.text for other in found)):
            problem = "one type may be that of strings, and its atom is a byte"
        elif not name or ends & set(name) or not name.isprintable() or any(ord(char) > 0xFF for char in name):
            problem = f"the name {name!r} could not be told from what ends it in a line"
        if problem:
            context.problems.add("SPEC172", one.place, problem)
        docs[f"type.{name}"] = one["doc"].text() if table else ""
        found.append(kind)
    return tuple(found)


def read_bounds(node: Node) -> Bounds:
    """Bounds of fields and headers."""
    most = Bounds()
    return Bounds(
        node["dimensions"].integer(most.dimensions),
        node["elements"].integer(most.elements),
        node["header"].integer(most.header),
    )
