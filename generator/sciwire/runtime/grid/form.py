"""What a format of this kind is: ready-made values, printed by the generator, read by everything here."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from ..limits import DEFAULT_LIMITS, Limits
from ..value import Value

__all__ = ["Form", "HeaderField", "check_profile"]


class HeaderField(Value):
    """One field in front of every blob, as it stands on the wire.

    Attributes
    ----------
    name : as errors show it.
    role : what it says: ``const reserved number count point start cutout chunk shape rank dtype order compression
        stored size crc32 adler32``.
    width : bytes of one item.
    order : ``little`` or ``big``.
    signed : whether the integer is.
    value : the constant of a ``const`` field.
    codes : number on the wire -> dtype, order or compression.
    reverse : the items of a field with one item an axis run from the last axis to the first.
    """

    name: str
    role: str
    width: int
    order: Any = "little"
    signed: bool = False
    value: int | bytes = 0
    codes: Mapping[int, str] = MappingProxyType({})
    reverse: bool = False

    @property
    def per_axis(self) -> bool:
        """Whether there is one item an axis."""
        return self.role in PER_AXIS


PER_AXIS = frozenset({"point", "start", "cutout", "chunk", "shape"})


class Form(Value):
    """Everything that a specification states of the grid.

    Attributes
    ----------
    subject : format and class, as errors show them.
    types : pairs of rank (None: any) and element types (empty: any of fixed size).
    ranks : fewest and most axes.
    shape, chunk : fixed extents of array and cutouts; None where they are given; 0 in `chunk` is the whole axis.
    order : of the elements in a blob, ``C`` or ``F``; empty where it is given.
    points : of the grid points in the list: ``F``, the first axis runs fastest, or ``C``.
    edges : ``refuse``, ``cut`` or ``pad`` what does not fill a cutout; `on_request` is the alternative.
    fill : what pads.
    compressions : of each blob, the first is the default.
    level : of the compression, None for that of its library.
    names : meaning -> the name that users of the format know.
    """

    subject: str
    types: tuple[tuple[int | None, tuple[str, ...]], ...] = ()
    ranks: tuple[int, int] = (1, 32)
    shape: tuple[int, ...] | None = None
    chunk: tuple[int, ...] | None = None
    order: str = ""
    points: str = "F"
    edges: str = "refuse"
    on_request: str = ""
    fill: float = 0
    compressions: tuple[str, ...] = ("none",)
    level: int | None = None
    header: tuple[HeaderField, ...] = ()
    names: Mapping[str, str] = MappingProxyType({})
    rules: Mapping[str, str] = MappingProxyType({})
    limits: Limits = DEFAULT_LIMITS

    def said(self, meaning: str) -> str:
        """The public name of a *meaning*: ``chunk`` is ``chunk_size`` where the format calls it so."""
        return self.names.get(meaning, meaning)

    def edges_for(self, request: bool) -> str:
        """What becomes of edges, with or without the request."""
        return self.on_request if request and self.on_request else self.edges

    def in_header(self, role: str) -> bool:
        """Whether every blob says this itself."""
        return any(one.role == role for one in self.header)


def check_profile(name: str, profile: str, known: tuple[str, ...]) -> None:
    """ValueError where the format *name* has no such *profile*."""
    if profile not in known:
        raise ValueError(f"{name} has no profile {profile!r}; known: {', '.join(known)}")
