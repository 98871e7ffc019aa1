"""Edges where a codec may lose, invent or refuse too much: each law once."""

from __future__ import annotations

import copy
import pickle
import struct
from collections.abc import Callable
from functools import partial
from typing import Any

import cbor2
import numpy as np
import pytest
from work import frugal, in_proportion, steps, taken

from sciwire.formats import simplon
from sciwire.runtime import CodecWarning, DecodeError, EncodeError, LimitError, VersionError
from sciwire.runtime.values import Rational

Tag = cbor2.CBORTag
PIXELS = np.arange(6, dtype="<u2").reshape(2, 3)


def image(**changes: Any) -> simplon.Image:
    fields: dict[str, Any] = {"series_id": 1, "series_unique_id": "x", "image_id": 0, "data": {"a": PIXELS}}
    return simplon.Image(**{**fields, **changes})


def wire(data: Any) -> bytes:
    return cbor2.dumps({"type": "image", "series_id": 1, "series_unique_id": "x", "image_id": 0, "data": data})


def test_the_cost_of_feeding_grows_with_the_bytes_and_not_with_their_square() -> None:
    def fed(count: int) -> list[Callable[[], object]]:
        data, decoder = simplon.encode(image(user_data=list(range(count)))), simplon.Decoder()
        return [partial(decoder.feed, data[at : at + 1]) for at in range(len(data))]

    assert [bool(feed()) for feed in fed(100)][-2:] == [False, True]
    in_proportion(lambda count: steps(*fed(count)), 500)
    in_proportion(lambda count: taken(*fed(count)), 2000)


@pytest.mark.parametrize("on_error", ["raise", "keep"])
def test_tags_on_tags_are_not_all_looked_at(on_error: Any) -> None:
    with frugal(2, 10_000), pytest.raises(LimitError):
        simplon.decode(b"\xc1" * 300_000 + b"\xa0", on_error=on_error)


def test_errors_and_lazy_messages_pickle_and_copy() -> None:
    packed = Tag(40, [[2, 3], Tag(69, Tag(56500, ["bslz4", 2, struct.pack(">QI", 11, 8192) + b"x" * 11]))])
    with pytest.raises(DecodeError) as caught:
        simplon.decode(wire({"a": packed}))
    lazy = simplon.decode(simplon.encode(image()), lazy=True)

    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)
    assert np.array_equal(pickle.loads(pickle.dumps(lazy)).data["a"].open(), PIXELS)
    assert np.array_equal(copy.deepcopy(lazy).data["a"].open(), PIXELS)


def test_units_belong_to_fields_and_not_to_words() -> None:
    rows = dict(simplon.summary(image(user_data={"start": 5}, extra={"increment": 2}, real_time=Rational(1, 2))))

    assert rows["user_data.start"] == "5"
    assert rows["increment"] == "2"
    assert rows["real_time"].endswith("s")


def test_an_integer_of_any_size_can_be_looked_at() -> None:
    rows = dict(simplon.summary(image(user_data=2**40_000)))

    assert rows["user_data"] == "an integer of 40,001 bits"


@pytest.mark.parametrize(
    ("message", "path", "part"),
    [
        (simplon.Start(series_id=1, series_unique_id="x", incident_energy=2**53 + 1), "incident_energy", "can't hold exactly"),
        (image(extra={5: "x"}), "", "expected every key to be text, got 5"),
        (image(real_time=(-1, 2)), "real_time", "at least 0"),
        (image(real_time=(1, -2)), "real_time", "a denominator is not negative"),
        (image(series_date="foo"), "series_date", "expected RFC 3339 text"),
        (image(data={"a": np.ma.masked_array(PIXELS, PIXELS > 2)}), "data.a", "a mask has no place here"),
        (image(user_data=[np.ma.masked_array(PIXELS, PIXELS > 2)]), "user_data[0]", "a mask has no place here"),
        (image(data={"a": np.zeros((0, 4), "<u2")}), "data.a", "none is zero"),
        (image(user_data=np.array("text")), "user_data", "dimension"),
        (image(user_data={"a": 1j}), "user_data.a", "has no form in CBOR"),
        (simplon.Start(series_id=1, series_unique_id="x", detector_translation=[1.0]), "detector_translation", "an array of 3"),
    ],
)  # fmt: skip
def test_what_can_not_be_written_truly_is_refused_by_name(message: Any, path: str, part: str) -> None:
    with pytest.raises(EncodeError, match=part) as caught:
        simplon.encode(message)

    assert caught.value.path == path
    assert caught.value.subject.startswith("simplon.")


