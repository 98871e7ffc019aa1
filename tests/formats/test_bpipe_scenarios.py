"""The scenarios of the pipeline model, each against bytes that were put together by hand.

Those of the twenty-one that edit the header (S3 to S6, S11, S18) stand in `test_bpipe_scenarios_header`.
"""

from __future__ import annotations

import io
import struct
from typing import Any

import numpy as np
import pytest
from bpipe_bytes import HDATA, HEADER, LINES, A, floats, packets_of, stream

from sciwire.formats import bpipe


def through(pipe: bpipe.Pipe, edit: Any = None) -> None:
    """Map, write the header, and pass all packets on, edited by a function of a batch and its first number."""
    pipe.map()
    pipe.write_header()
    number = 0
    for batch in pipe:
        if edit is not None:
            edit(batch, number + np.arange(len(batch)))
        pipe.write(batch)
        number += len(batch)
    pipe.close()


def copied(data: bytes, edit: Any) -> bytes:
    """What comes out of a pipe with one output after *edit* of the pipe."""
    out = io.BytesIO()
    pipe = bpipe.Pipe(data, outputs=[out])
    edit(pipe)
    pipe.copy()
    return out.getvalue()


def test_s1_detector() -> None:
    out = io.BytesIO()
    pipe = bpipe.Pipe(A, outputs=[out])
    assert pipe.delete("direction", site="core") == 0
    assert pipe.add("pct_pol", "double") == 0
    assert pipe.delete("polarization", site="output", channel=out) == 0

    assert [one.name for one in pipe.fields] == ["position", "energy", "weight", "time", "polarization", "pct_pol"]

    def edit(batch: Any, k: Any) -> None:
        assert batch["polarization"].shape == (len(batch), 4, 2)
        batch["pct_pol"] = 25 * k

    through(pipe, edit)

    names = ["position", "energy", "weight", "time", "pct_pol"]
    lines = ["DVector3 position", "double energy", "double weight", "double time", "double pct_pol"]
    expected = stream(HEADER, lines, HDATA, 56, floats(names, pct_pol=lambda k: (25.0 * k,)))
    assert out.getvalue() == expected


def test_s2_beam_mapper() -> None:
    everything, diag = io.BytesIO(), io.BytesIO()
    pipe = bpipe.Pipe(A, outputs={"all": everything, "diag": diag})
    for name in ("direction", "weight", "time", "polarization"):
        assert pipe.delete(name, site="output", channel="diag") == 0

    through(pipe)

    assert everything.getvalue() == A
    lines = ["DVector3 position", "double energy"]
    assert diag.getvalue() == stream(HEADER, lines, HDATA, 32, floats(["position", "energy"]))
    assert len(pipe.fields) == 6


def test_s7_save_history() -> None:
    out = io.BytesIO()
    pipe = bpipe.Pipe(A, outputs=[out])
    pipe.resize_core("weight", 2)

    def edit(batch: Any, k: Any) -> None:
        batch["weight"][:, 1] = batch["weight"][:, 0]

    through(pipe, edit)

    names = [line.split()[1].split("[")[0] for line in LINES]
    lines = [line.replace("weight", "weight[2]") for line in LINES]
    expected = floats(names, weight=lambda k: (2.0**-k, 2.0**-k))
    assert out.getvalue() == stream(HEADER, lines, HDATA, 144, expected)


@pytest.mark.parametrize("when", ["before", "after"])
def test_s7b_what_the_program_set_stays_around_what_the_input_feeds(when: str) -> None:
    pipe = bpipe.Pipe(A)
    pipe.resize_core("weight", 3, None, [1])
    if when == "before":
        pipe.initialise("weight", [-7, 0, 9])
    pipe.map()
    if when == "after":
        pipe.initialise("weight", [-7, 0, 9])

    assert [one["weight"].tolist() for one in pipe.read()] == [[-7, 2.0**-k, 9] for k in range(3)]


def test_s8_output_truncation() -> None:
    a, c = io.BytesIO(), io.BytesIO()
    pipe = bpipe.Pipe(A, outputs=[a, c])
    pipe.resize_output("polarization", 2, channel=a)
    through(pipe)

    names = [line.split()[1].split("[")[0] for line in LINES]
    lines = [line.replace("[4]", "[2]") for line in LINES]
    expected = floats(names, polarization=lambda k: (1, 0, 0.5, -0.5 * k))
    assert a.getvalue() == stream(HEADER, lines, HDATA, 104, expected)
    assert c.getvalue() == A


def test_s9_output_growth_is_filled_with_zeros_in_every_batch() -> None:
    b = io.BytesIO()
    pipe = bpipe.Pipe(A, outputs={"b": b}, batch=1)
    pipe.resize_output("polarization", [6], target_offset=[1], channel="b")
    through(pipe, lambda batch, k: None)

    grown = bpipe.decode(b.getvalue())["polarization"]
    assert grown.shape == (3, 6, 2)
    for k in range(3):
        assert grown[k].tolist() == [[0, 0], [1, 0], [0.5, -0.5 * k], [0, 0], [k, 0.25], [0, 0]]


def test_s10_submatrix_of_two_dimensions() -> None:
    data = stream([], ["int img[3][2]"], b"", 24, struct.pack(">6i", 0, 1, 2, 10, 11, 12))

    def edit(pipe: bpipe.Pipe) -> None:
        pipe.resize_output("img", [2, 3], [1, 0], [0, 1], [2, 2])

    found = copied(data, edit)

    assert found == stream([], ["int img[2][3]"], b"", 24, struct.pack(">6i", 0, 0, 1, 2, 11, 12))


