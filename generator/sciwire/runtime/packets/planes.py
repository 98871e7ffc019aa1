"""What a packet descriptor says of the packets that follow, as records."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..xml import Element as Node
from .encodings import Codec
from .lengths import Shape
from .parts import Extra, Label, Property
from .tables import Element

__all__ = ["Fields", "PacketType", "Plane", "coded_integer", "fields_of"]

_CODED = re.compile(r"([+-]?)(?:(?:0[xX]|#)([0-9a-fA-F]{1,16})|([0-9]{1,19}))", re.ASCII)


@dataclass(slots=True)
class Plane:
    """One dataset of a packet descriptor.

    `codec` and `shape` are set where values come in packets. `inline` (rank 0 or 1) or `rows` (rank 2)
    are set where they stand in the descriptor; `bundle` or `join` where the dataset is made of others.
    """

    id: str
    rank: int
    path: str
    codec: Codec | None = None
    shape: Shape | None = None
    inline: NDArray[np.float64] | None = None
    inline_length: int = 1
    rows: list[NDArray[np.float64]] | None = None
    bundle: tuple[str, ...] = ()
    join: str = ""
    join_id: str | None = None
    properties: dict[str, Property] = field(default_factory=dict)
    indexed: dict[int, dict[str, Property]] = field(default_factory=dict)
    labels: list[tuple[str, int, Label]] = field(default_factory=list)
    extra: Extra = field(default_factory=Extra)
    values_extra: Extra = field(default_factory=Extra)
    properties_extra: dict[int | None, Extra] = field(default_factory=dict)
    hidden: bool = False

    @property
    def size(self) -> int:
        """Bytes of this plane in one packet."""
        return self.codec.width * self.shape.values if self.codec is not None and self.shape is not None else 0

    @property
    def written(self) -> str:
        """How the values were written: the encoding's name, ``inline``, or empty where they are others'."""
        return self.codec.name if self.codec is not None else ("inline" if self.in_descriptor else "")

    @property
    def in_descriptor(self) -> bool:
        """Whether the values stand in the descriptor itself."""
        return self.inline is not None or self.rows is not None


@dataclass(slots=True)
class PacketType:
    """What a packet descriptor says: its planes in the order of their bytes."""

    id: str
    at: int
    path: str
    planes: list[Plane]
    extra: Extra = field(default_factory=Extra)

    @property
    def size(self) -> int:
        """Data bytes of one packet."""
        return sum(plane.size for plane in self.planes)

    @property
    def has_inline(self) -> bool:
        return any(plane.in_descriptor for plane in self.planes)


class Fields(NamedTuple):
    """The attributes of one element by role, and those that the format does not know."""

    by_role: Mapping[str, str]
    extra: dict[str, str]

    def get(self, role: str) -> str | None:
        return self.by_role.get(role)


def fields_of(node: Node, element: Element) -> Fields:
    """Sort the attributes of *node* by the roles that *element* gives them."""
    known: dict[str, str] = {}
    extra = dict(node.attributes)
    for attribute in element.attributes if extra else ():
        for name in (*attribute.aliases, attribute.name):  # the attribute's own name counts before an alias
            if name in node.attributes:
                known[attribute.role] = extra.pop(name)
    return Fields(known, extra)


def coded_integer(text: str) -> int | None:
    """The value of a decimal, ``0x`` or ``#`` integer, or None."""
    match = _CODED.fullmatch(text.strip())
    if match is None:
        return None
    value = int(match[2], 16) if match[2] else int(match[3])
    return -value if match[1] == "-" else value
