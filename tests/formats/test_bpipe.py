"""bpipe as its users meet it: whole streams, incremental ones, canonical values, and what people are shown."""

from __future__ import annotations

import struct
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from bpipe_bytes import LINES, A, stream

from sciwire.formats import bpipe
from sciwire.runtime import DecodeError


def test_a_stream_is_header_fields_definitions_and_a_structured_array() -> None:
    found = bpipe.decode(A)

    assert [(one.name, one.type, one.extents, one.index) for one in found.header] == [
        ("shell", "int", (1,), 0),
        ("history", "char", (7,), 0),
        ("history", "char", (18,), 1),
    ]
    assert [one.text for one in found.all_named("history")] == ["raygen", "surface_intercept"]
    assert found.packets.dtype.itemsize == 136
    assert found["energy"].tolist() == [1.5, 2.5, 3.5]
    assert found["position"][2].tolist() == [3, 4, -1]
    assert found["polarization"][2].tolist() == [[1, 0], [0.5, -1], [0, 0], [2, 0.25]]
    assert not found.packets.flags.writeable
    with pytest.raises(KeyError):
        found["missing"]


def test_packets_are_a_view_of_what_was_given() -> None:
    data = np.frombuffer(A, np.uint8)
    assert np.shares_memory(bpipe.decode(A).packets, data)


def test_a_stream_made_by_hand() -> None:
    made = bpipe.Stream()
    made.add_header("shell", "int", 3)
    made.add_header("history", "char", "raygen")
    made.add_header("history", "char", "surface_intercept")
    original = bpipe.decode(A)
    for line in LINES:
        kind, name = line.removesuffix("[4]").split()
        made.add(name, kind, original[name].astype("=f8"), 4 if line.endswith("]") else None)

    assert bpipe.encode(made) == A
    with pytest.raises(bpipe.BPEBADPIPE, match="there is a packet field 'time' already"):
        made.add("time", "double", [1, 2, 3])
    with pytest.raises(bpipe.BPEBADARG, match=r"values of shape \(3,\) are needed, not \(2,\)"):
        made.add("more", "double", [1, 2])
    for masked in (np.ma.masked_array([1, 2, 3], [0, 1, 0]), [1, np.ma.masked, 3]):
        with pytest.raises(bpipe.BPEBADARG, match="m: a mask has no place here"):
            made.add("m", "int", masked)


@pytest.mark.parametrize("keep", [True, False])
@pytest.mark.parametrize("step", [1, 7, 136, 1000])
def test_any_split_of_the_bytes_gives_the_same_packets(step: int, keep: bool) -> None:
    decoder = bpipe.Decoder(keep=keep)
    events: list[Any] = []
    for at in range(0, len(A), step):
        events += decoder.feed(A[at : at + step])
    whole = decoder.finish()

    assert [one.name for one in events[0].fields] == [one.name for one in whole.fields]
    assert b"".join(one.tobytes() for one in events[1:]) == A[232:]
    assert len(whole) == (3 if keep else 0)


@pytest.mark.parametrize("length", [0, 5, 100, 231, 233, len(A) - 1])
def test_a_cut_stream_is_told_at_the_end_whatever_the_split(length: int) -> None:
    with pytest.raises(bpipe.BPEIOERR) as whole:
        bpipe.decode(A[:length])
    for step in (1, 50):
        decoder = bpipe.Decoder()
        for at in range(0, length, step):
            decoder.feed(A[at : min(at + step, length)])
        with pytest.raises(bpipe.BPEIOERR) as caught:
            decoder.finish()
        assert str(caught.value) == str(whole.value)


def test_a_decoder_that_failed_says_so_again() -> None:
    decoder = bpipe.Decoder()
    with pytest.raises(bpipe.BPEBADPIPE):
        decoder.feed(b"x" * 48)
    with pytest.raises(bpipe.BPEBADPIPE):
        decoder.feed(A)


def test_keep_gives_what_is_good() -> None:
    kept = bpipe.decode(A[:-1], on_error="keep")

    assert kept["time"].tolist() == [0, 10]
    assert isinstance(kept.error, bpipe.BPEIOERR)
    assert bpipe.decode(b"nothing of ours", on_error="keep").header == []
    with pytest.raises(DecodeError) as caught:
        bpipe.decode(A[:-1])
    assert caught.value.partial["time"].tolist() == [0, 10]


