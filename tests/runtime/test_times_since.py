"""Units that the data define themselves, ``<unit> since <ISO time>``, and what a unit must be."""

from __future__ import annotations

from fractions import Fraction

import pytest

from sciwire.runtime.times import parse_since, time_unit


@pytest.mark.parametrize(
    ("text", "name", "epoch_days", "epoch_ns", "step"),
    [
        ("seconds since 2010-01-01T00:00", "seconds since 2010-01-01T00:00", 14610, 0, Fraction(1)),
        ("s since 2010-001", "seconds since 2010-01-01T00:00", 14610, 0, Fraction(1)),
        (
            " hours  since 1970-01-01 12:30:30.5Z ",
            "hours since 1970-01-01T12:30:30.500",
            0,
            45_030_500_000_000,
            Fraction(3600),
        ),
        ("Day since 1969-12-31T24:00", "days since 1970-01-01T00:00", 0, 0, Fraction(86400)),
        (
            "ns since 1970-01-01T00:00:00.000000001",
            "nanoseconds since 1970-01-01T00:00:00.000000001",
            0,
            1,
            Fraction(1, 10**9),
        ),
        ("microsecond since 0000-01-01", "microseconds since 0000-01-01T00:00", -719528, 0, Fraction(1, 10**6)),
        (
            "milliseconds since 1582-10-15T00:00:01",
            "milliseconds since 1582-10-15T00:00:01",
            -141427,
            10**9,
            Fraction(1, 1000),
        ),
        ("min since -0001-01-01", "minutes since -0001-01-01T00:00", -719893, 0, Fraction(60)),
    ],
)
def test_units_since(text: str, name: str, epoch_days: int, epoch_ns: int, step: Fraction) -> None:
    unit = parse_since(text)
    assert unit is not None
    assert (unit.name, unit.epoch_days, unit.epoch_ns, unit.step) == (name, epoch_days, epoch_ns, step)
    assert parse_since(unit.name) == unit


@pytest.mark.parametrize(
    "text",
    [
        "",
        "us2000",
        "since",
        "seconds since",
        "seconds since 2010",
        "seconds since 2010-02-30",
        "parsecs since 2010-01-01",
        "seconds since 2010-01-01T25:00",
        "seconds since 2010-366",
        "seconds since " + "9" * 300,
    ],
)
def test_what_is_no_unit_since(text: str) -> None:
    assert parse_since(text) is None


def test_units_are_checked() -> None:
    with pytest.raises(ValueError, match="it must be positive"):
        time_unit("x", epoch="2000-01-01", step=0)
    with pytest.raises(ValueError, match="expected an ISO time such as"):
        time_unit("x", epoch="yesterday", step=1)
