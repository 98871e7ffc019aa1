"""Doubles to decimal text: the digits of repr, a field that holds them all, or a refusal."""

from __future__ import annotations

import math
import struct
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from sciwire.runtime import EncodeError
from sciwire.runtime.textfields import format_decimal


@pytest.fixture(scope="module", autouse=True, params=[0, 1000], ids=["together", "one by one"])
def _few(request: pytest.FixtureRequest) -> Iterator[None]:
    """Every test is made with all rows together, and with the reader or writer of columns that are short."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sciwire.runtime.textfields.decimal_text.FEW", request.param)
        yield


def texts(fields: NDArray[np.uint8]) -> list[str]:
    return [bytes(row).decode() for row in fields]


def doubles(values: list[float]) -> NDArray[np.float64]:
    return np.array(values, np.float64)


def spelling(value: float) -> str:
    return repr(value).replace("nan", "NaN").replace("inf", "Infinity")


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.one_of(
            st.floats(),
            st.decimals(-(10**6), 10**6, places=3).map(float),
            st.floats(width=16),
            st.integers(-(2**54), 2**54).map(float),
            st.tuples(st.integers(0, 10**17), st.integers(0, 20)).map(lambda p: p[0] / 10 ** p[1]),
        ),
        min_size=1,
        max_size=40,
    )
)
def test_each_field_is_the_repr_of_its_value(values: list[float]) -> None:
    values = [*values, 0.5]  # not a column of whole numbers
    got = texts(format_decimal(doubles(values)))
    longest = max(len(spelling(value)) for value in values)
    assert got == [f"{spelling(value):>{longest}} " for value in values]


@settings(max_examples=200, deadline=None)
@given(st.lists(st.integers(-(2**53) + 1, 2**53 - 1), min_size=1, max_size=40))
def test_whole_numbers_are_written_as_such(values: list[int]) -> None:
    longest = max(len(str(value)) for value in values)
    assert texts(format_decimal(doubles([float(v) for v in values]))) == [f"{value:>{longest}} " for value in values]


def test_whole_columns_keep_minus_zero_and_what_is_not_finite() -> None:
    got = texts(format_decimal(doubles([1.0, -0.0, math.nan, math.inf, -math.inf])))
    assert got == ["        1 ", "       -0 ", "      NaN ", " Infinity ", "-Infinity "]


def test_beyond_2_53_whole_numbers_are_written_as_doubles() -> None:
    assert texts(format_decimal(doubles([2.0**53, 1e300]))) == ["9007199254740992.0 ", "            1e+300 "]


def test_blocks_of_different_widths_line_up() -> None:
    values = np.full(20_000, 0.5)
    values[0], values[-1] = 1 / 3, -1e-300
    got = texts(format_decimal(values))
    assert set(map(len, got)) == {19}
    assert [float(text) for text in got] == values.tolist()
    assert (got[0], got[1], got[-1]) == ("0.3333333333333333 ", "               0.5 ", "           -1e-300 ")


def test_float32_is_widened_so_that_a_reader_of_doubles_gets_it_back() -> None:
    values = np.array([0.1, 1e-5, 3.5], np.float32)
    assert [float(text) for text in texts(format_decimal(values))] == values.astype(np.float64).tolist()


def test_float32_in_its_own_digits() -> None:
    rng = np.random.default_rng(3)
    values = np.frombuffer(rng.bytes(4000), "<f4")
    values = np.append(values[np.isfinite(values)], np.float32(0.1))
    got = texts(format_decimal(values, single=True))
    assert got[-1].strip() == "0.1"
    assert [struct.pack("<f", float(text)) for text in got] == [struct.pack("<f", x) for x in values.tolist()]


def test_a_text_may_fill_its_field() -> None:
    assert texts(format_decimal(doubles([1.5, -2.25]), 5)) == [" 1.5 ", "-2.25"]
    assert texts(format_decimal(doubles([1.5, -2.25]), 8)) == ["    1.5 ", "  -2.25 "]


def test_too_narrow_is_refused_with_the_number() -> None:
    with pytest.raises(EncodeError) as caught:
        format_decimal(doubles([1.5, -2.25]), 4)
    assert str(caught.value) == "a field of 4 bytes can't hold -2.25 exactly, which takes 5"
    assert caught.value.category == "size"


@pytest.mark.parametrize(
    ("value", "width", "expected"),
    [
        (1 / 3, 6, ".3333 "),
        (-1 / 3, 6, "-.333 "),
        (123456.7, 7, "123457 "),
        (123456.7, 6, "1.2e5 "),
        (1.23456e-100, 8, "1e-100"),
        (1.267e-100, 9, "1.3e-100"),
        (1e-300, 5, "*****"),
        (1e-300, 6, "1e-300"),
        (0.9996, 3, "1"),
        (math.inf, 7, "*******"),
        (-1.7976931348500002e308, 18, "-1.7976931348e308"),
        (1.7976931348623157e308, 6, "1e308"),
        (math.nan, 2, "**"),
        (-math.inf, 9, "-Infinity"),
    ],
)
def test_rounded_to_fit_on_request(value: float, width: int, expected: str) -> None:
    got = texts(format_decimal(doubles([value]), width, exact=False))[0]
    assert len(got) == width
    assert got.strip() == expected.strip()


@settings(max_examples=300, deadline=None)
@given(st.floats(allow_nan=False, allow_infinity=False), st.integers(1, 26))
def test_rounding_never_overflows_and_stays_close(value: float, width: int) -> None:
    got = texts(format_decimal(doubles([value, 0.5]), width, exact=False))[0]
    assert len(got) == width
    if "*" in got:
        assert got == "*" * width
    else:
        digits = max(1, width - 8)
        assert math.isclose(float(got), value, rel_tol=10.0 ** (1 - digits), abs_tol=5e-324)


def test_empty_column() -> None:
    assert format_decimal(doubles([])).shape == (0, 2)
    assert format_decimal(doubles([]), 10).shape == (0, 10)


def test_width_zero_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="at least 1 byte wide"):
        format_decimal(doubles([1.0]), 0)
