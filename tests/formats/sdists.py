"""Source distributions of other projects, for the tests and scripts in them: fetched by pip, never kept here.

Some of them can't be built (that of larpix-control 3.7.0 reads a file that it does not carry), and none needs to be:
`pip download` fails after unpacking, and ``--no-clean`` leaves what it unpacked.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

__all__ = ["pytest_of_theirs", "unpacked"]

ROOT = Path(__file__).resolve().parents[2]


def unpacked(requirement: str, has: str, folder: Path) -> Path:
    """Return the folder of the source distribution *requirement* that holds the file *has*, or skip."""
    command = [sys.executable, "-m", "pip", "download", "--no-clean", "--no-deps", "--no-build-isolation"]
    command += ["--no-binary", ":all:", "--quiet", "--disable-pip-version-check", "--dest", str(folder / "out"), requirement]  # fmt: skip
    environment = {**os.environ, "TMPDIR": str(folder), "TEMP": str(folder), "TMP": str(folder)}
    try:
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)
    except subprocess.TimeoutExpired:
        pytest.skip(f"pip download of the source distribution of {requirement} took too long")
    found = next(folder.rglob(has), None)
    if found is None:
        lines = (done.stderr or done.stdout).strip().splitlines()
        pytest.skip(f"the source distribution of {requirement} cannot be had: {lines[-1] if lines else 'no output'}")
    return found.parents[has.count("/")]


def pytest_of_theirs(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Run the tests in *folder* with this package on the path, and none of our settings."""
    roots = os.pathsep.join(str(ROOT / name) for name in ("generator", "generated", "conformance"))
    path = os.pathsep.join(part for part in (roots, os.environ.get("PYTHONPATH")) if part)
    command = [sys.executable, "-m", "pytest", "-q", "-c", os.devnull, "--rootdir", str(folder), "-p", "no:cacheprovider"]  # fmt: skip
    environment = {**os.environ, "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(
        [*command, *options, str(folder)], env=environment, capture_output=True, text=True, check=False
    )
