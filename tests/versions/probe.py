"""A format of the family `struct` in three versions, and data of each put together with the module `struct`."""

from __future__ import annotations

import struct

__all__ = ["ONE", "PROBE", "THREE", "TWO", "one", "three", "two"]

_HEAD = """\
sciwire: 1
format: probe
version: "{version}"
family: struct
title: Samples of a probe
{versioning}
order: big
root: Frame
sources: [{{id: note, text: "a note"}}]
rules: [{{id: PRB-001, level: MUST, text: "the version is one that is known", source: note}}]
records:
  Frame:
    fields:
      magic: {{type: bytes, const: PROB}}
      head: Head
{fields}
  Head:
    fields:
      station: u1
      version: {{type: u2, const: {number}}}
"""
_FIELDS = (
    "      count: u1\n      samples: {type: u2, count: count}",
    "      gain: f4\n      count: u1\n      samples: {type: u2, count: count}",
    "      gain: f4\n      name: {type: text, size: 4}\n      count: u2\n      samples: {type: u4, count: count}",
)

#: The first version was written before anybody thought of others: it does not say where the version stands.
PROBE = tuple(
    _HEAD.format(
        version=f"{number}.0",
        number=number,
        fields=fields,
        versioning="versioning: {kind: exact, at: head.version, rule: PRB-001}" if number > 1 else "",
    )
    for number, fields in enumerate(_FIELDS, 1)
)


def one(*samples: int, version: int = 1, station: int = 7) -> bytes:
    """A frame of version 1."""
    return struct.pack(f">4sBHB{len(samples)}H", b"PROB", station, version, len(samples), *samples)


def two(*samples: int, gain: float = 0.5, version: int = 2) -> bytes:
    """A frame of version 2."""
    return struct.pack(f">4sBHfB{len(samples)}H", b"PROB", 7, version, gain, len(samples), *samples)


def three(*samples: int, gain: float = 0.5, name: bytes = b"left", version: int = 3) -> bytes:
    """A frame of version 3."""
    return struct.pack(f">4sBHf4sH{len(samples)}I", b"PROB", 7, version, gain, name, len(samples), *samples)


ONE, TWO, THREE = one(1, 2, 65535), two(1, 2, 65535), three(1, 2, 2**32 - 1)
