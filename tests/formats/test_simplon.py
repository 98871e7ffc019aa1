"""What people do with simplon: build messages, read them, pass pixels through, and read what went wrong."""

from __future__ import annotations

import datetime as dt
import pickle
from typing import Any

import cbor2
import numpy as np
import pytest

from sciwire.formats import simplon
from sciwire.runtime import CodecWarning, DecodeError, EncodeError, LimitError, Limits, TruncatedError
from sciwire.runtime.values import DateTime, Rational

PIXELS = np.arange(12, dtype="<u2").reshape(3, 4)


def image(**changes: Any) -> simplon.Image:
    fields: dict[str, Any] = {
        "series_id": 7,
        "series_unique_id": "01GRXWT80JSDY2FNW8SGCCDZD9",
        "image_id": 3,
        "real_time": Rational(999995, 50000000),
        "series_date": DateTime("2023-02-10T15:52:52.555+01:00"),
        "data": {"threshold_1": PIXELS, "threshold_2": PIXELS + 1},
    }
    return simplon.Image(**{**fields, **changes})


def test_an_image_survives_the_wire() -> None:
    again = simplon.decode(simplon.encode(image()))

    assert isinstance(again, simplon.Image)
    assert again.real_time == Rational(999995, 50000000)
    assert again.series_date is not None
    assert again.series_date.datetime == dt.datetime.fromisoformat("2023-02-10T15:52:52.555+01:00")
    assert again.data is not None
    assert np.array_equal(again.data["threshold_2"], PIXELS + 1)


def test_keys_stand_in_the_order_of_real_messages() -> None:
    message = cbor2.loads(simplon.encode(image(user_data={"a": 1}, extra={"zzz": 1})))

    assert list(message) == ["type", "series_id", "series_unique_id", "image_id", "real_time", "series_date", "user_data", "zzz", "data"]  # fmt: skip


def test_a_datetime_may_be_given_as_python_has_it() -> None:
    moment = dt.datetime(2026, 1, 2, 3, 4, 5, tzinfo=dt.UTC)

    message = simplon.decode(simplon.encode(image(series_date=moment)))

    assert isinstance(message, simplon.Image)
    assert message.series_date == DateTime("2026-01-02T03:04:05Z")


def test_uncompressed_pixels_are_views_of_the_message_and_read_only() -> None:
    data = simplon.encode(image(), compression="none")

    pixels = simplon.decode(data).data["threshold_1"]  # type: ignore[union-attr, index]

    assert not pixels.flags.writeable
    assert pixels.base is not None
    assert np.shares_memory(pixels, np.frombuffer(data, np.uint8))


def test_channels_stack_in_the_order_of_the_message() -> None:
    stacked = image().stack()

    assert stacked.shape == (2, 3, 4)
    assert np.array_equal(stacked[1], PIXELS + 1)


def test_channels_of_different_shape_do_not_stack() -> None:
    with pytest.raises(
        EncodeError, match=r"threshold_2: expected uint16 \(3, 4\) as in the first, got uint16 \(2, 4\)"
    ):
        image(data={"threshold_1": PIXELS, "threshold_2": PIXELS[1:]}).stack()


def test_header_detail_leaves_the_tables_out() -> None:
    start = simplon.Start(
        series_id=1,
        series_unique_id="x",
        flatfield={"threshold_1": np.ones((3, 4), "<f4")},
        pixel_mask={"threshold_1": np.zeros((3, 4), "<u4")},
        countrate_correction_lookup_table=np.arange(5, dtype="<u4"),
        count_time=0.5,
    )
    tables = {"flatfield", "pixel_mask", "countrate_correction_lookup_table"}

    assert tables <= set(cbor2.loads(simplon.encode(start)))
    for level in ("basic", "none"):
        assert set(cbor2.loads(simplon.encode(start, header_detail=level))) == {
            "type",
            "series_id",
            "series_unique_id",
            "count_time",
        }


