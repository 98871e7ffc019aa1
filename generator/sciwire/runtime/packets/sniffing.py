"""Is this a stream of the format? Told from its first bytes."""

from __future__ import annotations

from .tables import PacketFormat

__all__ = ["sniff"]


def sniff(data: bytes | bytearray | memoryview, table: PacketFormat) -> bool:
    """Whether *data* begin with a descriptor of this framing that holds XML."""
    chunk, ids = table.framing.descriptor, table.framing.ids
    assert chunk.length is not None
    head = bytes(memoryview(data)[: len(chunk.opening) + ids.width + len(chunk.closing) + chunk.length.digits + 16])
    if not head.startswith(chunk.opening):
        return False
    rest = head[len(chunk.opening) :]
    key, rest = rest[: ids.width], rest[ids.width :]
    if not (key.isdigit() or (ids.wild and key == ids.wild.encode())) or len(key) != ids.width:
        return False
    if not rest.startswith(chunk.closing):
        return False
    rest = rest[len(chunk.closing) :]
    length, document = rest[: chunk.length.digits], rest[chunk.length.digits :]
    digits = length.translate(None, chunk.length.blank)
    return digits.isdigit() and document.lstrip().startswith(b"<")
