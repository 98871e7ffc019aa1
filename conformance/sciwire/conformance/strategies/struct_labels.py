"""What can be drawn of a `struct` specification: its root record."""

from __future__ import annotations

from sciwire.model.ir import Spec

from . import Label

__all__ = ["labels"]


def labels(spec: Spec) -> tuple[Label, ...]:
    """The root, by its name."""
    return (Label(spec.body.root),)
