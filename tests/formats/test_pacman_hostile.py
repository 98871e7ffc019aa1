"""PACMAN bytes that somebody else made up: refused in time and memory, by the codec and by the functions for many."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hostile import refusals

from sciwire.formats import pacman
from sciwire.runtime import CodecError, DecodeError

WORD = b"D\x01\x02\0\0\0\0\0datadata"


def header(count: int, kind: bytes = b"D") -> bytes:
    return kind + b"\x01\0\0\0\0" + count.to_bytes(2, "little")


def test_hostile_messages_are_refused_in_time_and_memory(tmp_path: Path) -> None:
    cases = {
        "all-ones": b"\xff" * 64,
        "count-ones": header(0xFFFF),
        "count-ones-and-a-word": header(0xFFFF) + WORD,
        "zeros": bytes(1 << 20),
        "a-long-tail": header(0) + bytes(1 << 24),
        "bad-last-word": header(0xFFFF) + WORD * 0xFFFE + b"X" * 16,
        "wrong-kind-of-words": header(0xFFFF, b"?") + b"T" * 16 * 0xFFFF,
    }
    files = []
    for name, data in cases.items():
        files.append(tmp_path / name)
        files[-1].write_bytes(data)
    outcomes = refusals("pacman", files)

    assert [name for name, outcome in zip(cases, outcomes, strict=True) if "accepted" in outcome] == []
    assert all(outcome["rule"] for outcome in outcomes)


def test_rows_refuse_what_the_decoder_refuses_and_nothing_else() -> None:
    draw = random.Random(20261121)
    good = header(3) + WORD + b"S" + b"H" + bytes(14) + b"T" + bytes(15)
    refused = 0
    for _ in range(2000):
        data = bytearray(good)
        for _ in range(draw.randrange(1, 4)):
            data[draw.randrange(len(data))] = draw.choice(b"DTS?!PWRE\0\xff\x01\x02\x03")
        data = data[: draw.randrange(len(data) + 1)] if draw.random() < 0.3 else data
        try:
            pacman.decode(data)
            wanted = None
        except DecodeError as error:
            wanted = error.category
        try:
            rows = pacman.to_packets([good, bytes(data)], [1, 2])
            assert wanted is None and (rows["io_group"] == 2).any()
        except DecodeError as error:
            assert error.category == wanted and error.path.startswith("[1]")
            refused += 1

    assert 200 < refused < 2000


@pytest.mark.parametrize("keep", ["keep", "raise"])
def test_what_was_good_before_the_fault_is_kept(keep: str) -> None:
    data = header(3) + WORD * 2 + b"X" * 16
    if keep == "keep":
        value = pacman.decode(data, on_error="keep")
        errors: list[CodecError] = value.problems
    else:
        with pytest.raises(DecodeError) as caught:
            pacman.decode(data)
        value, errors = caught.value.partial, [caught.value]

    assert value.type == "DATA" and len(value.words) == 2
    assert [(error.path, error.at, error.rule) for error in errors] == [("words[2]", 40, "PAC-010")]


def test_an_error_of_a_member_that_is_cut_keeps_its_good_fields() -> None:
    value = pacman.decode(header(1)[:6], on_error="keep")

    assert (value.type, value.timestamp, value.words) == ("DATA", 1, None)
