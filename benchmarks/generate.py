"""How long `sciwire generate` takes for all formats: cold, with and without the vectors, and `--check`.

Wall time of the command in a process of its own, start of Python included; the median of some rounds. Cold means
an empty folder: every module is printed, laid out by ruff, imported and run over the vectors of its format; or not
run, where the same module was proved by the same vectors, kernel and libraries before.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from _measure import conditions

ROOT = Path(__file__).resolve().parents[1]
ROUNDS = 5
TARGET = "target 2 s"


def timed(cache: str, *words: str) -> tuple[float, str]:
    """Seconds that ``sciwire generate`` takes with *words*, its proofs in *cache*; its first complaint if it has one."""
    roots = os.pathsep.join(str(ROOT / name) for name in ("generator", "generated", "conformance"))
    begin = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "sciwire.cli", "generate", "--specs", str(ROOT / "specs"), *words],
        env={**os.environ, "PYTHONPATH": roots, "SCIWIRE_CACHE": cache},
        capture_output=True,
        text=True,
        check=False,
    )
    return time.perf_counter() - begin, done.stderr.partition("\n")[0] if done.returncode else ""


def main() -> None:
    """Print a line for each way to call the command."""
    print(conditions())
    with tempfile.TemporaryDirectory() as folder:
        ways = {
            "cold, not proved": ("", ["--unproved", "--output", f"{folder}/unproved-{{}}"], ""),
            "cold, for the first time": (f"{folder}/cache-{{}}", ["--output", f"{folder}/first-{{}}"], ""),
            "cold, proved before": (f"{folder}/cache-0", ["--output", f"{folder}/again-{{}}"], TARGET),
            "--check": ("", ["--check", "--output", f"{folder}/unproved-0"], TARGET),
        }
        for name, (cache, words, target) in ways.items():
            rounds = [timed(cache.format(n), *(word.format(n) for word in words)) for n in range(ROUNDS)]
            middle = statistics.median(seconds for seconds, _ in rounds)
            complaint = rounds[0][1]
            print(f"  {name:<26} {middle:6.2f} s  {target}  {complaint}".rstrip())


if __name__ == "__main__":
    main()
