"""Nothing is lost or mixed without a word: units, precision, masks, fill, what is not understood."""

from __future__ import annotations

import struct
from typing import Any

import numpy as np
import pytest
from qstream_bytes import chunk, head, inline, packet, plane, prop, values

from sciwire.formats import qstream
from sciwire.runtime import DecodeError, EncodeError


def two(first: str, second: str, kinds: tuple[str, str] = ("int2", "int2")) -> bytes:
    """A dataset described twice, with a record of zeros each time; *first* and *second* are its properties."""
    sizes = {"int2": 2, "double": 8, "int8": 8, "time30": 30}
    return head() + b"".join(
        packet(id, plane("y", 1, values(kind), properties)) + f":{id}:".encode() + bytes(sizes[kind])
        for id, properties, kind in zip(("01", "02"), (first, second), kinds, strict=True)
    )


# -- described again with another unit


@pytest.mark.parametrize(
    ("first", "second", "named"),
    [
        (prop("UNITS", "units", "m"), prop("UNITS", "units", "km"), "'m', now it has 'km'"),
        ("", prop("UNITS", "units", "km"), "'', now it has 'km'"),
        (prop("UNITS", "units", "us2000"), prop("UNITS", "units", "t2000"), "'us2000', now it has 't2000'"),
        (
            prop("UNITS", "enumerationUnit", "state[1:ON]"),
            prop("UNITS", "enumerationUnit", "mode[1:ON]"),
            "'state', now it has 'mode'",
        ),
    ],
)
def test_values_of_two_units_do_not_follow_each_other(first: str, second: str, named: str) -> None:
    data = two(first, second)

    with pytest.raises(DecodeError) as caught:
        qstream.decode(data)

    assert named in caught.value.problem
    assert (caught.value.category, caught.value.rule) == ("constraint", "QS-091")
    assert (caught.value.path, caught.value.at) == ("[02].y.properties.UNITS", data.index(b"[02]"))


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (prop("UNITS", "units", "m"), prop("UNITS", "units", "m")),
        (prop("UNITS", "units", "m"), ""),  # what is not told again holds
        ("", prop("UNITS", "units", "")),
        (prop("UNITS", "units", "us2000"), prop("UNITS", "units", "UTC")),
        (prop("UNITS", "units", "t2010"), prop("UNITS", "units", "seconds since 2010-001")),
        (prop("UNITS", "enumerationUnit", "state[1:ON]"), prop("UNITS", "enumerationUnit", "state[2:OFF]")),
    ],
)
def test_the_same_unit_goes_on(first: str, second: str) -> None:
    assert qstream.decode(two(first, second))["y"].values.tolist() == [0, 0]


def test_inline_values_have_the_unit_of_the_packets_behind_them() -> None:
    data = head() + packet("01", inline("y", "1.0,2.0", prop("UNITS", "units", "m")))
    data += packet("02", plane("y", 1, values("int2"), prop("UNITS", "units", "km"))) + b":02:\x01\x00"

    with pytest.raises(DecodeError, match="had unit 'm', now it has 'km'"):
        qstream.decode(data)


# -- integers and doubles under one id


def mixed(integers: list[int], integers_first: bool) -> tuple[bytes, bytes, bytes]:
    described = packet("01", plane("y", 1, values("int8"))), packet("02", plane("y", 1, values("double")))
    whole = b"".join(b":01:" + struct.pack("<q", one) for one in integers)
    if integers_first:
        return head() + described[0], whole, described[1] + b":02:" + struct.pack("<d", 0.5)
    return head() + described[1] + b":02:" + struct.pack("<d", 0.5) + described[0], whole, b""


@pytest.mark.parametrize("wide", [2**53 + 1, -(2**53) - 1, 2**63 - 1, 2**54 + 2])
@pytest.mark.parametrize("integers_first", [True, False])
def test_integers_that_a_double_rounds_are_refused_beside_doubles(wide: int, integers_first: bool) -> None:
    before, packets, after = mixed([1, 2, wide, 4], integers_first)

    with pytest.raises(DecodeError, match="as int8 and as double") as caught:
        qstream.decode(before + packets + after)

    assert (caught.value.category, caught.value.rule) == ("constraint", "QS-073")
    if integers_first:
        assert (caught.value.path, caught.value.at) == ("[02].y.values.encoding", len(before + packets))
    else:
        assert (caught.value.path, caught.value.at) == (":01:.y", len(before) + 2 * 12)


@pytest.mark.parametrize("integers_first", [True, False])
def test_integers_that_a_double_holds_go_on_as_doubles(integers_first: bool) -> None:
    integers = [0, 2**53, -(2**53), 2**53 + 2, -(2**63), 2**62, -7]

    found = qstream.decode(b"".join(mixed(integers, integers_first)))["y"].values

    assert found.dtype == np.float64
    assert [int(one) for one in found if one != 0.5] == integers


def test_an_integer_fill_of_times_does_not_become_a_time_beside_doubles() -> None:
    unit = prop("UNITS", "units", "cdfTT2000")

    with pytest.raises(DecodeError, match="as time30 and as double"):
        qstream.decode(two(unit, unit, ("time30", "double")))


# -- moments


def test_nanoseconds_choose_a_unit_that_holds_them() -> None:
    moments = np.array(["2020-01-01T00:00:00.123456789", "NaT", "1999-06-05T04:03:02.000000001"], dtype="M8[ns]")

    again = qstream.decode(qstream.encode(qstream.Stream.of("y", moments)))["y"]

    assert (again.units, again.values.dtype) == ("cdfTT2000", np.int64)
    np.testing.assert_array_equal(again.times, moments)
    assert again.fill.tolist() == [False, True, False]


