"""Good files of a few rows, and the value that each holds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from .entries import Entry, bytes_text, valid
from .h5build import ABSENT, write_raw

__all__ = ["MANY", "THREE", "plain", "rows_value"]

MANY = [bytes(range(1, 1 + length)) for length in range(41)]  # 41 lengths, 0 to 40: every padding of the heap
THREE = [b"first", b"", b"\x00third\x00"]


def rows_value(
    msgs: list[bytes], io_groups: list[int], version: str = "0.0", io_version: str | None = None
) -> dict[str, Any]:
    """Return the canonical value."""
    return {
        "version": version,
        "io_version": io_version,
        "msgs": [bytes_text(msg) for msg in msgs],
        "msg_headers": {"io_groups": io_groups},
    }


def plain(
    folder: Path, name: str, doc: str, rules: str, msgs: list[bytes], groups: list[int] | None = None, **how: Any
) -> Entry:
    """Write a file through `write_raw` and state what it holds; `level` and `needs` are taken out of *how*."""
    extra = {key: how.pop(key) for key in ("level", "needs") if key in how}
    file = f"{name}.h5"
    write_raw(folder / file, msgs, groups, **how)
    groups = [row % 256 for row in range(len(msgs))] if groups is None else groups
    io_version = how.get("io_version", ABSENT)
    value = rows_value(msgs, groups, how.get("version", "0.0"), None if io_version is ABSENT else io_version)
    return valid(name, doc, rules, file, value, **extra)
