"""What is made of one spot of a message, for each carrier: (name, new bytes, what must become of it)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Literal

from sciwire.model.families.struct_links import find, plain_type
from sciwire.model.families.struct_orders import order_in
from sciwire.model.families.struct_varints import is_varint
from sciwire.model.types import Number

if TYPE_CHECKING:
    from sciwire.model import Spec

    from .mutations import Spot

__all__ = ["AIMS"]

_Aims = Iterator[tuple[str, bytes, str]]
#: spans of a CBOR head with a length or a count behind it
_COUNTED = frozenset(("text", "key", "bytes", "array", "map"))
_ALL_ONES = "all bits of it set"


def _cbor(spec: Spec, data: bytes, spot: Spot) -> _Aims:
    """Heads: RFC 8949 section 3. A length of 2^64 - 1 can never be met."""
    head = data[spot.start]
    major, said = head >> 5, head & 0x1F
    width = {24: 1, 25: 2, 26: 4, 27: 8}.get(said, 0)
    rest = data[spot.start + 1 + width : spot.stop]
    number = int.from_bytes(data[spot.start + 1 : spot.start + 1 + width], "big") if width else said
    if spot.kind in _COUNTED and major in (2, 3, 4, 5) and said < 28:
        yield f"length: {_ALL_ONES}", bytes([major << 5 | 27]) + b"\xff" * 8 + rest, "refuse"
        yield "length one more", _head(major, number + 1) + rest, "either"
        if number:
            yield "length one less", _head(major, number - 1) + rest, "either"
        yield "a head that is reserved", bytes([major << 5 | 28]) + rest, "refuse"
    elif spot.kind == "tag" and major == 6 and width <= 8:
        yield "another tag", _head(6, number + 1) + rest, "either"
        yield f"tag: {_ALL_ONES}", bytes([6 << 5 | 27]) + b"\xff" * 8 + rest, "either"
        yield "a head that is reserved", bytes([6 << 5 | 28]) + rest, "refuse"
    elif spot.kind in ("unsigned", "negative") and major in (0, 1):
        yield f"number: {_ALL_ONES}", bytes([major << 5 | 27]) + b"\xff" * 8, "either"
        yield "the other sign", bytes([head ^ 0x20]) + data[spot.start + 1 : spot.stop], "either"
    elif spot.kind == "payload" and spot.stop - spot.start >= 12:
        content = data[spot.start : spot.stop]
        yield "size in the payload: all bits of it set", b"\xff" * 8 + content[8:], "either"
        yield "block size in the payload: nought", content[:8] + bytes(4) + content[12:], "either"
        yield "length of a block: all bits of it set", content[:12] + b"\xff" * 4 + content[16:], "either"


def _head(major: int, number: int) -> bytes:
    """The shortest head."""
    for said, size in ((24, 1), (25, 2), (26, 4), (27, 8)):
        if number < 24:
            return bytes([major << 5 | number])
        if number < 1 << 8 * size:
            return bytes([major << 5 | said]) + number.to_bytes(size, "big")
    return bytes([major << 5 | 27]) + b"\xff" * 8


def _packets(spec: Spec, data: bytes, spot: Spot) -> _Aims:
    """Chunks: a start, an id, a length, a content."""
    text = data[spot.start : spot.stop]
    if spot.kind == "tag" and text in (b"[", b":"):
        yield "no start of a chunk", b"#", "refuse"
    elif spot.kind == "id":
        yield "an id of no digits", b"!" * len(text), "refuse"
        packet = data[spot.start - 1 : spot.start] == b":"
        taken = {data[at + 1 : at + 3] for at in range(len(data)) if data[at : at + 1] == b"["}
        free = next(str(one).encode() for one in range(99, 9, -1) if str(one).encode() not in taken)
        if len(text) == 2:
            yield "an id that nothing describes", free, "refuse" if packet else "either"
    elif spot.kind == "length":
        yield "a length of no digits", b"x" * len(text), "refuse"
        yield "the longest length", b"9" * len(text), "refuse" if len(data) - spot.stop < 10 ** len(text) - 1 else "either"  # fmt: skip
        if text.isdigit():
            for name, number in (("one more", int(text) + 1), ("one less", max(0, int(text) - 1)), ("nought", 0)):
                yield f"length {name}", str(number).zfill(len(text)).encode()[-len(text) :], "either"
    elif spot.kind == "xml":
        yield "the content is cut", text[:-3] + b"   ", "either"
        yield "an entity of its own", b'<!DOCTYPE x [<!ENTITY a "b">]>'[: len(text)].ljust(len(text)), "refuse"
    elif spot.kind == "plane":
        yield _ALL_ONES, b"\xff" * len(text), "either"


def _text_packets(spec: Spec, data: bytes, spot: Spot) -> _Aims:
    """A prefix of fixed fields, lines that define, data."""
    size = spot.stop - spot.start
    roles = {one.name: one.role for one in spec.body.prefix}
    if spot.kind == "prefix":
        role = roles.get(spot.path, "")
        sure = role in ("magic", "version", "byte_order", "order") or spot.path in ("magic", "major", "byte_order")
        yield _ALL_ONES, b"\xff" * size, "refuse" if sure else "either"
        yield "nought", bytes(size), "either"
    elif spot.kind == "line":
        yield "no word of a definition", b"\xff" + data[spot.start + 1 : spot.stop], "either"
    elif spot.kind == "data":
        yield _ALL_ONES, b"\xff" * size, "either"


def _struct(spec: Spec, data: bytes, spot: Spot) -> _Aims:
    """Fields of known places; a field that another's length or count leans on is one of those that must fit."""
    size, text = spot.stop - spot.start, data[spot.start : spot.stop]
    record = spec.body.structs[spec.body.root]
    leaning = {
        one.path: field for field in record.fields for one in (field.count, field.size) if one is not None and one.path
    }
    own = find(spec, record, spot.path)
    if own is not None and is_varint(own[1]) and spot.kind == "number":
        yield f"without end: {_ALL_ONES}", b"\xff" * 10, "either" if own[1].encoding == "vlq9" else "refuse"
        yield "a byte of nought more", text[:-1] + bytes([text[-1] | 0x80, 0]), "either"
        yield "all bytes say that more follow", bytes(byte | 0x80 for byte in text), "either"
        return
    told = leaning.get(spot.path)
    teller = find(spec, record, spot.path) if told is not None else None
    if told is not None and teller is not None:
        # what follows the last field is the end, or too much; what others tell of may make room for a wrong number
        sure = told is record.fields[-1] and spec.body.trailing == "error"
        expect = "refuse" if sure else "either"
        kind = plain_type(spec, teller[1].type)
        stated = {"<": "little", ">": "big"}.get(kind.order if isinstance(kind, Number) else "", "")
        order: Literal["little", "big"] = (
            "little" if (stated or teller[1].order or order_in(spec, data)) == "little" else "big"
        )
        number = int.from_bytes(text, order)
        yield f"count: {_ALL_ONES}", b"\xff" * size, expect
        for name, other in (("one more", number + 1), ("one less", number - 1)):
            if 0 <= other < 1 << 8 * size:
                yield f"count {name}", other.to_bytes(size, order), expect
    elif spot.kind == "enum" and size == 1:
        yield _ALL_ONES, b"\xff", "either"
        yield "nought", b"\0", "either"
    elif spot.kind == "text" and size and _utf16(spec, spot.path):
        yield "halves of pairs", b"\xd8" * size, "refuse"
    elif spot.kind in ("number", "bits", "bytes", "pad", "enum"):
        yield _ALL_ONES, b"\xff" * size, "either"


