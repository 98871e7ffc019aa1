"""CBOR items to plain values: values, paths and offsets."""

from __future__ import annotations

import math
import os
import pickle
import random
import struct
from pathlib import Path
from typing import Any

import pytest

from sciwire.runtime import DecodeError, Limits, TruncatedError, cbor
from sciwire.runtime.cbor import UNDEFINED, Pairs, Simple, Tagged


def value(text: str, **options: Any) -> Any:
    return cbor.decode(bytes.fromhex(text), **options).value


# RFC 8949 appendix A
APPENDIX_A = [
    ("00", 0),
    ("17", 23),
    ("1818", 24),
    ("1903e8", 1000),
    ("1a000f4240", 1000000),
    ("1bffffffffffffffff", 18446744073709551615),
    ("20", -1),
    ("3bffffffffffffffff", -18446744073709551616),
    ("f90000", 0.0),
    ("f93c00", 1.0),
    ("f97bff", 65504.0),
    ("f90001", 5.960464477539063e-08),
    ("fa47c35000", 100000.0),
    ("fb3ff199999999999a", 1.1),
    ("f97c00", math.inf),
    ("f4", False),
    ("f5", True),
    ("f6", None),
    ("f7", UNDEFINED),
    ("f0", Simple(16)),
    ("f8ff", Simple(255)),
    ("c074323031332d30332d32315432303a30343a30305a", Tagged(0, "2013-03-21T20:04:00Z")),
    ("d818456449455446", Tagged(24, b"dIETF")),
    ("4401020304", b"\1\2\3\4"),
    ("62c3bc", "ü"),
    ("64f0908591", "\U00010151"),
    ("8301820203820405", [1, [2, 3], [4, 5]]),
    ("98190102030405060708090a0b0c0d0e0f101112131415161718181819", list(range(1, 26))),
    ("a201020304", {1: 2, 3: 4}),
    ("5f42010243030405ff", b"\1\2\3\4\5"),
    ("7f657374726561646d696e67ff", "streaming"),
    ("9fff", []),
    ("9f018202039f0405ffff", [1, [2, 3], [4, 5]]),
    ("83018202039f0405ff", [1, [2, 3], [4, 5]]),
    ("bf61610161629f0203ffff", {"a": 1, "b": [2, 3]}),
    ("826161bf61626163ff", ["a", {"b": "c"}]),
]


@pytest.mark.parametrize(("text", "expected"), APPENDIX_A)
def test_examples_of_the_rfc_decode(text: str, expected: Any) -> None:
    decoded = cbor.decode(bytes.fromhex(text))

    assert decoded.value == expected
    assert type(decoded.value) is type(expected) or isinstance(decoded.value, memoryview)
    assert decoded.end == len(text) // 2


@pytest.mark.parametrize("make", [bytes, bytearray, memoryview, lambda data: memoryview(b"??" + data)[2:]])
def test_any_buffer_decodes_alike(make: Any) -> None:
    data = bytes.fromhex("a2616143010203626262187f")

    assert cbor.decode(make(data)).value == {"a": b"\1\2\3", "bb": 127}


def test_byte_strings_are_read_only_views_of_the_callers_buffer() -> None:
    data = bytearray(bytes.fromhex("8143010203"))
    view = cbor.decode(data).value[0]
    data[2] = 9

    assert bytes(view) == b"\t\2\3"
    assert view.readonly
    assert cbor.offset_of(view, data) == 2


def test_start_and_end_frame_the_item() -> None:
    data = b"xx" + cbor.encode([1, "a"]) + b"yy"

    assert cbor.decode(data, start=2) == ([1, "a"], len(data) - 2, (), (), 2)


def test_no_tag_acts() -> None:
    for number in (0, 1, 2, 4, 5, 28, 29, 30, 35, 36, 37, 100, 256, 258, 260, 55799):
        assert cbor.decode(cbor.encode(Tagged(number, "x"))).value == Tagged(number, "x")


def test_bignum_is_an_integer_when_asked() -> None:
    assert cbor.bignum(value("c249010000000000000000")) == 2**64
    assert cbor.bignum(value("c349010000000000000000")) == -(2**64) - 1
    with pytest.raises(DecodeError):
        cbor.bignum(Tagged(2, "x"))


