"""The process that proves modules, in parts where they have many vectors, by workers that have what is loaded here.

``python -m sciwire.generator.proof_process FOLDER SPECS SECONDS FORMAT...`` reads the names of modules that lie in FOLDER from
its standard input, a line each, and `END` behind the last; the formats are those that it can expect to be asked for.
It leaves an answer on each in the folder (`prove`), and says a byte when all are there; an end of the input means that
nobody waits for them.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import os
import pkgutil
import select
import shutil
import sys
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType

from .proof_worker import Worker
from .prove import Outcome, Part, leave_answer, prove

__all__ = ["END", "main"]

END = "."  # no module has this name

_MUCH = 400  # of the weight of vectors, about, that a worker gets at a time
_SEVERAL = 4  # formats that share what is loaded before they are there
_LIBRARIES = ("bitshuffle", "dectris.compression", "h5py", "hdf5plugin", "lz4.block")
_PAUSE = 0.05  # seconds, between looks for what says nothing: a process that has ended, or takes too long


def main(arguments: list[str]) -> int:
    """Prove each format that is named on standard input; the answers are files."""
    folder, specs, seconds, *expected = Path(arguments[0]), Path(arguments[1]), float(arguments[2]), *arguments[3:]
    _prefer(folder)
    news = _redirected()
    proofs = _Proofs(folder, specs, seconds, expected)
    if sys.platform == "linux":
        proofs.run()
        os.write(news, b".")
        proofs.dismiss()
        _stay(folder)
        os._exit(0)  # what was loaded need not be taken apart
    for line in sys.stdin:  # elsewhere a fork of a process with libraries is not safe
        if (name := line.strip()) == END:
            break
        leave_answer(folder, name, [prove(folder, specs, name, (0, 1))])
    os.write(news, b".")
    return 0


class _Proofs:
    """Parts of modules that wait, and workers, as many as there are cores."""

    def __init__(self, folder: Path, specs: Path, seconds: float, expected: list[str]) -> None:
        self._folder = folder
        self._specs = specs
        self._seconds = seconds
        self._several = len(expected) >= _SEVERAL
        self._suite: ModuleType | None = None
        if find_spec("sciwire.conformance") is not None:
            self._suite = importlib.import_module("sciwire.conformance.prove")
        self._waiting: list[tuple[str, Part]] = []
        self._workers: list[Worker] = []
        self._found: dict[str, list[Outcome]] = {}  # of modules without an answer yet
        self._heavy: dict[str, float] = {}  # the weight of each module
        self._asked = True  # whether more names may come

    def run(self) -> None:
        """Until all that was asked for has an answer."""
        import numpy as np  # noqa: F401

        gc.disable()  # what is loaded stays
        if self._several:
            _load_kernel()
            if self._suite is not None:
                self._suite.load_steps()
        os.set_blocking(0, False)
        while self._asked or self._found:
            self._listen()  # behind the last name, too: who waits for the answers may be gone
            self._look()
            if self._waiting and (worker := self._idle()):
                worker.give(*self._waiting.pop(0))
            else:
                self._rest()

    def _rest(self) -> None:
        """Until there is something to listen to, or a worker has something to say, for `_PAUSE` at the most."""
        busy = [worker for worker in self._workers if worker.given is not None and not worker.silent]
        ready = select.select([0, *(worker.fileno() for worker in busy)], [], [], _PAUSE)[0]
        for worker in busy:
            if worker.fileno() in ready:
                worker.hear()

    def _listen(self) -> None:
        """Take the names that have come."""
        try:
            said = os.read(0, 1 << 16).decode()
        except BlockingIOError:
            return
        names = said.split()  # a line is written at once, and so it comes
        if END in names:
            self._asked = False
        if not said:
            self.dismiss()
            shutil.rmtree(self._folder, ignore_errors=True)  # nobody else will
            os._exit(1)
        for name in names:
            if name != END:
                self._ask(name)

    def _ask(self, name: str) -> None:
        heavy = 0 if self._suite is None else self._suite.weight(name, self._specs)
        most = (os.cpu_count() or 1) // 2  # each part loads the vectors of all
        parts = max(1, min(round(heavy / _MUCH), most))
        self._found[name] = []
        self._waiting += [(name, (number, parts)) for number in range(parts)]
        self._heavy[name] = heavy
        self._waiting.sort(key=lambda one: -self._heavy[one[0]])  # what takes longest must not be the last

    def _idle(self) -> Worker | None:
        """A worker without a part: one that is there, or a new one while they are few."""
        for worker in self._workers:
            if worker.given is None:
                return worker
        if len(self._workers) >= (os.cpu_count() or 1):
            return None
        self._workers.append(Worker(self._folder, self._specs, self._seconds, self._workers))
        return self._workers[-1]

    def _look(self) -> None:
        """Take what workers have found; a part that was given to one that had just ended goes to another."""
        for worker in list(self._workers):
            if worker.given is None:
                continue
            name, part = worker.given
            found = worker.found()
            if worker.gone:
                self._workers.remove(worker)
            if found is not None:
                worker.given = None
                self._settle(name, part, found)
            elif worker.gone:
                self._waiting.insert(0, (name, part))

    def _settle(self, name: str, part: Part, outcome: Outcome) -> None:
        """With the last part of a module, or one that broke, the module has its answer."""
        self._found[name].append(outcome)
        if outcome.broken:
            self._waiting = [one for one in self._waiting if one[0] != name]
            for other in [one for one in self._workers if one.given is not None and one.given[0] == name]:
                other.close()
                other.given = None
                self._workers.remove(other)
        elif len(self._found[name]) < part[1]:
            return
        leave_answer(self._folder, name, self._found.pop(name))

    def dismiss(self) -> None:
        """End the workers."""
        for worker in self._workers:
            worker.close()


def _stay(folder: Path) -> None:
    """Until who waited is gone without having ended this process: then nobody else takes the folder away."""
    os.set_blocking(0, True)
    while os.read(0, 1 << 16):
        pass
    shutil.rmtree(folder, ignore_errors=True)


def _redirected() -> int:
    """What was standard output, for the one who waits; modules print to nowhere from here on."""
    news = os.dup(1)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.close(nowhere)
    return news


def _load_kernel() -> None:
    """Load what most codecs load when they are used, so that not each process has to."""
    import sciwire.runtime

    kernel = [one.name for one in pkgutil.walk_packages(sciwire.runtime.__path__, "sciwire.runtime.")]
    for name in (*kernel, *_LIBRARIES):
        with contextlib.suppress(ImportError):  # who needs it will say so
            importlib.import_module(name)


def _prefer(folder: Path) -> None:
    """Let `sciwire.formats` be looked up in *folder* first."""
    import sciwire

    sys.path.insert(0, str(folder))
    importlib.invalidate_caches()
    path = [str(folder / "sciwire"), *list(sciwire.__path__)]
    sciwire.__path__ = path


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
