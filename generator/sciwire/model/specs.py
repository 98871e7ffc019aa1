"""Where the specifications are: in a checkout, or shipped inside the installed package."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

__all__ = ["find_specs", "specs_dir"]


@cache
def specs_dir() -> Path:
    """The folder ``specs``: `SCIWIRE_SPECS` if set, else the installed one, else that of the checkout."""
    named = os.environ.get("SCIWIRE_SPECS")
    if named:
        return Path(named)
    here = Path(__file__).resolve()
    for candidate in (here.parents[1] / "specs", here.parents[3] / "specs"):
        if (candidate / "schema").is_dir():
            return candidate
    raise FileNotFoundError("the folder of specifications is neither beside the package nor in a checkout")


def find_specs(root: Path, formats: tuple[str, ...] = ()) -> list[Path]:
    """Every ``<format>/<version>.yaml`` below *root*, in a fixed order; only these *formats* if any are named."""
    found = [
        path
        for path in sorted(root.glob("*/*.yaml"))
        if path.parent.name != "schema" and (not formats or path.parent.name in formats)
    ]
    return sorted(found, key=lambda path: (path.parent.name, _version_key(path.stem)))


def _version_key(version: str) -> tuple[tuple[int, str], ...]:
    return tuple((int(part), "") if part.isdigit() else (-1, part) for part in version.split("."))
