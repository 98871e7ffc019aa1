"""Does a payload end where its last block ends? The vendor's decoder looks no further than the last block.

A walk over all length fields tells for certain, and costs a tenth of the decompression. A look at the last
kilobytes tells as much of honest data: there must be a length field that reaches exactly to the end, and what
follows it must expand to exactly the last block's size. Only bytes made to look like one more such block pass.
"""

from __future__ import annotations

from .blocks import expands_to
from .framing import HEADER, LENGTH, LZ4_EXPANSION, Frame, end_of_blocks

__all__ = ["ends_with_its_last_block"]

_FEW = 64  # blocks that are walked over sooner than looked for


def ends_with_its_last_block(frame: Frame) -> bool:
    """Whether nothing follows the last block of *frame*, which has no raw tail."""
    longest = frame.block + frame.block // 255 + 16 + LENGTH.size  # LZ4 makes no block longer
    if frame.blocks <= _FEW or longest >= 1 << 16 or frame.algorithm == "bszstd":
        return end_of_blocks(frame.payload, HEADER.size, frame.blocks) == len(frame.payload)
    size = frame.block_size(frame.blocks - 1)
    window = bytes(frame.payload[max(HEADER.size, len(frame.payload) - longest) :])
    found = window.rfind(b"\0\0", 0, len(window) - LENGTH.size - size // LZ4_EXPANSION + 2)
    while found >= 0:  # a length below 2**16 begins with two zero bytes
        content = window[found + LENGTH.size :]
        if int.from_bytes(window[found : found + LENGTH.size], "big") == len(content):
            stored = frame.algorithm == "lz4" and len(content) == size
            if stored or expands_to(content, size):
                return True
        found = window.rfind(b"\0\0", 0, found + 1)
    return False
