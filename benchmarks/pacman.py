"""Messages to rows and raw files to packets files, side by side with larpix-control 3.7 in one process.

    PYTHONPATH=generator:generated python benchmarks/pacman.py

The ratio of larpix-control is how many times longer it takes. Rows: its `parse`, which gives a list of packet objects,
beside our structured array. Files: reading the raw file, `parse` and `to_file` as its documentation shows.
"""

from __future__ import annotations

import resource
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import h5py
import numpy as np
from _measure import conditions, measure, report
from larpix.format import hdf5format, pacman_msg_format
from larpix.format import rawhdf5format as original

from sciwire.formats import pacman, rawhdf5

PACKETS = 50_000


def messages() -> Iterator[tuple[str, list[bytes]]]:
    """Yield names and lists of messages with random words of data."""
    rng = np.random.default_rng(20261121)
    for words in (1, 4, 30):
        count = PACKETS // words
        head = pacman_msg_format.format_header("DATA", words)
        yield f"{words} words each", [head + b"".join(b"D" + rng.bytes(15) for _ in range(words)) for _ in range(count)]


def parsed(msgs: list[bytes], groups: list[int]) -> list[object]:
    packets: list[object] = []
    for group, msg in zip(groups, msgs, strict=True):
        packets.extend(pacman_msg_format.parse(msg, io_group=group))
    return packets


def converting(raw: Path, folder: Path) -> tuple[Callable[[], object], Callable[[], object]]:
    """Return what converts *raw* our way and theirs."""
    ours, theirs = folder / "ours.h5", folder / "theirs.h5"

    def convert_ours() -> int:
        ours.unlink(missing_ok=True)
        return pacman.raw_to_packets_file(str(raw), str(ours))

    def convert_theirs() -> None:
        theirs.unlink(missing_ok=True)
        read = original.from_rawfile(str(raw))
        packets = parsed(read["msgs"], read["msg_headers"]["io_groups"])
        hdf5format.to_file(str(theirs), packet_list=packets, workers=1)

    return convert_ours, convert_theirs


def main() -> None:
    print(f"{conditions()}, h5py {h5py.__version__}, HDF5 {h5py.version.hdf5_version}")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for title, msgs in messages():
            groups = [1] * len(msgs)
            contenders: dict[str, Callable[[], object]] = {
                "sciwire to_packets": lambda msgs=msgs, groups=groups: pacman.to_packets(msgs, groups),
                "larpix-control parse": lambda msgs=msgs, groups=groups: parsed(msgs, groups),
            }
            target = {"larpix-control parse": "target: at least 12"}
            report(f"{len(msgs)} messages, {title}", measure(contenders, rounds=7), target)
            raw = folder / "raw.h5"
            raw.unlink(missing_ok=True)
            rawhdf5.to_rawfile(str(raw), msgs=msgs, msg_headers={"io_groups": groups})
            ours, theirs = converting(raw, folder)
            files = {"sciwire raw_to_packets_file": ours, "larpix-control parse + to_file": theirs}
            target = {"larpix-control parse + to_file": "target: at least 30"}
            report(f"raw file of {len(msgs)} messages, {title}", measure(files, rounds=2), target)
    print(f"peak memory of this process {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main()
