"""Versions told by a number that stands in either byte order: each layout, in each order."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest
from generating_versions import made

from sciwire.runtime import VersionError

TEXT = """\
sciwire: 1
format: swap
version: "{number}"
family: struct
title: Numbers in two orders and two versions
versioning: {{kind: exact, at: version}}
order: {{by: mark}}
root: Root
records:
  Root:
    fields:
      mark: {{type: text, size: 2, enum: {{little: II, big: MM}}}}
      version: {{type: u2, const: {number}}}
      value: {kind}
"""


def test_each_version_is_known_in_either_order(tmp_path: Path) -> None:
    swap = made(tmp_path, "swap", TEXT.format(number=1, kind="u2"), TEXT.format(number=2, kind="i4"))
    for mark, order in ((b"II", "<"), (b"MM", ">")):
        old, new = mark + struct.pack(f"{order}HH", 1, 513), mark + struct.pack(f"{order}Hi", 2, -2)
        assert [swap.version_of(data) for data in (old, new)] == ["1", "2"]
        assert [swap.decode(data).value for data in (old, new)] == [513, -2]
        assert [swap.encode(swap.decode(data)) for data in (old, new)] == [old, new]
        assert swap.view(new, "Root", order={"<": "little", ">": "big"}[order])["value"].tolist() == [-2]
        with pytest.raises(VersionError):
            swap.decode(mark + struct.pack(f"{order}HH", 3, 0))
