"""The first bytes of an HDF5 file: what they say about the whole, checked before the library sees it.

HDF5 File Format Specification 3.0, section II.A. Versions 2 and 3 end in a checksum, so that a mark
may only be changed together with it. Byte 11 of version 3 holds the consistency flags: bit 0 is set
while a program has the file open for writing, bit 2 while it does so with readers beside it (SWMR).
A killed program leaves them set.
"""

from __future__ import annotations

import struct
from typing import NamedTuple

from ..errors import DecodeError, TruncatedError
from .faults import UnreadableFileError, by

__all__ = ["FLAG_SWMR", "FLAG_WRITE", "PROBE", "SIGNATURE", "Superblock", "checksum", "parse", "patched", "starts"]

SIGNATURE = b"\x89HDF\r\n\x1a\n"
PROBE = 2048 + 96  # bytes that parse() wants to see: user blocks of up to 2048 bytes are looked behind
FLAG_WRITE = 1
FLAG_SWMR = 4

_V2 = struct.Struct("<8sBBBB4Q I")
_MASK = 0xFFFFFFFF


class Superblock(NamedTuple):
    """What the superblock says.

    start : offset of the signature (a user block may stand before it).
    version : 0 to 3; flags : the consistency flags, 0 below version 3.
    end : the file's length as HDF5 knows it (end of allocated addresses), bytes from the file's start.
    """

    start: int
    version: int
    flags: int
    end: int

    @property
    def plain(self) -> bool:
        """Whether addresses are 8 bytes from the file's start, so that raw bytes can be read by them."""
        return self.start == 0 and self.end >= 0


def starts(head: bytes) -> int:
    """Offset of the signature in *head*: 0, 512, 1024, 2048; -1 when it is at none of them."""
    return next((at for at in (0, 512, 1024, 2048) if head[at : at + 8] == SIGNATURE), -1)


def parse(head: bytes, size: int) -> Superblock:
    """Read the superblock from the first `PROBE` bytes of a file of *size* bytes.

    Raises
    ------
    TruncatedError : the file ends before the superblock does, or before the address it declares as its end.
    UnreadableFileError : no signature, or sizes that HDF5 does not know.
    DecodeError : the checksum is wrong (category ``checksum``).
    """
    start = starts(head)
    if start < 0:
        if SIGNATURE.startswith(head[:8]):
            error = TruncatedError(
                f"the file ends in the HDF5 signature, {size} bytes are there", needed=48 - size, at=size
            )
            raise by("empty" if not size else "truncated", error)
        problem = "not an HDF5 file: the signature 89 48 44 46 0d 0a 1a 0a is not where it must be"
        raise by("signature", UnreadableFileError(problem, at=0))
    body = head[start : start + 96]
    if len(body) < 48:
        raise TruncatedError(f"the file ends in the superblock, at byte {size}", needed=start + 48 - size, at=size)
    block = _parse_new(body, start) if body[8] in (2, 3) else _parse_old(body, start)
    if block.end >= 0 and size < block.end:
        raise TruncatedError(
            f"the file is cut: it declares {block.end} bytes, {size} are there", needed=block.end - size, at=size
        )
    return block


def patched(head: bytes, *, flags: int, end: int) -> bytes:
    """Return the 48 bytes of a superblock of version 2 or 3 with other *flags* and *end*, and its new checksum."""
    body = bytearray(head[:48])
    body[11] = flags
    struct.pack_into("<Q", body, 28, end)
    struct.pack_into("<I", body, 44, checksum(bytes(body[:44])))
    return bytes(body)


def _parse_new(body: bytes, start: int) -> Superblock:
    _, version, offset_size, length_size, flags, base, _, end, _, stored = _V2.unpack_from(body)
    if (offset_size, length_size) != (8, 8):
        if offset_size not in (2, 4, 8, 16, 32) or length_size not in (2, 4, 8, 16, 32):
            problem = f"sizes of offsets and lengths are {offset_size} and {length_size}, HDF5 has 2, 4 and 8"
            raise by("superblock", UnreadableFileError(problem, at=start + 9))
        return Superblock(start, version, flags if version == 3 else 0, -1)
    found = checksum(body[:44])
    if stored != found:
        problem = f"the superblock's checksum is {stored:08x}, its bytes give {found:08x}"
        raise by("metadata", DecodeError(problem, category="checksum", at=start + 44))
    return Superblock(start, version, flags if version == 3 else 0, end if base == start else -1)


def _parse_old(body: bytes, start: int) -> Superblock:
    version = body[8]
    if version > 3:
        problem = f"superblock version {version}, versions 0 to 3 are known"
        raise by("superblock", DecodeError(problem, category="unsupported", at=start + 8))
    if (body[13], body[14]) != (8, 8):
        return Superblock(start, version, 0, -1)
    at = 24 if version == 0 else 28
    if len(body) < at + 32:
        raise TruncatedError("the file ends in the superblock", needed=at + 32 - len(body), at=start + len(body))
    base, _, end, _ = struct.unpack_from("<4Q", body, at)
    return Superblock(start, version, 0, end if base == start else -1)


def checksum(data: bytes, seed: int = 0) -> int:
    """Bob Jenkins's lookup3 (hashlittle) of *data*: the checksum of all HDF5 metadata."""
    a = b = c = (0xDEADBEEF + len(data) + seed) & _MASK
    at = 0
    while len(data) - at > 12:
        x, y, z = struct.unpack_from("<3I", data, at)
        a, b, c = _mix((a + x) & _MASK, (b + y) & _MASK, (c + z) & _MASK)
        at += 12
    if at == len(data):
        return c
    x, y, z = struct.unpack("<3I", data[at:].ljust(12, b"\0"))
    return _final((a + x) & _MASK, (b + y) & _MASK, (c + z) & _MASK)


def _rotate(value: int, bits: int) -> int:
    return ((value << bits) | (value >> (32 - bits))) & _MASK


def _mix(a: int, b: int, c: int) -> tuple[int, int, int]:
    for one, two, three in ((4, 6, 8), (16, 19, 4)):
        a = ((a - c) & _MASK) ^ _rotate(c, one)
        c = (c + b) & _MASK
        b = ((b - a) & _MASK) ^ _rotate(a, two)
        a = (a + c) & _MASK
        c = ((c - b) & _MASK) ^ _rotate(b, three)
        b = (b + a) & _MASK
    return a, b, c


def _final(a: int, b: int, c: int) -> int:
    c = ((c ^ b) - _rotate(b, 14)) & _MASK
    a = ((a ^ c) - _rotate(c, 11)) & _MASK
    b = ((b ^ a) - _rotate(a, 25)) & _MASK
    c = ((c ^ b) - _rotate(b, 16)) & _MASK
    a = ((a ^ c) - _rotate(c, 4)) & _MASK
    b = ((b ^ a) - _rotate(a, 14)) & _MASK
    return ((c ^ b) - _rotate(b, 24)) & _MASK
