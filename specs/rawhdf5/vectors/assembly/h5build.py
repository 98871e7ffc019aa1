"""Write raw files with plain h5py, every part of the layout open to change, so that each vector can depart in one point.

The defaults are the layout of version 0.0 as the format's README describes it. Time stamps are constants: a second run
gives the same bytes with the same h5py and HDF5.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import h5py
import numpy as np

__all__ = [
    "ABSENT",
    "CREATED",
    "FILTERED",
    "HEADER_TYPE",
    "MODIFIED",
    "TEXT",
    "VLEN_U8",
    "create",
    "write_raw",
    "write_rows",
]

CREATED = 1600000000.25  # 2020-09-13, exact in binary
MODIFIED = 1600000060.5
TEXT = h5py.string_dtype("utf-8")
VLEN_U8 = h5py.vlen_dtype(np.dtype("u1"))
HEADER_TYPE = np.dtype([("io_groups", "u1")])
FILTERED = {"chunks": (1024,), "maxshape": (None,), "compression": "gzip", "compression_opts": 4}
ABSENT = object()


def write_raw(
    path: Path,
    msgs: Sequence[bytes] = (),
    io_groups: Sequence[int] | None = None,
    *,
    version: Any = "0.0",
    io_version: Any = ABSENT,
    created: Any = CREATED,
    modified: Any = CREATED,
    msgs_type: np.dtype[Any] = VLEN_U8,
    headers_type: np.dtype[Any] = HEADER_TYPE,
    msgs_layout: dict[str, Any] | None = None,
    headers_layout: dict[str, Any] | None = None,
    libver: tuple[str, str] = ("v110", "v110"),
    userblock: int = 0,
) -> None:
    """Write *msgs* and *io_groups* (default 0, 1, 2, … modulo 256) to *path*; ABSENT leaves an attribute out."""
    groups = [row % 256 for row in range(len(msgs))] if io_groups is None else list(io_groups)
    with h5py.File(path, "w", libver=libver, userblock_size=userblock) as file:
        meta = file.create_group("meta")
        for name, value in (
            ("version", version),
            ("created", created),
            ("modified", modified),
            ("io_version", io_version),
        ):
            if value is not ABSENT:
                meta.attrs[name] = value
        msgs_rows = create(file, "msgs", len(msgs), msgs_type, msgs_layout)
        headers_rows = create(file, "msg_headers", len(groups), headers_type, headers_layout)
        write_rows(msgs_rows, msgs)
        if len(groups):
            headers_rows[...] = _headers(groups, headers_type)


def create(file: h5py.File, name: str, rows: int, kind: np.dtype[Any], layout: dict[str, Any] | None) -> h5py.Dataset:
    """Create a dataset of *rows* rows; *layout* None is the layout of the format: 1024-row chunks, deflate 4, unlimited."""
    return file.create_dataset(name, shape=(rows,), dtype=kind, **(FILTERED if layout is None else layout))


def write_rows(rows: h5py.Dataset, msgs: Iterable[bytes], start: int = 0) -> None:
    """Write messages one by one from row *start* (several of equal length at once would make h5py see a 2-D array)."""
    for row, msg in enumerate(msgs, start):
        rows[row] = np.frombuffer(msg, dtype="u1")


def _headers(io_groups: Sequence[int], kind: np.dtype[Any]) -> np.ndarray[Any, Any]:
    if kind.names is None:
        return np.asarray(io_groups, dtype=kind)
    rows = np.zeros(len(io_groups), dtype=kind)
    rows[kind.names[0]] = io_groups
    return rows
