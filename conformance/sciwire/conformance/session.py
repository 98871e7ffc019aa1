"""One run of the command: settings -> cases -> results -> reports -> exit code."""

from __future__ import annotations

import contextlib
import platform
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Protocol

from sciwire.runtime.errors import SpecError

from .cases import Case, plan_cases, select
from .harness import Subject
from .known import Known, KnownError
from .report.jsonl import JsonLines
from .report.junit import JUnit
from .report.terminal import Terminal
from .runner import Totals, run
from .vectors import VectorError, digest, formats_with_vectors, specified_formats
from .verdict import Result

__all__ = ["Settings", "session"]

OK, FAILED, USAGE, UNUSABLE = 0, 1, 2, 3


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
    specs: Path | None = None

    @classmethod
    def of(cls, options: Mapping[str, Any]) -> Settings:
        """From the options of the command; an empty list of implementations means our own."""
        given = {entry.name: options[entry.name] for entry in fields(cls) if entry.name in options}
        return cls(**{**given, "impls": given.get("impls") or ("sciwire",)})

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
            "specs": "--specs",
        }
        changed = [(option, getattr(self, name)) for name, option in names.items() if getattr(self, name) != getattr(usual, name)]  # fmt: skip
        return tuple(word for option, value in changed for word in (option, str(value)))


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
        specs = settings.specs_dir
        formats = _formats(specs, settings.formats)
        known = Known.load(settings.known_files)
        with contextlib.ExitStack() as stack:
            subjects = [Subject(text, seconds=settings.time_limit) for text in settings.impls]
            reference = Subject("sciwire", seconds=settings.time_limit)
            stack.callback(reference.stop)
            reference.start()
            cases = plan_cases(
                specs, formats, reference, seed=settings.seed, examples=settings.examples, volume=settings.volume
            )
            cases = select(cases, settings.only, settings.checks)
            about = _about(settings, specs, formats)
            return _run(cases, subjects, reference, known, settings, about)
    except (VectorError, KnownError, SpecError, FileNotFoundError) as error:
        return _complain(str(error), UNUSABLE)
    except ValueError as error:
        return _complain(str(error), USAGE)
    except ModuleNotFoundError as error:
        text = f"the package {error.name} is missing: pip install 'sciwire[conformance]'"
        return _complain(text, USAGE)


def _run(
    cases: Sequence[Case],
    subjects: Sequence[Subject],
    reference: Subject,
    known: Known,
    settings: Settings,
    about: Mapping[str, Any],
) -> int:
    reports = _reports(settings)
    totals = Totals()
    try:
        for report in reports:
            report.begin(about, len(cases) * len(subjects))
        for result in run(cases, subjects, reference, known=known, again=settings.again):
            totals.add(result)
            for report in reports:
                report.case(result)
        for report in reports:
            report.end(totals)
    finally:
        for report in reports:
            report.close()
    for path in settings.files:
        print(f"written: {path}")
    if totals.cases == 0:
        return _complain("no case fits --only and --check, so nothing was tested", FAILED)
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


def _about(settings: Settings, specs: Path, formats: Sequence[str]) -> dict[str, Any]:
    """The first line of a report: all that decides what the cases are; no clock, no host."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        suite = version("sciwire")
    except PackageNotFoundError:  # a bare checkout
        suite = "unknown"
    return {
        "suite": suite,
        "python": platform.python_version(),
        "seed": settings.seed,
        "examples": settings.examples,
        "volume": settings.volume,
        "implementations": list(settings.impls),
        "formats": {name: digest(specs / name) for name in formats},
    }


def _complain(text: str, code: int) -> int:
    print(f"sciwire conform: {text}", file=sys.stderr)
    return code
