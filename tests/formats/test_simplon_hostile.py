"""Messages that somebody made to hurt: an error with path, offset and rule, quickly, and little memory."""

from __future__ import annotations

import random
import struct
import tracemalloc
from pathlib import Path

import cbor2
import numpy as np
import pytest
from hostile import refusals

from sciwire.formats import simplon
from sciwire.runtime import CodecError, LimitError, Limits
from sciwire.runtime.compression import CompressedArray, compress


def _image(array: object) -> bytes:
    return cbor2.dumps({"type": "image", "series_id": 1, "image_id": 0, "data": {"a": array}})


def _array(dims: list[int], tag: int, content: object) -> cbor2.CBORTag:
    return cbor2.CBORTag(40, [dims, cbor2.CBORTag(tag, content)])


def _packed(size: int, block: int, rest: bytes = b"\0\0\0\4abcd") -> cbor2.CBORTag:
    return cbor2.CBORTag(56500, ["bslz4", 2, struct.pack(">QI", size, block) + rest])


HOSTILE = {
    "all ones count of a map": b"\xbb" + b"\xff" * 8,
    "all ones count of an array": b"\xa1\x64type\x9b" + b"\xff" * 8,
    "all ones length of a text": b"\xa1\x64type\x7b" + b"\xff" * 8,
    "all ones length of bytes": b"\xa1\x64type\x5b" + b"\xff" * 8,
    "product that overflows 64 bits": _image(_array([2**32, 2**32], 69, b"ab")),
    "product far beyond the payload": _image(_array([2**31, 2**31], 69, b"ab")),
    "payload that declares 2^63 bytes": _image(_array([2**31, 2**31], 69, _packed(2**63, 8192))),
    "payload that declares 1 TB": _image(_array([2**20, 2**19], 69, _packed(2**40, 8192))),
    "payload of 4 GB in 20 bytes": _image(_array([2**16, 2**15], 69, _packed(2**32, 8192))),
    "block size zero": _image(_array([2**10, 2**10], 69, _packed(2**21, 0))),
    "block size all ones": _image(_array([2**10, 2**10], 69, _packed(2**21, 2**32 - 1))),
    "block length all ones": _image(_array([64, 64], 69, _packed(8192, 8192, b"\xff\xff\xff\xffabcd"))),
    "negative dimension": _image(_array([-1, 5], 69, b"ab")),
    "a million dimensions": _image(_array([1] * 1_000_000, 69, b"ab")),
    "arrays 20,000 deep": b"\xa1\x69user_data" + b"\x81" * 20_000 + b"\x01",
    "maps 20,000 deep": b"\xa1\x69user_data" + b"\xa1\x61a" * 20_000 + b"\x01",
    "tags 20,000 deep": b"\xa1\x69user_data" + b"\xc1" * 20_000 + b"\x01",
    "indefinite arrays 20,000 deep": b"\xa1\x69user_data" + b"\x9f" * 20_000,
    "ten million items": b"\xa2\x64type\x63end\x69user_data\x9a\x00\x98\x96\x80" + b"\x01" * 10_000_000,
    "a bignum of a megabyte": _image(2 ** (8 * 1_000_000)),
}


def test_hostile_messages_are_refused_in_time_and_memory(tmp_path: Path) -> None:
    files = []
    for number, data in enumerate(HOSTILE.values()):
        file = tmp_path / f"{number:02}.cbor"
        file.write_bytes(data)
        files.append(file)

    outcomes = refusals("simplon", files)

    accepted = [name for name, outcome in zip(HOSTILE, outcomes, strict=True) if "accepted" in outcome]
    assert not accepted
    assert all(outcome["at"] is not None for outcome in outcomes)


def test_any_truncation_is_an_error_that_says_so() -> None:
    image = simplon.Image(
        series_id=1, series_unique_id="x", image_id=0, data={"a": np.arange(64, dtype="<u2").reshape(8, 8)}
    )
    data = simplon.encode(image)

    for end in range(len(data)):
        with pytest.raises(CodecError) as caught:
            simplon.decode(data[:end])
        assert caught.value.category == "truncated", end
        assert isinstance(caught.value.at, int)
        assert 0 <= caught.value.at <= end


@pytest.mark.filterwarnings("ignore::sciwire.runtime.CodecWarning")
def test_damaged_bytes_never_raise_anything_but_our_errors() -> None:
    """Two thousand seeded mutations of one message: bits flipped, bytes doubled, pieces cut out."""
    image = simplon.Image(
        series_id=1,
        series_unique_id="x",
        image_id=0,
        user_data={"a": [1, "b", b"c", 1.5, None]},
        data={"a": np.arange(640, dtype="<u2").reshape(8, 80)},
    )
    data = simplon.encode(image)
    rng = random.Random(20)
    refused = 0
    for _ in range(2000):
        damaged = bytearray(data)
        for _ in range(rng.randint(1, 3)):
            at = rng.randrange(len(damaged))
            what = rng.randrange(3)
            if what == 0:
                damaged[at] ^= 1 << rng.randrange(8)
            elif what == 1:
                damaged[at:at] = damaged[at : at + rng.randint(1, 8)]
            else:
                del damaged[at : at + rng.randint(1, 8)]
        try:
            simplon.to_plain(simplon.decode(bytes(damaged)))
        except CodecError as error:
            refused += 1
            assert error.category
            assert str(error)
    assert refused > 1000


def _end(count: int, size: int = 1 << 20) -> bytes:
    packed = b"".join(compress(np.zeros(size, np.uint8), "lz4", 1))
    tags = [cbor2.CBORTag(56500, ["lz4", 0, packed])] * count
    return cbor2.dumps({"type": "end", "series_id": 1, "series_unique_id": "x", "more": tags})


def test_what_one_message_opens_counts_together() -> None:
    """400 payloads of 1 MiB stand in two megabytes, and each alone is within the limit."""
    data = _end(400)

    with pytest.raises(LimitError, match="2097152 bytes are asked for by all that is compressed so far") as caught:
        simplon.decode(data, limits=Limits(total_bytes=1 << 20))

    assert caught.value.path == "more[1]"
    assert caught.value.at is not None
    assert simplon.decode(_end(3), limits=Limits(total_bytes=3 << 20)).extra["more"] == [bytes(1 << 20)] * 3


def test_arrays_of_one_message_count_together() -> None:
    image = simplon.Image(series_id=1, series_unique_id="x", image_id=0, data={"a": np.zeros((64, 64), "<u2"), "b": np.zeros((64, 64), "<u2")})  # fmt: skip
    data = simplon.encode(image, compression="bslz4")

    with pytest.raises(LimitError, match="16384 bytes are asked for by all that is compressed so far") as caught:
        simplon.decode(data, limits=Limits(total_bytes=16383))

    assert caught.value.path == "data.b"
    assert set(simplon.decode(data, limits=Limits(total_bytes=16384)).data or {}) == {"a", "b"}
    assert set(simplon.decode(data, limits=Limits(total_bytes=8192), lazy=True).data or {}) == {"a", "b"}


def test_an_opened_byte_string_is_not_copied_again() -> None:
    size = 32 << 20
    data = _end(1, size)
    tracemalloc.start()
    try:
        simplon.decode(data)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert peak < 1.5 * size


def test_memory_that_is_not_there_is_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    def opened(self: object) -> bytes:
        raise MemoryError

    monkeypatch.setattr(CompressedArray, "open_bytes", opened)

    with pytest.raises(LimitError, match="1048576 bytes are asked for, there is not so much memory") as caught:
        simplon.decode(_end(1))

    assert caught.value.path == "more[0]"
