"""Canonical values: there and back, equality as conformance.md section 3 has it, and hostile text."""

from __future__ import annotations

import datetime as dt
import json
import math
import struct
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sciwire.runtime import CodecError, DecodeError, EncodeError, plain
from sciwire.runtime.cbor.values import Pairs, Simple
from sciwire.runtime.values import DateTime, Rational, Tagged

PAYLOAD_NAN = struct.unpack(">d", bytes.fromhex("fff8000000000001"))[0]

# worked out by hand from conformance.md section 3
FORMS: list[tuple[Any, Any]] = [
    (None, None),
    (True, True),
    (2**53, 9007199254740992),
    (2**53 + 1, {"$int": "9007199254740993"}),
    (-(2**53) - 1, {"$int": "-9007199254740993"}),
    (1.5, 1.5),
    (-0.0, {"$float": "-0.0"}),
    (math.inf, {"$float": "inf"}),
    (-math.inf, {"$float": "-inf"}),
    (math.nan, {"$float": "nan"}),
    (PAYLOAD_NAN, {"$float": "nan:fff8000000000001"}),
    (b"\x00\xff", {"$bytes": "AP8="}),
    (memoryview(b"a"), {"$bytes": "YQ=="}),
    (np.array([[1, 2]], "<u2"), {"$nd": {"dtype": "<u2", "shape": [1, 2], "data": "AQACAA=="}}),
    (np.array([1], ">u2"), {"$nd": {"dtype": ">u2", "shape": [1], "data": "AAE="}}),
    (np.uint8(7), {"$nd": {"dtype": "|u1", "shape": [], "data": "Bw=="}}),
    (np.array([True]), {"$nd": {"dtype": "|b1", "shape": [1], "data": "AQ=="}}),
    (np.zeros(1, "V16"), {"$nd": {"dtype": "|V16", "shape": [1], "data": "AAAAAAAAAAAAAAAAAAAAAA=="}}),
    (np.array(["a", ""]), {"$strings": ["a", ""]}),
    (np.array([["a"], ["b"]], object), {"$strings": [["a"], ["b"]]}),
    (Rational(2, 4), {"$ratio": [2, 4]}),
    (Fraction(1, 3), {"$ratio": [1, 3]}),
    (DateTime("2023-10-03T17:47:48.3+02:00"), {"$date": "2023-10-03T17:47:48.3+02:00"}),
    (dt.datetime(2020, 1, 2, tzinfo=dt.UTC), {"$date": "2020-01-02T00:00:00Z"}),
    (Tagged(258, [1]), {"$tag": [258, [1]]}),
    (Simple(23), {"$simple": 23}),
    ({"a": [1, {"b": None}]}, {"a": [1, {"b": None}]}),
    ({"$a": 1}, {"$map": [["$a", 1]]}),
    ({1: "x"}, {"$map": [[1, "x"]]}),
    (Pairs([(b"k", 1), (b"k", 2)]), {"$map": [[{"$bytes": "aw=="}, 1], [{"$bytes": "aw=="}, 2]]}),
    (np.array([(1, 2.0)], [("n", "<u2"), ("x", "<f8")]), {
        "n": {"$nd": {"dtype": "<u2", "shape": [1], "data": "AQA="}},
        "x": {"$nd": {"dtype": "<f8", "shape": [1], "data": "AAAAAAAAAEA="}},
    }),
]  # fmt: skip


@pytest.mark.parametrize(("value", "form"), FORMS, ids=lambda item: type(item).__name__)
def test_each_value_has_its_form(value: Any, form: Any) -> None:
    assert plain.to_plain(value) == form


@pytest.mark.parametrize("form", [form for _, form in FORMS], ids=lambda item: type(item).__name__)
def test_a_form_survives_python_and_json(form: Any) -> None:
    again = plain.to_plain(plain.from_plain(json.loads(json.dumps(form))))

    assert plain.difference(form, again) == ""
    assert json.dumps(again, sort_keys=True) == json.dumps(form, sort_keys=True)


