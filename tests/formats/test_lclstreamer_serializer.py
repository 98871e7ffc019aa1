"""The serializer of lclstreamer: what a worker sends of a batch of events, and what can't be sent or configured."""

from __future__ import annotations

import pickle
import sys
from types import SimpleNamespace
from typing import Any

import bitshuffle
import cbor2
import numpy as np
import pytest

from sciwire.formats import lclstreamer
from sciwire.runtime import EncodeError

CONFIG = {
    "data_source_to_serialize": "detector_data",
    "polarization_fraction": 0.99,
    "polarization_axis": [0, 1, 0],
    "data_collection_rate": "120 Hz",
    "detector_name": "jungfrau",
    "detector_type": "Jungfrau 1M",
}
RUN = {"run_number": 51, "start_time": 4764, "experiment": "mfx1008", "source_identifier": "exp=mfx1008,run=51"}
GEOMETRY = SimpleNamespace(id="jungfrau_0", geometry="# TITLE\n")


def batch(events: int = 4, **changes: Any) -> dict[str, Any]:
    frames = np.arange(events * 16 * 16, dtype="<f8").reshape(events, 16, 16)
    stamps = np.arange(events) * 1.5
    return {"timestamp": stamps, "detector_data": frames, "run_info": [RUN] * events, "detector_geometry": [GEOMETRY] * events, **changes}  # fmt: skip


def serializer(**more: Any) -> lclstreamer.SimplonBinarySerializer:
    return lclstreamer.SimplonBinarySerializer(CONFIG, clock=lambda: 7.5, **more)


def test_the_last_worker_sends_a_start_the_last_events_and_a_stop() -> None:
    first = batch()
    made = list(serializer(rank=2, size=3)([first, batch(2)]))

    assert [data[:1] for data in made] == [b"c", b"m", b"m", b"c"]
    start, one, two, stop = (cbor2.loads(data[1:]) for data in made)
    assert list(start) == ["type", "run_number", "start_time", "duration", "beamline", "experiment", "beam_type", "polarization", "data_collection_rate", "datatype", "shape", "algorithm", "detector", "message_id", "timestamp"]  # fmt: skip
    assert (start["run_number"], start["beamline"], start["shape"], start["datatype"]) == ("51", "MFX", "16x16", "float64")  # fmt: skip
    assert start["polarization"] == {"fraction": 0.99, "axis": [0.0, 1.0, 0.0]}
    assert start["detector"] == {"name": "jungfrau", "id": "jungfrau_0", "type": "Jungfrau 1M", "geometry": "# TITLE\n", "pixel_coords": "", "material": "???", "thickness": "???"}  # fmt: skip
    assert list(one) == ["type", "run", "compressed_data", "dtype", "sum", "message_id", "timestamp"]
    assert one["compressed_data"] == bitshuffle.compress_lz4(first["detector_data"][-1], 4096).tobytes()
    assert (one["message_id"], one["sum"], one["timestamp"]) == (20001, float(first["detector_data"][-1].sum()), 4.5)
    assert two["timestamp"] == 1.5
    assert stop == {"type": "stop", "run": "51", "timestamp": 7.5}


def test_other_workers_send_images_only() -> None:
    made = list(serializer(rank=0, size=3)([batch(), batch()]))

    assert [cbor2.loads(data[1:])["type"] for data in made] == ["image", "image"]


def test_a_stop_without_events_says_run_zero() -> None:
    assert [cbor2.loads(data[1:]) for data in serializer(rank=0, size=1)([])] == [{"type": "stop", "run": 0, "timestamp": 7.5}]  # fmt: skip
    assert len(list(serializer(rank=0, size=1)([batch(0)]))) == 1


def test_beam_data_bring_direction_energy_and_the_constant_wavelength() -> None:
    made = list(serializer(rank=0, size=1)([batch(1, beam_data=np.array([[1.5e-6, -2.5e-6, 0.01, -0.02, 9500.25]]))]))

    fields = cbor2.loads(made[1][1:])
    assert list(fields)[3:6] == ["beam_direction", "photon_energy", "photon_wavelength"]
    assert fields["beam_direction"] == {"angle_x": 1.5e-6, "angle_y": -2.5e-6, "position_x": 0.01, "position_y": -0.02}
    assert (fields["photon_energy"], fields["photon_wavelength"]) == (9500.25, 0)