def test_last_of_repeated_keys_wins_and_is_reported() -> None:
    decoded = cbor.decode(bytes.fromhex("a261618182a2616201616202f6616103"))

    assert decoded.value == {"a": 3}
    assert decoded.duplicates == ("a[0][0].b", "a")
    assert decoded.maps == (5, 0)
    assert [cbor.repeated_key(bytes.fromhex("a261618182a2616201616202f6616103"), start) for start in decoded.maps] == [
        9,
        13,
    ]


def test_keys_that_python_confuses_are_kept_apart() -> None:
    assert value("a301010ff6f52a") == Pairs([(1, 1), (15, None), (True, -11)])
    assert value("a18001") == Pairs([([], 1)])
    assert value("a2010161310a") == {1: 1, "1": 10}


def test_small_values_pickle() -> None:
    for item in (UNDEFINED, Pairs([(1, 2)]), Tagged(3, 4)):
        assert pickle.loads(pickle.dumps(item)) == item


def test_long_runs_equal_what_the_loop_reads() -> None:
    rng = random.Random(4)
    bounds = ((0, 24), (24, 1 << 8), (1 << 8, 1 << 16), (1 << 16, 1 << 32), (1 << 32, 1 << 64))
    for kind in [lambda low=low, top=top: rng.randrange(low, top) for low, top in bounds]:
        for count in (31, 32, 33, 500):
            items: list[Any] = [kind() for _ in range(count)]
            assert cbor.decode(cbor.encode(items)).value == items
            items[rng.randrange(1, count)] = 24
            assert cbor.decode(cbor.encode(items)).value == items
            items[rng.randrange(count)] = "odd one out"
            assert cbor.decode(cbor.encode(items)).value == items
    floats = [rng.random() for _ in range(40)]
    assert cbor.decode(cbor.encode(floats)).value == floats
    for code, head in (("e", b"\xf9"), ("f", b"\xfa")):
        data = b"\x98\x28" + b"".join(head + struct.pack(">" + code, number / 4) for number in range(40))
        assert cbor.decode(data).value == [number / 4 for number in range(40)]
    halves = cbor.decode(b"\x98\x28" + b"\xf9\x7e\x00" * 40).value
    assert all(math.isnan(number) for number in halves)


def test_an_array_may_end_where_the_data_end() -> None:
    assert cbor.decode(b"\x9a\x00\x01\x11\x70" + b"\x20" * 70_000).value == [-1] * 70_000


SYNTAX = [
    ("1c", "", 0, "additional information 28 is reserved"),
    ("a16161fd", "a", 3, "additional information 29 is reserved"),
    ("8201de", "[1]", 2, "additional information 30 is reserved"),
    ("1f", "", 0, "unsigned integer can't be indefinite"),
    ("813f", "[0]", 1, "negative integer can't be indefinite"),
    ("df00", "", 0, "tag can't be indefinite"),
    ("f81f", "", 0, "simple value 31 is written in two bytes, they hold 32 and more"),
    ("ff", "", 0, "a break stands where no indefinite-length item may end"),
    ("81ff", "[0]", 1, "a break stands where no indefinite-length item may end"),
    ("bf6161ff", "a", 3, "a break stands where no indefinite-length item may end"),
    ("9fc0ff", "[0]", 2, "a break stands where no indefinite-length item may end"),
    ("a161615f6161ff", "a", 4, "the chunks of an indefinite-length string are definite-length byte strings"),
    ("7f4161ff", "", 1, "the chunks of an indefinite-length string are definite-length texts"),
    ("7f7f6161ffff", "", 1, "the chunks of an indefinite-length string are definite-length texts"),
    ("5f00ff", "", 1, "the chunks of an indefinite-length string are definite-length byte strings"),
    ("62c328", "", 0, "the text is not UTF-8: invalid continuation byte"),
    ("a161618263eda08000", "a[0]", 4, "the text is not UTF-8: invalid continuation byte"),
    ("7f61c361bcff", "", 1, "the text is not UTF-8: unexpected end of data"),
]


