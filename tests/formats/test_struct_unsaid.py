"""Numbers that stand there twice, and constants, padding and sums that are there only sometimes; bytes by `struct`.

`blocks` is framed as files of Fortran are, each record between its length and its length.
"""

from __future__ import annotations

import struct
import zlib
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from made import module_of, run

from sciwire.conformance import strategies
from sciwire.model import Problems, load_spec, load_spec_or_raise
from sciwire.runtime import DecodeError, EncodeError, plain

BLOCKS = """\
sciwire: 1
format: blocks
version: "1"
family: struct
title: Records between their lengths
order: little
root: Block
bits:
  Head: {size: 2, fields: {words: 12, kind: 4}}
records:
  Block:
    length: {field: size, of: whole, plus: 8, rule: BL-001}
    fields:
      size: u4
      series: i2
      head: Head
      inner: Inner
      values: {type: u1, count: rest}
      words: {type: u2, same: head.words}
      series_again: {type: int, size: 3, same: series}
      again: {type: uint, size: 4, order: big, same: size, rule: BL-001}
  Inner: {fields: {n: u1, items: {type: u2, count: n}, n_again: {type: u1, same: n}}}
rules:
  - {id: BL-001, level: MUST, text: "The length stands in front of a block and behind it", source: note}
sources:
  - {id: note, text: "A note on a blackboard"}
"""
FLAGS = """\
sciwire: 1
format: flags
version: "1"
family: struct
title: What is there by flags
order: big
root: Frame
bits:
  Flags: {size: 1, fields: {marked: {width: 1, flag: true}, padded: {width: 1, flag: true}, summed: {width: 1, flag: true}}}
records:
  Frame:
    fields:
      flags: Flags
      mark: {type: bytes, hex: CAFE, only: {flags.marked: [true]}}
      gap: {pad: 3, fill: 9, checked: true, only: {flags.padded: [true]}}
      size: u1
      size_again: {type: u1, same: size, only: {flags.padded: [true]}}
      data: {type: bytes, size: size}
      fit: {align: 4, only: {flags.padded: [true]}}
      crc: {type: u4, sum: {algorithm: crc32, from: flags, to: fit}, only: {flags.summed: [true]}}
"""


@pytest.fixture(scope="module")
def blocks(tmp_path_factory: pytest.TempPathFactory) -> ModuleType:
    return module_of(tmp_path_factory.mktemp("blocks"), BLOCKS)


@pytest.fixture(scope="module")
def flags(tmp_path_factory: pytest.TempPathFactory) -> ModuleType:
    return module_of(tmp_path_factory.mktemp("flags"), FLAGS)


def block(values: bytes = b"abc", *, series: int = -2, again: int | None = None, words: int = 5) -> bytes:
    body = struct.pack("<hH", series, 5 | 3 << 12) + b"\2\1\0\2\0\2" + values
    tail = struct.pack("<H", words) + series.to_bytes(3, "little", signed=True)
    size = len(body) + len(tail)
    return struct.pack("<I", size) + body + tail + struct.pack(">I", size if again is None else again)


def test_a_number_stands_there_twice(blocks: ModuleType) -> None:
    value = blocks.decode(block())
    assert (value.series, value.head.words, value.values.tolist()) == (-2, 5, list(b"abc"))
    assert not hasattr(value, "again") and not hasattr(value.inner, "n_again")
    assert blocks.encode(value) == block()
    value.values = list(b"abcdef")
    value.series = 7
    assert blocks.encode(value) == block(b"abcdef", series=7)


def test_a_stream_of_blocks_comes_in_pieces(blocks: ModuleType) -> None:
    data = block() + block(b"")
    for split in range(len(data) + 1):
        decoder = blocks.Decoder()
        found = [*decoder.feed(data[:split]), *decoder.feed(data[split:])]
        assert [one.values.tolist() for one in found] == [list(b"abc"), []]


@pytest.mark.parametrize(
    ("data", "path", "at", "problem", "rule"),
    [
        (block(again=7), "again", 22, "expected 18, as size says, got 7", "BL-001"),
        (block(words=4), "words", 17, "expected 5, as head.words says, got 4", ""),
        (block().replace(b"\2\0\2a", b"\2\0\3a"), "inner.n_again", 13, "expected 2, as n says, got 3", ""),
    ],
)
def test_another_number_is_an_error(
    blocks: ModuleType, data: bytes, path: str, at: int, problem: str, rule: str
) -> None:
    with pytest.raises(DecodeError) as found:
        blocks.decode(data)
    error = found.value
    assert (error.path, error.at, error.problem, error.rule) == (path, at, problem, rule)
    assert error.category == "framing"


