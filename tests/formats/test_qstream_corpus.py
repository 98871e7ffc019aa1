"""Every file of the corpus gives what the reference reader made of it (README.md of the corpus)."""

from __future__ import annotations

import json
import warnings
from typing import Any

import numpy as np
import pytest
from corpus import corpus, needs_corpus

from sciwire.formats import qstream
from sciwire.runtime import CodecWarning, DecodeError, plain

pytestmark = needs_corpus

_ROOT = corpus("qstream")
_REFUSED = ("exception", "test0_rank2_0")
_READ = sorted(path.name for path in _ROOT.glob("*.qds") if path.stem not in _REFUSED)
_ADDED = ("QUBE", "JOIN_0")  # by the reference reader, whatever the stream says


def _decode(name: str, profile: str = "autoplot") -> qstream.Stream:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", CodecWarning)
        return qstream.decode((_ROOT / name).read_bytes(), profile=profile)  # type: ignore[arg-type]


def _expected(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((_ROOT / name).with_suffix(".json").read_text())
    return loaded


def _found(stream: qstream.Stream, id: str) -> qstream.Dataset:
    """The dataset called *id*; the reference has the last part of a join under the id of the part."""
    if id in stream:
        return stream[id]
    parts = [part for dataset in stream.datasets.values() for part in dataset.parts or () if part.id == id]
    return parts[-1]


def _same_values(dataset: qstream.Dataset, expected: Any) -> None:
    values = dataset.values
    if values.dtype == object:
        assert [np.asarray(one).tolist() for one in values] == expected
    else:
        # float32 values were widened by the reference, exactly
        np.testing.assert_array_equal(np.asarray(values, dtype=np.float64), np.asarray(expected, dtype=np.float64))
        assert list(values.shape) == list(np.asarray(expected).shape)


def _same_property(dataset: qstream.Dataset, name: str, expected: Any) -> None:
    if isinstance(expected, dict) and "class" in expected:
        if isinstance(dataset.reference(name), qstream.Dataset):
            _same_values(dataset.reference(name), expected["values"])
        else:  # a value with its unit, which stays text
            number, _, units = str(dataset.get(name)).partition(" ")
            assert float(number) == expected["values"]
            assert units.rpartition("=")[2] == expected["properties"].get("UNITS", {}).get("id", "")
    elif isinstance(expected, dict) and expected["type"] == "map":
        found = dataset.properties[name]
        if "$base64" in expected["entries"]:
            assert str(found.value).replace("\n", "") == expected["entries"]["$base64"].replace("\n", "")
        else:
            assert {key: one.value for key, one in found.value.items()} == {
                key: one["value"] for key, one in expected["entries"].items()
            }
    elif isinstance(expected, dict):
        assert dataset.get(name) == expected.get("value", expected.get("string"))
    else:
        assert dataset.get(name) == expected


def _same_units(dataset: qstream.Dataset, expected: dict[str, Any] | None) -> None:
    if expected is None:
        assert not dataset.units
        return
    assert (dataset.units or "") == expected["id"]
    assert dataset.is_time == expected.get("timeLocation", False)
    if "values" in expected:
        assert dataset.labels == {int(code): one["label"] for code, one in expected["values"].items()}


def _same_dataset(dataset: qstream.Dataset, expected: dict[str, Any]) -> None:
    assert dataset.rank == expected["rank"]
    _same_values(dataset, expected["values"])
    _same_units(dataset, expected["properties"].get("UNITS"))
    for name, value in expected["properties"].items():
        if name.startswith("DEPENDNAME_"):
            depend = dataset.depend[int(name[-1])]
            assert depend is not None and depend.id == value
        elif name.startswith("DEPEND_"):
            depend = dataset.depend[int(name[-1])]
            assert depend is not None
            _same_values(depend, value["values"])
        elif name.startswith("BUNDLE_") and dataset.bundle:
            assert [column.get("NAME") for column in dataset.columns] == [
                column.get("NAME") for column in value["indexed_properties"].values()
            ]
        elif name not in (*_ADDED, "UNITS"):
            _same_property(dataset, name, value)
    if "first" in expected and dataset.is_time:
        ends = [str(dataset.times[index].astype("datetime64[ms]")) + "Z" for index in (0, -1)]
        assert ends == [expected["first"], expected["last"]]
    if "first" in expected and dataset.labels:
        assert [dataset.labelled[0], dataset.labelled[-1]] == [expected["first"], expected["last"]]


@pytest.mark.parametrize("name", [name for name in _READ if name != "ref_rank4.big.qds"])
def test_a_file_gives_what_the_reference_reads(name: str) -> None:
    stream, expected = _decode(name), _expected(name)

    assert stream.dataset_id == expected["dataset_id"]
    assert {one["id"] for one in expected["datasets"]} <= set(stream) | {
        part.id for dataset in stream.datasets.values() for part in dataset.parts or ()
    }
    for one in expected["datasets"]:
        _same_dataset(_found(stream, one["id"]), one)


@pytest.mark.parametrize("name", _READ)
def test_nothing_is_read_that_the_reference_does_not_read(name: str) -> None:
    if name == "ref_rank4.big.qds":
        pytest.skip("the reference can't return rank 4")

    assert set(_decode(name)) <= {one["id"] for one in _expected(name)["datasets"]}


@pytest.mark.parametrize("name", [name for name in _READ if b'encoding="ascii' in (_ROOT / name).read_bytes()])
def test_text_means_the_same_in_both_profiles(name: str) -> None:
    first, second = (qstream.to_plain(_decode(name, profile)) for profile in ("documented", "autoplot"))

    assert plain.equal(first, second)


def test_rank_4_is_read_as_the_descriptor_and_the_bytes_say() -> None:
    data = (_ROOT / "ref_rank4.big.qds").read_bytes()

    values = _decode("ref_rank4.big.qds").default.values

    records = [np.frombuffer(data[at + 4 : at + 52], ">f4") for at in (data.index(b":01:"), data.rindex(b":01:"))]
    assert values.shape == (2, 3, 2, 2)
    np.testing.assert_array_equal(values.reshape(2, 12), records)


def test_the_exception_is_raised_with_the_producers_words_and_keeps_the_stream() -> None:
    data = (_ROOT / "exception.qds").read_bytes()

    with pytest.raises(qstream.StreamError) as caught:
        qstream.decode(data)

    assert (caught.value.type, caught.value.category, caught.value.at) == ("NoDataInInterval", "state", 77)
    assert caught.value.message == "No data found in interval.  Last data found at 2012-02-01"
    assert caught.value.partial.dataset_id == "ds_0" and not caught.value.partial.datasets
    kept = qstream.decode(data, on_error="keep")
    assert kept.exception is not None and kept.exception.type == "NoDataInInterval"


@pytest.mark.parametrize("profile", ["documented", "autoplot"])
def test_the_ragged_scheme_of_2009_is_refused(profile: str) -> None:
    with pytest.raises(DecodeError) as caught:
        qstream.decode((_ROOT / "test0_rank2_0.qds").read_bytes(), profile=profile)  # type: ignore[arg-type]

    assert (caught.value.category, caught.value.rule) == ("constraint", "QS-053")
    assert caught.value.path == "[01].ds_0.values.length"


def test_a_helper_of_a_bundle_describes_its_columns() -> None:
    columns = _decode("testBundle.qds").default.columns

    assert [column.id for column in columns] == ["TimeMin", "TimeMax", "BGSM_X", "BGSM_Y", "BGSM_Z", "Speed"]
    assert [column.units for column in columns] == ["us2000", "us2000", "m", "m", "m", "cm/s"]
    assert all(column.values.shape == (10,) for column in columns)


def test_parts_of_a_join_find_their_own_coordinates() -> None:
    join = _decode("ref_join_modes.ascii.qds").default

    assert join.parts is not None
    assert [part.values.shape for part in join.parts] == [(4, 3), (5, 3), (6, 3)]
    assert [str(part.depend[0].times[0])[:16] for part in join.parts if part.depend[0] is not None] == [
        "2000-01-01T10:00",
        "2000-01-01T11:00",
        "2000-01-01T12:00",
    ]


_WAYS: list[dict[str, str]] = [
    {},
    {"encoding": "ascii"},
    {"encoding": "binary", "byte_order": "little_endian"},
    {"encoding": "binary", "byte_order": "big_endian"},
]


@pytest.mark.parametrize("way", _WAYS, ids=["default", "ascii", "little", "big"])
@pytest.mark.parametrize("name", _READ)
def test_what_was_read_is_read_again_from_what_is_written(name: str, way: dict[str, str]) -> None:
    stream = _decode(name)

    again = qstream.decode(qstream.encode(stream, **way))  # type: ignore[arg-type]

    before, after = qstream.to_plain(stream), qstream.to_plain(again)
    if way.get("encoding") == "ascii":  # numbers of text are doubles, whatever they were
        before, after = (_as_doubles(value) for value in (before, after))
    assert plain.difference(before, after) == ""


def _as_doubles(value: Any) -> Any:
    if isinstance(value, dict) and "$nd" in value:
        array = plain.from_plain(value)
        wide = array.astype(np.float64)
        assert array.dtype.kind != "i" or (wide.astype(array.dtype) == array).all()
        return plain.to_plain(wide)
    if isinstance(value, dict):
        return {key: _as_doubles(one) for key, one in value.items()}
    return [_as_doubles(one) for one in value] if isinstance(value, list) else value


@pytest.mark.parametrize("name", _READ)
def test_bytes_that_arrive_one_by_one_give_the_same_stream(name: str) -> None:
    data = (_ROOT / name).read_bytes()
    decoder = qstream.Decoder(profile="autoplot")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", CodecWarning)
        for at in range(len(data)):
            decoder.feed(data[at : at + 1])

        assert plain.equal(qstream.to_plain(decoder.finish()), qstream.to_plain(_decode(name)))


@pytest.mark.parametrize("name", _READ)
def test_a_byte_behind_the_stream_is_an_error_at_that_byte(name: str) -> None:
    data = (_ROOT / name).read_bytes()

    with warnings.catch_warnings(), pytest.raises(DecodeError) as caught:
        warnings.simplefilter("ignore", CodecWarning)
        qstream.decode(data + b"\n", profile="autoplot")

    assert (caught.value.category, caught.value.at, caught.value.rule) == ("framing", len(data), "QS-001")


@pytest.mark.parametrize("name", _READ)
def test_every_byte_belongs_to_a_field(name: str) -> None:
    data = (_ROOT / name).read_bytes()

    found = list(qstream.spans(data))

    assert [one.start for one in found] == [0, *(one.stop for one in found[:-1])] and found[-1].stop == len(data)
    assert not [one for one in found if one.kind == "invalid"]


@pytest.mark.parametrize("name", _READ)
def test_a_file_is_recognised_and_summed_up(name: str) -> None:
    stream = _decode(name)

    assert qstream.sniff((_ROOT / name).read_bytes())
    rows = dict(qstream.summary(stream))
    assert set(rows) >= {f"datasets.{id}" for id in stream}
    assert rows["dataset_id"] == stream.dataset_id