def test_the_encoder_writes_in_pieces() -> None:
    value = bpipe.decode(A)
    encoder = bpipe.Encoder(value)

    assert encoder.begin() + b"".join(encoder.packets(value.packets[at : at + 1]) for at in range(3)) == A


def test_canonical_values_have_reversed_extents_and_atoms() -> None:
    data = stream(["int h"], ["DVector2 a[3][2]"], struct.pack(">i", 7), 96, bytes(96))
    plain = bpipe.to_plain(bpipe.decode(data))

    assert plain["header"][0][:3] == ["h", "int", [1]]
    assert plain["header"][0][3]["$nd"] == {"dtype": ">i4", "shape": [1], "data": "AAAABw=="}
    assert plain["fields"] == [["a", "DVector2", [3, 2]]]
    assert plain["packets"]["a"]["$nd"]["shape"] == [1, 2, 3, 2]
    assert bpipe.encode(bpipe.from_plain(plain)) == data


@pytest.mark.parametrize(
    ("change", "category", "path"),
    [
        ({"header": 3}, "type", ""),
        ({"fields": [["a", "int"]]}, "type", "fields[0]"),
        ({"fields": [["a", "quad", [1]]]}, "type", "a"),
        ({"fields": [["a", "double", [1]], ["a", "double", [1]]]}, "constraint", "packets"),
        ({"packets": {}}, "constraint", "packets"),
        ({"packets": {"a": 3}}, "size", "packets"),
        ({"packets": {"a": {"$nd": {"dtype": "<i4", "shape": [1, 1], "data": "AAAAAA=="}}}}, "type", "packets.a"),
        ({"packets": {"a": {"$nd": {"dtype": "<f8", "shape": [1], "data": "AAAAAAAAAAA="}}}}, "size", "packets.a"),
    ],
)
def test_a_canonical_value_that_is_none_is_refused(change: dict[str, Any], category: str, path: str) -> None:
    good = bpipe.to_plain(bpipe.decode(stream([], ["double a"], b"", 8, bytes(8))))
    from sciwire.runtime import EncodeError

    with pytest.raises(EncodeError) as caught:
        bpipe.from_plain({**good, **change})
    assert (caught.value.category, caught.value.path) == (category, path)


def test_sniff_spans_and_summary() -> None:
    assert bpipe.sniff(A)
    assert bpipe.sniff(A[:8])
    assert not bpipe.sniff(A[:7])
    assert not bpipe.sniff(b"")
    spans = list(bpipe.spans(A))
    assert (spans[0].start, spans[-1].stop) == (0, len(A))
    assert all(one.stop == other.start for one, other in pairwise(spans))
    assert [one.path for one in spans if one.start == 232] == ["packets[0].position"]
    assert next(bpipe.spans(b"xx")).kind == "invalid"
    cut = list(bpipe.spans(A[:-1]))
    assert (cut[-1].path, cut[-1].kind, cut[-1].stop) == ("packets[2]", "invalid", len(A) - 1)
    rows = dict(bpipe.summary(bpipe.decode(A)))
    assert rows["header.history[1]"] == "char 'surface_intercept'"
    assert rows["packets.energy"].startswith("double float64 3  min 1.5  max 3.5")
    assert rows["packets"] == "3"


def test_header_fields_of_a_new_stream_are_numbered() -> None:
    made = bpipe.Stream()

    assert [made.add_header("v", "int", number).index for number in range(3)] == [0, 1, 2]


def test_every_name_of_the_specification_is_offered_and_means_what_it_says() -> None:
    from sciwire.model import find_specs, load_spec_or_raise, specs_dir

    body = load_spec_or_raise(find_specs(specs_dir(), ("bpipe",))[-1]).body
    words = {"core": "core", "output": "output", "input": "input", "all_channels": None, "last": "last", "all": "all"}

    for name, word in body.operations.items():
        assert getattr(bpipe.Pipe, name) is getattr(bpipe.Pipe, word)
    for name, word in body.constants.items():
        assert getattr(bpipe, name) == words.get(word, "")
    for kind in body.types:
        assert getattr(bpipe, f"BPDType_{kind.name}") == kind.name
    for name in (*body.programs, *body.errors.values()):
        assert name in bpipe.__all__
    assert bpipe.Stream.table.rules == body.checks
