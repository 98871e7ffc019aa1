"""Parts that are there only for some values of a field in front."""

from __future__ import annotations

from typing import Any

from ..value import Value
from .cursor import lookup

__all__ = ["Only", "absent"]


class Only(Value):
    """A part is there only when the field `path` has one of these `values`."""

    path: str
    values: tuple[Any, ...]

    def holds(self, scopes: list[dict[str, Any]]) -> bool:
        return lookup(scopes, self.path) in self.values


def absent(only: Only | None, scopes: list[dict[str, Any]]) -> bool:
    """Whether a part is not there."""
    return only is not None and not only.holds(scopes)
