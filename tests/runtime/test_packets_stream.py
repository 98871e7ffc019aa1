"""Reading packet streams, of a format of nobody's: everything particular comes from its tables."""

from __future__ import annotations

import struct
import warnings

import numpy as np
import pytest
from packet_streams import TABLE, Decoder, Stream, block, frame, opening, plane

from sciwire.runtime import CodecWarning, DecodeError, Limits, TruncatedError
from sciwire.runtime.packets import Comment, PacketType, Records, decode_stream, sniff, spans


def decode(data: bytes, profile: str = "plain", **options: object) -> Stream:
    return decode_stream(Decoder(profile=profile, own=False, **options), data)  # type: ignore[arg-type]


TWO = (
    opening('main="y" endian="msb"')
    + block("007", f"<frame>{plane('x', 'u16')}{plane('y', 's8', '2x3')}</frame>")
    + b"".join(frame("007", struct.pack(">H6b", 1000 * k, *range(k, k + 6))) for k in range(3))
)


def test_names_widths_and_encodings_are_those_of_the_tables() -> None:
    stream = decode(TWO)

    assert stream.default is stream["y"]
    np.testing.assert_array_equal(stream["x"].values, np.array([0, 1000, 2000], dtype=np.uint16))
    assert (stream["x"].values.dtype, stream["y"].values.dtype) == (np.uint16, np.int8)
    np.testing.assert_array_equal(stream["y"].values, [np.arange(k, k + 6).reshape(2, 3) for k in range(3)])


def test_columns_are_contiguous_and_own_their_memory() -> None:
    given = np.frombuffer(TWO, np.uint8)
    stream = decode(TWO)

    for dataset in stream.datasets.values():
        assert dataset.values.flags.c_contiguous and not np.shares_memory(dataset.values, given)


@pytest.mark.parametrize("size", [1, 2, 7, 64])
def test_any_split_of_the_bytes_gives_the_same_stream(size: int) -> None:
    decoder = Decoder()
    events = [event for at in range(0, len(TWO), size) for event in decoder.feed(TWO[at : at + size])]

    stream = decoder.finish()

    np.testing.assert_array_equal(stream["y"].values, decode(TWO)["y"].values)
    assert [type(event) for event in events[1:2]] == [PacketType]
    assert sum(len(event) for event in events if isinstance(event, Records)) == 3


def test_fed_buffers_may_be_used_again() -> None:
    decoder, room = Decoder(), bytearray(64)
    for at in range(0, len(TWO), 64):
        piece = TWO[at : at + 64]
        room[: len(piece)] = piece
        decoder.feed(memoryview(room)[: len(piece)])
        room[:] = bytes(64)

    np.testing.assert_array_equal(decoder.finish()["y"].values, decode(TWO)["y"].values)


def test_records_are_decoded_as_they_come() -> None:
    decoder = Decoder()

    found = [event for event in decoder.feed(TWO) if isinstance(event, Records)]

    np.testing.assert_array_equal(found[0]["x"], [0, 1000, 2000])
    assert found[0]["y"].shape == (3, 2, 3)
    with pytest.raises(KeyError):
        found[0]["z"]


@pytest.mark.parametrize("length", range(1, len(TWO)))
def test_any_truncation_is_a_truncated_error_or_a_shorter_stream(length: int) -> None:
    starts = [at for at in range(len(TWO)) if TWO.startswith((b"<<0", b"##0"), at)]
    if length in starts:
        whole = sum(TWO.startswith(b"##0", at) for at in starts if at < length)
        datasets = decode(TWO[:length]).datasets
        assert (len(datasets["x"].values) if "x" in datasets else 0) == whole
        return

    with pytest.raises(TruncatedError) as caught:
        decode(TWO[:length])

    start = max(at for at in starts if at < length)
    assert caught.value.at == start
    assert caught.value.needed >= 1


def test_the_needed_bytes_of_a_cut_packet_are_told() -> None:
    with pytest.raises(TruncatedError) as caught:
        decode(TWO[:-5])

    assert (caught.value.needed, caught.value.path) == (5, "##007#")


