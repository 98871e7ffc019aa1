"""Where the sources of qstream disagree or are silent: the decisions of specs/qstream/README.md, and the interface.

Those on numbers and times (1, 4, 5, 6, 15) stand in `test_qstream_numbers`, on repeated ids (12) in
`test_qstream_together`.
"""

from __future__ import annotations

import pickle
import struct
from typing import Any

import numpy as np
import pytest
from qstream_bytes import chunk, enumeration, head, inline, packet, plane, prop, values

from sciwire.formats import qstream
from sciwire.runtime import DecodeError, EncodeError, plain


def refused(data: bytes, **options: Any) -> DecodeError:
    with pytest.raises(DecodeError) as caught:
        qstream.decode(data, **options)
    return caught.value


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


def test_records_of_an_incremental_encoder_have_the_shape_that_was_described() -> None:
    stream = qstream.Stream()
    encoder = qstream.Encoder()
    number, _ = encoder.describe(stream.add("y", np.empty((0, 3))))

    with pytest.raises(EncodeError, match=r"expected records of \(3,\), got an array of \(2, 2\)"):
        encoder.records(number, {"y": np.zeros((2, 2))})
    with pytest.raises(EncodeError, match="at most 999996"):
        encoder.describe(stream.add("z", np.empty((0, 1_000_000))))


# -- never (decision 7)


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
    chunk = packet("01", '<qdataset id="y" rank="1" LABEL="a<b"/>')
    error = refused(head() + chunk)

    assert (error.category, error.at, error.path) == ("syntax", len(head()), "[01]")
    assert f"byte {chunk.index(b'<b') - len('[01]000000')}" in error.problem and "qdataset" in error.problem


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


# -- refusals of the documented profile (decision 11)


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


# -- exceptions (13), nothing there (14)


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
