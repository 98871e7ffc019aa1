"""``python -m benchmarks [NAME...]``: run all benchmarks, or those named, one after another.

Every figure stands beside a peer that was measured in the same run, and the ratio is what counts.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent


def main(names: list[str]) -> int:
    """Run each benchmark in a process of its own; 1 if one of them fails."""
    known = sorted(path.stem for path in HERE.glob("[a-z]*.py"))
    unknown = set(names) - set(known)
    if unknown:
        print(f"no benchmark {', '.join(sorted(unknown))}; known: {', '.join(known)}", file=sys.stderr)
        return 2
    failed = 0
    for name in names or known:
        print(f"== {name}", flush=True)
        failed += subprocess.run([sys.executable, str(HERE / f"{name}.py")], check=False).returncode != 0
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
