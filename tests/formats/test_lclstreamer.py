"""What people do with lclstreamer: read a stream with a session, write frames, run the serializer, see what was wrong."""

from __future__ import annotations

import math
import pickle
import struct
import sys
import warnings
from types import SimpleNamespace
from typing import Any

import bitshuffle
import cbor2
import numpy as np
import pytest

from sciwire.formats import lclstreamer
from sciwire.runtime import CodecWarning, CompressedArray, DecodeError, EncodeError

FRAME = np.arange(65 * 67, dtype="<f8").reshape(65, 67) % 13
START = {"type": "start", "run_number": "51", "shape": "65x67", "datatype": "float64"}


def image(frame: Any = FRAME, **changes: Any) -> dict[str, Any]:
    blocks = bitshuffle.compress_lz4(frame, 4096).tobytes()
    return {"type": "image", "run": "51", "compressed_data": blocks, "dtype": str(frame.dtype), **changes}


def sent(message: dict[str, Any], prefix: bytes = b"") -> bytes:
    return prefix + cbor2.dumps(message)


def test_a_session_opens_frames_by_the_start_message() -> None:
    session = lclstreamer.Session()

    before = session.decode(sent(image(), b"m"))
    session.decode(sent(START, b"c"))
    after = session.decode(sent(image(), b"m"))

    assert isinstance(before, lclstreamer.Image) and isinstance(before.compressed_data, bytes)
    assert isinstance(after, lclstreamer.Image) and isinstance(after.compressed_data, np.ndarray)
    assert np.array_equal(after.compressed_data, FRAME)
    assert not after.compressed_data.flags.writeable


def test_a_start_message_of_another_run_describes_nothing() -> None:
    session = lclstreamer.Session()
    session.decode(sent(START, b"c"))

    message = session.decode(sent(image(run="52"), b"m"))

    assert isinstance(message, lclstreamer.Image) and isinstance(message.compressed_data, bytes)


def test_a_session_reads_the_fork_without_prefixes() -> None:
    session = lclstreamer.Session()
    session.decode(sent({"type": "start", "run_id": "7", "shape": "2x12", "image_dtype": "uint16"}))
    frame = np.arange(24, dtype="<u2").reshape(2, 12)
    fields = image(frame)
    fields["run_id"], fields["image_dtype"] = fields.pop("run"), fields.pop("dtype")
    fields["run_id"] = "7"

    message = session.decode(sent(fields))
    last = session.decode(sent({"type": "end", "run_id": "7"}))

    assert isinstance(message, lclstreamer.Image) and message.prefix == ""
    assert np.array_equal(message.compressed_data, frame)  # type: ignore[arg-type]
    assert isinstance(last, lclstreamer.Stop) and last.run == "7"


def test_a_decoder_of_a_stream_of_bytes_remembers_too() -> None:
    whole = sent(START, b"c") + sent(image(), b"m") + sent({"type": "stop", "run": "51"}, b"c")
    decoder = lclstreamer.Decoder()

    got = [one for byte in range(0, len(whole), 97) for one in decoder.feed(whole[byte : byte + 97])]
    decoder.finish()

    assert [type(one).__name__ for one in got] == ["Start", "Image", "Stop"]
    assert np.array_equal(got[1].compressed_data, FRAME)


@pytest.mark.parametrize("dtype", ["<f8", "<f4", "<u2", ">u2", "<i4", "u1", "<i8"])
def test_a_frame_is_written_as_the_deployed_library_does(dtype: str) -> None:
    frame = (FRAME * 3).astype(dtype)
    message = lclstreamer.Image(run="51", compressed_data=frame)

    data = lclstreamer.encode(message)

    fields = cbor2.loads(data[1:])
    little = frame.astype(np.dtype(dtype).newbyteorder("<"))
    assert data[:1] == b"m"
    assert fields["compressed_data"] == bitshuffle.compress_lz4(little, 4096).tobytes()
    assert fields["dtype"] == little.dtype.name
    assert np.array_equal(lclstreamer.decode(data, shape=(65, 67)).compressed_data, frame)  # type: ignore[union-attr, arg-type]


def test_raw_pixels_are_taken_where_they_are_no_blocks() -> None:
    message = lclstreamer.decode(sent(image(compressed_data=FRAME.tobytes()), b"m"), shape="65x67")

    assert np.array_equal(message.compressed_data, FRAME)  # type: ignore[union-attr, arg-type]


