"""What the tests of the command line share: calls of commands, in this process or in one of their own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from click.testing import CliRunner, Result

from sciwire.cli.app import app
from sciwire.cli.modules import format_names

__all__ = ["COMMANDS", "FORMATS", "ROOT", "call", "run"]

ROOT = Path(__file__).resolve().parents[2]
COMMANDS = (
    "check",
    "completion",
    "conform",
    "describe",
    "diff",
    "formats",
    "generate",
    "inspect",
    "listen",
    "publish",
    "replay",
    "simulate",
)
FORMATS = format_names()


def call(*words: str | Path, stdin: bytes | None = None) -> Result:
    """Run ``sciwire`` with *words* in this process. An exception that is no exit fails the test."""
    result = CliRunner().invoke(app, [str(word) for word in words], input=stdin, prog_name="sciwire")
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def run(*words: str | Path, stdin: bytes = b"", **env: str) -> subprocess.CompletedProcess[bytes]:
    """Run ``sciwire`` with *words* in a process of its own, as a shell would."""
    roots = os.pathsep.join(str(ROOT / name) for name in ("generator", "generated", "conformance"))
    return subprocess.run(
        [sys.executable, "-m", "sciwire.cli", *words],
        input=stdin,
        capture_output=True,
        env={**os.environ, "PYTHONPATH": roots, **env},
        check=False,
    )
