"""A word with a terminator as the tag of a union: it is written when the member is known, and may be of any length."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import pytest
from made import module_of

from sciwire.runtime import TruncatedError

SPEC = """\
sciwire: 1
format: orders
version: "1"
family: struct
title: Commands
order: little
root: Command
records:
  Command:
    fields:
      word: {type: text, terminator: 32, encoding: ascii}
      count: u1
      sum: {type: u4, sum: {algorithm: crc32, from: word, to: body}}
      body: {type: Body}
      items: {type: u2, count: count}
  Move: {fields: {x: u1}}
  Stop: {fields: {}}
unions:
  Body: {on: word, members: {Move: go, Stop: halt!}}
"""


@pytest.mark.parametrize(("word", "body"), [(b"go ", b"\7"), (b"halt! ", b"")])
def test_a_word_is_written_in_front_of_what_it_tells(word: bytes, body: bytes, tmp_path: Path) -> None:
    module = module_of(tmp_path, SPEC)
    data = word + b"\2" + struct.pack("<I", zlib.crc32(word + b"\2" + bytes(4) + body)) + body + b"\1\0\2\0"
    value = module.decode(data)

    assert value.body == (module.Move(7) if body else module.Stop())
    assert module.encode(value) == data
    for size in range(len(data)):
        with pytest.raises(TruncatedError):
            module.decode(data[:size])
