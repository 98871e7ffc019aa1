"""The table of errors: what is refused, by which of the documented codes, and that nothing has changed then."""

from __future__ import annotations

import errno
import io
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from bpipe_bytes import HEADER, LINES, A, stream

from sciwire.formats import bpipe
from sciwire.runtime import CodecError, DecodeError, EncodeError, LimitError, Limits, TruncatedError

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


@pytest.mark.parametrize("length", range(232))
def test_e18_a_header_that_is_cut_is_bpeioerr(length: int) -> None:
    for read in (bpipe.Pipe, bpipe.decode):
        with pytest.raises(bpipe.BPEIOERR) as caught:
            read(A[:length])
        assert caught.value.category == "truncated"


@pytest.mark.parametrize("batch", [1, 2, 3, 100])
def test_e19_whole_packets_come_before_the_error_of_a_cut_one(batch: int) -> None:
    pipe = bpipe.Pipe(A[:-1], batch=batch)
    pipe.map()
    found = []
    with pytest.raises(bpipe.BPEIOERR) as caught:
        for one in pipe:
            found += one["time"].tolist()

    assert found == [0, 10]
    assert (caught.value.at, caught.value.needed) == (232 + 2 * 136, 1)
    with pytest.raises(bpipe.BPEIOERR):
        pipe.read()


BAD = {
    "e20": (b"\x88" + A[1:], "framing"),
    "e21": (A[:9] + b"\2" + A[10:], "version"),
    "e22": (A[:12] + b"\2\1\4\3" + A[16:], "framing"),
    "e23": (A.replace(b"double energy", b"duoble energy"), "type"),
    "e24": (A.replace(b"double energy", b"double 2nergy"), "constraint"),
    "e25": (A.replace(b"polarization[4]", b"polarization[0]"), "constraint"),
    "e26": (A.replace(b"polarization[4]", b"polarization[5]"), "size"),
    "e27": (A.replace(b"double weight", b"double energy"), "constraint"),
}


@pytest.mark.parametrize("name", BAD)
def test_e20_to_e27_malformed_headers_are_bpebadpipe(name: str) -> None:
    data, category = BAD[name]

    for read in (bpipe.Pipe, bpipe.decode):
        with pytest.raises(bpipe.BPEBADPIPE) as caught:
            read(data)
        assert caught.value.category == category


def test_e28_the_type_of_what_is_not_there() -> None:
    pipe = bpipe.Pipe(A)

    assert pipe.hdrf_type("missing") == bpipe.BPDType_NOTYPE
    assert pipe.hdrf_type("shell") == bpipe.BPDType_int
    assert pipe.dpktf_type("position") == bpipe.BPDType_DVector3


def test_e29_a_path_that_cant_be_opened_is_the_error_of_the_system(tmp_path: Path) -> None:
    for make in (lambda: bpipe.Pipe(tmp_path / "none"), lambda: bpipe.Pipe(A, [tmp_path / "none" / "out"])):
        with pytest.raises(FileNotFoundError) as caught:
            make()
        assert caught.value.errno == errno.ENOENT
        assert not isinstance(caught.value, CodecError)


def test_e30_no_data_of_a_deleted_field_nor_before_map() -> None:
    pipe = bpipe.Pipe(A)
    pipe.delete("direction", site="core")
    unmapped = np.zeros(1, [("time", "f8")])

    assert pipe.dpktf_datap(unmapped, "time") is None
    pipe.map()
    batch = pipe.read()
    assert pipe.dpktf_datap(batch, "direction") is None
    assert pipe.dpktf_datap(batch, "time") is not None


class Broken(io.RawIOBase):
    """A file that fails."""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        raise OSError(errno.EIO, "the disk is gone")

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        raise OSError(errno.ENOSPC, "no space left")


def test_reads_and_writes_that_fail_are_bpeioerr() -> None:
    with pytest.raises(bpipe.BPEIOERR, match="the disk is gone") as caught:
        bpipe.Pipe(Broken())
    assert caught.value.category == "io"
    pipe = bpipe.Pipe(A, outputs=[Broken()])
    pipe.map()
    with pytest.raises(bpipe.BPEIOERR, match="no space left"):
        pipe.write_header()


def test_more_than_the_limits_allow_is_bpenomem() -> None:
    with pytest.raises(bpipe.BPENOMEM) as caught:
        bpipe.decode(A, limits=Limits(total_bytes=100))
    assert isinstance(caught.value, (LimitError, MemoryError))
    with pytest.raises(bpipe.BPENOMEM):
        bpipe.decode(A, limits=Limits(datasets=2))
    pipe = bpipe.Pipe(A)
    pipe.add("large", "DCVector3", 2**31 - 1)
    with pytest.raises(bpipe.BPENOMEM, match="a packet of 103079215"):
        pipe.map()
    other = bpipe.Pipe()
    other.add("large", "char", 2**30)
    other.map()
    with pytest.raises(bpipe.BPENOMEM, match="no memory for 1000000000000 packets"):
        other.packets(10**12)


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


LITERAL = {
    "magic": (b"GIF89a", "bpipe magic at byte 0: expected the bytes 89 42 50 58 0d 0a 1a 0a, got 47 [BP-001]"),
    "line": (
        stream([], ["double a", "quad b"], b"", 12),
        "bpipe fields[1] at byte 57: 'quad' is no type [BP-014]",
    ),
    "size": (stream([], ["double a"], b"", 9), "bpipe packet_len at byte 32: the definitions give 8 bytes, not 9 [BP-009]"),
    "cut": (
        stream([], ["double a"], b"", 8) + bytes(19),
        "bpipe packets[2] at byte 80: the stream ends after 3 of the 8 bytes of a packet [BP-020]",
    ),
    "line end": (
        A[:24] + b"\0\0\0\x90" + A[28:],
        "bpipe definitions at byte 168: the last line has no end [BP-007]",
    ),
    "header": (A[:200], "bpipe header at byte 200: expected 29 bytes, the stream ends after 0 [BP-011]"),
}  # fmt: skip


@pytest.mark.parametrize("name", LITERAL)
def test_the_message_says_where_what_and_which_rule(name: str) -> None:
    data, text = LITERAL[name]

    with pytest.raises(DecodeError) as caught:
        bpipe.decode(data)

    assert str(caught.value) == text


def test_the_message_of_a_request() -> None:
    pipe = bpipe.Pipe(A, outputs=[io.BytesIO()])
    with pytest.raises(bpipe.BPEBADARG) as caught:
        pipe.resize_output("polarization", [2], [1], [0], [3])

    expected = "bpipe polarization: a part of [3] from [1] of [4] does not fit at [0] of [2] (dimension 0) [BP-036]"
    assert str(caught.value) == expected
    assert len(HEADER) == len(pipe.header)
