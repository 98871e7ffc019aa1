"""Payloads of very many blocks end with their last one; those that do not are refused, whatever stands behind it."""

from __future__ import annotations

import struct
from typing import Any

import bitshuffle
import lz4.block
import numpy as np
import pytest

from sciwire.runtime import DecodeError
from sciwire.runtime.compression import decoding as kernel
from sciwire.runtime.compression import decompress

BLOCK = 8192


def _shuffled(array: np.ndarray[Any, Any]) -> bytes:
    return struct.pack(">QI", array.nbytes, BLOCK) + bitshuffle.compress_lz4(array, BLOCK // array.itemsize).tobytes()


def _plain(array: np.ndarray[Any, Any]) -> bytes:
    raw = array.tobytes()
    parts = [raw[at : at + BLOCK] for at in range(0, len(raw), BLOCK)]
    packed = [lz4.block.compress(one, store_size=False) for one in parts]
    stored = [new if len(new) < len(old) else old for new, old in zip(packed, parts, strict=True)]
    return struct.pack(">QI", len(raw), BLOCK) + b"".join(struct.pack(">I", len(one)) + one for one in stored)


def _image(mean: float, seed: int, rows: int = 2200) -> np.ndarray[Any, Any]:
    return np.random.default_rng(seed).poisson(mean, (rows, 1024)).astype("<u2")


WAYS = {"bslz4": _shuffled, "lz4": _plain}


@pytest.mark.parametrize("algorithm", WAYS)
@pytest.mark.parametrize("mean", [0.0, 0.01, 2.0, 3000.0])
def test_honest_payloads_are_read(algorithm: str, mean: float) -> None:
    for rows in (2200, 2201, 2203):
        image = _image(mean, rows, rows)
        payload = memoryview(WAYS[algorithm](image))
        assert decompress(payload, algorithm, 2, expected=image.nbytes) == image.tobytes()


@pytest.mark.parametrize("algorithm", WAYS)
def test_what_an_earlier_and_longer_payload_left_behind_is_refused(algorithm: str) -> None:
    new, old = WAYS[algorithm](_image(0.05, 1)), WAYS[algorithm](_image(3.0, 2))
    assert len(old) > len(new)
    with pytest.raises(DecodeError, match=f"{len(old) - len(new)} bytes follow the end of the payload"):
        decompress(memoryview(new + old[len(new) :]), algorithm, 2)


@pytest.mark.parametrize("algorithm", WAYS)
@pytest.mark.parametrize("behind", [b"\0", b"\0\0\0\0", b"\0\0\5\0", bytes(range(256)) * 40])
def test_bytes_behind_are_refused(algorithm: str, behind: bytes) -> None:
    payload = WAYS[algorithm](_image(1.0, 3))
    with pytest.raises(DecodeError, match=f"{len(behind)} bytes follow the end of the payload"):
        decompress(memoryview(payload + behind), algorithm, 2)


def test_blocks_that_hold_many_lengths_take_few_tries(monkeypatch: pytest.MonkeyPatch) -> None:
    """A last block whose bytes could each be the length field of a last block."""
    size, block = 600 * 65024, 65024
    lengths = b"".join(struct.pack(">I", block - at - 4) for at in range(0, block, 4))
    parts = [lz4.block.compress(bytes(block), store_size=False)] * 599 + [lengths]
    payload = struct.pack(">QI", size, block) + b"".join(struct.pack(">I", len(one)) + one for one in parts)
    calls = []
    real = kernel._vendor_decompress
    monkeypatch.setattr(kernel, "_vendor_decompress", lambda *words: calls.append(1) or real(*words))
    assert decompress(memoryview(payload), "lz4", 1)[-block:] == lengths
    assert len(calls) <= 4
