"""Bare LZ4 blocks: no frame, no size; both sides must know how many bytes come out."""

from __future__ import annotations

from functools import cache
from typing import Any, Final

from sciwire.runtime.errors import DecodeError
from sciwire.runtime.limits import DEFAULT_LIMITS, Limits, checked_size

from .framing import LZ4_EXPANSION
from .place import Place

__all__ = ["compress_block", "decompress_block"]

_LARGEST: Final = 0x7E000000  # LZ4_MAX_INPUT_SIZE of the reference library


def compress_block(raw: bytes | memoryview) -> bytes:
    """Return *raw* (at most 2,113,929,216 bytes) as one LZ4 block."""
    packed: bytes = _lz4().compress(raw, store_size=False)
    return packed


def decompress_block(
    block: bytes | memoryview, size: int, *, limits: Limits = DEFAULT_LIMITS, place: Place | None = None
) -> bytes:
    """Return exactly *size* bytes from one LZ4 *block*.

    DecodeError (``compression``) where the block is damaged, or holds more or fewer bytes than *size*;
    LimitError beyond ``limits.total_bytes`` or ``limits.expansion``. Errors are `at` the block's first byte.
    """
    place = place or Place()

    def error(problem: str) -> DecodeError:
        return place.error("lz4_block", problem, "compression", place.of(memoryview(block)))

    if size > limits.total_bytes:
        checked_size(
            size,
            limits,
            path=str(place.path),
            at=place.of(memoryview(block)),
            rule=place.rules.get("limit", place.rule),
        )
    if not 0 <= size <= min(_LARGEST, len(block) * min(LZ4_EXPANSION, limits.expansion)):
        raise error(f"{len(block)} bytes of LZ4 can't hold {size}")
    lz4 = _lz4()
    try:
        flat: bytes = lz4.decompress(block, uncompressed_size=size)
    except lz4.LZ4BlockError as cause:
        raise error(f"the block does not expand to {size} bytes") from cause
    if len(flat) != size:
        raise error(f"{size} bytes are expected, the block holds {len(flat)}")
    return flat


@cache
def _lz4() -> Any:
    import lz4.block

    return lz4.block
