"""Constants take as many bytes as their text has in its encoding, not as it has letters."""

from __future__ import annotations

from pathlib import Path

import pytest
from made import module_of

from sciwire.runtime import DecodeError

SPEC = """\
sciwire: 1
format: letters
version: "1"
family: struct
title: Constants beyond ASCII
order: big
root: Whole
records:
  Whole:
    fields:
      word: {type: text, const: "Ä1"}
      latin: {type: text, const: "Ä1", encoding: latin-1}
      raw: {type: bytes, const: "Ä1"}
      n: u1
"""
DATA = b"\xc3\x841" + b"\xc41" + b"\xc41" + b"\x07"


def test_constants_beyond_ascii_are_written_and_read(tmp_path: Path) -> None:
    letters = module_of(tmp_path, SPEC)

    assert letters.encode(letters.Whole(n=7)) == DATA
    assert letters.decode(DATA) == letters.Whole(n=7)
    with pytest.raises(DecodeError, match="word at byte 0"):
        letters.decode(b"\xc3\x851" + DATA[3:])
