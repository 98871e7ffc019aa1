"""Decimal text to doubles: every value is the one that float() gives, whatever the layout of the field."""

from __future__ import annotations

import math
import struct
import tracemalloc
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from sciwire.runtime.textfields import parse_decimal

BLANKS = "".join(map(chr, range(0x21)))


@pytest.fixture(scope="module", autouse=True, params=[0, 1000], ids=["together", "one by one"])
def _few(request: pytest.FixtureRequest) -> Iterator[None]:
    """Every test is made with all rows together, and with the reader or writer of columns that are short."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sciwire.runtime.textfields.decimal.FEW", request.param)
        yield


def fields(texts: list[str], width: int | None = None) -> NDArray[np.uint8]:
    width = width or max(map(len, texts))
    joined = "".join(text.ljust(width) for text in texts)
    return np.frombuffer(joined.encode("latin-1"), np.uint8).reshape(len(texts), width)


def bits(values: object) -> list[bytes]:
    return [b"nan" if x != x else struct.pack("<d", x) for x in np.asarray(values, float).tolist()]


def number(text: str) -> float:
    """What Double.parseDouble makes of a field, said with Python's own readers; NaN where it throws."""
    text = text.strip(BLANKS)
    bare = text.lstrip("+-")
    if len(text) - len(bare) <= 1 and bare in ("NaN", "Infinity"):
        return float(text)
    try:
        if bare[:2] in ("0x", "0X"):
            mantissa, mark, exponent = text.lower().partition("p")
            exponent = exponent[:-1] if exponent[-1:] in "df" else exponent
            if not mark or not set(mantissa) <= set("+-0123456789abcdefx.") or not set(exponent) <= set("+-0123456789"):
                return math.nan
            return float.fromhex(f"{mantissa}p{exponent}")
        if not set(text) <= set("0123456789+-.eEdDfF"):
            return math.nan
        return float(text[:-1] if text[-1:] in ("d", "D", "f", "F") else text)
    except OverflowError:
        return -math.inf if text.startswith("-") else math.inf
    except ValueError:
        return math.nan


# From the list of what the reference accepts and refuses.
ACCEPTED = {
    "12": 12.0, "-.5": -0.5, "5.": 5.0, "1e5": 1e5, "+1.5E01": 15.0, "1.0E-100": 1e-100, "Infinity": math.inf,
    "-Infinity": -math.inf, "+Infinity": math.inf, "1d": 1.0, "1D": 1.0, "0.1f": 0.1, "0.1F": 0.1, "0x1p3": 8.0,
    "-0X1.8P1": -3.0, "0x.8p1": 1.0, "0x1.p0": 1.0, "1e400": math.inf, "-1e400": -math.inf, "1e-400": 0.0, "-0": -0.0,
    "1e00005": 1e5, "0x1p99999": math.inf, "-0x1p99999999999999999999": -math.inf, "0x1p-99999999999999999999": 0.0,
    "0x0p99999999999999": 0.0, "0x1p000000000000000003": 8.0, "9007199254740993": 9007199254740992.0, "1e23": 1e23, "0x1p3d": 8.0,
    "1.79769313486231580793728971405304e308": math.inf,
    "1.79769313486231580793728971405303e308": 1.7976931348623157e308, "1e22": 1e22, "123456789012345678901234567890": 1.2345678901234568e29,
    "2.2250738585072011e-308": 2.225073858507201e-308, "4.9e-324": 5e-324, "2.4e-324": 0.0, "1e+5": 1e5,
}  # fmt: skip
REFUSED = (
    "nan", "inf", "NAN", "infinity", "Infinityd", "NaNf", "1,5", "1_0", "1e5_0", "0x10", "0x", "0xp3", "0x1p", "0x.p1",
    "0x1_0p3", "*****", "+", "-", ".", "e", "e5", "-e5", ".e5", "1e", "1e+", "1e1.5", "1e5.", "1e++5", "1.2.3", "1e5e5",
    "--1", "+-1", "- 1", "1-", "1df", "1:2", "1.0 2.0", "1 e5", "1\t2", "1\x001", "", "\xb2", "\xff",
)  # fmt: skip


