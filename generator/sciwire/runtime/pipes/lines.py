"""Lines that define fields: text to definitions, and back."""

from __future__ import annotations

import math
import re
from functools import lru_cache

from .fields import Definition
from .tables import Lines, PipeFormat

__all__ = ["FORM_WORDS", "form_parts", "form_pattern", "read_line", "stops", "write_line"]

FORM_WORDS = ("type", "name", "extents")
_LONGEST = 1 << 16  # bytes of a line; blanks may be many, not endless
_EXTENT = re.compile(r"[1-9][0-9]{0,9}", re.ASCII)
_PART = re.compile(r"\{(\w+)\}|([^{]+)")


def form_parts(form: str) -> list[tuple[str, str]]:
    """The parts of a form in order: (word, "") for what it places, ("", literal) for what stands between."""
    return [(found[1] or "", found[2] or "") for found in _PART.finditer(form)]


def stops(lines: Lines, word: str) -> set[str]:
    """The characters that end the type or the name in a line: blanks, and with what the text behind it begins."""
    parts = form_parts(lines.form)
    behind = parts[1 + next(index for index, (name, _) in enumerate(parts) if name == word) :]
    found = set(lines.blanks)
    for name, literal in behind:
        if name == "extents":  # which may be left out
            found |= set(lines.opening[:1])
            continue
        return found | (set(literal[:1]) - {" "})
    return found


@lru_cache(maxsize=64)
def form_pattern(lines: Lines) -> re.Pattern[str]:
    """The regular expression of a line: what may be in a word ends where a blank or a literal of the form begins."""
    kind, called = (f"[^{re.escape(''.join(sorted(stops(lines, word))))}]" for word in ("type", "name"))
    opening, closing = re.escape(lines.opening), re.escape(lines.closing)
    shapes = {
        "type": f"(?P<type>{kind}+)",
        "name": f"(?P<name>{called}*)",
        "extents": f"(?:{opening}(?P<extents>.*){closing})?",
    }
    blanks = f"[{re.escape(lines.blanks)}]+"
    text = "".join(
        shapes[name] if name else blanks.join(map(re.escape, re.split(" +", literal)))
        for name, literal in form_parts(lines.form)
    )
    return re.compile(text, re.DOTALL)


def read_line(table: PipeFormat, text: str, path: str, at: int) -> Definition:
    """The field that one line, without its end, defines; *at* is its place. Raises the format's stream error."""
    lines, faults = table.lines, table.faults
    found = form_pattern(lines).fullmatch(text) if len(text) <= _LONGEST else None
    if found is None:
        raise faults.make("line_form", f"expected a line {lines.form!r}, got {text!r:.80}", path=path, at=at)
    kind = table.by_name.get(found["type"])
    if kind is None:
        raise faults.make("type", f"{found['type']!r:.80} is no type", path=path, at=at)
    name = found["name"]
    if not name or any(one.isspace() for one in name):
        raise faults.make("line_form", f"expected a line {lines.form!r}, got {text!r:.80}", path=path, at=at)
    if not table.legal_name(name):
        problem = f"{name!r:.80} is no name of at most {lines.longest_name} bytes"
        raise faults.make("name", problem, path=path, at=at)
    return Definition(name, kind, _extents(table, found["extents"], path, at))


def _extents(table: PipeFormat, inside: str | None, path: str, at: int) -> tuple[int, ...]:
    if inside is None:
        return (1,)
    texts = inside.split(table.lines.between) if table.lines.between else [inside]
    if any(not text or not text.isascii() or not text.isdigit() for text in texts):
        raise table.faults.make("line_form", f"extents are no integers: {inside!r:.80}", path=path, at=at)
    if any(_EXTENT.fullmatch(text) is None for text in texts):
        problem = f"an extent is a decimal number from 1 without leading zero, got {inside!r:.80}"
        raise table.faults.make("extent", problem, path=path, at=at)
    extents = tuple(map(int, texts))
    bounds = table.bounds
    if len(extents) > bounds.dimensions:
        problem = f"at most {bounds.dimensions} dimensions are allowed, got {len(extents)}"
        raise table.faults.make("extent", problem, path=path, at=at)
    if math.prod(extents) > bounds.elements:
        problem = f"at most {bounds.elements} elements are allowed, got {math.prod(extents)}"
        raise table.faults.make("extent", problem, path=path, at=at)
    return extents if table.lines.lowest_first else extents[::-1]


def write_line(table: PipeFormat, definition: Definition) -> str:
    """The line of a definition, with its end."""
    lines = table.lines
    ordered = definition.extents if lines.lowest_first else definition.extents[::-1]
    bare = definition.extents == (1,) and not lines.scalar
    extents = "" if bare else f"{lines.opening}{lines.between.join(map(str, ordered))}{lines.closing}"
    words = {"type": definition.type, "name": definition.name, "extents": extents}
    return "".join(words[word] if word else literal for word, literal in form_parts(lines.form)) + lines.end
