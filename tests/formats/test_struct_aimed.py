"""Aimed damage of binary records: what must be refused is refused, in either byte order and in text of two bytes."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest
from made import module_of

from sciwire.conformance.aimed.aims import AIMS
from sciwire.conformance.aimed.mutations import Spot
from sciwire.model import load_spec_or_raise
from sciwire.runtime import DecodeError

SPEC = """\
sciwire: 1
format: aimed
version: "1"
family: struct
title: Numbers in the order of a mark, and a name
order: {by: mark, little: [less], big: [more]}
root: Root
records:
  Root:
    fields:
      mark: {type: text, size: 2, enum: {less: II, more: MM}}
      name: {type: text, size: 6, encoding: utf-16-be}
      count: u2
      numbers: {type: u4, count: count}
"""


@pytest.mark.parametrize(("mark", "order"), [(b"II", "<"), (b"MM", ">")])
def test_what_must_be_refused_is(mark: bytes, order: str, tmp_path: Path) -> None:
    module = module_of(tmp_path, SPEC)
    spec = load_spec_or_raise(tmp_path / "1.yaml")
    data = mark + b"\0a\0b\0\0" + struct.pack(f"{order}H2I", 2, 3, 4)
    module.decode(data)

    told = []
    for span in module.spans(data):
        spot = Spot(span.start, span.stop, span.path, span.kind)
        for name, changed, expect in AIMS["struct"](spec, data, spot):
            assert len(changed) == spot.stop - spot.start
            if expect == "refuse":
                told.append((name, changed))
                with pytest.raises(DecodeError):
                    module.decode(data[: spot.start] + changed + data[spot.stop :])

    assert told == [
        ("halves of pairs", b"\xd8" * 6),
        ("count: all bits of it set", b"\xff\xff"),
        ("count one more", struct.pack(f"{order}H", 3)),
        ("count one less", struct.pack(f"{order}H", 1)),
    ]
