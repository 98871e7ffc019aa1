"""Fields that say how many bytes numbers, records or words take: the bytes are put together here with `struct`."""

from __future__ import annotations

import struct
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from made import module_of, run

from sciwire.conformance import strategies
from sciwire.model import Problems, load_spec, load_spec_or_raise
from sciwire.runtime import DecodeError, EncodeError, TruncatedError, plain

SPEC = """\
sciwire: 1
format: chunked
version: "1"
family: struct
title: Chunks that say their bytes
order: little
root: Chunk
bits:
  Hit: {size: 8, shared: true, fields: {x: 16, head: {at: 60, width: 4}}}
records:
  Chunk:
    fields:
      head: Head
      samples: {type: f4, size: {field: head.size, plus: -2}}
      hits_size: u2
      hits: {type: Packet, size: hits_size, as: table}
      word_bytes: u1
      words: {type: Hit, size: word_bytes}
      pairs_size: u1
      pairs: {type: Pair, size: pairs_size}
  Head: {fields: {magic: {type: bytes, const: CH}, size: u4}}
  Packet: {fields: {hit: Hit}}
  Pair: {fields: {a: u1, b: u2}}
"""


def chunk(samples: int = 2, hits: int = 2, words: int = 1, pairs: int = 2) -> bytes:
    found = b"CH" + struct.pack("<I", samples * 4 + 2) + np.arange(samples, dtype="<f4").tobytes()
    found += struct.pack("<H", hits * 8) + np.arange(hits, dtype="<u8").tobytes()
    found += bytes([words * 8]) + b"abcdefgh" * words
    return found + bytes([pairs * 3]) + b"\1\2\0" * pairs


@pytest.fixture(scope="module")
def chunked(tmp_path_factory: pytest.TempPathFactory) -> ModuleType:
    return module_of(tmp_path_factory.mktemp("chunked"), SPEC)


@pytest.mark.parametrize("counts", [(2, 2, 1, 2), (0, 0, 0, 0), (1000, 1000, 31, 85)])
def test_bytes_say_how_many_there_are(chunked: ModuleType, counts: tuple[int, int, int, int]) -> None:
    data = chunk(*counts)
    value = chunked.decode(data)

    assert (len(value.samples), len(value.hits), len(value.words), len(value.pairs)) == counts
    assert value.samples.tolist() == list(range(counts[0]))
    assert chunked.encode(value) == data
    value.samples = np.zeros(3, "f4")
    assert chunked.decode(chunked.encode(value)).samples.tolist() == [0, 0, 0]


@pytest.mark.parametrize(
    ("old", "new", "path", "problem"),
    [
        (b"CH\x0a", b"CH\x0b", "samples", "head.size says 9 bytes, which is no multiple of 4"),
        (b"CH\x0a", b"CH\x01", "samples", "head.size is 1, it can't be less than 2"),
        (b"\x08abc", b"\x07abc", "words", "word_bytes says 7 bytes, which is no multiple of 8"),
        (b"\x06\1\2", b"\x04\1\2", "pairs", "pairs_size says 4 bytes, which is no multiple of 3"),
    ],
)
def test_bytes_that_are_no_number_of_elements_are_an_error(
    chunked: ModuleType, old: bytes, new: bytes, path: str, problem: str
) -> None:
    data = chunk()
    assert data.count(old) == 1
    with pytest.raises(DecodeError) as found:
        chunked.decode(data.replace(old, new))
    assert (found.value.path, found.value.category, found.value.problem) == (path, "size", problem)


def test_more_bytes_than_there_are_is_told_before_anything_is_made(chunked: ModuleType) -> None:
    with pytest.raises(TruncatedError) as found:
        chunked.decode(b"CH" + struct.pack("<I", 2 + (1 << 32) - 8) + bytes(20))
    assert found.value.needed == (1 << 32) - 28


def test_more_than_the_field_can_say_is_refused(chunked: ModuleType) -> None:
    value = chunked.decode(chunk())
    value.pairs = value.pairs * 43
    with pytest.raises(EncodeError, match="258 does not fit uint8"):
        chunked.encode(value)


def test_what_is_drawn_comes_back(chunked: ModuleType, tmp_path: Path) -> None:
    path = tmp_path / "1.yaml"
    path.write_text(SPEC, encoding="utf-8")

    @settings(max_examples=60, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(strategies.value(load_spec_or_raise(path), "Chunk"))
    def law(drawn: Any) -> None:
        data = chunked.encode(chunked.from_plain(drawn))
        assert plain.difference(drawn, chunked.to_plain(chunked.decode(data))) == ""

    law()


def test_the_module_passes_mypy_strict(chunked: ModuleType, tmp_path: Path) -> None:
    pytest.importorskip("mypy")
    done = run("mypy", "--config-file", "pyproject.toml", "--cache-dir", tmp_path / "cache", str(chunked.__file__))
    assert done.returncode == 0, done.stdout + done.stderr


MISTAKES = [
    ("{type: Pair, size: pairs_size}", "{type: Pair, size: {field: pairs_size, unit: 3}}", "SPEC300 the `size` of 'pairs' is in bytes and has no `unit`"),
    ("{type: Pair, size: pairs_size}", "{type: Pair, size: word_bytes}", "SPEC300 the bytes of 'pairs' are told by a field of its record that tells of nothing else (a record whose `length` it is can hold a run up to the end)"),
    ("b: u2}", "b: {type: text, terminator: 0}}", "SPEC300 'pairs' has a `size` in bytes, so its elements must have a fixed one"),
    ("{type: Pair, size: pairs_size}", "{type: Pair, size: pair_size}", "SPEC301 there is no field 'pair_size' for 'pairs' (did you mean 'pairs_size'?)"),
    ("{type: Pair, size: pairs_size}", "{type: Pair, size: 6}", "SPEC300 'pairs' has the size of its type, `size` has no meaning"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "told"), MISTAKES)
def test_a_mistake_is_named(old: str, new: str, told: str, tmp_path: Path) -> None:
    assert SPEC.count(old) == 1
    path = tmp_path / "1.yaml"
    path.write_text(SPEC.replace(old, new), encoding="utf-8")
    problems = Problems()
    load_spec(path, problems)
    assert told in problems.render(tmp_path)
