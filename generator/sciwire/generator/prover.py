"""The process that proves modules, seen from where they are printed: started early, it gets each as soon as it is there.

Rule 2 of `tree` stands on it: what has no answer, for whatever reason, is refused.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Collection, Mapping
from pathlib import Path
from types import TracebackType

from sciwire.runtime.errors import SpecError

from .proof_process import END
from .proofs import Proofs
from .prove import answer_of

__all__ = ["Prover", "memory"]

_ROOM = 1 << 29  # bytes
_OTHERS = re.compile(r"(?:from|import)\s+sciwire\.formats\b")


class Prover:
    """Proves modules of *specs*, a folder of specifications or one file; each has *seconds*.

    A context: what runs when it is left is ended. What was proved before, and is remembered, is not proved again.
    """

    def __init__(self, specs: Path, seconds: float = 120) -> None:
        self._specs = specs
        self._seconds = seconds
        self._proofs = Proofs(specs)
        self._texts: dict[str, str] = {}  # of the modules that were offered
        self._asked: list[str] = []  # those of which an answer is to come
        self._last: list[str] = []  # those that are proved when all are there
        self._counts: dict[str, int] = {}  # vectors, of those that are proved
        self._folder: Path | None = None
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Prover:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def start(self, expected: Collection[str] = ()) -> None:
        """Start the process now, which loads what it needs for the *expected* formats while their modules are made."""
        if self._process is not None:
            return
        self._folder = Path(tempfile.mkdtemp(prefix="sciwire-", dir=memory()))
        (self._folder / "sciwire" / "formats").mkdir(parents=True)  # before it is looked into for the first time
        command = [sys.executable, "-P", "-m", "sciwire.generator.proof_process", str(self._folder), str(self._specs)]
        self._process = subprocess.Popen(
            [*command, str(self._seconds), *expected],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=_environment(self._folder),
            start_new_session=True,  # so that those that it starts are ended with it
        )

    def offer(self, name: str, text: str, beside: Mapping[str, str] | None = None) -> None:
        """Have the module *name* proved, unless the same was proved before; its answer comes with `settle`.

        *beside* are the texts of the modules that it hands on to, which are proved with it.
        """
        if self._texts.get(name) == text:
            return
        self._texts[name] = text
        count = self._proofs.known(name, text)
        if count is not None:
            self._counts[name] = count
            return
        self.start([name])
        assert self._folder is not None
        for module, content in {**(beside or {}), name: text}.items():
            (self._folder / "sciwire" / "formats" / f"{module}.py").write_bytes(content.encode())
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
        if not self._asked or self._process is None or self._folder is None:
            return self._counts
        for name in (*self._last, END):
            self._say(name)
        for name in self._asked:
            self._proofs.prepare(name, self._texts[name])
        with contextlib.suppress(subprocess.TimeoutExpired):  # what has no answer then is refused
            self._process.wait((self._seconds + 10) * len(self._asked))
        found = {name: answer_of(self._folder, name) for name in self._asked}
        refusals = [refusal for refusal, _ in found.values() if refusal]
        if refusals:
            raise SpecError("nothing was replaced: " + "\n".join(refusals))
        for name, (_, count) in found.items():
            self._counts[name] = count
            self._proofs.keep(name, self._texts[name], count)
        return self._counts

    def close(self) -> None:
        """End the process, whatever it does, and take its folder away."""
        process, folder = self._process, self._folder
        self._process = self._folder = None
        if process is not None:
            if process.poll() is None:
                _end(process)
            assert process.stdin is not None
            with contextlib.suppress(OSError):
                process.stdin.close()
        if folder is not None:
            shutil.rmtree(folder, ignore_errors=True)

    def _say(self, word: str) -> None:
        assert self._process is not None
        assert self._process.stdin is not None
        with contextlib.suppress(OSError):  # it has ended: no answer will come
            self._process.stdin.write(f"{word}\n".encode())
            self._process.stdin.flush()


def memory() -> str | None:
    """A folder that lies in memory, for a thousand small files; None for the usual one where there is none with room."""
    folder = "/dev/shm"
    with contextlib.suppress(OSError):
        if os.access(folder, os.W_OK | os.X_OK) and shutil.disk_usage(folder).free > _ROOM:
            return folder
    return None


def _environment(folder: Path) -> dict[str, str]:
    return {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONUTF8": "1",
        "TMPDIR": str(folder),  # whatever a proof leaves behind goes with it
        "OMP_NUM_THREADS": "1",  # vectors are small: threads of the compressors only wait for each other
        "OPENBLAS_NUM_THREADS": "1",  # and these are started by the import of numpy already
    }


def _end(process: subprocess.Popen[bytes]) -> None:
    if sys.platform == "win32":
        process.kill()
    else:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    process.wait()
