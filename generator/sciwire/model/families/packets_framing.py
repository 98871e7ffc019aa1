"""Framing and bounds of the `packets` family: delimiters, ids, length fields, limits."""

from __future__ import annotations

from sciwire.runtime.packets import Chunk, Framing, Ids, LengthField, PacketLimits

from ..context import Context
from ..nodes import Node

__all__ = ["read_bounds", "read_framing"]


def read_framing(node: Node, context: Context) -> Framing:
    """The framing; problems SPEC150 (delimiters) and SPEC152 (ids)."""
    ids = Ids(node["ids"]["digits"].integer(2), node["ids"]["wild"].text())
    if ids.wild and (len(ids.wild) != ids.width or ids.wild.isdigit() or not ids.wild.isascii()):
        problem = f"the wild id {ids.wild!r} must have {ids.width} ASCII characters, not only digits"
        context.problems.add("SPEC152", node["ids"]["wild"].place, problem)
    framing = Framing(_chunk(node["descriptor"], context), _chunk(node["packet"], context), ids)
    if framing.descriptor.length is None and node["descriptor"].exists:
        context.problems.add(
            "SPEC150", node["descriptor"].place, "a descriptor needs a length: XML does not say where it ends"
        )
    first, second = framing.descriptor.opening, framing.packet.opening
    if node["packet"].exists and (first.startswith(second) or second.startswith(first)):
        problem = f"descriptors begin with {first!r} and packets with {second!r}: one is the beginning of the other"
        context.problems.add("SPEC150", node["packet"]["open"].place, problem)
    return framing


def _chunk(node: Node, context: Context) -> Chunk:
    length = node["length"]
    blank = _bytes(length["blank"], context)
    if any(byte in b"0123456789" for byte in blank):
        context.problems.add("SPEC150", length["blank"].place, "a digit can't be blank")
    found = LengthField(length["digits"].integer(1), blank) if length.exists else None
    return Chunk(_bytes(node["open"], context) or b"?", _bytes(node["close"], context), found)


def _bytes(node: Node, context: Context) -> bytes:
    text = node.text()
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError:
        context.problems.add("SPEC150", node.place, f"{text!r} has characters that are no single bytes")
        return b""


def read_bounds(node: Node, framing: Framing, context: Context) -> PacketLimits:
    """The bounds of the format; problem SPEC160 where they can't be."""
    read = node["read_data"].integer(1)
    write = node["write_data"].integer(read)
    digits = framing.descriptor.length.digits if framing.descriptor.length else 1
    most = 10**digits - 1
    document = node["write_xml"].integer(most)
    if write > read:
        context.problems.add(
            "SPEC160", node["write_data"].place, f"{write} bytes would be written, only {read} are read"
        )
    if document > most:
        context.problems.add(
            "SPEC160", node["write_xml"].place, f"{digits} digits can't say {document}, {most} at most"
        )
    return PacketLimits(read, write, document, node["rank"].integer(4))
