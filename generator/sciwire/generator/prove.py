"""Run in a process of its own: import new modules from a folder, and run the vectors of their formats over them.

``python -m sciwire.generator.prove FOLDER SPECS SECONDS FORMAT...`` leaves ``FOLDER/FORMAT.proof`` for each module that
gave an answer: how many vectors prove it, or why it must not replace another. A module that ends the process while it
is imported gives none, whatever the exit code.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import signal
import sys
import time
import traceback
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

__all__ = ["answer_of", "main"]

_SHOWN = 20  # vectors that fail, of each format
_LATE = "within "


def answer_of(folder: Path, name: str) -> tuple[str, int]:
    """Why the module *name* must not replace another, empty if it may; and how many vectors prove it."""
    path = folder / f"{name}.proof"
    if path.is_file():
        answer = json.loads(path.read_text(encoding="utf-8"))
        return str(answer["refusal"]), int(answer["vectors"])
    return f"{name} ended the process that was to prove it", 0


def main(arguments: list[str]) -> int:
    """Prove each format; the answers are files."""
    folder, specs, seconds, *formats = Path(arguments[0]), Path(arguments[1]), float(arguments[2]), *arguments[3:]
    _prefer(folder)
    if sys.platform == "linux":
        _side_by_side(folder, specs, seconds, formats)
    else:  # elsewhere a fork of a process with libraries is not safe
        for name in formats:
            _prove(folder, specs, name)
    return 0


def _side_by_side(folder: Path, specs: Path, seconds: float, formats: list[str]) -> None:
    """A process for each format, one more at a time than there are cores, as some wait; what all need is imported once."""
    import numpy as np  # noqa: F401

    if find_spec("sciwire.conformance") is not None:
        importlib.import_module("sciwire.conformance.prove")
    gc.freeze()
    waiting = sorted(formats, key=lambda name: -_size(specs, name))
    running: dict[int, tuple[str, float]] = {}
    while waiting or running:
        while waiting and len(running) <= (os.cpu_count() or 1):
            name = waiting.pop(0)
            running[_fork(folder, specs, name)] = name, time.monotonic() + seconds
        for pid, (name, status) in list(_ended(running, seconds)):
            del running[pid]
            if status:
                _leave(folder, name, status)
        time.sleep(0.002)


def _size(specs: Path, name: str) -> int:
    return sum(path.stat().st_size for path in (specs / name).glob("vectors/*.json"))


def _fork(folder: Path, specs: Path, name: str) -> int:
    pid = os.fork()
    if pid == 0:
        try:
            out = os.open(folder / f"{name}.said", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
            os.dup2(out, 1)
            os.dup2(out, 2)
            gc.set_threshold(100_000)
            _prove(folder, specs, name)
        finally:
            os._exit(0)
    return pid


def _ended(running: dict[int, tuple[str, float]], seconds: float) -> Iterator[tuple[int, tuple[str, str]]]:
    """The processes that came to an end: name, and what is wrong where that is all there is to know."""
    for pid, (name, end) in running.items():
        done, status = os.waitpid(pid, os.WNOHANG)
        if done:
            code = os.waitstatus_to_exitcode(status)
            yield pid, (name, f"exit {code}" if code >= 0 else signal.Signals(-code).name)
        elif time.monotonic() > end:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
            yield pid, (name, f"{_LATE}{seconds:g} s")


def _leave(folder: Path, name: str, status: str) -> None:
    """State why a process gave no answer, if it gave none."""
    if (folder / f"{name}.proof").exists():
        return
    said = (folder / f"{name}.said").read_text(encoding="utf-8", errors="replace").strip()
    if status.startswith(_LATE):
        refusal = f"{name} did not pass its vectors {status}"
    else:
        refusal = "\n".join(filter(None, (f"{name} ended the process that was to prove it ({status})", said[-2000:])))
    _answer(folder, name, refusal, 0)


def _answer(folder: Path, name: str, refusal: str, vectors: int) -> None:
    text = json.dumps({"refusal": refusal, "vectors": vectors})
    (folder / f"{name}.part").write_text(text, encoding="utf-8")
    (folder / f"{name}.part").rename(folder / f"{name}.proof")


def _prove(folder: Path, specs: Path, name: str) -> None:
    try:
        _answer(folder, name, *_outcome(folder, specs, name))
    except BaseException:  # SystemExit too: a module has no business to end the process
        _answer(folder, name, f"{name} can't be proved:\n{traceback.format_exc()}", 0)


def _outcome(folder: Path, specs: Path, name: str) -> tuple[str, int]:
    try:
        module = importlib.import_module(f"sciwire.formats.{name}")
    except BaseException:
        return f"{name} does not import:\n{traceback.format_exc()}", 0
    if Path(str(module.__file__)).parent.resolve() != (folder / "sciwire" / "formats").resolve():
        return f"{name} was imported from {module.__file__}, not from {folder}", 0
    if find_spec("sciwire.conformance") is None:
        return "", 0  # the suite is not installed; the import alone has to do
    conformance = importlib.import_module("sciwire.conformance.prove")
    problems: list[str] = conformance.failed_vectors(name, module, specs)
    more = [f"... and {len(problems) - _SHOWN} more vectors of {name} that fail"] if len(problems) > _SHOWN else []
    if problems:
        return "\n".join([*problems[:_SHOWN], *more]), 0
    return "", conformance.vector_count(name, specs)


def _prefer(folder: Path) -> None:
    """Let `sciwire.formats` be looked up in *folder* first."""
    import sciwire

    sys.path.insert(0, str(folder))
    importlib.invalidate_caches()
    path = [str(folder / "sciwire"), *list(sciwire.__path__)]
    sciwire.__path__ = path


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
