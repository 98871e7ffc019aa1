"""Decompress framed payloads with the vendor's decoder, which sees nothing that has not passed the gate.

The vendor's decoder checks each block and nothing behind the last one; what it lets pass is checked here.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, Final

from sciwire.runtime.errors import DecodeError, FilterUnavailable, LimitError
from sciwire.runtime.limits import DEFAULT_LIMITS, Limits

from .ending import ends_with_its_last_block, likely_last_block
from .framing import HEADER, LENGTH, Frame, checked_frame, end_of_blocks
from .place import Place

__all__ = ["ALGORITHMS", "decompress", "decompress_headless", "unknown_algorithm"]

ALGORITHMS: Final = ("bslz4", "lz4", "bszstd")
_GROUP: Final = 256  # blocks decompressed together while the bad one is looked for


def decompress(
    payload: memoryview,
    algorithm: str,
    element_size: int,
    *,
    expected: int | None = None,
    need: Callable[[], str] | None = None,
    limits: Limits = DEFAULT_LIMITS,
    place: Place | None = None,
) -> bytes:
    """Return the uncompressed bytes of *payload*, its 12-byte header included.

    Parameters
    ----------
    payload : contiguous bytes: header, blocks, raw tail (see `sciwire.runtime.compression.framing`).
    algorithm : one of `ALGORITHMS`.
    element_size : bytes of an element, for the shuffle; ``lz4`` does not look at it.
    expected : how many bytes must come out, *need* words why (``dimensions 2 x 3 of uint16 need 12 bytes``).

    Raises
    ------
    DecodeError : ``unsupported`` (algorithm), ``size`` (other than *expected*), ``compression`` (header, block,
        trailing bytes), at the payload's first byte or the length field of the bad block.
    LimitError : ``limits.total_bytes`` or ``limits.expansion``. FilterUnavailable : no decoder installed.
    """
    place = place or Place()
    if algorithm not in (place.algorithms or ALGORITHMS):
        raise unknown_algorithm(algorithm, place, place.of(payload))
    words = need or (lambda: f"{expected} bytes are expected")
    frame = checked_frame(payload, algorithm, element_size, expected, words, limits, place)
    return _expand(frame, place, place.of)


def unknown_algorithm(algorithm: str, place: Place, at: int | None) -> DecodeError:
    """Return the error for an *algorithm* that this kernel has no decoder for."""
    word = "not read here" if algorithm in ALGORITHMS else "unknown"
    problem = f"the compression {algorithm!r} is {word}, known are {', '.join(place.algorithms or ALGORITHMS)}"
    error = place.error("algorithm", problem, "unsupported", at)
    error.rule = place.rules.get("algorithm") or place.algorithm_rule or error.rule
    return error


def decompress_headless(
    blocks: memoryview,
    element_size: int,
    block_elements: int,
    size: int,
    *,
    limits: Limits = DEFAULT_LIMITS,
    place: Place | None = None,
) -> bytes:
    """Return *size* bytes from bit-shuffled LZ4 *blocks* that have no 12-byte header.

    *block_elements* is a convention between writer and reader (a multiple of 8). Raises as `decompress`.
    """
    place = place or Place()
    block = block_elements * element_size
    if not 0 < block < 1 << 32 or not 0 <= size < 1 << 63:
        problem = f"{size} bytes in blocks of {block_elements} elements of {element_size} bytes can't be"
        raise place.error("header", problem, "compression", place.of(blocks))
    framed = memoryview(HEADER.pack(size, block) + blocks)  # copies the compressed bytes

    def of(view: memoryview) -> int | None:
        offset = place.of(blocks)
        return None if offset is None else offset - HEADER.size

    shifted = Place(path=place.path, rule=place.rule, rules=place.rules)
    try:
        frame = checked_frame(framed, "bslz4", element_size, size, str, limits, shifted)
    except DecodeError as error:
        error.at = place.of(blocks)
        raise
    return _expand(frame, place, of)


def _expand(frame: Frame, place: Place, of: Callable[[memoryview], int | None]) -> bytes:
    """Decompress a gated *frame*; find out where it is damaged only when it is. *of* gives the payload's offset."""
    payload: Any = frame.payload
    if frame.size and len(payload) == HEADER.size:  # nothing may be allocated for a header alone
        raise _explain(frame, place, of(frame.payload))
    if payload[8] >= 0x80:
        # the vendor's decoder takes a block size from 2**31 on for negative; copies the compressed bytes
        payload = b"".join((HEADER.pack(frame.size, frame.block), payload[HEADER.size :]))
    # with a raw tail the vendor's decoder insists on the exact length, without one it looks no further than its blocks
    last = None if frame.tail else likely_last_block(frame, _last_block)
    if last is None and not (frame.tail or ends_with_its_last_block(frame)):
        raise _explain(frame, place, of(frame.payload))
    try:
        flat = _vendor_decompress(payload, frame.algorithm, frame.element_size)
    except RuntimeError as error:
        raise _explain(frame, place, of(frame.payload)) from error
    except MemoryError as error:
        problem = f"{frame.size} bytes are asked for, there is not so much memory"
        raise place.error("limit", problem, "limit", of(frame.payload), LimitError) from error
    if len(flat) != frame.size or not (last is None or flat.endswith(last) or ends_with_its_last_block(frame)):
        raise _explain(frame, place, of(frame.payload))
    return flat


