"""What people do with simplon_v1: read the parts of a message, edit some, write them, and read what went wrong."""

from __future__ import annotations

import hashlib
import json
import pickle
from typing import Any

import lz4.block
import numpy as np
import pytest

from sciwire.formats import simplon_v1
from sciwire.runtime import CodecWarning, DecodeError, EncodeError, LimitError, Limits, TruncatedError

PIXELS = np.arange(12, dtype="<u2").reshape(3, 4)
SECOND = b'{"encoding":"<","htype":"dimage_d-1.0","shape":[4,3],"size":24,"type":"uint16"}'
FIRST = b'{"frame":2,"hash":"%s","htype":"dimage-1.0","series":6}' % hashlib.md5(SECOND).hexdigest().encode()
LAST = b'{"htype":"dconfig-1.0","real_time":10,"start_time":5,"stop_time":15}\n'
PARTS = [FIRST, SECOND, PIXELS.tobytes(), LAST]


def image(**changes: Any) -> simplon_v1.Image:
    fields: dict[str, Any] = {
        "dimage": simplon_v1.Dimage(series=6, frame=2),
        "data": PIXELS,
        "dconfig": simplon_v1.Dconfig(start_time=5, stop_time=15, real_time=10),
    }
    return simplon_v1.Image(**{**fields, **changes})


def decoded(parts: list[bytes] = PARTS) -> simplon_v1.Image:
    message = simplon_v1.decode(parts)
    assert isinstance(message, simplon_v1.Image)
    return message


def test_an_image_says_what_its_parts_say() -> None:
    message = decoded()

    assert message.dimage is not None and message.dimage_d is not None and message.dconfig is not None
    assert (message.dimage.series, message.dimage.frame) == (6, 2)
    assert message.dimage_d.shape == [4, 3]
    assert message.dconfig.real_time == 10
    assert np.array_equal(message.data, PIXELS)


def test_uncompressed_pixels_are_views_of_their_part_and_read_only() -> None:
    pixels = decoded().data

    assert isinstance(pixels, np.ndarray)
    assert np.shares_memory(pixels, np.frombuffer(PARTS[2], np.uint8))
    assert not pixels.flags.writeable


def test_an_untouched_message_is_written_byte_for_byte() -> None:
    odd = b'{ "stop_time":15, "real_time":1e1, "start_time":5,\t"htype":"dconfig-1.0", "note":1.0E-7 }\n'
    with pytest.warns(CodecWarning, match="real_time"):
        message = decoded([*PARTS[:3], odd])

    assert simplon_v1.encode(message) == [*PARTS[:3], odd]


def test_what_a_tolerant_decoder_took_is_written_as_it_came() -> None:
    for parts in (
        [b'{"htype":"dseries_end-1.0","series":null}'],
        [b'{"htype":"dheader-1.0","series":1,"header_detail":null}', b'{"nimages":1}'],
        [b'{"htype":"dimage-1.0"}', *PARTS[1:]],
    ):
        message = simplon_v1.decode(parts)
        assert simplon_v1.encode(message) == parts


def test_an_edit_of_the_type_alone_is_an_edit() -> None:
    message = simplon_v1.decode(
        [b'{"htype":"dheader-1.0","series":1,"header_detail":"basic"}', b'{ "auto_summation":1}']
    )
    assert isinstance(message, simplon_v1.Header) and message.config is not None
    message.config.auto_summation = True

    assert simplon_v1.encode(message)[1] == b'{"auto_summation":true}'


def test_an_edited_part_is_compact_and_the_others_stay() -> None:
    message = decoded()
    assert message.dconfig is not None
    message.dconfig.real_time = 11

    assert simplon_v1.encode(message) == [*PARTS[:3], b'{"htype":"dconfig-1.0","real_time":11,"start_time":5,"stop_time":15}']  # fmt: skip