def test_s12_a_field_that_is_deleted_and_added_again_is_a_new_one() -> None:
    out = io.BytesIO()
    pipe = bpipe.Pipe(A, outputs=[out])
    pipe.resize_output("energy", 7, channel=0)
    assert pipe.delete("energy", site="core") == 0
    assert pipe.add("energy", "int", 2) == 0

    def edit(batch: Any, k: Any) -> None:
        assert not batch["energy"].any()
        batch["energy"] = np.stack([k, -k], axis=1)

    through(pipe, edit)

    found = bpipe.decode(out.getvalue())
    assert [one.name for one in found.fields][-1] == "energy"
    assert found.fields[-1].extents == (2,)
    assert found["energy"].tolist() == [[0, 0], [1, -1], [2, -2]]
    assert found["time"].tolist() == [0, 10, 20]


def test_s13_source() -> None:
    out = io.BytesIO()
    pipe = bpipe.Pipe(outputs=[out])
    pipe.add_header("shell", "int", None, 3)
    pipe.add_string("history", "raygen")
    pipe.add_string("history", "surface_intercept")
    for line in LINES:
        kind, name = line.removesuffix("[4]").split()
        assert pipe.add(name, kind, [4] if line.endswith("]") else None) == 0
    pipe.map()
    pipe.write_header()
    packets = pipe.packets(3)
    k = np.arange(3)
    packets["position"] = np.stack([1 + k, 2 + k, -0.5 * k], axis=1)
    packets["direction"] = np.stack([0.25 * k, 0 * k - 0.5, 0 * k + 0.75], axis=1)
    packets["energy"], packets["weight"], packets["time"] = 1.5 + k, 2.0**-k, 10 * k
    packets["polarization"][:, 0, 0] = 1
    packets["polarization"][:, 1] = np.stack([0 * k + 0.5, -0.5 * k], axis=1)
    packets["polarization"][:, 3] = np.stack([k, 0 * k + 0.25], axis=1)
    pipe.write(packets)

    assert out.getvalue() == A


def test_s14_sink() -> None:
    pipe = bpipe.Pipe(A)
    pipe.delete("polarization", site="core")

    assert pipe.map() == 72
    assert [len(pipe.read()) for _ in range(3)] == [3, 0, 0]


def test_s15_filter() -> None:
    out = io.BytesIO()
    pipe = bpipe.Pipe(A, outputs=[out])
    pipe.delete("polarization")
    pipe.map()
    pipe.write_header()
    for batch in pipe:
        kept = batch[batch["weight"] >= 0.5]
        kept["weight"] = 1
        pipe.write(kept)

    names = ["position", "direction", "energy", "weight", "time"]
    assert out.getvalue() == stream(HEADER, LINES[:5], HDATA, 72, floats(names, (0, 1), weight=lambda k: (1.0,)))


def test_s16_routing() -> None:
    first, second = io.BytesIO(), io.BytesIO()
    pipe = bpipe.Pipe(A, outputs=[first, second], batch=1)
    assert pipe.delete("time", site="output", channel=bpipe.BPOutputChannel_ALL) == 0
    assert pipe.delete("weight", site="output", channel=1) == 0
    assert pipe.delete("time", site="output", channel=0) == 1
    pipe.map()
    pipe.write_header()
    for number, batch in enumerate(pipe):
        assert batch["time"].tolist() == [10 * number]
        pipe.write(batch, number % 2)

    names = ["position", "direction", "energy", "weight", "polarization"]
    assert packets_of(first, 128) == [floats(names, [0]), floats(names, [2])]
    names.remove("weight")
    assert packets_of(second, 120) == [floats(names, [1])]


def test_s17_edits_in_place_reach_all_outputs() -> None:
    outs = [io.BytesIO(), io.BytesIO()]

    def edit(batch: Any, k: Any) -> None:
        x, y, z = batch["position"].T.copy()
        batch["position"] = np.stack([y, -z, -x], axis=1)

    through(bpipe.Pipe(A, outputs=outs), edit)

    assert outs[0].getvalue() == outs[1].getvalue()
    assert bpipe.decode(outs[0].getvalue())["position"][1].tolist() == [3, 0.5, -2]


def test_s19_byte_order() -> None:
    body = A[232:]
    swapped = b"".join(body[at : at + 8][::-1] for at in range(0, len(body), 8))
    hdata = struct.pack("<i", 3) + HDATA[4:]
    little = stream(HEADER, LINES, hdata, 136, swapped, "<")

    assert bpipe.to_plain(bpipe.decode(little))["fields"] == bpipe.to_plain(bpipe.decode(A))["fields"]
    assert bpipe.decode(little).packets["position"].tolist() == bpipe.decode(A).packets["position"].tolist()
    assert bpipe.encode(bpipe.decode(little)) == A
    assert copied(little, lambda pipe: None) == A


def test_s20_all_types() -> None:
    kinds = ["char", "double", "int", "uint", "DVector2", "DVector3", "IVector2", "IVector3", "UIVector2", "UIVector3",
             "DComplex", "DCVector2", "DCVector3"]  # fmt: skip
    data = stream([], [f"{kind} f_{kind}" for kind in kinds], b"", 193, bytes(range(193)) * 2)
    pipe = bpipe.Pipe(data)

    assert pipe.map() == 200  # aligned: only the char leaves a gap, of 7 bytes
    assert pipe.offset("f_double") == 8
    assert copied(data, lambda pipe: None) == data


def test_s21_header_only() -> None:
    data = stream(["uint n"], [], struct.pack(">I", 7), 0)
    pipe = bpipe.Pipe(data)

    assert pipe.map() == 0
    assert len(pipe.read()) == 0
    assert copied(data, lambda pipe: None) == data
