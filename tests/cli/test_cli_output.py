"""Where the output goes: a reader that has seen enough, a disk that is full; never a traceback."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from commands import ROOT, run

pytestmark = pytest.mark.skipif(os.name == "nt", reason="pipes and devices of POSIX")
COMMAND = [sys.executable, "-m", "sciwire.cli"]
SOURCES = {"PYTHONPATH": os.pathsep.join(str(ROOT / name) for name in ("generator", "generated", "conformance"))}


@pytest.mark.parametrize("words", [["describe", "qstream"], ["formats"]])
def test_a_reader_that_leaves_is_no_error_of_the_data(words: list[str]) -> None:
    reading, writing = os.pipe()
    os.close(reading)  # before a byte is written, so that nothing depends on who is faster
    try:
        done = subprocess.run(
            [*COMMAND, *words], stdout=writing, stderr=subprocess.PIPE, env={**os.environ, **SOURCES}, check=False
        )  # fmt: skip
    finally:
        os.close(writing)

    assert (done.returncode, done.stderr) == (141, b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_a_full_disk_is_said_in_a_line() -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [*COMMAND, "describe", "qstream"], stdout=full, stderr=subprocess.PIPE, env={**os.environ, **SOURCES}, check=False
        )  # fmt: skip

    assert (done.returncode, done.stderr) == (1, b"Error: output: No space left on device\n")


def test_the_exit_codes_are_in_the_help() -> None:
    assert b"141 nobody reads the output any more" in run("--help").stdout
