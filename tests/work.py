"""Work that is counted and not timed: the same on every machine, however slow it is and whatever else it does.

A step is a line of Python that runs, or a call of a function of C. So a loop costs its rounds, wherever it hides, and a
call costs one however much C does in it: what is quadratic in there is told by the bytes it takes, or by so much of it
that it goes on far beyond the limit at which a test is taken to hang (``timeout`` in ``pyproject.toml``).
"""

from __future__ import annotations

import gc
import sys
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import Any

__all__ = ["Work", "counted", "frugal", "in_proportion", "new_peak", "peak", "steps", "taken"]


class Work:
    """What was counted; complete when the block that counts is left."""

    steps = 0


@contextmanager
def counted(work: Work | None = None) -> Iterator[Work]:
    """Count the steps that this thread takes in the block, in *work* where that is given."""
    work = work or Work()

    def heard(frame: FrameType, event: str, _: Any) -> Any:
        if event == "line":
            work.steps += 1
        return heard

    def called(frame: FrameType, event: str, _: Any) -> None:
        if event == "c_call":
            work.steps += 1

    before, collecting = (sys.gettrace(), sys.getprofile()), gc.isenabled()
    gc.disable()  # a collection may run code of others, and comes when it will
    sys.settrace(heard)
    sys.setprofile(called)
    try:
        yield work
    finally:
        sys.setprofile(before[1])
        sys.settrace(before[0])
        if collecting:
            gc.enable()


@contextmanager
def frugal(megabytes: float, most: int) -> Iterator[None]:
    """Fail where the block takes more memory than this, of that which Python and NumPy give out, or more steps than *most*."""
    work = Work()
    tracemalloc.start()
    try:
        with counted(work):
            yield
    finally:
        held = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert work.steps <= most, f"{work.steps:,} steps, at most {most:,} are due"
        assert held <= megabytes * 1e6, f"{held / 1e6:.1f} MB, at most {megabytes} are due"


def steps(*tasks: Callable[[], object]) -> int:
    """The steps that *tasks* take, one after the other."""
    with counted() as work:
        for task in tasks:
            task()
    return work.steps


def taken(*tasks: Callable[[], object]) -> int:
    """Bytes of memory that *tasks* take, one after the other, kept or not: what each of them copies shows in it."""
    total, collecting = 0, gc.isenabled()
    gc.disable()
    tracemalloc.start()
    try:
        for task in tasks:
            before = tracemalloc.get_traced_memory()[0]
            tracemalloc.reset_peak()
            task()
            total += tracemalloc.get_traced_memory()[1] - before
    finally:
        tracemalloc.stop()
        if collecting:
            gc.enable()
    return total


def new_peak() -> int:
    """Forget how much memory this process has held, and return how much it holds: bytes, as `peak` has them."""
    with suppress(OSError):  # elsewhere than on Linux what was held before stays the peak
        Path("/proc/self/clear_refs").write_text("5")
    return peak()


def peak() -> int:
    """The most bytes of memory that this process has held.

    Of the program that runs: what `resource` tells begins with what the process that started it had held.
    """
    try:
        status = Path("/proc/self/status").read_text()
    except OSError:
        import resource

        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    return next(int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmHWM"))


def in_proportion(cost: Callable[[int], int], size: int, times: int = 8) -> None:
    """Fail where *cost*, in steps or bytes, grows faster than the size it is for."""
    cost(size)  # what is loaded and made once
    small, large = cost(size), cost(size * times)
    # a square would be *times* as much
    assert large <= 1.25 * times * small, f"{small:,} for {size:,}, {large:,} for {times} times that"
