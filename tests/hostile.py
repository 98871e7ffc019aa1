"""Hostile bytes run in a process of their own: refused with an error of ours, in few steps and 200 MB.

How long that takes depends on the machine and on what else it does, so no time is asserted. What loops in Python shows in
its steps; what does in C is ended by the system after so much time of a processor that only a runaway has it.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

__all__ = ["refusals"]

_STEPS = 20_000_000  # most that anything here is worth, in what were a second on an idle machine
_RUNAWAY = 60  # seconds of a processor, for one file

_PROGRAM = """
import importlib, json, resource, sys, time, warnings
from sciwire.runtime import CodecError
from work import counted, new_peak, peak
warnings.simplefilter("ignore")
module = importlib.import_module("sciwire.formats." + sys.argv[1])
for line in sys.stdin:
    request = json.loads(line)
    with open(request["file"], "rb") as file:
        data = file.read()
    before = new_peak()
    runaway = int(time.process_time()) + request["runaway"]
    resource.setrlimit(resource.RLIMIT_CPU, (runaway, resource.getrlimit(resource.RLIMIT_CPU)[1]))
    with counted() as work:
        try:
            module.decode(data, **request["options"])
            outcome = {"accepted": True}
        except CodecError as error:
            outcome = {"category": error.category, "path": error.path, "at": error.at, "rule": error.rule, "text": str(error)}
    outcome["steps"] = work.steps
    outcome["megabytes"] = (peak() - before) / 1e6
    print(json.dumps(outcome), flush=True)
"""


def refusals(format_name: str, files: list[Path], options: dict[str, object] | None = None) -> list[dict[str, object]]:
    """Decode each file in one fresh process; fail if it dies, runs away, or is hungry. One outcome a file."""
    request = {"options": options or {}, "runaway": _RUNAWAY}
    requests = "".join(json.dumps({**request, "file": str(file)}) + "\n" for file in files)
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM, format_name],
        input=requests,
        capture_output=True,
        text=True,
        env={"PYTHONPATH": ":".join(path for path in sys.path if path)},
        check=False,
    )
    outcomes = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 0, (
        f"it ended with {done.returncode} at {files[len(outcomes) :][:1]}: {done.stderr[-2000:]}"
    )
    assert len(outcomes) == len(files)
    for file, outcome in zip(files, outcomes, strict=True):
        assert outcome["steps"] < _STEPS, f"{file.name} took {outcome['steps']:,} steps"
        assert outcome["megabytes"] < 200, f"{file.name} took {outcome['megabytes']} MB"
    return outcomes
