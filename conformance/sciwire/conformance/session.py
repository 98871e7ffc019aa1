"""One run of the command: settings -> cases -> results -> reports -> exit code."""

from __future__ import annotations

import contextlib
import os
import platform
import signal
import sys
import threading
from collections.abc import Iterator, Mapping
from importlib.util import find_spec
from typing import Any, Protocol

from sciwire.runtime.errors import SpecError

from .cluster import ClusterError, run_on_cluster
from .failures import Keeper
from .jobs import run_parallel
from .known import Known, KnownError
from .plan import Agenda, Plan, StartError
from .report.jsonl import JsonLines
from .report.junit import JUnit
from .report.terminal import Terminal
from .runner import Totals, run_cases
from .settings import Settings, known_files
from .vectors import VectorError, digest
from .verdict import Result

__all__ = ["session"]

OK, FAILED, USAGE, UNUSABLE, INTERRUPTED = 0, 1, 2, 3, 130


class Report(Protocol):
    """Something that takes results."""

    def begin(self, about: Mapping[str, Any], count: int | None) -> None:
        """The run and, where that is known before it, how many results it sets out to give."""
        ...

    def case(self, result: Result) -> None: ...

    def end(self, totals: Totals) -> None: ...

    def close(self) -> None: ...


def session(settings: Settings) -> int:
    """Run what *settings* say and return the exit code; problems go to stderr in one line each."""
    try:
        _check_tools(settings)
        plan = settings.plan()
        known = Known.load(known_files(settings.known_files), missing=settings.update_known)
        for text in settings.impls:
            plan.subject(text)  # what is no implementation is known before the first case
        with contextlib.closing(Agenda(plan)) as agenda:
            if not settings.dask:  # on a cluster its workers say it
                agenda.prove_starts(keep=settings.jobs == 1)
            with _terminated_is_interrupted():
                return _run(agenda, known, settings)
    except (VectorError, KnownError, SpecError, FileNotFoundError) as error:
        return _complain(str(error), UNUSABLE)
    except StartError as error:
        return _complain(f"{error}\nnothing was run; sciwire conform doctor --impl … says what is to mend", FAILED)
    except ClusterError as error:
        return _complain(str(error), FAILED)
    except ValueError as error:
        return _complain(str(error), USAGE)
    except ModuleNotFoundError as error:
        text = f"the package {error.name} is missing: pip install 'sciwire[conformance]'"
        return _complain(text, USAGE)


def _results(agenda: Agenda, settings: Settings) -> Iterator[Result]:
    if settings.dask:
        return run_on_cluster(agenda, settings.dask)
    jobs = settings.jobs or os.cpu_count() or 1
    return run_parallel(agenda, jobs) if jobs > 1 else _one_process(agenda)


def _one_process(agenda: Agenda) -> Iterator[Result]:
    plan = agenda.plan
    for impl in plan.runs:
        for stage in plan.stages(impl):
            if cases := agenda.cases(stage):
                subject, reference = agenda.subject(impl, stage[0]), agenda.reference(stage[0])
                subject.forgive()
                yield from run_cases(cases, subject, reference, plan.again)
        agenda.dismiss(impl)


def _run(agenda: Agenda, known: Known, settings: Settings) -> int:
    about = _about(settings, agenda.plan)
    reports = _reports(settings)
    totals = Totals(most_unsupported=settings.max_unsupported)
    keeper = Keeper(settings.failures, settings.seed, agenda.find) if settings.failures else None
    try:
        for report in reports:
            report.begin(about, None)
        for found in _results(agenda, settings):
            result = known.learn(found) if settings.update_known else known.settle(found)
            totals.add(result)
            for report in reports:
                report.case(result)
            if keeper is not None:
                keeper.case(result)
        stale = known.stale(totals.silence.impls, agenda.plan.formats) if settings.is_whole else []
        if settings.update_known:
            known.forget(stale)
        else:
            totals.stale = [f"{name} of {impl}" for impl, name in stale]
        for report in reports:
            report.end(totals)
    except KeyboardInterrupt:  # what there is stays readable; without their last line the files say incomplete
        totals.interrupted = True
        reports[0].end(totals)
        return _complain(f"interrupted after {totals.cases} results; the reports are incomplete", INTERRUPTED)
    finally:
        for report in reports:
            report.close()
    if settings.update_known:
        _say(known.write())
    for path in settings.files:
        print(f"written: {path}")
    if totals.cases == 0:
        return _complain("no case fits --only, --check and --shard, so nothing was tested", FAILED)
    return FAILED if totals.failed else OK


@contextlib.contextmanager
def _terminated_is_interrupted() -> Iterator[None]:
    """SIGTERM, which CI sends to what it cancels, ends the run as Ctrl-C does: with reports that say incomplete."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _reports(settings: Settings) -> list[Report]:
    try:
        files: list[Report] = [JsonLines(settings.jsonl)] if settings.jsonl else []
        files += [JUnit(settings.junit)] if settings.junit else []
        if settings.html or settings.markdown or settings.badges:
            files.append(_whole_run(settings))
    except OSError as error:
        raise ValueError(f"the report {error.filename} cannot be written: {error.strerror}") from error
    return [Terminal(), *files]


def _whole_run(settings: Settings) -> Report:
    from .report.record import Recorder
    from .report.writers import report_writers

    asked = {"html": settings.html, "markdown": settings.markdown, "badges": settings.badges}
    return Recorder(report_writers(**asked, specs=settings.specs_dir))  # type: ignore[arg-type]  # see `asked`


def _check_tools(settings: Settings) -> None:
    """ValueError where a package is missing that the run needs."""
    if settings.examples > 0 and find_spec("hypothesis") is None:
        extra = "pip install 'sciwire[conformance]'"
        raise ValueError(f"generated values need the package hypothesis: {extra}, or run with --examples 0")


def _about(settings: Settings, plan: Plan) -> dict[str, Any]:
    """The first line of a report: all that decides what the cases are; no clock, no host."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        suite = version("sciwire")
    except PackageNotFoundError:  # a bare checkout
        suite = "unknown"
    number, count = settings.shard
    return {
        "suite": suite,
        "python": platform.python_version(),
        "seed": settings.seed,
        "examples": settings.examples,
        "volume": settings.volume,
        "implementations": list(settings.impls),
        "formats": {name: digest(plan.specs / name) for name in plan.formats},
        **({"shard": f"{number}/{count}"} if count > 1 else {}),
    }


def _say(text: str) -> None:
    if text:
        print(text)


def _complain(text: str, code: int) -> int:
    print(f"sciwire conform: {text}", file=sys.stderr)
    return code
