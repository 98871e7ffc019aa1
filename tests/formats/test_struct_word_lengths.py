"""Words of bits that tell lengths, counts, sizes and tags: written by the encoder where the user leaves them out.

The bytes are put together here with `struct`.
"""

from __future__ import annotations

import struct
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from made import module_of

from sciwire.conformance import strategies
from sciwire.model import Problems, load_spec, load_spec_or_raise
from sciwire.runtime import DecodeError, EncodeError, plain

SPEC = """\
sciwire: 1
format: radio
version: "1"
family: struct
title: Samples of a receiver
order: big
root: Packet
bits:
  Header:
    size: 4
    fields: {words: 16, gain: {width: 4, signed: true}, closed: {at: 26, width: 1, flag: true}, kind: {at: 28, width: 4}}
  Tally:
    size: 2
    parity: {bit: 15, ones: odd}
    fields: {many: 4, chars: 6, form: {width: 2, enum: {short: 1, long: 2}}}
records:
  Packet:
    length: {field: header.words, of: whole, unit: 4, rule: RD-001}
    fields:
      header: Header
      stream: {type: u4, only: {header.kind: [1, 3]}}
      samples: {type: u4, count: rest}
      trailer: {type: u4, only: {header.closed: [true]}}
rules:
  - {id: RD-001, level: MUST, text: "The length is in words of four bytes", source: note}
sources:
  - {id: note, text: "A note on a blackboard"}
"""
TOLD = (
    SPEC[: SPEC.index("records:")].replace("format: radio", "format: tally")
    + """\
records:
  Packet:
    fields:
      front: Front
      values: {type: u2, count: front.tally.many}
      name: {type: text, size: front.tally.chars}
      body: {type: Body}
      end: u1
  Front: {fields: {version: u1, tally: Tally}}
  Short: {fields: {x: u1}}
  Long: {fields: {x: u4}}
unions:
  Body: {on: front.tally.form, members: {Short: short, Long: long}}
"""
).replace(SPEC[SPEC.index("  Header:") : SPEC.index("  Tally:")], "")


@pytest.fixture(scope="module")
def radio(tmp_path_factory: pytest.TempPathFactory) -> ModuleType:
    return module_of(tmp_path_factory.mktemp("radio"), SPEC)


@pytest.fixture(scope="module")
def tally(tmp_path_factory: pytest.TempPathFactory) -> ModuleType:
    return module_of(tmp_path_factory.mktemp("tally"), TOLD)


def packet(
    kind: int, words: list[int], *, stream: bytes = b"", trailer: bytes = b"", length: int | None = None
) -> bytes:
    size = 1 + len(words) + (len(stream) + len(trailer)) // 4 if length is None else length
    head = kind << 28 | (1 << 26 if trailer else 0) | size
    return struct.pack(">I", head) + stream + struct.pack(f">{len(words)}I", *words) + trailer


def test_the_length_is_written_where_it_is_left_out(radio: ModuleType) -> None:
    value = radio.Packet(radio.Header(kind=1), stream=7, samples=[1, 2, 3])
    assert radio.encode(value) == packet(1, [1, 2, 3], stream=b"\0\0\0\7")
    assert value.header.words is None  # what the user gave stays as it is


@pytest.mark.parametrize("split", range(29))
def test_a_stream_of_packets_ends_each_where_its_word_says(radio: ModuleType, split: int) -> None:
    data = packet(3, [9], stream=b"abcd", trailer=b"\0\0\1\0") + packet(0, [4, 5])
    decoder = radio.Decoder()
    found = [*decoder.feed(data[:split]), *decoder.feed(data[split:])]

    assert [one.samples.tolist() for one in found] == [[9], [4, 5]]
    assert [one.trailer for one in found] == [256, None]
    assert b"".join(map(radio.encode, found)) == data


def test_a_length_that_is_given_must_be_true(radio: ModuleType) -> None:
    value = radio.decode(packet(0, [1, 2]))
    value.samples = [1, 2, 3]
    with pytest.raises(EncodeError) as found:
        radio.encode(value)
    assert (found.value.path, found.value.problem) == ("header.words", "header.words says 3, it must be 4")
    value.header.words = None
    assert radio.encode(value) == packet(0, [1, 2, 3])


