"""The start of the process that proves modules; nothing of the generator is needed for it, so it can come first."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

__all__ = ["PROOF_SECONDS", "Started", "start", "start_for", "temporary"]

PROOF_SECONDS = 120.0
_ROOM = 1 << 29  # bytes


@dataclass(frozen=True, slots=True)
class Started:
    """A process that waits for names of modules on its standard input; they lie in `folder`.

    Its standard output tells of nothing but the end: it is ready when all answers are there, or none will come.
    """

    folder: Path
    process: subprocess.Popen[bytes]


def start_for(specs: Path, root: Path, formats: Collection[str] = ()) -> Started | None:
    """Start the process if a module of *specs*, a folder, is missing below *root*: most likely it will be proved."""
    names = sorted({path.parent.name for path in specs.glob("*/*.yaml")} - {"schema"}) if specs.is_dir() else []
    expected = [name for name in names if not formats or name in formats]
    there = root / "sciwire" / "formats"
    if all((there / f"{name}.py").exists() for name in expected):
        return None
    return start(specs, PROOF_SECONDS, expected)


def start(specs: Path, seconds: float, expected: Collection[str] = ()) -> Started:
    """Start the process, which loads what it needs for the *expected* formats while their modules are made.

    It ends, and its folder with it, where nobody holds its standard input any more.
    """
    folder = Path(tempfile.mkdtemp(prefix="sciwire-", dir=temporary()))
    (folder / "sciwire" / "formats").mkdir(parents=True)  # before it is looked into for the first time
    command = [sys.executable, "-P", "-m", "sciwire.generator.proof_process", str(folder), str(specs), str(seconds)]
    process = subprocess.Popen(
        [*command, *expected],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=_environment(folder),
        start_new_session=True,  # so that those that it starts are ended with it
    )
    return Started(folder, process)


def temporary() -> str | None:
    """A folder that lies in memory, for a thousand small files; None for the usual one where there is none with room."""
    folder = "/dev/shm"
    with contextlib.suppress(OSError):
        if os.access(folder, os.W_OK | os.X_OK) and shutil.disk_usage(folder).free > _ROOM:
            return folder
    return None


def _environment(folder: Path) -> dict[str, str]:
    return {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONUTF8": "1",
        "TMPDIR": str(folder),  # whatever a proof leaves behind goes with it
        "OMP_NUM_THREADS": "1",  # vectors are small: threads of the compressors only wait for each other
        "OPENBLAS_NUM_THREADS": "1",  # and these are started by the import of numpy already
    }
