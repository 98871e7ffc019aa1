"""One run of the command: settings -> cases -> results -> reports -> exit code."""

from __future__ import annotations

import contextlib
import itertools
import os
import platform
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Protocol

from sciwire.runtime.errors import SpecError

from .adapters.resolve import expand
from .cases import Case
from .failures import Keeper
from .harness import Subject
from .jobs import Plan, run_parallel
from .known import Known, KnownError
from .report.jsonl import JsonLines
from .report.junit import JUnit
from .report.terminal import Terminal
from .runner import Totals, run
from .vectors import VectorError, digest, formats_with_vectors, specified_formats
from .verdict import Result

__all__ = ["Settings", "session"]

OK, FAILED, USAGE, UNUSABLE, INTERRUPTED = 0, 1, 2, 3, 130


@dataclass(frozen=True, slots=True)
class Settings:
    """What the command line says; the meanings are those of its help text."""

    formats: tuple[str, ...] = ()
    impls: tuple[str, ...] = ("sciwire",)
    checks: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    jsonl: Path | None = None
    junit: Path | None = None
    html: Path | None = None
    markdown: Path | None = None
    badges: tuple[Path, ...] = ()
    known_files: tuple[Path, ...] = ()
    seed: int = 0
    examples: int = 100
    volume: int = 0
    time_limit: float = 10.0
    memory_limit: int = 4096
    specs: Path | None = None
    jobs: int = 1
    shard: tuple[int, int] = (1, 1)
    max_unsupported: float = 1.0
    update_known: bool = False
    failures: Path | None = None

    @classmethod
    def of(cls, options: Mapping[str, Any]) -> Settings:
        """From the options of the command; an empty list of implementations means our own."""
        given = {entry.name: options[entry.name] for entry in fields(cls) if entry.name in options}
        return cls(**{**given, "impls": expand(given.get("impls") or ("sciwire",))})

    @property
    def specs_dir(self) -> Path:
        """The folder of specifications: that which was named, else ours; FileNotFoundError where there is none."""
        return self.specs or _specs_dir()

    @property
    def files(self) -> list[Path]:
        """The reports that are written, in the order in which they are named."""
        return [path for path in (self.jsonl, self.junit, self.html, self.markdown, *self.badges) if path is not None]

    @property
    def again(self) -> tuple[str, ...]:
        """The options that decide what a case is, where they are not the usual ones."""
        usual = Settings()
        names = {
            "seed": "--seed",
            "examples": "--examples",
            "volume": "--volume",
            "time_limit": "--time-limit",
            "memory_limit": "--memory-limit",
            "specs": "--specs",
        }
        changed = [(option, getattr(self, name)) for name, option in names.items() if getattr(self, name) != getattr(usual, name)]  # fmt: skip
        return tuple(word for option, value in changed for word in (option, str(value)))

    def plan(self) -> Plan:
        """What decides the cases; FileNotFoundError or ValueError where there is no such format."""
        specs = self.specs or _specs_dir()
        return Plan(
            specs=specs,
            formats=tuple(_formats(specs, self.formats)),
            impls=self.impls,
            seed=self.seed,
            examples=self.examples,
            volume=self.volume,
            seconds=self.time_limit,
            memory=self.memory_limit << 20,
            only=self.only,
            checks=self.checks,
            shard=self.shard,
            again=self.again,
        )


class Report(Protocol):
    """Something that takes results."""

    def begin(self, about: Mapping[str, Any], count: int) -> None: ...

    def case(self, result: Result) -> None: ...

    def end(self, totals: Totals) -> None: ...

    def close(self) -> None: ...


def session(settings: Settings) -> int:
    """Run what *settings* say and return the exit code; problems go to stderr in one line each."""
    try:
        _check_tools(settings)
        plan = settings.plan()
        known = Known.load(_known_files(settings.known_files), missing=settings.update_known)
        subjects = [plan.subject(text) for text in settings.impls]
        reference = plan.subject("sciwire")
        with contextlib.closing(_Stopping(reference)):
            reference.start()
            cases = plan.cases(reference)
            results = _results(plan, cases, subjects, reference, settings)
            about = _about(settings, plan)
            count = sum(len(plan.cases_of(text, cases)) for text in settings.impls)
            return _run(results, count, cases, known, settings, about)
    except (VectorError, KnownError, SpecError, FileNotFoundError) as error:
        return _complain(str(error), UNUSABLE)
    except ValueError as error:
        return _complain(str(error), USAGE)
    except ModuleNotFoundError as error:
        text = f"the package {error.name} is missing: pip install 'sciwire[conformance]'"
        return _complain(text, USAGE)


