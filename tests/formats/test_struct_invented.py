"""Specifications that the authors of the generator have not seen give codecs for binary records, from YAML alone.

The bytes are put together here with the `struct` module of Python and zlib, never by our encoder.
"""

from __future__ import annotations

import binascii
import importlib.util
import itertools
import os
import struct
import subprocess
import sys
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sciwire.conformance import strategies
from sciwire.model import load_spec_or_raise
from sciwire.runtime import DecodeError, EncodeError, LimitError, TruncatedError, VersionError, plain

ROOT = Path(__file__).resolve().parents[2]
SPECS = Path(__file__).with_name("struct_specs")
FLAGS = 0b1 | 5 << 1 | (-3 & 31) << 4 | 1 << 15  # armed, gain high, offset -3; the last bit makes eight ones
SAMPLES = struct.pack(">BHf3d", 2, 3, 1.5, 1, 2, 3) + bytes([7, 9]) + struct.pack("<3h", -1, 2, 300) + b"\x02hi"
EVENT = b"W\x01\x02\x03\xff\xff\xff\x01" + struct.pack(">q", -9) + b"name\0" + b"\x01\x02\0\0"
POINT = struct.pack("<ff", 1, 2) + b"\0\0\x01\x05"
TABLE = b"\0\x02" + POINT * 2 + POINT * 2
TREE = b"\x01\x02\x02\x00\x03\x01\x04\x00"


def frame(
    kind: int, body: bytes, *, flags: int = FLAGS, version: int = 3, magic: bytes = b"LG\r\n", more: int = 0
) -> bytes:
    """A frame of the invented logger, its length and sum right unless *more* is added to the length."""
    station = b"ABC   "
    rest = station + body
    length = len(rest) + 4 + more
    data = magic + struct.pack(">BBHIH", version, kind, length, 77, flags) + rest
    return data + struct.pack("<I", zlib.crc32(data))


