"""Zlib streams as payloads: what no stream can hold is damage, what one could is the caller's limit."""

from __future__ import annotations

import zlib

import pytest

from sciwire.runtime import DecodeError, LimitError, Limits
from sciwire.runtime.compression.payloads import open_payload


@pytest.mark.parametrize("blob", [b"", b"\x78", b"\x78\x9c"])
def test_a_blob_that_is_too_short_for_the_array_is_damaged_and_no_limit(blob: bytes) -> None:
    with pytest.raises(DecodeError, match="hold at most") as caught:
        open_payload(memoryview(blob), "zlib", 6000)

    assert caught.value.category == "compression"
    assert not isinstance(caught.value, LimitError)


def test_the_densest_stream_there_is_is_no_damage() -> None:
    raw = bytes(10_000_000)
    packed = memoryview(zlib.compress(raw, 9))

    assert open_payload(packed, "zlib", len(raw), limits=Limits(expansion=2000)) == raw
    with pytest.raises(LimitError, match="the limit expansion is 100"):
        open_payload(packed, "zlib", len(raw), limits=Limits(expansion=100))