def test_moments_that_the_usual_unit_holds_stay_in_it() -> None:
    assert qstream.Stream.of("y", np.array(["2020-01-01T00:00:00.123456"], dtype="M8[us]"))["y"].units == "us2000"


@pytest.mark.parametrize("unit", ["us2000", "t1970", "mjd", "seconds since 2010-01-01T00:00"])
def test_moments_that_a_named_unit_would_round_are_refused(unit: str) -> None:
    moments = np.array(["2020-01-01T00:00:00.123456789"], dtype="M8[ns]")

    with pytest.raises(EncodeError, match=f"2020-01-01T00:00:00.123456789 is no number of {unit} exactly") as caught:
        qstream.Stream.of("y", moments, units=unit)

    assert (caught.value.category, caught.value.path) == ("constraint", "y")
    rounded = qstream.Stream.of("y", moments, units=unit, exact=False)["y"]
    assert abs(int((rounded.times - moments)[0])) < 2000


# -- masks


def masked(data: Any, *hidden: bool) -> Any:
    return np.ma.MaskedArray(data, list(hidden))


def test_what_a_mask_hides_is_fill() -> None:
    stream = qstream.Stream()
    stream.add("f", masked([1.0, 2.0, 3.0], False, True, False))
    stream.add("i", masked(np.array([1, 2, 3], dtype=np.int16), True, False, False), FILL_VALUE=-99)
    stream.add("t", masked(np.array(["2020", "2021"], dtype="M8[s]"), False, True))
    stream.add("l", [masked([1.0, 2.0], False, True), masked([3.0, 4.0], False, False)])

    again = qstream.decode(qstream.encode(stream))

    np.testing.assert_array_equal(again["f"].values, [1, np.nan, 3])
    assert again["i"].values.tolist() == [-99, 2, 3]
    assert again["i"].fill.tolist() == [True, False, False]
    assert np.isnat(again["t"].times).tolist() == [False, True]
    np.testing.assert_array_equal(again["l"].values, [[1, np.nan], [3, 4]])


@pytest.mark.parametrize(
    ("data", "fill"),
    [(np.array([1, 2]), None), (np.array([1, 2]), 0.5), (np.array([1, 2], np.int16), 99999), (np.array([1, 2]), "x")],
)
def test_masked_integers_without_a_fill_that_fits_are_refused(data: Any, fill: Any) -> None:
    properties = {} if fill is None else {"FILL_VALUE": fill}

    with pytest.raises(EncodeError, match="1 masked values of int") as caught:
        qstream.Stream.of("y", masked(data, False, True), **properties)

    assert caught.value.path == "y"


@pytest.mark.parametrize("data", [["a", "b"], [True, False]])
def test_masked_values_that_have_no_fill_are_refused(data: Any) -> None:
    with pytest.raises(EncodeError, match="1 masked values"):
        qstream.Stream.of("y", masked(data, False, True))


def test_a_mask_counts_wherever_values_are_given() -> None:
    stream = qstream.Stream.of("y", [1.0, 2.0])
    stream["y"].values = masked([5.0, 6.0], True, False)
    np.testing.assert_array_equal(stream["y"].values, [np.nan, 6])
    stream["y"].data = masked([5.0, 6.0], False, True)
    np.testing.assert_array_equal(qstream.decode(qstream.encode(stream))["y"].values, [5, np.nan])

    encoder = qstream.Encoder()
    number, described = encoder.describe(qstream.Stream.of("z", np.empty(0))["z"])
    data = encoder.begin("z") + described + encoder.records(number, {"z": masked([7.0, 8.0], True, False)})
    np.testing.assert_array_equal(qstream.decode(data)["z"].values, [np.nan, 8])


# -- what is not understood


def test_attributes_and_children_of_properties_survive() -> None:
    data = head() + chunk(
        "01",
        '<packet><qdataset id="y" rank="2"><properties index="0" one="1"/><properties two="2"><odd k="v"/>'
        '<property name="NAME" type="String" value="n"/></properties><properties three="3"/>'
        '<values index="0" values="1,2"/></qdataset></packet>',
    )

    again = qstream.encode(qstream.decode(data))

    assert b'<properties index="0" one="1"/>' in again
    assert b'<properties two="2" three="3">' in again
    assert b'<odd k="v"/>' in again
    assert qstream.encode(qstream.decode(again)) == again


# -- one line for people


def described(path: str, stream: qstream.Stream) -> str:
    return dict(qstream.summary(stream))[path]


def test_statistics_leave_fill_out() -> None:
    stream = qstream.Stream.of("y", [1.0, -1e31, 3.0, np.nan])
    stream.add("i", np.array([[4, -1], [6, -1]]), FILL_VALUE=-1)
    stream.add("plain", np.array([1, 2]), FILL_VALUE=-1)

    assert described("datasets.y", stream) == "float64 4  min 1  max 3  mean 2  fill 2"
    assert described("datasets.i", stream) == "int64 2 x 2  min 4  max 6  mean 5  fill 2"
    assert described("datasets.plain", stream) == "int64 2  min 1  max 2  mean 1.5"


# -- bytes of any layout


def test_a_view_that_strides_over_its_buffer_is_read() -> None:
    data = head() + packet("01", plane("y", 1, values("int2"))) + b":01:\x01\x00"
    spread = bytearray(2 * len(data))
    spread[::2] = data
    view = memoryview(spread)[::2]

    assert qstream.decode(view)["y"].values.tolist() == [1]
    assert list(qstream.spans(view)) == list(qstream.spans(data))
    assert len(list(qstream.descriptors(view))) == 2
    assert qstream.sniff(view)
    assert qstream.decode(memoryview(data).cast("B", shape=[1, len(data)]))["y"].values.tolist() == [1]
