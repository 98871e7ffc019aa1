"""When canonical values are equal, and how a difference is told (conformance.md section 3)."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from sciwire.runtime import plain


def nd(dtype: str, values: list[Any]) -> Any:
    return plain.to_plain(np.array(values, dtype))


SAME: list[tuple[Any, Any]] = [
    (nd("<u2", [1, 2]), nd(">u2", [1, 2])),
    ({"a": 1, "b": 2}, {"b": 2, "a": 1}),
    ({"$map": [["a", 1], ["b", 2]]}, {"b": 2, "a": 1}),
    ({"$map": [[1, "x"], [2, "y"]]}, {"$map": [[2, "y"], [1, "x"]]}),
    ({"$int": "5"}, 5),
    ({"$float": "0x1.4p+2"}, 5.0),
    (2**60, {"$int": str(2**60)}),
    (nd("<f8", [math.nan]), nd(">f8", [math.nan])),
]


@pytest.mark.parametrize(("left", "right"), SAME, ids=repr)
def test_two_spellings_of_a_value_are_equal(left: Any, right: Any) -> None:
    assert plain.difference(left, right) == ""
    assert plain.equal(right, left)


OTHER: list[tuple[Any, Any, str]] = [
    (5, 5.0, "the value: expected integer 5, got float 5.0"),
    (True, 1, "the value: expected boolean true, got integer 1"),
    (0.0, {"$float": "-0.0"}, 'the value: expected float 0.0, got float {"$float": "-0.0"}'),
    ("", None, 'the value: expected text "", got null'),
    ({"a": {"b": [1, 2]}}, {"a": {"b": [1, 3]}}, "a.b[1]: expected integer 2, got integer 3"),
    ({"a": 1}, {}, "a: expected integer 1, got nothing"),
    ({}, {"a": 1}, "a: expected nothing, got integer 1"),
    ({"x y": 1}, {"x y": 2}, '["x y"]: expected integer 1, got integer 2'),
    ([1], [1, 2], "the value: expected 1 items, got 2"),
    ({"$bytes": "AP8="}, {"$bytes": "AP4="}, "the value: expected 2 bytes 00ff, got 2 bytes 00fe"),
    ({"$ratio": [1, 2]}, {"$ratio": [2, 4]}, 'the value: expected ratio {"$ratio": [1, 2]}, got ratio {"$ratio": [2, 4]}'),
    ({"$date": "a"}, {"$date": "b"}, 'the value: expected date {"$date": "a"}, got date {"$date": "b"}'),
    ({"$tag": [1, {"a": 2}]}, {"$tag": [1, {"a": 3}]}, "value.a: expected integer 2, got integer 3"),
    ({"$map": [[1, "x"]]}, {"1": "x"}, '1: expected text "x", got nothing'),
    ({"$map": [[1, "x"]]}, {"$map": [["1", "x"]]}, '1: expected text "x", got nothing'),
    ({"$map": [[True, "x"]]}, {"$map": [[1, "x"]]}, 'True: expected text "x", got nothing'),
    ({"$map": [[{"$bytes": "aw=="}, 0]]}, {"k": 0}, """["b'k'"]: expected integer 0, got nothing"""),
    ({"$map": [[[1], 0]]}, {"$map": [[[2], 0]]}, '["[1]"]: expected integer 0, got nothing'),
    (nd("<u2", [1, 2]), nd("<u2", [1, 3]), "[1]: expected 2, got 3 (uint16; 1 of 2 elements differ)"),
    (nd("<u2", [[1], [2]]), nd("<u2", [[1], [3]]), "[1, 0]: expected 2, got 3 (uint16; 1 of 2 elements differ)"),
    (nd("<u2", [1]), nd("<i2", [1]), "the value: expected the dtype <u2, got <i2"),
    (nd("<u2", [1]), nd("<u4", [1]), "the value: expected the dtype <u2, got <u4"),
    (nd("<u2", [1]), nd("<u2", [[1]]), "the value: expected the shape [1], got [1, 1]"),
    (nd("<u2", [1]), [1], "the value: expected an array <u2 of shape [1], got a list of 1 items"),
    (nd("<M8[s]", [1]), nd("<M8[ms]", [1]), "the value: expected the dtype <M8[s], got <M8[ms]"),
    ({"$strings": ["a"]}, ["a"], "the value: expected a strings of 1 items, got a list of 1 items"),
]  # fmt: skip


@pytest.mark.parametrize(("expected", "actual", "text"), OTHER, ids=repr)
def test_a_difference_names_path_expected_and_got(expected: Any, actual: Any, text: str) -> None:
    assert plain.difference(expected, actual) == text
    assert not plain.equal(actual, expected)


def test_nan_equals_nan_with_the_same_bits_or_any_where_told() -> None:
    quiet, other = {"$float": "nan"}, {"$float": "nan:fff8000000000000"}
    arrays = [
        plain.to_plain(np.frombuffer(bytes.fromhex(text), ">f8")) for text in ("7ff8" + "0" * 12, "fff8" + "0" * 12)
    ]

    assert plain.equal(quiet, quiet)
    assert not plain.equal(quiet, other)
    assert plain.equal(quiet, other, any_nan=True)
    assert not plain.equal(*arrays)
    assert plain.equal(*arrays, any_nan=True)
    assert not plain.equal(arrays[0], nd("<f8", [0.0]), any_nan=True)


def test_byte_order_counts_only_where_the_dtype_is_data() -> None:
    assert plain.equal(nd("<u2", [1]), nd(">u2", [1]))
    assert not plain.equal(nd("<u2", [1]), nd(">u2", [1]), byte_order=True)


def test_a_digest_stands_for_data_in_any_byte_order() -> None:
    # sha256 of the bytes 01 00, from sha256sum
    text = "47dc540c94ceb704a23875c11273e16bb0b8a87aed84de911f2133568115f254"
    digest = {"$nd": {"dtype": "<u2", "shape": [1], "sha256": text}}

    assert plain.difference(digest, nd("<u2", [1])) == ""
    assert plain.difference(digest, nd(">u2", [1])) == ""
    assert plain.difference(digest, nd("<u2", [2])).startswith("the value: expected data of sha256 47dc540c94ce…, got ")
