"""ISO text to days and nanoseconds, against Python's own calendar."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from sciwire.runtime.times import parse_iso

DAY = 86_400_000_000_000
EPOCH = date(1970, 1, 1)
BLANKS = "".join(map(chr, range(0x21)))


def fields(texts: list[str], width: int | None = None) -> NDArray[np.uint8]:
    width = width or max(1, *map(len, texts))
    return np.frombuffer("".join(text.ljust(width) for text in texts).encode("latin-1"), np.uint8).reshape(-1, width)


def parsed(*texts: str, keep_leap: bool = False) -> list[tuple[int, int] | None]:
    days, ns, valid = parse_iso(fields(list(texts)), keep_leap=keep_leap)
    assert all(valid[i] or (days[i], ns[i]) == (0, 0) for i in range(len(texts)))
    return [(int(d), int(n)) if v else None for d, n, v in zip(days, ns, valid, strict=True)]


def days(year: int, month: int, day: int) -> int:
    return (date(year, month, day) - EPOCH).days


NOON = 43_200_000_000_000
SEPTEMBER = days(2003, 9, 9)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2003-09-09T12:00", (SEPTEMBER, NOON)),
        ("2003-09-09T12:00Z", (SEPTEMBER, NOON)),
        ("2003-09-09T12:00:01", (SEPTEMBER, NOON + 10**9)),
        ("2003-09-09T12:00:01.5Z", (SEPTEMBER, NOON + 1_500_000_000)),
        ("2003-09-09T12:00:00.000000001", (SEPTEMBER, NOON + 1)),
        ("2003-09-09T12:00:00.0000000014999", (SEPTEMBER, NOON + 1)),
        ("2003-09-09T12:00:00.0000000015", (SEPTEMBER, NOON + 2)),
        ("2003-252T12:00", (SEPTEMBER, NOON)),
        ("2003-09-09 12:00", (SEPTEMBER, NOON)),
        ("2003-09-09   12:00", (SEPTEMBER, NOON)),
        ("2003-09-09", (SEPTEMBER, 0)),
        ("2003-252", (SEPTEMBER, 0)),
        ("20030909", (SEPTEMBER, 0)),
        ("20030909T0000", (SEPTEMBER, 0)),
        ("20030909T120001.25", (SEPTEMBER, NOON + 1_250_000_000)),
        ("2003252T12", (SEPTEMBER, NOON)),
        ("2003-09-08T24:00", (SEPTEMBER, 0)),
        ("2003-09-08T24:00:00.000", (SEPTEMBER, 0)),
        ("2003-09-08T23:59:60", (SEPTEMBER, 0)),
        ("2003-09-08T23:59:60.25", (SEPTEMBER, 250_000_000)),
        ("2003-09-09T11:59:60", (SEPTEMBER, NOON)),
        ("2003-09-08T23:59:59.9999999996", (SEPTEMBER, 0)),
        ("2000-02-29", (days(2000, 2, 29), 0)),
        ("2000-366", (days(2000, 12, 31), 0)),
        ("0001-01-01", (days(1, 1, 1), 0)),
        ("0000-12-31", (days(1, 1, 1) - 1, 0)),
        ("0000-01-01", (days(1, 1, 1) - 366, 0)),
        ("9999-12-31T24:00", (days(9999, 12, 31) + 1, 0)),
        ("\t\0 2003-09-09T12:00\r\n\0", (SEPTEMBER, NOON)),
    ],
)
def test_layouts(text: str, expected: tuple[int, int]) -> None:
    assert parsed(text) == [expected]
    assert parsed("", text, "*****", text) == [None, expected, None, expected]


@pytest.mark.parametrize(
    "text",
    [
        "", "*" * 23, "NaN", "2003", "2003-09", "2003-9-9", "2003-13-01", "2003-00-01", "2003-02-29", "1900-02-29",
        "2003-04-31", "2003-01-00", "2003-000", "2003-366", "2003-09-09T", "2003-09-09T25:00", "2003-09-09T24:01",
        "2003-09-09T24:00:00.1", "2003-09-09T23:59:61", "2003-09-09T23:60", "2003-09-09T12:00:", "2003-09-09T12:00:00.",
        "2003-09-09T12:0000", "2003-09-09T1200:00", "2003-09-09T12:00+01:00", "2003-09-09T12:00ZZ", "2003-09-09T12:00 Z",
        "x2003-09-09", "2003-09-09x", "-2003-09-09", "2003/09/09", "2003-09-09T12:\xb20", "2003-09-09T23:59:00,5",
        "2003-09-09T24:59:60", "2003-09-09T23:60:60",
    ],
)  # fmt: skip
def test_what_is_no_time_is_not_valid(text: str) -> None:
    assert parsed(text, "2003-09-09", text) == [None, (SEPTEMBER, 0), None]


def test_a_leap_second_stays_on_its_day_on_request() -> None:
    leap = ["2016-12-31T23:59:60", "2016-12-31T23:59:60.999999999", "2016-12-31T24:00", "2016-12-31T23:58:60"]
    last = days(2016, 12, 31)
    assert parsed(*leap, keep_leap=True) == [
        (last, DAY),
        (last, DAY + 999_999_999),
        (last + 1, 0),
        (last, DAY - 60 * 10**9),
    ]
    assert parsed("2016-12-31T23:59:60.9999999999", keep_leap=True) == [(last + 1, 10**9)]


LAYOUTS = [
    "%Y-%m-%dT%H:%M:%S.%f",
    "%Y-%m-%d %H:%M:%SZ",
    "%Y-%jT%H:%M",
    "%Y%m%dT%H%M%S",
    "%Y-%m-%d",
    "%Y-%jT%H:%M:%S.%fZ",
]


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.datetimes(), st.sampled_from(LAYOUTS)), min_size=1, max_size=30))
def test_any_mixture_of_layouts_agrees_with_datetime(rows: list[tuple[datetime, str]]) -> None:
    texts = [moment.strftime(layout.replace("%Y", f"{moment.year:04d}")) for moment, layout in rows]
    expected = []
    for moment, layout in rows:
        kept = moment.replace(
            microsecond=moment.microsecond * ("%f" in layout), second=moment.second * ("%S" in layout)
        )
        kept = kept if "%H" in layout else datetime.combine(kept, datetime.min.time())
        since = kept - datetime(1970, 1, 1)
        expected.append((since.days, (since.seconds * 10**6 + since.microseconds) * 1000))
    assert parsed(*texts) == expected


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.one_of(st.text("0123456789-:T Z.", max_size=20), st.binary(max_size=20).map(lambda b: b.decode("latin-1"))),
        min_size=1,
    )
)
def test_no_text_is_an_error(texts: list[str]) -> None:
    for text, result in zip(texts, parsed(*texts), strict=True):
        if result is not None:
            assert len(text.strip(BLANKS)) >= 7
            assert text.strip(BLANKS)[:4].isdigit()


def test_every_day_of_four_centuries() -> None:
    every = [date(1870, 1, 1) + timedelta(k) for k in range(400 * 366)]
    joined = "".join(day.isoformat() for day in every).encode()
    got, _, valid = parse_iso(np.frombuffer(joined, np.uint8).reshape(-1, 10))
    assert valid.all()
    assert (got == np.arange(len(every)) + days(1870, 1, 1)).all()


@pytest.mark.parametrize("shape", [(0, 24), (3, 0)])
def test_empty_columns(shape: tuple[int, int]) -> None:
    _, _, valid = parse_iso(np.zeros(shape, np.uint8))
    assert valid.shape == shape[:1]
    assert not valid.any()


def test_fields_of_a_packet_are_read_in_place() -> None:
    packet = np.frombuffer(b":01:2003-09-09T12:00 1.5\n:01:2003-09-10T12:00 2.5\n", np.uint8).reshape(2, 25)
    assert parse_iso(packet[:, 4:21])[0].tolist() == [SEPTEMBER, SEPTEMBER + 1]
