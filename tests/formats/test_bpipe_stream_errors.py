"""The table of errors, where bytes, files or memory are at fault: by which code, where, and what came before."""

from __future__ import annotations

import errno
import io
from pathlib import Path
from typing import Any

import pytest
from bpipe_bytes import A, stream

from sciwire.formats import bpipe
from sciwire.runtime import CodecError, DecodeError, LimitError, Limits


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


def test_e29_a_path_that_cant_be_opened_is_the_error_of_the_system(tmp_path: Path) -> None:
    for make in (lambda: bpipe.Pipe(tmp_path / "none"), lambda: bpipe.Pipe(A, [tmp_path / "none" / "out"])):
        with pytest.raises(FileNotFoundError) as caught:
            make()
        assert caught.value.errno == errno.ENOENT
        assert not isinstance(caught.value, CodecError)


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
