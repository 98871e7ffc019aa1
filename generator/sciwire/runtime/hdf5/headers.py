"""Attributes of variable-length text, found in object headers and read without the HDF5 library.

The library runs for ever over a collection of the global heap that has an empty free object before its
end, and versions and units stand in attributes that must be read first of all. So the attribute's message
is looked for here, and its text is fetched by `heap.resolve`, which believes nothing. What is stored in
another way (dense storage, shared messages) is left to h5py after every heap of the file was walked.

HDF5 File Format Specification 3.0, sections IV.A.1 (object headers) and IV.A.2.m (attribute message).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import numpy as np

from ..errors import DecodeError
from .heap import REFERENCE, prove, resolve
from .source import Source

__all__ = ["attribute_data", "compact_data", "heap_places", "maybe_text", "prove_heaps"]

_LAYOUT, _ATTRIBUTE, _CONTINUATION = 0x08, 0x0C, 0x10
_LARGEST = 1 << 20  # bytes of a block of messages
_BLOCKS = 1000  # continuations that are followed
_GCOL = b"GCOL\x01\0\0\0"
_STEP = 16 << 20


def maybe_text(source: Source, owner: Any, name: str, *, at: str = "") -> str | None:
    """Return the scalar text attribute *name* of the h5py object *owner*; None where it is stored unusually.

    Raises
    ------
    DecodeError : its reference or heap is wrong.
    """
    found = attribute_data(source, owner, name, text=True)
    if found is None or len(found) < REFERENCE.itemsize:
        return None
    [text] = resolve(np.frombuffer(found, REFERENCE, 1), source.raw, str, source.limits, at=at)
    return str(text).rstrip("\0")


def attribute_data(source: Source, owner: Any, name: str, *, text: bool = False) -> bytes | None:
    """The bytes of the attribute *name* with elements of variable length; None where it is stored unusually.

    text : of variable-length text only.
    """
    for kind, flags, body in _header(source, owner):
        if kind == _ATTRIBUTE and not flags & 2:
            with suppress(struct.error):
                found = _attribute(body, text)
                if found is not None and found[0] == name.encode("utf-8", "surrogateescape"):
                    return found[1]
    return None


def compact_data(source: Source, owner: Any) -> bytes | None:
    """The bytes of a dataset that lie in its object header; None where they do not."""
    for kind, _, body in _header(source, owner):
        if kind == _LAYOUT and len(body) >= 4 and body[0] in (3, 4, 5) and body[1] == 0:
            size = int.from_bytes(body[2:4], "little")
            return body[4 : 4 + size] if len(body) >= 4 + size else None
    return None


def _header(source: Source, owner: Any) -> Iterator[tuple[int, int, bytes]]:
    """The messages in the header of the h5py object *owner*, as far as they can be read."""
    import h5py  # a file is open, so it is loaded

    library: Any = h5py  # type checkers do not see its compiled parts

    if not source.block.plain:
        return
    with suppress(DecodeError, struct.error, AttributeError, ValueError):
        yield from _messages(source, int(library.h5o.get_info(owner.id).addr))


def heap_places(source: Source, owner: Any) -> set[int]:
    """Where the collections lie that attributes with elements of variable length of the h5py object *owner* refer to."""
    places: set[int] = set()
    for kind, flags, body in _header(source, owner) if owner is not None else ():
        if kind == _ATTRIBUTE and not flags & 2:
            with suppress(struct.error):
                found = _attribute(body, text=False)
                if found is not None:
                    full = np.frombuffer(found[1], REFERENCE, len(found[1]) // REFERENCE.itemsize)
                    places.update(full["address"][full["length"] > 0].tolist())
    return places


def prove_heaps(source: Source) -> None:
    """Walk every collection of the global heap in the file, once, before HDF5 may read one.

    Raises
    ------
    DecodeError : a collection over which the library would run for ever.
    """
    if source.proved:
        return
    size, at = source.raw.size, 0
    while at < size:
        block = bytes(source.raw.read(at, min(_STEP + len(_GCOL), size - at)))
        place = block.find(_GCOL)
        while place >= 0:
            if not (at + place) % 8:
                prove(source.raw, at + place)
            place = block.find(_GCOL, place + 8)
        at += _STEP
    source.proved = True


def _attribute(body: bytes, text: bool) -> tuple[bytes, bytes] | None:
    """Name and data of an attribute with elements of variable length; of text only, where that is asked for."""
    version, flags, name_size, type_size, space_size = struct.unpack_from("<BBHHH", body)
    if version not in (1, 2, 3) or (version > 1 and flags & 3):
        return None
    at = 8 + (version == 3)
    padding = 7 if version == 1 else 0
    name = body[at : at + name_size].rstrip(b"\0")
    at += (name_size + padding) & ~padding
    variable = len(body) > at + 1 and body[at] & 0x0F == 9 and (not text or body[at + 1] & 0x0F == 1)
    at += (type_size + padding) & ~padding
    at += (space_size + padding) & ~padding
    return (name, body[at:]) if variable else None


def _messages(source: Source, address: int) -> Iterator[tuple[int, int, bytes]]:
    """Type, flags and body of the messages of an object header of version 1 or 2, continuations too."""
    head = bytes(source.raw.read(address, 16))
    if head[:4] == b"OHDR":
        flags = head[5]
        at = address + 6 + (16 if flags & 0x20 else 0) + (4 if flags & 0x10 else 0)
        width = 1 << (flags & 3)
        size = int.from_bytes(source.raw.read(at, width), "little")
        form, blocks = ("<BHB2x" if flags & 4 else "<BHB"), [(at + width, size)]
    else:
        form, blocks = "<HHB3x", [(address + 16, struct.unpack_from("<I", head, 8)[0])]
    entry = struct.Struct(form)
    for number in range(_BLOCKS):
        if number >= len(blocks):
            return
        start, size = blocks[number]
        if size > _LARGEST:
            return
        block = bytes(source.raw.read(start, size))
        at = 0
        while at + entry.size <= len(block):
            kind, length, flags = entry.unpack_from(block, at)
            body = block[at + entry.size : at + entry.size + length]
            if kind == _CONTINUATION and len(body) >= 16:
                place, extent = struct.unpack_from("<QQ", body)
                blocks.append((place + 4, extent - 8) if head[:4] == b"OHDR" else (place, extent))
            yield kind, flags, body
            at += entry.size + length
