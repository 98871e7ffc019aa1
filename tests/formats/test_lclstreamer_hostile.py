"""Messages that somebody made to hurt: an error of ours, quickly, in little memory, and no crash of a library."""

from __future__ import annotations

import random
import struct
from pathlib import Path

import bitshuffle
import cbor2
import numpy as np
import pytest
from hostile import refusals

from sciwire.formats import lclstreamer
from sciwire.runtime import CodecError

FRAME = np.arange(64 * 80, dtype="<f8").reshape(64, 80) % 17
BLOCKS = bitshuffle.compress_lz4(FRAME, 4096).tobytes()


def _image(blocks: bytes = BLOCKS, **more: object) -> bytes:
    return b"m" + cbor2.dumps({"type": "image", "run": "1", "dtype": "float64", "compressed_data": blocks, **more})


HOSTILE = {
    "length of all ones": _image(b"\xff" * 4 + BLOCKS[4:], shape="64x80"),
    "length with the sign bit": _image(struct.pack(">I", 1 << 31) + BLOCKS[4:], shape="64x80"),
    "length zero": _image(bytes(4) + BLOCKS[4:], shape="64x80"),
    "a frame of 4 GB in 20 bytes": _image(bytes(20), shape=[1 << 16, 1 << 13]),
    "a frame of 2^83 bytes": _image(bytes(20), shape=[1 << 40, 1 << 40]),
    "a shape of a megabyte": _image(shape="1x" * 500_000 + "1"),
    "a shape of a million extents": _image(shape=[1] * 1_000_000),
    "huge digits": _image(shape="9" * 900),
    "a bomb": _image(struct.pack(">I", 8_000_004) + b"\x1f\0\1\0" + b"\xff" * 8_000_000, shape=[1 << 22]),
    "a million lengths": _image(b"\0\0\0\1\0" * 1_000_000, shape=[1 << 22]),
    "no elements in 2^62 columns": _image(b"", shape=[0, 1 << 62]),
    "a million times the same key": b"c\xbf" + b"\x61a\x01" * 1_000_000,
    "400,000 keys": b"c" + cbor2.dumps({str(number): number for number in range(400_000)}),
    "maps 20,000 deep": b"c\xa2\x64type\x64stop\x61x" + b"\xa1\x61a" * 20_000 + b"\x01",
}


def test_hostile_messages_are_refused_in_time_and_memory(tmp_path: Path) -> None:
    files = []
    for number, data in enumerate(HOSTILE.values()):
        file = tmp_path / f"{number:02}.bin"
        file.write_bytes(data)
        files.append(file)

    outcomes = refusals("lclstreamer", files)

    assert [name for name, outcome in zip(HOSTILE, outcomes, strict=True) if "accepted" in outcome] == []
    assert all(outcome["at"] is not None for outcome in outcomes)


def test_any_truncation_is_an_error_that_says_so() -> None:
    data = _image(BLOCKS[:50])
    for end in range(len(data)):
        with pytest.raises(CodecError) as caught:
            lclstreamer.decode(data[:end])
        assert caught.value.category == "truncated", end


@pytest.mark.filterwarnings("ignore::sciwire.runtime.CodecWarning")
def test_damaged_frames_never_raise_anything_but_our_errors() -> None:
    rng = random.Random(21)
    refused = 0
    for _ in range(500):
        damaged = bytearray(_image())
        for _ in range(rng.randint(1, 3)):
            at = rng.randrange(len(damaged))
            damaged[at] ^= 1 << rng.randrange(8)
        try:
            lclstreamer.to_plain(lclstreamer.decode(bytes(damaged), shape="64x80"))
        except CodecError as error:
            refused += 1
            assert error.category
    assert refused > 50