def test_an_edit_of_the_second_part_makes_the_hash_anew() -> None:
    message = decoded()
    assert message.dimage_d is not None
    message.dimage_d.extra["note"] = "x"

    parts = simplon_v1.encode(message)

    assert parts[1] == b'{"encoding":"<","htype":"dimage_d-1.0","note":"x","shape":[4,3],"size":24,"type":"uint16"}'
    assert json.loads(parts[0])["hash"] == hashlib.md5(parts[1]).hexdigest()
    assert parts[2:] == PARTS[2:]


def test_new_pixels_bring_their_own_shape_type_and_size() -> None:
    message = decoded()
    message.data = np.zeros((5, 2), "<u4")

    parts = simplon_v1.encode(message)

    assert json.loads(parts[1]) == {"encoding": "<", "htype": "dimage_d-1.0", "shape": [2, 5], "size": 40, "type": "uint32"}  # fmt: skip
    assert decoded(parts).data.tolist() == np.zeros((5, 2)).tolist()  # type: ignore[union-attr]


def test_a_new_image_needs_no_description_of_its_pixels() -> None:
    parts = simplon_v1.encode(image())

    assert json.loads(parts[1])["encoding"] == "bs16-lz4<"
    assert np.array_equal(decoded(parts).data, PIXELS)


@pytest.mark.parametrize("encoding", ["<", ">", "lz4<", "lz4>", "bs16-lz4<", "bs16-lz4>"])
def test_every_encoding_gives_the_pixels_back(encoding: str) -> None:
    parts = simplon_v1.encode(image(dimage_d=simplon_v1.DimageD(encoding=encoding)))

    assert json.loads(parts[1])["encoding"] == encoding
    assert np.array_equal(decoded(parts).data, PIXELS)


def test_the_lz4_of_this_stream_is_one_bare_block() -> None:
    parts = simplon_v1.encode(image(dimage_d=simplon_v1.DimageD(encoding="lz4<")))

    assert lz4.block.decompress(parts[2], uncompressed_size=24) == PIXELS.tobytes()


def test_a_header_says_which_parts_it_has() -> None:
    head = simplon_v1.Dheader(series=1, header_detail="all")
    config = simplon_v1.Config(count_time=0.5, extra={"incident_energy": 8000.0})
    table = np.array([[0, 0], [1125, 1124.66]], "<f4")
    header = simplon_v1.Header(dheader=head, config=config, countrate_table=table, appendix=b"\xff")

    parts = simplon_v1.encode(header)
    again = simplon_v1.decode(parts)

    assert parts[2:4] == [b'{"htype":"dflatfield-1.0","shape":[],"type":"undefined"}', b""]
    assert json.loads(parts[6]) == {"htype": "dcountrate_table-1.0", "shape": [2, 2], "type": "float32"}
    assert isinstance(again, simplon_v1.Header)
    assert (again.flatfield, again.appendix) == (None, b"\xff")
    assert np.array_equal(again.countrate_table, table)  # type: ignore[arg-type]
    assert again.config is not None and again.config.extra == {"incident_energy": 8000.0}


def test_a_part_that_is_not_sent_is_not_dropped_in_silence() -> None:
    head = simplon_v1.Dheader(series=1, header_detail="none")
    header = simplon_v1.Header(dheader=head, config=simplon_v1.Config(nimages=1))

    with pytest.raises(EncodeError) as caught:
        simplon_v1.encode(header)

    assert str(caught.value) == (
        "simplon_v1.Header config: this part is sent only when dheader.header_detail is basic or all [SV1-022]"
    )


def test_the_clock_is_stated_by_the_profile() -> None:
    rows = dict(simplon_v1.summary(decoded()))
    old = dict(simplon_v1.summary(simplon_v1.decode(PARTS, profile="api_1_6")))

    assert rows["dconfig.real_time"] == "10 ns"
    assert old["dconfig.real_time"] == "10 x 20 ns"


def test_a_recording_is_cut_into_its_messages() -> None:
    end = b'{"htype":"dseries_end-1.0","series":6}'
    messages = simplon_v1.decode_all([*PARTS, *PARTS, b"appendix", *PARTS[:2], PARTS[3], end], missing={12})

    assert [type(one).__name__ for one in messages] == ["Image", "Image", "Image", "End"]
    assert [getattr(one, "appendix", None) for one in messages] == [None, b"appendix", None, None]
    assert messages[2].missing == {3}
    assert simplon_v1.encode(messages[2]) == [*PARTS[:2], PARTS[3]]


