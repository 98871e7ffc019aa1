"""Decoding qstream against Kaitai's generated Python (or construct) on the same packets, and memory.

    PYTHONPATH=generator:generated python benchmarks/qstream.py

Targets: 100,000 packets of three little-endian doubles, descriptors included, at least 150 times faster than
Kaitai (500 times faster than construct where Kaitai can't be had), two interleaved packet types at least 20
times, ascii10 fields at least 2.5 times faster than a loop of ``float()``, memory at most 3 times the payload.
Kaitai's compiler (npm) and both runtimes (PyPI) are fetched into a temporary folder and thrown away again.
"""

from __future__ import annotations

import importlib
import shutil
import subprocess
import sys
import tempfile
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from _measure import conditions, measure, report

from sciwire.formats import qstream

PACKETS = 100_000

#: the compiler has no part in the timing; the layout is written for speed: no strings, no substreams
KSY = """\
meta: {id: packets, endian: le}
params: [{id: head, type: u4}]
seq:
  - {id: descriptors, size: head}
  - {id: packets, type: packet, repeat: eos}
types:
  packet:
    seq:
      - {id: tag, contents: ":01:"}
      - {id: x, type: f8}
      - {id: y, type: f8}
      - {id: z, type: f8}
"""
KSY_MIXED = """\
meta: {id: mixed, endian: le}
params: [{id: head, type: u4}]
seq:
  - {id: descriptors, size: head}
  - {id: packets, type: packet, repeat: eos}
types:
  packet:
    seq:
      - {id: tag, type: u4}
      - {id: body, type: {switch-on: tag, cases: {0x3a31303a: three, 0x3a32303a: one}}}
  three:
    seq: [{id: x, type: f8}, {id: y, type: f8}, {id: z, type: f8}]
  one:
    seq: [{id: a, type: f8}]
"""


def descriptor(id: str, document: str) -> bytes:
    """One descriptor chunk."""
    return f"[{id}]{len(document):06d}{document}".encode()


def packet_type(id: str, *planes: tuple[str, str]) -> bytes:
    """A descriptor of rank-1 planes (name, encoding)."""
    inside = "".join(
        f'<qdataset id="{name}" rank="1"><properties/><values encoding="{encoding}" length=""/></qdataset>'
        for name, encoding in planes
    )
    return descriptor(id, f"<packet>{inside}</packet>")


def streams() -> tuple[bytes, bytes, np.ndarray[Any, Any], int, int]:
    """The uniform and the interleaved stream, the numbers in the first two, and the sizes of their heads."""
    rng = np.random.default_rng(20261120)
    numbers = rng.normal(size=(PACKETS, 3)).astype("<f8")
    head = descriptor("00", '<stream dataset_id="x" byte_order="little_endian"/>')
    three = packet_type("01", ("x", "double"), ("y", "double"), ("z", "double"))
    one = packet_type("02", ("a", "double"))
    first = [b":01:" + row.tobytes() for row in numbers]
    second = [b":02:" + row[:1].tobytes() for row in numbers]
    order = rng.permutation(2 * PACKETS)  # any order, as instruments of different cadence give it
    both = iter(first), iter(second)
    mixed = b"".join(next(both[index & 1]) for index in order.tolist())
    return (
        head + three + b"".join(first),
        head + three + one + mixed,
        numbers,
        len(head + three),
        len(head + three + one),
    )


def kaitai(folder: Path) -> tuple[Callable[[bytes, int], Any], Callable[[bytes, int], Any]] | None:
    """Readers that Kaitai generates, or None where its compiler or runtime can't be fetched."""
    try:
        _run(
            "npm",
            "install",
            "--silent",
            "--no-audit",
            "--no-fund",
            "kaitai-struct-compiler@0.11",
            "js-yaml@4",
            cwd=folder,
        )
        _run(
            sys.executable,
            "-m",
            "pip",
            "install",
            "-q",
            "--target",
            folder / "python",
            "kaitaistruct==0.11",
            cwd=folder,
        )
        for name, text in (("packets", KSY), ("mixed", KSY_MIXED)):
            (folder / f"{name}.ksy").write_text(text)
        (folder / "compile.js").write_text(_COMPILE)
        _run("node", "compile.js", cwd=folder)
    except (OSError, subprocess.SubprocessError) as error:
        print(f"Kaitai can't be had: {error}")
        return None
    sys.path[:0] = [str(folder / "python"), str(folder)]
    runtime, uniform, mixed = (importlib.import_module(name) for name in ("kaitaistruct", "packets", "mixed"))

    def reader(kind: Any) -> Callable[[bytes, int], Any]:
        return lambda data, head: kind(head, runtime.KaitaiStream(runtime.BytesIO(data)))

    return reader(uniform.Packets), reader(mixed.Mixed)


_COMPILE = """
const yaml = require("js-yaml"), fs = require("fs");
const loaded = require("kaitai-struct-compiler");
const compiler = loaded.compile ? loaded : new (loaded.default || loaded)();
(async () => {
  for (const name of ["packets", "mixed"]) {
    const files = await compiler.compile("python", yaml.load(fs.readFileSync(name + ".ksy", "utf8")), null, false);
    for (const [file, text] of Object.entries(files)) fs.writeFileSync(file, text);
  }
})().catch(error => { console.error(error); process.exit(1); });
"""


