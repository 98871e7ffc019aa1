"""What the conformance suite itself costs: cases a second against an echo, and how soon (in
processor time) the first verdict is there.

The echo is a program of its own that answers every request at once; all that is measured is the suite (planning is
not). Bowtie's figure for such a run is 460 tests a second.
"""

from __future__ import annotations

import contextlib
import io
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from _measure import conditions

BOWTIE = 460.0
CASES = 20_000
ECHO = """
import json, sys
lines, out = sys.stdin.buffer, sys.stdout.buffer
loads, dumps = json.loads, json.dumps
print(json.dumps({"ok": True, "implementation": {"name": "echo"}, "formats": {"echo": {}}, "window": WINDOW}), flush=True)
lines.readline()
for line in lines:
    message = loads(line)
    if message["cmd"] == "stop":
        break
    out.write(dumps({"id": message["id"], "value": {"$bytes": message["data"]}}).encode() + b"\\n")
    out.flush()
"""


def write(folder: Path) -> Path:
    """A folder of vectors that an echo answers rightly."""
    vectors = folder / "specs" / "echo" / "vectors"
    vectors.mkdir(parents=True)
    items = [
        {"id": f"echo/small/{number}", "kind": "valid", "hex": "00ff", "encode": "an echo only reads", "value": {"$bytes": "AP8="}}
        for number in range(CASES)
    ]  # fmt: skip
    head = {"format": "echo", "version": "1", "group": "small", "provenance": "by hand"}
    (vectors / "valid.small.json").write_text(json.dumps({**head, "vectors": items}), encoding="utf-8")
    return folder / "specs"


def cases_a_second(folder: Path, specs: Path, window: int) -> tuple[float, float]:
    """Cases a second of wall time and of the suite's own processor time, reports included."""
    from sciwire.conformance.adapters.process import Process
    from sciwire.conformance.cases import plan_cases
    from sciwire.conformance.harness import Subject
    from sciwire.conformance.known import Known
    from sciwire.conformance.report.jsonl import JsonLines
    from sciwire.conformance.report.terminal import Terminal
    from sciwire.conformance.runner import Totals, run

    program = folder / "echo.py"
    program.write_text(ECHO.replace("WINDOW", str(window)), encoding="utf-8")
    reference = Subject("sciwire")
    cases = plan_cases(specs, ["echo"], reference, examples=0)
    totals = Totals()
    begin, spent = time.perf_counter(), time.process_time()
    with contextlib.closing(JsonLines(folder / f"{window}.jsonl")) as lines:
        terminal = Terminal(io.StringIO())
        lines.begin({}, len(cases))
        subject = Subject("echo", Process([sys.executable, str(program)]))
        for result in run(cases, [subject], reference, known=Known()):
            totals.add(result)
            lines.case(result)
            terminal.case(result)
        terminal.end(totals)
    assert totals.verdicts["pass"] == CASES, totals.verdicts
    return CASES / (time.perf_counter() - begin), CASES / (time.process_time() - spent)


def first_verdict(arguments: list[str]) -> tuple[float, float]:
    """Seconds of processor time until the first line about a case, and until ``--help`` is there; the best of five."""
    program = "import sys; from sciwire.cli import main; sys.argv[0] = 'sciwire'; main()"
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder, "report.jsonl")
        verdicts, helps = [], []
        for _ in range(5):
            report.unlink(missing_ok=True)
            begin = _children()
            process = subprocess.Popen(
                [sys.executable, "-c", program, "conform", *arguments, "--jsonl", str(report)],
                stdout=subprocess.DEVNULL,
            )
            while not report.exists() or report.read_bytes().count(b"\n") < 2:
                time.sleep(0.001)
            process.kill()
            process.wait()
            verdicts.append(_children() - begin)
            begin = _children()
            subprocess.run([sys.executable, "-c", program, "conform", "--help"], stdout=subprocess.DEVNULL, check=True)
            helps.append(_children() - begin)
    return min(verdicts), min(helps)


def _children() -> float:
    """Seconds of processor time of the processes that were waited for."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main() -> None:
    """Print the figures beside their targets."""
    print(conditions())
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        specs = write(folder)
        for window in (1, 64):
            wall, own = cases_a_second(folder, specs, window)
            target = "(target: 5000, and 10 times Bowtie's 460)" if window > 1 else ""
            print(
                f"  window {window:3}: {wall:7.0f} cases a second, {wall / BOWTIE:5.1f} x Bowtie; "
                f"{own:7.0f} a second of the suite's own time {target}"
            )
    for arguments in (["qstream"], []):
        verdict, shown = first_verdict(arguments)
        what = " ".join(arguments) or "(every format)"
        print(f"  first verdict of {what}: {verdict:.3f} s, --help {shown:.3f} s (target: 0.5)")


if __name__ == "__main__":
    main()
