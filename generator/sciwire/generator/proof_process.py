"""The process that proves modules: a process for each, or several where it has many vectors, all on what is loaded once.

``python -m sciwire.generator.proof_process FOLDER SPECS SECONDS FORMAT...`` reads the names of modules that lie in FOLDER from
its standard input, a line each, and `END` behind the last; the formats are those that it can expect to be asked for.
It leaves an answer on each in the folder (`prove`); an end of the input without `END` means that nobody waits for them.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import os
import pkgutil
import signal
import sys
import time
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType

from .prove import Outcome, Part, leave_answer, leave_outcome, outcome_of, prove

__all__ = ["END", "main"]

END = "."  # no module has this name

_MUCH = 700  # of the weight of vectors that one process runs, about
_SEVERAL = 4  # formats that share what is loaded before they are there
_LIBRARIES = ("bitshuffle", "dectris.compression", "h5py", "hdf5plugin", "lz4.block")
_LATE = "within "
_PAUSE = 0.002  # seconds


def main(arguments: list[str]) -> int:
    """Prove each format that is named on standard input; the answers are files."""
    folder, specs, seconds, *expected = Path(arguments[0]), Path(arguments[1]), float(arguments[2]), *arguments[3:]
    _prefer(folder)
    processes = _Processes(folder, specs, seconds, expected)
    if sys.platform == "linux":
        processes.run()
        os._exit(0)  # what was loaded need not be taken apart
    for line in sys.stdin:  # elsewhere a fork of a process with libraries is not safe
        if (name := line.strip()) == END:
            break
        leave_answer(folder, name, [prove(folder, specs, name, (0, 1))], processes.count(name))
    return 0


class _Processes:
    """Modules that wait, parts that run, one more at a time than there are cores, as some wait themselves."""

    def __init__(self, folder: Path, specs: Path, seconds: float, expected: list[str]) -> None:
        self._folder = folder
        self._specs = specs
        self._seconds = seconds
        self._expected = expected
        self._suite: ModuleType | None = None
        if find_spec("sciwire.conformance") is not None:
            self._suite = importlib.import_module("sciwire.conformance.prove")
        self._waiting: list[tuple[str, Part]] = []
        self._running: dict[int, tuple[str, Part, float]] = {}
        self._found: dict[str, list[Outcome]] = {}  # of modules without an answer yet
        self._heavy: dict[str, float] = {}  # the weight of a part of each module
        self._asked = True  # whether more names may come

    def count(self, name: str) -> int:
        """How many vectors the format has, which are loaded by that."""
        return 0 if self._suite is None else int(self._suite.vector_count(name, self._specs))

    def run(self) -> None:
        """Until all that was asked for has an answer."""
        import numpy as np  # noqa: F401

        gc.disable()  # what is loaded stays
        if len(self._expected) >= _SEVERAL:
            _load_kernel()
        os.set_blocking(0, False)
        cores = os.cpu_count() or 1
        while self._asked or self._waiting or self._running:
            if self._asked:
                self._listen()
            for pid, status in list(self._ended()):
                self._settle(pid, status)
            if self._waiting and len(self._running) <= cores:
                self._fork(*self._waiting.pop(0))
            elif self._expected:
                self.count(self._expected.pop(0))
            else:
                time.sleep(_PAUSE)

    def _listen(self) -> None:
        """Take the names that have come."""
        try:
            said = os.read(0, 1 << 16).decode()
        except BlockingIOError:
            return
        names = said.split()  # a line is written at once, and so it comes
        if not said or END in names:
            self._asked = False
        if not said:
            self._abandon()
        for name in names:
            if name != END:
                self._ask(name)

    def _ask(self, name: str) -> None:
        if name in self._expected:
            self._expected.remove(name)
        heavy = 0 if self._suite is None else self._suite.weight(name, self._specs)
        parts = max(1, round(heavy / _MUCH))
        self._found[name] = []
        self._waiting += [(name, (number, parts)) for number in range(parts)]
        self._heavy[name] = heavy / parts
        self._waiting.sort(key=lambda one: -self._heavy[one[0]])  # what takes longest must not be the last

    def _abandon(self) -> None:
        for pid in self._running:
            os.kill(pid, signal.SIGKILL)
        os._exit(1)

    def _fork(self, name: str, part: Part) -> None:
        gc.freeze()
        pid = os.fork()
        if pid == 0:
            try:
                _redirect(self._folder / f"{name}.{part[0]}.said")
                gc.enable()
                gc.set_threshold(100_000)
                leave_outcome(self._folder, name, part, prove(self._folder, self._specs, name, part))
            finally:
                os._exit(0)
        self._running[pid] = name, part, time.monotonic() + self._seconds

    def _ended(self) -> Iterator[tuple[int, str]]:
        """The processes that came to an end, and how."""
        for pid, (_, _, end) in self._running.items():
            done, status = os.waitpid(pid, os.WNOHANG)
            if done:
                code = os.waitstatus_to_exitcode(status)
                yield pid, f"exit {code}" if code >= 0 else signal.Signals(-code).name
            elif time.monotonic() > end:
                _kill(pid)
                yield pid, f"{_LATE}{self._seconds:g} s"

    def _settle(self, pid: int, status: str) -> None:
        """Take what a process has found; with the last part of a module, or one that broke, the module has its answer."""
        if pid not in self._running:  # it was ended with another part
            return
        name, part, _ = self._running.pop(pid)
        found = outcome_of(self._folder, name, part) or Outcome(self._silence(name, part, status))
        self._found[name].append(found)
        if found.broken:
            self._waiting = [one for one in self._waiting if one[0] != name]
            for other in [pid for pid, one in self._running.items() if one[0] == name]:
                del self._running[other]
                _kill(other)
        elif len(self._found[name]) < part[1]:
            return
        leave_answer(self._folder, name, self._found.pop(name), self.count(name))

    def _silence(self, name: str, part: Part, status: str) -> str:
        """Why a process gave no answer."""
        if status.startswith(_LATE):
            return f"{name} did not pass its vectors {status}"
        said = (self._folder / f"{name}.{part[0]}.said").read_text(encoding="utf-8", errors="replace").strip()
        return "\n".join(filter(None, (f"{name} ended the process that was to prove it ({status})", said[-2000:])))


def _load_kernel() -> None:
    """Load what most codecs load when they are used, so that not each process has to."""
    import sciwire.runtime

    kernel = [one.name for one in pkgutil.walk_packages(sciwire.runtime.__path__, "sciwire.runtime.")]
    for name in (*kernel, *_LIBRARIES):
        with contextlib.suppress(ImportError):  # who needs it will say so
            importlib.import_module(name)


def _redirect(said: Path) -> None:
    """Nothing to read, and a file for what is printed."""
    nothing = os.open(os.devnull, os.O_RDONLY)
    out = os.open(said, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(nothing, 0)
    os.dup2(out, 1)
    os.dup2(out, 2)


def _kill(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError, ChildProcessError):  # it has ended meanwhile
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)


def _prefer(folder: Path) -> None:
    """Let `sciwire.formats` be looked up in *folder* first."""
    import sciwire

    sys.path.insert(0, str(folder))
    importlib.invalidate_caches()
    path = [str(folder / "sciwire"), *list(sciwire.__path__)]
    sciwire.__path__ = path


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
