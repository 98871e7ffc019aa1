"""Assemble the bpipe vectors: `python assemble.py [FOLDER]` writes every group's JSON files, always the same bytes.

Bytes are put together by hand from the facts of ../README.md and the rules of ../1.0.yaml; expected values are stated
beside them. No codec takes part, and nothing but the standard library and numpy is imported.
"""

from __future__ import annotations

import sys
from pathlib import Path

from assembly import definitions, orders, packets, paths, photons, pipes, prefix, sizes, truncated, types, unwritten
from assembly.kit import Group, write

MODULES = (prefix, definitions, types, orders, sizes, packets, photons, pipes, paths, truncated, unwritten)


def groups() -> list[Group]:
    """Return all groups in the order of the stream."""
    return [group for module in MODULES for group in module.groups()]


if __name__ == "__main__":
    write(groups(), Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent)
