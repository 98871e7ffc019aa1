"""Where the sources of qstream disagree or are silent: each decision of specs/qstream/README.md, and the interface."""

from __future__ import annotations

import pickle
import struct
import warnings
from typing import Any

import numpy as np
import pytest
from qstream_bytes import chunk, enumeration, head, inline, packet, plane, prop, values

from sciwire.formats import qstream
from sciwire.runtime import CodecWarning, DecodeError, EncodeError, plain


def refused(data: bytes, **options: Any) -> DecodeError:
    with pytest.raises(DecodeError) as caught:
        qstream.decode(data, **options)
    return caught.value


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


# -- names and ids (decision 2)


def test_real8_is_eight_bytes_and_integer_is_int4() -> None:
    planes = plane("y", 1, values("real8")) + plane("i", 1, values("integer"))

    stream = qstream.decode(head() + packet("01", planes) + b":01:" + struct.pack("<di", 0.1, -7))

    assert (stream["y"].values.tolist(), stream["i"].values.tolist()) == ([0.1], [-7])


@pytest.mark.parametrize("name", ["int 8", "short", "long", "DOUBLE", "int16", "ascii", "ascii-4", "time", ""])
def test_other_names_of_encodings_are_refused(name: str) -> None:
    error = refused(head() + packet("01", plane("y", 1, values(name))))

    assert (error.category, error.path, error.rule) == ("unsupported", "[01].y.values.encoding", "QS-075")


def test_xx_is_for_packets_that_are_all_inline() -> None:
    assert qstream.decode(head() + packet("xx", inline("y", "1,2")))["y"].values.tolist() == [1, 2]
    error = refused(head() + packet("xx", inline("x", "1") + plane("y", 1, values("ascii4"))))
    assert (error.rule, error.path) == ("QS-018", "[xx]")


# -- limits (decision 3)


