"""Side-by-side timing: every contender in turn, round after round, the best of each, shown as ratios to the first."""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Callable, Mapping

__all__ = ["conditions", "measure", "report"]


def measure(contenders: Mapping[str, Callable[[], object]], *, rounds: int = 30) -> dict[str, float]:
    """Return the shortest time of each contender in seconds.

    All contenders run once in every round, so that a slow spell of the machine meets all of them.
    """
    for contender in contenders.values():
        contender()
    best = dict.fromkeys(contenders, float("inf"))
    for _ in range(rounds):
        for name, contender in contenders.items():
            begin = time.perf_counter()
            result = contender()
            best[name] = min(best[name], time.perf_counter() - begin)
            del result
    return best


def report(title: str, best: Mapping[str, float], targets: Mapping[str, str] | None = None) -> None:
    """Print *best* with the ratio of each time to that of the first contender, and the target where there is one."""
    print(title)
    first = next(iter(best.values()))
    for name, seconds in best.items():
        target = (targets or {}).get(name, "")
        print(f"  {name:<44} {seconds * 1e3:10.3f} ms  x {seconds / first:6.3f}  {target}".rstrip())


def conditions() -> str:
    """Name what the numbers depend on."""
    threads = os.environ.get("OMP_NUM_THREADS", "unset")
    return f"Python {platform.python_version()}, {os.cpu_count()} cores, OMP_NUM_THREADS={threads}"