def test_a_packet_whose_length_differs_from_its_descriptor_is_refused() -> None:
    data = TWO + b"##007#0009" + bytes(9)

    with pytest.raises(DecodeError) as caught:
        decode(data)

    assert (caught.value.category, caught.value.at) == ("size", len(TWO))
    assert caught.value.problem == "the packet says 9 bytes, its descriptor gives 8"


def test_blanks_in_a_length_are_those_of_the_tables() -> None:
    data = TWO.replace(b"##007#0008", b"##007#__8_", 1)

    np.testing.assert_array_equal(decode(data)["x"].values, [0, 1000, 2000])
    with pytest.raises(DecodeError):
        decode(TWO.replace(b"##007#0008", b"##007#  8 ", 1))


@pytest.mark.parametrize(
    ("tail", "category"),
    [
        (b"x", "framing"),
        (b"##07#0008", "framing"),
        (b"##any#0008", "framing"),
        (b"##0a7#0008", "framing"),
        (b"<<abc|0004", "framing"),
        (b"##008#0000", "state"),
        (b"<<7", "truncated"),
    ],
)
def test_what_begins_no_chunk_is_an_error_at_its_own_place(tail: bytes, category: str) -> None:
    with pytest.raises(DecodeError) as caught:
        decode(TWO + tail)

    assert (caught.value.category, caught.value.at) == (category, len(TWO))


def test_what_was_good_is_kept_where_that_is_asked_for() -> None:
    stream = decode(TWO + b"x", on_error="keep")

    assert stream.error is not None and stream.error.partial is stream
    np.testing.assert_array_equal(stream["x"].values, [0, 1000, 2000])


def test_the_error_carries_what_was_good() -> None:
    with pytest.raises(DecodeError) as caught:
        decode(TWO + b"x")

    np.testing.assert_array_equal(caught.value.partial["x"].values, [0, 1000, 2000])


def test_an_error_comes_again_on_every_later_call() -> None:
    decoder = Decoder()
    for _ in range(2):
        with pytest.raises(DecodeError):
            decoder.feed(b"x")
    with pytest.raises(DecodeError):
        decoder.finish()


def test_the_byte_order_of_a_profile_holds_where_the_stream_says_none() -> None:
    data = opening() + block("001", f"<frame>{plane('x', 'u16')}</frame>") + frame("001", b"\x01\x00")

    with pytest.warns(CodecWarning, match="big in profile 'plain', little in profile 'odd'"):
        assert decode(data)["x"].values[0] == 256
    with pytest.warns(CodecWarning):
        assert decode(data, "odd")["x"].values[0] == 1


def test_a_warning_is_given_once_a_stream() -> None:
    data = opening() + block("001", f"<frame>{plane('x', 'u16')}</frame>") + frame("001", b"\x01\x00")
    again = block("001", f"<frame>{plane('z', 'u16')}</frame>") + frame("001", b"\x01\x00")

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        stream = decode(data + again)

    assert len(caught) == len(stream.warnings) == 1
    assert caught[0].filename == __file__


def test_other_words_for_byte_orders_are_for_the_profile_to_judge() -> None:
    with pytest.raises(DecodeError, match="expected msb or lsb, got 'middle'"):
        decode(opening('main="y" endian="middle"'))
    assert decode(opening('main="y" endian="middle"'), "odd").byte_order == "little"


def test_whole_datasets_of_several_dimensions_are_for_the_profile_to_judge() -> None:
    data = opening('endian="lsb"') + block("001", f"<frame>{plane('y', 's8', '2x2', dims=2)}</frame>")
    data += frame("001", b"\x01\x02\x03\x04") + frame("001", b"\x05\x06\x07\x08")

    with pytest.raises(DecodeError, match="comes whole in one packet"):
        decode(data)
    np.testing.assert_array_equal(decode(data, "odd")["y"].values, [[1, 2], [3, 4], [5, 6], [7, 8]])


