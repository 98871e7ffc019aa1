"""The process that proves modules, seen from where they are printed: started early, it gets each as soon as it is there.

Rule 2 of `tree` stands on it: what has no answer, for whatever reason, is refused.
"""

from __future__ import annotations

import contextlib
import os
import re
import select
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType

from sciwire.runtime.errors import SpecError

from .proof_process import END
from .proof_start import PROOF_SECONDS, Started, start
from .proofs import Proofs
from .prove import answer_of

__all__ = ["Prover"]

_LOOK = 0.2  # seconds
_OTHERS = re.compile(r"(?:from|import)\s+sciwire\.formats\b")


class Prover:
    """Proves modules of *specs*, a folder of specifications or one file; each has *seconds*.

    A context: what runs when it is left is ended, *started* before or not. What was proved before, and is remembered,
    is not proved again.
    """

    def __init__(self, specs: Path, seconds: float = PROOF_SECONDS, started: Started | None = None) -> None:
        self._specs = specs
        self._seconds = seconds
        self._proofs = Proofs(specs)
        self._texts: dict[str, str] = {}  # of the modules that were offered
        self._asked: list[str] = []  # those of which an answer is to come
        self._last: list[str] = []  # those that are proved when all are there
        self._counts: dict[str, int] = {}  # vectors, of those that are proved
        self._started = started
        self._offering = threading.Lock()

    def __enter__(self) -> Prover:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def offer(self, name: str, text: str, beside: Mapping[str, str] | None = None) -> None:
        """Have the module *name* proved, unless the same was proved before; its answer comes with `settle`. Any thread may.

        *beside* are the texts of the modules that it hands on to, which are proved with it.
        """
        with self._offering:
            self._offer(name, text, beside or {})

    def _offer(self, name: str, text: str, beside: Mapping[str, str]) -> None:
        if self._texts.get(name) == text:
            return
        self._texts[name] = text
        count = self._proofs.known(name, text)
        if count is not None:
            self._counts[name] = count
            return
        self._started = self._started or start(self._specs, self._seconds, [name])
        for module, content in {**beside, name: text}.items():
            (self._started.folder / "sciwire" / "formats" / f"{module}.py").write_bytes(content.encode())
        self._asked.append(name)
        if _OTHERS.search(text):  # it has to find those beside it
            self._last.append(name)
        else:
            self._say(name)

    def settle(self, formats: Mapping[str, Mapping[str, str]]) -> dict[str, int]:
        """Wait for the answers: how many vectors prove each of *formats*, and others that were offered.

        A format comes with the texts of its modules by name, one of which has its own. `SpecError` where one must not
        replace another.
        """
        for name, modules in formats.items():
            self.offer(name, modules[name], modules)
        if not self._asked or self._started is None:
            return self._counts
        folder, process = self._started.folder, self._started.process
        for name in (*self._last, END):
            self._say(name)
        for name in self._asked:
            self._proofs.prepare(name, self._texts[name])
        _wait(process, (self._seconds + 10) * len(self._asked))  # what has no answer then is refused
        _end(process)
        found = {name: answer_of(folder, name) for name in self._asked}
        shutil.rmtree(folder, ignore_errors=True)  # at once: who ends this program now leaves nothing behind
        refusals = [refusal for refusal, _ in found.values() if refusal]
        if refusals:
            raise SpecError("nothing was replaced: " + "\n".join(refusals))
        for name, (_, count) in found.items():
            self._counts[name] = count
            self._proofs.keep(name, self._texts[name], count)
        return self._counts

    def close(self) -> None:
        """End the process, whatever it does, and take its folder away."""
        started, self._started = self._started, None
        if started is None:
            return
        if started.process.returncode is None:  # not waited for yet, so that its number is nobody else's
            _end(started.process)
        for pipe in (started.process.stdin, started.process.stdout):
            with contextlib.suppress(OSError):
                if pipe is not None:
                    pipe.close()
        shutil.rmtree(started.folder, ignore_errors=True)

    def _say(self, word: str) -> None:
        assert self._started is not None
        stdin = self._started.process.stdin
        assert stdin is not None
        with contextlib.suppress(OSError):  # it has ended: no answer will come
            stdin.write(f"{word}\n".encode())
            stdin.flush()


def _wait(process: subprocess.Popen[bytes], seconds: float) -> None:
    """Until all answers are there, the process has ended, or that takes too long."""
    if sys.platform == "win32" or process.stdout is None:  # a pipe can't be waited for
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(seconds)
        return
    end = time.monotonic() + seconds
    while process.poll() is None and time.monotonic() < end:  # one that was killed says nothing
        if select.select([process.stdout], [], [], _LOOK)[0]:
            return


def _end(process: subprocess.Popen[bytes]) -> None:
    """End it and those that it started, which may be there when it has ended: a module that forked, a worker without it."""
    if sys.platform == "win32":
        process.kill()
    else:
        with contextlib.suppress(ProcessLookupError, PermissionError):  # macOS says that of those that have ended
            os.killpg(process.pid, signal.SIGKILL)
    process.wait()
