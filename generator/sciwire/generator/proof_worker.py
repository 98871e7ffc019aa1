"""A process that proves parts of modules, one after the other, until one of them ends it or takes too long."""

from __future__ import annotations

import contextlib
import gc
import os
import signal
import time
from collections.abc import Iterable
from pathlib import Path

from .prove import Outcome, Part, leave_outcome, outcome_of, prove

__all__ = ["Worker"]


class Worker:
    """Forked from a process that has loaded what proofs need; each part has *seconds*.

    `given` is the part it is at, the name of a module with it; None while it waits for one. `gone` says that it ended;
    `silent`, that it tells no more when it is done, though it may be at work.
    """

    def __init__(self, folder: Path, specs: Path, seconds: float, others: Iterable[Worker] = ()) -> None:
        self.given: tuple[str, Part] | None = None
        self.gone = False
        self.silent = False
        self._folder = folder
        self._seconds = seconds
        self._end = 0.0
        reading, self._tasks = os.pipe()
        self._news, writing = os.pipe()
        gc.freeze()
        self._pid = os.fork()
        if self._pid == 0:
            try:
                for worker in (self, *others):  # so that all see the end when the one that gives tasks is gone
                    os.close(worker._tasks)
                    os.close(worker._news)
                _work(reading, writing, folder, specs)
            finally:
                os._exit(0)
        os.close(reading)
        os.close(writing)

    def give(self, name: str, part: Part) -> None:
        """Have it prove *part* of the module *name*."""
        self.given = name, part
        self._end = time.monotonic() + self._seconds
        with contextlib.suppress(OSError):  # it is gone, which `found` will see
            os.write(self._tasks, f"{name} {part[0]} {part[1]}\n".encode())

    def fileno(self) -> int:
        """For `select`: ready when a part is done, or the process has ended."""
        return self._news

    def hear(self) -> None:
        """Take what made it ready."""
        self.silent = not os.read(self._news, 1)  # the end of it: a module may have closed whatever is open

    def found(self) -> Outcome | None:
        """What the given part came to; None while it is at it, or where it was gone before it began."""
        assert self.given is not None
        name, part = self.given
        pid, status = os.waitpid(self._pid, os.WNOHANG)  # before its answer is looked for, which it may have left
        self.gone = pid != 0
        if found := outcome_of(self._folder, name, part):
            return found
        if self.gone:
            said = _said(self._folder, name, part)
            return Outcome(_silence(name, said, _ending(status))) if said.exists() else None
        if time.monotonic() > self._end:
            self.close()
            return Outcome(f"{name} did not pass its vectors within {self._seconds:g} s")
        return None

    def close(self) -> None:
        """End the process, whatever it does."""
        self.gone = True
        with contextlib.suppress(ProcessLookupError, ChildProcessError):  # it has ended meanwhile
            os.kill(self._pid, signal.SIGKILL)
            os.waitpid(self._pid, 0)


def _work(tasks: int, news: int, folder: Path, specs: Path) -> None:
    gc.enable()
    gc.set_threshold(100_000)
    with os.fdopen(tasks, encoding="ascii") as lines:
        for line in lines:
            name, number, count = line.split()
            part = int(number), int(count)
            _redirect(_said(folder, name, part))
            leave_outcome(folder, name, part, prove(folder, specs, name, part))
            os.write(news, b".")


def _said(folder: Path, name: str, part: Part) -> Path:
    """Where what is printed goes while a part is proved."""
    return folder / f"{name}.{part[0]}.said"


def _silence(name: str, said: Path, status: str) -> str:
    """Why there is no answer, and what was *said* last."""
    last = said.read_text(encoding="utf-8", errors="replace").strip()[-2000:]
    return "\n".join(filter(None, (f"{name} ended the process that was to prove it ({status})", last)))


def _redirect(said: Path) -> None:
    """Nothing to read, and a file for what is printed."""
    nothing = os.open(os.devnull, os.O_RDONLY)
    out = os.open(said, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(nothing, 0)
    os.dup2(out, 1)
    os.dup2(out, 2)
    os.close(nothing)
    os.close(out)


def _ending(status: int) -> str:
    code = os.waitstatus_to_exitcode(status)
    if code >= 0:
        return f"exit {code}"
    try:
        return signal.Signals(-code).name
    except ValueError:  # one of those for real time, most of which have no name
        return f"signal {-code}"
