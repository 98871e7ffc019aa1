"""Packets, words, messages and rows from the layout in `../../README.md`, number by number; scenarios and their files."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

__all__ = [
    "COLUMNS", "Group", "columns_of", "config", "data_row", "data_word", "le", "message", "nd", "packet", "raw", "raw_file",
    "save", "sync_word", "table", "time_row", "trig_word", "tx_word",
]  # fmt: skip

Step = tuple[str, dict[str, Any], Any]

#: The columns of a table of rows: name, element type, and the version that brought them.
COLUMNS = (
    *((name, "|u1", "2.0") for name in ("io_group", "io_channel", "chip_id", "packet_type", "downstream_marker", "parity",
                                        "valid_parity", "channel_id")),
    ("timestamp", "<u8", "2.0"),
    *((name, "|u1", "2.0") for name in ("dataword", "trigger_type", "local_fifo", "shared_fifo", "register_address",
                                        "register_data", "direction", "local_fifo_events")),
    ("shared_fifo_events", "<u2", "2.0"), ("counter", "<u4", "2.0"), ("fifo_diagnostics_enabled", "|u1", "2.0"),
    ("first_packet", "|u1", "2.1"), ("receipt_timestamp", "<u4", "2.3"),
)  # fmt: skip
#: Before 2.3: the columns that a packet of each type has besides those of all.
_OWN = {
    0: {"channel_id", "timestamp", "first_packet", "dataword", "trigger_type", "local_fifo", "shared_fifo"},
    1: set(), 2: {"register_address", "register_data"}, 3: {"register_address", "register_data"},
}  # fmt: skip
#: First bit and number of bits of each part of a packet.
_BITS = {
    "packet_type": (0, 2), "chip_id": (2, 8), "channel_id": (10, 6), "timestamp": (16, 31), "first_packet": (47, 1),
    "dataword": (48, 8), "trigger_type": (56, 2), "local_fifo": (58, 2), "shared_fifo": (60, 2), "downstream_marker": (62, 1),
    "parity": (63, 1), "register_address": (10, 8), "register_data": (18, 8),
}  # fmt: skip


def le(value: int, size: int) -> bytes:
    """*value* in *size* bytes, the least first."""
    return bytes(value >> 8 * index & 255 for index in range(size))


def raw(data: bytes) -> dict[str, str]:
    return {"$bytes": base64.b64encode(data).decode()}


def nd(dtype: str, values: Sequence[int], shape: Sequence[int] | None = None) -> dict[str, Any]:
    """Whole numbers of one size as a canonical array."""
    data = b"".join(le(value, int(dtype[2])) for value in values)
    return {"$nd": {"dtype": dtype, "shape": list(shape or [len(values)]), "data": base64.b64encode(data).decode()}}


def packet(*, even: bool = False, **parts: int) -> bytes:
    """The 64 bits of a packet with these parts; the last bit makes the number of ones odd, or *even*, which is wrong."""
    word = 0
    for name, value in parts.items():
        word |= value << _BITS[name][0]
    if (bin(word).count("1") % 2 == 0) is not even:
        word |= 1 << 63
    return le(word, 8)


def config(kind: int, chip: int, register: int, value: int) -> bytes:
    return packet(packet_type=kind, chip_id=chip, register_address=register, register_data=value)


def message(kind: bytes, time: int, *words: bytes, count: int | None = None) -> bytes:
    return kind + le(time, 4) + b"\0" + le(len(words) if count is None else count, 2) + b"".join(words)


def data_word(channel: int, receipt: int, bits: bytes) -> bytes:
    return b"D" + le(channel, 1) + le(receipt, 4) + bytes(2) + bits


def tx_word(channel: int, bits: bytes) -> bytes:
    return b"D" + le(channel, 1) + bytes(6) + bits


def trig_word(letter: bytes, time: int) -> bytes:
    return b"T" + letter + bytes(2) + le(time, 4) + bytes(8)


def sync_word(letter: bytes, source: int, time: int) -> bytes:
    return b"S" + letter + bytes([source, 0]) + le(time, 4) + bytes(8)


def time_row(group: int, time: int) -> dict[str, int]:
    """The row of a message's header."""
    return {"io_group": group, "packet_type": 4, "timestamp": time}