@pytest.mark.parametrize("dtype", ["<f4", "<i8", "<u2"])
def test_frames_that_the_deployed_serializer_cannot_send_are_sent(dtype: str) -> None:
    frames = np.ones((1, 4, 4), dtype)
    session = lclstreamer.Session()

    start, one, _ = (session.decode(data) for data in serializer(rank=0, size=1)([batch(1, detector_data=frames)]))

    assert isinstance(start, lclstreamer.Start) and start.datatype == np.dtype(dtype).name
    assert isinstance(one, lclstreamer.Image) and one.sum == 16.0
    assert np.array_equal(one.compressed_data, frames[0])  # type: ignore[arg-type]


@pytest.mark.parametrize("source", ["timestamp", "detector_data", "detector_geometry", "run_info"])
def test_a_missing_source_is_named_before_anything_is_sent(source: str) -> None:
    events = batch()
    del events[source]

    with pytest.raises(EncodeError) as caught:
        next(serializer(rank=0, size=1)([events]))

    assert caught.value.path == source
    assert str(caught.value).startswith(f"lclstreamer.SimplonBinarySerializer {source}: the source is missing")


BATCHES = {
    "dtype": (batch(1, detector_data=np.ones((1, 2, 2), complex)), "lclstreamer.SimplonBinarySerializer detector_data: expected frames of float64, float32, uint8, uint16, uint32, uint64, int8, int16, int32, int64, got complex128 [LCL-054]"),
    "scalar": (batch(3, detector_data=np.ones(3)), "lclstreamer.SimplonBinarySerializer detector_data: expected frames with at least one dimension, got a number [LCL-054]"),
    "no event": (batch(timestamp=[]), "lclstreamer.SimplonBinarySerializer timestamp: expected 4 events, as detector_data has, got 0 [LCL-053]"),
    "item": (batch(1, run_info=[{"run_number": 1}]), "lclstreamer.SimplonBinarySerializer run_info: the source has no 'start_time' [LCL-053]"),
    "fewer frames": (batch(detector_data=[]), "lclstreamer.SimplonBinarySerializer detector_data: expected 4 events, as timestamp has, got 0 [LCL-053]"),
    "more events": (batch(run_info=[RUN]), "lclstreamer.SimplonBinarySerializer run_info: expected 4 events, as detector_data has, got 1 [LCL-053]"),
    "no frames": (batch(detector_data=3), "lclstreamer.SimplonBinarySerializer detector_data: expected frames, one an event, got the number 3 [LCL-053]"),
    "ragged": (batch(1, detector_data=[[[1.0], [1.0, 2.0]]]), "lclstreamer.SimplonBinarySerializer detector_data: expected a frame, got a list that is no array [LCL-054]"),
    "masked frame": (batch(1, detector_data=[np.ma.masked_array([1.0, 2.0], [0, 1])]), "lclstreamer.SimplonBinarySerializer detector_data: a mask has no place here, the masked elements must be filled first [LCL-053]"),
    "masked timestamp": (batch(1, timestamp=np.ma.masked_array([1.0], [1])), "lclstreamer.SimplonBinarySerializer timestamp: a mask has no place here, the masked elements must be filled first [LCL-053]"),
    "no timestamp": (batch(1, timestamp=[None]), "lclstreamer.SimplonBinarySerializer timestamp: the source has nothing for the last event [LCL-053]"),
    "text timestamp": (batch(1, timestamp=["a"]), "lclstreamer.SimplonBinarySerializer timestamp: expected a finite number of 64 bits, got the text 'a' [LCL-053]"),
    "infinite timestamp": (batch(1, timestamp=[float("inf")]), "lclstreamer.SimplonBinarySerializer timestamp: expected a finite number of 64 bits, got the number inf [LCL-053]"),
    "huge timestamp": (batch(1, timestamp=[2**70]), f"lclstreamer.SimplonBinarySerializer timestamp: expected a finite number of 64 bits, got the number {2**70} [LCL-053]"),
    "no batch": (None, "lclstreamer.SimplonBinarySerializer: expected a map of sources, got null [LCL-053]"),
    "null": (batch(1, run_info=None), "lclstreamer.SimplonBinarySerializer run_info: the source is None; there are detector_data, detector_geometry, timestamp [LCL-053]"),
    "beam that is text": (batch(1, beam_data=[[1.0, 2.0, 3.0, 4.0, "5 keV"]]), "lclstreamer.SimplonBinarySerializer beam_data: the item 4: expected a float, got the text '5 keV' [LCL-028]"),
    "coordinates": (batch(1, detector_geometry=[{"id": "", "geometry": "", "pixel_coords": np.zeros(3)}]), "lclstreamer.SimplonBinarySerializer detector_geometry: the item 'pixel_coords': expected text or a byte string, got a ndarray [LCL-026]"),
    "text": (batch(1, run_info=[{**RUN, "experiment": "\ud800"}]), "lclstreamer.SimplonBinarySerializer run_info: the item 'experiment': the text can't be UTF-8: surrogates not allowed [LCL-053]"),
    "beam": (batch(1, beam_data=[[1.0, 2.0]]), "lclstreamer.SimplonBinarySerializer beam_data: the source has no 2 [LCL-053]"),
}  # fmt: skip


