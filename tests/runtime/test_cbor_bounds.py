"""Huge integers are told by their length, empty chunks take no memory, and what is not listed is not read."""

from __future__ import annotations

import json

import numpy as np
import pytest
from work import frugal

from sciwire.formats import simplon
from sciwire.runtime import cbor
from sciwire.runtime.compression import CompressedArray, Place
from sciwire.runtime.errors import DecodeError, LimitError
from sciwire.runtime.limits import Limits
from sciwire.runtime.messages import FixedFloat, FixedInt
from sciwire.runtime.messages.context import Reading
from sciwire.runtime.messages.fault import Fault

HUGE = b"\xc2\x5a\x00\x00\x4b\x40" + b"\xff" * 0x4B40
BITS = "an integer of 154,112 bits"


def test_a_huge_integer_in_an_error_is_told_by_its_length() -> None:
    with pytest.raises(DecodeError, match=BITS) as caught:
        simplon.decode(b"\xd9\xd9\xf7\xa2\x64type\x63end\x69series_id" + HUGE)
    assert caught.value.path == "series_id"
    assert caught.value.at is not None


def test_a_huge_integer_that_is_kept_can_be_shown() -> None:
    message = simplon.decode(b"\xd9\xd9\xf7\xa3\x64type\x63end\x69series_id\x01\x61x\x81" + HUGE)
    assert BITS in repr(message)
    assert BITS in str(simplon.summary(message))
    assert simplon.to_plain(simplon.from_plain(json.loads(json.dumps(simplon.to_plain(message)))))["x"][0]["$int"]


def test_empty_chunks_are_refused_in_little_memory() -> None:
    data = b"\x5f" + b"\x40" * 5_000_000 + b"\xff"
    with frugal(0.5, 2_000_000), pytest.raises(LimitError):
        cbor.decode(data, limits=Limits(items=100_000))


@pytest.mark.parametrize(("code", "number"), [("f4", 1 / 3), ("f2", 70000.0)])
def test_a_float_that_the_width_does_not_hold_is_refused(code: str, number: float) -> None:
    with pytest.raises(Fault) as caught:
        FixedFloat(code).decode(number, Reading())
    assert caught.value.category == "constraint"


@pytest.mark.parametrize(("code", "number"), [("u8", 2**64), ("i8", 2**63)])
def test_overflow_is_one_category(code: str, number: int) -> None:
    with pytest.raises(Fault) as caught:
        FixedInt(code).decode(number, Reading())
    assert caught.value.category == "constraint"


def test_a_compression_that_is_not_listed_is_refused() -> None:
    place = Place("data", algorithms=("lz4",), algorithm_rule="X-001")
    array = CompressedArray("bslz4", 1, np.dtype("u1"), (8,), memoryview(bytes(40)), place=place)
    with pytest.raises(DecodeError, match="not read here") as caught:
        array.open()
    assert (caught.value.category, caught.value.rule) == ("unsupported", "X-001")
