"""bpipe as its users meet it: whole streams, incremental ones, pipes over files, and what people are shown."""

from __future__ import annotations

import io
import struct
import threading
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from bpipe_bytes import HDATA, HEADER, LINES, A, stream

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


def test_files_pipes_and_standard_streams(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "in.bpx").write_bytes(A)
    with bpipe.Pipe(tmp_path / "in.bpx", outputs=tmp_path / "out.bpx") as pipe:
        assert pipe.copy() == 3
    assert (tmp_path / "out.bpx").read_bytes() == A

    class Standard:
        def __init__(self, data: bytes = b"") -> None:
            self.buffer = io.BytesIO(data)

    out = Standard()
    monkeypatch.setattr("sys.stdin", Standard(A))
    monkeypatch.setattr("sys.stdout", out)
    with bpipe.Pipe("stdin", outputs="stdout") as pipe:
        pipe.copy()
    assert out.buffer.getvalue() == A


def test_packets_come_as_they_arrive() -> None:
    """A reader at the end of a live pipe gets a packet when it is there, not when a batch is full."""
    import os

    reading, writing = os.pipe()
    with os.fdopen(reading, "rb", buffering=0) as source, os.fdopen(writing, "wb", buffering=0) as sink:
        sink.write(A[: 232 + 136 + 10])
        pipe = bpipe.Pipe(source)
        pipe.map()
        later = threading.Timer(0.1, lambda: sink.write(A[232 + 136 + 10 : 232 + 272]))
        later.start()
        assert pipe.read()["time"].tolist() in ([0], [0, 10])
        later.join()


@pytest.mark.parametrize("batch", [1, 2, 3, 4, None])
def test_batches_are_independent_arrays(batch: int | None) -> None:
    pipe = bpipe.Pipe(A, batch=batch)
    pipe.add("own", "int")
    pipe.map()
    batches = list(pipe)

    assert [time for one in batches for time in one["time"].tolist()] == [0, 10, 20]
    assert max(map(len, batches)) == min(batch or 3, 3)
    assert all(one.flags.writeable for one in batches)


def test_a_source_that_can_only_read() -> None:
    class Dribble:
        """Gives three bytes at a time, and has no readinto."""

        def __init__(self) -> None:
            self._file = io.BytesIO(A)

        def read(self, size: int) -> bytes:
            return self._file.read(min(size, 3))

    out = io.BytesIO()
    assert bpipe.Pipe(Dribble(), [out]).copy() == 3
    assert out.getvalue() == A


def test_bits_of_numbers_survive_every_way() -> None:
    bits = bytes.fromhex("7ff4000000000001fff80000000000078000000000000000")
    little = stream([], ["char c", "double a[3]"], b"", 25, b"x" + bits[7::-1] + bits[15:7:-1] + bits[23:15:-1], "<")
    big = stream([], ["char c", "double a[3]"], b"", 25, b"x" + bits)
    for data in (little, big):
        out, small = io.BytesIO(), io.BytesIO()
        pipe = bpipe.Pipe(data, outputs=[out, small])
        pipe.resize_output("a", 2, [1], channel=1)
        pipe.copy()
        assert out.getvalue() == big
        assert small.getvalue()[-17:] == b"x" + bits[8:]
        assert bpipe.encode(bpipe.decode(data)) == big


def test_header_values_are_edited_in_place_until_they_are_written() -> None:
    out = io.BytesIO()
    pipe = bpipe.Pipe(A, outputs=[out])
    shell = pipe.hdrf_data("shell")
    assert shell is not None
    shell[...] = 4
    pipe.map()
    pipe.write_hdr()

    assert int(bpipe.decode(out.getvalue()).header[0].data) == 4
    assert bpipe.decode(A).header[0].data == 3


def test_the_originals_names_are_the_same_operations() -> None:
    assert bpipe.Pipe.dpktf_add is bpipe.Pipe.add
    assert bpipe.Pipe.dpktf_delete is bpipe.Pipe.delete
    assert bpipe.Pipe.hdrf_delete is bpipe.Pipe.delete_header
    assert bpipe.Pipe.read_dpkts is bpipe.Pipe.read
    assert bpipe.Pipe.write_dpkts is bpipe.Pipe.write
    pipe = bpipe.Pipe(A)
    assert pipe.hdrf_n("history") == 2
    assert pipe.hdrf_matrix("history", 0) == (7,)
    assert pipe.dpktf_matrix("polarization") == (4,)
    assert pipe.dpktf_offset.__name__ == "offset"
    assert len(pipe.map_alloc(5)) == 5


def test_fields_that_the_input_and_the_program_both_have() -> None:
    pipe = bpipe.Pipe()
    pipe.add("time", "double")
    with pytest.raises(bpipe.BPEBADPIPE, match="the input has 'time' too"):
        pipe.input(A)


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
    assert HDATA[4:11] == b"raygen\0"
    assert len(HEADER) == 3


def test_the_core_image_is_a_multiple_of_eight_bytes() -> None:
    pipe = bpipe.Pipe()
    pipe.add("a", "double")
    pipe.add("b", "char")

    assert pipe.map() == 16


def test_dimensions_that_only_the_source_has_have_extent_one() -> None:
    data = stream([], ["int m[2][3]"], b"", 24, struct.pack(">6i", *range(6)))
    pipe = bpipe.Pipe(data)
    with pytest.raises(bpipe.BPEBADARG):
        pipe.resize_core("m", [2], None, None, [2, 2])
    pipe.resize_core("m", [2], [0, 2])
    pipe.map()

    assert pipe.read()["m"].tolist() == [[4, 5]]


def test_a_field_resized_into_core_has_the_same_extents_at_the_outputs() -> None:
    out = io.BytesIO()
    pipe = bpipe.Pipe(A, [out])
    pipe.resize_output("polarization", [2])
    pipe.resize_core("polarization", [1], [3])
    pipe.copy()

    assert bpipe.decode(out.getvalue())["polarization"].tolist() == [[k, 0.25] for k in range(3)]


def test_bytes_behind_a_header_without_packet_fields_are_refused_by_a_pipe_too() -> None:
    pipe = bpipe.Pipe(stream(["uint n"], [], bytes(4), 0) + b"x")
    pipe.map()
    for _ in range(2):
        with pytest.raises(bpipe.BPEBADPIPE, match="bytes follow the header"):
            pipe.read()


def test_a_target_that_takes_a_few_bytes_at_a_time() -> None:
    class Narrow:
        def __init__(self) -> None:
            self.data = b""

        def write(self, data: memoryview) -> int:
            self.data += bytes(data[:50])
            return len(data[:50])

    out = Narrow()
    bpipe.Pipe(A, out).copy()

    assert out.data == A


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
