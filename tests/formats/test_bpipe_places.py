"""Where pipes read and write: nothing is lost by a refused call, no output destroys an input, nothing is cut in silence."""

from __future__ import annotations

import io
import os
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from work import in_proportion, steps

from sciwire.formats import bpipe
from sciwire.runtime import CodecError, EncodeError


def stream(*fields: tuple[str, str, Any], **header: int) -> bytes:
    made = bpipe.Stream()
    for name, value in header.items():
        made.add_header(name, "int", value)
    for name, kind, values in fields:
        made.add(name, kind, values)
    return bpipe.encode(made)


A = stream(("e", "double", [1.5, 2.5]), ("n", "int", [1, 2]), shell=3)
B = stream(("e", "double", [3.5]), ("n", "int", [3]), shell=4)


@pytest.fixture
def paths(tmp_path: Path) -> tuple[Path, Path]:
    first, second = tmp_path / "a.bpx", tmp_path / "b.bpx"
    first.write_bytes(A)
    second.write_bytes(B)
    return first, second


def test_a_merge_never_writes_over_what_it_reads(paths: tuple[Path, Path], tmp_path: Path) -> None:
    link = tmp_path / "link"
    try:
        link.symlink_to(paths[1])
    except OSError:
        link = paths[1]
    for target in (*paths, link):
        with pytest.raises(bpipe.BPEBADARG, match="is an input too") as caught:
            bpipe.mergerays(paths, target)
        assert (caught.value.path, caught.value.rule) == ("output", "BP-031")
    assert (paths[0].read_bytes(), paths[1].read_bytes()) == (A, B)
    assert bpipe.mergerays(paths, tmp_path / "c") == 3


def test_an_output_is_neither_the_input_nor_another_output(paths: tuple[Path, Path]) -> None:
    first, second = paths
    pipe = bpipe.Pipe(outputs=[first])
    with pytest.raises(bpipe.BPEBADARG, match="is an input too"):
        pipe.input(first)
    pipe.close()
    with first.open("r+b") as file:
        with pytest.raises(bpipe.BPEBADARG, match="is an input too"):
            bpipe.Pipe(file, outputs=[first])
        with pytest.raises(bpipe.BPEBADARG, match="is an input too"):
            bpipe.Pipe(first, outputs=[file])
    memory = io.BytesIO()
    for outputs in ([second, second], [memory, memory]):
        with pytest.raises(bpipe.BPEBADARG, match="is another output too"):
            bpipe.Pipe(first, outputs=outputs)
    assert (first.read_bytes(), second.read_bytes()) == (A, B)
    if os.name == "posix":
        with bpipe.Pipe(first, outputs=[os.devnull, os.devnull]) as pipe:
            assert pipe.copy() == 2


def test_a_refused_call_leaves_files_as_they_were(paths: tuple[Path, Path], tmp_path: Path) -> None:
    fresh = tmp_path / "fresh.bpx"
    for target in (paths[1], fresh):
        with pytest.raises(bpipe.BPEBADPIPE):
            bpipe.bpmanip(paths[0], target, [])
        with pytest.raises(bpipe.BPEBADPIPE), bpipe.Pipe(paths[0], outputs=[target]) as pipe:
            pipe.delete("e", site="core")
            pipe.delete("n", site="core")
            pipe.map()
        with pytest.raises(bpipe.BPEBADPIPE, match="no packet field in common"):
            bpipe.mergerays([A, stream(("z", "double", [1.0]))], target)
    assert paths[1].read_bytes() == B and not fresh.exists()
    paths[1].write_bytes(B * 100)
    with bpipe.Pipe(paths[0], outputs=[paths[1], fresh]) as pipe:
        pipe.copy()
    assert paths[1].read_bytes() == fresh.read_bytes() == A


@pytest.mark.skipif(os.name != "posix", reason="pipes that do not wait are a matter of POSIX")
def test_files_that_do_not_wait_are_told_and_not_taken_for_their_end() -> None:
    ends = [os.pipe(), os.pipe()]
    os.write(ends[0][1], A[:-12])
    os.set_blocking(ends[0][0], False)
    os.set_blocking(ends[1][1], False)
    try:
        with open(ends[0][0], "rb", buffering=0, closefd=False) as source, bpipe.Pipe(source) as pipe:
            pipe.map()
            assert len(pipe.read()) == 1
            with pytest.raises(bpipe.BPEIOERR, match="does not wait for bytes") as caught:
                pipe.read()
            assert (caught.value.category, caught.value.rule) == ("io", "BP-043")
        with open(ends[1][1], "wb", buffering=0, closefd=False) as target, bpipe.Pipe(A, outputs=[target]) as pipe:
            pipe.map()
            pipe.write_header()
            packets = pipe.packets(100_000)
            with pytest.raises(bpipe.BPEIOERR, match="does not wait until there is room"):
                pipe.write(packets)
    finally:
        for end in (one for pair in ends for one in pair):
            os.close(end)


