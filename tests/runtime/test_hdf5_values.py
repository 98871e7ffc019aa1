"""What callers give is checked before a file is touched: numbers are never wrapped, cut, rounded or parsed."""

from __future__ import annotations

import array
from typing import Any

import numpy as np
import pytest
from hdf5_files import LAYOUT

from sciwire.runtime import EncodeError
from sciwire.runtime.hdf5 import Dataset, Element, OutOfRangeError, UnequalLengthsError, UnknownColumnError
from sciwire.runtime.hdf5.append import prepared
from sciwire.runtime.hdf5.numbers import numbers
from sciwire.runtime.hdf5.values import dataset_value, rows_value

WORDS, HEADS = LAYOUT.datasets


@pytest.mark.parametrize(
    ("values", "dtype", "expected"),
    [
        ([0, 255], "u1", [0, 255]),
        (range(3), "<u2", [0, 1, 2]),
        ((n for n in (1, 2)), "<i4", [1, 2]),
        ([], "u1", []),
        ([1.0, 2.0], "u1", [1, 2]),
        ([True, False], "u1", [1, 0]),
        ([2**64 - 1, 1], "<u8", [2**64 - 1, 1]),
        ([2**63 + 1, 2], "<u8", [2**63 + 1, 2]),
        ([-(2**63), 2**63 - 1], "<i8", [-(2**63), 2**63 - 1]),
        (np.array([1, 2], ">u4"), "<u2", [1, 2]),
        (np.float32([1.5]), "<f8", [1.5]),
        ([2**53 + 1, 0.0], "<u8", [2**53 + 1, 0]),
        ([1, 0], "?", [True, False]),
    ],
)
def test_numbers_that_fit_are_kept_exactly(values: Any, dtype: str, expected: list[Any]) -> None:
    """Every value is the one that was given, in the type of the file."""
    result = numbers(values, dtype)

    assert result.dtype == np.dtype(dtype) and result.tolist() == expected


@pytest.mark.parametrize(
    ("values", "dtype", "kind", "path"),
    [
        ([0, 256], "u1", OutOfRangeError, "[1]"),
        ([-1], "u1", OutOfRangeError, "[0]"),
        (np.array([300]), "u1", OutOfRangeError, "[0]"),
        (np.array([[1, 2], [3, 999]]), "u1", OutOfRangeError, "[1, 1]"),
        ([2**64], "<u8", OutOfRangeError, "[0]"),
        ([10**30, 1], "<i8", OutOfRangeError, "[0]"),
        ([float(2**64)], "<u8", OutOfRangeError, "[0]"),
        ([1e39], "<f4", OutOfRangeError, "[0]"),
        ([2], "?", OutOfRangeError, "[0]"),
        ([1.5], "u1", EncodeError, "[0]"),
        (np.array([1, np.nan]), "u1", OutOfRangeError, "[1]"),
        (np.array([0.5]), "u1", EncodeError, "[0]"),
        (["1"], "u1", EncodeError, ""),
        ([b"1"], "u1", EncodeError, ""),
        ([None], "u1", EncodeError, "[0]"),
        ("12", "u1", EncodeError, ""),
        ([[1], [1, 2]], "u1", EncodeError, ""),
        ([1j], "<f8", EncodeError, ""),
        (np.array(["2026"], "M8[s]"), "<i8", EncodeError, ""),
    ],
)
def test_numbers_that_do_not_fit_are_refused(values: Any, dtype: str, kind: type[Exception], path: str) -> None:
    """Out of range is an OverflowError too, anything else a TypeError and ValueError; the item is named."""
    with pytest.raises(kind) as caught:
        numbers(values, dtype)

    assert isinstance(caught.value, EncodeError) and caught.value.path == path
    assert isinstance(caught.value, OverflowError) == (kind is OutOfRangeError)


def test_bounds_are_inclusive() -> None:
    """A bound of the layout holds for values of any type."""
    assert numbers([0, 15], "u1", 0, 15).tolist() == [0, 15]
    for values in ([16], np.array([-1.0]), np.array([np.nan])):
        with pytest.raises(OutOfRangeError):
            numbers(values, "<f8" if np.asarray(values).dtype == float else "u1", 0, 15)


@pytest.mark.parametrize(
    "word",
    [
        b"\1\2",
        bytearray(b"\1\2"),
        memoryview(b"\1\2"),
        np.array([1, 2], "u1"),
        np.array([513], "<u2"),
        np.array([[1, 9, 2]], "u1")[:, ::2],
        array.array("B", [1, 2]),
    ],
)
def test_bytes_are_whatever_has_them(word: Any) -> None:
    """A message is anything that gives raw bytes, whatever its element type and strides."""
    assert list(rows_value(WORDS, [b"", word])) == [b"", b"\1\2"]
    assert list(rows_value(WORDS, iter([word]))) == [b"\1\2"]


@pytest.mark.parametrize("words", ["text", b"bytes", 5, None, ["text"], [5], [[1, 2]], [None], [b"", 1.5]])
def test_what_has_no_bytes_is_refused(words: Any) -> None:
    """Text, numbers, lists of numbers and bytes in place of a list of them are type errors."""
    with pytest.raises(TypeError) as caught:
        rows_value(WORDS, words)

    assert isinstance(caught.value, EncodeError) and caught.value.category == "type"


def test_columns_have_defaults_and_all_one_length() -> None:
    """Columns that are not given hold their defaults; those that are must agree with each other and the words."""
    rows = prepared(LAYOUT, "row", {"words": [b"a", b"b"], "heads": None})
    assert rows["heads"].tolist() == [(0, -1), (0, -1)]
    rows = prepared(LAYOUT, "row", {"words": [b"a", b"b"], "heads": {"gain": iter([5, 6])}})
    assert rows["heads"].tolist() == [(0, 5), (0, 6)]
    for heads in ({"site": [1]}, {"site": [1, 2, 3]}, {"site": [1, 2], "gain": [1]}, {"site": []}):
        with pytest.raises(UnequalLengthsError) as caught:
            prepared(LAYOUT, "row", {"words": [b"a", b"b"], "heads": heads})
        assert isinstance(caught.value, AssertionError) and caught.value.category == "size"
    with pytest.raises(UnknownColumnError, match="no column 'sit', known: site, gain") as unknown:
        prepared(LAYOUT, "row", {"words": [b"a"], "heads": {"sit": [1]}})
    assert isinstance(unknown.value, RuntimeError)
    with pytest.raises(EncodeError, match="the column is missing"):
        prepared(LAYOUT, "row", {"heads": {"site": [1]}})


def test_structured_arrays_and_mappings_are_one() -> None:
    """A compound may be given as it was read."""
    table = np.array([(1, 2), (3, 4)], [("site", "<i8"), ("gain", "<i2")])
    rows = prepared(LAYOUT, "row", {"words": [b"", b""], "heads": table})

    assert rows["heads"].tolist() == [(1, 2), (3, 4)] and rows["heads"].dtype["site"] == "u1"


def test_nothing_goes_into_the_first_of_several_types() -> None:
    """An empty list is of no type; what it becomes stays the type of a table for all appends to come."""
    several = Dataset("a", "/a", Element("number", "u1", choices=("u1", "<u2", "<f4")), (None,))
    found = [dataset_value(several, values).dtype.str for values in ([], (), [300], [1.5])]
    assert found == ["|u1", "|u1", "<u2", "<f4"]
