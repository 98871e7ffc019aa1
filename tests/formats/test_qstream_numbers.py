"""Numbers and times of qstream: byte order, rank, text, int8 and hexadecimal (decisions 1, 4, 5, 6 and 15)."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest
from qstream_bytes import head, packet, plane, prop, values
from test_qstream import refused

from sciwire.formats import qstream
from sciwire.runtime import CodecWarning, EncodeError

# -- byte order (decision 1)

_BINARY = packet("01", plane("y", 1, values("int2"))) + b":01:\x01\x00"


@pytest.mark.parametrize(("profile", "value"), [("documented", 1), ("autoplot", 256)])
def test_without_byte_order_the_profile_decides_and_one_warning_names_both(profile: Any, value: int) -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        stream = qstream.decode(head('dataset_id="y"') + _BINARY + _BINARY, profile=profile)

    assert stream["y"].values.tolist() == [value, value]
    assert [one.category for one in caught] == [CodecWarning]
    assert "little in profile 'documented', big in profile 'autoplot'" in str(caught[0].message)


def test_text_alone_needs_no_byte_order(recwarn: pytest.WarningsRecorder) -> None:
    qstream.decode(head('dataset_id="y"') + packet("01", plane("y", 1, values("ascii4"))) + b":01: 12\n")

    assert not recwarn.list


@pytest.mark.parametrize("word", ["LITTLE_ENDIAN", "native", " little_endian"])
def test_another_word_for_the_order_is_refused_or_big(word: str) -> None:
    data = head(f'dataset_id="y" byte_order="{word}"') + _BINARY

    error = refused(data)
    assert (error.rule, error.path, error.at) == ("QS-038", "[00].byte_order", 0)
    assert qstream.decode(data, profile="autoplot")["y"].values.tolist() == [256]


def test_a_second_head_without_the_order_keeps_it() -> None:
    data = head('dataset_id="y" byte_order="big_endian"') + _BINARY + head('dataset_id="z"') + b":01:\x00\x02"

    stream = qstream.decode(data)

    assert (stream.dataset_id, stream["y"].values.tolist()) == ("z", [256, 2])


def test_the_order_of_the_moment_holds_for_each_packet() -> None:
    data = head('dataset_id="y" byte_order="big_endian"') + _BINARY + head() + b":01:\x01\x00"

    assert qstream.decode(data)["y"].values.tolist() == [256, 1]


def test_binary_is_always_written_with_its_order() -> None:
    assert b'byte_order="little_endian"' in qstream.encode(qstream.Stream.of("y", [1, 2]))
    assert b"byte_order" not in qstream.encode(qstream.Stream.of("y", [1.0, 2.5]))


# -- rank (decision 4)


@pytest.mark.parametrize("rank", [0, 1, 2, 3, 4])
@pytest.mark.parametrize("dtype", ["f8", "f4", "i2", "i4", "i8"])
def test_every_rank_is_written_and_read(rank: int, dtype: str) -> None:
    array = np.arange(2**rank, dtype=dtype).reshape((2,) * rank)

    for encoding in (None, "binary"):
        again = qstream.decode(qstream.encode(qstream.Stream.of("y", array), encoding=encoding))["y"]
        assert again.rank == rank
        assert again.values.dtype == array.dtype
        np.testing.assert_array_equal(again.values, array)


def test_a_scalar_has_exactly_one_packet() -> None:
    data = head() + packet("01", plane("y", 0, values("int4")))

    assert qstream.decode(data + b":01:\x05\x00\x00\x00")["y"].values.tolist() == 5
    assert refused(data + b":01:\x05\x00\x00\x00" * 2).rule == "QS-057"
    assert refused(data).rule == "QS-057"


# -- text (decision 5)


@pytest.mark.parametrize(
    ("text", "value"),
    [("12", 12), ("-.5", -0.5), ("5.", 5), ("1.5d", 1.5), ("0x1p3", 8), ("1e400", np.inf), ("-Infinity", -np.inf)],
)
def test_ascii_reads_what_the_reference_reads(text: str, value: float) -> None:
    data = head() + packet("01", plane("y", 1, values("ascii10"))) + b":01:" + text.rjust(9).encode() + b"\n"

    assert qstream.decode(data)["y"].values.tolist() == [value]


@pytest.mark.parametrize("text", ["", "nan", "inf", "1,5", "1_0", "0x10", "1 2", "*********"])
def test_ascii_that_is_no_number_is_nan(text: str) -> None:
    data = head() + packet("01", plane("y", 1, values("ascii10"))) + b":01:" + text.rjust(9).encode() + b"\n"

    assert np.isnan(qstream.decode(data)["y"].values[0])


@pytest.mark.parametrize("text", ["", "NaN", "*****", "2000-13-01T00:00", "2000"])
def test_text_that_is_no_time_is_fill(text: str) -> None:
    for unit, fill in (("us2000", np.nan), ("cdfTT2000", -(2**63))):
        data = packet("01", plane("y", 1, values("time24"), prop("UNITS", "units", unit)))
        stream = qstream.decode(head() + data + b":01:" + text.ljust(24).encode())
        np.testing.assert_array_equal(stream["y"].values, [fill])
        assert np.isnat(stream["y"].times[0])


@pytest.mark.parametrize(
    ("unit", "number"),
    [
        ("us2000", 86400e6), ("us2020", 86400e6 - 631152e9), ("us1980", 86400e6 + 631152e9), ("us1970", 946771200e6),
        ("t2000", 86400.0), ("t2010", 86400.0 - 315619200), ("t1970", 946771200.0), ("unixTime", 946771200.0),
        ("ms1970", 946771200e3), ("mj1958", 15341.0), ("mjd", 51545.0), ("julianDay", 2451545.5),
        ("cdfEpoch", 63113990400e3), ("cdfTT2000", 43264184000000), ("UTC", 86400e6), ("hours since 2000-01-01T12:00", 12.0),
    ],
)  # fmt: skip
def test_every_unit_counts_from_its_epoch(unit: str, number: float) -> None:
    described = packet("01", plane("y", 1, values("time20"), prop("UNITS", "units", unit)))

    dataset = qstream.decode(head() + described + b":01:2000-01-02T00:00:00 ")["y"]

    # 43264.184 s: from 11:58:55.816 of the day before, no leap second between
    assert dataset.values.tolist() == [number]
    assert str(dataset.times[0]) == "2000-01-02T00:00:00.000000000"


def test_ascii_is_lossless_by_default() -> None:
    numbers = np.array([0.1, 1 / 3, 1e-308, 5e-324, -1.7976931348623157e308, np.inf, -np.inf, np.nan, -0.0, 1e22])

    again = qstream.decode(qstream.encode(qstream.Stream.of("y", numbers), encoding="ascii"))["y"].values

    assert again.view(np.uint64).tolist() == numbers.view(np.uint64).tolist()


def test_a_width_that_loses_digits_is_refused_unless_asked_for() -> None:
    stream = qstream.Stream.of("y", [1 / 3], encoding="ascii10")

    with pytest.raises(EncodeError):
        qstream.encode(stream)
    assert abs(qstream.decode(qstream.encode(stream, exact=False))["y"].values[0] - 1 / 3) < 1e-6


def test_times_are_written_as_narrow_as_they_allow() -> None:
    def encoding(*moments: str) -> str:
        data = qstream.encode(qstream.Stream.of("y", np.array(moments, dtype="M8[ns]")))
        return data.split(b'encoding="')[3].split(b'"')[0].decode()

    assert encoding("2020-01-01", "2020-01-02T03:04") == "time17"
    assert encoding("2020-01-01", "2020-01-02T03:04:05") == "time20"
    assert encoding("2020-01-01T00:00:00.001") == "time24"
    assert encoding("2020-01-01T00:00:00.000001") == "time27"


def test_times_that_have_no_text_are_written_as_numbers() -> None:
    times = np.array(["2020-01-01", "NaT"], dtype="M8[s]")

    again = qstream.decode(qstream.encode(qstream.Stream.of("y", times)))["y"]

    assert again.encoding.startswith("ascii")
    assert [str(one) for one in again.times] == ["2020-01-01T00:00:00.000000000", "NaT"]


# -- int8 (decision 6)


def test_int8_keeps_all_its_bits() -> None:
    numbers = np.array([2**53 + 1, -(2**63), 2**63 - 1])

    for order in ("little_endian", "big_endian"):
        again = qstream.decode(qstream.encode(qstream.Stream.of("y", numbers), byte_order=order))  # type: ignore[arg-type]
        assert again["y"].values.tolist() == numbers.tolist()
    with pytest.raises(EncodeError, match=r"beyond 2\*\*53"):
        qstream.encode(qstream.Stream.of("y", numbers), encoding="ascii")


# -- hexadecimal (decision 15)


def test_hexadecimal_is_read_and_written_only_where_it_came_so() -> None:
    stream = qstream.decode(head() + packet("01", plane("y", 1, values("hex11"))) + b":01:0x0000ff00 :01:0xffffffff ")

    assert stream["y"].values.tolist() == [0xFF00, -1]
    assert b'encoding="hex11"' in qstream.encode(stream)
    assert b"hex" not in qstream.encode(qstream.Stream.of("y", stream["y"].values))


def test_hexadecimal_is_refused_for_a_dataset_that_did_not_come_so() -> None:
    with pytest.raises(EncodeError) as caught:
        qstream.encode(qstream.Stream.of("y", [1, 2], encoding="hex11"))

    assert (caught.value.rule, caught.value.path) == ("QS-090", "y")


# -- arrays as numpy has them


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("kind", ["f8", "f4", "i4", "i8"])
def test_arrays_of_any_byte_order_are_written(order: str, kind: str) -> None:
    array = np.array([[1, 2], [3, 4]], dtype=order + kind)

    for encoding in (None, "ascii", "binary"):
        stream = qstream.Stream.of("y", array.T, encoding="")  # not contiguous either
        np.testing.assert_array_equal(qstream.decode(qstream.encode(stream, encoding=encoding))["y"].values, array.T)


def test_times_of_higher_rank_are_times_too() -> None:
    bounds = np.array([["2020-01-01", "2020-01-02"], ["2020-01-02", "2020-01-03"]], dtype="M8[D]")

    again = qstream.decode(qstream.encode(qstream.Stream.of("y", bounds, units="cdfTT2000")))["y"]

    assert again.values.dtype == np.int64
    np.testing.assert_array_equal(again.times, bounds)
