"""An invented format with every word of the language: cbor2 reads what is encoded, and writes what is decoded."""

from __future__ import annotations

import json
from types import ModuleType
from typing import Any

import cbor2
import numpy as np
import pytest
from cbor2 import CBORTag

from sciwire.runtime.errors import CodecError, DecodeError, EncodeError, LimitError, TruncatedError
from sciwire.runtime.values import DateTime, Rational, Tagged

PREFIX = 51966
PLACE = [47.5, 8.25, 1200.0]

GREETING: dict[Any, Any] = {
    0: 1,
    1: "S1234",
    2: "invented",
    3: CBORTag(0, "2026-03-01T12:00:00Z"),
    4: ["ptu", "ozone"],
    5: PLACE,
    6: {"ptu": [{1: 0.5, 2: 3, 3: {1: 0.25, 2: 0}}], "gps": []},
    7: -128,
    8: 4294967295,
    9: CBORTag(37, bytes(range(16))),
}
READING: dict[Any, Any] = {
    0: 2,
    1: 1,
    2: PLACE[:2],
    3: [600, 120],
    4: "burst",
    5: False,
    6: b"\0\1\2\3",
    7: [-(2**64), 2**64 - 1],
    8: 0.5,
    9: 1.5,
    10: "mixed",
    11: CBORTag(78, np.array([-1, 2**31 - 1], "<i4").tobytes()),
    12: CBORTag(40, [[3, 2], CBORTag(85, np.arange(6, dtype="<f4").tobytes())]),
    13: {0: -32768, 65536: 32767},
    14: {"deep": [1, CBORTag(1234, None)], "pi": 3.25},
    -1: {
        "left": CBORTag(40, [[1, 2], CBORTag(65, np.array([1, 258], ">u2").tobytes())]),
        "right": CBORTag(40, [[1, 2], CBORTag(65, b"\0\3\0\4")]),
    },
}


def message(entries: dict[Any, Any]) -> bytes:
    return cbor2.dumps(CBORTag(PREFIX, entries))


def opened(data: bytes) -> Any:
    """What an independent decoder sees under the prefix; a date stays a tag."""
    whole = cbor2.loads(data, tag_hook=None) if data[:1] == b"\xd9" else None
    assert isinstance(whole, CBORTag)
    assert whole.tag == PREFIX
    return whole.value


def test_a_greeting_is_decoded(sonde: ModuleType) -> None:
    one = sonde.decode(message(GREETING))

    assert type(one) is sonde.Greeting
    assert (one.serial, one.maker, one.launched) == ("S1234", "invented", DateTime("2026-03-01T12:00:00Z"))
    assert one.sensors == ["ptu", "ozone"]
    assert (one.home.latitude, one.home.longitude, one.home.altitude) == (47.5, 8.25, 1200.0)
    (first,) = one.calibration["ptu"]
    assert (first.value, first.order, first.parent.value, first.parent.order) == (0.5, 3, 0.25, 0)
    assert first.parent.parent is None
    assert one.calibration["gps"] == []
    assert (one.class_, one.hardware_time, one.token) == (-128, 2**32 - 1, bytes(range(16)))
    assert one.extra == {}


def test_a_reading_is_decoded(sonde: ModuleType) -> None:
    one = sonde.decode(message(READING))

    assert (one.number, one.rate, one.state, one.flag) == (1, Rational(600, 120), "burst", False)
    assert (one.place.latitude, one.place.longitude, one.place.altitude) == (47.5, 8.25, None)
    assert (one.raw_, one.pair, one.half, one.single, one.mixed) == (
        b"\0\1\2\3",
        [-(2**64), 2**64 - 1],
        0.5,
        1.5,
        "mixed",
    )
    assert (one.counts.dtype, one.counts.tolist()) == (np.dtype("<i4"), [-1, 2**31 - 1])
    assert (one.profile.dtype, one.profile.tolist()) == (np.dtype("<f4"), [[0, 1], [2, 3], [4, 5]])
    assert one.by_number == {0: -32768, 65536: 32767}
    assert one.anything == {"deep": [1, Tagged(1234, None)], "pi": 3.25}
    assert one.images["left"].tolist() == [[1, 258]]
    assert one.stack().shape == (2, 1, 2)
    with pytest.raises(ValueError, match="read-only"):
        one.counts[0] = 1


def test_defaults_stand_in_for_what_is_absent(sonde: ModuleType) -> None:
    assert sonde.decode(message({0: 1, 1: "A000"})).class_ == -1
    assert sonde.decode(message({0: 2, 1: 1, 2: [0, 0]})).state == "rising"
    assert type(sonde.decode(message({0: 3}))) is sonde.Command


@pytest.mark.parametrize("entries", [GREETING, READING, {0: 3}], ids=["greeting", "reading", "command"])
def test_what_is_encoded_is_what_cbor2_would_write(sonde: ModuleType, entries: dict[Any, Any]) -> None:
    """Same items in the same order; `images` is last though its key is the smallest."""
    data = sonde.encode(sonde.decode(message(entries)))

    assert data == message(entries)
    assert list(opened(data)) == list(entries)


def test_values_made_by_hand_are_encoded(sonde: ModuleType) -> None:
    one = sonde.Reading(
        number=7,
        place=sonde.Point(latitude=-90, longitude=180),
        rate=Rational(2, 4),
        mixed=[1, 2.5],
        counts=np.array([1, 2], ">u2"),
        profile=np.zeros((1, 2), "<f4"),
        images={"a": np.array([[7]], "u1")},
    )

    seen = opened(sonde.encode(one))

    assert list(seen[2]) == [-90.0, 180.0]
    assert (list(seen[3]), list(seen[10])) == ([2, 4], [1.0, 2.5])
    order = {65: ">u2", 69: "<u2"}[seen[11].tag]  # the specification states none
    assert np.frombuffer(seen[11].value, order).tolist() == [1, 2]
    assert (list(seen[12].value[0]), seen[12].value[1].tag) == ([1, 2], 85)
    assert seen[-1]["a"].value[1].value == b"\7"
    assert 4 not in seen


