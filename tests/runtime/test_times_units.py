"""Instants and the numbers of units: exact rational arithmetic is the judge."""

from __future__ import annotations

import math
from datetime import date
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from sciwire.runtime import EncodeError
from sciwire.runtime.times import (
    LEAP_FILL,
    TimeUnit,
    format_iso,
    from_unit,
    parse_iso,
    time_unit,
    to_datetime64,
    to_unit,
)

DAY = 86_400_000_000_000
UNITS = {
    unit.name: unit
    for unit in (
        time_unit("us2000", epoch="2000-01-01", step="microseconds"),
        time_unit("us2020", epoch="2020-01-01", step="1e-6"),
        time_unit("us1980", epoch="1980-01-06", step="us"),
        time_unit("us1970", epoch="1970-01-01", step=Fraction(1, 10**6)),
        time_unit("t2000", epoch="2000-01-01", step=1),
        time_unit("t2010", epoch="2010-01-01", step="s"),
        time_unit("t1970", epoch="1970-01-01T00:00", step="1"),
        time_unit("ms1970", epoch="1970-01-01", step="1/1000"),
        time_unit("mj1958", epoch="1958-01-01", step="days"),
        time_unit("mjd", epoch="1858-11-17", step=86400),
        time_unit("julianDay", epoch="-4713-11-24T12:00", step="days"),
        time_unit("cdfEpoch", epoch="0000-01-01", step="ms"),
        time_unit("ns1970", epoch="1970-01-01", step="ns"),
        time_unit("hours", epoch="1999-12-31T23:59:59.999999999", step="hours"),
        time_unit("sevenths", epoch="2000-01-01", step="1/7"),
        time_unit("weeks", epoch="1980-01-06", step=7 * 86400),
    )
}
TT2000 = time_unit("cdfTT2000", epoch="2000-01-01T11:58:55.816", step="nanoseconds", leap_seconds=True)
DAYS = st.integers(-719528, 2932896)
NS = st.one_of(
    st.integers(0, DAY - 1), st.integers(0, 86399).map(lambda s: s * 10**9), st.sampled_from([0, 1, DAY - 1])
)


def ints(*values: int) -> NDArray[np.int64]:
    return np.array(values, np.int64)


def texts(array: NDArray[np.uint8]) -> list[str]:
    return [bytes(row).decode() for row in array]


def seconds(unit: TimeUnit) -> Fraction:
    return Fraction(unit.epoch_days * DAY + unit.epoch_ns, 10**9)


def numbers(unit: TimeUnit, *iso: str) -> NDArray[np.generic]:
    fields = np.frombuffer("".join(text.ljust(30) for text in iso).encode(), np.uint8).reshape(-1, 30)
    days, ns, valid = parse_iso(fields, keep_leap=unit.leap_seconds)
    return to_unit(days, ns, unit, valid)


def test_known_numbers() -> None:
    """Epochs by definition; the others from textbooks (J2000 = JD 2451545.0, Unix time, MJD 51544)."""
    assert numbers(UNITS["julianDay"], "2000-01-01T12:00").tolist() == [2451545.0]
    assert numbers(UNITS["mjd"], "2000-01-01").tolist() == [51544.0]
    assert numbers(UNITS["mj1958"], "1958-01-02T06:00").tolist() == [1.25]
    assert numbers(UNITS["t1970"], "2001-09-09T01:46:40").tolist() == [1e9]
    assert numbers(UNITS["cdfEpoch"], "1970-01-01").tolist() == [62167219200000.0]
    assert numbers(UNITS["us2000"], "2003-09-09T00:00:00.000001", "").tolist()[0] == 116380800000001.0
    assert UNITS["julianDay"].epoch_days == -2440588
    assert UNITS["sevenths"].step_ns == 0


