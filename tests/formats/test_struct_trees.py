"""Trees of tagged records, runs of which only one is there, and a byte order told within a record that has a length."""

from __future__ import annotations

import struct
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from made import module_of, run

from sciwire.runtime import DecodeError, EncodeError, LimitError

TREE = """\
sciwire: 1
format: tree
version: "1"
family: struct
title: Tagged trees
order: big
root: Group
records:
  Group: {fields: {count: u1, entries: {type: Entry, count: count}}}
  Entry: {fields: {kind: u1, size: u1, label: {type: text, size: size}, body: Body}}
  Leaf: {fields: {size: u2, data: {type: bytes, size: size}}}
unions:
  Body: {on: kind, members: {Group: 20, Leaf: 21}}
"""
IMAGE = """\
sciwire: 1
format: image
version: "1"
family: struct
title: Pixels of one of three types
order: {by: section.magic, little: [little], big: [big]}
root: Image
records:
  Image:
    fields:
      section: Section
      bytes8: {type: u1, count: rest, only: {section.mode: [1]}}
      words: {type: u2, count: rest, only: {section.mode: [2, 3]}}
      reals: {type: f4, count: rest, only: {section.mode: [4]}}
      check: {type: u2, only: {section.mode: [3]}}
  Section:
    length: {field: length, of: whole}
    fields:
      length: u4
      magic: {type: bytes, size: 2, enum: {little: II, big: MM}}
      mode: u2
      note: {type: text, size: rest}
"""


def leaf(label: bytes, data: bytes) -> bytes:
    return bytes([21, len(label)]) + label + struct.pack(">H", len(data)) + data


def nested(depth: int) -> bytes:
    return b"\1\x14\0" * depth + b"\0"


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> ModuleType:
    return module_of(tmp_path_factory.mktemp("image"), IMAGE)


def test_a_tree_comes_back_and_ends_at_the_limit(tmp_path: Path) -> None:
    tree = module_of(tmp_path, TREE)
    data = b"\2" + leaf(b"a", b"xyz") + b"\x14\1b\1" + leaf(b"", b"")
    value = tree.decode(data)

    assert value.entries[1].body.entries[0].body == tree.Leaf(b"")
    assert tree.encode(value) == data
    assert tree.encode(tree.decode(nested(30))) == nested(30)
    with pytest.raises(LimitError):
        tree.decode(nested(100_000))


def test_the_module_of_a_tree_passes_mypy_strict(tmp_path: Path) -> None:
    pytest.importorskip("mypy")
    tree = module_of(tmp_path, TREE)
    done = run("mypy", "--config-file", "pyproject.toml", "--cache-dir", tmp_path / "cache", str(tree.__file__))
    assert done.returncode == 0, done.stdout + done.stderr


def pixels(order: str, mode: int, body: bytes, note: bytes = b"hm") -> bytes:
    head = struct.pack(f"{order}I", 8 + len(note)) + (b"II" if order == "<" else b"MM") + struct.pack(f"{order}H", mode)
    return head + note + body


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize(
    ("mode", "field", "dtype", "tail"), [(1, "bytes8", "u1", b""), (2, "words", "u2", b""), (3, "words", "u2", b"\1\1"),
                                         (4, "reals", "f4", b"")]
)  # fmt: skip
def test_one_of_several_runs_is_there(
    image: ModuleType, order: str, mode: int, field: str, dtype: str, tail: bytes
) -> None:
    numbers = np.arange(5, dtype=order + dtype)
    data = pixels(order, mode, numbers.tobytes() + tail)
    value = image.decode(data)

    assert getattr(value, field).tolist() == [0, 1, 2, 3, 4]
    assert value.check == (257 if tail else None)
    assert image.encode(value) == data
    assert image.encode(image.from_plain(image.to_plain(value))) == data


def test_a_run_that_may_not_be_there_is_refused(image: ModuleType) -> None:
    value = image.Image(image.Section(magic="big", mode=1, note=""), bytes8=[], words=np.zeros(1))
    with pytest.raises(EncodeError, match=r"words: the field stands only where section.mode is 2 or 3"):
        image.encode(value)


@pytest.mark.parametrize(
    ("mode", "body", "told"),
    [
        (3, b"\1", "2 bytes are needed, there are 1"),
        (3, b"\1\2\3", "the 1 bytes that are left are no multiple of 2"),
        (7, b"\1", "expected the end of the data, got 1 more"),
    ],
)
def test_what_does_not_fill_its_run_is_an_error(image: ModuleType, mode: int, body: bytes, told: str) -> None:
    with pytest.raises(DecodeError, match=told):
        image.decode(pixels("<", mode, body))


def test_a_section_that_ends_in_front_of_its_mark_is_an_error(image: ModuleType) -> None:
    data: Any = bytearray(pixels(">", 1, b""))
    data[3] = 5
    with pytest.raises(DecodeError) as found:
        image.decode(bytes(data))
    assert (found.value.at, found.value.path) == (4, "section.magic")