@pytest.mark.parametrize("width", [24, 40, 62, 63, 64, 100])
@pytest.mark.parametrize("text", ACCEPTED)
def test_what_java_accepts_is_read(text: str, width: int) -> None:
    bad = np.ones(3, bool)
    values = parse_decimal(
        fields([text.ljust(width), text.rjust(width), f"\t{text}\n\0"], max(width, len(text) + 3)), bad=bad
    )
    assert bits(values) == bits([ACCEPTED[text]] * 3)
    assert not bad.any()


@pytest.mark.parametrize("sign", ["", "+", "-"])
def test_nan_is_a_number_that_is_nan(sign: str) -> None:
    bad = np.ones(1, bool)
    assert np.isnan(parse_decimal(fields([f" {sign}NaN "]), bad=bad)).all()
    assert not bad.any()


@pytest.mark.parametrize("text", REFUSED)
@pytest.mark.parametrize("width", [20, 80])
def test_what_java_refuses_is_nan_and_marked(text: str, width: int) -> None:
    bad = np.zeros(2, bool)
    assert np.isnan(parse_decimal(fields([text, text.rjust(width)], width), bad=bad)).all()
    assert bad.all()


FRAGMENT = st.sampled_from(
    ["", "+", "-", ".", "e", "E", "0", "1", "9", "12345", "00000", "99999999", " ", "\0", "NaN", "f", "0x", "p"]
)
TEXTS = st.one_of(
    st.floats().map(repr),
    st.floats(width=32).map(lambda x: f"{x:+.2E}"),
    st.integers(-(10**25), 10**25).map(str),
    st.tuples(st.integers(0, 10**20), st.integers(-345, 330)).map(lambda p: f"{p[0]}e{p[1]}"),
    st.tuples(st.integers(-(10**9), 10**9), st.integers(0, 10**12)).map(lambda p: f"{p[0]}.{p[1]}"),
    st.lists(FRAGMENT, max_size=7).map("".join),
    st.text("0123456789+-.eE dDfFxXpP", max_size=12),
)


