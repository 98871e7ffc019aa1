"""What people do with simplon_v1: read the parts of a message, edit some, and write them."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import lz4.block
import numpy as np
import pytest

from sciwire.formats import simplon_v1
from sciwire.runtime import CodecWarning

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
