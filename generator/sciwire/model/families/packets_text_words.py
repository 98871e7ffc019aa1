"""Names of the original: its errors, operations, constants and programs, and the rules that checks enforce."""

from __future__ import annotations

from collections.abc import Mapping

from sciwire.runtime.pipes.faults import CHECKS, KINDS

from ..context import Context
from ..names import is_identifier
from ..nodes import Node
from ..problems import did_you_mean
from ..taken import TAKEN

__all__ = ["CONSTANTS", "OPERATIONS", "PROGRAMS", "read_checks", "read_words"]

#: what a pipe can do, by the names of the kernel
OPERATIONS = (
    *("input", "output", "map", "map_packets", "packets", "read", "write", "write_some", "write_header", "copy", "close"),
    *("add", "delete", "resize_core", "resize_output", "field", "field_type", "field_extents", "data", "offset"),
    *("initialise", "output_fields", "add_header", "add_string", "find_header", "header_data", "header_type"),
    *("header_extents", "header_count", "header_fields", "resize_header", "delete_header"),
)  # fmt: skip
CONSTANTS = ("core", "output", "input", "all_channels", "last", "all", "no_type")
PROGRAMS = ("keep", "merge", "table")
_KNOWN = {"errors": KINDS, "operations": OPERATIONS, "constants": CONSTANTS, "programs": PROGRAMS}


def read_words(what: str, node: Node, context: Context, *, inverse: bool = False) -> Mapping[str, str]:
    """A table of the original's names and the kernel's words for them; *inverse*: the words are the keys.

    Problem SPEC173 for a word that the kernel does not know, or a name that is no identifier or stands twice.
    """
    found: dict[str, str] = {}
    for key, one in node.items():
        name, word = (one.text(), key) if inverse else (key, one.text())
        if word not in _KNOWN[what]:
            problem = f"{what} have no {word!r}, known: {', '.join(_KNOWN[what])}"
            context.problems.add("SPEC173", one.place, problem, did_you_mean(word, _KNOWN[what]))
        elif not is_identifier(name):
            context.problems.add("SPEC173", one.place, f"the name {name!r} is no identifier")
        elif what != "operations" and (name.startswith("_") or name in TAKEN["packets-text"]):
            context.problems.add("SPEC173", one.place, f"Python, or the module, has a {name!r} of its own")
        elif inverse and name in found.values():
            context.problems.add("SPEC173", one.place, f"the name {name!r} stands twice")
        else:
            found[key] = one.text()
    return found


def read_checks(node: Node, context: Context) -> Mapping[str, str]:
    """Check of the kernel -> rule id; problem SPEC158 for a check that the kernel does not know."""
    checks = {}
    for name, one in node.items():
        if name not in CHECKS:
            context.problems.add(
                "SPEC158", one.key_place, f"the kernel has no check {name!r}", did_you_mean(name, CHECKS)
            )
        else:
            checks[name] = context.cite(one)
    return checks
