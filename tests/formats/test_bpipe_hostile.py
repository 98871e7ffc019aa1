"""Hostile streams: refused with an error of ours, within a second and 200 MB; and streams of any length in constant memory."""

from __future__ import annotations

import random
import struct
import subprocess
import sys
from pathlib import Path

import pytest
from bpipe_bytes import A, stream
from hostile import refusals

from sciwire.formats import bpipe
from sciwire.runtime import CodecError


def prefix(n_hdrf: int, n_dpktf: int, text: int, hdata: int, packet: int) -> bytes:
    numbers = struct.pack(">6IQ", n_hdrf, n_dpktf, text, hdata, packet, 0, 2**64 - 1)
    return b"\x89BPX\r\n\x1a\n\0\1\0\0\1\2\3\4" + numbers


ONES = 2**32 - 1
LINES = b"".join(b"char a%d\n" % number for number in range(50_000))
TWINS = b"".join(b"char a%d\n" % (number // 2) for number in range(50_000))
HOSTILE = {
    "counts": (prefix(ONES, ONES, 2**31 - 49, 0, 0) + bytes(100), "limit"),
    "text": (prefix(0, 1, 2**31 - 49, 0, 0) + b"int a\n", "truncated"),
    "header": (prefix(1, 0, 24, 2**31 - 200, 0) + b"char abcdef[2147483448]\n", "truncated"),
    "packet": (stream([], ["DCVector3 a[2147483647]"], b"", 8), "size"),
    "packet of 2 gigabytes": (stream([], ["char a[2147483647]"], b"", 2**31 - 1), None),  # legal: there is no packet
    "sum wraps": (stream([], ["int a[1073741823]", "int b"], b"", 0, bytes(8)), "size"),
    "blanks": (prefix(0, 1, 10**7, 0, 1) + b"char" + b" " * (10**7 - 6) + b"a\n", "syntax"),
    "brackets": (prefix(0, 1, 10**6, 0, 1) + b"char a" + b"[" * (10**6 - 7) + b"\n", "syntax"),
    "brackets in a legal line": (prefix(0, 1, 60000, 0, 1) + b"char a" + b"[]" * 29996 + b" \n", "syntax"),
    "extents": (prefix(0, 1, 60000, 0, 1) + b"char a[" + b"1][" * 19997 + b"]\n", "syntax"),
    "digits": (prefix(0, 1, 60000, 0, 1) + b"char a[" + b"9" * 59991 + b"]\n", "constraint"),
    "many lines": (prefix(0, 50_000, len(LINES), 0, 49_999) + LINES, "size"),
    "many twins": (prefix(0, 50_000, len(TWINS), 0, 50_000) + TWINS, "constraint"),
    "empty lines": (prefix(0, 10, 10**7, 0, 0) + b"\n" * 10**7, "framing"),
}


def test_hostile_streams_cost_little(tmp_path: Path) -> None:
    files = []
    for name, (data, _) in HOSTILE.items():
        files.append(tmp_path / f"{name.replace(' ', '-')}.bpx")
        files[-1].write_bytes(data)

    outcomes = refusals("bpipe", files)

    assert {name: one.get("category") for name, one in zip(HOSTILE, outcomes, strict=True)} == {
        name: category for name, (_, category) in HOSTILE.items()
    }


@pytest.mark.parametrize("seed", range(8))
def test_damaged_streams_are_read_or_refused_in_every_way_alike(seed: int) -> None:
    draw = random.Random(seed)
    for _ in range(150):
        data = bytearray(A[: draw.choice([len(A), 240, 150, 60])])
        for _ in range(draw.randrange(1, 4)):
            data[draw.randrange(min(len(data), 240))] = draw.choice([0, 1, 10, 32, 91, 93, 255, draw.randrange(256)])
        outcomes = []
        for read in (_decoded, _fed, _piped):
            try:
                outcomes.append(read(bytes(data)))
            except CodecError as error:
                outcomes.append(f"{error.category} {error.rule}".encode())
        assert outcomes[0] == outcomes[1] == outcomes[2], bytes(data)


def _decoded(data: bytes) -> bytes:
    return bpipe.decode(data).packets.tobytes()


def _fed(data: bytes) -> bytes:
    decoder = bpipe.Decoder()
    for at in range(0, len(data), 5):
        decoder.feed(data[at : at + 5])
    return decoder.finish().packets.tobytes()


def _piped(data: bytes) -> bytes:
    """The packets of the core image, which has the bytes of the stream's fields; as the stream has them."""
    pipe = bpipe.Pipe(data)
    pipe.map()
    found = b"".join(batch.tobytes() for batch in pipe)
    return found if pipe.core_dtype == bpipe.decode(data).packets.dtype else _decoded(data)


_COPY = """
import sys
from work import peak
from sciwire.formats import bpipe

class Endless:
    def __init__(self, head, packets, count):
        self.parts, self.left, self.body = head, count, packets
    def read(self, size):
        if self.parts:
            data, self.parts = self.parts[:size], self.parts[size:]
            return data
        if not self.left:
            return b""
        size = min(size, len(self.body))
        self.left -= 1
        return self.body[:size] if size == len(self.body) else self.short(size)
    def short(self, size):
        self.left += 1
        data, self.body = self.body[:size], self.body[size:] + self.body[:size]
        return data

class Sink:
    total = 0
    def write(self, data):
        self.total += len(data)

data = open(sys.argv[1], "rb").read()
sink = Sink()
pipe = bpipe.Pipe(Endless(data[:232], data[232:] * 1000, int(sys.argv[2])), outputs=[sink])
pipe.add("own", "char", 3)
pipe.delete("direction", site="core")
print(pipe.copy() > 1000 * int(sys.argv[2]), sink.total)
print(peak() // 1024)
"""


def test_memory_does_not_grow_with_the_stream(tmp_path: Path) -> None:
    path = tmp_path / "a.bpx"
    path.write_bytes(A)
    peaks = []
    for count in (20, 600):  # 8 and 240 megabytes
        done = subprocess.run(
            [sys.executable, "-c", _COPY, str(path), str(count)],
            env={"PYTHONPATH": ":".join(one for one in sys.path if one)},
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        peaks.append(int(done.stdout.split()[-1]))

    assert peaks[1] < peaks[0] + 50_000  # kilobytes


def test_header_fields_of_a_canonical_value_are_counted_once(monkeypatch: pytest.MonkeyPatch) -> None:
    names = ["a", "b", "a", "a", "b"]
    lines = [f"int {name}" for name in names]
    plain = bpipe.to_plain(bpipe.decode(stream(lines, [], bytes(20), 0)))

    def counted(self: object, name: str) -> list[object]:
        raise AssertionError("every field would be looked at for every other")

    monkeypatch.setattr(bpipe.Stream, "all_named", counted)

    assert [one.index for one in bpipe.from_plain(plain).header] == [0, 0, 1, 2, 1]
