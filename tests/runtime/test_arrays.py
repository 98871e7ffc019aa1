"""Typed and n-d arrays to numpy and back; every way to get one wrong has its place in the error."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import Any

import cbor2
import numpy as np
import pytest

from sciwire.runtime import DecodeError, EncodeError, arrays, cbor
from sciwire.runtime.arrays import CompressedArray, Place
from sciwire.runtime.arrays_writing import encode_ndarray

# RFC 8746 section 2.1, table 1, written out
TABLE = {
    64: "uint8", 65: ">u2", 66: ">u4", 67: ">u8", 68: "uint8", 69: "<u2", 70: "<u4", 71: "<u8",
    72: "int8", 73: ">i2", 74: ">i4", 75: ">i8", 77: "<i2", 78: "<i4", 79: "<i8",
    80: ">f2", 81: ">f4", 82: ">f8", 83: "V16", 84: "<f2", 85: "<f4", 86: "<f8", 87: "V16",
}  # fmt: skip


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


@pytest.mark.parametrize("number", TABLE)
def test_every_typed_array(number: int) -> None:
    dtype = np.dtype(TABLE[number])
    raw = bytes(range(6 * dtype.itemsize))
    array = read(tag(40, [[2, 3], tag(number, raw)]))

    assert array.dtype == dtype
    assert array.dtype.str == dtype.str
    assert array.shape == (2, 3)
    assert array.tobytes() == raw
    assert not array.flags.writeable
    assert read(tag(number, raw)).shape == (6,)
    assert read(tag(number, b"")).shape == (0,)


def test_arrays_are_views_of_the_callers_buffer() -> None:
    data = bytearray(data_of(tag(69, b"\1\2\3\4")))
    array = arrays.decode_array(cbor.decode(data).value["a"])
    data[-1] = 5

    assert array.tolist() == [0x0201, 0x0503]


def test_column_major_arrays_run_down_the_columns() -> None:
    array = read(tag(1040, [[2, 3], tag(64, bytes(range(6)))]))

    assert array.tolist() == [[0, 2, 4], [1, 3, 5]]
    assert array.flags.f_contiguous
    assert read(tag(1040, [[2, 3], list(range(6))])).tolist() == [[0, 2, 4], [1, 3, 5]]


@pytest.mark.parametrize(
    ("items", "dtype"),
    [
        ([1, 2, 3, 4], "<i8"),
        ([1, 2, 3, 2**64 - 1], "<u8"),
        ([1, 2, 3, 2**63], "<u8"),
        ([1, 2, 3, 2**63 - 1], "<i8"),
        ([1, 2, 3, -(2**63)], "<i8"),
        ([0.5, 1.0, 2.0, 3.0], "<f8"),
        ([1, 2, 3, 0.5], "<f8"),
        ([True, False, True, True], "|b1"),
    ],
)
def test_plain_and_homogeneous_elements(items: list[Any], dtype: str) -> None:
    for elements in (items, tag(41, items)):
        array = read(tag(40, [[2, 2], elements]))
        assert (array.dtype.str, array.shape) == (dtype, (2, 2))
        assert array.reshape(-1).tolist() == items


PIXELS = tag(69, bytes(12))
WRONG = [
    (tag(40, [[2, 4], PIXELS]), "size", b"\x4c", "dimensions 2 x 4 of uint16 need 16 bytes, the byte string has 12"),
    (tag(40, [[2**32, 2**32], PIXELS]), "size", b"\x4c", None),
    (tag(40, [[2**63, 2], PIXELS]), "size", b"\x4c", None),
    (tag(40, [[2**64 - 1] * 30, PIXELS]), "size", b"\x4c", None),
    (tag(40, [[0, 6], PIXELS]), "constraint", b"\x00\x06", "a dimension is 0"),
    (tag(40, [[], PIXELS]), "constraint", b"\x80", "an array has 1 to 32 dimensions, this has 0"),
    (tag(40, [[1] * 33, PIXELS]), "constraint", b"\x98\x21", "an array has 1 to 32 dimensions, this has 33"),
    (tag(40, [[-2, 3], PIXELS]), "type", b"\x21\x03", "a dimension is an unsigned integer, this is -2"),
    (tag(40, [[2.0, 3], PIXELS]), "type", b"\xfb\x40", "a dimension is an unsigned integer, this is a float"),
    (tag(40, [[True, 6], PIXELS]), "type", b"\xf5", "a dimension is an unsigned integer, this is a boolean"),
    (tag(40, [6, PIXELS]), "type", b"\x06", "expected an array of dimensions, got an integer"),
    (
        tag(40, [[2, 3]]),
        "type",
        b"\x81",
        "expected an array of dimensions and elements under tag 40, got an array of 1",
    ),
    (tag(40, b"x"), "type", b"\x41", "expected an array of dimensions and elements under tag 40, got a byte string"),
    (tag(40, [[2, 3], b"xxxxxx"]), "type", b"\x46", "expected a typed or plain array as elements, got a byte string"),
    (tag(40, [[2, 3], tag(63, b"")]), "type", b"\xd8\x3f", "expected a typed or plain array as elements, got tag 63"),
    (tag(40, [[2, 3], tag(76, bytes(6))]), "unsupported", b"\xd8\x4c", "tag 76 is reserved"),
    (
        tag(40, [[1], tag(40, [[1], [1]])]),
        "type",
        b"\xd8\x28\x82\x81\x01\x81",
        "expected a typed or plain array as elements, got tag 40",
    ),
    (tag(69, b"abc"), "size", b"\x43", "uint16 needs a multiple of 2 bytes, the byte string has 3"),
    (tag(69, "ab"), "type", b"\x62ab", "expected a byte string under tag 69, got text"),
    (tag(69, tag(70, b"")), "type", b"\xd8\x46", "expected a byte string under tag 69, got tag 70"),
    (tag(40, [[2, 3], [1, 2, 3]]), "size", b"\x83", "dimensions 2 x 3 need 6 elements, the array has 3"),
    (tag(40, [[2], [1, "z"]]), "type", b"\x61z", None),
    (tag(40, [[2], [True, 1]]), "type", b"\xf5", None),
    (tag(40, [[2], [2**64 - 1, -1]]), "unsupported", b"\x82\x1b", None),
    ([1, 2], "type", b"\x82", "expected an array under a tag, got an array"),
    (tag(56500, ["bslz4", 2, b""]), "type", b"\xd9\xdc\xb4", "tag 56500 is no typed array"),
]


@pytest.mark.parametrize(("item", "category", "needle", "problem"), WRONG)
def test_what_is_wrong_is_named_with_its_place(item: Any, category: str, needle: bytes, problem: str | None) -> None:
    error, data = wrong(item)

    assert error.category == category
    assert error.at == data.rindex(needle)
    assert problem is None or error.problem == problem
    assert error.rule == ("R-9" if category == "size" else "")


@pytest.mark.parametrize(
    "content",
    [["bslz4", 2], ["bslz4", 2, b"", 1], [b"bslz4", 2, b""], ["bslz4", -2, b""], ["bslz4", True, b""], "x", {}],
)
def test_what_stands_under_the_compression_tag_is_checked(content: Any) -> None:
    for item in (tag(40, [[1], tag(69, tag(56500, content))]), tag(69, tag(56500, content))):
        error, data = wrong(item)
        assert error.category == "type"
        assert error.at == data.index(b"\xd9\xdc\xb4") + 3
    with pytest.raises(DecodeError) as caught:
        data = data_of(tag(56500, content))
        arrays.decode_byte_string(cbor.decode(data).value["a"], place=Place("a", data, 0, ("a",)))
    assert caught.value.at == data.index(b"\xd9\xdc\xb4") + 3


# encode


def picture(dtype: str = "<u2", shape: tuple[int, ...] = (61, 77)) -> np.ndarray[Any, Any]:
    return np.random.default_rng(5).poisson(4, shape).astype(dtype)


@pytest.mark.parametrize("dtype", sorted({*TABLE.values()} - {"V16"}))
@pytest.mark.parametrize("compression", ["none", "bslz4", "lz4"])
def test_encoded_arrays_come_back(dtype: str, compression: str) -> None:
    for shape in ((1,), (7,), (3, 5), (2, 3, 40)):
        original = picture(dtype, shape)
        data = b"".join(encode_ndarray(original, compression))
        array = arrays.decode_array(cbor.decode(data).value)
        array = array.open() if isinstance(array, CompressedArray) else array
        assert array.dtype.str == original.dtype.str
        assert np.array_equal(array, original)


def test_the_head_of_an_image_is_the_documented_one() -> None:
    # the example of the format document: 514 x 1030 pixels of uint16 under bslz4, element size 2
    data = b"".join(encode_ndarray(np.zeros((514, 1030), "<u2"), "bslz4"))

    assert data.startswith(bytes.fromhex("d8288282190202190406d845d9dcb48365") + b"bslz4\x02")
    assert bytes.fromhex("000000000010281800002000") in data[:40]
    assert b"".join(encode_ndarray(np.zeros(1, "<u2"), "lz4"))[10:20] == b"\x83\x63lz4\0" + b"\x52\0\0\0"


def test_memory_layout_and_byte_order_follow_the_rule() -> None:
    base = picture("<u2", (12, 10))
    plain = b"".join(encode_ndarray(base))
    for other in (np.asfortranarray(base), np.repeat(base, 2, axis=1)[:, ::2], base[::-1][::-1]):
        assert b"".join(encode_ndarray(other)) == plain
    big = base.astype(">u2")
    kept = cbor.decode(b"".join(encode_ndarray(big))).value
    assert kept.value[1].number == 65
    assert b"".join(encode_ndarray(big, byte_order="<")) == plain
    assert cbor.decode(b"".join(encode_ndarray(base, byte_order=">"))).value == kept


def test_contiguous_arrays_are_not_copied() -> None:
    array = picture()
    parts = encode_ndarray(array)

    assert any(np.shares_memory(np.frombuffer(part, np.uint8), array) for part in parts if len(part) > 100)


def test_booleans_go_out_as_a_homogeneous_array() -> None:
    original = np.array([[True, False], [False, True]])
    data = b"".join(encode_ndarray(original))

    assert data == bytes.fromhex("d82882820202d82984f5f4f4f5")
    assert np.array_equal(arrays.decode_array(cbor.decode(data).value), original)


def test_typed_array_alone() -> None:
    assert b"".join(encode_ndarray(np.array([1, 2], "<u2"), n_dimensional=False)) == bytes.fromhex("d8454401000200")
    assert b"".join(encode_ndarray(np.array([], "<u2"), n_dimensional=False)) == bytes.fromhex("d84540")


@pytest.mark.parametrize(
    ("array", "options", "category"),
    [
        (np.zeros((0, 3), "<u2"), {}, "constraint"),
        (np.array(5, "<u2"), {}, "constraint"),
        (np.zeros((2, 3), "<u2"), {"n_dimensional": False}, "constraint"),
        (np.zeros(3, bool), {"n_dimensional": False}, "constraint"),
        (np.zeros(3, "<c16"), {}, "type"),
        (np.array(["a"]), {}, "type"),
        (np.array([None]), {}, "type"),
        (np.zeros(3, "<u2"), {"compression": "bszstd"}, "unsupported"),
    ],
)
def test_what_has_no_form_is_refused(array: Any, options: Any, category: str) -> None:
    with pytest.raises(EncodeError) as caught:
        encode_ndarray(array, **options)

    assert caught.value.category == category


# real images


def test_real_images_decode_to_the_published_pixels() -> None:
    root = os.environ.get("SCIWIRE_CORPUS")
    if root is None:
        pytest.skip("SCIWIRE_CORPUS is not set")
    folder = Path(root) / "simplon"
    expected = json.loads((folder / "EXPECTED.json").read_text())
    seen = 0
    for name, facts in expected.items():
        if not name.endswith(".cbor") or "data" not in facts:
            continue
        data = (folder / name).read_bytes()
        value = cbor.decode(data).value
        message = value.value if isinstance(value, cbor.Tagged) else value
        for channel, want in facts["data"].items():
            place = Place(f"data.{channel}", data, 0, ("data", channel))
            lazy = arrays.decode_array(message["data"][channel], place=place)
            assert isinstance(lazy, CompressedArray)
            array = lazy.open()
            assert (list(array.shape), array.dtype.str) == (want["shape"], want["dtype"])
            assert int(array.sum(dtype=np.uint64)) == want["sum"]
            assert hashlib.sha256(array.tobytes()).hexdigest() == want["sha256"]
            assert place.of(lazy.payload) == data.index(bytes(lazy.payload[:64]))
            seen += 1
    assert seen >= 15
