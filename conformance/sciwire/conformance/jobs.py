"""A run spread over processes: each plans the same cases and takes bunches of them; results come back in order.

Rule 1: what a run says does not depend on how many processes it has, but for the times.
Rule 2: an implementation in process that takes its process down costs the case at hand, and nobody else's.
Rule 3: cases are planned and handed out as the run goes on, never all of them at once.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import threading
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import AbstractContextManager
from functools import partial
from multiprocessing.util import Finalize
from typing import Any, Protocol

from .finding import Finding
from .plan import Agenda, Plan, Stage
from .runner import BUNCH, result_of, run_cases
from .verdict import Fault, Result, Verdict

__all__ = ["Bunch", "Lost", "Pool", "run_bunch", "run_parallel", "spread"]

_AHEAD = 32  # bunches for each process that are handed out before the first of them is back

#: Implementation, stage, first case and the one behind the last.
Bunch = tuple[str, Stage, int, int]


class Lost(Exception):  # noqa: N818 - what became of the process
    """The process that had a bunch in hand is gone."""


class Pool(Protocol):
    """Processes that take bunches; one submitted gives a function that waits for its results, or raises `Lost`."""

    def submit(self, bunch: Bunch) -> Callable[[], list[Result]]: ...


def run_parallel(agenda: Agenda, jobs: int) -> Iterator[Result]:
    """Yield the result of every case for every implementation in the order of one process, from *jobs* processes."""
    return spread(agenda, partial(_Processes, agenda.plan), jobs)


def spread(agenda: Agenda, open_pool: Callable[[int], AbstractContextManager[Pool]], jobs: int) -> Iterator[Result]:
    """The same from the pools that *open_pool* gives, each of so many processes.

    A bunch that was lost is done again case by case, each alone in a pool of one: so the case is found that did it.
    """
    waiting = _bunches(agenda)
    begun: deque[Bunch] = deque()
    while True:
        with open_pool(jobs) as pool:
            try:
                yield from _in_order(pool, begun, waiting, jobs * _AHEAD)
                return
            except Lost:
                pass
        yield from _one_by_one(agenda, partial(open_pool, 1), *begun[0])
        begun.popleft()


def _bunches(agenda: Agenda) -> Iterator[Bunch]:
    for impl in agenda.plan.runs:
        for stage in agenda.plan.stages(impl):
            count = len(agenda.cases(stage))
            yield from ((impl, stage, start, min(start + BUNCH, count)) for start in range(0, count, BUNCH))


def _in_order(pool: Pool, begun: deque[Bunch], waiting: Iterator[Bunch], ahead: int) -> Iterator[Result]:
    """The results of *begun*, which keeps what is not done, and of all that is *waiting*."""
    results = deque(map(pool.submit, begun))
    while True:
        while len(begun) < ahead and (bunch := next(waiting, None)) is not None:
            begun.append(bunch)
            results.append(pool.submit(bunch))
        if not begun:
            return
        yield from results[0]()
        results.popleft()
        begun.popleft()


def _one_by_one(
    agenda: Agenda,
    open_pool: Callable[[], AbstractContextManager[Pool]],
    impl: str,
    stage: Stage,
    start: int,
    stop: int,
) -> Iterator[Result]:
    """The cases of a bunch that was lost, each in a process that no other needs once one of them breaks it."""
    number = start
    while number < stop:
        with open_pool() as pool:
            try:
                while number < stop:
                    yield from pool.submit((impl, stage, number, number + 1))()
                    number += 1
            except Lost:
                text = "the process ended in place of an answer, and the suite's with it"
                case = agenda.cases(stage)[number]
                subject = agenda.plan.subject(impl, [stage[0]])
                yield result_of(case, subject, Finding(Verdict.ERROR, Fault.DIED, text), agenda.plan.again)
                number += 1


class _Processes:
    """A pool of processes of this machine."""

    def __init__(self, plan: Plan, jobs: int) -> None:
        self._pool = ProcessPoolExecutor(jobs, multiprocessing.get_context("spawn"), _begin, (plan,))

    def __enter__(self) -> _Processes:
        return self

    def __exit__(self, *_: Any) -> None:
        self._pool.shutdown(cancel_futures=True)

    def submit(self, bunch: Bunch) -> Callable[[], list[Result]]:
        try:
            future = self._pool.submit(_bunch, bunch)
        except BrokenProcessPool:
            return _lost

        def result() -> list[Result]:
            try:
                return future.result()
            except BrokenProcessPool as error:
                raise Lost from error

        return result


def _lost() -> list[Result]:
    raise Lost


#: The agenda that this process keeps from one bunch to the next.
_desk: list[Agenda] = []


def _begin(plan: Plan) -> None:
    threading.Thread(target=_end_with, args=(multiprocessing.parent_process(),), daemon=True).start()
    _desk[:] = [Agenda(plan)]
    Finalize(_desk[0], _desk[0].close, exitpriority=10)


def _end_with(parent: Any) -> None:
    """End when the run is killed, with the adapters: nobody else tells this process."""
    parent.join()
    with contextlib.suppress(Exception):
        _desk[0].close()
    os._exit(1)


def _bunch(bunch: Bunch) -> list[Result]:
    return run_bunch(_desk[0], bunch)


def run_bunch(agenda: Agenda, bunch: Bunch) -> list[Result]:
    """The results of a bunch, in this process."""
    impl, stage, start, stop = bunch
    subject, reference = agenda.subject(impl, stage[0]), agenda.reference(stage[0])
    subject.forgive()
    return list(run_cases(agenda.cases(stage)[start:stop], subject, reference, agenda.plan.again))
