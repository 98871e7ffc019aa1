"""The table of errors, where a call is at fault: what is refused, by which code, and that nothing has changed then.

Where bytes or files are at fault: `test_bpipe_stream_errors`.
"""

from __future__ import annotations

import io
import pickle
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from bpipe_bytes import LINES, A

from sciwire.formats import bpipe
from sciwire.runtime import DecodeError, EncodeError, LimitError, TruncatedError

Do = Callable[[bpipe.Pipe], object]


def shape(pipe: bpipe.Pipe) -> object:
    """All that definition calls could change."""
    header = [(one.name, one.index, one.type, one.extents, one.data.tobytes()) for one in pipe.header]
    return header, pipe.fields, [pipe.output_fields(one.index) for one in pipe.outputs]


def test_e1_a_name_that_exists_is_told_by_the_result() -> None:
    pipe = bpipe.Pipe(A)
    before = shape(pipe)

    assert pipe.add("energy", "int", [3]) == 1
    assert shape(pipe) == before


@pytest.mark.parametrize("site", ["core", "output"])
def test_e2_a_field_that_is_not_there_is_told_by_the_result(site: str) -> None:
    assert bpipe.Pipe(A, [io.BytesIO()]).delete("missing", site) == 1


REFUSED: dict[str, tuple[str, Do]] = {
    "e3 digit first": ("constraint", lambda pipe: pipe.add("2pos", "double")),
    "e3 hyphen": ("constraint", lambda pipe: pipe.add("a-b", "double")),
    "e3 empty": ("constraint", lambda pipe: pipe.add("", "double")),
    "e3 none": ("constraint", lambda pipe: pipe.add(None, "double")),  # type: ignore[arg-type]  # on purpose
    "e3 blank": ("constraint", lambda pipe: pipe.add("a b", "double")),
    "e3 bracket": ("constraint", lambda pipe: pipe.add("a[2]", "double")),
    "e3 not ascii": ("constraint", lambda pipe: pipe.add("ä", "double")),
    "e3 header": ("constraint", lambda pipe: pipe.add_header("2pos", "double")),
    "e4 empty": ("constraint", lambda pipe: pipe.add("x", "double", [])),
    "e4 zero": ("constraint", lambda pipe: pipe.add("x", "double", [2, 0])),
    "e4 negative": ("constraint", lambda pipe: pipe.add("x", "double", [-1])),
    "e4 fraction": ("constraint", lambda pipe: pipe.add("x", "double", [1.5])),
    "e4 too many": ("constraint", lambda pipe: pipe.add("x", "double", [2**31])),
    "e4 overflow": ("constraint", lambda pipe: pipe.add("x", "double", [2**16] * 4)),
    "e4 17 dimensions": ("constraint", lambda pipe: pipe.add("x", "double", [1] * 17)),
    "e5": ("type", lambda pipe: pipe.add("x", "float")),
    "e5 none": ("type", lambda pipe: pipe.add("x", None)),  # type: ignore[arg-type]  # on purpose
    "e5 header": ("type", lambda pipe: pipe.add_header("x", "string")),
    "e6": ("constraint", lambda pipe: pipe.delete("time", site=bpipe.BPDSite_INPUT)),
    "e6 no site": ("constraint", lambda pipe: pipe.delete("time", site="")),
    "channel": ("constraint", lambda pipe: pipe.delete("time", channel=2)),
    "channel negative": ("constraint", lambda pipe: pipe.delete("time", channel=-1)),
    "e7 offset": ("size", lambda pipe: pipe.resize_core("polarization", 2, [4])),
    "e7 extent": ("size", lambda pipe: pipe.resize_core("polarization", 8, [2], [0], [3])),
    "e7 negative": ("size", lambda pipe: pipe.resize_output("polarization", 2, [-1])),
    "e7 nothing": ("size", lambda pipe: pipe.resize_output("polarization", 2, None, None, [0])),
    "e8 offset": ("size", lambda pipe: pipe.resize_output("polarization", 2, None, [2])),
    "e8 extent": ("size", lambda pipe: pipe.resize_output("polarization", 2, None, [0], [3])),
    "e8 extra dimension": ("size", lambda pipe: pipe.resize_output("polarization", [4, 2], None, [0, 2])),
    "e8 rank": ("size", lambda pipe: pipe.resize_output("polarization", [4, 2], None, [0])),
    "e8 header": ("size", lambda pipe: pipe.resize_header("history", 0, 3, None, [3])),
    "resize zero": ("constraint", lambda pipe: pipe.resize_core("polarization", 0)),
    "resize missing": ("constraint", lambda pipe: pipe.resize_core("missing", 2)),
    "resize header missing": ("constraint", lambda pipe: pipe.resize_header("missing")),
    "e9": ("state", lambda pipe: pipe.input(A)),
    "e10": ("state", lambda pipe: pipe.write_header()),
    "e11": ("state", lambda pipe: pipe.read()),
    "e11 packets": ("state", lambda pipe: pipe.packets(1)),
    "e12 illegal": ("constraint", lambda pipe: pipe.delete_header("history", -3)),
    "e12 illegal type": ("constraint", lambda pipe: pipe.header_type("history", "first")),
    "e15": ("state", lambda pipe: pipe.write(np.zeros(1, np.uint8))),
    "value": ("type", lambda pipe: pipe.add_header("x", "int", None, 1.5)),
    "value too large": ("type", lambda pipe: pipe.add_header("x", "int", [2], [1, 2**31])),
    "value negative": ("type", lambda pipe: pipe.add_header("x", "uint", None, -1)),
    "value number": ("type", lambda pipe: pipe.add_header("x", "int", [2], [1, 2, 3])),
    "value text": ("type", lambda pipe: pipe.add_header("x", "int", None, "one")),
    "string length": ("constraint", lambda pipe: pipe.add_string("x", "one", -1)),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_request_that_cant_be_met_is_bpebadarg_and_changes_nothing(name: str) -> None:
    category, do = REFUSED[name]
    pipe = bpipe.Pipe(A, outputs=[io.BytesIO(), io.BytesIO()])
    before = shape(pipe)

    with pytest.raises(bpipe.BPEBADARG) as caught:
        do(pipe)

    assert caught.value.category == category
    assert caught.value.rule.startswith("BP-0")
    assert shape(pipe) == before


def test_e3_a_reserved_name_is_legal() -> None:
    assert bpipe.Pipe(A).add("_x", "double") == 0


def test_e12_absent_header_fields_are_told_by_the_result() -> None:
    pipe = bpipe.Pipe(A)

    assert pipe.delete_header("history", 2) == 1
    assert pipe.delete_header("missing", 0) == 1
    assert pipe.delete_header("missing", "all") == 1


AFTER: dict[str, Do] = {
    "e13 map": lambda pipe: pipe.map(),
    "delete": lambda pipe: pipe.delete("time"),
    "delete header": lambda pipe: pipe.delete_header("shell"),
    "add string": lambda pipe: pipe.add_string("history", "late"),
    "add": lambda pipe: pipe.add("x", "double"),
    "resize core": lambda pipe: pipe.resize_core("polarization", 2),
    "resize output": lambda pipe: pipe.resize_output("polarization", 2),
    "add header": lambda pipe: pipe.add_header("x", "double"),
    "resize header": lambda pipe: pipe.resize_header("history", 0, 9),
    "output": lambda pipe: pipe.output(io.BytesIO()),
    "input": lambda pipe: pipe.input(A),
}


@pytest.mark.parametrize("name", AFTER)
def test_e14_map_freezes_all_definitions(name: str) -> None:
    pipe = bpipe.Pipe(A, outputs=[io.BytesIO()])
    pipe.map()
    before = shape(pipe)

    with pytest.raises(bpipe.BPEBADARG, match="map") as caught:
        AFTER[name](pipe)

    assert (caught.value.category, caught.value.rule) == ("state", "BP-040")
    assert shape(pipe) == before


def test_e15_packets_before_the_header_and_a_header_twice() -> None:
    out = io.BytesIO()
    pipe = bpipe.Pipe(A, outputs=[out])
    pipe.map()
    batch = pipe.read()
    with pytest.raises(bpipe.BPEBADARG, match="packets are written before the header"):
        pipe.write(batch)
    assert out.getvalue() == b""
    pipe.write_header()
    with pytest.raises(bpipe.BPEBADARG, match="the header is written a second time"):
        pipe.write_header()
    pipe.write(batch)

    assert out.getvalue() == A


def test_e16_and_e17_images_that_hold_nothing() -> None:
    names = [line.split()[1].split("[")[0] for line in LINES]
    pipe = bpipe.Pipe(A)
    pipe.add("own", "double")
    for name in names:
        pipe.delete(name, site="core")
    with pytest.raises(bpipe.BPEBADPIPE, match="every packet field of the input is deleted"):
        pipe.map()

    other = bpipe.Pipe(A, outputs=[io.BytesIO(), io.BytesIO()])
    for name in names:
        other.delete(name, channel=1)
    with pytest.raises(bpipe.BPEBADPIPE, match="every packet field of output '1' is deleted"):
        other.map()
    assert not other.mapped


def test_e28_the_type_of_what_is_not_there() -> None:
    pipe = bpipe.Pipe(A)

    assert pipe.hdrf_type("missing") == bpipe.BPDType_NOTYPE
    assert pipe.hdrf_type("shell") == bpipe.BPDType_int
    assert pipe.dpktf_type("position") == bpipe.BPDType_DVector3


def test_e30_no_data_of_a_deleted_field_nor_before_map() -> None:
    pipe = bpipe.Pipe(A)
    pipe.delete("direction", site="core")
    unmapped = np.zeros(1, [("time", "f8")])

    assert pipe.dpktf_datap(unmapped, "time") is None
    pipe.map()
    batch = pipe.read()
    assert pipe.dpktf_datap(batch, "direction") is None
    assert pipe.dpktf_datap(batch, "time") is not None


def test_the_output_is_not_the_input(tmp_path: Path) -> None:
    path = tmp_path / "a.bpx"
    path.write_bytes(A)

    with pytest.raises(bpipe.BPEBADARG, match="is an input too"):
        bpipe.Pipe(path, [path])
    assert path.read_bytes() == A


def test_errors_are_what_callers_catch_and_survive_a_process() -> None:
    parents = {
        bpipe.BPEBADARG: EncodeError,
        bpipe.BPEBADPIPE: DecodeError,
        bpipe.BPEIOERR: TruncatedError,
        bpipe.BPENOMEM: LimitError,
    }
    for kind, parent in parents.items():
        error = kind("expected a, got b", category="size", path="header[0]", at=48, rule="BP-008", subject="bpipe")
        again = pickle.loads(pickle.dumps(error))
        assert isinstance(error, parent)
        assert type(again) is kind
        assert str(again) == "bpipe header[0] at byte 48: expected a, got b [BP-008]"
    assert issubclass(bpipe.BPEIOERR, OSError)
    assert issubclass(bpipe.BPENOMEM, MemoryError)


def test_the_message_of_a_request() -> None:
    pipe = bpipe.Pipe(A, outputs=[io.BytesIO()])
    with pytest.raises(bpipe.BPEBADARG) as caught:
        pipe.resize_output("polarization", [2], [1], [0], [3])

    expected = "bpipe polarization: a part of [3] from [1] of [4] does not fit at [0] of [2] (dimension 0) [BP-036]"
    assert str(caught.value) == expected