def data_row(group: int, channel: int, bits: bytes, version: str, receipt: int = 0) -> dict[str, int]:
    """The row of a packet, its bits taken apart; before 2.3 without the columns that its type does not have."""
    word = int.from_bytes(bits, "little")
    parts = {name: word >> at & (1 << width) - 1 for name, (at, width) in _BITS.items()}
    if version < "2.3":
        keep = _OWN[parts["packet_type"]] | {"packet_type", "chip_id", "downstream_marker", "parity"}
        parts = {name: value for name, value in parts.items() if name in keep}
    valid = bin(word).count("1") % 2
    return {**parts, "io_group": group, "io_channel": channel, "valid_parity": valid, "receipt_timestamp": receipt}


def columns_of(version: str) -> list[tuple[str, str]]:
    return [(name, dtype) for name, dtype, since in COLUMNS if since <= version]


def table(version: str, rows: Sequence[dict[str, int]]) -> dict[str, Any]:
    """The columns of *rows*; what a row does not say is 0."""
    return {name: nd(dtype, [row.get(name, 0) for row in rows]) for name, dtype in columns_of(version)}


def raw_file(rows: Sequence[tuple[bytes, int]], *, io_version: str | None = "0.0", headers: int | None = None) -> bytes:
    """A file of raw messages as `../../../rawhdf5/README.md` lays it out, by h5py; *headers* of them have an io group."""
    import h5py
    import numpy as np

    buffer = BytesIO()
    with h5py.File(buffer, "w", libver=("v110", "v110")) as file:
        meta = file.create_group("meta")
        meta.attrs["version"] = "0.0"
        meta.attrs["created"] = meta.attrs["modified"] = 1795212352.5
        if io_version is not None:
            meta.attrs["io_version"] = io_version
        about = {"maxshape": (None,), "chunks": (1024,), "compression": "gzip"}
        msgs = file.create_dataset("msgs", (len(rows),), h5py.vlen_dtype(np.dtype("u1")), **about)
        for index, (data, _) in enumerate(rows):
            msgs[index] = np.frombuffer(data, "u1")
        groups = [group for _, group in rows][:headers]
        file.create_dataset("msg_headers", data=np.array(groups, [("io_groups", "u1")]), **about)
    return buffer.getvalue()


class Group:
    """The scenarios of one group, and the files that they put in place."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.vectors: list[dict[str, Any]] = []
        self.files: dict[str, bytes] = {}

    def scenario(self, name: str, rules: str, doc: str, *steps: Step, level: str = "MUST") -> None:
        """*steps* are an operation, its arguments, and the expectation."""
        self.vectors.append(
            {
                "id": f"pacman/{self.name}/{name}", "kind": "scenario", "level": level, "rules": [f"PAC-{rule}" for rule in rules.split()],
                "doc": doc, "steps": [{"op": op, "args": args} for op, args, _ in steps], "expect": [expect for *_, expect in steps],
            }
        )  # fmt: skip

    def put(self, name: str, data: bytes) -> Step:
        """The step that puts a file of *data* in place; it lies beside the vectors."""
        self.files[name] = data
        return "put", {"filename": "raw.h5", "file": name}, {"value": None}


def save(groups: Sequence[Group], folder: Path, provenance: str) -> None:
    for group in groups:
        for name, data in group.files.items():
            (folder / name).write_bytes(data)
        body = {
            "format": "pacman",
            "version": "0.0",
            "group": group.name,
            "provenance": provenance,
            "vectors": group.vectors,
        }
        text = json.dumps(body, indent=1, ensure_ascii=False) + "\n"
        (folder / f"scenarios.{group.name}.json").write_text(text, encoding="utf-8")