def _explain(frame: Frame, place: Place, at: int | None) -> DecodeError:
    """Return the error for a *frame* that failed: the first bad block, or the bytes behind the last one."""

    def error(fault: str, problem: str, offset: int) -> DecodeError:
        return place.error(f"{fault}.{frame.algorithm}", problem, "compression", None if at is None else at + offset)

    payload, position = frame.payload, HEADER.size
    for first in range(0, frame.blocks, _GROUP):
        count = min(_GROUP, frame.blocks - first)
        end = end_of_blocks(payload, position, count)
        if end <= len(payload) and _expands(frame, position, end, first, count):
            position = end
            continue
        for index in range(first, first + count):
            end = end_of_blocks(payload, position, 1)
            name = f"block {index} of {frame.blocks}"
            if end > len(payload):
                return error(*_cut(payload, position, name), position)
            if not _expands(frame, position, end, index, 1):
                size = frame.block_size(index)
                return error("expansion", f"{name} does not expand to exactly {size} bytes", position)
            position = end
    left = len(payload) - position
    if left > frame.tail:
        return error("trailing", f"{left - frame.tail} bytes follow the end of the payload", position + frame.tail)
    return error("tail", f"the raw tail needs {frame.tail} bytes, {left} are left", position)


def _cut(payload: memoryview, position: int, name: str) -> tuple[str, str]:
    """The fault of a block at *position* that the end of the payload cuts, and the words for it."""
    left = len(payload) - position
    if left == 0:
        return "missing", f"{name} is missing, the payload ends"
    if left < LENGTH.size:
        return "blocks", f"the length of {name} has {LENGTH.size} bytes, {left} are left"
    (length,) = LENGTH.unpack_from(payload, position)
    return "blocks", f"{name} declares {length} bytes, {left - LENGTH.size} are left"


def _expands(frame: Frame, position: int, end: int, first: int, count: int) -> bool:
    """Tell whether *count* blocks from block *first* on, which lie in *position* to *end*, are sound."""
    return _expanded(frame, position, end, first, count) is not None


def _expanded(frame: Frame, position: int, end: int, first: int, count: int) -> bytes | None:
    """The content of *count* blocks from block *first* on, which lie in *position* to *end*; None if it has not its size."""
    size = (count - 1) * frame.block + frame.block_size(first + count - 1)
    part = b"".join((HEADER.pack(size, frame.block), frame.payload[position:end]))
    try:
        content = _vendor_decompress(part, frame.algorithm, frame.element_size)
    except RuntimeError:
        return None
    return content if len(content) == size else None


def _last_block(frame: Frame, position: int) -> bytes | None:
    return _expanded(frame, position, len(frame.payload), frame.blocks - 1, 1)


def _vendor_decompress(payload: Any, algorithm: str, element_size: int) -> bytes:
    try:
        decoder = _vendor_decoder()
    except ImportError as error:
        raise FilterUnavailable(
            f"{algorithm} needs a decoder that is not installed: pip install dectris-compression"
        ) from error
    # the element size of lz4 means nothing, and may be anything
    return decoder(payload, algorithm, elem_size=1 if algorithm == "lz4" else element_size)


@cache
def _vendor_decoder() -> Callable[..., bytes]:
    from dectris.compression import decompress as vendor_decompress

    return vendor_decompress  # type: ignore[no-any-return, unused-ignore]
