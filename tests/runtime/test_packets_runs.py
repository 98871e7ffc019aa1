"""Packets are found as a sequential walk finds them, whatever their data look like."""

from __future__ import annotations

import random

import numpy as np
import pytest

from sciwire.runtime.packets import runs
from sciwire.runtime.packets.runs import walk

Types = dict[str, tuple[bytes, int]]


def _sequential(data: bytes, types: Types) -> tuple[dict[str, list[bytes]], int]:
    """The definition: read a tag, take its data, go on behind them."""
    by_tag = {tag: (key, size) for key, (tag, size) in types.items()}
    width = len(next(iter(by_tag)))
    found: dict[str, list[bytes]] = {key: [] for key in types}
    at = 0
    while data[at : at + width] in by_tag:
        key, size = by_tag[data[at : at + width]]
        if at + width + size > len(data):
            break
        found[key].append(data[at + width : at + width + size])
        at += width + size
    return found, at


def _walked(data: bytes, types: Types) -> tuple[dict[str, list[bytes]], int]:
    stretch = walk(np.frombuffer(data, dtype=np.uint8), 0, types)
    found: dict[str, list[bytes]] = {key: [] for key in types}
    for run in stretch.runs:
        for row in range(len(run.data)):
            at = run.at(row)
            tag, size = types[run.key]
            assert data[at : at + len(tag)] == tag
            assert data[at + len(tag) : at + len(tag) + size] == run.data[row].tobytes()
            found[run.key].append(run.data[row].tobytes())
    return found, stretch.stop


def _random_stream(rng: random.Random, width: int) -> tuple[bytes, Types]:
    alphabet = b":|12"
    tags: set[bytes] = set()
    while len(tags) < rng.choice((1, 2, 3)):
        tags.add(b":" + bytes(rng.choice(alphabet) for _ in range(width - 2)) + bytes([rng.choice(b"123")]))
    types = {str(index): (tag, rng.choice((0, 1, 3, 8, 20))) for index, tag in enumerate(sorted(tags))}
    mixing = rng.random()
    pieces = []
    for _ in range(rng.choice((2, 40, 1500))):
        tag, size = types[rng.choice(list(types)) if rng.random() < mixing else "0"]
        pieces += [tag, bytes(rng.choice(alphabet) for _ in range(size))]  # data that look like tags
    return b"".join(pieces) + bytes(rng.choice(b":1x") for _ in range(rng.randrange(9))), types


@pytest.mark.parametrize("width", [2, 3, 4, 5, 8, 9, 11])
def test_the_walk_is_the_sequential_walk(width: int) -> None:
    rng = random.Random(width)
    for _ in range(25):
        data, types = _random_stream(rng, width)

        assert _walked(data, types) == _sequential(data, types)


def test_data_made_of_tags_do_not_lead_astray() -> None:
    types = {"1": (b":01:", 8), "2": (b":02:", 4)}
    data = (b":01:" + b":02::01:" + b":02:" + b":01:") * 5000

    assert _walked(data, types) == _sequential(data, types)


def test_a_packet_that_crosses_the_scanning_window_is_found() -> None:
    types = {"1": (b":01:", 70_001), "2": (b":02:", 3)}
    data = b"".join(b":01:" + bytes(70_001) if index % 2 else b":02:abc" for index in range(80))

    found, stop = _walked(data, types)

    assert (len(found["1"]), len(found["2"]), stop) == (40, 40, len(data))


def test_a_cut_packet_ends_the_walk_at_its_tag() -> None:
    data = b":01:abcd:01:abc"

    assert walk(np.frombuffer(data, dtype=np.uint8), 0, {"1": (b":01:", 4)}).stop == 8


def test_equally_spaced_packets_are_not_copied() -> None:
    data = np.frombuffer(b":01:abcd" * 100, dtype=np.uint8)

    found = walk(data, 0, {"1": (b":01:", 4)}).runs

    assert len(found) == 1
    assert np.shares_memory(found[0].data, data)


def test_types_that_are_bound_anew_are_not_all_looked_at_again() -> None:
    """A stream may bind one of ninety-nine before every packet."""
    types = runs.Types({str(number): (b":%02d:" % number, number) for number in range(1, 100)})

    first = walk(np.frombuffer(b":03:abc", dtype=np.uint8), 0, types)
    types["3"] = (b":03:", 4)
    second = walk(np.frombuffer(b":03:abcd" * 2, dtype=np.uint8), 0, types)

    assert (first.stop, second.stop) == (7, 16)
    assert [run.data.tobytes() for run in (*first.runs, *second.runs)] == [b"abc", b"abcdabcd"]
    assert types._columns is None  # only interleaved types need them all
    columns = types.columns
    types["3"] = (b":03:", 4)
    assert types.columns is columns
    types["3"] = (b":03:", 5)
    assert types.columns.strides.tolist() == [4 + (5 if number == 3 else number) for number in range(1, 100)]


def test_a_tag_that_is_bound_no_longer_is_none() -> None:
    types = runs.Types({"1": (b":01:", 1), "2": (b":02:", 1)}, between=2)
    types["2"] = (b":2a:", 1)

    data = np.frombuffer(b":01:01a:2a:01b:02:01c", dtype=np.uint8)

    assert walk(data, 0, types).stop == 14
    assert walk(data, 0, runs.Types({})).stop == 0
