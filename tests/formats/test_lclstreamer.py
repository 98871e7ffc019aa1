"""What people do with lclstreamer: read a stream with a session, write frames, see what was wrong."""

from __future__ import annotations

import math
import struct
import warnings
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


def test_a_key_that_stands_twice_is_a_warning() -> None:
    data = b"c\xa3\x64type\x64stop\x63run\x6150\x63run\x6151".replace(b"\x6150", b"\x6250").replace(b"\x6151", b"\x6251")  # fmt: skip

    with pytest.warns(CodecWarning, match="stands here twice"):
        message = lclstreamer.decode(data)

    assert isinstance(message, lclstreamer.Stop) and message.run == "51"


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
