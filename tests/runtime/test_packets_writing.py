"""Writing packet streams, of a format of nobody's: it comes back, and what would change or not fit is refused."""

from __future__ import annotations

import numpy as np
import pytest
from packet_streams import Decoder, Encoder, Stream
from test_packets_stream import decode

from sciwire.runtime import EncodeError
from sciwire.runtime.packets import Comment, encode_stream


def _back(stream: Stream, **wish: object) -> Stream:
    return decode(encode_stream(stream, **wish))  # type: ignore[arg-type]


@pytest.mark.parametrize("dtype", ["u2", "i1", "f8", "u1", "?", "f4", "f2"])
@pytest.mark.parametrize("order", ["msb", "lsb"])
def test_arrays_come_back_from_binary_with_their_values(dtype: str, order: str) -> None:
    values = np.array([0, 1, 1, 0, 1, 1]).reshape(3, 2).astype(dtype)

    again = _back(Stream.of("y", values), encoding="binary", byte_order=order)

    np.testing.assert_array_equal(again["y"].values, values)
    assert again.byte_order == {"msb": "big", "lsb": "little"}[order]


@pytest.mark.parametrize("dtype", ["c16", "O", "S3"])
def test_arrays_that_no_encoding_holds_are_refused(dtype: str) -> None:
    with pytest.raises(EncodeError, match="holds values of type"):
        Stream.of("y", np.zeros(3, dtype=dtype))


def test_integers_beyond_a_double_are_refused_where_only_doubles_hold_them() -> None:
    with pytest.raises(EncodeError, match="f64 can't hold these int64 values exactly"):
        encode_stream(Stream.of("y", [2**53 + 1]), encoding="binary")
    np.testing.assert_array_equal(_back(Stream.of("y", [2**53]), encoding="binary")["y"].values, [2.0**53])


@pytest.mark.parametrize("values", [[0.5], [np.nan], [-1.0], [65536.0], [np.inf], [-0.0]])
def test_a_chosen_encoding_refuses_what_it_would_change(values: list[float]) -> None:
    stream = Stream.of("y", values, encoding="u16")

    with pytest.raises(EncodeError, match="u16 can't hold these float64 values exactly"):
        encode_stream(stream)


def test_packets_carry_their_length_where_the_framing_wants_it() -> None:
    data = encode_stream(Stream.of("y", np.arange(3, dtype=np.uint16)), encoding="binary", byte_order="msb")

    assert data.endswith(b"##001#0002\x00\x00##001#0002\x00\x01##001#0002\x00\x02")


def test_a_record_too_long_to_be_written_says_how_to_split_it() -> None:
    with pytest.raises(EncodeError) as caught:
        encode_stream(Stream.of("y", np.zeros((2, 101))), encoding="binary")

    assert caught.value.problem == (
        "a packet of 808 bytes, at most 400 can be written; 'y' takes 808 of them: split its records (101,) into 3 datasets or more"
    )


def test_a_descriptor_too_long_to_be_written_is_refused() -> None:
    with pytest.raises(EncodeError, match="at most 9000 can be written"):
        encode_stream(Stream.of("y", [1.0], TITLE="x" * 9000))


def test_an_incremental_encoder_writes_what_a_decoder_reads() -> None:
    encoder = Encoder(byte_order="lsb")
    template = Stream()
    x = template.add("x", np.empty(0, dtype=np.uint16))
    y = template.add("y", np.empty((0, 2)), unit="m", depend=[x])
    number, described = encoder.describe(x, y)
    pieces = [encoder.begin("y"), described, encoder.comment("k", "<one> & two")]
    pieces += [
        encoder.records(number, {"x": [first, first + 1], "y": [[0.1, 1e300], [np.nan, -first]]}) for first in range(3)
    ]

    stream = decode(b"".join(pieces))

    np.testing.assert_array_equal(stream["x"].values, [0, 1, 1, 2, 2, 3])
    np.testing.assert_array_equal(stream["y"].values[:2], [[0.1, 1e300], [np.nan, 0]])
    assert stream["y"].depend[0] is stream["x"]
    assert stream.comments == [Comment("k", "<one> & two")]


def test_words_that_a_format_does_not_have_are_refused() -> None:
    for wish in ({"encoding": "ascii"}, {"byte_order": "big_endian"}):
        with pytest.raises(ValueError, match="not '"):
            encode_stream(Stream.of("y", [1.0]), **wish)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="no profile 'documented', only 'plain', 'odd'"):
        Decoder(profile="documented")
