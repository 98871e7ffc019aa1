"""A campaign over an existing Dask cluster: its workers take the bunches that processes of this machine would take.

Rule 1: ids, verdicts and faults are those of one process. Rule 2: what fails in generated values is shrunk once for
each cause, not in every case that shows it. Rule 3: a worker that has other specifications judges nothing. Rule 4: an
implementation takes no worker down with it, for a worker that ends early enough is never replaced.

A worker does one bunch at a time whatever its number of threads, for adapters belong to one thread: workers of one
thread each (``dask worker --nworkers N --nthreads 1``) leave no core idle.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from .causes import cause
from .jobs import Bunch, Lost, run_bunch, spread
from .plan import Agenda, Plan, StartError
from .vectors import digest
from .verdict import Result, Verdict

__all__ = ["ClusterError", "run_on_cluster"]

_CONNECT = 10.0  # seconds until a scheduler that does not answer is given up
_LOOK = 5.0  # seconds between two looks at whether anybody is left who could answer
_ALONE = 60.0  # seconds without any worker until the cluster is given up: its own nurses need some to restart one
_SHRINKING = frozenset({"fuzz/valid", "scenario"})  # checks of generated values that shrink what fails


class ClusterError(Exception):
    """The cluster cannot be used, or is no more; the text says why and what to do."""


def run_on_cluster(agenda: Agenda, address: str) -> Iterator[Result]:
    """Yield the result of every case in the order of one process, from the workers of the scheduler at *address*."""
    client = _connect(address)
    try:
        workers = _meet(client, agenda.plan)
        cluster = _Cluster(client, agenda.plan)
        yield from spread(agenda, lambda jobs: _Pool(cluster), workers)
    finally:
        client.close()


def _connect(address: str) -> Any:
    try:
        from distributed import Client
    except ImportError as error:
        raise ClusterError("--dask needs the package distributed: pip install 'sciwire[dask]'") from error
    try:
        return Client(address, timeout=_CONNECT, set_as_default=False)  # type: ignore[no-untyped-call]
    except (OSError, ValueError, TimeoutError) as error:
        raise ClusterError(f"no Dask scheduler answers at {address}: {error or type(error).__name__}") from error


def _meet(client: Any, plan: Plan) -> int:
    """How many workers there are; `ClusterError` where there is none, or one that cannot judge by this plan."""
    with contextlib.suppress(TimeoutError):  # those of a cluster that was just made, or restarts one
        client.wait_for_workers(1, timeout=_CONNECT)
    answers = client.run(_problem, plan, _digests(plan), on_error="return")
    # a worker that is gone meanwhile has no word in it, and tasks go to others
    problems = {worker: answer for worker, answer in answers.items() if not isinstance(answer, OSError)}
    if not problems:
        raise ClusterError("the cluster has no workers")
    for worker, problem in problems.items():
        if isinstance(problem, BaseException):  # what it could not load arrives as it was raised there
            text = f"{type(problem).__name__}: {problem}"
            raise ClusterError(f"the worker {worker} cannot run the suite ({text}): install the same sciwire there")
        if problem:
            raise ClusterError(f"the worker {worker} {problem}")
    return len(problems)


class _Cluster:
    """The workers, and what has been shrunk already: by cause the id of the case."""

    def __init__(self, client: Any, plan: Plan) -> None:
        self._client = client
        self._plan = replace(plan, shrink=False, apart=True)
        self._digests = _digests(plan)
        self._shrunk: dict[tuple[str, ...], str] = {}

    def submit(self, bunch: Bunch, *, shrink: bool = False) -> Any:
        """The future of a bunch's results."""
        return self._client.submit(_work, replace(self._plan, shrink=shrink), self._digests, bunch, pure=False)

    def wait(self, future: Any) -> list[Result]:
        """What the bunch of *future* gave. A task without workers would wait for ever: a cluster without any is given up."""
        from distributed import KilledWorker

        alone = 0.0
        while True:
            try:
                found: list[Result] = future.result(timeout=_LOOK)
            except KilledWorker as error:
                raise Lost from error
            except ClusterError:
                raise
            except Exception as error:
                if future.done() or not isinstance(error, TimeoutError):  # what a worker or the connection raised
                    raise ClusterError(f"the cluster gave no result: {type(error).__name__}: {error}") from error
                alone = 0.0 if self._client.ncores() else alone + _LOOK
                if alone >= _ALONE:
                    raise ClusterError(f"the cluster has had no workers for {alone:g} s") from error
            else:
                return found

    def small(self, bunch: Bunch, number: int, result: Result) -> Result:
        """The result of case *number* of a bunch; a failure of generated values is shrunk, once for each cause."""
        bad = result.verdict in (Verdict.FAIL, Verdict.ERROR)
        if not bad or bunch[1][1] != "generated" or result.check not in _SHRINKING:
            return result
        first = self._shrunk.setdefault(cause(result), result.id)
        if first != result.id:
            return replace(result, message=f"{result.message}; not shrunk, for {first} has the same cause and is")
        try:
            (small,) = self.wait(self.submit((*bunch[:2], bunch[2] + number, bunch[2] + number + 1), shrink=True))
        except Lost:
            return result
        return small if (small.verdict, small.fault) == (result.verdict, result.fault) else result


class _Pool:
    """Bunches on a cluster; those that nobody waits for any more are cancelled at the end."""

    def __init__(self, cluster: _Cluster) -> None:
        self._cluster = cluster
        self._open: list[Any] = []

    def __enter__(self) -> _Pool:
        return self

    def __exit__(self, *_: Any) -> None:
        for future in self._open:
            future.cancel()

    def submit(self, bunch: Bunch) -> Callable[[], list[Result]]:
        future = self._cluster.submit(bunch)
        self._open.append(future)

        def results() -> list[Result]:
            found = self._cluster.wait(future)
            self._open.remove(future)
            return [self._cluster.small(bunch, number, result) for number, result in enumerate(found)]

        return results


# What runs on a worker

#: One bunch at a time, and the agenda that stays from one to the next.
_turn = threading.Lock()
_desk: list[Agenda] = []


def _work(plan: Plan, digests: Mapping[str, str], bunch: Bunch) -> list[Result]:
    with _turn:
        here = _here(plan)
        if not _desk or _desk[0].plan != here:
            if problem := _problem(plan, digests):
                raise ClusterError(f"a worker {problem}")
            while _desk:
                _desk.pop().close()
            _desk.append(Agenda(here))
        return run_bunch(_desk[0], bunch)


def _problem(plan: Plan, digests: Mapping[str, str]) -> str:
    """Why this worker would judge by something else, or an empty text."""
    try:
        found = _digests(_here(plan))
        with contextlib.closing(Agenda(replace(_here(plan), apart=True))) as agenda:
            agenda.prove_starts(keep=False)
    except OSError as error:
        return f"has no specifications: {error}"
    except ValueError as error:
        return f"has no such implementation: {error}"
    except StartError as error:
        return f"says that {error}"
    wrong = [name for name, content in digests.items() if found.get(name) != content]
    return f"has other specifications or vectors of {', '.join(wrong)}: install the same sciwire there" if wrong else ""


def _here(plan: Plan) -> Plan:
    """The plan with the specifications where they are on this machine."""
    if not plan.own_specs:
        return plan
    from sciwire.model import specs_dir

    return replace(plan, specs=specs_dir())


def _digests(plan: Plan) -> dict[str, str]:
    return {name: digest(plan.specs / name) for name in plan.formats}
