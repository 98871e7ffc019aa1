"""A format of several versions, from the texts of its specifications to the module that serves them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

from versioned import formats_below, write_versions

__all__ = ["command", "made"]

ROOT = Path(__file__).resolve().parents[2]


def command(*words: str | Path) -> subprocess.CompletedProcess[str]:
    """Run ``sciwire`` with *words*."""
    roots = os.pathsep.join(str(ROOT / name) for name in ("generator", "generated", "conformance"))
    return subprocess.run(
        [sys.executable, "-m", "sciwire.cli", *map(str, words)],
        env={**os.environ, "PYTHONPATH": roots, "SCIWIRE_CACHE": ""},
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )


def made(folder: Path, name: str, *texts: str) -> ModuleType:
    """The module *name* of the specifications *texts*, generated in *folder*."""
    specs = write_versions(folder / "specs", name, *texts)
    done = command("generate", "--specs", specs, "--output", folder / "out")
    assert done.returncode == 0, done.stdout + done.stderr
    return formats_below(folder / "out", name)[name]
