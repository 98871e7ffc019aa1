"""Bytes that were made to hurt: each is refused with its place, soon, and without memory for what is not there."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from work import frugal

from sciwire.runtime import DecodeError, LimitError, Limits, TruncatedError, arrays, cbor
from sciwire.runtime.arrays_writing import encode_ndarray

ONES = "ff" * 8


def error_of(data: bytes, kind: type[DecodeError], **options: Any) -> DecodeError:
    with pytest.raises(kind) as caught, frugal(2, 100_000):
        cbor.decode(data, **options)
    return caught.value


@pytest.mark.parametrize("head", ["5b", "7b", "9b", "bb"])
def test_lengths_of_all_ones_are_truncated(head: str) -> None:
    error = error_of(bytes.fromhex(f"a16161{head}{ONES}00"), TruncatedError)

    assert (error.path, error.at) == ("a", 3)
    assert f"declares {2**64 - 1}" in error.problem


@pytest.mark.parametrize("head", ["9b", "bb"])
def test_counts_far_beyond_much_data_are_not_read_on(head: str) -> None:
    data = bytes.fromhex(f"{head}{ONES}") + b"\0" * 5_000_000
    error = error_of(data, TruncatedError)

    assert error.at == 0


@pytest.mark.parametrize("head", ["81", "9f", "a100", "bf00", "c1", "d828"])
@pytest.mark.parametrize("depth", [65, 20_000])
def test_deep_nesting_is_refused(head: str, depth: int) -> None:
    error = error_of(bytes.fromhex(head) * depth + b"\0" * 9, LimitError)

    assert error.at == 64 * len(head) // 2 + len(head) // 2 - (1 if head in ("81", "9f", "c1") else 2)


def test_nesting_up_to_the_limit_is_read() -> None:
    assert cbor.decode(b"\x81" * 64 + b"\0").end == 65
    assert cbor.decode(b"\x9f" * 64 + b"\xff" * 64).end == 128


@pytest.mark.parametrize("head", ["9a00100000", "9f", "ba00080000", "bf"])
def test_more_items_than_the_limit_are_refused(head: str) -> None:
    data = bytes.fromhex(head) + b"\0" * (1 << 20) + b"\xff"

    with pytest.raises(LimitError) as caught:
        cbor.decode(data, limits=Limits(items=1000))
    assert caught.value.at == 0 or head in ("9f", "bf")


def test_endless_containers_share_one_limit() -> None:
    data = b"\x9f" + b"\x9f\0\0\0\0\xff" * 300 + b"\xff"

    assert cbor.decode(data, limits=Limits(items=1500)).end == len(data)
    with pytest.raises(LimitError):
        cbor.decode(data, limits=Limits(items=1499))


def test_many_empty_chunks_are_counted() -> None:
    with pytest.raises(LimitError):
        cbor.decode(b"\x5f" + b"\x40" * 2000 + b"\xff", limits=Limits(items=1000))


# real messages, cut


def messages() -> list[tuple[str, bytes]]:
    root = os.environ.get("SCIWIRE_CORPUS")
    if root is None:
        pytest.skip("SCIWIRE_CORPUS is not set")
    files = sorted((Path(root) / "simplon/stream_v2").rglob("*.cbor"))
    assert len(files) >= 10
    return [(file.name, file.read_bytes()) for file in files]


def cuts(data: bytes) -> Iterator[int]:
    """All cutting points of a small message; of a large one those near heads, and every 997th."""
    if len(data) < 2000:
        yield from range(len(data))
        return
    near = {span.start + step for span in cbor.walk(data) for step in range(-3, 14)}
    near |= {span.stop - step for span in cbor.walk(data) for step in range(1, 4)}
    yield from sorted({*(cut for cut in near if 0 <= cut < len(data)), *range(0, len(data), 99_700)})


def test_every_truncation_of_real_messages_is_truncated_error() -> None:
    for name, data in messages():
        whole = memoryview(data)
        spans = list(cbor.walk(data))
        for cut in cuts(data):
            with pytest.raises(TruncatedError) as caught:
                cbor.decode(whole[:cut])
            error = caught.value
            assert isinstance(error.at, int), name
            assert error.at <= cut
            begun = [span for span in spans if span.start == error.at]
            assert begun or cut == 0, (name, cut, error.at)
            # the item named is one that the cut has opened or split, and its path leads to it
            if begun and begun[0].kind in ("text", "bytes", "unsigned", "float"):
                assert begun[0].path == error.path, (name, cut)
                stop = begun[0].stop if begun[0].kind != "bytes" else begun[0].stop + int(begun[0].text)
                assert error.at < cut < stop, (name, cut)
                assert error.needed <= stop - cut


def test_walk_covers_every_byte_of_whatever_it_gets() -> None:
    for name, data in messages():
        for cut in [*list(cuts(data))[::7], len(data)]:
            part = data[:cut] + (b"" if cut < len(data) else b"junk")
            position = 0
            for span in cbor.walk(part):
                assert span.start == position, (name, cut)
                assert span.stop > span.start or not part
                position = span.stop
            assert position == len(part), (name, cut)


def test_mutated_messages_give_values_or_our_errors() -> None:
    originals = [data if len(data) < 3000 else data[:400] for _, data in messages()]
    rng = random.Random(20261120)
    refused = 0
    for _ in range(4000):
        data = bytearray(rng.choice(originals))
        for _ in range(rng.randrange(1, 6)):
            at = rng.randrange(len(data))
            match rng.randrange(4):
                case 0:
                    data[at] ^= 1 << rng.randrange(8)
                case 1:
                    data[at] = rng.choice((0x9F, 0xBF, 0x5F, 0x7F, 0xFF, 0x1C, 0xDB, 0x9B, 0xBB, 0x5B, 0xC2, 0xF8))
                case 2:
                    del data[at : at + rng.randrange(1, 5)]
                case 3:
                    data[at:at] = rng.randbytes(rng.randrange(1, 9))
            data = data or bytearray(1)
        assert sum(span.stop - span.start for span in cbor.walk(data)) == len(data)
        try:
            decoded = cbor.decode(data)
        except DecodeError as error:
            refused += 1
            assert error.category in ("truncated", "syntax", "limit")
            assert isinstance(error.at, int)
            assert 0 <= error.at <= len(data)
            continue
        assert cbor.decode(cbor.encode(decoded.value)).end > 0
    assert refused > 1000


def test_mutated_arrays_give_arrays_or_our_errors() -> None:
    import numpy as np

    rng = random.Random(7)
    picture = np.random.default_rng(7).poisson(3, (40, 77)).astype("<u2")
    opened = 0
    for compression in ("none", "bslz4", "lz4"):
        original = b"".join(encode_ndarray(picture, compression))
        for _ in range(1500):
            data = bytearray(original)
            for _ in range(rng.randrange(1, 4)):
                data[rng.randrange(45) if rng.random() < 0.7 else rng.randrange(len(data))] = rng.randrange(256)
            try:
                item = cbor.decode(data).value
                array = arrays.decode_array(item, place=arrays.Place("a", data))
                if isinstance(array, arrays.CompressedArray):
                    array = array.open()
                opened += array.size > 0
            except DecodeError as error:
                assert isinstance(error.at, int)
                assert 0 <= error.at <= len(data)
    assert opened > 100