def test_writing_stops_where_the_reference_reader_hangs() -> None:
    most = qstream.Stream.of("y", np.zeros((1, 999996 // 4), dtype=np.float32))
    more = qstream.Stream.of("y", np.zeros((1, 999996 // 4 + 1), dtype=np.float32))

    assert qstream.decode(qstream.encode(most))["y"].values.shape == (1, 249999)
    with pytest.raises(
        EncodeError, match=r"at most 999996 can be written; 'y' takes 1000000 .* into 2 datasets"
    ) as caught:
        qstream.encode(more)
    assert (caught.value.rule, caught.value.path) == ("QS-121", "y")


def test_reading_goes_to_a_million_bytes() -> None:
    data = head() + packet("01", plane("y", 2, values("int4", "250000"))) + b":01:" + bytes(1_000_000)

    assert qstream.decode(data)["y"].values.shape == (1, 250000)
    assert refused(data.replace(b'"250000"', b'"250001"')).rule == "QS-122"


def test_a_description_as_long_as_can_be_is_written() -> None:
    """With indents as long as they fit, then without."""

    def described(letters: int) -> bytes:
        data = qstream.encode(qstream.Stream.of("y", [1.0], TITLE="x" * letters))
        assert len(qstream.decode(data)["y"].get("TITLE") or "") == letters
        return data.partition(b"[01]")[2].partition(b":01:")[0]

    indented = len(described(1)) - len("000123") - 1
    assert described(999_990 - indented).startswith(b"999990<")
    bare = len(described(999_991 - indented)) - len("999990") - (999_991 - indented)
    assert bare < indented
    assert described(999_990 - bare).startswith(b"999990<")
    with pytest.raises(EncodeError, match="at most 999990 can be written"):
        described(999_991 - bare)


def test_a_description_too_long_is_refused() -> None:
    with pytest.raises(EncodeError, match="at most 999990 can be written") as caught:
        qstream.encode(qstream.Stream.of("y", [1.0], TITLE="x" * 1_000_000))

    assert caught.value.rule == "QS-121"


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


# -- int8 (decision 6), never (decision 7)


def test_int8_keeps_all_its_bits() -> None:
    numbers = np.array([2**53 + 1, -(2**63), 2**63 - 1])

    for order in ("little_endian", "big_endian"):
        again = qstream.decode(qstream.encode(qstream.Stream.of("y", numbers), byte_order=order))  # type: ignore[arg-type]
        assert again["y"].values.tolist() == numbers.tolist()
    with pytest.raises(EncodeError, match=r"beyond 2\*\*53"):
        qstream.encode(qstream.Stream.of("y", numbers), encoding="ascii")


def test_entities_and_doctypes_are_refused() -> None:
    bomb = '<!DOCTYPE s [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]><stream dataset_id="&b;"/>'

    assert refused(chunk("00", bomb)).rule == "QS-028"
    assert refused(chunk("00", '<stream dataset_id="&b;"/>')).category == "syntax"


def test_a_map_in_base64_stays_text() -> None:
    text = "rO0ABXNyABFqYXZhLnV0aWwuSGFzaE1hcA=="
    stream = qstream.decode(head() + packet("01", inline("y", "1", prop("USER_PROPERTIES", "map", text))))

    assert stream["y"].get("USER_PROPERTIES") == text
    assert qstream.decode(qstream.encode(stream))["y"].get("USER_PROPERTIES") == text


# -- escaping (8), enumerations (9), unknown things (10)


def test_labels_and_titles_are_always_escaped() -> None:
    odd = "a<b & \"c\" 'd'\n\té→"
    stream = qstream.Stream.of("y", np.array(["A", odd, "A"]), TITLE=odd)

    again = qstream.decode(qstream.encode(stream))["y"]

    assert (again.get("TITLE"), again.labelled.tolist()) == (odd, ["A", odd, "A"])


def test_xml_that_is_not_well_formed_names_its_byte_and_element() -> None:
    error = refused(head() + packet("01", '<qdataset id="y" rank="1" LABEL="a<b"/>'))

    assert (error.category, error.at, error.path) == ("syntax", len(head()), "[01]")
    assert ("byte 41" in error.problem and "element packet" in error.problem) or "qdataset" in error.problem


def test_both_forms_of_enumerations_are_read_and_chunks_are_written() -> None:
    units = prop("UNITS", "enumerationUnit", "state[1:ON::2:12:30]")
    child = '<enumerationUnit name="state" value="0x3" color="0xff" label="child"/>'
    data = (
        packet("01", plane("y", 1, child + values("ascii4"), units))
        + enumeration("state", "4", "a &amp; b")
        + b":01:  4\n"
    )

    stream = qstream.decode(head() + data)

    assert stream["y"].labels == {1: "ON", 2: "12:30", 3: "child", 4: "a & b"}
    assert stream["y"].labelled.tolist() == ["a & b"]
    assert qstream.encode(stream).count(b"<enumerationUnit ") == 4


def test_what_nobody_knows_survives() -> None:
    deep = "<what><ever> text <b/></ever> </what>"
    properties = (
        prop("A", "colour", "red")
        + f'<property name="B">{deep}</property>'
        + '<property name="M"><map><entry key="k" type="Integer" value="7"/><entry key="n"><map/></entry></map></property>'
    )
    described = plane("y", 1, deep + '<values encoding="ascii4" length="" zz="1"/>', properties, ' colour="blue"')
    data = head('dataset_id="y" localDate="today" version="0.9"') + packet("01", described) + b":01: 12\n"

    again = qstream.encode(qstream.decode(data)).decode()

    assert all(one in again for one in (deep, 'colour="blue"', 'zz="1"', 'localDate="today"', 'version="0.9"'))
    before, after = (qstream.to_plain(qstream.decode(one)) for one in (data, again.encode()))
    assert plain.difference(before, after) == ""


# -- refusals of the documented profile (decision 11), repeated ids (12)


@pytest.mark.parametrize(
    ("described", "rule"),
    [
        (plane("y", 3, values("ascii4", "3")), "QS-053"),
        (plane("y", 2, values("ascii4", "3,4")), "QS-052"),
        (plane("x", 1, values("ascii4", "3")) + plane("y", 1, values("ascii4")), "QS-056"),
        (plane("y", 2, values("ascii4", "2,3,4")), "QS-054"),
        (plane("y", 5, values("ascii4", "1,1,1,1")), "QS-045"),
        (plane("y", 2, values("ascii4", "2, 3")), "QS-048"),
        (plane("y", 2, values("ascii4", "-2")), "QS-055"),
    ],
)
@pytest.mark.parametrize("profile", ["documented", "autoplot"])
def test_layouts_that_the_reference_reads_wrongly_are_refused(described: str, rule: str, profile: str) -> None:
    assert refused(head() + packet("01", described), profile=profile).rule == rule


def test_packets_for_inline_values_are_refused_or_append() -> None:
    data = head() + packet("01", inline("y", "1,2")) + b":01:        3 "

    error = refused(data)
    assert (error.rule, error.path) == ("QS-068", ":01:")
    assert qstream.decode(data, profile="autoplot")["y"].values.tolist() == [1, 2, 3]


def test_a_dataset_described_again_goes_on_and_one_with_another_rank_is_refused() -> None:
    first = packet("01", plane("y", 1, values("int2"), prop("A", "String", "a"))) + b":01:\x01\x00"
    second = packet("02", plane("y", 1, values("float"), prop("B", "String", "b"))) + b":02:\x00\x00\x00\x3f"

    dataset = qstream.decode(head() + first + second)["y"]

    assert (dataset.values.tolist(), dataset.values.dtype) == ([1, 0.5], np.float64)
    assert (dataset.get("A"), dataset.get("B")) == ("a", "b")
    assert refused(head() + first + packet("02", plane("y", 2, values("int2", "2")))).rule == "QS-092"


def test_an_inline_dataset_described_again_replaces() -> None:
    stream = qstream.decode(head() + packet("01", inline("y", "1,2,3")) + packet("01", inline("y", "4")))

    assert stream["y"].values.tolist() == [4]


def test_two_streams_one_after_the_other_are_one() -> None:
    one = qstream.encode(qstream.Stream.of("y", np.arange(3)))

    assert qstream.decode(one + one)["y"].values.tolist() == [0, 1, 2, 0, 1, 2]


def test_parts_of_a_join_that_share_names_keep_their_own_coordinates() -> None:
    join = packet("01", plane("y", 2, '<values join="p"/>'))
    part = packet(
        "02",
        plane("t", 1, values("int2")),
        plane("p", 1, values("int2"), prop("DEPEND_0", "qdataset", "t"), ' joinId="y"'),
    )
    data = head() + join + part + b":02:\x01\x00\x0a\x00" + part + b":02:\x02\x00\x0b\x00:02:\x03\x00\x0c\x00"

    parts = qstream.decode(data)["y"].parts

    assert parts is not None
    assert [one.values.tolist() for one in parts] == [[10], [11, 12]]
    assert [one.depend[0].values.tolist() for one in parts if one.depend[0]] == [[1], [2, 3]]
    again = qstream.decode(qstream.encode(qstream.decode(data)))
    assert [one.depend[0].values.tolist() for one in again["y"].parts or () if one.depend[0]] == [[1], [2, 3]]


# -- exceptions (13), nothing there (14), hexadecimal (15)


def test_an_exception_carries_what_came_before() -> None:
    data = (
        head() + packet("01", inline("y", "1,2")) + chunk("xx", '<exception type="T" message="a &lt; b"/>') + b"rubbish"
    )

    error = refused(data)

    assert isinstance(error, qstream.StreamError)
    assert (error.type, error.message, error.category, error.rule) == ("T", "a < b", "state", "QS-120")
    assert error.partial["y"].values.tolist() == [1, 2]
    kept = qstream.decode(data, on_error="keep")
    assert kept.exception is not None and kept.exception.message == "a < b"
    copy = pickle.loads(pickle.dumps(error))
    assert (copy.type, copy.message, str(copy)) == ("T", "a < b", str(error))
    assert copy.partial["y"].values.tolist() == [1, 2]


@pytest.mark.parametrize("data", [b"", head(), head() + packet("01", inline("x", "1"))])
def test_a_stream_without_its_default_is_no_error_until_it_is_asked_for(data: bytes) -> None:
    stream = qstream.decode(data)

    with pytest.raises(KeyError):
        _ = stream.default


def test_hexadecimal_is_read_and_written_only_where_it_came_so() -> None:
    stream = qstream.decode(head() + packet("01", plane("y", 1, values("hex11"))) + b":01:0x0000ff00 :01:0xffffffff ")

    assert stream["y"].values.tolist() == [0xFF00, -1]
    assert b'encoding="hex11"' in qstream.encode(stream)
    assert b"hex" not in qstream.encode(qstream.Stream.of("y", stream["y"].values))


# -- references and bundles


def test_references_resolve_forwards_and_to_nothing() -> None:
    properties = (
        prop("DEPEND_0", "qdataset", "t")
        + prop("DEPENDNAME_1", "String", "later")
        + prop("PLANE_0", "qdataset", "gone")
    )
    data = head() + packet("01", plane("t", 1, values("int2")), plane("y", 2, values("int2", "2"), properties))
    data += packet("02", inline("later", "5,6"))

    dataset = qstream.decode(data + b":01:" + bytes(6))["y"]

    assert [one.id if one else None for one in dataset.depend] == ["t", "later"]
    assert dataset.planes == () and dataset.get("PLANE_0") == "gone"


def test_a_bundle_of_other_datasets_has_them_as_columns() -> None:
    data = head() + packet("01", plane("a", 1, values("int2", "1")), plane("b", 1, values("float", "1")))
    data += packet("02", plane("y", 2, '<values bundle="a,b"/>', prop("BUNDLE_1", "qdataset", "none")))
    data += b":01:" + struct.pack("<hf", 7, 0.5) + b":01:" + struct.pack("<hf", 8, 1.5)

    dataset = qstream.decode(data)["y"]

    assert [one.id for one in dataset.columns] == ["a", "b"]
    assert dataset.values.tolist() == [[7, 0.5], [8, 1.5]]


def test_planes_of_one_length_travel_in_one_packet_coordinates_first() -> None:
    stream = qstream.Stream()
    energy = stream.add("energy", [1.0, 2.0])
    time = stream.add("time", np.array(["2020-01-01", "2020-01-02", "2020-01-03"], dtype="M8[D]"))
    error = stream.add("error", np.ones((3, 2)))
    stream.add("flux", np.arange(6.0).reshape(3, 2), depend=[time, energy], DELTA_PLUS=error)
    stream.add("density", np.arange(3.0), units="cm^-3", depend=[time])

    found = [record for _, record in qstream.descriptors(qstream.encode(stream))]

    assert [[one.id for one in record.qdataset] for record in found[1:]] == [
        ["energy"],
        ["time", "error", "flux", "density"],
    ]


def test_a_changed_dataset_is_written_as_it_is_now() -> None:
    planes = packet(
        "01", plane("t", 1, values("int2")), plane("y", 1, values("int2"), prop("DEPEND_0", "qdataset", "t"))
    )
    stream = qstream.decode(head() + planes + b":01:\x01\x00\x02\x00:01:\x03\x00\x04\x00")
    stream["y"].values = np.array([9, 9, 9], dtype=np.int16)

    again = qstream.decode(qstream.encode(stream))

    assert (again["t"].values.tolist(), again["y"].values.tolist()) == ([1, 3], [9, 9, 9])


def test_hexadecimal_is_refused_for_a_dataset_that_did_not_come_so() -> None:
    with pytest.raises(EncodeError) as caught:
        qstream.encode(qstream.Stream.of("y", [1, 2], encoding="hex11"))

    assert (caught.value.rule, caught.value.path) == ("QS-090", "y")


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


def test_records_of_an_incremental_encoder_have_the_shape_that_was_described() -> None:
    stream = qstream.Stream()
    encoder = qstream.Encoder()
    number, _ = encoder.describe(stream.add("y", np.empty((0, 3))))

    with pytest.raises(EncodeError, match=r"expected records of \(3,\), got an array of \(2, 2\)"):
        encoder.records(number, {"y": np.zeros((2, 2))})
    with pytest.raises(EncodeError, match="at most 999996"):
        encoder.describe(stream.add("z", np.empty((0, 1_000_000))))


def test_a_join_that_is_described_again_goes_on() -> None:
    join = packet("01", plane("y", 2, '<values join="p"/>'))
    part = packet("02", plane("p", 1, values("int2"), more=' joinId="y"')) + b":02:\x01\x00"

    stream = qstream.decode((head() + join + part) * 2)

    assert [one.values.tolist() for one in stream["y"].parts or ()] == [[1], [1]]


@pytest.mark.parametrize(("count", "inside"), [(100, True), (101, False)])
def test_short_axes_stand_in_the_descriptor(count: int, inside: bool) -> None:
    stream = qstream.Stream()
    axis = stream.add("axis", np.arange(count, dtype=np.float64))
    stream.add("y", np.zeros((2, count)), depend=[None, axis])

    data = qstream.encode(stream)

    assert (b'values="0.0,1.0,' in data) is inside
    assert qstream.decode(data)["y"].depend[1].values.tolist() == list(range(count))  # type: ignore[union-attr]