@pytest.mark.parametrize("shape", [(6, 8), (5, 7), (65, 128)], ids=["a block", "a tail", "three blocks"])
@pytest.mark.parametrize("padding", ["zeros", "anything"])
def test_a_compressed_frame_padded_to_the_raw_size_is_no_raw_frame(shape: tuple[int, int], padding: str) -> None:
    frame = np.arange(float(math.prod(shape))).reshape(shape)
    packed = bitshuffle.compress_lz4(frame, 4096).tobytes()
    more = frame.nbytes - len(packed)
    behind = bytes(more) if padding == "zeros" else np.random.default_rng(5).bytes(more)
    data = sent(image(compressed_data=packed + behind, dtype="float64"), b"m")

    with pytest.raises(DecodeError, match="follow the end of the payload") as caught:
        lclstreamer.decode(data, shape=shape)

    assert (caught.value.rule, caught.value.category) == ("LCL-035", "compression")
    assert caught.value.at == data.index(packed) + len(packed)


@pytest.mark.parametrize("raw", [False, True])
def test_a_lazy_frame_stays_compressed_until_it_is_opened(raw: bool) -> None:
    fields = image(**({"compressed_data": FRAME.tobytes()} if raw else {}))
    session = lclstreamer.Session(lazy=True)

    early = session.decode(sent(fields, b"m"))
    session.decode(sent(START, b"c"))
    message = session.decode(sent(fields, b"m"))

    assert early.compressed_data == fields["compressed_data"]  # type: ignore[union-attr]
    frame = message.compressed_data  # type: ignore[union-attr]
    assert isinstance(frame, CompressedArray)
    assert (frame.shape, frame.dtype, frame.payload) == (FRAME.shape, FRAME.dtype, fields["compressed_data"])
    assert np.array_equal(frame.open(out=np.empty_like(FRAME)), FRAME)
    assert lclstreamer.encode(message) == sent(fields, b"m")


def test_sniffing_tells_it_from_the_simplon_stream() -> None:
    assert lclstreamer.sniff(sent(START, b"c"))
    assert lclstreamer.sniff(sent({"type": "end", "run_id": "7"}))
    assert not lclstreamer.sniff(sent({"type": "end", "series_id": 7}))
    assert not lclstreamer.sniff(b"\xd9\xd9\xf7" + sent(START))
    assert not lclstreamer.sniff(b"{}")
    assert not lclstreamer.sniff(b"c")


MISTAKES = {
    "prefix": (b"q" + sent(START), {}, "lclstreamer at byte 0: expected one of the bytes c, m or a map in front, got the byte 71 [LCL-006]"),
    "type": (sent({"type": "halt"}, b"c"), {}, "lclstreamer type at byte 1: expected 'type' to be one of start, image, stop, end, got the text 'halt' [LCL-003]"),
    "shape": (sent(image(), b"m"), {"shape": "65 x 67"}, "lclstreamer.Image compressed_data at byte 36: expected extents such as AxB or a list of them, got the text '65 x 67' [LCL-031]"),
    "dtype": (sent(image(dtype="object"), b"m"), {"shape": "65x67"}, f"lclstreamer.Image dtype at byte {sent(image(dtype='object')).index(cbor2.dumps('object')) + 1}: expected one of uint8, uint16, uint32, uint64, int8, int16, int32, int64, float16, float32, float64, got the text 'object' [LCL-033]"),
    "blocks": (sent(image(compressed_data=b"\xff\xff\xff\xff" + bytes(400)), b"m"), {"shape": "65x67"}, "lclstreamer.Image compressed_data at byte 39: block 0 of 2 declares 4294967295 bytes, 400 are left [LCL-034]"),
}  # fmt: skip


@pytest.mark.parametrize("name", MISTAKES)
def test_an_error_says_path_offset_and_rule(name: str) -> None:
    data, options, text = MISTAKES[name]

    with pytest.raises(DecodeError) as caught:
        lclstreamer.decode(data, **options)

    assert str(caught.value) == text


