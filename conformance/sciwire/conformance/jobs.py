"""A run spread over processes: each plans the same cases and takes bunches of them; results come back in order.

Rule 1: what a run says does not depend on how many processes it has, but for the times.
Rule 2: an implementation in process that takes its process down costs the case at hand, and nobody else's.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from functools import partial
from multiprocessing.util import Finalize
from pathlib import Path

from .adapters.resolve import CLAIMS
from .cases import Case, plan_cases, select, shard
from .finding import Finding
from .harness import Subject
from .runner import result_of, run_cases
from .verdict import Fault, Result, Verdict

__all__ = ["Plan", "run_parallel"]

_BUNCH = 40  # cases that go to a process together: enough to fill a window, few enough to spread


@dataclass(frozen=True, slots=True)
class Plan:
    """All that decides what the cases of a run are; it pickles, and gives the same cases in every process."""

    specs: Path
    formats: tuple[str, ...]
    impls: tuple[str, ...]
    seed: int = 0
    examples: int = 100
    volume: int = 0
    seconds: float = 10.0
    memory: int = 4 << 30
    only: tuple[str, ...] = ()
    checks: tuple[str, ...] = ()
    shard: tuple[int, int] = (1, 1)
    again: tuple[str, ...] = ()

    def subject(self, text: str) -> Subject:
        """The implementation *text*, not started; asked for nothing but the formats of the plan."""
        return Subject(text, seconds=self.seconds, memory=self.memory, formats=self.formats)

    def cases(self, reference: Subject) -> list[Case]:
        """The cases of this run, or of its shard."""
        cases = plan_cases(
            self.specs, self.formats, reference, seed=self.seed, examples=self.examples, volume=self.volume
        )
        return shard(select(cases, self.only, self.checks), *self.shard)

    @staticmethod
    def cases_of(impl: str, cases: Sequence[Case]) -> Sequence[Case]:
        """Those of *cases* that are for *impl*: of a shipped third party its own formats, if there are any."""
        claims = CLAIMS.get(impl)
        return [case for case in cases if claims is None or case.format in claims] or cases


def run_parallel(plan: Plan, cases: Sequence[Case], jobs: int) -> Iterator[Result]:
    """Yield the result of every case for every implementation in the order of one process, from *jobs* processes."""
    bunches = [
        (impl, start, min(start + _BUNCH, len(plan.cases_of(impl, cases))))
        for impl in plan.impls
        for start in range(0, len(cases), _BUNCH)
    ]
    done = 0
    while done < len(bunches):
        with ProcessPoolExecutor(jobs, multiprocessing.get_context("spawn"), _begin, (plan,)) as pool:
            futures = [pool.submit(_bunch, *bunch) for bunch in bunches[done:]]
            try:
                for future in futures:
                    yield from future.result()
                    done += 1
                return
            except BrokenProcessPool:
                pass
            finally:
                _cancel(futures)
        yield from _one_by_one(plan, cases, *bunches[done])
        done += 1


def _one_by_one(plan: Plan, cases: Sequence[Case], impl: str, start: int, stop: int) -> Iterator[Result]:
    """The cases of a bunch that was lost, each in a process that no other needs once one of them breaks it."""
    of_it = plan.cases_of(impl, cases)
    number = start
    while number < stop:
        with ProcessPoolExecutor(1, multiprocessing.get_context("spawn"), _begin, (plan,)) as pool:
            try:
                while number < stop:
                    yield from pool.submit(_bunch, impl, number, number + 1).result()
                    number += 1
            except BrokenProcessPool:
                lost = Finding(
                    Verdict.ERROR, Fault.DIED, "the process ended in place of an answer, and the suite's with it"
                )
                yield result_of(of_it[number], plan.subject(impl), lost, plan.again)
                number += 1


def _cancel(futures: Sequence[Future[list[Result]]]) -> None:
    for future in futures:
        future.cancel()


class _Desk:
    """What a process of the run keeps from one bunch to the next."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.reference = plan.subject("sciwire")
        self.reference.start()
        self.cases = plan.cases(self.reference)
        self._subjects: dict[str, Subject] = {}
        Finalize(self, partial(_stop_all, self._subjects, self.reference), exitpriority=10)

    def subject(self, impl: str) -> Subject:
        if impl not in self._subjects:
            self._subjects[impl] = self.plan.subject(impl)
            self._subjects[impl].start()
        return self._subjects[impl]


def _stop_all(subjects: dict[str, Subject], reference: Subject) -> None:
    for subject in (*subjects.values(), reference):
        subject.stop()


_desk: list[_Desk] = []


def _begin(plan: Plan) -> None:
    _desk[:] = [_Desk(plan)]


def _bunch(impl: str, start: int, stop: int) -> list[Result]:
    (desk,) = _desk
    cases = desk.plan.cases_of(impl, desk.cases)[start:stop]
    return list(run_cases(cases, desk.subject(impl), desk.reference, desk.plan.again))
