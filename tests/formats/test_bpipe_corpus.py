"""Every file of the corpus gives what its README says."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from bpipe_bytes import A
from corpus import corpus, needs_corpus

from sciwire.formats import bpipe

pytestmark = needs_corpus

FILES = sorted(
    path.name for path in corpus("bpipe").glob("*.bpx") if path.stem not in ("E27_dup_names", "S19_little_endian")
)


def data(name: str) -> bytes:
    return Path(corpus("bpipe", name)).read_bytes()


def test_the_files_are_there() -> None:
    assert len(FILES) >= 7
    assert data("A_input.bpx") == A


@pytest.mark.parametrize("name", FILES)
def test_encode_gives_the_same_bytes_and_so_does_a_pipe(name: str) -> None:
    out = io.BytesIO()
    bpipe.Pipe(data(name), [out]).copy()

    assert bpipe.encode(bpipe.decode(data(name))) == data(name)
    assert bpipe.encode(bpipe.from_plain(bpipe.to_plain(bpipe.decode(data(name))))) == data(name)
    assert out.getvalue() == data(name)


def test_little_endian_has_equal_values_and_becomes_big_endian() -> None:
    little = bpipe.decode(data("S19_little_endian.bpx"))

    assert all(little[one.name].tolist() == bpipe.decode(A)[one.name].tolist() for one in little.fields)
    assert bpipe.encode(little) == A


def test_two_packet_fields_of_one_name_are_refused() -> None:
    with pytest.raises(bpipe.BPEBADPIPE) as caught:
        bpipe.decode(data("E27_dup_names.bpx"))

    assert (caught.value.category, caught.value.rule) == ("constraint", "BP-016")


def test_scenarios_give_the_files() -> None:
    def through(edit: object, *names: str) -> None:
        outs = {name: io.BytesIO() for name in names}
        pipe = bpipe.Pipe(outputs=outs)
        edit(pipe)  # type: ignore[operator]  # a function
        pipe.copy()
        assert {name: out.getvalue() for name, out in outs.items()} == {name: data(f"{name}.bpx") for name in names}

    def order(pipe: bpipe.Pipe) -> None:
        pipe.add_string("history", "pre")
        pipe.input(A)
        pipe.add_string("history", "post")

    def mapper(pipe: bpipe.Pipe) -> None:
        pipe.input(A)
        for name in ("direction", "weight", "time", "polarization"):
            pipe.delete(name, channel="S2_beammap_diag")

    def cut(pipe: bpipe.Pipe) -> None:
        pipe.input(A)
        pipe.resize_output("polarization", 2)

    through(order, "S4_header_order")
    through(mapper, "S2_beammap_all", "S2_beammap_diag")
    through(cut, "S8_out_trunc")