class _Stopping:
    """Stops a subject at the end."""

    def __init__(self, subject: Subject) -> None:
        self.close = subject.stop


def _results(
    plan: Plan, cases: Sequence[Case], subjects: Sequence[Subject], reference: Subject, settings: Settings
) -> Iterator[Result]:
    jobs = settings.jobs or os.cpu_count() or 1
    if jobs > 1:
        return run_parallel(plan, cases, jobs)
    return itertools.chain.from_iterable(
        run(plan.cases_of(subject.text, cases), [subject], reference, known=Known(), again=settings.again)
        for subject in subjects
    )


def _run(
    results: Iterator[Result],
    count: int,
    cases: Sequence[Case],
    known: Known,
    settings: Settings,
    about: Mapping[str, Any],
) -> int:
    reports = _reports(settings)
    totals = Totals(most_unsupported=settings.max_unsupported)
    keeper = Keeper(settings.failures, settings.seed, cases) if settings.failures else None
    try:
        for report in reports:
            report.begin(about, count)
        for found in results:
            result = known.learn(found) if settings.update_known else known.settle(found)
            totals.add(result)
            for report in reports:
                report.case(result)
            if keeper is not None:
                keeper.case(result)
        for report in reports:
            report.end(totals)
    except KeyboardInterrupt:  # what there is stays readable; without their last line the files say incomplete
        totals.interrupted = True
        reports[0].end(totals)
        return _complain(
            f"interrupted after {totals.cases} of {count} results; the reports are incomplete", INTERRUPTED
        )
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


def _reports(settings: Settings) -> list[Report]:
    try:
        files: list[Report] = [JsonLines(settings.jsonl)] if settings.jsonl else []
        files += [JUnit(settings.junit)] if settings.junit else []
        if settings.html or settings.markdown or settings.badges:
            files.append(_whole_run(settings))
    except OSError as error:
        raise ValueError(f"the report {error.filename} cannot be written: {error.strerror}") from error
    return [Terminal(), *files]


def _known_files(paths: Sequence[Path]) -> list[Path]:
    """The files of known failures; ``shipped`` stands for those that come with the suite."""
    shipped = sorted((Path(__file__).parent / "known_failures").glob("*.json"))
    return [one for path in paths for one in (shipped if path == Path("shipped") else [path])]


def _whole_run(settings: Settings) -> Report:
    from .report.record import Recorder
    from .report.writers import report_writers

    asked = {"html": settings.html, "markdown": settings.markdown, "badges": settings.badges}
    return Recorder(report_writers(**asked, specs=settings.specs_dir))  # type: ignore[arg-type]  # see `asked`


def _formats(specs: Path, wanted: Sequence[str]) -> list[str]:
    there = specified_formats(specs)
    if not there:
        raise FileNotFoundError(f"{specs} holds no format with vectors")
    if strange := [name for name in wanted if name not in there]:
        raise ValueError(f"there is no format {strange[0]!r}; formats with vectors: {', '.join(there)}")
    chosen = list(dict.fromkeys(wanted)) or there
    having = formats_with_vectors(specs)
    for name in chosen:
        if name not in having:
            print(f"sciwire conform: {name} has no vectors, only generated values judge it", file=sys.stderr)
    return chosen


def _check_tools(settings: Settings) -> None:
    """ValueError where a package is missing that the run needs."""
    if settings.examples > 0 and find_spec("hypothesis") is None:
        extra = "pip install 'sciwire[conformance]'"
        raise ValueError(f"generated values need the package hypothesis: {extra}, or run with --examples 0")


def _specs_dir() -> Path:
    from sciwire.model import specs_dir

    return specs_dir()


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
