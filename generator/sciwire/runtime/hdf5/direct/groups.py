"""Object headers and what groups hold. Sections III.A (B-trees), III.B, III.C, III.D, IV.A (object headers)."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import NamedTuple

from ...limits import Limits
from .. import superblock
from ..chunks import Unusual
from ..source import RawBytes
from .cursor import UNDEFINED, Cursor, framing

__all__ = ["Link", "Message", "Unusual", "links_of", "messages_of"]

DATASPACE, LINK_INFO, DATATYPE, OLD_FILL, FILL, LINK, EXTERNAL, LAYOUT = range(0x01, 0x09)
PIPELINE, CONTINUATION, SYMBOLS = 0x0B, 0x10, 0x11
_HEADER = struct.Struct("<BxHIIxxxx")
_MESSAGE = struct.Struct("<HHBxxx")
_NODE = struct.Struct("<4sBBHQQ")
_ENTRY = struct.Struct("<QQI4x16x")
_SOFT_ENTRY = 2
_LARGEST = 1 << 24  # bytes of a block of messages, or of the names of a group
_LONGEST_NAME = 1 << 16
_BLOCKS = 1000  # continuations that are followed


class Message(NamedTuple):
    """One message of an object header."""

    kind: int
    shared: bool
    body: memoryview


class Link(NamedTuple):
    """An entry of a group: *address* of an object header; None for a soft link, and for one that leads out (*outside*)."""

    name: str
    address: int | None
    outside: bool = False


def messages_of(raw: RawBytes, address: int) -> list[Message]:
    """The messages of the object header at *address*, continuations followed.

    Raises DecodeError, or Unusual for a header of the newer generation whose checksum is right.
    """
    head = bytes(raw.read(address, min(16, max(raw.size - address, 0))))
    if head[:4] == b"OHDR":
        _prove_new_header(raw, address)
        raise Unusual("an object header of the newer generation")
    version, count, _, size = Cursor(head, "an object header").fields(_HEADER)
    if version != 1:
        raise framing(f"an object header of version 1 is expected at byte {address}, found {version}")
    found: list[Message] = []
    blocks = [(address + 16, size)]
    for number, (start, length) in enumerate(blocks):  # grows while it is walked
        if number >= _BLOCKS or length > _LARGEST:
            raise framing(f"the object header at byte {address} is larger than any")
        cursor = Cursor(raw.read(start, length), f"the object header at byte {address}")
        while cursor.left >= _MESSAGE.size and len(found) < count:
            kind, bytes_, flags = cursor.fields(_MESSAGE)
            message = Message(kind, bool(flags & 2), cursor.take(bytes_))
            found.append(message)
            if kind == CONTINUATION:
                place = Cursor(message.body, "a continuation")
                blocks.append((place.uint(8), place.uint(8)))
    return found


def _prove_new_header(raw: RawBytes, address: int) -> None:
    """DecodeError unless the checksum of an object header of version 2 is right. Section IV.A.1.b."""
    cursor = Cursor(raw.read(address, min(raw.size - address, 64)), "an object header", 4)
    version, flags = cursor.uint(1), cursor.uint(1)
    cursor.skip((16 if flags & 0x20 else 0) + (4 if flags & 0x10 else 0))
    size = cursor.uint(1 << (flags & 3))
    if version != 2 or size > _LARGEST:
        raise framing(f"an object header of version 2 is expected at byte {address}, found {version}")
    whole = bytes(raw.read(address, cursor.at + size + 4))
    if superblock.checksum(whole[:-4]) != int.from_bytes(whole[-4:], "little"):
        raise framing(f"the checksum of the object header at byte {address} is wrong", "checksum")


def links_of(raw: RawBytes, messages: list[Message], limits: Limits) -> Iterator[Link] | None:
    """The entries of the group with these *messages*; None where they are not those of a group."""
    table = next((one for one in messages if one.kind == SYMBOLS), None)
    if table is not None:
        cursor = Cursor(table.body, "a symbol table message")
        return _table(raw, cursor.uint(8), cursor.uint(8), limits)
    info = next((one for one in messages if one.kind == LINK_INFO), None)
    if info is None:
        return None
    cursor = Cursor(info.body, "a link info message", 1)
    if cursor.uint(1) & 1:
        cursor.skip(8)
    if cursor.uint(8) != UNDEFINED:
        raise framing("the group keeps its links in a heap of the newer generation", "unsupported")
    return (_link(one) for one in messages if one.kind == LINK)


def _table(raw: RawBytes, tree: int, heap: int, limits: Limits) -> Iterator[Link]:
    names = _names(raw, heap)
    for leaf in walk(raw, tree, 0, 8, limits):
        cursor = Cursor(raw.read(leaf, 8), "a symbol table node")
        if bytes(cursor.take(4)) != b"SNOD" or cursor.uint(2) & 0xFF != 1:
            raise framing(f"a symbol table node (SNOD) is expected at byte {leaf}")
        count = cursor.uint(2)
        entries = Cursor(raw.read(leaf + 8, count * _ENTRY.size), "a symbol table node")
        for _ in range(count):
            offset, address, kind = entries.fields(_ENTRY)
            yield Link(_name(names, offset), None if kind == _SOFT_ENTRY else address)


def walk(raw: RawBytes, root: int, kind: int, key: int, limits: Limits) -> Iterator[int]:
    """Addresses below the leaves of a B-tree of version 1 whose keys have *key* bytes, in order."""
    for _, child in walk_keys(raw, root, kind, key, limits):
        yield child


def walk_keys(raw: RawBytes, root: int, kind: int, key: int, limits: Limits) -> Iterator[tuple[memoryview, int]]:
    """The same with the key in front of each address."""
    seen: set[int] = set()
    waiting = [(root, -1)]
    while waiting:
        address, wanted = waiting.pop()
        if address in seen or len(seen) > limits.datasets:
            raise framing(f"the index at byte {root} leads back into itself, or has no end")
        seen.add(address)
        signature, node, level, count, _, _ = Cursor(raw.read(address, _NODE.size), "an index").fields(_NODE)
        if signature != b"TREE" or node != kind or wanted not in (-1, level):
            raise framing(f"an index (TREE) of kind {kind} is expected at byte {address}")
        body = Cursor(raw.read(address + _NODE.size, count * (key + 8)), "an index")
        below = [(body.take(key), body.uint(8)) for _ in range(count)]
        if level:
            waiting += [(child, level - 1) for _, child in reversed(below)]
        else:
            yield from below


def _names(raw: RawBytes, heap: int) -> memoryview:
    """The bytes of the local heap at *heap*."""
    cursor = Cursor(raw.read(heap, 32), "a heap of names")
    if bytes(cursor.take(4)) != b"HEAP":
        raise framing(f"a heap of names (HEAP) is expected at byte {heap}")
    cursor.skip(4)
    size, _, place = cursor.uint(8), cursor.uint(8), cursor.uint(8)
    if size > _LARGEST:
        raise framing(f"the heap of names at byte {heap} declares {size} bytes", "size")
    return memoryview(raw.read(place, size))


def _name(names: memoryview, offset: int) -> str:
    if offset >= len(names):
        raise framing(f"a name lies at byte {offset} of a heap of {len(names)} bytes")
    name = bytes(names[offset : offset + _LONGEST_NAME]).partition(b"\0")[0]
    if not name:
        raise framing("a link has an empty name")
    return name.decode("utf-8", "surrogateescape")


def _link(message: Message) -> Link:
    """Section IV.A.2.g, link message."""
    cursor = Cursor(message.body, "a link message")
    version, flags = cursor.uint(1), cursor.uint(1)
    if version != 1:
        raise framing(f"a link message of version 1 is expected, found {version}")
    kind = cursor.uint(1) if flags & 8 else 0
    cursor.skip((8 if flags & 4 else 0) + (1 if flags & 16 else 0))
    name = bytes(cursor.take(cursor.uint(1 << (flags & 3)))).decode("utf-8", "surrogateescape")
    if not name:
        raise framing("a link has an empty name")
    return Link(name, cursor.uint(8) if kind == 0 else None, outside=kind > 1)
