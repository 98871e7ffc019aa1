"""simplon_v1 as a stream: parts that come one by one, series that are kept in order, pixels that nobody opens."""

from __future__ import annotations

import pickle
from typing import Any

import numpy as np
import pytest

from sciwire.formats import simplon_v1
from sciwire.formats.simplon_v1 import Config, Dheader, Dimage, DimageD, DseriesEnd, End, Header, Image
from sciwire.runtime import DecodeError, EncodeError, LimitError, Limits, TruncatedError
from sciwire.runtime.multipart import PackedArray

PIXELS = np.arange(640, dtype="<u2").reshape(8, 80) % 11


def header(series: int = 6) -> Header:
    return Header(dheader=Dheader(series=series, header_detail="basic"), config=Config(nimages=3))


def image(frame: int | None, series: int | None = 6, encoding: str = "bs16-lz4<") -> Image:
    return Image(dimage=Dimage(series=series, frame=frame), dimage_d=DimageD(encoding=encoding), data=PIXELS, dconfig=simplon_v1.Dconfig())  # fmt: skip


def end(series: int = 6) -> End:
    return End(dseries_end=DseriesEnd(series=series))


def fed(decoder: simplon_v1.Decoder, *messages: Any) -> list[str]:
    return [type(one).__name__ for message in messages for one in decoder.feed(simplon_v1.encode(message))]


# --- parts that come one by one


def test_any_split_of_the_parts_gives_the_same_message() -> None:
    parts = simplon_v1.encode(image(0))
    for first in range(len(parts) + 1):
        decoder = simplon_v1.Decoder()
        assert decoder.feed(parts[:first], more=True) == []
        (got,) = decoder.feed(parts[first:])
        decoder.finish()
        assert isinstance(got, Image)
        assert np.array_equal(got.data, PIXELS)  # type: ignore[arg-type]


def test_a_message_that_never_ends_is_truncated() -> None:
    decoder = simplon_v1.Decoder()
    decoder.feed(simplon_v1.encode(image(0))[:2], more=True)

    with pytest.raises(TruncatedError, match=r"simplon_v1 at part 3: the stream ends inside a message, after 2 of its parts \[SV1-005\]"):  # fmt: skip
        decoder.finish()


def test_parts_without_end_are_bounded() -> None:
    decoder = simplon_v1.Decoder(limits=Limits(total_bytes=1000))
    with pytest.raises(LimitError):
        for _ in range(2000):
            decoder.feed(b"", more=True)
    with pytest.raises(LimitError):
        decoder.feed(b"x" * 1001, more=True)


def test_after_a_damaged_message_the_next_one_is_read() -> None:
    decoder = simplon_v1.Decoder()
    with pytest.raises(DecodeError):
        decoder.feed([b"{}"])

    assert fed(decoder, image(0)) == ["Image"]


# --- series


def test_a_series_is_a_header_images_and_an_end() -> None:
    decoder = simplon_v1.Decoder(order="alone")

    assert fed(decoder, header(), image(0), image(1), end()) == ["Header", "Image", "Image", "End"]
    assert fed(decoder, header(7), image(0, 7)) == ["Header", "Image"]
    assert (decoder.series.number, decoder.series.count) == (7, 0)
    assert decoder.series.began is not None


def test_of_shared_messages_any_may_be_missing() -> None:
    decoder = simplon_v1.Decoder()

    assert len(fed(decoder, end(5), image(3), image(9), header(7), image(2, 7), image(0, 8), end(7))) == 7
    assert (decoder.series.number, decoder.series.began) == (8, None)


OUT_OF_ORDER = {
    "over": ("shared", [header(), end(), image(0)], "Image dimage.series: series 6 is over"),
    "twice": ("shared", [header(), header()], "Header dheader.series: series 6 has begun already"),
    "same": ("shared", [image(4), image(4)], "Image dimage.frame: expected more than 4, the count of the message before, got 4"),
    "back": ("shared", [header(), image(4), image(2)], "Image dimage.frame: expected more than 4, the count of the message before, got 2"),
    "no header": ("alone", [image(0)], "Image dimage.series: no header of a series came before this image"),
    "other": ("alone", [header(), image(0, 7)], "Image dimage.series: series 6 is not over, this is of series 7"),
    "gap": ("alone", [header(), image(0), image(2)], "Image dimage.frame: expected the count 1, got 2"),
}  # fmt: skip


@pytest.mark.parametrize("name", OUT_OF_ORDER)
def test_a_message_that_its_series_can_not_have_is_an_error_of_state(name: str) -> None:
    order, messages, text = OUT_OF_ORDER[name]
    decoder = simplon_v1.Decoder(order=order)
    fed(decoder, *messages[:-1])

    with pytest.raises(DecodeError) as caught:
        fed(decoder, messages[-1])

    assert str(caught.value) == f"simplon_v1.{text} [SV1-016]"
    assert (caught.value.category, type(caught.value.partial)) == ("state", type(messages[-1]))
    assert len(fed(simplon_v1.Decoder(order="ignore"), *messages)) == len(messages)


def test_an_encoder_fills_in_series_and_frame_and_changes_nothing_of_the_callers() -> None:
    encoder = simplon_v1.Encoder()
    mine = Image(data=PIXELS, dconfig=simplon_v1.Dconfig())

    sent = [encoder.encode(one) for one in (header(), mine, mine, End())]

    got = [simplon_v1.decode(parts) for parts in sent]
    assert [getattr(one, "dimage", None) and (one.dimage.series, one.dimage.frame) for one in got] == [None, (6, 0), (6, 1), None]  # type: ignore[union-attr]  # fmt: skip
    assert got[3].dseries_end.series == 6  # type: ignore[union-attr]
    assert mine.dimage is None


