"""All scenarios of PACMAN messages: functions, objects, rows and files."""

from __future__ import annotations

from pathlib import Path

from . import functions, tables
from .kit import save

__all__ = ["write"]


def write(folder: Path) -> None:
    """Write `scenarios.<group>.json` and the raw files that they put in place."""
    import h5py

    by = f"assembled by hand with assemble.py, raw files by h5py {h5py.__version__} (no codec involved)"
    save([*functions.groups(), *tables.groups()], folder, by)
