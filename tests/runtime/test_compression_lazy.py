"""Compressed arrays in messages: unopened, opened, opened into a buffer, and damaged."""

from __future__ import annotations

import tracemalloc
from typing import Any

import cbor2
import numpy as np
import pytest

from sciwire.runtime import DecodeError, EncodeError, Limits, arrays, cbor
from sciwire.runtime.arrays import CompressedArray, Place
from sciwire.runtime.arrays_writing import encode_ndarray
from sciwire.runtime.compression import compress, decompress


def tag(number: int, value: Any) -> cbor2.CBORTag:
    return cbor2.CBORTag(number, value)


def read(item: Any, *, inside: bool = False, **options: Any) -> Any:
    """Decode *item*, written by cbor2, alone or as field ``a`` of a message."""
    data = cbor2.dumps({"a": item})
    value = cbor.decode(data).value["a"]
    return arrays.decode_array(value, place=Place("a", data, 0, ("a",), rules={"size": "R-9"}), **options)


def data_of(item: Any) -> bytes:
    return cbor2.dumps({"a": item})


def wrong(item: Any) -> tuple[DecodeError, bytes]:
    with pytest.raises(DecodeError) as caught:
        array = read(item)
        if isinstance(array, CompressedArray):
            array.open()
    assert caught.value.path == "a"
    return caught.value, data_of(item)


def picture(dtype: str = "<u2", shape: tuple[int, ...] = (61, 77)) -> np.ndarray[Any, Any]:
    return np.random.default_rng(5).poisson(4, shape).astype(dtype)


def compressed(array: np.ndarray[Any, Any], algorithm: str = "bslz4") -> tuple[CompressedArray, bytes]:
    data = b"\xa1\x61a" + b"".join(encode_ndarray(array, algorithm))
    lazy = arrays.decode_array(cbor.decode(data).value["a"], place=Place("a", data, 0, ("a",)))
    assert isinstance(lazy, CompressedArray)
    return lazy, data


@pytest.mark.parametrize("algorithm", ["bslz4", "lz4"])
def test_compressed_arrays_open_when_asked(algorithm: str) -> None:
    original = picture()
    lazy, data = compressed(original, algorithm)

    assert (lazy.algorithm, lazy.shape, lazy.dtype, lazy.nbytes) == (
        algorithm,
        (61, 77),
        original.dtype,
        original.nbytes,
    )
    assert bytes(lazy.payload) == data[-len(lazy.payload) :]
    assert bytes(lazy.chunk) == bytes(lazy.payload)[12:]
    assert np.array_equal(lazy.open(), original)
    assert not lazy.open().flags.writeable
    assert np.array_equal(np.asarray(lazy), original)


def test_out_is_filled_when_it_fits() -> None:
    original = picture()
    lazy, _ = compressed(original)
    out = np.empty((61, 77), "<u2")

    assert lazy.open(out) is out
    assert np.array_equal(out, original)
    frozen = np.empty((61, 77), "<u2")
    frozen.flags.writeable = False
    for bad, words in (
        (np.empty((77, 61), "<u2"), "out must be uint16 of shape (61, 77), it is uint16 of (77, 61)"),
        (np.empty((61, 77), "<u4"), "out must be uint16 of shape (61, 77), it is uint32 of (61, 77)"),
        (np.empty((61, 77), ">u2"), "out must be uint16 of shape (61, 77), it is >u2 of (61, 77)"),
        (np.empty((61, 77), "<u2", order="F"), "out must be writable and C-contiguous"),
        (np.empty((61, 154), "<u2")[:, ::2], "out must be writable and C-contiguous"),
        (frozen, "out must be writable and C-contiguous"),
    ):
        with pytest.raises(EncodeError) as caught:  # the caller's mistake: the bytes are good
            lazy.open(bad)
        assert (caught.value.problem, caught.value.path) == (words, lazy.place.path)
        assert not isinstance(caught.value, DecodeError)


def test_a_failed_open_leaves_out_alone() -> None:
    lazy, _ = compressed(picture())
    lazy.payload = lazy.payload[:-1]
    out = np.full((61, 77), 7, "<u2")
    with pytest.raises(DecodeError):
        lazy.open(out)

    assert (out == 7).all()


def test_the_typed_array_rules_the_dtype_and_the_tag_the_shuffle() -> None:
    original = picture("<u4", (45,))
    payload = b"".join(compress(original.view("u1"), "bslz4", 2))
    lazy = read(tag(70, tag(56500, ["bslz4", 2, payload])))

    assert lazy.shape == (45,)
    assert np.array_equal(lazy.open(), original)