def test_hostile_block_lengths_never_reach_a_decompressor() -> None:
    good = bitshuffle.compress_lz4(FRAME, 4096).tobytes()
    (first,) = struct.unpack(">I", good[:4])
    for length in (0, 1, first - 1, first + 1, len(good), 2**31 - 1, 2**31, 2**32 - 1):
        for at in (0, 4 + first):
            bad = good[:at] + struct.pack(">I", length) + good[at + 4 :]
            if bad == good:
                continue
            with pytest.raises(DecodeError):
                lclstreamer.decode(sent(image(compressed_data=bad), b"m"), shape="65x67")


def test_a_wrong_frame_is_none_where_the_rest_is_to_be_kept() -> None:
    message = lclstreamer.decode(sent(image(compressed_data=b"abc"), b"m"), shape="65x67", on_error="keep")

    assert isinstance(message, lclstreamer.Image)
    assert message.run == "51"
    assert len(message.problems) == 1


def test_a_dtype_that_is_not_that_of_the_frame_is_refused() -> None:
    with pytest.raises(EncodeError, match=r"lclstreamer.Image dtype: expected 'float64' as the array is, got 'int8'"):
        lclstreamer.encode(lclstreamer.Image(run="1", compressed_data=FRAME, dtype="int8"))
    with pytest.raises(EncodeError, match=r"lclstreamer.Image shape: expected '65x67' as the array is, got \[67, 65\]"):
        lclstreamer.encode(lclstreamer.Image(run="1", compressed_data=FRAME, shape=[67, 65]))
    with pytest.raises(EncodeError, match=r"lclstreamer.Stop prefix: expected one of '', 'c', 'm', got 'q'"):
        lclstreamer.encode(lclstreamer.Stop(run="1", prefix="q"))
    with pytest.raises(EncodeError, match=r"compressed_data: expected an array of .*, got one of complex128"):
        lclstreamer.encode(lclstreamer.Image(run="1", compressed_data=FRAME.astype(complex), dtype="complex128"))


# --- the serializer

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


def test_a_key_that_stands_twice_is_a_warning() -> None:
    data = b"c\xa3\x64type\x64stop\x63run\x6150\x63run\x6151".replace(b"\x6150", b"\x6250").replace(b"\x6151", b"\x6251")  # fmt: skip

    with pytest.warns(CodecWarning, match="stands here twice"):
        message = lclstreamer.decode(data)

    assert isinstance(message, lclstreamer.Stop) and message.run == "51"


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


@pytest.mark.parametrize("shape", ["axb", "2x"])
def test_a_start_message_whose_shape_can_not_be_read_says_so(shape: str) -> None:
    session = lclstreamer.Session()

    with pytest.warns(CodecWarning, match=rf"Start shape: expected extents such as AxB .* '{shape}'.* \[LCL-031\]"):
        session.decode(sent({**START, "shape": shape}, b"c"))
    with pytest.raises(DecodeError) as caught:
        session.decode(sent(image(), b"m"))

    assert (caught.value.path, caught.value.at) == ("start.shape", None)


def test_masked_frames_are_refused() -> None:
    with pytest.raises(EncodeError, match="compressed_data: a mask has no place here"):
        lclstreamer.encode(lclstreamer.Image(run="1", compressed_data=np.ma.masked_array([1.0, 2.0], [0, 1])))
    lclstreamer.encode(lclstreamer.Image(run="1", compressed_data=np.ma.masked_array([1.0, 2.0])))


@pytest.mark.parametrize("key", ["dtype", "image_dtype"])
def test_a_dtype_is_named_and_found_under_the_key_that_the_message_has(key: str) -> None:
    data = sent({name: one for name, one in image().items() if name != "dtype"} | {key: "<f8"}, b"m")

    with pytest.raises(DecodeError) as caught:
        lclstreamer.decode(data, shape="65x67")

    assert (caught.value.path, caught.value.at) == (key, data.index(b"\x63<f8"))


@pytest.mark.parametrize(("run", "same"), [("51", True), (51, True), ("051", False), (510, False)])
def test_a_run_is_the_same_as_text_and_as_a_number(run: str | int, same: bool) -> None:
    session = lclstreamer.Session()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", CodecWarning)
        session.decode(sent({**START, "run_number": run}, b"c"))
    message = session.decode(sent({**image(), "run": "51"}, b"m"))

    assert isinstance(message, lclstreamer.Image)
    assert isinstance(message.compressed_data, np.ndarray) == same