def test_a_wrong_part_is_none_where_the_rest_is_to_be_kept() -> None:
    message = simplon_v1.decode([*PARTS[:2], PARTS[2][:-1], PARTS[3]], on_error="keep")

    assert isinstance(message, simplon_v1.Image)
    assert message.data is None and message.dconfig is not None
    assert [str(one) for one in message.problems] == [
        "simplon_v1 dimage_d.size at part 2: the blob has 23 bytes, 24 are declared [SV1-032]"
    ]


MISTAKES = {
    "no object": ([b"[1]"], "simplon_v1 at part 1: expected a JSON object, got a list [SV1-003]"),
    "unknown word": (
        [b'{"htype":"x"}'],
        "simplon_v1 htype at part 1: expected 'htype' to be one of dheader-1.0, dimage-1.0, dseries_end-1.0, got 'x' [SV1-002]",
    ),
    "syntax": (
        [FIRST, b'{"a":}'],
        "simplon_v1.Image dimage_d at part 2 byte 5: expected JSON: a value is missing [SV1-003]",
    ),
    "truncated": (PARTS[:3], "simplon_v1.Image dconfig at part 4: the message ends after 3 parts, this one is missing [SV1-005]"),
    "more": ([*PARTS, b"", b""], "simplon_v1 at part 6: the message ends after 5 parts, 1 more follow [SV1-005]"),
    "hash": (
        [FIRST, SECOND + b"\n", *PARTS[2:]],
        "simplon_v1.Image dimage.hash at part 1: the md5 of dimage_d is "
        f"{hashlib.md5(SECOND + bytes([10])).hexdigest()}, '{hashlib.md5(SECOND).hexdigest()}' is stated [SV1-050]",
    ),
    "nan": (
        [b'{"htype":"dseries_end-1.0","series":[NaN]}'],
        "simplon_v1 series[0] at part 1: NaN is no JSON [SV1-007]",
    ),
    "depth": (
        [*PARTS[:3], b"[" * 100],
        "simplon_v1.Image dconfig at part 4: containers are nested deeper than the limit depth, which is 64 [SV1-060]",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", MISTAKES)
def test_an_error_says_part_path_and_rule(name: str) -> None:
    parts, text = MISTAKES[name]

    with pytest.raises(DecodeError) as caught:
        simplon_v1.decode(parts)

    assert str(caught.value) == text
    assert str(pickle.loads(pickle.dumps(caught.value))) == text


def test_a_truncated_message_is_that_and_has_what_came() -> None:
    with pytest.raises(TruncatedError) as caught:
        simplon_v1.decode(PARTS[:3])

    assert caught.value.partial.data.shape == (3, 4)


def test_limits_of_the_caller_hold() -> None:
    with pytest.raises(LimitError, match="total_bytes is 16"):
        simplon_v1.decode([FIRST, SECOND, PARTS[2], LAST], limits=Limits(total_bytes=16))


CIRCLE: list[Any] = []
CIRCLE.append(CIRCLE)


def end(**extra: Any) -> simplon_v1.End:
    return simplon_v1.End(dseries_end=simplon_v1.DseriesEnd(series=1, extra=extra))


ENCODE_MISTAKES = {
    "circle": (end(a=CIRCLE), "simplon_v1.End dseries_end: containers are nested too deep for JSON"),
    "too deep to be read": (end(a=eval("[" * 64 + "]" * 64)), "simplon_v1.End dseries_end: containers are nested deeper than the limit depth, which is 64 [SV1-060]"),
    "digits": (end(a=10**400), "simplon_v1.End dseries_end.a: an integer has at most 400 digits, this has 401 [SV1-007]"),
    "more digits": (end(a=10**5000), "simplon_v1.End dseries_end: an integer has at most 400 digits"),
    "key": (end(a={1: 2}), "simplon_v1.End dseries_end.a: a key of JSON is text, got 1"),
    "array": (end(a=np.arange(3)), "simplon_v1.End dseries_end.a: an array has no form in JSON"),
    "ready-made bytes": (image(data=bytes(11), dimage_d=simplon_v1.DimageD(shape=[3, 2], type="uint16", encoding="<", size=12)), "simplon_v1.Image dimage_d.size: the blob has 11 bytes, 12 are declared [SV1-032]"),
    "config that is something": (simplon_v1.Header(dheader=simplon_v1.Dheader(series=1, header_detail="basic"), config=simplon_v1.Config(extra={"htype": "dimage-1.0"})), "simplon_v1.Header config.htype: this part says nothing of itself, 'dimage-1.0' is what another says [SV1-004]"),
    "frame": (image(dimage=simplon_v1.Dimage(frame="2")), "simplon_v1.Image dimage.frame: expected an unsigned integer"),  # type: ignore[arg-type]
    "dtype": (image(data=np.zeros((2, 2))), "simplon_v1.Image data: expected an array of uint8, uint16, uint32, got one of float64 [SV1-031]"),
    "none": (image(data=None), "simplon_v1.Image data: a value is required, got None [SV1-041]"),
    "encoding": (image(dimage_d=simplon_v1.DimageD(encoding="bs9<")), "simplon_v1.Image dimage_d.encoding: expected one of <, >, lz4<"),
    "nan": (image(dconfig=simplon_v1.Dconfig(extra={"a": float("nan")})), "simplon_v1.Image dconfig.a: expected a finite number, got nan [SV1-007]"),
    "bytes": (image(dconfig=simplon_v1.Dconfig(extra={"a": [b"x"]})), "simplon_v1.Image dconfig.a[0]: a byte string has no form in JSON"),
    "appendix": (image(appendix="text"), "simplon_v1.Image appendix: expected bytes, got a str [SV1-028]"),
    "class": (image(dconfig={"real_time": 1}), "simplon_v1.Image dconfig: expected a Dconfig, got a dict"),
}  # fmt: skip


@pytest.mark.parametrize("name", ENCODE_MISTAKES)
def test_what_can_not_be_written_is_refused(name: str) -> None:
    message, text = ENCODE_MISTAKES[name]

    with pytest.raises(EncodeError) as caught:
        simplon_v1.encode(message)

    assert str(caught.value).startswith(text)


def test_ready_made_bytes_go_out_as_they_are() -> None:
    described = simplon_v1.DimageD(shape=[3, 2], type="uint16", encoding="lz4<")
    blob = lz4.block.compress(bytes(12), store_size=False)

    assert simplon_v1.encode(image(data=blob, dimage_d=described))[2] == blob


@pytest.mark.parametrize("encoding", ["<", "bs16-lz4<"])
def test_an_appendix_may_look_like_anything(encoding: str) -> None:
    for appendix in (b'{"htype":"dseries_end-1.0","series":1}', b"[" * 200_000, b"\0", FIRST):
        parts = simplon_v1.encode(image(dimage_d=simplon_v1.DimageD(encoding=encoding), appendix=appendix))
        assert simplon_v1.decode(parts).appendix == appendix  # type: ignore[union-attr]


def test_canonical_values_survive_json() -> None:
    message = decoded()
    plain = json.loads(json.dumps(simplon_v1.to_plain(message)))

    assert plain["kind"] == "image"
    assert plain["dimage"] == {"series": 6, "frame": 2}
    assert simplon_v1.to_plain(simplon_v1.from_plain(plain)) == simplon_v1.to_plain(message)


def test_sniffing_needs_only_the_first_part() -> None:
    assert simplon_v1.sniff(FIRST)
    assert simplon_v1.sniff(PARTS)
    assert not simplon_v1.sniff(SECOND)
    assert not simplon_v1.sniff(b'{"htype":"dimagine"}')
    assert not simplon_v1.sniff(b"")
    assert not simplon_v1.sniff(b"{")
