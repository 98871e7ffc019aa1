"""Does a payload end where its last block ends? The vendor's decoder looks no further than the last block.

A walk over all length fields tells for certain, and costs a tenth of the decompression. Of many blocks a look at the
last kilobytes tells as much of honest data: there is a length field that reaches exactly to the end, and what follows
it expands to the last bytes of the array. Where that is not found at once the walk decides.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice

from .framing import HEADER, LENGTH, LZ4_EXPANSION, Frame, end_of_blocks

__all__ = ["ends_with_its_last_block", "likely_last_block"]

_FEW = 512  # blocks that are walked over sooner than looked for
_TRIED = 3  # length fields that reach the end


def ends_with_its_last_block(frame: Frame) -> bool:
    """Whether nothing follows the last block of *frame*, which has no raw tail; by a walk over all of them."""
    return end_of_blocks(frame.payload, HEADER.size, frame.blocks) == len(frame.payload)


def likely_last_block(frame: Frame, expanded: Callable[[Frame, int], bytes | None]) -> bytes | None:
    """The content of what looks like the last block of many; None where only the walk can tell.

    *expanded* gives the content of the payload from a position on, if that is one block of the last one's size.
    """
    longest = frame.block + frame.block // 255 + 16  # LZ4 makes no block longer
    if frame.blocks <= _FEW or longest >= 1 << 16 or frame.algorithm == "bszstd":
        return None
    usual = min(2 * len(frame.payload) // frame.blocks, longest)  # few bytes are soon looked at
    shortest = -(-frame.block_size(frame.blocks - 1) // LZ4_EXPANSION)
    for position in islice(_reaching_the_end(frame.payload, shortest, usual), _TRIED):
        content = expanded(frame, position)
        if content is not None:
            return content
    return None


def _reaching_the_end(payload: memoryview, shortest: int, longest: int) -> Iterator[int]:
    """Where a length field of *shortest* to *longest* (less than 2**16) says just what follows it; the shortest first."""
    first = max(HEADER.size, len(payload) - longest - LENGTH.size)
    window = bytes(payload[first : len(payload) - shortest])
    end = len(payload) - LENGTH.size - first  # from here on a block has no bytes
    for high in range(shortest >> 8, (end >> 8) + 1):  # bytes of a length field: 0, 0, high, low
        last = end - (high << 8)
        mark = bytes((0, 0, high))
        start = window.find(mark, max(last - 255, 0), last + 3)
        while start >= 0:
            if start + 3 < len(window) and window[start + 3] == last - start:
                yield first + start
            start = window.find(mark, start + 1, last + 3)
