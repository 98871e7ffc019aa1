"""Framed and bare payloads: what comes out, and where damage is said to be."""

from __future__ import annotations

import struct
from typing import Any

import bitshuffle
import dectris.compression
import h5py
import hdf5plugin
import lz4.block
import numpy as np
import pytest

from sciwire.runtime import DecodeError, EncodeError, FilterUnavailable, LimitError, Limits, compression
from sciwire.runtime.compression import decoding

SIZES = (0, 1, 5, 7, 8, 9, 16, 100, 1023, 1024, 4096, 4104, 8192, 8199, 30_000)


def counts(size: int, dtype: str, seed: int = 1) -> np.ndarray[Any, Any]:
    rng = np.random.default_rng(seed)
    return rng.poisson(3, size).astype(dtype)


def packed(array: np.ndarray[Any, Any], algorithm: str) -> bytes:
    flat = array.reshape(-1).view(np.uint8)
    return b"".join(compression.compress(flat, algorithm, array.dtype.itemsize))


def unpacked(payload: bytes, algorithm: str = "bslz4", element_size: int = 2, **options: Any) -> bytes:
    return compression.decompress(memoryview(payload), algorithm, element_size, **options)


@pytest.mark.parametrize("dtype", ["u1", "<u2", ">u2", "<u4", "<u8", "<c16"])
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("algorithm", ["bslz4", "lz4"])
def test_what_is_compressed_comes_back(algorithm: str, size: int, dtype: str) -> None:
    array = counts(size, dtype)
    payload = packed(array, algorithm)

    assert struct.unpack(">QI", payload[:12]) == (array.nbytes, 8192)
    # the vendor's decoder reads it without our gate
    element_size = array.dtype.itemsize
    assert dectris.compression.decompress(payload, algorithm, elem_size=element_size) == array.tobytes()
    assert unpacked(payload, algorithm, element_size, expected=array.nbytes) == array.tobytes()


def test_lz4_stores_what_does_not_shrink() -> None:
    noise = np.random.default_rng(3).integers(0, 256, 8192 + 100, dtype=np.uint8)
    zeros_then_noise = np.concatenate((np.zeros(8192, np.uint8), noise))
    payload = packed(zeros_then_noise, "lz4")
    first = struct.unpack_from(">I", payload, 12)[0]

    assert first < 100
    assert struct.unpack_from(">I", payload, 16 + first)[0] == 8192
    assert payload[20 + first : 20 + first + 8192] == noise[:8192].tobytes()
    assert payload[-100:] == noise[-100:].tobytes()


def test_zstandard_of_another_program_is_read(tmp_path: Any) -> None:
    array = counts(20_005, "<u4")
    with h5py.File(tmp_path / "a.h5", "w") as file:
        filters = hdf5plugin.Bitshuffle(cname="zstd")
        data = file.create_dataset("a", data=array, chunks=array.shape, **filters)
        payload = data.id.read_direct_chunk((0,))[1]

    assert unpacked(payload, "bszstd", 4, expected=array.nbytes) == array.tobytes()


def test_a_block_size_beyond_the_whole_is_legal() -> None:
    array = counts(48, "<u2")
    payload = packed(array, "bslz4")
    for block in (96, 112, 1 << 20, 0x7FFFFFF0, 0xFFFFFFF0):
        assert unpacked(struct.pack(">QI", 96, block) + payload[12:]) == array.tobytes()
    payload = packed(array, "lz4")
    for block in (96, 97, 0x80000000, 0xFFFFFFFF):
        assert unpacked(struct.pack(">QI", 96, block) + payload[12:], "lz4") == array.tobytes()


def test_the_element_size_of_lz4_means_nothing() -> None:
    array = counts(48, "<u2")
    for size in (0, 1, 255, 2**64 - 1):
        assert unpacked(packed(array, "lz4"), "lz4", size) == array.tobytes()


# damage

ARRAY = counts(3 * 64 + 8, "<u2")  # three blocks of 128 bytes and one of 16


def framed(blocks: list[bytes], tail: bytes = b"", size: int = ARRAY.nbytes, block: int = 128) -> bytes:
    return struct.pack(">QI", size, block) + b"".join(struct.pack(">I", len(b)) + b for b in blocks) + tail


def blocks() -> list[bytes]:
    shuffled = [bitshuffle.bitshuffle(ARRAY[at : at + 64]).tobytes() for at in range(0, ARRAY.size, 64)]
    return [lz4.block.compress(block, store_size=False) for block in shuffled]


