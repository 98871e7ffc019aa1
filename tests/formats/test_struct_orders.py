"""Formats whose byte order a field tells: at the start, further in, and behind numbers that can't be read without it.

The specifications are invented or after formats that everybody has; bytes are put together with the `struct` module.
"""

from __future__ import annotations

import struct
import zlib
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from made import module_of, run

from sciwire.conformance import strategies
from sciwire.generator.plan import describe
from sciwire.model import load_spec_or_raise
from sciwire.runtime import DecodeError, EncodeError, TruncatedError, plain

SPECS = Path(__file__).with_name("struct_specs")
NAMES = ("pcap", "mrc", "probe")
ORDERS = [("<", "little"), (">", "big")]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, ModuleType]:
    folder = tmp_path_factory.mktemp("orders")
    return {name: module_of(folder, (SPECS / name / "1.yaml").read_text(encoding="utf-8")) for name in NAMES}


def pcap(order: str, number: int = 0xA1B2C3D4) -> bytes:
    head = struct.pack(f"{order}IHHiIII", number, 2, 4, -3600, 0, 65535, 101)
    packets = [struct.pack(f"{order}IIII", 7, 8, len(data), 1500) + data for data in (b"", b"abc")]
    return head + b"".join(packets)


def mrc(order: str, stamp: bytes) -> bytes:
    words = [*(64, 32, 16), 2, *(-1, 0, 1), *(64, 32, 16)]
    data = struct.pack(f"{order}10i", *words) + struct.pack(f"{order}6f", 1.5, 2, 3, 90, 90, 120)
    data += struct.pack(f"{order}3i3f2i", 1, 2, 3, -0.5, 0.5, 0.25, 401, 0) + bytes(range(100))
    data += struct.pack(f"{order}3f", 0, 0, 8) + b"MAP " + stamp + struct.pack(f"{order}fi", 0.125, 1)
    return data + b"first".ljust(80, b"\0") + bytes(720)


def probe(order: str, mark: int) -> bytes:
    body = struct.pack(f"{order}HH", 258, 3) + struct.pack(f"{order}Hd", 1, 0.1) + struct.pack(f"{order}HB", 2, 9)
    body += struct.pack(f"{order}HH", 258, 0)
    points = b"".join(
        struct.pack(f"{order}hfHH", x, 0.5, z, flags) for x, z, flags in ((-2, 500, 1), (300, 258, 1 | 33 << 4))
    )
    code = (0x010203).to_bytes(3, "little" if order == "<" else "big")
    rest = struct.pack(f"{order}H", 1 | 2 << 4) + code + b"\x1f\x90" + struct.pack(f"{order}H", 2) + points
    rest += b"\x02" + struct.pack(f"{order}2h", -1, 258) + body
    data = b"\x7fPRB" + bytes([mark, 0, 0, 0]) + struct.pack(f"{order}I", 12 + len(rest) + 4) + rest
    return data + struct.pack(f"{order}I", zlib.crc32(data))


SPECIMENS = {
    "pcap micro little": ("pcap", pcap("<")),
    "pcap micro big": ("pcap", pcap(">")),
    "pcap nano little": ("pcap", pcap("<", 0xA1B23C4D)),
    "pcap nano big": ("pcap", pcap(">", 0xA1B23C4D)),
    "mrc little": ("mrc", mrc("<", b"DD\0\0")),
    "mrc old little": ("mrc", mrc("<", b"DA\0\0")),
    "mrc big": ("mrc", mrc(">", b"\x11\x11\0\0")),
    "probe little": ("probe", probe("<", 1)),
    "probe big": ("probe", probe(">", 2)),
}


@pytest.mark.parametrize("name", SPECIMENS)
def test_bytes_of_either_order_come_back_as_they_were(made: dict[str, ModuleType], name: str) -> None:
    module, data = made[SPECIMENS[name][0]], SPECIMENS[name][1]
    value = module.decode(data)

    assert module.encode(value) == data
    assert module.encode(module.from_plain(module.to_plain(value))) == data
    assert module.sniff(data)


@pytest.mark.parametrize(("order", "word"), ORDERS)
def test_numbers_of_all_kinds_say_the_same_in_either_order(made: dict[str, ModuleType], order: str, word: str) -> None:
    module = made["probe"]
    value = module.decode(probe(order, 1 if order == "<" else 2))

    assert value.ident.data == word
    assert (value.flags, value.code, value.port) == (module.Flags(on=True, level=2), 0x010203, 8080)
    assert value.points["x"].tolist() == [-2, 300] and value.points["flags"].tolist() == [1, 1 | 33 << 4]
    assert value.samples.tolist() == [-1, 258]
    assert value.body == module.Tree([module.Leaf(0.1), module.Byte(9), module.Tree([])])