def test_text_is_no_source() -> None:
    with pytest.raises(TypeError, match="a binary file is needed"):
        bpipe.Pipe(io.StringIO("text"))


def test_numbers_of_packets_are_what_there_is() -> None:
    target = io.BytesIO()
    pipe = bpipe.Pipe(A, outputs=[target])
    pipe.map()
    pipe.write_header()
    for wrong in (-1, 1 << 70):
        with pytest.raises(bpipe.BPEBADARG):
            pipe.read(wrong)
    packets = pipe.read()
    for count in (-1, 3):
        with pytest.raises(bpipe.BPEBADARG, match="0 to 2 packets can be written"):
            pipe.write_dpkt_n(packets, count)
    with pytest.raises(bpipe.BPEBADARG, match="packets of the core image are needed"):
        pipe.write([1, 2])  # type: ignore[arg-type]
    pipe.write_dpkt_n(packets, 1)
    assert len(target.getvalue()) == len(A) - 12


def test_numbers_that_a_double_can_not_hold_and_characters_of_several_bytes_are_refused() -> None:
    made = bpipe.Stream()
    for wrong in (2**53 + 1, -(2**63) + 1, np.uint64(2**64 - 1), np.longdouble("0.1")):
        if isinstance(wrong, np.longdouble) and wrong == float(wrong):
            continue  # a long double is a double here
        with pytest.raises(bpipe.BPEBADARG, match="can't hold all of the values"):
            made.add_header("x", "double", wrong)
    assert made.add_header("x", "double", 2**60).data == 2**60
    assert np.isnan(made.add_header("x", "double", np.nan).data)
    for add in (lambda text: made.add_header("s", "char", text), lambda text: bpipe.Pipe().add_string("s", text)):
        with pytest.raises(EncodeError, match="a char is one byte, '日' is none"):
            add("日本")
        assert add("größe").data.tobytes() == b"gr\xf6\xdfe\0"


def test_several_elements_of_one_field_are_several_columns() -> None:
    made = bpipe.Stream()
    made.add("e", "int", [[1, 2, 3]], extents=[3])
    made.add("w", "double", [0.5])
    data = bpipe.encode(made)

    assert list(bpipe.bp2rdb(data, fields="e[2],w,e[0],e[2]")) == ["e[2]\te[0]\tw", "N\tN\tN", "3\t1\t0.5"]
    assert list(bpipe.bp2rdb(data, fields="%all,e[1]"))[2] == "2\t0.5"
    for wrong in ("-e,-w", "e[3]", f"e[{'9' * 5000}]"):
        with pytest.raises(bpipe.BPEBADARG):
            list(bpipe.bp2rdb(data, fields=wrong))


def test_many_header_fields_of_one_name_cost_each_the_same() -> None:
    def read(count: int) -> Callable[[], None]:
        text = b"char f\n" * count
        sizes = struct.pack(">IIIIIIQ", count, 0, len(text), count, 0, 0, 2**64 - 1)
        data = b"\x89BPX\r\n\x1a\n" + struct.pack(">HHI", 1, 0, 0x01020304) + sizes + text + bytes(count)

        def header() -> None:
            assert [one.index for one in bpipe.Pipe(data).header[-2:]] == [count - 2, count - 1]

        return header

    in_proportion(lambda count: steps(read(count)), 1000)


def test_any_split_of_wrong_bytes_gives_the_same_words() -> None:
    alone = stream(shell=3)
    for data in (b"\x89BPY" + A[4:], A[:20] + b"\xff" + A[21:], alone + b"more", A[:-1]):
        with pytest.raises(CodecError) as whole:
            bpipe.decode(data)
        for step in (1, 3, 50):
            decoder = bpipe.Decoder()
            with pytest.raises(CodecError) as caught:
                for at in range(0, len(data), step):
                    decoder.feed(data[at : at + step])
                decoder.finish()
            assert str(caught.value) == str(whole.value)
