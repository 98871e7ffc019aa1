"""What it costs to import a codec, beside numpy alone: processor time, the best of several fresh processes.

The threads that numpy's library of matrices starts, and lets spin, are left out: they are numpy's.
"""

from __future__ import annotations

import os
import subprocess
import sys

ROUNDS = 7
PROGRAM = """
import time
import numpy
begin = time.process_time()
import sciwire.formats.{name}
print((time.process_time() - begin) * 1e3)
"""


def cost(name: str) -> float:
    """Milliseconds of processor time that the module needs beyond numpy; compiled files exist already."""
    quiet = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}
    runs = [
        subprocess.run(
            [sys.executable, "-c", PROGRAM.format(name=name)], capture_output=True, text=True, check=True, env=quiet
        )
        for _ in range(ROUNDS)
    ]
    return min(float(run.stdout) for run in runs)


def main() -> None:
    """Print a line a format."""
    import pkgutil

    import sciwire.formats

    for found in pkgutil.iter_modules(sciwire.formats.__path__):
        print(f"  import sciwire.formats.{found.name:<12} {cost(found.name):6.1f} ms beyond numpy (target: under 15)")


if __name__ == "__main__":
    main()
