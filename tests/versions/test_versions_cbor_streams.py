"""CBOR messages of two versions as they come: any split, cuts, damage, and limits before the version is known."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import cbor2
import pytest
from camera import BYE, ONE, TWO
from work import steps

from sciwire.runtime import DecodeError, LimitError, Limits, TruncatedError


@pytest.mark.parametrize("entries", [ONE, TWO])
def test_any_truncation_is_a_truncated_error(camera: ModuleType, entries: dict[str, Any]) -> None:
    data = cbor2.dumps(entries)
    for stop in range(len(data)):
        with pytest.raises(TruncatedError):
            camera.decode(data[:stop])


@pytest.mark.parametrize("entries", [ONE, TWO, BYE])
@pytest.mark.parametrize("step", [1, 7, 1000])
def test_any_split_of_a_stream_gives_the_same_messages(camera: ModuleType, entries: dict[str, Any], step: int) -> None:
    stream = cbor2.dumps(entries) * 3
    decoder, found = camera.Decoder(), []
    for start in range(0, len(stream), step):
        found += decoder.feed(stream[start : start + step])
        assert len(found) == min(start + step, len(stream)) // (len(stream) // 3)
    decoder.finish()

    assert found == [camera.decode(cbor2.dumps(entries))] * 3
    assert decoder.offset == len(stream)


def test_a_stream_that_asks_for_too_much_is_not_waited_for(camera: ModuleType) -> None:
    """A byte string of 2**40 bytes in front of the version."""
    with pytest.raises(LimitError):
        camera.Decoder().feed(b"\xa2\x61a\x5b" + (2**40).to_bytes(8, "big"))


def test_limits_that_are_given_hold_before_the_version_is_known(camera: ModuleType) -> None:
    """As they do in the decoder of a version: what waits for the version is memory, too."""
    deep, long = b"\xa2\x61a" + b"\x81" * 9, b"\xa2\x61a\x5a" + (10**6).to_bytes(4, "big")
    for limits, data in ((Limits(depth=3), deep), (Limits(total_bytes=100), long)):
        assert camera.Decoder().feed(data) == []
        for decoder in (camera.Decoder(limits=limits), camera.v2.Decoder(limits=limits)):
            with pytest.raises(LimitError):
                decoder.feed(data)


@pytest.mark.parametrize(
    "values",
    [b"\x9a\0\x01\0\0" + bytes(2**16), b"\x9f" + bytes(2**16) + b"\xff", b"\x81" * 2**16 + b"\0"],
    ids=["many", "endless", "deep"],
)
def test_what_stands_before_the_version_is_held_to_the_limits(camera: ModuleType, values: bytes) -> None:
    """The place is looked for no further than the layout would read, and that says what is too much."""
    data = b"\xa2\x61a" + values + b"\x67version\x01"
    limits = Limits(items=1000)

    def refused() -> None:
        with pytest.raises(LimitError):
            camera.decode(data, limits=limits)

    refused()
    assert steps(refused) < 100_000
    pairs = b"\xbf" + b"\x61a\0" * 2**16 + b"\x67version\x01\xff"
    with pytest.raises(LimitError):
        camera.decode(pairs, limits=limits)
    assert camera.version_of(b"\xa2\x61a\x82\0\0\x67version\x01") == "1"


def test_damage_in_a_stream_is_said_by_the_newest_layout(camera: ModuleType) -> None:
    with pytest.raises(DecodeError, match="additional information 28 is reserved"):
        camera.Decoder().feed(b"\xa2\x61a\x1c" + bytes(9))
    with pytest.raises(TruncatedError):
        decoder = camera.Decoder()
        assert decoder.feed(cbor2.dumps(ONE)[:-1]) == []
        decoder.finish()
