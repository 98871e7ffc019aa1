"""Sums over bytes: the check values of the catalogue of parametrised CRC algorithms, over the digits 1 to 9."""

from __future__ import annotations

import pytest

from sciwire.runtime.binary.checksums import ALGORITHMS, checksum

CHECKS = {
    "crc8": 0xF4, "crc8-maxim": 0xA1, "crc16-arc": 0xBB3D, "crc16-modbus": 0x4B37, "crc16-usb": 0xB4C8,
    "crc16-ccitt": 0x29B1, "crc16-xmodem": 0x31C3, "crc16-kermit": 0x2189, "crc16-x25": 0x906E, "crc32": 0xCBF43926,
    "crc32-bzip2": 0xFC891918, "crc32-mpeg2": 0x0376E6E7, "crc32c": 0xE3069283, "adler32": 0x091E01DE,
    "fletcher16": 0x1EDE, "sum8": 477 & 255, "sum16": 477, "sum32": 477, "xor8": 0x31, "parity": 1,
}  # fmt: skip


@pytest.mark.parametrize("name", list(ALGORITHMS))
def test_check_values(name: str) -> None:
    assert checksum(name, b"123456789") == CHECKS[name]
    assert checksum(name, memoryview(b"x123456789")[1:]) == CHECKS[name]


@pytest.mark.parametrize("name", list(ALGORITHMS))
def test_a_sum_fits_its_bits(name: str) -> None:
    bits, function = ALGORITHMS[name]

    assert all(0 <= function(data) < 1 << bits for data in (b"", b"\0", b"\xff" * 1000, bytes(range(256))))
