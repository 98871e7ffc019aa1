"""Assemble the qstream vectors: `python assemble.py [FOLDER]` writes every group's JSON files, always the same bytes.

Bytes are put together by hand from the facts of ../README.md and the rules of ../1.1.yaml; expected values are stated
beside them. No codec takes part, and nothing but the standard library and numpy is imported.
"""

from __future__ import annotations

import sys
from pathlib import Path

from assembly import (
    autoplot,
    binary,
    bundles,
    descriptors,
    elements,
    enumerations,
    framing,
    inline,
    joins,
    limits,
    messages,
    planes,
    properties,
    references,
    repeated,
    roots,
    stream,
    text,
    times,
    truncated,
    units,
    unwritten,
    writing,
    written,
    xml,
)
from assembly.kit import Group, write

MODULES = (
    framing,
    truncated,
    descriptors,
    xml,
    stream,
    planes,
    inline,
    binary,
    text,
    times,
    repeated,
    properties,
    units,
    references,
    enumerations,
    bundles,
    joins,
    messages,
    limits,
    writing,
    roots,
    autoplot,
    elements,
    written,
    unwritten,
)


def groups() -> list[Group]:
    """Return all groups in the order of the stream."""
    return [group for module in MODULES for group in module.groups()]


if __name__ == "__main__":
    write(groups(), Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent)
