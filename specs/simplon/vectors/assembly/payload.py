"""Payloads of tag 56500 by hand: the bit shuffle in numpy, LZ4 blocks and Zstandard frames written out.

Source: the byte-by-byte description in `../../README.md`, section "Compressed byte strings".
"""

from __future__ import annotations

import struct
from collections.abc import Callable

import numpy as np

__all__ = [
    "blocks_of",
    "bslz4",
    "bszstd",
    "framed",
    "header",
    "lz4",
    "lz4_literals",
    "lz4_runs",
    "shuffled",
    "zstd_raw",
    "zstd_rle",
]


def header(size: int, block_size: int) -> bytes:
    return struct.pack(">QI", size, block_size)


def framed(block: bytes) -> bytes:
    """A block behind its length."""
    return struct.pack(">I", len(block)) + block


def shuffled(raw: bytes, element_size: int) -> bytes:
    """Bit k of every element, lowest bit first, plane after plane; the number of elements is a multiple of 8."""
    rows = np.frombuffer(raw, np.uint8).reshape(-1, element_size)
    bits = np.unpackbits(rows, axis=1, bitorder="little")
    return np.packbits(bits.T, axis=1, bitorder="little").tobytes()


def lz4_literals(raw: bytes) -> bytes:
    """An LZ4 block of one sequence, literals only: legal, and always longer than what it holds."""
    return _sequence(raw, None)


def lz4_runs(raw: bytes) -> bytes:
    """An LZ4 block that stores runs of one byte as matches at distance 1, everything else as literals.

    The format wants the last 5 bytes as literals and the last match at least 12 bytes before the end.
    """
    out, start, place, last = [], 0, 1, len(raw) - 12
    while place < last:
        end = place
        while end < len(raw) - 5 and raw[end] == raw[place - 1]:
            end += 1
        if end - place >= 4:
            out.append(_sequence(raw[start:place], end - place))
            start = end
        place = end + 1
    return b"".join(out) + _sequence(raw[start:], None)


def zstd_raw(raw: bytes) -> bytes:
    """A Zstandard frame of one raw block, single segment, with its content size in 4 bytes."""
    return bytes.fromhex("28b52ffda0") + struct.pack("<I", len(raw)) + struct.pack("<I", len(raw) << 3 | 1)[:3] + raw


def zstd_rle(byte: int, count: int) -> bytes:
    """A Zstandard frame of one run-length block."""
    return (
        bytes.fromhex("28b52ffda0") + struct.pack("<I", count) + struct.pack("<I", count << 3 | 3)[:3] + bytes([byte])
    )


def blocks_of(raw: bytes, element_size: int, block_size: int) -> tuple[list[bytes], bytes]:
    """The byte runs that bslz4 shuffles and compresses, and the raw tail."""
    elements = len(raw) // element_size
    per_block = block_size // element_size
    counts = [per_block] * (elements // per_block) if per_block else []
    rest = (elements - sum(counts)) // 8 * 8
    counts += [rest] if rest else []
    blocks, place = [], 0
    for count in counts:
        blocks.append(raw[place : place + count * element_size])
        place += count * element_size
    return blocks, raw[place:]


def bslz4(raw: bytes, element_size: int, block_size: int = 8192, pack: Callable[[bytes], bytes] = lz4_runs) -> bytes:
    blocks, tail = blocks_of(raw, element_size, block_size)
    body = b"".join(framed(pack(shuffled(block, element_size))) for block in blocks)
    return header(len(raw), block_size) + body + tail


def bszstd(raw: bytes, element_size: int, block_size: int = 8192) -> bytes:
    return bslz4(raw, element_size, block_size, zstd_raw)


def lz4(raw: bytes, block_size: int = 8192, pack: Callable[[bytes], bytes] = lz4_runs) -> bytes:
    """A block that would not become shorter is stored raw, as its length then says."""
    out = [header(len(raw), block_size)]
    for start in range(0, len(raw), block_size):
        block = raw[start : start + block_size]
        packed = pack(block)
        out.append(framed(packed if len(packed) < len(block) else block))
    return b"".join(out)


def _sequence(literals: bytes, match: int | None) -> bytes:
    """One LZ4 sequence: token, literals and, unless it is the last, a match of *match* bytes at distance 1."""
    high, more = _length(len(literals))
    low, extra = (0, b"") if match is None else _length(match - 4)
    tail = b"" if match is None else b"\x01\x00" + extra
    return bytes([high << 4 | low]) + more + literals + tail


def _length(count: int) -> tuple[int, bytes]:
    if count < 15:
        return count, b""
    full, rest = divmod(count - 15, 255)
    return 15, b"\xff" * full + bytes([rest])
