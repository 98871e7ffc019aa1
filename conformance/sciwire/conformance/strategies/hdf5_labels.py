"""What can be drawn of an `hdf5` specification: whole files, or batches in each compression."""

from __future__ import annotations

from sciwire.model.families.hdf5_collection import CollectionBody
from sciwire.model.ir import Spec

from . import Label

__all__ = ["labels"]


def labels(spec: Spec) -> tuple[Label, ...]:
    """``file``; of a collection ``none`` and each compression."""
    if isinstance(spec.body, CollectionBody):
        packed = (Label(one.name, {spec.body.names["compression"]: one.name}) for one in spec.body.packings)
        return (Label("none"), *packed)
    return (Label("file"),)
