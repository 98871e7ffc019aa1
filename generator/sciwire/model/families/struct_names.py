"""What a specification of the `struct` family says about the names of other programs: tables, objects, functions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..context import Context
from ..nodes import Node

__all__ = ["Names", "load_names"]


@dataclass(frozen=True, slots=True)
class Names:
    """The sections `rows`, `files`, `objects`, `constants` and `operations` as they stand in the file."""

    rows: Mapping[str, Any]
    files: Mapping[str, Any]
    objects: Mapping[str, Any]
    constants: Mapping[str, Any]
    operations: Mapping[str, Any]


def load_names(root: Node, context: Context) -> Names:
    """Read the sections; the rules that they cite are proved."""
    for section in ("rows", "operations"):
        for node in (one for _, one in root[section].items()):
            context.cite(node["rule"])
    sections = ("rows", "files", "objects", "constants", "operations")
    return Names(**{name: _tables(root[name].data) for name in sections})


def _tables(data: Any) -> Mapping[str, Any]:
    return {str(name): one for name, one in data.items() if isinstance(one, dict)} if isinstance(data, dict) else {}