def starts() -> list[int]:
    at, result = 12, []
    for block in blocks():
        result.append(at)
        at += 4 + len(block)
    return [*result, at]


def damaged(payload: bytes, algorithm: str = "bslz4", element_size: int = 2, **options: Any) -> DecodeError:
    message = b"--" + payload + b"--"
    view = memoryview(message)[2:-2]
    place = compression.Place("data.a", message, rules={"blocks": "R-1", "size": "R-2"}, rule="R-0")
    with pytest.raises(DecodeError) as caught:
        compression.decompress(view, algorithm, element_size, place=place, **options)
    assert caught.value.path == "data.a"
    return caught.value


def test_sound_blocks_by_hand() -> None:
    assert unpacked(framed(blocks())) == ARRAY.tobytes()
    tail = counts(3, "<u2", 9).tobytes()
    assert unpacked(framed(blocks(), tail, ARRAY.nbytes + 6)) == ARRAY.tobytes() + tail


@pytest.mark.parametrize("index", range(4))
@pytest.mark.parametrize("kind", ["longer", "shorter", "garbage", "empty", "zero"])
def test_the_first_bad_block_is_named(kind: str, index: int) -> None:
    parts = blocks()
    size = 128 if index < 3 else 16
    plain = lz4.block.decompress(parts[index], uncompressed_size=size)
    parts[index] = {
        "longer": lz4.block.compress(plain + b"\0", store_size=False),
        "shorter": lz4.block.compress(plain[:-1], store_size=False),
        "garbage": b"\xff" * len(parts[index]),
        "empty": b"",
        "zero": b"\0",
    }[kind]
    error = damaged(framed(parts))

    assert (error.category, error.at, error.rule) == ("compression", 2 + starts()[index], "R-1")
    assert error.problem == f"block {index} of 4 does not expand to exactly {size} bytes"


@pytest.mark.parametrize("index", range(4))
def test_block_lengths_are_checked(index: int) -> None:
    payload, at = framed(blocks()), starts()[index]
    left = len(payload) - at - 4
    for length in (left + 1, 0x80000000, 0xFFFFFFFF):
        error = damaged(payload[:at] + struct.pack(">I", length) + payload[at + 4 :])
        assert (error.category, error.at) == ("compression", 2 + at)
        assert error.problem == f"block {index} of 4 declares {length} bytes, {left} are left"


def test_every_truncation_of_a_payload_is_refused_at_the_block_that_is_cut() -> None:
    tail = b"123456"
    payload = framed(blocks(), tail, ARRAY.nbytes + 6)
    for cut in range(len(payload)):
        error = damaged(payload[:cut])
        # a byte of LZ4 can't hold 406, so the header is at fault; without any byte the block is missing
        expected = 0 if cut < 12 or cut == 13 else max(start for start in starts() if start <= cut)
        assert (error.category, error.at) == ("compression", 2 + expected), cut


@pytest.mark.parametrize("extra", [b"\0", b"\0\0\0\0", b"x" * 99])
def test_bytes_behind_the_last_block_are_refused(extra: bytes) -> None:
    for tail in (b"", b"123456"):
        payload = framed(blocks(), tail, ARRAY.nbytes + len(tail))
        error = damaged(payload + extra)
        assert (error.category, error.at) == ("compression", 2 + len(payload))
        assert error.problem == f"{len(extra)} bytes follow the end of the payload"
    one_block_more = framed([*blocks(), blocks()[0]])
    assert damaged(one_block_more).at == 2 + starts()[-1]
    assert damaged(packed(ARRAY, "lz4") + extra, "lz4").at == 2 + len(packed(ARRAY, "lz4"))
    assert damaged(struct.pack(">QI", 0, 8192) + extra).at == 2 + 12


def test_declared_sizes_are_gated() -> None:
    good = framed(blocks())
    error = damaged(good, expected=402)
    assert (error.category, error.at, error.rule) == ("size", 2, "R-2")
    assert error.problem == "402 bytes are expected, the payload declares 400"
    for size in (1 << 40, 1 << 62, 1 << 63, (1 << 64) - 1):
        error = damaged(struct.pack(">Q", size) + good[8:])
        assert isinstance(error, LimitError)
        assert error.at == 2
    # below total_bytes, and more than the payload can hold
    chunk = len(good) - 12
    error = damaged(struct.pack(">Q", chunk * 256) + good[8:])
    assert (error.category, error.problem) == (
        "compression",
        f"{chunk} bytes of bslz4 hold at most {chunk * 255}, the payload declares {chunk * 256}",
    )
    assert isinstance(damaged(good, limits=Limits(expansion=1)), LimitError)
    assert isinstance(damaged(good, limits=Limits(total_bytes=399)), LimitError)
    assert unpacked(good, limits=Limits(total_bytes=400)) == ARRAY.tobytes()


