"""The vectors over every mutant, in processes that may hang, crash or eat memory: each of which is noticed."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any

from .survivors_list import named

__all__ = ["Outcome", "UnfitError", "judge"]

_SECONDS = 30.0  # a mutant that takes longer hangs
_MEMORY = 4 << 30  # bytes of address space, where the platform has a limit
_SPAWN = multiprocessing.get_context("spawn")  # a fork of a process whose libraries have threads may never wake


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a mutant: `fate` is killed, survived, stillborn or same; `by` says what killed it."""

    mutant: str
    fate: str
    by: str = ""


def judge(
    specs: Path, format_name: str, *, sample: int = 0, jobs: int = 2, only: Sequence[str] = ()
) -> Iterator[Outcome]:
    """The outcome of every mutant of the newest version of a format, as they are found.

    *only* keeps the mutants that one of these patterns names, *sample* about so many of them, evenly spread.
    """
    workers = [_Worker(specs, format_name) for _ in range(max(1, jobs))]
    try:
        names = workers[0].names()
        numbers = [number for number, name in enumerate(names) if not only or named(name, only)]
        step = max(1, len(numbers) // sample) if sample else 1
        numbers = numbers[::step]
        yield from _spread(workers, numbers, names)
    finally:
        for worker in workers:
            worker.end()


def _spread(workers: Sequence[_Worker], numbers: list[int], names: Sequence[str]) -> Iterator[Outcome]:
    waiting = numbers[::-1]
    busy: dict[_Worker, int] = {}
    while waiting or busy:
        for worker in workers:
            if worker not in busy and waiting:
                busy[worker] = waiting.pop()
                worker.ask(busy[worker])
        ready = wait([worker.pipe for worker in busy], timeout=_SECONDS)
        for worker in [one for one in busy if one.pipe in ready] or list(busy):
            number = busy.pop(worker)
            fate, by = worker.answer(there=worker.pipe in ready)
            yield Outcome(names[number], fate, by)


class UnfitError(Exception):
    """There is nothing to judge: the specification, its vectors or its module can't be used; the text says why."""


class _Worker:
    """A process that judges mutants by their number; it is started anew after a crash or a hang."""

    pipe: Connection[Any, Any]

    def __init__(self, specs: Path, format_name: str) -> None:
        self._about = (specs, format_name)
        self._start()

    def names(self) -> list[str]:
        try:
            self.pipe.send(None)
            found: list[str] | str = self.pipe.recv()
        except (EOFError, OSError):
            found = "the process that judges mutants has ended"
        if isinstance(found, str):
            raise UnfitError(found)
        return found

    def ask(self, number: int) -> None:
        self.pipe.send(number)

    def answer(self, *, there: bool) -> tuple[str, str]:
        """Its answer; where there is none, the process is replaced."""
        try:
            if there:
                found: tuple[str, str] = self.pipe.recv()
                return found
            fate = ("killed", "hang")
        except (EOFError, OSError):
            fate = ("killed", "crash")
        self.end()
        self._start()
        return fate

    def end(self) -> None:
        self.pipe.close()
        self._process.kill()
        self._process.join()

    def _start(self) -> None:
        self.pipe, theirs = _SPAWN.Pipe()
        self._process = _SPAWN.Process(target=_serve, args=(theirs, *self._about), daemon=True)
        self._process.start()
        theirs.close()


def _serve(pipe: Connection[Any, Any], specs: Path, format_name: str) -> None:
    """In the process: answer numbers with fates until the other end is closed."""
    import sys
    import warnings

    from .trial import Trial

    warnings.simplefilter("ignore")
    sys.stderr = open(os.devnull, "w")  # noqa: PTH123, SIM115 - a mutant may warn, and must not talk
    _limit_memory()
    try:
        trial = Trial(specs, format_name)
    except Exception as error:
        pipe.send(str(error) or type(error).__name__)
        return
    try:
        while True:
            number = pipe.recv()
            pipe.send(trial.names if number is None else trial.fate(number))
    except (EOFError, OSError):
        return


def _limit_memory() -> None:
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
