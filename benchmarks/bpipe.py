"""Carbon copies of packet streams, side by side with `shutil.copyfileobj` on the same bytes.

    PYTHONPATH=generator:generated python benchmarks/bpipe.py

1,000,000 packets of 136 bytes go from one file to another. The ratio is how many times longer a contender takes
than copying the bytes; target: a carbon copy at least half as fast (x 2.0 at most). The other rows delete, add and
resize fields. Memory is what a fresh process has grown by after a copy of the whole stream.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
from _measure import conditions, measure, report

from sciwire.formats import bpipe

PACKETS = 1_000_000
_GROWTH = """
import resource, sys
from sciwire.formats import bpipe
with bpipe.Pipe(sys.argv[1], outputs=sys.argv[2]) as pipe:
    pipe.map()
    pipe.write_header()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for packets in pipe:
        pipe.write(packets)
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024)
"""


def photons(path: Path) -> None:
    """Write a stream of photons."""
    rng = np.random.default_rng(20261121)
    with bpipe.Pipe(outputs=path) as pipe:
        pipe.add_header("shell", "int", None, 1)
        for name, kind, extents in (
            ("position", "DVector3", None),
            ("direction", "DVector3", None),
            ("energy", "double", None),
            ("weight", "double", None),
            ("time", "double", None),
            ("polarization", "DComplex", 4),
        ):
            pipe.add(name, kind, extents)
        pipe.map()
        pipe.write_header()
        for _ in range(PACKETS // 10_000):
            packets = pipe.packets(10_000)
            for name in packets.dtype.names or ():
                packets[name] = rng.random(packets[name].shape)
            pipe.write(packets)


def copied(source: Path, target: Path) -> Callable[[], None]:
    """What copies bytes."""

    def run() -> None:
        with source.open("rb") as reading, target.open("wb") as writing:
            shutil.copyfileobj(reading, writing)

    return run


def piped(source: Path, target: Path, edit: Callable[[bpipe.Pipe], object] = lambda pipe: None) -> Callable[[], None]:
    """What passes packets through a pipe, batch by batch."""

    def run() -> None:
        with bpipe.Pipe(source, outputs=target) as pipe:
            edit(pipe)
            pipe.copy()

    return run


def detector(pipe: bpipe.Pipe) -> None:
    """The detector of the scenarios: a field less in core, one more, one less at the output."""
    pipe.delete("direction", site="core")
    pipe.add("pct_pol", "double")
    pipe.delete("polarization")


def main() -> None:
    print(conditions())
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, "in.bpx"), Path(folder, "out.bpx")
        photons(source)
        contenders = {
            "shutil.copyfileobj": copied(source, target),
            "carbon copy": piped(source, target),
            "detector (delete, add, delete)": piped(source, target, detector),
            "resize polarization to [2]": piped(source, target, lambda pipe: pipe.resize_output("polarization", 2)),
        }
        title = f"{PACKETS} packets of 136 bytes, file to file"
        report(title, measure(contenders, rounds=8), {"carbon copy": "target: at most x 2.0"})
        words = [sys.executable, "-c", _GROWTH, str(source), str(target)]
        grown = subprocess.run(words, capture_output=True, text=True, check=True, timeout=600).stdout
        print(f"  memory of a carbon copy of {source.stat().st_size / 1e6:.0f} MB: {float(grown):.1f} MB")


if __name__ == "__main__":
    main()
