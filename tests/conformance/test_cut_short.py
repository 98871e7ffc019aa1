"""A run that is killed leaves reports that say so, and nobody who goes on working."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
import toy
from runs import case, record

from sciwire.conformance.report.writers import report_writers

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals are POSIX")

PROGRAM = """
import signal, sys
from sciwire.conformance.cli import conform
# a job in the background, as the tests themselves may be, starts with SIGINT ignored
signal.signal(signal.SIGINT, signal.default_int_handler)
if __name__ == "__main__":
    conform(sys.argv[1:])
"""
#: Says who it is, answers four requests, and hears nothing from then on.
ADAPTER = """
import json, os, pathlib, sys, time
pathlib.Path(sys.argv[1], str(os.getpid())).touch()
for number, line in enumerate(sys.stdin):
    message = json.loads(line)
    hello = {"ok": True, "implementation": {"name": "x"}, "formats": {"toy": {}}}
    print(json.dumps(hello if number == 0 else {"id": message["id"], "error": {}}), flush=True)
    if number == 4: time.sleep(600)
"""


def begun(tmp_path: Path, *arguments: str) -> tuple[subprocess.Popen[str], Path]:
    """A run that waits for an answer, and the folder in which its adapters leave their numbers."""
    specs, pids, report = toy.write_vectors(tmp_path), tmp_path / "pids", tmp_path / "r.jsonl"
    pids.mkdir()
    (tmp_path / "main.py").write_text(PROGRAM, encoding="utf-8")
    (tmp_path / "adapter.py").write_text(ADAPTER, encoding="utf-8")
    impl = f"cmd:{sys.executable} {tmp_path / 'adapter.py'} {pids}"
    command = ["--specs", str(specs), "--impl", impl, "--time-limit", "120", "--jsonl", str(report), *arguments]
    process = subprocess.Popen(
        [sys.executable, str(tmp_path / "main.py"), *command],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
    )  # fmt: skip
    return process, pids


def within(seconds: float, holds: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if holds():
            return True
        time.sleep(0.02)
    return holds()


def runs(pid: int) -> bool:
    """Whether the process is there; one that only waits for somebody to collect it is not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=str)
def test_an_interrupted_run_writes_what_it_has_and_an_error(number: signal.Signals, tmp_path: Path) -> None:
    junit, markdown = tmp_path / "r.xml", tmp_path / "r.md"
    process, _ = begun(tmp_path, "--junit", str(junit), "--markdown", str(markdown))
    assert within(200, lambda: (tmp_path / "r.jsonl").exists() and (tmp_path / "r.jsonl").read_bytes().count(b"\n") > 3)
    process.send_signal(number)
    out, err = process.communicate()

    assert process.returncode == 130
    assert "INCOMPLETE: " in out
    assert "the reports are incomplete" in err
    assert markdown.read_text("utf-8").startswith("# Conformance: incomplete")
    root = ET.parse(junit).getroot()
    assert int(root.attrib["tests"]) == len(root.findall("*/testcase")) > 2
    assert [one.attrib["message"] for one in root.findall("*[@name='sciwire conform']/testcase/error")] == [
        "the run did not end; what is missing was not judged"
    ]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks into /proc")
def test_a_killed_run_leaves_no_process_and_no_report_that_looks_whole(tmp_path: Path) -> None:
    junit, markdown = tmp_path / "r.xml", tmp_path / "r.md"
    junit.write_text("<testsuites tests='1'/>", encoding="utf-8")
    markdown.write_text("# Conformance: passed", encoding="utf-8")
    process, pids = begun(tmp_path, "--junit", str(junit), "--markdown", str(markdown), "--jobs", "2")
    assert within(200, lambda: len(list(pids.iterdir())) >= 2)  # one that was asked for its name, one at work
    process.kill()
    process.communicate()

    assert within(200, lambda: not any(runs(int(path.name)) for path in pids.iterdir()))
    assert not markdown.exists()
    assert ET.parse(junit).getroot().attrib["errors"] == "1"


def test_a_report_may_go_where_a_link_leads(tmp_path: Path) -> None:
    """As /dev/stdout is one, which no report may put a file in the place of."""
    (tmp_path / "out").touch()
    (tmp_path / "link").symlink_to(tmp_path / "out")

    (write,) = report_writers(markdown=tmp_path / "link", specs=tmp_path)
    write(record(case()))

    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "out").read_text("utf-8").startswith("# Conformance: passed")
