"""The form of packet streams: what their writers are bound to and readers overlook."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from xml.etree import ElementTree

from ..vectors import Vector

__all__ = ["look"]

_BINARY = {"double": 8, "real8": 8, "float": 4, "real4": 4, "int2": 2, "int4": 4, "integer": 4, "int8": 8}
_LARGEST_XML, _LARGEST_PACKET = 999_990, 999_996


def look(data: bytes, vector: Vector) -> Iterator[str]:
    """What is not in its form, the rule in front."""
    return _pipe(data) if vector.format == "bpipe" else _stream(data)


def _pipe(data: bytes) -> Iterator[str]:
    if data[12:16] != b"\x01\x02\x03\x04":
        yield f"BP-004: expected the mark of big-endian bytes, got {data[12:16].hex(' ')}"
    if data[8:10] != b"\0\x01":
        yield f"BP-002: expected version 1, got {data[8:12].hex(' ')}"
    if data[36:40] != bytes(4):
        yield f"BP-005: expected no flags, got {data[36:40].hex(' ')}"


def _stream(data: bytes) -> Iterator[str]:
    """Chunks of a stream, as far as they can be followed: that it can be read other checks say."""
    at, sizes, order = 0, dict[bytes, int](), ""
    while at < len(data):
        name = data[at + 1 : at + 3]
        if data[at : at + 1] == b":" and name in sizes:
            at += 4 + sizes[name]
            continue
        length = data[at + 4 : at + 10]
        if data[at : at + 1] != b"[" or not length.strip().isdigit():
            return
        if not re.fullmatch(rb"[0-9]{6}", length):
            yield f"QS-006: expected a length of six digits at byte {at}, got {length!r}"
        content = data[at + 10 : at + 10 + int(length)]
        if len(content) > _LARGEST_XML:
            yield f"QS-121: expected a descriptor of at most {_LARGEST_XML} bytes, got {len(content)}"
        at += 10 + int(length)
        try:
            root = ElementTree.fromstring(content)
        except ElementTree.ParseError:
            return
        if root.tag == "stream":
            order = root.get("byte_order", "")
        elif root.tag == "packet":
            planes = [_plane(one) for one in root.iter("values")]
            if any(kind in _BINARY for kind, _ in planes) and not order:
                yield f"QS-036: expected a byte_order before binary values in packet {name.decode('ascii', 'replace')}"
            sizes[name] = sum(size for _, size in planes)
            if sizes[name] > _LARGEST_PACKET:
                yield f"QS-121: expected packets of at most {_LARGEST_PACKET} bytes, got {sizes[name]}"


def _plane(values: ElementTree.Element) -> tuple[str, int]:
    """Encoding of a plane, and its bytes in a packet."""
    kind = values.get("encoding", "")
    width = _BINARY.get(kind) or int(re.sub(r"\D", "", kind) or 0)
    count = math.prod(int(one) for one in values.get("length", "").split(",") if one.strip())
    inline = values.get("values") is not None or values.get("inline") is not None
    return ("", 0) if inline else (kind, width * count)
