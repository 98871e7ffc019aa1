"""Binary records of three versions: each is read by its own layout, told by a constant, and written as what it is."""

from __future__ import annotations

import itertools
import struct
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from generating_versions import made
from probe import ONE, PROBE, THREE, TWO, one, three, two

from sciwire.runtime import DecodeError, EncodeError, TruncatedError, VersionError

ALL = {"1.0": ONE, "2.0": TWO, "3.0": THREE}


@pytest.mark.parametrize("version", ALL)
def test_each_version_is_read_by_its_own_layout_and_written_again(probe: ModuleType, version: str) -> None:
    found = probe.decode(ALL[version])

    assert type(found) is getattr(probe, f"v{version.replace('.', '_')}").Frame
    assert found.head.station == 7
    assert found.samples.tolist() == [1, 2, 2**32 - 1 if version == "3.0" else 65535]
    assert getattr(found, "gain", None) == (None if version == "1.0" else 0.5)
    assert probe.version_of(ALL[version]) == version
    assert probe.encode(found) == probe.encode(found, version=version) == ALL[version]
    assert probe.decode(ALL[version], version=version) == found


def test_the_names_of_the_module_are_those_of_the_newest_version(probe: ModuleType) -> None:
    assert probe.VERSIONS == ("1.0", "2.0", "3.0")
    assert probe.Frame is probe.v3_0.Frame
    frame = probe.Frame(head=probe.Head(station=7), gain=0.5, name="left", samples=[1, 2, 2**32 - 1])
    assert probe.encode(frame) == THREE
    old = probe.v1_0.Frame(head=probe.v1_0.Head(station=7), samples=[1, 2, 65535])
    assert probe.encode(old) == ONE


@pytest.mark.parametrize(("version", "other"), list(itertools.permutations(ALL, 2)))
def test_a_version_asked_for_is_not_another_one(probe: ModuleType, version: str, other: str) -> None:
    with pytest.raises(VersionError) as caught:
        probe.decode(ALL[version], version=other)
    assert str(caught.value) == (
        f"probe head.version at byte 5: expected version {other}, as asked for, the data state version {version} [PRB-001]"
    )
    with pytest.raises(EncodeError, match=f"expected a value of version {other}, got Frame of version {version}"):
        probe.encode(probe.decode(ALL[version]), version=other)


@pytest.mark.parametrize("number", [0, 4, 256, 65535])
@pytest.mark.parametrize("on_error", ["raise", "keep"])
def test_a_version_that_nobody_knows_is_a_version_error(probe: ModuleType, number: int, on_error: str) -> None:
    known = "expected 3 (version 3.0) or 2 (version 2.0) or 1 (version 1.0)"
    for data in (
        one(1, version=number),
        two(1, version=number),
        three(1, version=number),
        one(version=number) + b"more",
    ):
        with pytest.raises(VersionError) as caught:
            probe.decode(data, on_error=on_error)
        error = caught.value
        assert (error.path, error.at, error.rule, error.category) == ("head.version", 5, "PRB-001", "version")
        assert str(error) == f"probe head.version at byte 5: {known}, got {number} [PRB-001]"
        with pytest.raises(VersionError):
            probe.version_of(data)


@pytest.mark.parametrize("version", ALL)
def test_data_that_are_cut_are_truncated_and_of_no_other_version(probe: ModuleType, version: str) -> None:
    for stop in range(len(ALL[version])):
        with pytest.raises(TruncatedError) as caught:
            probe.decode(ALL[version][:stop])
        assert caught.value.at in range(stop + 1)
        kept = probe.decode(ALL[version][:stop], on_error="keep")
        assert kept.problems[0].category == "truncated"
        assert type(kept).__module__.endswith(f"_probe__{version[0] if stop >= 7 else 3}_0")