def test_what_does_not_fit_the_second_place_is_refused(blocks: ModuleType) -> None:
    value = blocks.decode(block())
    value.head.words = 4096
    with pytest.raises(EncodeError, match="expected 0 to 4095, got 4096"):
        blocks.encode(value)


@pytest.mark.parametrize("bits", range(8))
def test_what_is_there_by_flags_is_there(flags: ModuleType, bits: int) -> None:
    marked, padded, summed = bits & 1, bits & 2, bits & 4
    data = bytes([bits]) + (b"\xca\xfe" if marked else b"") + (b"\t\t\t" if padded else b"") + b"\5"
    data += (b"\5" if padded else b"") + b"hello"
    data += bytes(-len(data) % 4) if padded else b""
    data += struct.pack(">I", zlib.crc32(data)) if summed else b""
    value = flags.decode(data)

    assert value == flags.Frame(flags.Flags(bool(marked), bool(padded), bool(summed)), b"hello")
    assert flags.encode(value) == data
    assert "".join(span.path for span in flags.spans(data)).count("crc") == bool(summed)
    for at in range(len(data)):
        with pytest.raises(DecodeError):
            flags.decode(data[:at])
    if summed:
        with pytest.raises(DecodeError, match="crc32 of bytes"):
            flags.decode(data[:-1] + bytes([data[-1] ^ 1]))


@pytest.mark.parametrize(("text", "name"), [(BLOCKS, "Block"), (FLAGS, "Frame")])
def test_what_is_drawn_comes_back(tmp_path: Path, text: str, name: str) -> None:
    module = module_of(tmp_path, text)

    @settings(max_examples=60, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(strategies.value(load_spec_or_raise(tmp_path / "1.yaml"), name))
    def law(drawn: Any) -> None:
        data = module.encode(module.from_plain(drawn))
        assert plain.difference(drawn, module.to_plain(module.decode(data))) == ""

    law()


def test_the_modules_pass_mypy_strict(blocks: ModuleType, flags: ModuleType, tmp_path: Path) -> None:
    pytest.importorskip("mypy")
    files = [str(module.__file__) for module in (blocks, flags)]
    done = run("mypy", "--config-file", "pyproject.toml", "--cache-dir", tmp_path / "cache", *files)
    assert done.returncode == 0, done.stdout + done.stderr


MISTAKES = [
    (BLOCKS, "same: size", "same: sizes", "SPEC301 there is no field 'sizes' before 'again' (did you mean 'size'?)"),
    (BLOCKS, "same: series", "same: again", "SPEC301 there is no field 'again' before 'series_again'"),
    (BLOCKS, "same: series", "same: inner.n", "SPEC301 'inner.n' is derived in 'Inner', and nothing of it is known here"),
    (BLOCKS, "same: series", "same: values", "SPEC301 'values' is no integer"),
    (BLOCKS, "{type: u2, same: head.words}", "{type: u2, same: head.words, const: 3}", "SPEC300 'words' is the same as another field, so it has no `const`"),
    (BLOCKS, "{type: u2, same: head.words}", "{type: f4, same: head.words}", "SPEC301 'words' is the same as another field, it must be an integer of fixed size"),
    (BLOCKS, "{type: u2, same: head.words}", "{type: uint, encoding: vlq, same: head.words}", "SPEC301 'words' is the same as another field, it must be an integer of fixed size"),
    (BLOCKS, "type: u2, count: n", "type: Twice, count: n, as: table", "SPEC300 'items' has numbers that stand there twice, which no table has"),
    (BLOCKS, "n: u1,", "n: {type: u1, only: {n0: [1]}}, n0: u1,", "SPEC300 'n' is derived, it is always there and can't have `only`"),
    (FLAGS, "size_again: {type: u1, same: size, only: {flags.padded: [true]}}", "x: {type: u1, only: {flags.padded: [true]}}\n      y: {type: u1, same: x}", "SPEC301 'x' is not always there"),
    (FLAGS, "{type: bytes, hex: CAFE,", "{type: text, size: 8, const: WAVE,", "SPEC306 'mark' can't hold 'WAVE' (it takes 4 bytes of 8; what fills the field up belongs to it)"),
    (FLAGS, "size_again: {type: u1, same: size,", "size_again: {type: u1, version: [1],", "SPEC300 'size_again' is a version, it is always there and can't have `only`"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "old", "new", "told"), MISTAKES)
def test_a_mistake_is_named(text: str, old: str, new: str, told: str, tmp_path: Path) -> None:
    assert old in text
    path = tmp_path / "1.yaml"
    text = (
        text.replace("  Inner:", "  Twice: {fields: {a: u1, b: {type: u1, same: a}}}\n  Inner:")
        if "Twice" in new
        else text
    )
    path.write_text(text.replace(old, new), encoding="utf-8")
    problems = Problems()
    load_spec(path, problems)
    assert told in problems.render(tmp_path)
