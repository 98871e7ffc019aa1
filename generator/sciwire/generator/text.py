"""Pieces of Python text: literals, docstrings, tables. The text of a specification is data here, never code."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from sciwire.model import Spec

__all__ = ["comment", "docstring", "inside_docstring", "layout_table", "literal", "sentence", "source_list"]

_WIDTH = 108


def literal(value: object) -> str:
    """*value* as Python source; only plain data have one."""
    if value is None or isinstance(value, (bool, int, str, bytes)):
        return repr(value)
    if isinstance(value, float):
        return (
            repr(value) if value == value and value not in (float("inf"), float("-inf")) else f"float({str(value)!r})"
        )
    if isinstance(value, tuple):
        inside = ", ".join(literal(item) for item in value)
        return f"({inside},)" if len(value) == 1 else f"({inside})"
    if isinstance(value, list):
        return "[" + ", ".join(literal(item) for item in value) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{literal(key)}: {literal(item)}" for key, item in value.items()) + "}"
    raise TypeError(f"{type(value).__name__} has no literal")


def docstring(text: str, indent: int = 0) -> str:
    """*text* as a docstring with quotes, its lines indented by *indent* blanks."""
    safe = inside_docstring(text).strip()
    if safe.endswith('"'):
        safe += " "
    lines = safe.split("\n")
    lead = " " * indent
    body = "\n".join([lines[0], *(f"{lead}{line}".rstrip() for line in lines[1:])])
    return f'"""{body}\n{lead}"""' if len(lines) > 1 else f'"""{body}"""'


def inside_docstring(text: str) -> str:
    """*text* as it may stand inside the quotes of a docstring."""
    safe = text.replace("\\", "\\\\").replace('"""', '\\"\\"\\"')
    if safe.replace("\n", "").isprintable():
        return safe
    return "".join(char if char == "\n" or char.isprintable() else " " for char in safe)


def comment(text: str) -> str:
    """*text* as it may stand behind the mark of a comment: one line of printable characters."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())


def sentence(text: str) -> str:
    """*text* on one line, with a full stop."""
    line = " ".join(text.split())
    return line if not line or line.endswith((".", "!", "?")) else f"{line}."


def layout_table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table in plain text; the last column wraps inside its own width."""
    cells = [list(columns), *[[" ".join(str(cell).split()) for cell in row] for row in rows]]
    widths = [max(len(row[index]) for row in cells) for index in range(len(columns))]
    before = sum(widths[:-1]) + 2 * (len(widths) - 1)
    widths[-1] = min(widths[-1], max(_WIDTH - before, 24))
    rule = "  ".join("=" * width for width in widths)
    lines = [rule, *_row(cells[0], widths), rule]
    for row in cells[1:]:
        lines += _row(row, widths)
    return "\n".join([*lines, rule])


def _row(row: Sequence[str], widths: Sequence[int]) -> list[str]:
    wrapped = textwrap.wrap(row[-1], widths[-1]) or [""]
    first = "  ".join([*(cell.ljust(width) for cell, width in zip(row[:-1], widths[:-1], strict=True)), wrapped[0]])
    hanging = " " * (sum(widths[:-1]) + 2 * (len(widths) - 1))
    return [first.rstrip(), *(hanging + line for line in wrapped[1:])]


def source_list(spec: Spec) -> str:
    """The sources of *spec*, one a line."""
    return "\n".join(f"* {one.id}: {sentence(one.text)}" for one in spec.sources)
