"""Side-by-side timing: every contender in turn, round after round; best times, and ratios to the first contender.

A ratio is the median over the rounds of the two times measured in the same round: clock rates drift
while a benchmark runs, and the best of one contender may fall in a faster spell than the best of another.
"""

from __future__ import annotations

import os
import platform
import statistics
import time
from collections.abc import Callable, Mapping
from typing import NamedTuple

__all__ = ["Timing", "conditions", "measure", "report"]


class Timing(NamedTuple):
    """The shortest time of a contender in seconds, and its *ratio* to the first contender."""

    best: float
    ratio: float


def measure(contenders: Mapping[str, Callable[[], object]], *, rounds: int = 60) -> dict[str, Timing]:
    """Return the timing of each contender; all run once in every round, after one round to warm up."""
    times: dict[str, list[float]] = {name: [] for name in contenders}
    for _ in range(rounds + 1):
        for name, contender in contenders.items():
            begin = time.perf_counter()
            result = contender()
            times[name].append(time.perf_counter() - begin)
            del result
    first = next(iter(times.values()))[1:]
    return {
        name: Timing(min(taken[1:]), statistics.median(a / b for a, b in zip(taken[1:], first, strict=True)))
        for name, taken in times.items()
    }


def report(title: str, timings: Mapping[str, Timing], targets: Mapping[str, str] | None = None) -> None:
    """Print *timings* with the target of each where there is one."""
    print(title)
    for name, timing in timings.items():
        target = (targets or {}).get(name, "")
        print(f"  {name:<44} {timing.best * 1e3:10.3f} ms  x {timing.ratio:6.3f}  {target}".rstrip())


def conditions() -> str:
    """Name what the numbers depend on."""
    threads = os.environ.get("OMP_NUM_THREADS", "unset")
    return f"Python {platform.python_version()}, {os.cpu_count()} cores, OMP_NUM_THREADS={threads}"
