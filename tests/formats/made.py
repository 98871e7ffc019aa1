"""Modules of specifications that stand in a test or beside it."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

from sciwire.generator.render import render_format
from sciwire.model import Problems, load_spec

__all__ = ["generated", "loaded", "module_of", "run"]

ROOT = Path(__file__).resolve().parents[2]


def run(*words: str | Path, first: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run a module of Python with *words*; modules below *first* hide those of the project."""
    roots = [*([first] if first else []), *(ROOT / name for name in ("generator", "generated", "conformance"))]
    return subprocess.run(
        [sys.executable, "-m", *map(str, words)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(map(str, roots)), "MYPYPATH": "generator"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def generated(specs: Path, output: Path) -> Path:
    """The folder *output* with the modules that the command makes of the folder *specs*."""
    done = run("sciwire.cli", "generate", "--specs", specs, "--output", output)
    assert done.returncode == 0, done.stdout + done.stderr
    return output


@contextmanager
def loaded(output: Path, names: Sequence[str], prefix: str) -> Iterator[dict[str, ModuleType]]:
    """The modules *names* below *output*, imported under names that hide no other module."""
    found = {name: _imported(f"{prefix}_{name}", output / "sciwire" / "formats" / f"{name}.py") for name in names}
    yield found
    for module in found.values():
        del sys.modules[module.__name__]


def _imported(alias: str, path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(alias, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[alias] = module
    spec.loader.exec_module(module)
    return module


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
    return _imported(f"made_{name}", source)