def test_what_is_wrong_in_front_of_the_version_is_said_first(probe: ModuleType) -> None:
    for data in (b"PORB" + ONE[4:], b"PORB" + one(version=9)[4:], b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"):
        with pytest.raises(DecodeError) as caught:
            probe.decode(data)
        assert (caught.value.category, caught.value.at, caught.value.path) == ("framing", 0, "magic")


@pytest.mark.parametrize("version", ALL)
def test_damage_behind_the_version_has_the_error_of_that_version(probe: ModuleType, version: str) -> None:
    """More bytes than it says, as every layout words it."""
    layout = getattr(probe, f"v{version.replace('.', '_')}")
    for data in (ALL[version] + b"\0", ALL[version][:-1]):
        with pytest.raises(DecodeError) as own:
            layout.decode(data)
        with pytest.raises(DecodeError) as caught:
            probe.decode(data)
        assert str(caught.value) == str(own.value)
        assert type(caught.value) is type(own.value)


def test_values_that_no_layout_would_take_otherwise(probe: ModuleType) -> None:
    """The count stands where the gain of another version begins; read so, it would ask for what is not there."""
    gain = struct.unpack(">f", b"\x02\0\x01\0")[0]
    assert probe.decode(one(1, 256 * 2)).samples.tolist() == [1, 512]
    assert probe.decode(two(gain=gain)).samples.tolist() == []
    assert probe.decode(two(gain=gain)).gain == gain


@pytest.mark.parametrize("version", ALL)
def test_canonical_values_are_those_of_the_version(probe: ModuleType, version: str) -> None:
    value = probe.decode(ALL[version])
    plain = probe.to_plain(value)

    assert set(plain) == {"head", "samples"} | ({"gain"} if version > "1.0" else set()) | (
        {"name"} if version > "2.0" else set()
    )
    assert probe.from_plain(plain, version=version) == value
    assert type(probe.from_plain(probe.to_plain(probe.decode(THREE)))) is probe.Frame
    assert probe.summary(value)[0][0].startswith("head")
    with pytest.raises(ValueError, match=r"probe has no version '4.0'; known: 3.0, 2.0, 1.0"):
        probe.from_plain(plain, version="4.0")


def test_spans_and_sniffing_go_by_the_version(probe: ModuleType) -> None:
    assert all(probe.sniff(data) for data in ALL.values())
    assert not probe.sniff(b"nothing of the kind")
    for version, data in ALL.items():
        paths = {span.path for span in probe.spans(data)}
        assert ("gain" in paths, "name" in paths) == (version > "1.0", version > "2.0")
    assert next(iter(probe.spans(one(version=9)))).path == "magic", "by the newest, which shows how far it comes"


@pytest.mark.parametrize("version", ALL)
@pytest.mark.parametrize("step", [1, 3, 1000])
def test_a_stream_is_of_the_version_of_its_first_message(probe: ModuleType, version: str, step: int) -> None:
    stream = ALL[version] * 3
    decoder = probe.Decoder()
    found: list[Any] = []
    for start in range(0, len(stream), step):
        found += decoder.feed(stream[start : start + step])
    decoder.finish()

    assert found == [probe.decode(ALL[version])] * 3
    encoder = probe.Encoder()
    assert b"".join(map(encoder.encode, found)) == stream


def test_a_message_of_another_version_in_a_stream_is_an_error(probe: ModuleType) -> None:
    decoder = probe.Decoder()
    assert len(decoder.feed(ONE)) == 1
    with pytest.raises(DecodeError, match=r"head.version at byte 19: expected 1, got 2"):
        decoder.feed(TWO)


def test_a_value_of_another_version_in_a_stream_is_told_with_both(probe: ModuleType) -> None:
    encoder = probe.Encoder()
    assert encoder.encode(probe.decode(ONE)) == ONE
    with pytest.raises(EncodeError, match=r"expected a value of version 1\.0, got Frame of version 2\.0") as caught:
        encoder.encode(probe.decode(TWO))
    assert caught.value.category == "version"


def test_an_array_is_bytes(probe: ModuleType) -> None:
    for data in (ONE, TWO):
        assert probe.decode(np.frombuffer(data, np.uint8)) == probe.decode(data)


def test_a_stream_of_a_version_that_nobody_knows_is_refused_and_stays_so(probe: ModuleType) -> None:
    decoder = probe.Decoder()
    assert decoder.feed(one(version=9)[:6]) == []
    for _ in range(2):
        with pytest.raises(VersionError, match="got 9"):
            decoder.feed(one(version=9)[6:])
    with pytest.raises(VersionError):
        decoder.finish()


def test_a_stream_that_ends_before_its_version_is_truncated(probe: ModuleType) -> None:
    decoder = probe.Decoder()
    assert decoder.feed(ONE[:6]) == []
    with pytest.raises(TruncatedError):
        decoder.finish()
    assert probe.Decoder().finish() is None


def test_a_stream_of_something_else_is_told_as_such(probe: ModuleType) -> None:
    with pytest.raises(DecodeError, match="magic at byte 0"):
        probe.Decoder().feed(b"PORB" + one(version=9)[4:])


def test_a_version_asked_for_of_a_stream(probe: ModuleType) -> None:
    assert len(probe.Decoder(version="1.0").feed(ONE)) == 1
    with pytest.raises(VersionError, match=r"expected version 2\.0, as asked for, the data state version 1\.0"):
        probe.Decoder(version="2.0").feed(ONE)
    with pytest.raises(ValueError, match="no version '9'"):
        probe.Decoder(version="9")
    with pytest.raises(TypeError):
        probe.Decoder(nonsense=1)


def test_options_reach_the_layout_that_reads(probe: ModuleType) -> None:
    for data in ALL.values():
        assert probe.decode(data + b"\0", trailing="ignore") == probe.decode(data)
        with pytest.raises(ValueError, match="profile"):
            probe.decode(data, profile="nonsense")


def test_data_of_a_version_that_states_none_are_read_when_it_is_asked_for(tmp_path: Path) -> None:
    """The first version has samples where the second has its version: they mean nothing there, whatever they are."""
    first = PROBE[0].replace("      version: {type: u2, const: 1}\n", "")
    probe = made(tmp_path, "probe", first, PROBE[1])
    for samples in ((2, 7), (), (1,), (0x0200,)):
        data = struct.pack(f">4sBB{len(samples)}H", b"PROB", 7, len(samples), *samples)
        assert probe.decode(data, version="1.0").samples.tolist() == list(samples)
        assert probe.encode(probe.decode(data, version="1.0")) == data
        decoder = probe.Decoder(version="1.0")
        assert [len(decoder.feed(data[start : start + 1])) for start in range(len(data))][-1] == 1
        if len(data) > 6:
            with pytest.raises(VersionError, match=r"expected 2 \(version 2\.0\), got "):
                probe.decode(data)
        else:
            with pytest.raises(TruncatedError):
                probe.decode(data)
    two_by_chance = b"PROB\x07\x00\x02"
    assert probe.decode(two_by_chance, version="1.0", trailing="ignore").samples.tolist() == []
    assert type(probe.decode(TWO)) is probe.v2_0.Frame
    assert "ask for it" in (probe.__doc__ or "")


def test_a_version_that_has_it_at_another_place_is_read_when_it_is_asked_for(tmp_path: Path) -> None:
    """The first version has its number behind two bytes that the second does not have."""
    first = PROBE[0].replace("      station: u1\n", "      station: u1\n      spare: {pad: 2}\n")
    probe = made(tmp_path, "probe", first, PROBE[1])
    data = struct.pack(">4sB2xHBH", b"PROB", 7, 1, 1, 5)

    assert probe.decode(data, version="1.0").samples.tolist() == [5]
    assert type(probe.decode(TWO)) is probe.v2_0.Frame
    with pytest.raises(VersionError, match=r"expected 2 \(version 2\.0\), got 0"):
        probe.decode(data)
    assert probe.decode(one(2), version="1.0", on_error="keep").problems, "what stands there is not its version"


def test_a_class_may_have_the_name_that_a_module_would_have(tmp_path: Path) -> None:
    second = PROBE[1].replace("  Head:\n    fields:", "  Head:\n    class: v1_0\n    fields:")
    probe = made(tmp_path, "probe", PROBE[0], second)

    assert type(probe.decode(TWO).head) is probe.v1_0
    assert type(probe.decode(ONE)) is probe.v1_0_.Frame
