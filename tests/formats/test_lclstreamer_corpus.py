"""Messages that the deployed serializer made: read to its arrays, written to its bytes, made anew from its batches."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import numpy as np
import pytest
from corpus import corpus, needs_corpus

from sciwire.formats import lclstreamer

cbor = pytest.importorskip("cbor", reason="cbor, the library of the deployed serializer, is not installed")

pytestmark = needs_corpus


def _streams() -> dict[str, list[str]]:
    path = corpus("simplon", "EXPECTED.json")
    names = sorted(json.loads(path.read_text())) if path.is_file() else []
    streams: dict[str, list[str]] = {}
    for name in names:
        if name.startswith("lclstreamer/"):
            streams.setdefault(name.split("/")[1].split(".")[0], []).append(name)
    return streams


STREAMS = _streams()


def _read(name: str) -> list[bytes]:
    return [corpus("simplon", *one.split("/")).read_bytes() for one in STREAMS[name]]


def test_the_corpus_is_present() -> None:
    assert len(STREAMS) >= 4


@pytest.mark.parametrize("name", STREAMS)
def test_frames_are_what_two_independent_decoders_found(name: str) -> None:
    expected = json.loads(corpus("simplon", "EXPECTED.json").read_text())
    session = lclstreamer.Session()
    for file, data in zip(STREAMS[name], _read(name), strict=True):
        message = session.decode(data)

        assert type(message).__name__.lower() == expected[file]["type"]
        assert set(lclstreamer.to_plain(message)) == {*expected[file]["keys"], "prefix"}
        if isinstance(message, lclstreamer.Image):
            assert isinstance(message.compressed_data, np.ndarray)
            assert list(message.compressed_data.shape) == expected[file]["shape"]
            assert hashlib.sha256(message.compressed_data.tobytes()).hexdigest() == expected[file]["sha256"]


@pytest.mark.parametrize("name", ["f64_2d_65x67_tail_nobeam", "batch4_only_last"])
def test_frames_are_the_arrays_that_were_serialized(name: str) -> None:
    truth = np.load(corpus("simplon", "lclstreamer", f"{name}.truth.npy"))
    session = lclstreamer.Session()
    messages = [session.decode(data) for data in _read(name)]
    frames = [message.compressed_data for message in messages if isinstance(message, lclstreamer.Image)]

    assert len(frames) == len(truth) == 1
    assert all(np.array_equal(frame, one, equal_nan=True) for frame, one in zip(frames, truth, strict=True))


@pytest.mark.parametrize("name", STREAMS)
def test_what_is_written_is_byte_for_byte_what_was_sent(name: str) -> None:
    session = lclstreamer.Session()
    for data in _read(name):
        assert lclstreamer.encode(session.decode(data)) == data
        assert lclstreamer.encode(lclstreamer.decode(data)) == data
        assert data[1:] == cbor.dumps(cbor.loads(data[1:]))  # the encoder of the serializer agrees with itself


@pytest.mark.parametrize("name", STREAMS)
def test_the_serializer_makes_the_same_messages_of_the_same_events(name: str) -> None:
    """The clock and the events are taken from the messages; all else is the serializer's own."""
    sent = _read(name)
    messages = [cbor.loads(one[1:]) for one in sent]
    session = lclstreamer.Session()
    frames = [one.compressed_data for one in map(session.decode, sent) if isinstance(one, lclstreamer.Image)]
    start, images = messages[0], [one for one in messages if one["type"] == "image"]
    config: dict[str, Any] = {
        "data_source_to_serialize": "detector_data",
        "polarization_fraction": start["polarization"]["fraction"],
        "polarization_axis": start["polarization"]["axis"],
        "data_collection_rate": start["data_collection_rate"],
        "detector_name": start["detector"]["name"],
        "detector_type": start["detector"]["type"],
    }
    run = {"run_number": start["run_number"], "start_time": start["start_time"], "experiment": start["experiment"], "source_identifier": f"exp={start['experiment']},run=51"}  # fmt: skip
    batches = []
    for frame, one in zip(frames, images, strict=True):
        events: dict[str, Any] = {"detector_data": [frame], "run_info": [run], "detector_geometry": [start["detector"]], "timestamp": [one["timestamp"]]}  # fmt: skip
        if "beam_direction" in one:
            events["beam_data"] = [[*one["beam_direction"].values(), one["photon_energy"]]]
        batches.append(events)
    times = iter([start["timestamp"], messages[-1]["timestamp"]])

    made = list(lclstreamer.SimplonBinarySerializer(config, rank=0, size=1, clock=lambda: next(times))(batches))

    assert made == sent