def test_inline_values_are_cut_at_the_separator_of_the_tables() -> None:
    document = '<frame><channel key="y" dims="1"><cells list="1; 2.5 ;-Infinity;NaN"/></channel></frame>'

    np.testing.assert_array_equal(decode(opening() + block("any", document))["y"].values, [1, 2.5, -np.inf, np.nan])


def test_elements_under_ids_of_their_own() -> None:
    note = '<note kind="k" says="hello"/>'

    assert decode(opening() + block("512", note)).comments == [Comment("k", "hello")]
    with pytest.raises(DecodeError, match="from 500 to 599, not 007"):
        decode(opening() + block("007", note))


def test_limits_of_the_format_hold() -> None:
    wide = block("001", f"<frame>{plane('y', 's8', '251')}{plane('z', 's8', '250')}</frame>")

    with pytest.raises(DecodeError) as caught:
        decode(opening() + wide)

    assert (caught.value.category, caught.value.path) == ("limit", "<<001|")


@pytest.mark.parametrize("shape", ["999999999x999999999", "9" * 5000, "9x" * 4000 + "9"])
def test_products_that_overflow_are_refused_at_once(shape: str) -> None:
    data = opening() + block("001", f"<frame>{plane('y', 's8', shape, dims=3)}</frame>")

    with pytest.raises(DecodeError) as caught:
        decode(data)

    assert caught.value.category in ("limit", "constraint")


def test_the_callers_limits_hold() -> None:
    types = b"".join(block("001", f"<frame>{plane(f'y{k}', 's8')}</frame>") for k in range(10))
    with pytest.raises(DecodeError) as caught:
        decode(opening() + types, limits=Limits(datasets=5))
    assert caught.value.category == "limit"
    with pytest.raises(DecodeError) as caught:
        decode(TWO, limits=Limits(total_bytes=10))
    assert caught.value.category == "limit"


def test_a_dataset_described_again_goes_on() -> None:
    again = block("003", f"<frame>{plane('x', 'u16')}</frame>") + frame("003", b"\x00\x09")

    np.testing.assert_array_equal(decode(TWO + again)["x"].values, [0, 1000, 2000, 9])


def test_records_of_other_dimensions_can_not_be_appended() -> None:
    with pytest.raises(DecodeError, match=r"were \(2, 3\), now they are \(3, 2\)"):
        decode(TWO + block("003", f"<frame>{plane('y', 's8', '3x2')}</frame>"))


def test_parts_of_different_types_become_one_that_holds_both() -> None:
    again = block("003", f"<frame>{plane('x', 'f64')}</frame>") + frame("003", struct.pack(">d", 0.5))

    values = decode(TWO + again)["x"].values

    assert values.dtype == np.float64
    np.testing.assert_array_equal(values, [0, 1000, 2000, 0.5])


def test_a_stream_is_recognised_by_its_framing_and_its_xml() -> None:
    assert sniff(TWO, TABLE)
    assert sniff(block("any", "<note/>"), TABLE)
    assert not any(
        sniff(data, TABLE) for data in (b"", b"<<", b"<xml/>", b"<<000|0004text", b"<<00x|0004<a/>", b"<<000;0004<a/>")
    )


def test_every_byte_belongs_to_a_field() -> None:
    found = list(spans(TWO, Decoder(), TABLE))

    assert [one.start for one in found] == [0, *(one.stop for one in found[:-1])]
    assert found[-1].stop == len(TWO)
    kinds = [one.kind for one in found[-6:]]
    assert kinds == ["tag", "id", "tag", "length", "plane", "plane"]
    assert [one.path for one in found[-2:]] == ["##007#.x", "##007#.y"]


def test_bytes_behind_a_fault_are_shown_as_such() -> None:
    last = list(spans(TWO + b"rubbish", Decoder(), TABLE))[-1]

    assert (last.start, last.stop, last.kind) == (len(TWO), len(TWO) + 7, "invalid")
