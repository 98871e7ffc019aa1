"""Pipes of bpipe between files, live pipes and whatever reads or writes: batches, fields and header values."""

from __future__ import annotations

import io
import struct
import threading
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from bpipe_bytes import A, stream

from sciwire.formats import bpipe


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
    assert not any(np.shares_memory(*both) for both in combinations(batches, 2))


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