@pytest.mark.parametrize(
    ("length", "at", "category"), [(0, 0, "size"), (1, 8, None), (3, 8, "size"), (4, 0, "truncated")]
)
def test_a_length_that_lies_is_an_error(radio: ModuleType, length: int, at: int, category: str | None) -> None:
    data = packet(1, [], stream=b"abcd", trailer=b"", length=length)
    if category is None:
        with pytest.raises(DecodeError, match="4 bytes are needed, the record has 0 left"):
            radio.decode(data)
        return
    with pytest.raises(DecodeError) as found:
        radio.decode(data)
    assert found.value.rule == "RD-001"


def test_what_a_word_tells_is_written_where_it_is_left_out(tally: ModuleType) -> None:
    front = tally.Front(version=2, tally=tally.Tally())
    value = tally.Packet(front, values=[1, 2], name="abc", body=tally.Long(5), end=9)
    word = 2 | 3 << 4 | 2 << 10
    word |= (word.bit_count() + 1) % 2 << 15
    data = b"\2" + struct.pack(">H", word) + b"\0\1\0\2abc" + b"\0\0\0\5\t"

    assert tally.encode(value) == data
    again = tally.decode(data)
    assert (again.front.tally.many, again.front.tally.chars, again.front.tally.form) == (2, 3, "long")
    assert tally.encode(again) == data


@pytest.mark.parametrize(
    ("word", "value", "path", "problem"),
    [
        ("many", 3, "values", "front.tally.many says 3, which is not for 2"),
        ("chars", 4, "name", "front.tally.chars says 4, which is not for 3"),
        ("form", "short", "body", "front.tally.form says short, Long needs long"),
    ],
)
def test_what_a_word_tells_must_be_true(tally: ModuleType, word: str, value: Any, path: str, problem: str) -> None:
    front = tally.Front(version=2, tally=tally.Tally(**{word: value}))
    with pytest.raises(EncodeError) as found:
        tally.encode(tally.Packet(front, values=[1, 2], name="abc", body=tally.Long(5), end=9))
    assert (found.value.path, found.value.problem) == (path, problem)


def test_more_than_a_word_holds_is_refused(tally: ModuleType) -> None:
    front = tally.Front(version=2, tally=tally.Tally())
    with pytest.raises(EncodeError, match="expected 0 to 15, got 16"):
        tally.encode(tally.Packet(front, values=[0] * 16, name="", body=tally.Short(5), end=9))


@pytest.mark.parametrize("text", [SPEC, TOLD])
def test_what_is_drawn_comes_back(tmp_path: Path, text: str) -> None:
    module = module_of(tmp_path, text)
    drawn = strategies.value(load_spec_or_raise(tmp_path / "1.yaml"), "Packet")

    @settings(max_examples=60, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(drawn)
    def law(value: Any) -> None:
        data = module.encode(module.from_plain(value))
        assert plain.difference(value, module.to_plain(module.decode(data))) == ""

    law()


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("field: header.words", "field: header.gain", "SPEC301 'header.gain' is no integer field of 'Packet'"),
        ("field: header.words", "field: header.closed", "SPEC301 'header.closed' is no integer field of 'Packet'"),
        ("field: header.words", "field: header.word", "SPEC301 'header.word' is no integer field of 'Packet'"),
        ("{header.closed: [true]}", "{trailer: [true]}", "SPEC301 there is no field 'trailer' before 'trailer'"),
        (
            "type: u4, only: {header.closed",
            "type: Packet, only: {header.closed",
            "SPEC307 'samples' goes up to the end",
        ),
    ],
)
def test_what_a_word_can_not_tell_is_a_mistake(tmp_path: Path, old: str, new: str, told: str) -> None:
    assert old in SPEC
    path = tmp_path / "1.yaml"
    path.write_text(SPEC.replace(old, new), encoding="utf-8")
    problems = Problems()
    load_spec(path, problems)
    assert told in problems.render(tmp_path)
