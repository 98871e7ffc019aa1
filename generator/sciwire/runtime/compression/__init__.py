"""Compressed payloads: bit-shuffled and plain LZ4 in their framings, Zstandard on reading, bare LZ4 blocks.

Every declared size is gated here before a C library sees it; damage is explained block by block afterwards.
"""

from __future__ import annotations

from .blocks import compress_block, decompress_block
from .decoding import ALGORITHMS, decompress, decompress_headless
from .encoding import BLOCK_BYTES, compress
from .lazy import CompressedArray
from .place import Place

__all__ = [
    "ALGORITHMS",
    "BLOCK_BYTES",
    "CompressedArray",
    "Place",
    "compress",
    "compress_block",
    "decompress",
    "decompress_block",
    "decompress_headless",
]