def test_arrays_come_back_read_only() -> None:
    array = plain.from_plain({"$nd": {"dtype": "<u2", "shape": [1], "data": "AQA="}})

    texts = plain.from_plain({"$strings": ["a"]})

    for one, item in ((array, 2), (texts, "b")):
        with pytest.raises(ValueError, match="read-only"):
            one[0] = item


def test_strides_and_order_of_memory_do_not_show() -> None:
    array = np.arange(6, dtype="<u2").reshape(2, 3)

    assert plain.to_plain(np.asfortranarray(array)) == plain.to_plain(array)
    assert plain.to_plain(array.T) == plain.to_plain(np.ascontiguousarray(array.T))


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (object(), "expected a value with a canonical form, got object"),
        (np.zeros(1, "longdouble"), "expected a dtype with a canonical form, got <f16"),
        ({1, 2}, "expected a value with a canonical form, got set"),
    ],
)
def test_what_has_no_form_is_an_encode_error(value: Any, message: str) -> None:
    if isinstance(value, np.ndarray) and value.dtype.itemsize == 8:
        pytest.skip("long double is binary64 on this platform")
    with pytest.raises(EncodeError) as caught:
        plain.to_plain(value)

    assert (str(caught.value), caught.value.category) == (message, "type")


def test_endless_nesting_is_an_error_both_ways() -> None:
    endless: list[Any] = []
    endless.append(endless)
    deep: Any = 1
    for _ in range(1000):
        deep = [deep]

    with pytest.raises(EncodeError) as caught:
        plain.to_plain(endless)
    with pytest.raises(DecodeError) as refused:
        plain.from_plain(deep)
    assert (caught.value.category, refused.value.category) == ("limit", "limit")


HOSTILE: list[tuple[Any, str, str]] = [
    ({"$nd": {"dtype": "O", "shape": [1], "data": ""}}, "syntax", "'O' is no dtype with an explicit byte order"),
    ({"$nd": {"dtype": "u2", "shape": [1], "data": "AAA="}}, "syntax", "explicit byte order"),
    ({"$nd": {"dtype": "=u2", "shape": [1], "data": "AAA="}}, "syntax", "explicit byte order"),
    ({"$nd": {"dtype": "|S0", "shape": [2**62], "data": ""}}, "syntax", "explicit byte order"),
    ({"$nd": {"dtype": "<u2,<u2", "shape": [1], "data": ""}}, "syntax", "explicit byte order"),
    ({"$nd": {"dtype": "<u2", "shape": [-1], "data": ""}}, "size", "a dimension is -1"),
    (
        {"$nd": {"dtype": "<u2", "shape": [2**63], "data": ""}},
        "size",
        "need 18446744073709551616 bytes, the data are 0",
    ),
    ({"$nd": {"dtype": "<u2", "shape": [0, 2**62, 2**62], "data": ""}}, "syntax", "$nd can hold"),
    ({"$nd": {"dtype": "<u2", "shape": [1] * 40, "data": "AAA="}}, "syntax", "at most 32"),
    ({"$nd": {"dtype": "<u2", "shape": [True], "data": "AAA="}}, "syntax", "integers"),
    ({"$nd": {"dtype": "<u2", "shape": [2], "data": "AAA="}}, "size", "2 of <u2 need 4 bytes, the data are 2"),
    ({"$nd": {"dtype": "<u2", "shape": [1], "sha256": "0" * 64}}, "syntax", "not {dtype, shape, data}"),
    ({"$nd": {"dtype": "<u2", "shape": [1], "data": "AAAA"}}, "size", "1 of <u2 need 2 bytes, the data are 3"),
    ({"$bytes": "a*"}, "syntax", "not base64"),
    ({"$bytes": "é"}, "syntax", "not base64"),
    ({"$int": "1.0"}, "syntax", "not a decimal integer"),
    ({"$int": 1}, "syntax", "not a decimal integer"),
    ({"$int": "9" * 5000}, "syntax", "not a decimal integer"),
    ({"$float": "1.5"}, "syntax", "hex float"),
    ({"$float": "nan:7ff0000000000000"}, "syntax", "hex float"),
    ({"$float": "0x1p99999"}, "syntax", "too large"),
    ({"$strings": [["a"], "b"]}, "syntax", "equal lengths"),
    ({"$strings": [1]}, "syntax", "not strings"),
    ({"$ratio": [1]}, "syntax", "$ratio can hold"),
    ({"$ratio": [1, 0.5]}, "syntax", "not two integers"),
    ({"$ratio": [1, True]}, "syntax", "not two integers"),
    ({"$tag": [-1, 0]}, "syntax", "no unsigned integer"),
    ({"$map": [[1]]}, "syntax", "$map can hold"),
    ({"$date": 5}, "syntax", "not text"),
    ({"$simple": 256}, "syntax", "0 to 255"),
    ({"$pickle": "gASVAAAA"}, "syntax", "one known $ key"),
    ({"$int": "1", "x": 2}, "syntax", "one known $ key"),
    ({1: 2}, "type", "string keys"),
    (math.nan, "syntax", "JSON has no word for"),
    (b"raw", "type", "expected a JSON value, got bytes"),
]


