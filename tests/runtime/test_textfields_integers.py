"""Whole numbers as decimal and hexadecimal text."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from sciwire.runtime import EncodeError
from sciwire.runtime.textfields import format_decimal, format_hex, format_integer, parse_hex, parse_integer

INT64 = st.integers(-(2**63), 2**63 - 1)
MIXED = st.one_of(INT64, st.integers(-1000, 1000), st.sampled_from([-(2**63), 2**63 - 1, 2**53 + 1, 0, -1]))


def fields(texts: list[str], width: int | None = None) -> NDArray[np.uint8]:
    width = width or max(map(len, texts))
    return np.frombuffer("".join(text.ljust(width) for text in texts).encode("latin-1"), np.uint8).reshape(-1, width)


def texts(array: NDArray[np.uint8]) -> list[str]:
    return [bytes(row).decode() for row in array]


@settings(max_examples=300, deadline=None)
@given(st.lists(MIXED, min_size=1, max_size=30))
def test_integers_are_written_and_read_exactly(values: list[int]) -> None:
    array = np.array(values, np.int64)
    longest = max(len(str(value)) for value in values)
    assert texts(format_integer(array)) == [f"{value:>{longest}} " for value in values]
    assert texts(format_decimal(array)) == texts(format_integer(array))
    assert parse_integer(fields([f"{value:>{longest}} " for value in values])).tolist() == values


def test_unsigned_integers_are_written_exactly() -> None:
    assert texts(format_integer(np.array([2**64 - 1, 0], np.uint64))) == [
        "18446744073709551615 ",
        "                   0 ",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1.0",
        "1e3",
        "*****",
        "9223372036854775808",
        "-9223372036854775809",
        "NaN",
        "1 2",
        "+",
        "0x10",
        "1" * 70,
        "1_0",
        "\xb2",
    ],
)
def test_what_is_no_integer_is_the_fill_and_marked(text: str) -> None:
    bad = np.zeros(2, bool)
    values = parse_integer(fields([text, "+0007"], max(len(text), 6)), fill=-9, bad=bad)
    assert values.tolist() == [-9, 7]
    assert bad.tolist() == [True, False]


def test_leading_zeros_beyond_19_digits() -> None:
    assert parse_integer(fields(["-000000000000000000000009223372036854775808", "0" * 90 + "5"])).tolist() == [
        -(2**63),
        5,
    ]


def test_integers_that_do_not_fit_are_refused_or_starred() -> None:
    values = np.array([5, -1234])
    assert texts(format_integer(values, 5)) == ["   5 ", "-1234"]
    with pytest.raises(EncodeError) as caught:
        format_integer(values, 4)
    assert str(caught.value) == "a field of 4 bytes can't hold -1234 exactly, which takes 5"
    assert texts(format_integer(values, 4, exact=False)) == ["  5 ", "****"]


def test_hex_as_the_reference_writes_it() -> None:
    assert texts(format_hex(np.array([255, -1]))) == ["0x000000ff ", "0xffffffff "]
    assert parse_hex(fields(["0x000000ff ", "0xffffffff "])).tolist() == [255, -1]


@settings(max_examples=200, deadline=None)
@given(st.lists(MIXED, min_size=1, max_size=30))
def test_hex_round_trip(values: list[int]) -> None:
    written = texts(format_hex(np.array(values, np.int64)))
    narrow = all(-(2**31) <= value < 2**31 for value in values)
    mask, digits = (2**32 - 1, 8) if narrow else (2**64 - 1, 16)
    assert written == [f"0x{value & mask:0{digits}x} " for value in values]
    assert parse_hex(fields(written)).tolist() == values


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0x7fffffff", 2**31 - 1),
        ("80000000", -(2**31)),
        ("0xff", 255),
        ("0x00ffffffff", 2**32 - 1),
        ("0xffffffffffffffff", -1),
        ("0x00ffffffffffffffff", -1),
        ("0X1F", 31),
        ("-1f", -31),
        ("\t1f\0", 31),
    ],
)
def test_hex_readings(text: str, expected: int) -> None:
    bad = np.zeros(2, bool)
    assert parse_hex(fields([text, "0x1"], 25), bad=bad).tolist() == [expected, 1]
    assert not bad.any()


@pytest.mark.parametrize(
    "text",
    ["", "0x", "0xg", "\x11\x11", "0x1 2", "*****", "0x1ffffffffffffffff", "0x1.0", "1" * 17, "0x\x101", "0x:", "0x`"],
)
def test_what_is_no_hex_is_the_fill_and_marked(text: str) -> None:
    for other in ("0x1", text, "0x00"):
        bad = np.zeros(2, bool)
        assert parse_hex(fields([other, text], 20), fill=7, bad=bad)[1] == 7
        assert bad[1]


@pytest.mark.parametrize(("value", "width"), [(2**31, 11), (-1, 9), (256, 5), (-1, 17), (1, 3)])
def test_hex_that_would_not_read_back_is_refused(value: int, width: int) -> None:
    with pytest.raises(EncodeError, match=rf"a field of {width} bytes can't hold {value} as hexadecimal digits"):
        format_hex(np.array([value]), width)


def test_hex_widths() -> None:
    assert texts(format_hex(np.array([255]), 5)) == ["0xff "]
    assert texts(format_hex(np.array([2**32 - 1]), 13)) == ["0x00ffffffff "]
    assert texts(format_hex(np.array([5]), 22)) == ["0x0000000000000000005 "]
    assert format_hex(np.array([], np.int64)).shape == (0, 11)
