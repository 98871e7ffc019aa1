"""Thousands of faults, keys of a megabyte, values by the hundred thousand: each costs what one does, or ends in a limit."""

from __future__ import annotations

import itertools
import struct
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import cbor2
import numpy as np
import pytest
from hostile import refusals

from sciwire.formats import chunks, simplon, simplon_v1
from sciwire.runtime import CodecError, DecodeError, LimitError, Limits
from sciwire.runtime.cbor import Span

pytestmark = pytest.mark.filterwarnings("ignore::sciwire.runtime.CodecWarning")

WRONG = cbor2.CBORTag(40, [])  # an array without dimensions
LONG = "k" * 1_000_000
END = b'{"htype":"dseries_end-1.0","series":1,'


def end(**more: Any) -> bytes:
    return cbor2.dumps({"type": "end", "series_id": 1, "series_unique_id": "x", **more})


def image(data: dict[str, Any]) -> bytes:
    return cbor2.dumps({"type": "image", "series_id": 1, "series_unique_id": "x", "image_id": 0, "data": data})


@contextmanager
def frugal(megabytes: float) -> Iterator[None]:
    tracemalloc.start()
    try:
        yield
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < megabytes * 1e6


def test_thousands_of_faults_are_refused_in_time_and_memory(tmp_path: Path) -> None:
    """The place of each fault was looked for from the beginning of the message: ten thousand took minutes."""
    hostile = {
        "arrays": image({f"c{number}": WRONG for number in range(10_000)}),
        "unknown keys": end(**{f"c{number}": WRONG for number in range(10_000)}),
        "the last of many": end(more=[cbor2.CBORTag(64, b"\1")] * 20_000 + [WRONG]),
    }
    files = [tmp_path / f"{name}.cbor" for name in hostile]
    for file, data in zip(files, hostile.values(), strict=True):
        file.write_bytes(data)

    outcomes = refusals("simplon", files)

    assert [(one["category"], one["path"]) for one in outcomes] == [("type", "data.c0"), ("type", "c0"), ("type", "more[20000]")]  # fmt: skip
    starts = [data.index(b"\xd8\x28\x80") for data in hostile.values()]
    assert [one["at"] for one in outcomes] == [starts[0] + 2, starts[1] + 2, starts[2] + 2]


def test_faults_far_beyond_any_use_end_what_is_kept() -> None:
    good = simplon.decode(image({f"c{number}": WRONG for number in range(1000)}), on_error="keep")

    assert len(good.problems) == 1000 and good.problems[-1].path == "data.c999"
    assert all(problem.__traceback__ is None for problem in good.problems)
    with pytest.raises(CodecError) as caught:
        simplon.decode(image({f"c{number}": WRONG for number in range(1001)}), on_error="keep")
    assert caught.value.problem == "more than 1000 faults, the message is not kept"


def test_wrong_blobs_far_beyond_any_use_end_what_is_kept() -> None:
    blobs = [b"ab"] * 2000

    kept = chunks.decode(blobs[:1000], shape=(10, 100), dtype="u1", chunk_size=(1, 1), on_error="keep")

    assert len(kept.problems) == 1000 and kept.problems[0].__traceback__ is None
    with pytest.raises(LimitError, match="more than 1000 blobs are wrong") as caught:
        chunks.decode(blobs, shape=(20, 100), dtype="u1", chunk_size=(1, 1), on_error="keep")
    assert caught.value.path == "[1000]"


def test_what_is_left_of_a_damaged_message_costs_less_than_the_message() -> None:
    """Nobody asked for it; who does has all of it."""
    data = end(first=1, more=[None] * 60_000, bad=WRONG)

    with pytest.raises(DecodeError) as caught:
        simplon.decode(data)

    assert caught.value.path == "bad"
    assert caught.value.partial.extra == {"first": 1}
    assert len(simplon.decode(data, on_error="keep").extra["more"]) == 60_000


def test_arrays_of_a_message_are_counted() -> None:
    data = end(more=[cbor2.CBORTag(64, b"\1")] * 11)

    assert len(simplon.decode(data, limits=Limits(datasets=11)).extra["more"]) == 11
    with pytest.raises(LimitError, match="the limit datasets is 10") as caught:
        simplon.decode(data, limits=Limits(datasets=10))
    assert (caught.value.path, caught.value.at) == ("more[10]", len(data) - 4)
    assert caught.value.rule


def test_a_long_key_is_not_written_for_each_value_below_it() -> None:
    """Compressed arrays know their place: thousands of them, each with a megabyte of path, were gigabytes."""
    packed = cbor2.CBORTag(56500, ["bslz4", 2, struct.pack(">QI", 8, 8192)])
    array = cbor2.CBORTag(40, [[2, 2], cbor2.CBORTag(69, packed)])
    data = end(more={LONG: [array] * 500})

    with frugal(20):
        arrays = simplon.decode(data, lazy=True).extra["more"][LONG]
    with pytest.raises(DecodeError) as caught:
        arrays[499].open()

    assert caught.value.path == f"more.{LONG}[499]"


