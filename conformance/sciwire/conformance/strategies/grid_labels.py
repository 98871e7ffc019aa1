"""What can be drawn of a `grid` specification: arrays."""

from __future__ import annotations

from sciwire.model.ir import Spec

from . import Label

__all__ = ["labels"]


def labels(spec: Spec) -> tuple[Label, ...]:
    """One label, ``array``: what an encoder must be told is part of the value."""
    return (Label("array"),)