@pytest.mark.parametrize("name", BATCHES)
def test_what_can_not_be_sent_is_refused_before_the_start_message(name: str) -> None:
    events, text = BATCHES[name]

    with pytest.raises(EncodeError) as caught:
        next(serializer(rank=0, size=1)([events]))

    assert str(caught.value) == text


CONFIGS = {
    "fraction": ({"polarization_fraction": 1.5}, "SimplonBinarySerializerConfig polarization_fraction: expected at most 1, got 1.5 [LCL-050]"),
    "negative": ({"polarization_fraction": -0.1}, "SimplonBinarySerializerConfig polarization_fraction: expected at least 0, got -0.1 [LCL-050]"),
    "nan": ({"polarization_fraction": float("nan")}, "SimplonBinarySerializerConfig polarization_fraction: expected a finite number, got nan [LCL-050]"),
    "axis": ({"polarization_axis": [0, 1]}, "SimplonBinarySerializerConfig polarization_axis: expected an array of 3, got an array of 2 [LCL-050]"),
    "axis nan": ({"polarization_axis": [0, 1, float("nan")]}, "SimplonBinarySerializerConfig polarization_axis[2]: expected a finite number, got nan"),
    "axis inf": ({"polarization_axis": np.array([0, np.inf, 0])}, "SimplonBinarySerializerConfig polarization_axis[1]: expected a finite number, got inf"),
    "axis masked": ({"polarization_axis": np.ma.masked_array([0.0, 1, 0], [0, 1, 0])}, "SimplonBinarySerializerConfig polarization_axis: a mask has no place here"),
    "axis item": ({"polarization_axis": [0, 1, "z"]}, "SimplonBinarySerializerConfig polarization_axis[2]: expected a float, got the text 'z'"),
    "name": ({"detector_name": 3}, "SimplonBinarySerializerConfig detector_name: expected text, got the number 3 [LCL-052]"),
    "unknown": ({"compression": "x"}, "SimplonBinarySerializerConfig compression: the parameter is unknown; known are"),
}  # fmt: skip


@pytest.mark.parametrize("name", CONFIGS)
def test_a_parameter_that_can_not_be_is_named(name: str) -> None:
    changes, text = CONFIGS[name]

    with pytest.raises(EncodeError) as caught:
        lclstreamer.SimplonBinarySerializer({**CONFIG, **changes})

    assert str(caught.value).startswith(text)


def test_a_config_lacks_nothing_and_a_rank_is_one_of_size() -> None:
    with pytest.raises(EncodeError, match=r"polarization_axis: the parameter is missing.*\[LCL-052\]"):
        lclstreamer.SimplonBinarySerializer({key: one for key, one in CONFIG.items() if key != "polarization_axis"})
    with pytest.raises(EncodeError, match="the rank is 3, it can be 0 to 2"):
        serializer(rank=3, size=3)
    with pytest.raises(EncodeError, match="expected a SimplonBinarySerializerConfig or a map, got a list"):
        lclstreamer.SimplonBinarySerializer([])
    config = lclstreamer.SimplonBinarySerializerConfig(**CONFIG)  # type: ignore[arg-type]
    assert config.polarization_axis == [0.0, 1.0, 0.0]
    assert lclstreamer.SimplonBinarySerializer(config).size == 1


