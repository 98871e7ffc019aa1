"""Datasets of qstream that belong together: parts that come one after another, joins, references, bundles and axes."""

from __future__ import annotations

import struct

import numpy as np
import pytest
from qstream_bytes import head, inline, packet, plane, prop, values
from test_qstream import refused

from sciwire.formats import qstream

# -- refusals of the documented profile (decision 11), repeated ids (12)


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


def test_properties_that_a_program_sets_have_the_types_of_the_documents() -> None:
    """A text is a `String`, a dataset is named by its id with the type `qdataset`."""
    stream = qstream.Stream.of("x", [1.0, 2.0], TITLE="of x")
    stream.add("y", [3.0, 4.0], DEPEND_0=stream["x"])

    data = qstream.encode(stream)

    assert b'<property name="TITLE" type="String" value="of x"/>' in data
    assert b'<property name="DEPEND_0" type="qdataset" value="x"/>' in data
