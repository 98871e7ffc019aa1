"""Hostile bytes run in a process of their own: refused with an error of ours, within a second and 200 MB."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

__all__ = ["refusals"]

_PROGRAM = """
import importlib, json, resource, sys, time, warnings
from sciwire.runtime import CodecError
warnings.simplefilter("ignore")
module = importlib.import_module("sciwire.formats." + sys.argv[1])
for line in sys.stdin:
    request = json.loads(line)
    with open(request["file"], "rb") as file:
        data = file.read()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    begin = time.process_time()
    try:
        module.decode(data, **request["options"])
        outcome = {"accepted": True}
    except CodecError as error:
        outcome = {"category": error.category, "path": error.path, "at": error.at, "rule": error.rule, "text": str(error)}
    outcome["seconds"] = time.process_time() - begin
    outcome["megabytes"] = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    print(json.dumps(outcome), flush=True)
"""


def refusals(format_name: str, files: list[Path], options: dict[str, object] | None = None) -> list[dict[str, object]]:
    """Decode each file in one fresh process; fail if it dies, hangs, is slow or hungry. One outcome a file."""
    requests = "".join(json.dumps({"file": str(file), "options": options or {}}) + "\n" for file in files)
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM, format_name],
        input=requests,
        capture_output=True,
        text=True,
        timeout=60 + 2 * len(files),
        env={"PYTHONPATH": ":".join(path for path in sys.path if path)},
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    outcomes = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(outcomes) == len(files)
    for file, outcome in zip(files, outcomes, strict=True):
        assert outcome["seconds"] < 1, f"{file.name} took {outcome['seconds']} s"
        assert outcome["megabytes"] < 200, f"{file.name} took {outcome['megabytes']} MB"
    return outcomes