@pytest.mark.parametrize(
    ("message", "says"),
    [
        (image(series_id=None), "simplon.Image series_id: a value is required, got None [SV2-021]"),
        (image(series_id=-1), "simplon.Image series_id: expected an unsigned integer, from 0 to 18446744073709551615, got -1 [SV2-021]"),
        (image(series_id=True), "simplon.Image series_id: expected an unsigned integer, got true [SV2-021]"),
        (image(data={"a": PIXELS[0]}), "simplon.Image data.a: expected an array (y, x) of uint8 or uint16 or uint32, got one of shape (4,) [SV2-049]"),
        (image(data={"a": PIXELS.astype("<i8")}), "simplon.Image data.a: expected an array (y, x) of uint8 or uint16 or uint32, got one of <i8 [SV2-049]"),
        (image(data=PIXELS), "simplon.Image data: expected a map, got a ndarray [SV2-049]"),
        (image(data={"t": [[1], [2, 3]]}), "simplon.Image data.t: expected an array (y, x) of uint8 or uint16 or uint32, got an array of 2, ragged or mixed [SV2-049]"),
        (image(data={"t": ["a", b"\x80"]}), "simplon.Image data.t: expected an array (y, x) of uint8 or uint16 or uint32, got an array of 2, ragged or mixed [SV2-049]"),
        (image(real_time=0.02), "simplon.Image real_time: expected two integers, numerator and denominator, got the number 0.02 [SV2-046]"),
        (image(series_date=dt.datetime(2026, 1, 1)), "simplon.Image series_date: expected a date-time with an offset from UTC, got one without [SV2-048]"),
        (image(extra={"data": 1}), "simplon.Image data: the key 'data' belongs to a field and can't be in `extra` too"),
        (image(user_data={"f": open}), "simplon.Image user_data.f: a builtin_function_or_method has no form in CBOR"),
    ],
)  # fmt: skip
def test_what_can_not_be_written_is_refused_with_path_and_rule(message: simplon.Image, says: str) -> None:
    with pytest.raises(EncodeError) as caught:
        simplon.encode(message)

    assert str(caught.value).startswith(says.split(" [")[0])
    assert says.split(" [")[-1].rstrip("]") == caught.value.rule or "[" not in says
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"type": "picture"}, "simplon type at byte 0: expected 'type' to be one of start, image, end, got the text 'picture' [SV2-006]"),
        ({"series_id": 1}, "simplon type at byte 0: expected 'type' to be one of start, image, end, it is missing [SV2-006]"),
        ({"type": "image", "series_id": "1"}, "simplon.Image series_id at byte 22: expected an unsigned integer, got the text '1' [SV2-021]"),
        ({"type": "image", "series_number": 1}, "simplon at byte 0: this is the alpha format of 2020 to 2022"),
    ],
)  # fmt: skip
def test_what_can_not_be_read_is_an_error_with_path_offset_and_rule(fields: dict[str, Any], says: str) -> None:
    with pytest.raises(DecodeError) as caught:
        simplon.decode(cbor2.dumps(fields))

    assert str(caught.value).startswith(says)


def test_an_unknown_compression_spoils_its_own_channel_only() -> None:
    good = cbor2.CBORTag(40, [[1, 2], cbor2.CBORTag(64, b"ab")])
    bad = cbor2.CBORTag(40, [[1, 2], cbor2.CBORTag(64, cbor2.CBORTag(56500, ["zip9", 1, b"xxxxxxxxxxxxxxxx"]))])
    data = cbor2.dumps({"type": "image", "series_id": 1, "data": {"a": good, "b": bad}})

    with pytest.raises(DecodeError, match="zip9") as caught:
        simplon.decode(data)
    lazy = simplon.decode(data, lazy=True)

    assert (caught.value.category, caught.value.path, caught.value.rule) == ("unsupported", "data.b", "SV2-070")
    assert bytes(lazy.data["a"]) == b"ab"  # type: ignore[union-attr, index]
    assert lazy.data["b"].algorithm == "zip9"  # type: ignore[union-attr, index]


def test_keep_gives_what_is_good_and_the_error() -> None:
    data = simplon.encode(image(), compression="none")

    message = simplon.decode(data[:-10], on_error="keep")

    assert isinstance(message, simplon.Image)
    assert (message.series_id, message.image_id, message.data) == (7, 3, None)
    assert [type(one) for one in message.problems] == [TruncatedError]
    with pytest.raises(TruncatedError) as caught:
        simplon.decode(data[:-10])
    assert caught.value.partial.image_id == 3
    assert caught.value.needed == 10


@pytest.mark.parametrize("key", [b"xy", 7, None])
@pytest.mark.parametrize("kind", [bytes, bytearray])
def test_what_is_kept_of_a_damaged_message_has_the_keys_of_a_message(key: Any, kind: type) -> None:
    data = kind(cbor2.dumps({"type": "end", "series_id": 1, key: 2, "more": 3}))

    with pytest.raises(DecodeError, match="expected every key to be text") as caught:
        simplon.decode(data)

    again = pickle.loads(pickle.dumps(caught.value))
    assert (again.partial.series_id, again.partial.extra) == (1, {"more": 3})


def test_trailing_bytes_are_an_error_unless_ignored() -> None:
    data = simplon.encode(simplon.End(series_id=1, series_unique_id="x")) + b"\0"

    with pytest.raises(DecodeError, match=r"the message ends here, 1 more bytes follow \[SV2-014\]"):
        simplon.decode(data)
    assert simplon.decode(data, trailing="ignore").series_id == 1
    with pytest.raises(ValueError, match="trailing is 'x', allowed: error, ignore"):
        simplon.decode(data, trailing="x")  # type: ignore[arg-type]


def test_limits_hold() -> None:
    deep: Any = 1
    for _ in range(70):
        deep = [deep]
    data = cbor2.dumps({"type": "end", "series_id": 1, "user_data": deep})

    with pytest.raises(LimitError, match="limit depth"):
        simplon.decode(data)
    assert simplon.decode(data, limits=Limits(depth=100)).series_id == 1
    big = simplon.encode(image(data={"a": np.zeros((2000, 2000), "<u2")}))
    with pytest.raises(LimitError, match="total_bytes"):
        simplon.decode(big, limits=Limits(total_bytes=1000))


def test_a_duplicate_key_is_a_warning_and_the_last_one_counts() -> None:
    data = b"\xa3\x64type\x63end\x69series_id\x01\x69series_id\x02"

    with pytest.warns(CodecWarning, match="series_id: the key stands here twice"):
        assert simplon.decode(data).series_id == 2


def test_a_profile_that_does_not_exist_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="simplon has no profile 'autoplot'"):
        simplon.decode(b"", profile="autoplot")