def test_compressed_column_major() -> None:
    original = picture("<u2", (6, 4))
    payload = b"".join(encode_ndarray(original, "bslz4"))
    item = cbor2.loads(payload)
    lazy = read(tag(1040, [[4, 6], item.value[1]]))

    assert np.array_equal(lazy.open(), original.T)
    out = np.empty((4, 6), "<u2")
    assert np.array_equal(lazy.open(out), original.T)
    # and it goes out again unopened, with its tag
    again = cbor.decode(b"".join(encode_ndarray(lazy))).value
    assert again.number == 1040
    assert np.array_equal(arrays.decode_array(again).open(), original.T)


def test_errors_in_a_payload_have_absolute_offsets() -> None:
    lazy, data = compressed(picture())
    begin = len(data) - len(lazy.payload)
    for change, at, category, problem in (
        ({7: 0xFF}, begin, "size", "dimensions 61 x 77 of uint16 need 9394 bytes, the payload declares 9471"),
        ({11: 1}, begin, "compression", "the block size is 8193 bytes, it must be a multiple of 16 (2 bytes x 8)"),
        ({12: 0x80}, begin + 12, "compression", None),
    ):
        bad = bytearray(data)
        for offset, byte in change.items():
            bad[begin + offset] = byte
        item = arrays.decode_array(cbor.decode(bad).value["a"], place=Place("a", bad, 0, ("a",)))
        with pytest.raises(DecodeError) as caught:
            item.open()
        assert (caught.value.at, caught.value.category, caught.value.path) == (at, category, "a")
        assert problem is None or caught.value.problem == problem


def test_an_unknown_algorithm_is_at_its_name_and_only_when_opened() -> None:
    item = tag(40, [[1], tag(69, tag(56500, ["zippy", 2, b"x" * 20]))])
    lazy = read(item)

    assert lazy.algorithm == "zippy"
    assert lazy.shape == (1,)
    error, data = wrong(item)
    assert (error.category, error.at) == ("unsupported", data.index(b"\x65zippy"))


def test_sizes_beyond_payload_or_limit_allocate_nothing() -> None:
    header = (2**41).to_bytes(8, "big") + (8192).to_bytes(4, "big")
    for limits in (Limits(), Limits(total_bytes=2**62)):
        lazy = read(tag(40, [[2**20, 2**20], tag(69, tag(56500, ["bslz4", 2, header + b"\0" * 5]))]), limits=limits)
        with pytest.raises(DecodeError) as caught:
            lazy.open()
        assert caught.value.category in ("limit", "compression")


def test_a_typed_array_without_dimensions_takes_its_length_from_the_header() -> None:
    for payload, category in (
        (b"\0" * 11, "compression"),
        ((7).to_bytes(8, "big") + b"\0\0\x20\0" + b"1234567", "size"),
    ):
        error, data = wrong(tag(69, tag(56500, ["bslz4", 2, payload])))
        assert (error.category, error.at) == (category, len(data) - len(payload))


def test_compressed_byte_strings() -> None:
    raw = b"abc" * 100
    payload = b"".join(compress(np.frombuffer(raw, "u1"), "lz4", 1))
    lazy = arrays.decode_byte_string(cbor.decode(cbor2.dumps(tag(56500, ["lz4", 0, payload]))).value)

    assert isinstance(lazy, CompressedArray)
    assert lazy.open().tobytes() == raw
    assert arrays.decode_byte_string(memoryview(raw)) == raw
    with pytest.raises(DecodeError):
        arrays.decode_byte_string("text")


@pytest.mark.parametrize(
    ("rules", "rule"),
    [
        ({"tail.lz4": "R-1", "tail": "R-2", "blocks": "R-3"}, "R-1"),
        ({"tail.bslz4": "R-1", "tail": "R-2", "blocks": "R-3"}, "R-2"),
        ({"blocks.lz4": "R-3", "blocks": "R-4"}, "R-3"),
        ({"tail.bslz4": "R-1", "blocks": "R-4"}, "R-4"),
        ({"header": "R-1"}, "R-0"),
    ],
)
def test_a_fault_cites_its_own_rule_or_that_of_the_wider_one(rules: dict[str, str], rule: str) -> None:
    place = Place(rule="R-0", rules=rules)

    assert place.error("tail.lz4", "too short", "compression", None).rule == rule


@pytest.mark.parametrize("algorithm", ["bslz4", "lz4", "bszstd"])
def test_a_header_alone_costs_no_memory(algorithm: str) -> None:
    payload = memoryview((1 << 30).to_bytes(8, "big") + (1 << 20).to_bytes(4, "big"))
    tracemalloc.start()
    with pytest.raises(DecodeError, match="block 0 of 1024 is missing") as caught:
        decompress(payload, algorithm, 2, place=Place(data=payload))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert (caught.value.category, caught.value.at) == ("compression", 12)
    assert peak < 1 << 20