def _utf16(spec: Spec, path: str) -> bool:
    """Whether the field at *path* is text of which some bytes are none, whatever their order."""
    found = find(spec, spec.body.structs[spec.body.root], path)
    return found is not None and found[1].encoding.startswith("utf-16")


def _hdf5(spec: Spec, data: bytes, spot: Spot) -> _Aims:
    """The superblock; lengths in the heap; a few bytes of what lies between."""
    size = spot.stop - spot.start
    if spot.kind == "superblock":
        sure = spot.path.endswith(("signature", ".version"))
        yield _ALL_ONES, b"\xff" * size, "refuse" if sure else "either"
        yield "nought", bytes(size), "refuse" if sure and spot.path.endswith("signature") else "either"
    elif spot.kind == "heap" and size >= 16:
        yield "size of it: all bits set", data[spot.start : spot.start + 8] + b"\xff" * 8 + data[spot.start + 16 : spot.stop], "either"  # fmt: skip
    elif spot.kind == "references" and size >= 16:
        yield "length of the first: all bits set", b"\xff" * 4 + data[spot.start + 4 : spot.stop], "either"
        yield "place of the first: all bits set", data[spot.start : spot.start + 4] + b"\xff" * 8 + data[spot.start + 12 : spot.stop], "either"  # fmt: skip
    elif spot.kind == "chunk":
        yield "all bits of its first byte", b"\xff" + data[spot.start + 1 : spot.stop], "either"


def _grid(spec: Spec, data: bytes, spot: Spot) -> _Aims:
    """A single blob."""
    text = data[spot.start : spot.stop]
    yield "a byte fewer", text[:-1], "either"
    yield "a byte more", text + b"\0", "either"


AIMS: dict[str, Callable[[Spec, bytes, Spot], _Aims]] = {
    "cbor": _cbor,
    "packets": _packets,
    "packets-text": _text_packets,
    "struct": _struct,
    "hdf5": _hdf5,
    "grid": _grid,
}
