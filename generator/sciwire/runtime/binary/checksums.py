"""Sums over bytes, by name. The parameters of the CRCs are those of the catalogue of parametrised CRC algorithms."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from functools import cache, reduce
from operator import xor

import numpy as np

__all__ = ["ALGORITHMS", "checksum"]

#: name -> width, polynomial, initial value, reflected, final xor
_CRCS = {
    "crc8": (8, 0x07, 0x00, False, 0x00),
    "crc8-maxim": (8, 0x31, 0x00, True, 0x00),
    "crc16-arc": (16, 0x8005, 0x0000, True, 0x0000),
    "crc16-modbus": (16, 0x8005, 0xFFFF, True, 0x0000),
    "crc16-usb": (16, 0x8005, 0xFFFF, True, 0xFFFF),
    "crc16-ccitt": (16, 0x1021, 0xFFFF, False, 0x0000),
    "crc16-xmodem": (16, 0x1021, 0x0000, False, 0x0000),
    "crc16-kermit": (16, 0x1021, 0x0000, True, 0x0000),
    "crc16-x25": (16, 0x1021, 0xFFFF, True, 0xFFFF),
    "crc32-bzip2": (32, 0x04C11DB7, 0xFFFFFFFF, False, 0xFFFFFFFF),
    "crc32-mpeg2": (32, 0x04C11DB7, 0xFFFFFFFF, False, 0x00000000),
    "crc32c": (32, 0x1EDC6F41, 0xFFFFFFFF, True, 0xFFFFFFFF),
}


def checksum(name: str, data: bytes | bytearray | memoryview) -> int:
    """The sum *name* over *data*, an unsigned integer."""
    return ALGORITHMS[name][1](data)


def _crc(name: str, data: bytes | bytearray | memoryview) -> int:
    width, _, value, reflected, final = _CRCS[name]
    table, mask = _table(name), (1 << width) - 1
    if reflected:
        for byte in bytes(data):
            value = (value >> 8) ^ table[(value ^ byte) & 0xFF]
    else:
        for byte in bytes(data):
            value = ((value << 8) & mask) ^ table[((value >> (width - 8)) ^ byte) & 0xFF]
    return value ^ final


@cache
def _table(name: str) -> tuple[int, ...]:
    width, polynomial, _, reflected, _ = _CRCS[name]
    if reflected:
        polynomial = int(f"{polynomial:0{width}b}"[::-1], 2)
    top, mask = 1 << (width - 1), (1 << width) - 1
    rows = []
    for byte in range(256):
        value = byte if reflected else byte << (width - 8)
        for _ in range(8):
            if reflected:
                value = (value >> 1) ^ (polynomial if value & 1 else 0)
            else:
                value = ((value << 1) & mask) ^ (polynomial if value & top else 0)
        rows.append(value)
    return tuple(rows)


def _sum(width: int) -> Callable[[bytes | bytearray | memoryview], int]:
    mask = (1 << width) - 1
    return lambda data: int(np.frombuffer(data, "u1").sum(dtype=np.uint64)) & mask


def _xor(data: bytes | bytearray | memoryview) -> int:
    array = np.frombuffer(data, "u1")
    return int(np.bitwise_xor.reduce(array)) if array.size else 0


def _fletcher16(data: bytes | bytearray | memoryview) -> int:
    low = high = 0
    for byte in bytes(data):
        low = (low + byte) % 255
        high = (high + low) % 255
    return high << 8 | low


def _parity(data: bytes | bytearray | memoryview) -> int:
    return reduce(xor, bytes(data), 0).bit_count() & 1


def _named(name: str) -> Callable[[bytes | bytearray | memoryview], int]:
    return lambda data: _crc(name, data)


#: name -> bits, function
ALGORITHMS: dict[str, tuple[int, Callable[[bytes | bytearray | memoryview], int]]] = {
    "crc32": (32, zlib.crc32),
    "adler32": (32, zlib.adler32),
    "sum8": (8, _sum(8)),
    "sum16": (16, _sum(16)),
    "sum32": (32, _sum(32)),
    "xor8": (8, _xor),
    "parity": (1, _parity),
    "fletcher16": (16, _fletcher16),
    **{name: (row[0], _named(name)) for name, row in _CRCS.items()},
}