@pytest.mark.parametrize("name", UNITS)
@settings(max_examples=60, deadline=None)
@given(instants=st.lists(st.tuples(DAYS, NS), min_size=1, max_size=20))
def test_to_unit_is_the_nearest_double(name: str, instants: list[tuple[int, int]]) -> None:
    unit = UNITS[name]
    exact = [(Fraction(d * DAY + n, 10**9) - seconds(unit)) / unit.step for d, n in instants]
    got = to_unit(ints(*(d for d, _ in instants)), ints(*(n for _, n in instants)), unit)
    assert got.tolist() == [float(number) for number in exact]


def test_halfway_cases_are_told_by_the_rest() -> None:
    unit = UNITS["us2000"]  # 2**53 us are 285 years: beyond, a half step lies between two doubles
    start = 2**53 // (DAY // 1000)
    rows = [
        (unit.epoch_days + start + k // 7, 1000 * k + rest) for k in range(200) for rest in (0, 1, 499, 500, 501, 999)
    ]
    exact = [(Fraction(d * DAY + n, 10**9) - seconds(unit)) / unit.step for d, n in rows]
    got = to_unit(ints(*(d for d, _ in rows)), ints(*(n for _, n in rows)), unit)
    assert got.tolist() == [float(number) for number in exact]


def numbers_of(unit: TimeUnit) -> st.SearchStrategy[float]:
    span = float(4000 * 366 * 86400 / unit.step)
    return st.one_of(
        st.floats(-span, span),
        st.integers(-(10**6), 10**6).map(float),
        st.integers(-(2**20), 2**20).map(lambda k: k / 1024 + 0.5),
    )


@pytest.mark.parametrize("name", UNITS)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_from_unit_is_the_nearest_nanosecond(name: str, data: st.DataObject) -> None:
    unit = UNITS[name]
    values = data.draw(st.lists(numbers_of(unit), min_size=1, max_size=20))
    days, ns, valid = from_unit(np.array(values), unit)
    exact = [divmod(round((Fraction(value) * unit.step + seconds(unit)) * 10**9), DAY) for value in values]
    assert list(zip(days.tolist(), ns.tolist(), strict=True)) == exact
    assert valid.all()


@pytest.mark.parametrize(
    ("epoch", "step", "values", "ns"),
    [
        ("1970-01-02", "ns", [-0.5, 0.5, 1.5, -1.5, 2.5], [0, 0, 2, -2, 2]),
        ("1970-01-02T00:00:00.000000001", "ns", [-0.5, 0.5, 1.5], [0, 2, 2]),
        ("1970-01-02", "7e-9", [0.5, 1.5], [4, 10]),
        ("1970-01-02T00:00:00.000000001", "7e-9", [0.5, 1.5], [4, 12]),
    ],
)
def test_halves_go_to_the_even_nanosecond_of_the_instant(
    epoch: str, step: str, values: list[float], ns: list[int]
) -> None:
    days, found, _ = from_unit(np.array(values), time_unit("u", epoch=epoch, step=step))
    assert ((days - 1) * DAY + found).tolist() == ns


@pytest.mark.parametrize("name", ["us2000", "t1970", "mjd", "julianDay", "cdfEpoch"])
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_text_names_the_same_number_again(name: str, data: st.DataObject) -> None:
    unit = UNITS[name]
    span = float(100 * 366 * 86400 / unit.step)
    start = float((Fraction(10957 * 86400) - seconds(unit)) / unit.step)
    values = np.array(data.draw(st.lists(st.floats(start, start + span), min_size=1, max_size=20)))
    try:
        fields = format_iso(values, unit)
    except EncodeError:  # a number that lies between two nanoseconds, as small ones of us2000 may
        days, ns, _ = from_unit(values, unit)
        assert (to_unit(days, ns, unit) != values).any()
        return
    assert numbers(unit, *texts(fields)).tolist() == values.tolist()
    if fields.shape[1] > 17:  # and nothing narrower would do
        width = {20: 17, 24: 20, 27: 24, 30: 27}[fields.shape[1]]
        with pytest.raises(EncodeError):
            format_iso(values, unit, width)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (0.0, "2000-01-01T00:00 "),
        (1e6, "2000-01-01T00:00:01 "),
        (1e3, "2000-01-01T00:00:00.001 "),
        (1.0, "2000-01-01T00:00:00.000001 "),
        (0.125, "2000-01-01T00:00:00.000000125 "),
        (math.nan, "**************** "),
        (-1e31, "**************** "),
        (math.inf, "**************** "),
    ],
)
def test_the_narrowest_width_that_loses_nothing(value: float, expected: str) -> None:
    assert texts(format_iso(np.array([value]), UNITS["us2000"])) == [expected]