def _run(*command: str | Path, cwd: Path) -> None:
    subprocess.run([str(word) for word in command], cwd=cwd, check=True, timeout=300, capture_output=True)


def construct_reader(folder: Path) -> Callable[[bytes, int], Any]:
    """The same packets by construct's declarative parser."""
    _run(sys.executable, "-m", "pip", "install", "-q", "--target", folder / "python", "construct==2.10.70", cwd=folder)
    sys.path.insert(0, str(folder / "python"))
    c = importlib.import_module("construct")
    packet = c.Struct("tag" / c.Const(b":01:"), "x" / c.Float64l, "y" / c.Float64l, "z" / c.Float64l)
    return lambda data, head: c.GreedyRange(packet).parse(data[head:])


def main() -> None:
    """Run all comparisons; what was read is checked before anything is timed."""
    print(conditions(), f"{PACKETS} packets")
    uniform, mixed, numbers, head, mixed_head = streams()
    _check(uniform, mixed, numbers)
    folder = Path(tempfile.mkdtemp())
    try:
        found = kaitai(folder)
        if found is not None:
            _compare("three doubles", "Kaitai", lambda: found[0](uniform, head), uniform, 150)
            _compare("two interleaved types", "Kaitai", lambda: found[1](mixed, mixed_head), mixed, 20)
        else:
            read = construct_reader(folder)
            _compare("three doubles", "construct", lambda: read(uniform, head), uniform, 500)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    _ascii(numbers)
    for name, data, payload in (("three doubles", uniform, 24 * PACKETS), ("interleaved", mixed, 32 * PACKETS)):
        _memory(name, data, payload)


def _check(uniform: bytes, mixed: bytes, numbers: np.ndarray[Any, Any]) -> None:
    for data in (uniform, mixed):
        stream = qstream.decode(data)
        for index, name in enumerate("xyz"):
            assert stream[name].values.flags.c_contiguous
            np.testing.assert_array_equal(stream[name].values, numbers[:, index])
    np.testing.assert_array_equal(qstream.decode(mixed)["a"].values, numbers[:, 0])


def _compare(title: str, peer: str, theirs: Callable[[], object], data: bytes, target: int) -> None:
    # each in a stretch of its own: between two runs of the peer, which fills the caches, ours never runs twice alike
    slow = measure({peer: theirs}, rounds=3)[peer].best
    fast = measure({"sciwire": lambda: qstream.decode(data)}, rounds=30)["sciwire"].best
    verdict = "ok" if slow / fast >= target else "MISSED"
    print(
        f"{title}: {peer} {slow * 1e3:.1f} ms, sciwire {fast * 1e3:.2f} ms: {slow / fast:.0f} times faster (at least {target}: {verdict})"
    )


def _ascii(numbers: np.ndarray[Any, Any]) -> None:
    """The forms of the reference writer: exponents where values differ much, else up to four decimals."""
    spread = numbers * 10.0 ** np.random.default_rng(1).integers(-5, 6, numbers.shape)
    short = [[f"{x:.4f}".rstrip("0") for x in row] for row in numbers.tolist()]
    for form, texts in (("+d.ddE00", [[f"{x:+.2E}" for x in row] for row in spread.tolist()]), ("0.####", short)):
        for planes in (1, 3):
            _ascii_planes(f"ascii10, {form}, {planes} plane{'s' * (planes > 1)}", [row[:planes] for row in texts])


def _ascii_planes(title: str, texts: list[list[str]]) -> None:
    names = "xyz"[: len(texts[0])]
    body = "".join(f":01:{' '.join(f'{text:>9}' for text in row)}\n" for row in texts).encode()
    head = descriptor("00", '<stream dataset_id="x"/>') + packet_type("01", *((name, "ascii10") for name in names))
    data, step = head + body, 4 + 10 * len(names)
    places = [at for start in range(4, len(body), step) for at in range(start, start + step - 4, 10)]

    def loop() -> list[float]:
        return [float(body[at : at + 10]) for at in places]

    stream = qstream.decode(data)
    got = np.stack([stream[name].values for name in names], axis=1).reshape(-1)
    assert np.array_equal(got.view("u8"), np.array(loop()).view("u8")), title
    report(
        f"{title}, bit-identical to float()",
        measure({"float() over the slices": loop, "sciwire": lambda: qstream.decode(data)}, rounds=7),
        {"sciwire": "at most x 0.400"},
    )


def _memory(name: str, data: bytes, payload: int) -> None:
    qstream.decode(data)
    tracemalloc.start()
    stream = qstream.decode(data)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    del stream
    verdict = "ok" if peak <= 3 * payload else "MISSED"
    print(
        f"memory, {name}: peak {peak / 1e6:.1f} MB for {payload / 1e6:.1f} MB of payload: x {peak / payload:.2f} (at most 3: {verdict})"
    )


if __name__ == "__main__":
    main()