def test_an_encoder_refuses_what_no_series_has_and_goes_on() -> None:
    encoder = simplon_v1.Encoder()
    with pytest.raises(EncodeError, match=r"no header of a series came before this image \[SV1-016\]"):
        encoder.encode(image(0))
    encoder.encode(header())
    with pytest.raises(EncodeError, match="float64"):
        encoder.encode(Image(data=np.zeros((2, 2)), dconfig=simplon_v1.Dconfig()))

    assert simplon_v1.decode(encoder.encode(image(0))).dimage.frame == 0  # type: ignore[union-attr]
    assert simplon_v1.Encoder(order="ignore").encode(image(5))


# --- pixels that nobody opens


@pytest.mark.parametrize("encoding", ["lz4<", "lz4>", "bs16-lz4<", "bs16-lz4>", "bs8-lz4<", "bs32-lz4>"])
def test_a_lazy_array_opens_when_it_is_asked(encoding: str) -> None:
    parts = simplon_v1.encode(image(0, encoding=encoding))

    message = simplon_v1.decode(parts, lazy=True)

    assert isinstance(message, Image)
    lazy = message.data
    assert isinstance(lazy, PackedArray)
    assert (lazy.shape, lazy.encoding, bytes(lazy.payload)) == (PIXELS.shape, encoding, parts[2])
    assert np.array_equal(lazy.open(), PIXELS)
    assert not lazy.open().flags.writeable
    out = np.empty(PIXELS.shape, lazy.dtype)
    assert lazy.open(out=out) is out and np.array_equal(out, PIXELS)
    assert np.array_equal(pickle.loads(pickle.dumps(lazy)).open(), PIXELS)
    assert simplon_v1.to_plain(message) == simplon_v1.to_plain(simplon_v1.decode(parts))
    assert simplon_v1.encode(message) == parts


def test_no_pixel_is_touched_before_that() -> None:
    parts = simplon_v1.encode(image(0))
    parts[2] = parts[2][:12] + b"\xff" * (len(parts[2]) - 12)

    message = simplon_v1.decode(parts, lazy=True)

    assert isinstance(message, Image) and isinstance(message.data, PackedArray)
    with pytest.raises(DecodeError) as caught:
        message.data.open()
    assert str(caught.value).startswith("simplon_v1.Image data at part 3 byte 12: block 0 of 1 declares 4294967295 bytes")  # fmt: skip
    assert dict(simplon_v1.summary(message))["data"].startswith("uint16 (8, 80)  bs16-lz4<, ")


def test_an_unopened_array_goes_into_another_message_as_it_is() -> None:
    parts = simplon_v1.encode(image(0, encoding="bs16-lz4>"))
    lazy = simplon_v1.decode(parts, lazy=True).data  # type: ignore[union-attr]

    passed = simplon_v1.encode(Image(dimage=Dimage(frame=1), data=lazy, dconfig=simplon_v1.Dconfig()))
    changed = simplon_v1.encode(Image(dimage=Dimage(frame=1), dimage_d=DimageD(encoding="<"), data=lazy, dconfig=simplon_v1.Dconfig()))  # fmt: skip

    assert passed[1:3] == parts[1:3]
    assert changed[2] == PIXELS.tobytes()


def test_out_must_fit() -> None:
    message = simplon_v1.decode(simplon_v1.encode(image(0)), lazy=True)
    assert isinstance(message, Image) and isinstance(message.data, PackedArray)

    for out in (np.empty((80, 8), "<u2"), np.empty((8, 80), "<u4"), np.empty((8, 160), "<u2")[:, ::2]):
        with pytest.raises(ValueError, match="out must be"):
            message.data.open(out=out)


# --- spans


def test_spans_name_every_byte_of_every_part() -> None:
    first = b'{ "frame":2, "x":{"a":[1,null,{"b":"c\\"d"}]},"htype":"dimage-1.0"}\n'
    parts = [first, *simplon_v1.encode(image(0))[1:], b"appendix"]

    spans = list(simplon_v1.spans(parts))

    whole = b"".join(parts)
    assert [span.start for span in spans] == [0, *(span.stop for span in spans[:-1])]
    assert spans[-1].stop == len(whole)
    said = {span.path: whole[span.start : span.stop] for span in spans if span.kind in ("text", "number", "constant")}
    assert said["dimage.frame"] == b"2"
    assert said["dimage.x.a[0]"] == b"1"
    assert said["dimage.x.a[1]"] == b"null"
    assert said["dimage.x.a[2].b"] == b'"c\\"d"'
    assert said["dimage_d.encoding"] == b'"bs16-lz4<"'
    assert [span.path for span in spans if span.kind == "payload"] == ["data", "appendix"]


@pytest.mark.parametrize("part", [b"", b'{"a', b'{"htype":"dimage-1.0"]]]]', b"{" * 5000, b'{"a":\xff}', b"[1,2", b"\0\1", b'{"a":1}{'])  # fmt: skip
def test_spans_of_wrong_parts_cover_them_too(part: bytes) -> None:
    for parts in ([part], [part, part], [simplon_v1.encode(image(0))[0], part, part]):
        spans = list(simplon_v1.spans(parts))
        assert sum(span.stop - span.start for span in spans) == sum(map(len, parts))
        assert [span.start for span in spans[1:]] == [span.stop for span in spans[:-1]]