@pytest.mark.parametrize(("text", "path", "at", "problem"), SYNTAX)
def test_malformed_items_name_their_place(text: str, path: str, at: int, problem: str) -> None:
    with pytest.raises(DecodeError) as caught:
        value(text)

    assert (caught.value.category, caught.value.path, caught.value.at) == ("syntax", path, at)
    assert caught.value.problem == problem


TRUNCATED = [
    ("", "", 0, 1),
    ("19", "", 0, 2),
    ("1bffffff", "", 0, 5),
    ("826161", "", 0, 1),  # nothing of the second item is there: what lacks bytes is the array
    ("a16161", "", 0, 1),
    ("a1616164616263", "a", 3, 1),
    ("a16464617461a1617419", "data.t", 9, 2),
    ("d9d9f7a16161fb00", "a", 6, 7),
    ("8161", "[0]", 1, 1),
    ("5f4101", "", 0, 1),
    ("5f420102420304"[:-2], "", 4, 1),
    ("9f01", "", 0, 1),
    ("c1", "", 0, 1),
    ("a3616182191234", "a", 3, 1),  # the map declares more than is left, and the array in it is cut
]


@pytest.mark.parametrize(("text", "path", "at", "needed"), TRUNCATED)
def test_truncation_names_the_innermost_item_begun(text: str, path: str, at: int, needed: int) -> None:
    with pytest.raises(TruncatedError) as caught:
        value(text)

    assert caught.value.category == "truncated"
    assert (caught.value.at, caught.value.needed) == (at, needed)
    assert caught.value.path == path


def test_paths_pass_through_tags_and_not_into_values_made_by_tags() -> None:
    for text, path in (
        ("d9d9f7a16161d8288282021c", "a"),  # tag 40: its dimensions are not fields
        ("d9d9f7a1616182021c", "a[1]"),
        ("d9d9f7821c00", "[0]"),
        ("a16161c6a161621c", "a.b"),
    ):
        with pytest.raises(DecodeError) as caught:
            value(text)
        assert caught.value.path == path


# locate


def test_locate_finds_what_a_path_leads_to() -> None:
    data = bytes.fromhex("d9d9f7a36161820102616202bf")[:-1] + bytes.fromhex("6164d8289f01d8454102ff")
    decoded = cbor.decode(data)

    assert decoded.end == len(data)
    assert cbor.locate(data, ()) == 0
    assert cbor.locate(data, (), tags=1) == 3
    assert data[cbor.locate(data, ("a",))] == 0x82
    assert data[cbor.locate(data, ("a", 1))] == 0x02
    assert cbor.locate(data, ("d",)) == data.index(b"\xd8\x28")
    assert cbor.locate(data, ("d", 1)) == data.index(b"\xd8\x45")
    assert cbor.locate(data, ("d", 1), tags=1) == data.index(b"\xd8\x45") + 2
    assert cbor.locate(data, ("missing",)) == 3
    assert cbor.locate(data, ("a", 2)) == cbor.locate(data, ("a",))
    assert cbor.locate(data, ("d", 2)) == data.index(b"\x9f")


def test_locate_takes_the_last_of_repeated_keys() -> None:
    data = bytes.fromhex("a3616101616102f500")

    assert cbor.locate(data, ("a",)) == 6
    assert cbor.locate(bytes.fromhex("a261310101f5"), (1,)) == 5


def test_offset_of_a_copy_is_none() -> None:
    data = bytes.fromhex("5f41014102ff")

    assert cbor.offset_of(cbor.decode(data).value, data) is None


# real messages


def corpus(*folders: str) -> list[Path]:
    root = os.environ.get("SCIWIRE_CORPUS")
    if root is None:
        pytest.skip("SCIWIRE_CORPUS is not set")
    files = [file for folder in folders for file in sorted((Path(root) / folder).rglob("*.cbor"))]
    assert files, "the corpus has no message"
    return files


def test_real_messages_survive_to_the_byte() -> None:
    for file in corpus("simplon/stream_v2", "simplon/simulator"):
        data = file.read_bytes()
        decoded = cbor.decode(data)

        assert decoded.end == len(data), file
        assert decoded.duplicates == ()
        assert cbor.encode(decoded.value) == data, file


def test_deep_limits_are_the_callers() -> None:
    data = b"\x81" * 500 + b"\0"

    assert cbor.decode(data, limits=Limits(depth=500)).end == 501
