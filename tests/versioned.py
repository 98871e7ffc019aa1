"""Modules of formats of several versions, imported by their own names: one hands on to others."""

from __future__ import annotations

import sys
from importlib import import_module, invalidate_caches
from pathlib import Path
from types import ModuleType

import sciwire.formats

__all__ = ["formats_below", "write_versions"]


def write_versions(specs: Path, name: str, *texts: str) -> Path:
    """Write *texts*, each of which says its version, as the specifications of the format *name* below *specs*."""
    for text in texts:
        version = next(line.split('"')[1] for line in text.splitlines() if line.startswith("version:"))
        path = specs / name / f"{version}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return specs


def formats_below(output: Path, *names: str) -> dict[str, ModuleType]:
    """The generated modules *names* below *output*; nobody else finds them, or what they import, under their names."""
    package, path = sciwire.formats, sciwire.formats.__path__
    hidden = {full: sys.modules.pop(full) for full in list(sys.modules) if full.startswith("sciwire.formats.")}
    package.__path__ = [str(output / "sciwire" / "formats"), *path]
    invalidate_caches()
    try:
        return {name: import_module(f"sciwire.formats.{name}") for name in names}
    finally:
        package.__path__ = path
        for full in [one for one in sys.modules if one.startswith("sciwire.formats.")]:
            del sys.modules[full]
            vars(package).pop(full.rpartition(".")[2], None)
        sys.modules.update(hidden)
        vars(package).update({full.rpartition(".")[2]: module for full, module in hidden.items()})
