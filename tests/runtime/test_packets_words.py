"""Packet formats whose tables say less, or something else, than usual: no default, no byte order, other times."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import ClassVar

import numpy as np
import pytest
from packet_streams import TABLE, Decoder, Stream, block, frame, opening, plane

from sciwire.runtime import EncodeError
from sciwire.runtime.packets import Attribute, Element, PacketFormat, Times, TimeWord, decode_stream, encode_stream
from sciwire.runtime.times import time_unit

GPS = TimeWord("gps", "1980-01-06", "seconds", leap_seconds=True)
TICKS = TimeWord("ticks", "1980-01-06", "seconds", leap_seconds=True, integer=True)


class TimedStream(Stream):
    __slots__ = ()
    table: ClassVar[PacketFormat] = replace(TABLE, times=Times((GPS, TICKS)))


class TimedDecoder(Decoder):
    stream_type = TimedStream


def read(unit: str, text: str) -> TimedStream:
    told = f'<fact n="unit" t="unit" v="{unit}"/>'
    data = opening() + block("007", f"<frame>{plane('y', 'when24', facts=told)}</frame>")
    found = decode_stream(TimedDecoder(), data + frame("007", text.ljust(24).encode()))
    assert isinstance(found, TimedStream)
    return found


def test_coarse_steps_with_leap_seconds_keep_their_fractions() -> None:
    """GPS time is UTC and 18 leap seconds on 2020-01-01, 14605 days after its epoch."""
    dataset = read("gps", "2020-01-01T00:00:00.25")["y"]

    assert dataset.values.dtype == np.float64
    assert dataset.values.tolist() == [14605 * 86400 + 18.25]
    assert read("gps", "2016-12-31T23:59:60.5")["y"].values.tolist() == [13510 * 86400 + 17.5]


def test_integers_are_whole_steps_where_that_is_said() -> None:
    dataset = read("ticks", "2020-01-01T00:00:00.25")["y"]

    assert (dataset.values.dtype, dataset.values.tolist()) == (np.int64, [14605 * 86400 + 18])


@pytest.mark.parametrize(
    ("step", "leap", "integer"),
    [("ns", True, True), ("1e-10", True, True), ("us", True, False), ("s", True, False), ("ns", False, False)],
)
def test_integers_are_the_default_only_where_they_lose_nothing(step: str, leap: bool, integer: bool) -> None:
    assert time_unit("u", epoch="2000-01-01", step=step, leap_seconds=leap).integer is integer
    assert time_unit("u", epoch="2000-01-01", step=Fraction(1), leap_seconds=leap, integer=True).integer


def test_moments_between_whole_steps_are_refused() -> None:
    moments = np.array(["2020-01-01T00:00:00.25"], dtype="M8[ns]")

    assert TimedStream.of("y", moments)["y"].units == "gps"
    with pytest.raises(EncodeError, match="is no number of ticks exactly") as caught:
        TimedStream.of("y", moments, units="ticks")
    assert caught.value.path == "y"
    assert TimedStream.of("y", moments, units="ticks", exact=False)["y"].values.tolist() == [14605 * 86400 + 18]


def test_numbers_between_what_a_text_of_times_says_are_refused() -> None:
    stream = TimedStream.of("y", [0.5], units="gps", encoding="when20")  # down to the second

    with pytest.raises(EncodeError, match="can't be written exactly"):
        encode_stream(stream)
    encode_stream(stream, exact=False)


def test_a_descriptor_without_default_is_no_missing_descriptor() -> None:
    data = opening('endian="msb"') + block("007", f"<frame>{plane('y', 'u16')}</frame>") + frame("007", b"\1\2")
    stream = decode_stream(Decoder(), data)

    with pytest.raises(KeyError, match="the stream names no default dataset"):
        _ = stream.default
    written = encode_stream(stream)
    assert b' main="' not in written
    assert decode_stream(Decoder(), written)["y"].values.tolist() == [258]


class Orderless(Stream):
    __slots__ = ()
    table: ClassVar[PacketFormat] = replace(
        TABLE,
        elements=(Element("flow", "stream", (Attribute("main", "default"),), ids=(0, 0)), *TABLE.elements[1:]),
    )


def test_a_format_without_a_word_for_the_byte_order_says_so() -> None:
    with pytest.raises(ValueError, match=r"^invented has no word for a byte order, so byte_order is None, not 'big'$"):
        encode_stream(Orderless.of("y", [1.0]), byte_order="big")