def _generated(name: str, version: str, output: Path) -> Any:
    """The module that is generated from an invented specification."""
    roots = os.pathsep.join(str(ROOT / folder) for folder in ("generator", "generated", "conformance"))
    words = ["generate", "--specs", str(SPECS / name / f"{version}.yaml"), "--output", str(output)]
    done = subprocess.run(
        [sys.executable, "-m", "sciwire.cli", *words],
        env={**os.environ, "PYTHONPATH": roots},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    spec = importlib.util.spec_from_file_location(f"generated_{name}", output / "sciwire" / "formats" / f"{name}.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[f"generated_{name}"] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def logger(tmp_path_factory: pytest.TempPathFactory) -> Any:
    return _generated("logger", "3", tmp_path_factory.mktemp("generated"))


@pytest.fixture(scope="module")
def relay(tmp_path_factory: pytest.TempPathFactory) -> Any:
    return _generated("relay", "1", tmp_path_factory.mktemp("generated"))


@pytest.mark.parametrize(("kind", "body"), [(1, SAMPLES), (2, EVENT), (3, TABLE), (9, TREE)])
def test_every_member_comes_back_with_its_bytes(logger: Any, kind: int, body: bytes) -> None:
    data = frame(kind, body)
    value = logger.decode(data)

    assert logger.encode(value) == data
    assert logger.encode(logger.from_plain(logger.to_plain(value))) == data


def test_fields_are_what_the_bytes_say(logger: Any) -> None:
    value = logger.decode(frame(1, SAMPLES))

    assert value.header == logger.Header(version=3, time=77, flags=logger.Flags(armed=True, gain="high", offset=-3))
    assert value.station == "ABC"
    assert value.body.data.tolist() == [-1, 2, 300] and value.body.scale.dtype == ">f8"
    assert (value.body.rate, value.body.note) == (1.5, "hi")
    with pytest.raises(ValueError, match="read-only"):
        value.body.data[0] = 1


def test_integers_of_three_bytes_characters_and_c_strings(logger: Any) -> None:
    event = logger.decode(frame(2, EVENT)).body

    assert event == logger.Event("warn", 0x010203, -1, True, -9, "name", b"\x01\x02")


def test_a_table_is_one_array_and_its_canonical_value_has_the_names_of_the_wire(logger: Any) -> None:
    value = logger.decode(frame(3, TABLE))

    assert value.body.points["x"].tolist() == [1.0, 1.0]
    assert set(logger.to_plain(value)["body"]["points"]) == {"x", "y", "state", "class"}
    assert logger.view(POINT * 3, "Point")["class_"].tolist() == [5, 5, 5]


def test_what_is_derived_is_not_in_the_class_and_right_on_the_wire(logger: Any) -> None:
    made = logger.Frame(
        header=logger.Header(flags=logger.Flags(armed=True, gain="high", offset=-3)),
        station="ABC",
        body=logger.Tree(1, [logger.Tree(2, []), logger.Tree(3, [logger.Tree(4, [])])]),
    )
    wanted = bytearray(frame(9, TREE))
    wanted[8:12] = bytes(4)  # the default of the time
    wanted[-4:] = struct.pack("<I", zlib.crc32(wanted[:-4]))

    assert logger.encode(made) == bytes(wanted)


def test_any_truncation_is_a_truncated_error(logger: Any) -> None:
    data = frame(1, SAMPLES)
    for size in range(len(data)):
        with pytest.raises(TruncatedError):
            logger.decode(data[:size])


def test_any_flipped_bit_is_refused(logger: Any) -> None:
    data = frame(1, SAMPLES)
    for bit in range(8 * len(data)):
        damaged = bytearray(data)
        damaged[bit // 8] ^= 1 << bit % 8
        with pytest.raises(DecodeError):
            logger.decode(bytes(damaged))


@settings(max_examples=30, deadline=None)
@given(points=st.lists(st.integers(0, 200), max_size=6))
def test_any_split_of_a_stream_gives_the_same_frames(logger: Any, points: list[int]) -> None:
    data = frame(1, SAMPLES) + frame(9, TREE) + frame(2, EVENT)
    decoder, found = logger.Decoder(), []
    edges = [0, *sorted(min(point, len(data)) for point in points), len(data)]
    for start, stop in itertools.pairwise(edges):
        found += decoder.feed(data[start:stop])
    decoder.finish()

    assert [type(one.body).__name__ for one in found] == ["Samples", "Tree", "Event"]


FAULTS = [
    (frame(1, SAMPLES, magic=b"LG\n\n"), DecodeError, r"logger.Frame header.magic at byte 0: expected b'LG\r\n', got b'LG\n\n' [LG-002]"),
    (frame(1, SAMPLES, version=4), VersionError, "logger.Frame header.version at byte 4: version 4 is not known, known: 2, 3 [LG-003]"),
    (frame(7, SAMPLES), DecodeError, "logger.Frame header.kind at byte 5: expected one of samples (1), event (2), table (3), tree (9), got 7 [LG-004]"),
    (frame(1, SAMPLES, flags=FLAGS ^ 0x8000), DecodeError, "logger.Frame header.flags at byte 12: the number of ones must be even, it is 7 [LG-005]"),
    (frame(1, SAMPLES, flags=FLAGS | 0x3000), DecodeError, "logger.Frame header.flags at byte 12: bit 13 is reserved and must be 0 [LG-005]"),
    (frame(1, SAMPLES, more=-1), DecodeError, "logger.Frame crc at byte 62: 4 bytes are needed, the record has 3 left [LG-007]"),
    (frame(1, SAMPLES + b"!"), DecodeError, None),
    (frame(1, SAMPLES) + b"!", DecodeError, "logger.Frame at byte 66: expected the end of the data, got 1 more [LG-001]"),
    (frame(1, SAMPLES[:3] + struct.pack(">f", -1) + SAMPLES[7:]), DecodeError, "logger.Frame body.rate at byte 23: expected at least 0, got -1.0"),
    (frame(9, b"\x01\x01" * 500 + b"\x01\x00"), LimitError, None),
    (frame(2, b"X" + EVENT[1:]), DecodeError, "logger.Frame body.severity at byte 20: expected one of info ('I'), warn ('W'), got 'X'"),
    (frame(2, EVENT[:7] + b"\x02" + EVENT[8:]), DecodeError, "logger.Frame body.has_value at byte 27: expected 0 or 1, got 2"),
    (frame(2, EVENT[:-5]), DecodeError, None),
]  # fmt: skip


@pytest.mark.parametrize(("data", "kind", "message"), FAULTS)
def test_faults_say_where_what_and_which_rule(
    logger: Any, data: bytes, kind: type[DecodeError], message: str | None
) -> None:
    with pytest.raises(kind) as caught:
        logger.decode(data)

    assert message is None or str(caught.value) == message


def test_a_wrong_sum_keeps_all_that_was_good(logger: Any) -> None:
    data = bytearray(frame(9, TREE))
    data[-1] ^= 1
    kept = logger.decode(bytes(data), on_error="keep")

    assert kept.body == logger.decode(frame(9, TREE)).body
    assert [error.category for error in kept.problems] == ["checksum"]


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"station": "ABCDEFG"}, "logger.Frame station: expected at most 6 bytes, got 7"),
    ({"station": "AB "}, "logger.Frame station: the value ends with byte 32, which a reader takes for padding"),
    ({"station": "ÄB"}, "logger.Frame station: 'Ä' can't be written as ascii"),
    ({"station": None}, "logger.Frame station: the field must be given"),
    ({"body": 5}, "logger.Frame body: expected one of Samples, Event, Table, Tree, got int [LG-004]"),
]