def test_one_width_for_a_column_with_fill() -> None:
    got = texts(format_iso(np.array([0.0, 1e3, math.nan]), UNITS["us2000"]))
    assert got == ["2000-01-01T00:00:00.000 ", "2000-01-01T00:00:00.001 ", "*" * 23 + " "]


@pytest.mark.parametrize(
    ("width", "expected"),
    [
        (30, "2000-01-01T23:59:59.999999700 "),
        (28, "2000-01-01T23:59:59.9999997 "),
        (27, "2000-01-02T00:00:00.000000 "),
        (22, "2000-01-02T00:00:00.0 "),
        (21, "2000-01-02T00:00:00  "),
        (19, "2000-01-02T00:00   "),
        (11, "2000-01-02 "),
        (35, "2000-01-01T23:59:59.999999700      "),
        (10, "********* "),
        (1, " "),
    ],
)
def test_given_widths_round_on_request_only(width: int, expected: str) -> None:
    value = np.array([86400e6 - 0.3])
    assert texts(format_iso(value, UNITS["us2000"], width, exact=False)) == [expected]
    if width >= 28:
        assert texts(format_iso(value, UNITS["us2000"], width)) == [expected]
    else:
        with pytest.raises(EncodeError, match=f"us2000 can't be written exactly as a time of {width - 1} characters"):
            format_iso(value, UNITS["us2000"], width)


def test_years_that_four_digits_cannot_say() -> None:
    values = np.array([1e18, -1e18, 0.0])
    assert texts(format_iso(values, UNITS["us2000"], 17, exact=False)) == ["*" * 16 + " "] * 2 + ["2000-01-01T00:00 "]
    with pytest.raises(EncodeError):
        format_iso(values, UNITS["us2000"])


# TT2000 by hand: TT - UTC = 32.184 s + (TAI - UTC), which was 32 s in 2000 and 36 s, then 37 s, around 2017.
@pytest.mark.parametrize(
    ("iso", "number"),
    [
        ("2000-01-01T11:58:55.816", 0),
        ("2000-01-01T12:00:00", 64_184_000_000),
        ("2016-12-31T23:59:59", (6209 * 86400 + 43200 - 1) * 10**9 + (64_184 + 4000) * 10**6),
        ("2016-12-31T23:59:60", (6209 * 86400 + 43200) * 10**9 + (64_184 + 4000) * 10**6),
        ("2016-12-31T23:59:60.999999999", (6209 * 86400 + 43200) * 10**9 + (64_184 + 5000) * 10**6 - 1),
        ("2017-01-01T00:00:00", (6209 * 86400 + 43200) * 10**9 + (64_184 + 5000) * 10**6),
        ("1972-01-01T00:00:00", -(10227 * 86400 + 43200) * 10**9 + (64_184 - 22_000) * 10**6),
        # the day before 1972: 4.2131700 s + (41316.5 - 39126) d x 0.002592 s/d = 9.890946 s, NASA's libcdf 3.9.1 says the same
        ("1971-12-31T00:00:00", -(10228 * 86400 + 43200) * 10**9 + (64_184 - 32_000) * 10**6 + 9_890_946_000),
        # 1.3728180 s + (37512.5 - 37300) d x 0.001296 s/d = 1.648218 s, after a step back by 0.05 s
        ("1961-08-01T00:00:00", -(14032 * 86400 + 43200) * 10**9 + (64_184 - 32_000) * 10**6 + 1_648_218_000),
        # 3.8401300 s + (39004.5 - 38761) d x 0.001296 s/d = 4.155706 s
        ("1965-09-01T06:00:00", -(12540 * 86400 + 21600) * 10**9 + (64_184 - 32_000) * 10**6 + 4_155_706_000),
        # before 1960 the offset is 0
        ("1959-12-31T00:00:00", -(14611 * 86400 + 43200) * 10**9 + (64_184 - 32_000) * 10**6),
    ],
)
def test_leap_seconds(iso: str, number: int) -> None:
    assert numbers(TT2000, iso).tolist() == [number]
    got = texts(format_iso(ints(number), TT2000, 30))[0]
    assert got == (f"{iso}.".ljust(29, "0") if "." not in iso else iso.ljust(29, "0")) + " "


