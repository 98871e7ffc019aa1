"""Files of variable-length messages, side by side with larpix-control 3.7 in one process.

    PYTHONPATH=generator:generated python benchmarks/rawhdf5.py

The ratio of larpix-control is how many times longer it takes. Writes make a new file of 100,000 messages, with
validation, flush and close; reads give lists of bytes and of integers; small appends are 20 messages of 64 bytes,
ours through a writer that is kept open, theirs by its only way, a call that opens the file each time. Memory is
what the process has grown by after 20 more reads of the same file.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import h5py
import numpy as np
from _measure import conditions, measure, report
from larpix.format import rawhdf5format as original

from sciwire.formats import rawhdf5

MESSAGES = 100_000
APPENDS = 50
TARGETS = {"24 to 104 bytes": 2.7, "64 bytes each": 4.5, "552 bytes each": 8.0}
_GROWTH = """
import resource, sys
from importlib import import_module
read = import_module(sys.argv[1]).from_rawfile
for _ in range(3): read(sys.argv[2])
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
for _ in range(20): read(sys.argv[2])
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024)
"""


def messages() -> Iterator[tuple[str, list[bytes]]]:
    """Yield names and lists of messages: the header of 8 bytes and 1 to 6 words of 16 bytes, or equal lengths."""
    rng = np.random.default_rng(20261120)
    yield "24 to 104 bytes", [rng.bytes(8 + 16 * int(words)) for words in rng.integers(1, 7, MESSAGES)]
    yield "64 bytes each", [rng.bytes(64) for _ in range(MESSAGES)]
    yield "552 bytes each", [rng.bytes(552) for _ in range(MESSAGES)]


def writing(write: Callable[..., None], path: Path, msgs: list[bytes], groups: list[int]) -> Callable[[], None]:
    """Return what makes a new file of *msgs*."""

    def run() -> None:
        path.unlink(missing_ok=True)
        write(str(path), msgs=msgs, msg_headers={"io_groups": groups})

    return run


def kept_open(path: Path, msgs: list[bytes], groups: list[int]) -> Callable[[], None]:
    """Return what appends *msgs* several times through one writer."""
    writer = rawhdf5.open_writer(path)

    def run() -> None:
        for _ in range(APPENDS):
            writer.append(msgs, io_groups=groups)

    return run


def reopened(path: Path, msgs: list[bytes], groups: list[int]) -> Callable[[], None]:
    """Return what appends *msgs* several times by the original's call."""
    original.to_rawfile(str(path))

    def run() -> None:
        for _ in range(APPENDS):
            original.to_rawfile(str(path), msgs=msgs, msg_headers={"io_groups": groups})

    return run


def growth(module: str, path: Path) -> float:
    """Return the megabytes by which a fresh process grows while it reads *path* again and again."""
    done = subprocess.run(
        [sys.executable, "-c", _GROWTH, module, str(path)], capture_output=True, text=True, check=True, timeout=600
    )
    return float(done.stdout)


def main() -> None:
    print(f"{conditions()}, h5py {h5py.__version__}, HDF5 {h5py.version.hdf5_version}")
    groups = [number % 8 for number in range(MESSAGES)]
    with tempfile.TemporaryDirectory() as folder:
        ours, theirs = Path(folder, "ours.h5"), Path(folder, "theirs.h5")
        for name, msgs in messages():
            contenders = {
                "sciwire": writing(rawhdf5.to_rawfile, ours, msgs, groups),
                "larpix-control": writing(original.to_rawfile, theirs, msgs, groups),
            }
            target = {"larpix-control": f"target: at least {TARGETS[name]}"}
            report(f"write {MESSAGES} messages, {name}", measure(contenders, rounds=3), target)
            readers = {
                "sciwire": lambda: rawhdf5.from_rawfile(str(theirs)),
                "larpix-control": lambda: original.from_rawfile(str(theirs)),
            }
            target = {"larpix-control": "target: at least 2.5"} if name == "24 to 104 bytes" else {}
            report(f"read the original's file, {name}", measure(readers, rounds=5), target)
            if name == "24 to 104 bytes":
                grown = [
                    growth(module, theirs) for module in ("sciwire.formats.rawhdf5", "larpix.format.rawhdf5format")
                ]
                print(f"  grown by 20 more reads: sciwire {grown[0]:.1f} MB, larpix-control {grown[1]:.1f} MB")
        small = [bytes([number]) * 64 for number in range(20)]
        appends = {
            "sciwire, writer kept open": kept_open(Path(folder, "kept.h5"), small, groups[:20]),
            "larpix-control": reopened(Path(folder, "reopened.h5"), small, groups[:20]),
        }
        report(
            f"{APPENDS} appends of 20 messages", measure(appends, rounds=10), {"larpix-control": "target: at least 4"}
        )
    print(f"peak memory of this process {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main()
