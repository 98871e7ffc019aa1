"""Does a payload end where its last block ends? The vendor's decoder looks no further than the last block.

A walk over all length fields tells for certain, and costs a tenth of the decompression. A look at the last
kilobytes tells as much of honest data: there must be a length field that reaches exactly to the end, and what
follows it must expand to exactly the last block's size. Only bytes made to look like one more such block pass.
The look is taken after the decompression, whose code, and whose last bytes, are then at hand.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from .framing import HEADER, LENGTH, Frame, end_of_blocks

__all__ = ["ends_with_its_last_block"]

_FEW = 64  # blocks that are walked over sooner than looked for


def ends_with_its_last_block(frame: Frame, is_last_block: Callable[[Frame, int], bool]) -> bool:
    """Whether nothing follows the last block of *frame*, which has no raw tail.

    *is_last_block* says whether the payload from a position on is one block of the last one's size.
    """
    longest = frame.block + frame.block // 255 + 16 + LENGTH.size  # LZ4 makes no block longer
    if frame.blocks <= _FEW or longest >= 1 << 16 or frame.algorithm == "bszstd":
        return end_of_blocks(frame.payload, HEADER.size, frame.blocks) == len(frame.payload)
    first = max(HEADER.size, len(frame.payload) - longest)
    return any(is_last_block(frame, first + start) for start in _reaching_the_end(bytes(frame.payload[first:])))


def _reaching_the_end(window: bytes) -> Iterator[int]:
    """Where in *window* (less than 2**16 bytes) a length field says just what follows it; the shortest first."""
    end = len(window) - LENGTH.size
    for high in range((end >> 8) + 1):  # bytes of a length field: 0, 0, high, low
        last = end - (high << 8)
        mark = bytes((0, 0, high))
        start = window.find(mark, max(last - 255, 0), last + 3)
        while start >= 0:
            if window[start + 3] == last - start:
                yield start
            start = window.find(mark, start + 1, last + 3)