def test_the_number_of_leap_seconds_since_1972() -> None:
    first, last = numbers(TT2000, "1972-01-01", "2017-01-01").tolist()
    assert last - first == (16437 * 86400 + 27) * 10**9


@settings(max_examples=200, deadline=None)
@given(st.lists(st.integers(-(2**63) + 1, 2**63 - 1), min_size=1, max_size=20))
def test_leap_counts_come_back_from_instants_and_text(values: list[int]) -> None:
    days, ns, valid = from_unit(ints(*values), TT2000)
    assert valid.all()
    assert to_unit(days, ns, TT2000).tolist() == values
    written = texts(format_iso(ints(*values), TT2000, 30))
    assert numbers(TT2000, *written).tolist() == values


def test_every_leap_second_prints_as_second_60() -> None:
    steps = "1972-06-30 1972-12-31 1973-12-31 1979-12-31 1981-06-30 1990-12-31 1998-12-31 2005-12-31 2008-12-31 2012-06-30 2015-06-30"
    iso = [f"{day}T23:59:60.500" for day in steps.split()]
    assert [text.strip() for text in texts(format_iso(numbers(TT2000, *iso), TT2000))] == iso
    assert (
        to_datetime64(numbers(TT2000, *iso), TT2000)
        == to_datetime64(numbers(TT2000, *(f"{d}T24:00:00" for d in steps.split())), TT2000) + np.timedelta64(500, "ms")
    ).all()


def test_fill() -> None:
    days, ns, valid = from_unit(np.array([math.nan, -1e31, math.inf, -math.inf, 1e300, 0.0]), UNITS["us2000"])
    assert valid.tolist() == [False] * 5 + [True]
    assert days.tolist() == [0] * 5 + [10957]
    back = to_unit(days, ns, UNITS["us2000"], valid)
    assert np.isnan(back).tolist() == [True] * 5 + [False]
    assert numbers(TT2000, "", "9999-01-01", "*****").tolist() == [LEAP_FILL] * 3
    assert texts(format_iso(ints(LEAP_FILL, 0), TT2000)) == ["*" * 23 + " ", "2000-01-01T11:58:55.816 "]


def test_datetime64() -> None:
    values = np.array([0.0, 1.5, math.nan, -1e31, 9e15, -1e17])
    got = to_datetime64(values, UNITS["us2000"])
    assert got.dtype == np.dtype("datetime64[ns]")
    expected = ["2000-01-01", "2000-01-01T00:00:00.000001500", "NaT", "NaT", "NaT", "NaT"]
    assert np.array_equal(got, np.array(expected, "M8[ns]"), equal_nan=True)
    late = (date(2232, 3, 15) - date(1970, 1, 1)).days * 86400.0
    assert to_datetime64(np.array([late]), UNITS["t1970"]) == np.datetime64("2232-03-15", "ns")
