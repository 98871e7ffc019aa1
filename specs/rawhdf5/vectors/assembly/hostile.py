"""How a damaged file comes to be: three good rows, then an edit."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from . import h5edit
from .entries import Entry, invalid
from .h5build import write_raw

__all__ = ["AWAY", "ONES", "ROWS", "Edit", "damaged", "flip"]

ROWS = [b"first message", b"", b"the third message"]
ONES = 0xFFFFFFFFFFFFFFFF
AWAY = "size framing constraint truncated"  # an address that leads nowhere: a cut file looks the same from a reference
Edit = Callable[[Path], None]


def damaged(folder: Path, name: str, doc: str, rules: str, category: str, edit: Edit, *place: str, **how: Any) -> Entry:
    """Write *name*.h5, edit it, and return the vector that says how it must be refused."""
    file = f"{name}.h5"
    write_raw(folder / file, ROWS, **{key: how.pop(key) for key in list(how) if key.endswith("_layout")})
    edit(folder / file)
    return invalid(name, doc, rules, file, category, *place, **how)


def flip(path: Path, at: int) -> None:
    """Turn all bits of one byte."""
    h5edit.patch(path, at, bytes([path.read_bytes()[at] ^ 0xFF]))
