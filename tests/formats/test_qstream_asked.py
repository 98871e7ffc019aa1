"""What a caller asks of an encoder and can't have: an error of ours that names it, and no stream that nobody reads."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from work import in_proportion, steps

from sciwire.formats import qstream
from sciwire.runtime import EncodeError
from sciwire.runtime.packets import Property


def nested(depth: int) -> dict[str, Any]:
    inside: dict[str, Any] = {"end": 1}
    for _ in range(depth - 1):
        inside = {"a": inside}
    return inside


def endless() -> dict[str, Any]:
    found: dict[str, Any] = {}
    found["a"] = found
    return found


def test_maps_go_as_deep_as_a_reader_follows() -> None:
    found = qstream.decode(qstream.encode(qstream.Stream.of("x", [1.0], META=nested(30))))["x"].get("META")

    for _ in range(29):
        found = found["a"].value
    assert found["end"].value == 1


@pytest.mark.parametrize("found", [nested(31), nested(20_000), endless()])
def test_maps_that_readers_refuse_are_refused(found: dict[str, Any]) -> None:
    with pytest.raises(EncodeError, match=r"x\.properties\.META\.a\..*nested deeper than 30.*\[QS-033\]"):
        qstream.Stream.of("x", [1.0], META=found)


def test_properties_that_are_made_by_hand_are_looked_at_inside() -> None:
    stream = qstream.Stream.of("x", [1.0])
    found = Property({}, "map")
    found.value["a"] = found
    stream["x"].properties["META"] = found
    with pytest.raises(EncodeError, match=r"META\.a.*nested deeper than 30"):
        qstream.encode(stream)

    stream["x"].properties["META"] = Property({"a": 1}, "map")
    with pytest.raises(EncodeError, match=r"x\.properties\.META\.a: expected a Property, got int"):
        qstream.encode(stream)


@pytest.mark.parametrize("wrong", [{"a": 1}, None, b"", "x.qds"])
def test_what_is_no_stream_is_an_error_of_ours(wrong: Any) -> None:
    with pytest.raises(EncodeError, match="expected a stream, got"):
        qstream.encode(wrong)


@pytest.mark.parametrize(
    "values", [np.zeros((2, 2, 2)), np.zeros((0, 3)), np.zeros(3, "f4"), np.arange(3)], ids=["rank3", "no-row", "f4", "int"]
)  # fmt: skip
def test_what_does_not_fit_into_a_descriptor_is_not_written_there(values: Any) -> None:
    with pytest.raises(EncodeError, match="inline is for doubles of rank 0, 1, or 2 with a row at least"):
        qstream.encode(qstream.Stream.of("x", values, encoding="inline"))


@pytest.mark.parametrize("shape", [(), (3,), (0,), (2, 3), (1, 0)])
def test_what_fits_into_a_descriptor_comes_back(shape: tuple[int, ...]) -> None:
    again = qstream.decode(qstream.encode(qstream.Stream.of("x", np.ones(shape), encoding="inline")))["x"]

    assert (again.encoding, again.values.shape) == ("inline", shape)


@pytest.mark.parametrize("name", ["ascii0", "ascii00", "time0", "time1"])
def test_a_field_without_room_is_refused(name: str) -> None:
    with pytest.raises(EncodeError):
        qstream.encode(qstream.Stream.of("x", [1.0], encoding=name, units="us2000"))


def test_a_reference_to_a_dataset_of_another_stream_is_refused() -> None:
    elsewhere = qstream.Stream.of("time", [1.0])
    stream = qstream.Stream()

    with pytest.raises(EncodeError, match="the dataset 'time' belongs to no stream or another one"):
        stream.add("x", [1.0], depend=[elsewhere["time"]])
    with pytest.raises(EncodeError, match="belongs to no stream or another one"):
        stream.add("x", [1.0], DELTA_PLUS=qstream.Dataset("d", 1))


def test_binary_planes_need_a_byte_order_that_was_said() -> None:
    encoder, stream = qstream.Encoder(), qstream.Stream()
    text, binary = stream.add("text", np.zeros(0)), stream.add("binary", np.zeros(0, "i4"))
    encoder.begin("text", byte_order=False)

    encoder.describe(text)
    with pytest.raises(EncodeError, match=r"binary: int4 is binary, and the stream descriptor was written without"):
        encoder.describe(text, binary)
    encoder.begin("text")
    encoder.begin("binary", byte_order=False)  # which leaves the order as it was
    encoder.describe(text, binary)


def test_bundles_and_joins_are_made_as_the_docstring_says() -> None:
    stream = qstream.Stream.of("x", [1.0, 2.0])
    stream.add("y", [3.0, 4.0])
    both = stream.datasets["both"] = stream.new_dataset("both", 2)
    both.bundle = ("x", "y")
    runs = stream.datasets["runs"] = stream.new_dataset("runs", 3)
    runs.parts = [qstream.Dataset("run", 2, np.ones((4, width))) for width in (2, 3)]

    again = qstream.decode(qstream.encode(stream))

    assert again["both"].values.tolist() == [[1, 3], [2, 4]]
    assert [part.values.shape for part in again["runs"].parts or ()] == [(4, 2), (4, 3)]


def test_a_descriptor_that_was_short_enough_without_indents_goes_back() -> None:
    named = {f"p{number}": "x" * 20 for number in range(14_000)}
    stream = qstream.Stream.of("x", [1.0], **named)
    data = qstream.encode(stream)

    assert b"><property" in data and len(data) < 990_000
    again = qstream.decode(data)["x"]
    assert {name: again.get(name) for name in named} == named
    with pytest.raises(EncodeError, match=r"at most 999990 can be written; split it into several datasets \[QS-"):
        qstream.encode(qstream.Stream.of("x", [1.0], **named, more="y" * 200_000))


def test_many_labels_cost_each_the_same() -> None:
    """To go through all labels for each of 400,000 would take so long that the test is taken to hang."""

    def labelled(count: int) -> Callable[[], object]:
        texts = [f"event {number}" for number in range(count)]
        return lambda: qstream.Stream.of("x", texts)

    in_proportion(lambda count: steps(labelled(count)), 1000)
    labelled(400_000)()


def test_codes_that_labels_have_are_used_and_new_ones_follow() -> None:
    stream = qstream.Stream.of("x", ["b", "new", "a", "new", "other"], labels={5: "a", 3: "b"})

    assert stream["x"].values.tolist() == [3, 6, 5, 6, 7]