@pytest.mark.parametrize(("form", "category", "text"), HOSTILE, ids=lambda item: repr(item)[:40])
def test_what_is_not_canonical_is_refused_with_its_place(form: Any, category: str, text: str) -> None:
    with pytest.raises(DecodeError) as caught:
        plain.from_plain({"a": [form]})

    assert caught.value.category == category
    assert text in caught.value.problem
    assert caught.value.path.startswith("a[0]")


def test_check_lets_a_digest_pass_where_from_plain_cannot() -> None:
    form = {"a": [{"$nd": {"dtype": "<u2", "shape": [3], "sha256": "ab" * 32}}]}

    plain.check(form)
    with pytest.raises(CodecError):
        plain.check({"a": {"$nd": {"dtype": "<u2", "shape": [3], "sha256": "xyz"}}})


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats()
    | st.text()
    | st.binary()
    | st.binary(max_size=16).map(lambda data: np.frombuffer(data, "<u1"))
    | st.builds(Rational, st.integers(), st.integers()),
    lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.integers(), inner),
    max_leaves=10,
)


@settings(max_examples=100, deadline=None)
@given(VALUES)
def test_any_value_survives_json_and_equals_itself(value: Any) -> None:
    form = plain.to_plain(value)

    again = plain.to_plain(plain.from_plain(json.loads(json.dumps(form))))
    assert plain.difference(form, again) == ""


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2020-01-01T00:00:00Z", dt.datetime(2020, 1, 1, tzinfo=dt.UTC)),
        ("2020-01-01t00:00:00.123456789z", dt.datetime(2020, 1, 1, 0, 0, 0, 123456, tzinfo=dt.UTC)),
        ("2020-01-01T02:00:00.5+02:00", dt.datetime(2020, 1, 1, 0, 0, 0, 500000, tzinfo=dt.UTC)),
        ("2016-12-31T23:59:60Z", None),
        ("2020-02-30T00:00:00Z", None),
        ("2020-01-01", None),
        ("20200101T000000Z", None),
        ("2020-01-01T00:00:00", None),
        ("noon", None),
    ],
)
def test_a_date_keeps_its_text_and_gives_a_moment_where_there_is_one(text: str, moment: dt.datetime | None) -> None:
    assert (DateTime(text).text, DateTime(text).datetime) == (text, moment)


def test_a_rational_is_kept_as_sent_and_divides() -> None:
    assert Rational(2, 4) != Rational(1, 2)
    assert float(Rational(2, 4)) == 0.5
    with pytest.raises(ZeroDivisionError):
        float(Rational(1, 0))