def test_keys_that_stand_there_again_and_again_are_told_a_hundred_times() -> None:
    keys = cbor2.dumps(LONG) + b"\xb9\x07\xd0" + b"\0\0" * 2000
    data = end(more=0)[:-1] + b"\xa1" + keys

    with frugal(20), pytest.warns(UserWarning, match="the key stands here twice") as caught:
        simplon.decode(data)

    assert len(caught) <= 100
    assert all(len(str(one.message)) < 1200 for one in caught)


@pytest.mark.parametrize(("behind", "path"), [(b'1],"x":NaN}', "x"), (b"NaN]}", "[2000]")])
def test_the_place_of_a_wrong_value_below_a_long_key_costs_little(behind: bytes, path: str) -> None:
    data = END + b'"%s":[%s' % (LONG.encode(), b"1," * 2000) + behind

    with frugal(40), pytest.raises(DecodeError) as caught:
        simplon_v1.decode([data])

    assert caught.value.category == "syntax" and caught.value.path.endswith(path)


def test_spans_below_long_keys_and_deep_containers_have_short_paths() -> None:
    deep = b'{"key of some length":' * 500 + b"[1,2,3]" + b"}" * 500
    of_json = simplon_v1.spans([END + b'"%s":[1,2],"deep":%s}' % (LONG.encode(), deep)])
    below: Any = [1, 2, 3]
    for _ in range(60):
        below = {"a key that is longer than others, and there are many": below}
    of_cbor = simplon.spans(end(more={LONG: [1, 2]}, deep=below))

    for spans in (list(of_json), list(of_cbor)):
        assert max(len(span.path) for span in spans) < 2100
        assert [span.path[-3:] for span in spans if span.text in ("1", "2", "3")][-3:] == ["[0]", "[1]", "[2]"]


@pytest.mark.parametrize("count", [b"\x9a\x00\x08\x00\x00", b"\x9f"], ids=["of so many", "until a break"])
def test_spans_end_where_a_reader_takes_no_more_items(count: bytes) -> None:
    data = end(more=0)[:-1] + count + b"\0" * (1 << 19) + b"\xff"
    spans = list(simplon.spans(data))

    assert _covered(spans) == len(data)
    assert spans[-1].kind == "invalid" and "the limit items is 500000" in spans[-1].text
    assert len(spans) < 500_100


def test_spans_of_json_end_where_a_reader_takes_no_more_items() -> None:
    data = END + b'"more":[' + b"1," * 600_000 + b"1]}"
    spans = list(simplon_v1.spans([data]))

    assert _covered(spans) == len(data)
    assert spans[-1].kind == "invalid" and "500000 items" in spans[-1].text
    assert sum(span.kind == "number" for span in spans) < 500_001


def _covered(spans: list[Span]) -> int:
    assert spans[0].start == 0
    assert all(one.stop == other.start for one, other in itertools.pairwise(spans))
    return spans[-1].stop


def test_a_view_of_many_arrays_is_still_whole() -> None:
    """The places of arrays are found again behind each other, in lists without a count too."""
    listed = b"\x9f" + b"\xd8\x40\x41\1" * 50 + b"\xd8\x28\x80\xff"
    data = end(more=0)[:-1] + listed

    with pytest.raises(DecodeError) as caught:
        simplon.decode(data)

    assert (caught.value.path, caught.value.at) == ("more[50]", len(data) - 2)
    assert np.array_equal(simplon.decode(end(more=[cbor2.CBORTag(64, b"\1")])).extra["more"][0], [1])


def test_keys_of_one_hash_are_not_told_apart_one_by_one() -> None:
    """Integers that are multiples of 2**61 - 1 all have the hash 0 in Python."""
    count = 240_000
    keys = b"".join(
        b"\xc2\x4c" + (number * (2**61 - 1)).to_bytes(12, "big") + b"\x01" for number in range(9, count + 9)
    )
    head = cbor2.dumps(cbor2.CBORTag(55799, {"type": "end", "series_id": 1, "series_unique_id": "u", "odd": 0}))[:-1]
    data = head + b"\xba" + struct.pack(">I", count) + keys
    message = simplon.decode(data)
    assert isinstance(message, simplon.End)
    assert len(message.extra["odd"].pairs) == count
    plain = simplon.to_plain(message)
    assert simplon.from_plain(plain).extra["odd"].pairs[0] == (9 * (2**61 - 1), 1)
    assert len(simplon.decode(simplon.encode(message)).extra["odd"].pairs) == count
