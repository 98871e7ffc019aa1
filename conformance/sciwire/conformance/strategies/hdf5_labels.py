"""What can be drawn of an `hdf5` specification: whole files."""

from __future__ import annotations

from sciwire.model.ir import Spec

from . import Label

__all__ = ["labels"]


def labels(spec: Spec) -> tuple[Label, ...]:
    """One label, ``file``: an encoder of this family has no options."""
    return (Label("file"),)
