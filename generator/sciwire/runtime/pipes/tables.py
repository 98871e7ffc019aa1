"""What differs from one text-described packet stream to the next, as frozen tables that a generated module fills.

    stream := prefix, lines of header fields, lines of packet fields, pad, header data, pad, packets

The prefix is a row of numbers and marks, a line defines one field (its type, name and extents), and the
header data and the packets are the bare atoms of the fields in the order of their lines.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property
from typing import NamedTuple

from ..value import Value
from .faults import Faults, Kinds

__all__ = ["ROLES", "Bounds", "Core", "DataType", "Lines", "PipeFormat", "PrefixField"]

#: what a field of the prefix can be; `constant` and `ignored` may stand several times
ROLES = (
    "magic",
    "byte_order",
    "version",
    "constant",
    "ignored",
    "header_fields",
    "packet_fields",
    "text_length",
    "header_length",
    "packet_length",
    "packets",
)


class DataType(NamedTuple):
    """A type of fields: *atoms* numbers of the numpy code *atom* (``f8``, ``i4``, ``u1``) a value.

    `members` names the atoms where there are several; `text` says that a row of it is a string.
    """

    name: str
    atom: str
    atoms: int = 1
    members: tuple[str, ...] = ()
    text: bool = False

    @property
    def atom_size(self) -> int:
        """Bytes of an atom."""
        return int(self.atom[1:])

    @property
    def is_complex(self) -> bool:
        """Whether a value is the real and the imaginary part of a number."""
        return [one[:1] for one in self.members] == ["r", "i"] and self.atom[0] == "f"

    @property
    def size(self) -> int:
        """Bytes of a value."""
        return self.atoms * self.atom_size


class PrefixField(NamedTuple):
    """One field of the prefix: *size* bytes with a *role*.

    `value` is what a constant must be, what is written for one that is ignored, and for the number of packets the
    number that means unknown. `data` are the bytes of a magic; `orders` the marks of byte orders.
    """

    name: str
    size: int
    role: str
    value: int = 0
    data: bytes = b""
    orders: tuple[tuple[str, bytes], ...] = ()


class Lines(NamedTuple):
    """How a line defines a field.

    `form` places ``{type}``, ``{name}`` and ``{extents}``; a blank in it is read as one or more of `blanks`. Extents
    stand between `opening` and `closing` with `between` between them, lowest dimension first unless
    `lowest_first` is false; a scalar has none unless `scalar` is true. A `divider` is a line that closes the
    lines of the header and those of the packets, where the prefix does not count them.
    """

    form: str
    blanks: str = " \t"
    end: str = "\n"
    opening: str = "["
    between: str = "]["
    closing: str = "]"
    lowest_first: bool = True
    scalar: bool = False
    divider: str = ""
    name: str = "[A-Za-z_][A-Za-z0-9_]*"
    longest_name: int = 255


class Bounds(NamedTuple):
    """Dimensions of a field, elements of a field, bytes of a whole header."""

    dimensions: int = 16
    elements: int = 2**31 - 1
    header: int = 2**31 - 1


class Core(NamedTuple):
    """The image of a packet in memory: each field at a multiple of its atom's size if `aligned`, the total of *round*."""

    aligned: bool = True
    round: int = 8


class PipeFormat(Value):
    """All of a text-described packet stream that the kernel needs to know; see the parts."""

    name: str
    prefix: tuple[PrefixField, ...]
    lines: Lines
    types: tuple[DataType, ...]
    order: str = "big"  # that is written, and read where the prefix has no mark
    padding: int = 1
    bounds: Bounds = Bounds()
    core: Core = Core()
    kinds: Kinds = Kinds()
    profiles: tuple[str, ...] = ("documented",)
    rules: Mapping[str, str] = {}

    @cached_property
    def faults(self) -> Faults:
        """The maker of this format's errors."""
        return Faults(self.rules, self.name, self.kinds)

    @cached_property
    def by_name(self) -> dict[str, DataType]:
        """The types by the word that lines have for them."""
        return {kind.name: kind for kind in self.types}

    @cached_property
    def prefix_size(self) -> int:
        """Bytes in front of the lines."""
        return sum(field.size for field in self.prefix)

    @cached_property
    def name_pattern(self) -> re.Pattern[str]:
        """What a legal name matches."""
        return re.compile(self.lines.name, re.ASCII)

    @cached_property
    def text_type(self) -> DataType | None:
        """The type of strings, where there is one."""
        return next((kind for kind in self.types if kind.text), None)

    def check_profile(self, name: str) -> None:
        """ValueError where there is no such profile; all of them read alike."""
        if name not in self.profiles:
            raise ValueError(f"{self.name} has no profile {name!r}, only {', '.join(map(repr, self.profiles))}")

    def legal_name(self, name: object) -> bool:
        """Whether *name* may be a field's."""
        fits = isinstance(name, str) and len(name.encode("utf-8", "replace")) <= self.lines.longest_name
        return fits and isinstance(name, str) and self.name_pattern.fullmatch(name) is not None

    def padded(self, length: int) -> int:
        """*length* rounded up to where the next part begins."""
        return -(-length // self.padding) * self.padding
