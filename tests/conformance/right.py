"""A toy format, and an implementation of it that is right.

The format: the letter ``T``, a count (u16, little-endian), that many numbers (u16, little-endian), and nothing behind.
Its value: ``{"items": $nd <u2}``.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sciwire.conformance.adapters.base import Refusal, Request
from sciwire.runtime import plain

__all__ = ["Good"]


class Good:
    """Reads and writes as the format says."""

    can: Sequence[str] = ("decode", "encode", "feed")
    reports: Sequence[str] = ("category", "path", "offset", "rule")
    rule: str | None = "TOY-002"

    def start(self) -> Mapping[str, Any]:
        about = {"versions": ["1"], "can": list(self.can), "profiles": ["documented"], "reports": list(self.reports)}
        return {"implementation": {"name": type(self).__name__, "version": "1"}, "formats": {"toy": about}}

    def decode(self, request: Request) -> Any:
        return self.read(self.joined(request))

    def joined(self, request: Request) -> bytes:
        assert isinstance(request.data, bytes)
        return request.data

    def read(self, data: bytes) -> Any:
        if data[:1] != b"T":
            raise self.refusal("framing", "", 0)
        if len(data) < 3:
            raise self.refusal("truncated", "count", 1)
        (count,) = struct.unpack_from("<H", data, 1)
        if len(data) < 3 + 2 * count:
            raise self.refusal("truncated", "items", 3)
        if len(data) > 3 + 2 * count:
            raise self.refusal("framing", "", 3 + 2 * count)
        return {"items": plain.to_plain(np.frombuffer(data, "<u2", count, 3))}

    def refusal(self, category: str | None, path: str | None, at: int | None) -> Exception:
        return Refusal(category, path=path, at=at, message="expected a toy", rule=self.rule)

    def encode(self, request: Request) -> bytes:
        items: NDArray[Any] = plain.from_plain(request.value)["items"]
        return b"T" + struct.pack("<H", len(items)) + items.astype("<u2").tobytes()