@pytest.mark.parametrize("algorithm", ["lz4", "bslz4"])
def test_compressed_arrays_come_back(sonde: ModuleType, algorithm: str) -> None:
    one = sonde.decode(message(READING))
    one.images["left"] = np.tile(np.arange(300, dtype=">u2"), (40, 1))

    data = sonde.encode(one, compression=algorithm)

    assert opened(data)[-1]["left"].value[1].value.tag == 56500
    assert opened(data)[-1]["left"].value[1].value.value[0] == algorithm
    assert len(data) < 10_000
    again = sonde.decode(data)
    assert np.array_equal(again.images["left"], one.images["left"])
    lazy = sonde.decode(data, lazy=True)
    assert lazy.images["left"].shape == (40, 300)
    assert sonde.encode(lazy, compression=algorithm) == data


def test_a_field_that_depends_on_an_option_is_left_out(sonde: ModuleType) -> None:
    one = sonde.decode(message(GREETING))

    assert 6 not in opened(sonde.encode(one, detail="short"))
    assert 6 in opened(sonde.encode(one, detail="full"))
    with pytest.raises(EncodeError, match="detail is 'long', allowed: full, short"):
        sonde.encode(one, detail="long")


@pytest.mark.parametrize("entries", [GREETING, READING], ids=["greeting", "reading"])
def test_the_canonical_value_has_the_names_and_survives_json(sonde: ModuleType, entries: dict[Any, Any]) -> None:
    one = sonde.decode(message(entries))

    plain = json.loads(json.dumps(sonde.to_plain(one)))

    names = {"serial", "class", "hardware-time"} if entries is GREETING else {"number", "raw", "images"}
    assert names < set(plain)
    assert plain["0"] == entries[0]
    assert sonde.encode(sonde.from_plain(plain)) == message(entries)


def test_a_stream_is_cut_anywhere(sonde: ModuleType) -> None:
    stream = message(GREETING) + message(READING) + message({0: 3})
    for step in (1, 2, 7, 100, len(stream)):
        decoder = sonde.Decoder()
        got = [one for at in range(0, len(stream), step) for one in decoder.feed(stream[at : at + step])]
        decoder.finish()
        assert [type(one).__name__ for one in got] == ["Greeting", "Reading", "Command"]
        assert b"".join(sonde.Encoder().encode(one) for one in got) == stream


def test_every_truncation_is_a_truncated_error(sonde: ModuleType) -> None:
    whole = message(READING)
    for end in range(len(whole)):
        with pytest.raises(TruncatedError) as caught:
            sonde.decode(whole[:end])
        assert isinstance(caught.value.at, int)
        assert 0 <= caught.value.at <= end
        assert caught.value.needed >= 1


def test_spans_cover_every_byte_once(sonde: ModuleType) -> None:
    whole = message(READING)
    spans = list(sonde.spans(whole))

    assert [span.start for span in spans] == [0, *(span.stop for span in spans[:-1])]
    assert spans[-1].stop == len(whole)


def test_spans_have_the_names_of_integer_keys_and_of_positions(sonde: ModuleType) -> None:
    inner = {1: 2.5, 3: {1: 1.5}}
    data = message({0: 1, 1: "A123", 5: [1.5, 2.5], 6: {"a": [inner]}, 8: 9})

    paths = {span.path: span.text for span in sonde.spans(data) if span.kind in ("float", "unsigned")}

    assert paths["home.latitude"] == "1.5"
    assert paths["home.longitude"] == "2.5"
    assert paths["calibration.a[0].value"] == "2.5"
    assert paths["calibration.a[0].parent.value"] == "1.5"
    assert paths["hardware-time"] == "9"
    assert paths["[0]"] == "1"


def test_sniff_knows_its_own(sonde: ModuleType, ticket: ModuleType) -> None:
    assert sonde.sniff(message(GREETING))
    assert not sonde.sniff(cbor2.dumps({"type": "image"}))
    assert not sonde.sniff(b"")
    assert not ticket.sniff(b"\x89HDF\r\n\x1a\n")


def test_the_limits_of_the_specification_hold(sonde: ModuleType) -> None:
    deep: Any = 1
    for _ in range(9):
        deep = [deep]
    with pytest.raises(LimitError):
        sonde.decode(message({**READING, 14: deep}))
    with pytest.raises(LimitError):
        sonde.decode(message({**READING, 14: [0] * 5001}))
    assert sonde.decode(message({**READING, 14: [0] * 4000})).anything == [0] * 4000


def test_the_smallest_specification_gives_a_codec(ticket: ModuleType) -> None:
    one = ticket.decode(cbor2.dumps({"price": 2, "unknown": [1]}))

    assert (one.seat, one.price, one.extra) == (None, 2.0, {"unknown": [1]})
    assert cbor2.loads(ticket.encode(one)) == {"price": 2.0, "unknown": [1]}
    assert ticket.to_plain(one) == {"price": 2.0, "unknown": [1]}
    with pytest.raises(CodecError, match=r"ticket\.Ticket price: a value is required"):
        ticket.encode(ticket.Ticket())
    with pytest.raises(DecodeError, match=r"ticket\.Ticket price at byte 0: the required key 'price' is missing"):
        ticket.decode(b"\xa0")
