"""Values that are awkward to write: lists that are no arrays, keys that are neither text nor numbers."""

from __future__ import annotations

import json
import struct
from typing import Any

import bitshuffle
import cbor2
import numpy as np
import pytest

from sciwire.formats import simplon
from sciwire.runtime import DecodeError, EncodeError
from sciwire.runtime.messages.anything import ANY
from sciwire.runtime.messages.containers import UnionOf
from sciwire.runtime.messages.context import Writing
from sciwire.runtime.messages.ndarrays import TypedArrayOf


@pytest.mark.parametrize("value", [[[1], [2, 3]], ["a", b"\x80"], [[1, 2], [3]]])
def test_a_list_that_is_no_array_is_left_to_the_next_of_several_types(value: Any) -> None:
    assert UnionOf((TypedArrayOf(("<f4",)), ANY)).encode(value, Writing()) == value


def message(key: str, value: str) -> bytes:
    """An end message in whose user data one *key* leads to one *value*, both CBOR in hexadecimal."""
    head = cbor2.dumps({"type": "end", "series_id": 1, "series_unique_id": "a"})
    return b"\xd9\xd9\xf7\xa4" + head[1:] + cbor2.dumps("user_data") + bytes.fromhex("a1" + key + value)


KEYS = {
    "date-time": "c063616263",
    "typed array": "d84043010203",
    "n-d array": "d82882820102d840420102",
    "compressed typed array": "d840d9dcb4836562736c7a340144ffffffff",
    "compressed byte string": "d9dcb4836562736c7a340144ffffffff",
    "array of tags": "8201c063616263",
    "map of tags": "a101c063616263",
    "map with an odd key": "a181c06161c06162",
    "unknown tag": "d903e7420102",
    "bytes": "420102",
    "bignum": "c249010000000000000000",
    "undefined": "f7",
}


@pytest.mark.parametrize("lazy", [False, True])
@pytest.mark.parametrize("value", ["01", "c063616263", "d84043010203"], ids=["number", "date-time", "typed array"])
@pytest.mark.parametrize("key", KEYS.values(), ids=KEYS)
def test_a_key_that_is_read_can_be_written_again(key: str, value: str, lazy: bool) -> None:
    data = message(key, value)

    found = simplon.decode(data, lazy=lazy)

    assert simplon.encode(found) == data
    plain = json.loads(json.dumps(simplon.to_plain(found)))
    assert simplon.encode(simplon.from_plain(plain)) == data


def test_a_compressed_array_under_an_odd_key_has_a_canonical_value() -> None:
    blocks = bitshuffle.compress_lz4(np.arange(8, dtype="u1"), 8).tobytes()
    payload = struct.pack(">QI", 8, 8) + blocks
    value = cbor2.dumps(cbor2.CBORTag(64, cbor2.CBORTag(56500, ["bslz4", 1, payload]))).hex()

    lazily = simplon.decode(message("8101", value), lazy=True)
    at_once = simplon.decode(message("8101", value))

    assert simplon.to_plain(lazily) == simplon.to_plain(at_once)


@pytest.mark.parametrize(
    ("key", "path"),
    [
        ("420102", "data.h'0102'"),
        ("5820" + "ab" * 32, f"data.h'{'ab' * 16}…'"),
        ("82820408d8464101", "data.[[4, 8], 70(h'01')]"),
        ("9818" + "01" * 24, "data.[1, 1, 1, 1, 1, 1, 1, 1, …]"),
        ("c063616263", 'data.0("abc")'),
        ("f5", "data.true"),
        ("f7", "data.undefined"),
        ("a101c06161", "data.{…}"),
    ],
)
def test_an_odd_key_stands_in_a_path_as_cbor_is_written_down(key: str, path: str) -> None:
    head = cbor2.dumps({"type": "image", "series_id": 1, "series_unique_id": "a", "image_id": 1})
    data = b"\xa5" + head[1:] + cbor2.dumps("data") + bytes.fromhex("a1" + key + "01")

    with pytest.raises(DecodeError) as caught:
        simplon.decode(data)

    assert caught.value.path == path


def test_an_odd_key_is_named_the_same_way_when_it_is_written() -> None:
    message = simplon.End(series_id=1, series_unique_id="a", extra={"x": {b"\1": {memoryview(b"\2"): open}}})

    with pytest.raises(EncodeError) as caught:
        simplon.encode(message)

    assert caught.value.path == "x.h'01'.h'02'"


def test_a_key_of_megabytes_makes_no_message_of_megabytes() -> None:
    name = "n" * 5_000_000
    head = cbor2.dumps({"type": "image", "series_id": 1, "series_unique_id": "a", "image_id": 1})

    with pytest.raises(DecodeError) as read:
        simplon.decode(b"\xa5" + head[1:] + cbor2.dumps("data") + cbor2.dumps({name: 1}))
    with pytest.raises(EncodeError) as written:
        simplon.encode(simplon.Image(series_id=1, series_unique_id="a", image_id=1, data={name: 1}))

    for error in (read.value, written.value):
        assert error.path == f"data.{name}"
        assert len(str(error)) < 1500
        assert f"data.{name[:900]}" in str(error)
        assert "expected an array" in str(error)
