"""Does a payload end where its last block ends? The vendor's decoder looks no further than the last block.

A walk over all length fields tells for certain, and costs a tenth of the decompression. A look at the last
kilobytes tells as much of honest data: there must be a length field that reaches exactly to the end, and what
follows it must expand to exactly the last block's size. Only bytes made to look like one more such block pass.
"""

from __future__ import annotations

from collections.abc import Callable

from .framing import HEADER, LENGTH, LZ4_EXPANSION, Frame, end_of_blocks

__all__ = ["ends_with_its_last_block"]

_FEW = 64  # blocks that are walked over sooner than looked for


def ends_with_its_last_block(frame: Frame, is_last_block: Callable[[Frame, int], bool]) -> bool:
    """Whether nothing follows the last block of *frame*, which has no raw tail.

    *is_last_block* says whether the payload from a position on is one block of the last one's size.
    """
    payload, blocks = frame.payload, frame.blocks
    longest = frame.block + frame.block // 255 + 16  # LZ4 makes no block longer
    if blocks <= _FEW or longest >= 1 << 16 or frame.algorithm == "bszstd":
        return end_of_blocks(payload, HEADER.size, blocks) == len(payload)
    usual = min(2 * len(payload) // blocks, longest)  # most last blocks are shorter, and few bytes are soon looked at
    shortest = -(-frame.block_size(blocks - 1) // LZ4_EXPANSION)
    return _reaches(frame, shortest, usual, is_last_block) or _reaches(frame, usual + 1, longest, is_last_block)


def _reaches(frame: Frame, shortest: int, longest: int, is_last_block: Callable[[Frame, int], bool]) -> bool:
    """Whether a last block of *shortest* to *longest* bytes (less than 2**16) ends the payload."""
    size = len(frame.payload)
    first = max(HEADER.size, size - longest - LENGTH.size)
    window = bytes(frame.payload[first : size - shortest])
    end = size - LENGTH.size - first  # from here on a block has no bytes
    for high in range(shortest >> 8, (end >> 8) + 1):  # bytes of a length field: 0, 0, high, low
        last = end - (high << 8)
        mark = bytes((0, 0, high))
        start = window.find(mark, max(last - 255, 0), last + 3)
        while start >= 0:
            if start + 3 < len(window) and window[start + 3] == last - start and is_last_block(frame, first + start):
                return True
            start = window.find(mark, start + 1, last + 3)
    return False