def test_what_our_decoder_would_refuse_for_its_depth_is_not_written() -> None:
    deep: Any = 1
    for _ in range(70):
        deep = [deep]
    loop: list[Any] = []
    loop.append(loop)

    for value in (deep, loop):
        with pytest.raises(EncodeError) as caught:
            simplon.encode(image(user_data=value))
        assert caught.value.category == "limit"


def test_arrays_of_other_types_come_in_and_go_out_as_they_were() -> None:
    other = {"a": Tag(40, [[1, 2], Tag(86, np.array([1.5, 2.5], "<f8").tobytes())])}

    message = simplon.decode(wire(other))
    again = simplon.decode(simplon.encode(message))

    assert message.raw == ("data",)
    assert simplon.to_plain(again) == simplon.to_plain(message)
    with pytest.raises(EncodeError):
        simplon.encode(image(data={"a": np.zeros((1, 2))}))


def test_column_major_arrays_are_written_row_major() -> None:
    packed = simplon.encode(image(data={"a": np.asfortranarray(PIXELS)}))

    assert cbor2.loads(packed)["data"]["a"].tag == 40


def test_compressed_arrays_go_out_as_they_came_unless_another_compression_is_named() -> None:
    lazy = simplon.decode(simplon.encode(image(), compression="lz4"), lazy=True)

    assert b"\x63lz4" in simplon.encode(lazy)
    assert b"bslz4" in simplon.encode(lazy, compression="bslz4")
    assert b"lz4" not in simplon.encode(lazy, compression="none")


def test_the_old_alpha_format_is_a_matter_of_versions() -> None:
    with pytest.raises(VersionError):
        simplon.decode(cbor2.dumps({"type": "image", "series_number": 1}))


def test_keep_gives_the_channels_that_are_good() -> None:
    good = Tag(40, [[1, 2], Tag(64, b"ab")])
    bad = Tag(40, [[1, 2], Tag(64, Tag(56500, ["trpx", 1, b"x" * 20]))])

    message = simplon.decode(wire({"a": bad, "b": good}), on_error="keep")

    assert isinstance(message, simplon.Image)
    assert message.data is not None
    assert list(message.data) == ["b"]
    assert [error.path for error in message.problems] == ["data.a"]


def test_bytes_of_another_format_are_no_map_whatever_follows() -> None:
    for data, got in ((bytes(64), "the number 0"), (b"\x89HDF\r\n\x1a\n" + bytes(40), "an array")):
        with pytest.raises(DecodeError, match=f"expected a map, got {got}") as caught:
            simplon.decode(data)
        assert (caught.value.at, caught.value.rule) == (0, "SV2-004")


def test_a_tag_that_is_no_array_is_a_value_of_the_wrong_type() -> None:
    strange = Tag(4000, b"123456")
    start = cbor2.dumps({"type": "start", "series_id": 1, "series_unique_id": "x", "flatfield": {"a": strange}})
    with pytest.warns(CodecWarning, match="flatfield"):
        kept = simplon.decode(start)

    assert simplon.to_plain(kept)["flatfield"] == {"a": {"$tag": [4000, {"$bytes": "MTIzNDU2"}]}}
    with pytest.raises(DecodeError) as caught:
        simplon.decode(wire({"a": strange}))
    assert (caught.value.category, caught.value.path, caught.value.rule) == ("type", "data.a", "SV2-049")


def test_a_lazy_array_cites_the_same_rule_after_a_journey() -> None:
    packed = Tag(40, [[2, 3], Tag(69, Tag(56500, ["lz4", 0, struct.pack(">QI", 12, 12)]))])
    array = simplon.decode(wire({"a": packed}), lazy=True).data["a"]
    for one in (array, pickle.loads(pickle.dumps(array))):
        with pytest.raises(DecodeError, match="block 0 of 1 is missing") as caught:
            one.open()
        assert caught.value.rule == "SV2-081"


def test_a_map_with_odd_keys_is_told_as_one() -> None:
    data = cbor2.dumps({"type": "start", "series_id": 1, "goniometer": {"chi": {b"start": 2.0}}})

    with pytest.warns(
        CodecWarning, match="goniometer: chi: expected a map, got a map of 1 with keys that are neither text"
    ):
        assert simplon.decode(data).goniometer == {"chi": {b"start": 2.0}}  # type: ignore[union-attr]