def test_rank_and_size_come_from_mpi4py_where_it_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    world = SimpleNamespace(Get_rank=lambda: 4, Get_size=lambda: 6)
    monkeypatch.setitem(sys.modules, "mpi4py", SimpleNamespace(MPI=SimpleNamespace(COMM_WORLD=world)))

    assert (serializer().rank, serializer().size) == (4, 6)
    assert (serializer(rank=5).rank, serializer(rank=5).size) == (5, 6)
    assert (serializer(rank=0, size=2).rank, serializer(rank=0, size=2).size) == (0, 2)


@pytest.mark.parametrize("ranks", [("0", 1), (0, 1.0), (True, 2), (0, 0), (-1, 1)])
def test_a_rank_that_is_none_is_refused(ranks: tuple[Any, Any]) -> None:
    with pytest.raises(EncodeError, match="the rank"):
        serializer(rank=ranks[0], size=ranks[1])


def test_a_later_batch_that_can_not_be_sent_stops_the_stream_there_and_sends_nothing_of_it() -> None:
    events = batch()
    del events["timestamp"]
    stream = serializer(rank=0, size=1)([batch(), events, batch()])

    assert [next(stream)[:1], next(stream)[:1]] == [b"c", b"m"]
    with pytest.raises(EncodeError, match="timestamp: the source is missing"):
        next(stream)


def test_a_config_can_not_be_changed_and_is_equal_to_its_twin() -> None:
    config = lclstreamer.SimplonBinarySerializerConfig(**CONFIG)  # type: ignore[arg-type]

    with pytest.raises(AttributeError, match="can't be changed"):
        config.polarization_fraction = 2.0  # type: ignore[misc]
    assert config == lclstreamer.SimplonBinarySerializerConfig(**CONFIG)  # type: ignore[arg-type]
    assert config == pickle.loads(pickle.dumps(config))
    assert config != lclstreamer.SimplonBinarySerializerConfig(**{**CONFIG, "polarization_fraction": 0.5})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("frame", "total"),
    [
        (np.array([2**62] * 3), 3 * 2.0**62),
        (np.array([2**63] * 3, "u8"), 3 * 2.0**63),
        (np.array([3e38] * 3, "f4"), 3 * float(np.float32(3e38))),
        (np.full((1000, 1000), 65504, "f4"), 65504e6),
    ],
)
def test_a_sum_neither_wraps_round_nor_overflows(frame: Any, total: float) -> None:
    made = list(serializer(rank=0, size=1)([batch(1, detector_data=frame[None])]))

    assert cbor2.loads(made[1][1:])["sum"] == total


@pytest.mark.parametrize(
    ("frame", "what"),
    [(np.ones((1, 3, 2)), "the shape 2x3"), (np.ones((1, 4, 3)), "the shape 2x3"), (np.ones((1, 2, 3), "f4"), "the dtype float64")],
)  # fmt: skip
def test_a_frame_that_is_not_as_announced_is_not_sent(frame: Any, what: str) -> None:
    stream = serializer(rank=0, size=1)([batch(1, detector_data=np.ones((1, 2, 3))), batch(1, detector_data=frame)])

    assert [next(stream)[:1], next(stream)[:1]] == [b"c", b"m"]
    with pytest.raises(EncodeError, match=f"detector_data: expected {what} of the first frame"):
        next(stream)


def test_wrong_keywords_of_a_config_are_told_as_those_of_a_map() -> None:
    config: Any = lclstreamer.SimplonBinarySerializerConfig
    with pytest.raises(EncodeError, match="SimplonBinarySerializerConfig zzz: the parameter is unknown"):
        config(**CONFIG, zzz=1)
    with pytest.raises(EncodeError, match="data_collection_rate: the parameter is missing"):
        config()
    with pytest.raises(EncodeError, match="there are 6 parameters, 7 are given"):
        config(*range(7))
    with pytest.raises(EncodeError, match="data_source_to_serialize: the parameter is given twice"):
        config("a", **CONFIG)
    with pytest.raises(EncodeError, match="3: the parameter is unknown"):
        lclstreamer.SimplonBinarySerializer({**CONFIG, 3: 1})
    assert config(**{**CONFIG, "polarization_axis": np.array([0, 1, 0])}).polarization_axis == [0.0, 1.0, 0.0]
