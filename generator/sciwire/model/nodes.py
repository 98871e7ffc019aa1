"""A cursor over a loaded file, forgiving on purpose.

The schema has reported every value of the wrong kind already; a cursor gives the default then,
so that the later passes can go on and all problems of a file come out at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .marks import Marked, Pointer
from .problems import Place

__all__ = ["Node"]


@dataclass(frozen=True, slots=True)
class Node:
    """The value at *pointer*; a missing one has `data` None."""

    marked: Marked
    pointer: Pointer
    data: Any

    @classmethod
    def root(cls, marked: Marked) -> Node:
        return cls(marked, (), marked.data)

    @property
    def place(self) -> Place:
        return self.marked.place(self.pointer)

    @property
    def key_place(self) -> Place:
        return self.marked.place(self.pointer, key=True)

    @property
    def exists(self) -> bool:
        return self.data is not None

    def __getitem__(self, key: str) -> Node:
        data = self.data.get(key) if isinstance(self.data, dict) else None
        return Node(self.marked, (*self.pointer, key), data)

    def __contains__(self, key: str) -> bool:
        return isinstance(self.data, dict) and key in self.data

    def text(self, default: str = "") -> str:
        """Text, with the line breaks of a folded scalar cut off at the end."""
        return self.data.rstrip("\n") if isinstance(self.data, str) else default

    def integer(self, default: int = 0) -> int:
        return self.data if isinstance(self.data, int) and not isinstance(self.data, bool) else default

    def maybe_integer(self) -> int | None:
        return self.data if isinstance(self.data, int) and not isinstance(self.data, bool) else None

    def maybe_number(self) -> float | int | None:
        return self.data if isinstance(self.data, (int, float)) and not isinstance(self.data, bool) else None

    def flag(self, default: bool = False) -> bool:
        return self.data if isinstance(self.data, bool) else default

    def texts(self) -> tuple[str, ...]:
        return tuple(item for item in self.data if isinstance(item, str)) if isinstance(self.data, list) else ()

    def keys(self) -> tuple[str | int, ...]:
        """The texts and integers of a list."""
        known = self.data if isinstance(self.data, list) else []
        return tuple(item for item in known if isinstance(item, (str, int)) and not isinstance(item, bool))

    def table(self) -> dict[str, Any]:
        """The plain table, empty where there is none."""
        return self.data if isinstance(self.data, dict) else {}

    def items(self) -> list[tuple[str, Node]]:
        """Entries of a mapping, in file order."""
        if not isinstance(self.data, dict):
            return []
        return [(key, Node(self.marked, (*self.pointer, key), value)) for key, value in self.data.items()]

    def values(self) -> list[Node]:
        """The values of a mapping, in file order."""
        return [node for _, node in self.items()]

    def elements(self) -> list[Node]:
        """Entries of a sequence."""
        if not isinstance(self.data, list):
            return []
        return [Node(self.marked, (*self.pointer, index), value) for index, value in enumerate(self.data)]
