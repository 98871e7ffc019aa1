"""Files that scenarios start from and that are no vectors of their own."""

from __future__ import annotations

from pathlib import Path

import h5py
import numpy as np

from . import h5edit
from .h5build import CREATED, write_raw

__all__ = ["scenario_files"]


def scenario_files(folder: Path) -> None:
    """Write them into *folder*."""
    for name, bounds in (("foreign", ("v110", "v110")), ("foreign-old", ("earliest", "v110"))):
        with h5py.File(folder / f"{name}.h5", "w", libver=bounds) as file:
            file["site"] = np.arange(3, dtype="<u2")
    uneven = folder / "killed-uneven.h5"
    write_raw(uneven, [b"first", b"", b"\x00third\x00"], [7, 8])
    h5edit.patch(uneven, 11, bytes([5]))
    h5edit.seal_superblock(uneven)
    write_raw(folder / "clock.h5", [b"alpha"], [1], created=CREATED, modified=CREATED - 1)
    for name, io_version in (("io-0-9", "0.9"), ("io-0-10", "0.10"), ("io-1-2", "1.2")):
        write_raw(folder / f"{name}.h5", [b"alpha"], [1], io_version=io_version)
    written = folder / "being-written.h5"
    write_raw(written, [b"first", b"", b"\x00third\x00"], [0, 1, 2])
    h5edit.patch(written, 11, bytes([5]))
    h5edit.seal_superblock(written)
    data = written.read_bytes()
    for name, size in (("tail", len(data) - 20), ("half", len(data) // 2)):
        (folder / f"written-{name}.h5").write_bytes(data[:size])
