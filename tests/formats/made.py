"""Modules of specifications that stand in a test."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

from sciwire.generator.render import render_format
from sciwire.model import Problems, load_spec

__all__ = ["module_of"]


def module_of(folder: Path, text: str) -> ModuleType:
    """The module that is generated from the specification *text*; it is written to *folder*."""
    name = next(line.split(":")[1].strip() for line in text.splitlines() if line.startswith("format:"))
    path = folder / "1.yaml"
    path.write_text(text, encoding="utf-8")
    problems = Problems()
    spec = load_spec(path, problems)
    assert spec is not None, problems.render()
    source = folder / f"{name}.py"
    source.write_text(render_format((spec,)), encoding="utf-8")
    found = importlib.util.spec_from_file_location(f"made_{name}", source)
    assert found is not None and found.loader is not None
    module = importlib.util.module_from_spec(found)
    sys.modules[found.name] = module
    found.loader.exec_module(module)
    return module
