"""Words cut into fields of bits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ..context import Context
from ..names import identifier
from ..nodes import Node
from ..problems import Place

__all__ = ["BitPart", "BitWord", "load_bits"]


@dataclass(frozen=True, slots=True)
class BitPart:
    """Bits `at` to ``at + width - 1``."""

    name: str
    at: int
    width: int
    signed: bool
    flag: bool
    enum: Mapping[str, int] | None
    doc: str
    place: Place = field(compare=False)


@dataclass(frozen=True, slots=True)
class BitWord:
    """A word of bits; `order` is little, big or told by the data; `parity` is (bit, ones: 1 odd, 0 even)."""

    name: str
    doc: str
    size: int
    order: str
    shared: bool
    reserved: bool
    parity: tuple[int, int] | None
    rule: str
    fields: tuple[BitPart, ...]
    place: Place = field(compare=False)


def load_bits(name: str, node: Node, order: str, context: Context) -> BitWord:
    """The word of bits *name*; *order* is that of the specification."""
    parts: list[BitPart] = []
    at = 0
    for label, one in node["fields"].items():
        width = one.maybe_integer() or one["width"].integer(1)
        at = one["at"].integer(at)
        enum = dict(one["enum"].data) if isinstance(one["enum"].data, dict) else None
        flags = (one["signed"].flag(), one["flag"].flag())
        parts.append(BitPart(identifier(label), at, width, *flags, enum, one["doc"].text(), one.key_place))
        at += width
    parity = node["parity"]
    return BitWord(
        name=name,
        doc=node["doc"].text(),
        size=node["size"].integer(1),
        order=node["order"].text(order),
        shared=node["shared"].flag(),
        reserved=node["reserved"].text("ignore") == "zero",
        parity=(parity["bit"].integer(), int(parity["ones"].text() == "odd")) if parity.exists else None,
        rule=context.cite(node["rule"]),
        fields=tuple(parts),
        place=node.key_place,
    )