@pytest.mark.parametrize("block", [0, 1, 8, 24, 127, 136])
def test_block_sizes_are_whole_groups_of_elements(block: int) -> None:
    error = damaged(framed(blocks(), block=block))

    assert (error.category, error.at) == ("compression", 2)
    if block != 136:
        assert error.problem == f"the block size is {block} bytes, it must be a multiple of 16 (2 bytes x 8)"
    assert damaged(struct.pack(">QI", 8, 0) + b"12345678", "lz4").category == "compression"


def test_element_sizes_are_bounded() -> None:
    for size in (0, -1, 65537, 2**64 - 1):
        assert damaged(framed(blocks()), element_size=size).category == "compression"


def test_unknown_algorithms_are_named() -> None:
    error = damaged(framed(blocks()), "gzip")

    assert (error.category, error.rule) == ("unsupported", "R-0")
    assert error.problem == "the compression 'gzip' is unknown, known are bslz4, lz4, bszstd"
    with pytest.raises(EncodeError) as caught:
        compression.compress(np.zeros(8, np.uint8), "bszstd", 1)
    assert caught.value.category == "unsupported"


def test_a_missing_decoder_has_the_pip_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "dectris.compression", None)
    decoding._vendor_decoder.cache_clear()

    with pytest.raises(FilterUnavailable, match="pip install dectris-compression"):
        unpacked(framed(blocks()))


def test_many_small_blocks_are_explained_in_time() -> None:
    array = counts(8 * 3000, "u1")
    parts = [
        lz4.block.compress(bitshuffle.bitshuffle(array[at : at + 8]).tobytes(), store_size=False)
        for at in range(0, array.size, 8)
    ]
    assert unpacked(framed(parts, b"", array.size, 8), "bslz4", 1) == array.tobytes()
    sound = framed(parts, b"", array.size, 8)
    assert damaged(sound + b"x", "bslz4", 1).problem == "1 bytes follow the end of the payload"
    parts[2500] = b"\xff" * 9
    error = damaged(framed(parts, b"", array.size, 8), "bslz4", 1)
    assert error.problem == "block 2500 of 3000 does not expand to exactly 8 bytes"
    assert error.at == 2 + 12 + sum(4 + len(part) for part in parts[:2500])


# no header


@pytest.mark.parametrize("size", [1, 8, 100, 4096, 10_005])
def test_blocks_without_header(size: int) -> None:
    array = counts(size, "<f8")
    bare = memoryview(bitshuffle.compress_lz4(array, 4096).tobytes())

    assert compression.decompress_headless(bare, 8, 4096, array.nbytes) == array.tobytes()
    for payload, excess in ((bare[:-1], False), (bytes(bare) + b"x", True)):
        message = b"-" + payload
        place = compression.Place("image", message)
        with pytest.raises(DecodeError) as caught:
            compression.decompress_headless(memoryview(message)[1:], 8, 4096, array.nbytes, place=place)
        assert caught.value.category == "compression"
        assert isinstance(caught.value.at, int)
        assert 1 <= caught.value.at < len(message)
        assert (caught.value.at == len(message) - 1) == excess or size < 8


def test_hostile_lengths_without_header() -> None:
    for blocks_, size, elements in ((b"\xff" * 4, 32768, 4096), (b"", 1 << 40, 4096), (b"\0" * 9, 64, 0), (b"", 8, -8)):
        with pytest.raises(DecodeError):
            compression.decompress_headless(memoryview(blocks_), 8, elements, size)


# bare blocks


def test_bare_blocks_hold_exactly_what_is_expected() -> None:
    raw = counts(5000, "<u2").tobytes()
    block = compression.compress_block(raw)

    assert lz4.block.decompress(block, uncompressed_size=len(raw)) == raw
    assert compression.decompress_block(block, len(raw)) == raw
    assert compression.decompress_block(compression.compress_block(b""), 0) == b""
    for size in (0, len(raw) - 1, len(raw) + 1, -1, 1 << 31, 1 << 40):
        with pytest.raises(DecodeError):
            compression.decompress_block(block, size)
    for bad in (block[:-1], block + b"\0", b"", b"\xff" * 50):
        with pytest.raises(DecodeError):
            compression.decompress_block(bad, len(raw))