@settings(max_examples=400, deadline=None)
@given(st.lists(st.tuples(TEXTS, st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=40))
@example([("1", 0, 0), ("-1.00E-100", 0, 0), ("1.5", 3, 0), ("*****", 0, 4)])
def test_every_value_is_that_of_float(rows: list[tuple[str, int, int]]) -> None:
    texts = [" " * before + text + " " * after for text, before, after in rows]
    bad = np.zeros(len(texts), bool)
    assert bits(parse_decimal(fields(texts, max(1, *map(len, texts), 1)), bad=bad)) == bits([number(t) for t in texts])
    assert [not flag or number(text) != number(text) for flag, text in zip(bad.tolist(), texts, strict=True)]


@pytest.mark.parametrize(
    "form",
    ["{:+.2E} ", "{:9.3g} ", "{:<12.4g}", "{:12.3f}", "{:.0f}", "{!r}", "{:.16e}", "{:24.16E}", "{:.18e}", "{:.25e}"],
)
def test_large_columns_agree_with_float(form: str) -> None:
    rng = np.random.default_rng(20261120)
    raw = np.frombuffer(rng.bytes(8 * 30_000), "<f8")
    mild = rng.normal(size=30_000) * 10.0 ** rng.integers(-9, 15, 30_000)
    for numbers in (mild, raw[np.isfinite(raw)] if "f" not in form else mild):
        texts = [form.format(x) for x in numbers.tolist()]
        width = max(map(len, texts))
        assert bits(parse_decimal(fields([text.rjust(width) for text in texts]))) == bits([float(t) for t in texts])


def test_halfway_cases_round_to_even() -> None:
    rng = np.random.default_rng(7)
    odd = rng.integers(2**52, 2**53, 5000).astype(object) * 2 + 1  # 54 bits: halfway between two doubles
    texts = [str(x) for x in odd]
    texts += [f"{text}.{'0' * 3}1" for text in texts[:100]] + [f"{int(x) - 1}.9999" for x in odd[:100]]
    # the same and quarters of it by a power of ten that is no double: only an error bound tells these from the rest
    texts += [f"{x}.0" for x in odd] + [
        f"{x // 4 // 2 * 2 + 1}.{fraction}" for x in odd[:500] for fraction in (5, 50, 25, 75)
    ]
    assert bits(parse_decimal(fields(texts))) == bits([float(t) for t in texts])


@pytest.mark.parametrize(
    "pattern",
    ["+1.23E-04 ", "  1.5 ", "12345678 ", " -0.1234", "1e5", "-7.E05\n", "1234567890123456", " 1.2345678E-012 "],
)
def test_every_single_change_in_a_uniform_column(pattern: str) -> None:
    changed = [
        pattern[:place] + character + pattern[place + 1 :]
        for place in range(len(pattern))
        for character in "+-.eE 0x\0d,"
    ]
    texts = [pattern] * (12 * len(changed))
    for index, text in enumerate(changed):
        texts[12 * index + 5] = text
    bad = np.zeros(len(texts), bool)
    values = parse_decimal(fields(texts), bad=bad)
    assert bits(values) == bits([number(text) for text in texts])
    assert bad.tolist() == [math.isnan(number(text)) for text in texts]


@pytest.mark.parametrize("width", range(1, 20))
def test_any_characters_are_read_as_one_by_one(width: int) -> None:
    """Rows of one block disagree in everything: signs, points, exponents and blanks at any place."""
    rng = np.random.default_rng(width)
    drawn = [rng.choice(np.frombuffer(some, "u1"), (400, width)) for some in (b"0123456789.eE+- ", b"00112233445566.-")]
    exponents = rng.choice(np.frombuffer(b"0123456789", "u1"), (400, width))
    exponents[np.arange(400), rng.integers(0, width, 400)] = ord("e")
    exponents[np.arange(400), rng.integers(0, width, 400)] = rng.choice(np.frombuffer(b".-+ ", "u1"), 400)
    rows = np.concatenate([*drawn, exponents])
    bad = np.zeros(len(rows), bool)

    values = parse_decimal(rows, bad=bad)

    told = [number(row.tobytes().decode()) for row in rows]
    assert bad.tolist() == [math.isnan(one) for one in told]
    assert bits(values) == bits(told)


@pytest.mark.parametrize("first", ["*****", "NaN", "1.5", ""])
def test_nan_does_not_disturb_its_neighbours(first: str) -> None:
    texts = [first] + ["  NaN", "  2.5", "NaN", "  nan", "  123"] * 100
    bad = np.zeros(len(texts), bool)
    assert bits(parse_decimal(fields(texts), bad=bad)) == bits([number(text) for text in texts])
    assert bad.tolist() == [first in ("*****", "")] + [False, False, False, True, False] * 100


def test_fields_may_touch_and_be_strided() -> None:
    packet = b":01:-1.00E-100+2.50E001\n:01:      NaN   3.00000 "
    rows = np.frombuffer(packet, np.uint8).reshape(2, 24)
    assert bits(parse_decimal(rows[:, 4:14])) == bits([-1e-100, math.nan])
    assert bits(parse_decimal(rows[::-1, 14:24])) == bits([3.0, 25.0])


def test_out_receives_the_values() -> None:
    out = np.zeros(4)
    result = parse_decimal(fields(["1", "2"]), out=out[::2])
    assert result.tolist() == [1.0, 2.0]
    assert out.tolist() == [1.0, 0.0, 2.0, 0.0]


@pytest.mark.parametrize("out", [np.zeros(2, "f4"), np.zeros(3), np.zeros((2, 1))], ids=["f4", "long", "rank"])
def test_out_of_another_kind_is_a_type_error(out: NDArray[np.floating]) -> None:
    with pytest.raises(TypeError, match=r"out must be float64 of shape \(2,\), got float"):
        parse_decimal(fields(["1", "2"]), out=out)  # type: ignore[arg-type]


@pytest.mark.parametrize("shape", [(0, 10), (5, 0), (0, 0)])
def test_empty_columns(shape: tuple[int, int]) -> None:
    values = parse_decimal(np.zeros(shape, np.uint8))
    assert values.shape == shape[:1]
    assert np.isnan(values).all()


@pytest.mark.parametrize("wrong", [np.zeros((2, 3)), np.zeros(6, np.uint8), b"12"])
def test_misuse_is_a_type_error(wrong: object) -> None:
    with pytest.raises(TypeError, match="expected a uint8 array of shape"):
        parse_decimal(wrong)  # type: ignore[arg-type]


def test_memory_stays_within_three_payloads() -> None:
    payload = fields(["+1.23E-04 "] * 200_000)
    parse_decimal(payload[:1000])
    tracemalloc.start()
    parse_decimal(payload)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2 * payload.nbytes  # with the payload itself: three


def test_long_fields_of_digits_take_linear_time() -> None:
    text = "1" * 300_000 + "x"
    assert np.isnan(parse_decimal(fields([text]))).all()