@pytest.mark.parametrize(("order", "stamp"), [("<", b"DD\0\0"), (">", b"\x11\x11\0\0")])
def test_a_stamp_behind_the_numbers_is_looked_at_first(made: dict[str, ModuleType], order: str, stamp: bytes) -> None:
    header = made["mrc"].decode(mrc(order, stamp) + b"the volume")

    assert (header.size.tolist(), header.mode, header.group) == ([64, 32, 16], "float32", 401)
    assert header.angles.tolist() == [90, 90, 120] and header.labels[0] == "first"
    assert ("mode", "'float32'") in made["mrc"].summary(header)


def test_an_encoder_is_told_by_the_mark(made: dict[str, ModuleType]) -> None:
    little, big = (made["probe"].decode(probe(order, mark)) for order, mark in (("<", 1), (">", 2)))
    little.ident.data, big.ident.data = "big", "little"

    assert (made["probe"].encode(little), made["probe"].encode(big)) == (probe(">", 2), probe("<", 1))
    big.ident.data = None  # the default is little
    assert made["probe"].encode(big) == probe("<", 1)


def test_a_default_of_the_mark_says_the_order(made: dict[str, ModuleType]) -> None:
    made_up = made["pcap"].Capture(snapshot=1, link="raw", packets=[])

    assert made["pcap"].encode(made_up) == struct.pack(">IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 1, 101)


@pytest.mark.parametrize("mark", ["both", 2, None])
def test_an_encoder_refuses_a_mark_that_is_no_name(made: dict[str, ModuleType], mark: Any) -> None:
    value = made["mrc"].decode(mrc("<", b"DD\0\0"))
    value.stamp = mark
    with pytest.raises(EncodeError) as caught:
        made["mrc"].encode(value)

    assert (caught.value.path, caught.value.rule) == ("stamp", "MRC-001")


WRONG = {
    "at the start": ("pcap", b"\xa1\xb2\xc3\xd5" + pcap(">")[4:], "magic", 0, "PC-001"),
    "swapped in the middle": ("pcap", b"\xb2\xa1\xd4\xc3" + pcap("<")[4:], "magic", 0, "PC-001"),
    "further in": ("probe", probe("<", 0), "ident.data", 4, "PB-002"),
    "all bits set": ("probe", b"\x7fPRB" + b"\xff" * 40, "ident.data", 4, "PB-002"),
    "behind numbers": ("mrc", mrc("<", b"DDDD"), "stamp", 212, "MRC-001"),
    "all bits set behind numbers": ("mrc", b"\xff" * 1024, "stamp", 212, "MRC-001"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_mark_that_is_neither_is_named(made: dict[str, ModuleType], name: str) -> None:
    form, data, path, at, rule = WRONG[name]
    with pytest.raises(DecodeError, match="expected one of ") as caught:
        made[form].decode(data)

    error = caught.value
    assert (error.category, error.path, error.at, error.rule) == ("constraint", path, at, rule)
    kept = made[form].decode(data, on_error="keep")
    assert [(one.path, one.at) for one in kept.problems] == [(path, at)]
    assert form == "probe" or made[form].to_plain(kept) == {}
    assert [span.stop for span in made[form].spans(data)][-1] == len(data)
    assert form == "mrc" or made[form].sniff(data) is (form == "probe")


@pytest.mark.parametrize("name", SPECIMENS)
def test_cut_anywhere(made: dict[str, ModuleType], name: str) -> None:
    module, data = made[SPECIMENS[name][0]], SPECIMENS[name][1]
    whole = {24, 40} if name.startswith("pcap") else set[int]()
    for size in range(len(data)):
        if size in whole:
            assert len(module.decode(data[:size]).packets) == (size == 40)
            continue
        with pytest.raises(TruncatedError) as caught:
            module.decode(data[:size])
        assert caught.value.at in range(size + 1) and caught.value.needed > 0
        if name.startswith("mrc") and size < 216:
            assert (caught.value.path, caught.value.needed) == ("stamp", 216 - size)
            assert module.to_plain(module.decode(data[:size], on_error="keep")) == {}


def test_what_was_kept_of_a_file_that_was_cut_is_in_the_right_order(made: dict[str, ModuleType]) -> None:
    header = made["mrc"].decode(mrc(">", b"\x11\x11\0\0")[:220], on_error="keep")

    assert (header.size.tolist(), header.rms, header.used) == ([64, 32, 16], 0.125, None)
    assert [one.path for one in header.problems] == ["used"]


def test_a_stream_may_mix_the_orders(made: dict[str, ModuleType]) -> None:
    data = probe("<", 1) + probe(">", 2) + probe("<", 1)
    for step in (1, 7, len(data)):
        decoder, encoder, found = made["probe"].Decoder(), made["probe"].Encoder(), []
        for at in range(0, len(data), step):
            found += decoder.feed(data[at : at + step])
        decoder.finish()
        assert [one.ident.data for one in found] == ["little", "big", "little"]
        assert b"".join(map(encoder.encode, found)) == data


def test_a_damaged_mark_in_a_stream_has_its_place_in_it(made: dict[str, ModuleType]) -> None:
    decoder, first = made["probe"].Decoder(), probe(">", 2)
    assert len(decoder.feed(first + probe("<", 9))) == 1
    with pytest.raises(DecodeError) as caught:
        decoder.feed(b"")
    assert (caught.value.path, caught.value.at) == ("ident.data", len(first) + 4)


@pytest.mark.parametrize(("order", "word"), ORDERS)
def test_a_view_is_told_the_order(made: dict[str, ModuleType], order: str, word: str) -> None:
    rows = struct.pack(f"{order}hfHH", -2, 0.5, 258, 1 | 33 << 4) * 2
    view = made["probe"].view(rows, "Point", order=word, check=True)

    assert (view["x"].tolist(), view["y"].tolist(), view["z"].tolist()) == ([-2, -2], [0.5, 0.5], [258, 258])
    with pytest.raises(ValueError, match="order is little or big, not 'middle'"):
        made["probe"].view(rows, "Point", order="middle")
    other = "big" if word == "little" else "little"
    with pytest.raises(DecodeError, match=r"bit 1. is reserved|expected at most 500"):
        made["probe"].view(rows, "Point", order=other, check=True)


@pytest.mark.parametrize("order", "<>")
def test_a_walk_knows_the_order(made: dict[str, ModuleType], order: str) -> None:
    walk = made["pcap"].walk(pcap(order))
    assert (walk.head["zone"], walk.head["link"]) == (-3600, "raw")
    assert [one.data for one in walk] == [b"", b"abc"]
    with pytest.raises(DecodeError, match="magic"):
        made["pcap"].walk(b"\0" * 24)


@pytest.mark.parametrize("name", SPECIMENS)
def test_spans_cover_every_byte_and_say_what_stands_there(made: dict[str, ModuleType], name: str) -> None:
    module, data = made[SPECIMENS[name][0]], SPECIMENS[name][1]
    spans = list(module.spans(data))

    assert [span.start for span in spans] == [0, *(span.stop for span in spans[:-1])]
    assert spans[-1].stop == len(data) and {span.kind for span in spans}.isdisjoint({"invalid", "trailing"})
    assert name.split()[0] != "pcap" or ("zone", "-3600") in {(span.path, span.text) for span in spans}


def test_arrays_of_the_other_order_are_written_in_that_of_the_mark(made: dict[str, ModuleType]) -> None:
    value = made["probe"].decode(probe(">", 2))
    value.samples = np.array([-1, 258], "<i4")
    assert made["probe"].encode(value) == probe(">", 2)


def test_any_damage_is_refused_or_read_and_never_anything_else(made: dict[str, ModuleType]) -> None:
    for name, data in SPECIMENS.values():
        for bit in range(0, 8 * min(len(data), 240), 3):
            damaged = bytearray(data)
            damaged[bit // 8] ^= 1 << bit % 8
            try:
                value = made[name].decode(bytes(damaged))
            except DecodeError:
                continue
            assert name != "probe" or bit // 8 in (5, 6, 7), "the sum covers all but itself"
            if name != "pcap":
                assert made[name].decode(made[name].encode(value)) == value


@pytest.mark.parametrize("name", NAMES)
def test_drawn_values_come_back(made: dict[str, ModuleType], name: str) -> None:
    spec = load_spec_or_raise(SPECS / name / "1.yaml")
    module = made[name]
    marks = set()

    @settings(
        max_examples=40,
        deadline=None,
        database=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
    )
    @given(strategies.value(spec, spec.body.root))
    def law(value: Any) -> None:
        data = module.encode(module.from_plain(value))
        decoded = module.decode(data)
        marks.add("big" in str(decoded))
        assert plain.difference(value, module.to_plain(decoded)) == ""
        assert module.encode(decoded) == data

    law()
    assert marks == {True, False}


@pytest.mark.parametrize("name", NAMES)
def test_the_modules_pass_mypy_strict(made: dict[str, ModuleType], name: str, tmp_path: Path) -> None:
    pytest.importorskip("mypy")
    done = run("mypy", "--config-file", "pyproject.toml", "--cache-dir", tmp_path / "cache", str(made[name].__file__))
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_reference_says_what_tells_the_order() -> None:
    sections = {one.title: one for one in describe(load_spec_or_raise(SPECS / "mrc" / "1.yaml"))}

    assert sections["Byte order"].columns[0] == "stamp"
    assert sections["Byte order"].rows == (("little, little_old", "little endian"), ("big", "big endian"))
    assert [row[2] for row in sections["Record Header"].rows[:2]] == ["int32[3]", "int32"]
