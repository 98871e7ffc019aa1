"""The modules of `hdf5_strange`: specifications that look like no format of this project, generated for the tests."""

from __future__ import annotations

import importlib.util
import io
import os
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import h5py

__all__ = ["SPECS", "edited", "folder", "module", "sciwire"]

ROOT = Path(__file__).resolve().parents[2]
SPECS = Path(__file__).with_name("hdf5_strange")


def sciwire(*words: str, output: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run the command line with *words*; modules below *output* go before ours."""
    roots = [*([output] if output else []), *(ROOT / name for name in ("generator", "generated", "conformance"))]
    return subprocess.run(
        [sys.executable, "-m", "sciwire.cli", *words],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(map(str, roots))},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


@cache
def folder() -> Path:
    """Where the modules lie, generated once for a process."""
    output = Path(mkdtemp(prefix="sciwire-strange-"))
    done = sciwire("generate", "--specs", str(SPECS), "--output", str(output))
    assert done.returncode == 0, done.stdout + done.stderr
    assert "barelog has no vectors: it was imported, and nothing more" in done.stderr
    return output


def edited(data: bytes, change: Callable[[Any], Any]) -> bytes:
    """The file of *data* after *change*, which is given it open."""
    stream = io.BytesIO(data)
    with h5py.File(stream, "r+") as file:
        change(file)
    return stream.getvalue()


@cache
def module(name: str) -> Any:
    """The generated module *name*."""
    found = importlib.util.spec_from_file_location(f"strange_{name}", folder() / "sciwire" / "formats" / f"{name}.py")
    assert found is not None and found.loader is not None
    made = importlib.util.module_from_spec(found)
    sys.modules[found.name] = made
    found.loader.exec_module(made)
    return made
