"""Streams put together by hand, and pipes over buffers: what the tests of bpipe share."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterable, Sequence
from typing import Any

__all__ = ["HDATA", "HEADER", "LINES", "A", "floats", "packets_of", "photon", "stream"]

HEADER = ["int shell", "char history[7]", "char history[18]"]
HDATA = struct.pack(">i", 3) + b"raygen\0surface_intercept\0"
LINES = [
    "DVector3 position",
    "DVector3 direction",
    "double energy",
    "double weight",
    "double time",
    "DComplex polarization[4]",
]


def stream(
    header: Sequence[str], fields: Sequence[str], hdata: bytes, size: int, packets: bytes = b"", order: str = ">"
) -> bytes:
    """A stream with these lines, header data, bytes of a packet, and packets."""
    text = "".join(f"{line}\n" for line in (*header, *fields)).encode()
    mark = b"\1\2\3\4" if order == ">" else b"\4\3\2\1"
    numbers = struct.pack(f"{order}6IQ", len(header), len(fields), len(text), len(hdata), size, 0, 2**64 - 1)
    begin = b"\x89BPX\r\n\x1a\n" + struct.pack(f"{order}HH", 1, 0) + mark + numbers
    return begin + _pad(text) + _pad(hdata) + packets


def _pad(data: bytes) -> bytes:
    return data + bytes(-len(data) % 8)


def photon(k: int) -> dict[str, tuple[float, ...]]:
    """The values of packet *k* of input A."""
    return {
        "position": (1 + k, 2 + k, -0.5 * k),
        "direction": (0.25 * k, -0.5, 0.75),
        "energy": (1.5 + k,),
        "weight": (2.0**-k,),
        "time": (10.0 * k,),
        "polarization": (1, 0, 0.5, -0.5 * k, 0, 0, k, 0.25),
    }


def floats(names: Iterable[str], numbers: Iterable[int] = range(3), **more: Any) -> bytes:
    """Packets of these fields of input A, big-endian; *more* gives a field's values by a function of k."""
    rows = []
    for k in numbers:
        values = photon(k)
        rows.append([number for name in names for number in (more[name](k) if name in more else values[name])])
    return b"".join(struct.pack(f">{len(row)}d", *row) for row in rows)


A = stream(HEADER, LINES, HDATA, 136, floats([line.split()[1].split("[")[0] for line in LINES]))


def packets_of(buffer: io.BytesIO, size: int) -> list[bytes]:
    """The packets of *size* bytes at the end of what was written."""
    from sciwire.formats import bpipe

    raw = bpipe.decode(buffer.getvalue()).packets.tobytes()
    assert len(raw) % size == 0
    return [raw[at : at + size] for at in range(0, len(raw), size)]
