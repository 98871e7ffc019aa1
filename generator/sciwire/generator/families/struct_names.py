"""Plan of what a `struct` module offers under the names of other programs."""

from __future__ import annotations

from typing import Any

from sciwire.model import Spec

__all__ = ["plan_names"]


def plan_names(specs: tuple[Spec, ...]) -> dict[str, Any]:
    """The names of *specs*, ready to be placed."""
    return {"exports": []}
