"""What differs from one packet format to the next, as frozen tables that a generated module fills.

The kernel reads everything that is particular to a format from one `PacketFormat`: delimiters, ids,
length fields, the names of elements and attributes, encodings, property types, profiles, limits.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

from .checks import Faults
from .words import Attribute, Element, EnumerationText, PropertyType, References, Times

__all__ = [
    "Attribute",
    "Binary",
    "Chunk",
    "Element",
    "EnumerationText",
    "Framing",
    "Ids",
    "LengthField",
    "PacketFormat",
    "PacketLimits",
    "Profile",
    "PropertyType",
    "References",
    "Text",
    "Times",
    "Writing",
]


class LengthField(NamedTuple):
    """The decimal number of content bytes after a chunk's id: *digits* characters, padded with zeros when written.

    `blank` are bytes that count as nothing wherever they stand in the field.
    """

    digits: int
    blank: bytes = b" "


class Chunk(NamedTuple):
    """The tag of one kind of chunk: *opening*, id, *closing*, and a length field where it has one."""

    opening: bytes
    closing: bytes
    length: LengthField | None = None


class Ids(NamedTuple):
    """Ids are *width* decimal digits; *wild* is the one word beside them, for chunks that nothing refers to."""

    width: int
    wild: str = ""

    def text(self, number: int) -> str:
        """The id with *number*, zero padded."""
        return f"{number:0{self.width}d}"


class Framing(NamedTuple):
    """How bytes become chunks: descriptors with a length, and packets as long as their descriptor says."""

    descriptor: Chunk
    packet: Chunk
    ids: Ids

    def path(self, chunk: Chunk, key: str) -> str:
        """How errors name a chunk: its tag without the length, as ``[01]``."""
        return f"{chunk.opening.decode('latin-1')}{key}{chunk.closing.decode('latin-1')}"


class Binary(NamedTuple):
    """A binary encoding: numpy *kind* and size (``f8``, ``i2``, ``u4``), in the stream's byte order."""

    name: str
    dtype: str
    aliases: tuple[str, ...] = ()


class Text(NamedTuple):
    """A family of fixed-width text encodings: the name is a prefix, the field width follows in decimal.

    `kind` is ``decimal``, ``time`` or ``hex``; `below` bounds the width (0: no bound); `written` says
    whether an encoder may choose it (else it is written only where a dataset came in it).
    """

    name: str
    kind: str
    below: int = 0
    written: bool = True


class Profile(NamedTuple):
    """One way of reading where the sources disagree; every switch is data of the specification.

    Attributes
    ----------
    byte_order : ``little`` or ``big``, in force until a stream descriptor says otherwise.
    byte_order_other : what a word that names no order means: ``refuse``, ``little`` or ``big``.
    inline_packets : packets for a descriptor with inline planes: ``refuse``, or the text encoding
        (``ascii10``) in which each inline plane then has its length of values, which append.
    whole_rank : the highest rank of a dataset that may come whole in one packet.
    mixed : whole and streaming planes in one packet: ``refuse`` or ``allow``.
    """

    name: str
    byte_order: str = "little"
    byte_order_other: str = "refuse"
    inline_packets: str = "refuse"
    whole_rank: int = 1
    mixed: str = "refuse"


class PacketLimits(NamedTuple):
    """Bounds of the format itself: data bytes of a packet and XML bytes of a descriptor, read and written; rank."""

    read_data: int
    write_data: int
    write_xml: int
    rank: int


class Writing(NamedTuple):
    """Habits of the encoder that no reader depends on.

    `inline_up_to`: rank-1 axes of at most so many values are written inline. `stream_attributes`:
    attributes of every new stream descriptor. `color`: what an enumeration label is given when it has none.
    """

    inline_up_to: int = 100
    stream_attributes: tuple[tuple[str, str], ...] = ()
    color: str = ""


@dataclass(frozen=True)
class PacketFormat:
    """All of a packet format that the kernel needs to know; see the parts."""

    name: str
    framing: Framing
    elements: tuple[Element, ...]
    encodings: tuple[Binary | Text, ...]
    property_types: tuple[PropertyType, ...]
    references: References
    times: Times
    profiles: tuple[Profile, ...]
    limits: PacketLimits
    enumeration: EnumerationText = field(default_factory=EnumerationText)
    writing: Writing = field(default_factory=Writing)
    rules: Mapping[str, str] = field(default_factory=dict)
    records: Mapping[str, Any] = field(default_factory=dict)

    @cached_property
    def faults(self) -> Faults:
        """The maker of this format's errors."""
        return Faults(self.rules, self.name)

    @cached_property
    def roles(self) -> dict[str, Element]:
        """The elements by role."""
        return {element.role: element for element in self.elements}

    @cached_property
    def orders(self) -> dict[str, str]:
        """The words for byte orders: word -> ``little`` or ``big``; none where the format has no attribute for it."""
        attribute = self.roles["stream"].maybe_attribute("byte_order")
        return dict(attribute.words) if attribute is not None else {}

    @cached_property
    def roots(self) -> dict[str, Element]:
        """The root elements by name."""
        return {element.name: element for element in self.elements if element.ids is not None}

    @cached_property
    def types(self) -> dict[str, PropertyType]:
        """The property types by every name that they are read under."""
        return {name: kind for kind in self.property_types for name in (kind.name, *kind.aliases)}

    @property
    def decimal(self) -> str:
        """The name of the decimal text encoding that is written, or an empty text."""
        return next(
            (one.name for one in self.encodings if isinstance(one, Text) and one.kind == "decimal" and one.written), ""
        )

    def profile(self, name: str) -> Profile:
        """The profile called *name*; ValueError names those there are."""
        for profile in self.profiles:
            if profile.name == name:
                return profile
        names = ", ".join(repr(profile.name) for profile in self.profiles)
        raise ValueError(f"{self.name} has no profile {name!r}, only {names}")
