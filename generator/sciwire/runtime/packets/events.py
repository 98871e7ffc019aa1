"""What an incremental decoder returns: one event for each thing that became complete."""

from __future__ import annotations

from typing import NamedTuple

from .parts import Comment, Label, StreamException
from .planes import PacketType
from .records import Records

__all__ = ["Event", "Labelled", "Opened"]


class Opened(NamedTuple):
    """A stream descriptor: the id of the default dataset, and the byte order in force from here."""

    dataset_id: str
    byte_order: str


class Labelled(NamedTuple):
    """A code of an enumeration was given its label."""

    name: str
    code: int
    label: Label


Event = Opened | PacketType | Records | Comment | Labelled | StreamException
