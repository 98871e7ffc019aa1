"""One run of the command: settings -> cases -> results -> reports -> exit code."""

from __future__ import annotations

import contextlib
import hashlib
import platform
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
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
from .vectors import VectorError, formats_with_vectors
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
        specs = settings.specs or _specs_dir()
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
    if totals.cases == 0:
        return _complain("no case fits --only and --check, so nothing was tested", FAILED)
    return FAILED if totals.failed else OK


def _reports(settings: Settings) -> list[Report]:
    try:
        files: list[Report] = [JsonLines(settings.jsonl)] if settings.jsonl else []
        files += [JUnit(settings.junit)] if settings.junit else []
    except OSError as error:
        raise ValueError(f"the report {error.filename} cannot be written: {error.strerror}") from error
    return [Terminal(), *files]


def _formats(specs: Path, wanted: Sequence[str]) -> list[str]:
    there = formats_with_vectors(specs)
    if not there:
        raise FileNotFoundError(f"{specs} holds no format with vectors")
    if strange := [name for name in wanted if name not in there]:
        raise ValueError(f"there is no format {strange[0]!r}; formats with vectors: {', '.join(there)}")
    return list(dict.fromkeys(wanted)) or there


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
        "formats": {name: _digest(specs / name) for name in formats},
    }


def _digest(folder: Path) -> str:
    """sha256 over the names and bytes of a format's specifications and vectors."""
    digest = hashlib.sha256()
    for path in sorted((*folder.glob("*.yaml"), *folder.glob("*.xsd"), *folder.glob("vectors/*.json"))):
        digest.update(
            f"{path.relative_to(folder).as_posix()}\0{hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode()
        )
    return digest.hexdigest()


def _complain(text: str, code: int) -> int:
    print(f"sciwire conform: {text}", file=sys.stderr)
    return code