@pytest.mark.parametrize(("changes", "message"), REFUSED)
def test_values_that_do_not_fit_are_refused(logger: Any, changes: dict[str, Any], message: str) -> None:
    value = logger.decode(frame(9, TREE))
    for name, one in changes.items():
        setattr(value, name, one)
    with pytest.raises(EncodeError) as caught:
        logger.encode(value)

    assert str(caught.value) == message


def test_a_value_that_may_not_be_there_is_refused(logger: Any) -> None:
    value = logger.decode(frame(2, EVENT))
    value.body.has_value = False
    with pytest.raises(EncodeError, match=r"body\.value: the field stands only where has_value is True"):
        logger.encode(value)
    value.body.value = None

    assert logger.decode(logger.encode(value)).body.value is None


def test_counts_that_do_not_fit_their_field_are_refused(logger: Any) -> None:
    value = logger.decode(frame(9, TREE))
    value.body = logger.Tree(1, [logger.Tree(0, [])] * 256)
    with pytest.raises(EncodeError) as caught:
        logger.encode(value)

    assert str(caught.value) == "logger.Frame body.nodes: 256 does not fit uint8"


def test_drawn_values_survive(logger: Any) -> None:
    spec = load_spec_or_raise(SPECS / "logger" / "3.yaml")

    @settings(max_examples=150, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(strategies.value(spec, "Frame"))
    def law(drawn: Any) -> None:
        data = logger.encode(logger.from_plain(drawn))
        assert plain.difference(drawn, logger.to_plain(logger.decode(data))) == ""
        assert logger.encode(logger.decode(data)) == data

    law()


def test_spans_cover_every_byte_and_the_summary_has_units(logger: Any) -> None:
    data = frame(3, TABLE)
    spans = list(logger.spans(data))

    assert [span.start for span in spans] == [0, *(span.stop for span in spans[:-1])]
    assert spans[-1].stop == len(data)
    assert ("header.time", "77 s") in logger.summary(logger.decode(data))


def test_arrays_do_not_wrap(logger: Any) -> None:
    value = logger.decode(frame(1, SAMPLES))
    value.body.data = np.array([40000])
    with pytest.raises(EncodeError, match=r"body\.data: expected -32768 to 32767, got 40000"):
        logger.encode(value)


COVERED = b"\x03\x02ab\n\xe9\n\x01\0" + b"\x01\0\x03\x031234" + b"\xff\xff" + b"\x02\0\0\x07\xff\x01"
RELAYED = b"\x5a\xa5\x07\0" + struct.pack("<H", binascii.crc_hqx(COVERED, 0xFFFF)) + COVERED + b"\xff"


def test_tags_in_front_sums_before_what_they_cover_and_lengths_in_words(relay: Any) -> None:
    items = [relay.Reading(3, b"1234"), relay.Gap(), relay.Alarm(pair=[-1, 1])]
    packet = relay.Packet(labels=["ab", "é"], modes=["busy", "idle"], items=items)

    assert relay.encode(packet) == RELAYED
    assert relay.encode(relay.decode(RELAYED + b"more")) == RELAYED
    assert relay.decode(RELAYED).items[2].reason == 7


RELAY_REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"modes": ["busy"]}, "relay.Packet modes: expected 2 elements, got 1"),
    ({"modes": ["busy", "lazy"]}, "relay.Packet modes[1]: expected one of idle, busy, got 'lazy'"),
    ({"labels": ["a\n"]}, "relay.Packet labels[0]: the text holds its own terminator, byte 10"),
    ({"items": ["Reading(3, b'123')"]}, "relay.Packet items[0].values: 3 is not -2 plus a multiple of 2"),
    ({"items": ["Reading(9, b'')"]}, "relay.Packet items[0].channel: expected at least 1 and at most 8, got 9"),
]


@pytest.mark.parametrize(("changes", "message"), RELAY_REFUSED)
def test_relay_refuses(relay: Any, changes: dict[str, Any], message: str) -> None:
    made = {
        name: [eval(one, vars(relay)) if name == "items" else one for one in values] for name, values in changes.items()
    }
    with pytest.raises(EncodeError) as caught:
        relay.encode(relay.Packet(**{"labels": [], "modes": ["busy", "idle"], "items": [], **made}))

    assert str(caught.value) == message


def test_any_flipped_bit_of_what_the_sum_covers_is_refused(relay: Any) -> None:
    for bit in range(16, 8 * (len(RELAYED) - 1)):  # the last byte is padding
        damaged = bytearray(RELAYED)
        damaged[bit // 8] ^= 1 << bit % 8
        with pytest.raises(DecodeError):
            relay.decode(bytes(damaged))
