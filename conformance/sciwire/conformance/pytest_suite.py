"""What `pytest_plugin` does where an implementation is named: one test for each case, in the order of the plan.

The id of a test is ``sciwire/IMPLEMENTATION/FORMAT::CASE`` and depends on files, seed and the name that the adapter
gives itself, so that it is the same in every process (pytest-xdist) and in every run (``--last-failed``).
A case that is not supported is skipped; a known failure, and a SHOULD or MAY that is not met, is an xfail.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from sciwire.runtime.errors import SpecError

from .adapters.resolve import expand
from .cases import PARTS, Case
from .harness import Subject
from .known import Known, KnownError
from .report.text import cut, visible
from .runner import run_cases
from .settings import Settings, known_files
from .vectors import VectorError
from .verdict import Level, Result, Verdict

__all__ = ["CaseItem", "Suite"]


class Suite:
    """The implementations under test for as long as pytest runs."""

    def __init__(self, config: pytest.Config) -> None:

        def option(name: str) -> Any:
            return config.getoption(f"sciwire_{name}")

        self.settings = Settings(
            formats=tuple(option("format")),
            impls=expand(option("impl")),
            checks=tuple(option("check")),
            only=tuple(option("only")),
            known_files=tuple(option("known")),
            seed=option("seed"),
            examples=option("examples"),
            time_limit=option("time_limit"),
            specs=option("specs"),
        )
        try:
            self.known = Known.load(known_files(self.settings.known_files))
            self.plan = self.settings.plan()
        except (KnownError, FileNotFoundError, ValueError) as error:
            raise pytest.UsageError(f"sciwire: {error}") from error
        self.subjects = [self._subject(text) for text in self.settings.impls]
        self.reference = self.plan.subject("sciwire")
        self._running = False
        self._registered: set[str] = {"sciwire", "must", "should", "may"}

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionstart(self, session: pytest.Session) -> None:
        """Start what is under test; also where xdist will do the work, to say once what is wrong with an adapter."""
        self._start()
        if session.config.getoption("dist", "no") != "no" and not hasattr(session.config, "workerinput"):
            self._stop()

    def pytest_report_header(self) -> list[str]:
        return [f"sciwire: {visible(f'{one.name} {one.version}'.strip())} ({one.text})" for one in self.subjects]

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(
        self, session: pytest.Session, config: pytest.Config, items: list[pytest.Item]
    ) -> None:
        """Add the cases before pytest selects by ``-k``, ``-m`` and ``--last-failed``."""
        try:
            new = list(self._items(session))
        except (VectorError, SpecError, FileNotFoundError, ValueError) as error:
            raise pytest.UsageError(f"sciwire: {error}") from error
        items += new
        # what counts the tests that were collected goes by reports of collectors
        report = pytest.CollectReport("sciwire", "passed", None, list(new))
        config.hook.pytest_collectreport(report=report)

    def pytest_sessionfinish(self) -> None:
        self._stop()

    def _subject(self, text: str) -> Subject:
        try:
            return self.plan.subject(text)
        except ValueError as error:
            raise pytest.UsageError(f"--sciwire-impl {text} does not start: {error}") from error

    def _start(self) -> None:
        for subject in (self.reference, *self.subjects):
            subject.start()
        self._running = True
        for subject in self.subjects:
            if subject.problem:
                self._stop()
                raise pytest.UsageError(f"--sciwire-impl {subject.text} does not start: {subject.problem}")

    def _stop(self) -> None:
        if self._running:
            for subject in (self.reference, *self.subjects):
                subject.stop()
        self._running = False

    def _items(self, session: pytest.Session) -> Iterator[CaseItem]:
        plans: dict[str, list[Case]] = {}
        for subject, name in zip(self.subjects, _names(self.subjects), strict=True):
            for format_name in self._formats(subject):
                if format_name not in plans:
                    plans[format_name] = self._cases(format_name)
                self._register(session.config, plans[format_name])
                for case in plans[format_name]:
                    yield CaseItem.of(session, case, subject, self, name)

    def _formats(self, subject: Subject) -> list[str]:
        """Those that were named, claimed or not; else those that it claims."""
        return [name for name in self.plan.formats if self.settings.formats or name in subject.formats]

    def _register(self, config: pytest.Config, cases: list[Case]) -> None:
        """Make the markers known, which ``--strict-markers`` asks for."""
        new = {marker for case in cases for marker in _markers(case)} - self._registered
        for marker in sorted(new):
            config.addinivalue_line("markers", f"{marker}: of cases of the conformance suite")
        self._registered |= new

    def _cases(self, format_name: str) -> list[Case]:
        return self.plan.cases(self.reference, [(format_name, part) for part in PARTS])


class CaseFailed(Exception):  # noqa: N818 - what came of a case, with all that is known about it
    """A case that failed; the text is the explanation of the verdict."""

    def __init__(self, result: Result) -> None:
        super().__init__(result)
        self.result = result

    def __str__(self) -> str:
        result = self.result
        rows = {
            "case": f"{result.level} {result.id}",
            "what": result.doc,
            "rules": ", ".join(result.rules),
            "expected": result.expected,
            "got": result.got,
            "again": result.replay,
        }
        lines = [f"{name + ':':10}{visible(cut(text, 2000))}" for name, text in rows.items() if text]
        return "\n".join([visible(f"{result.fault}: {result.message}"), *lines])


class CaseItem(pytest.Item):
    """One case of one implementation."""

    def __init__(self, *, case: Case, subject: Subject, suite: Suite, **about: Any) -> None:
        super().__init__(**about)
        self.case = case
        self.subject = subject
        self.suite = suite
        self.user_properties += [("level", str(case.level)), ("rules", ", ".join(case.rules))]

    @classmethod
    def of(cls, session: pytest.Session, case: Case, subject: Subject, suite: Suite, name: str) -> CaseItem:
        nodeid = f"sciwire/{name}/{case.format}::{case.id}"
        item: CaseItem = cls.from_parent(session, name=case.id, nodeid=nodeid, case=case, subject=subject, suite=suite)
        for marker in _markers(case):
            item.add_marker(marker)
        return item

    def runtest(self) -> None:
        suite = self.suite
        (result,) = run_cases([self.case], self.subject, suite.reference, suite.settings.again)
        result = suite.known.settle(result)
        if result.stderr:
            self.add_report_section("call", "stderr of the implementation", visible(result.stderr))
        if result.verdict is Verdict.UNSUPPORTED:
            pytest.skip(visible(result.message))
        if result.known:
            pytest.xfail(visible(f"known: {result.known}"))
        if result.verdict is Verdict.FAIL and result.level is not Level.MUST:
            pytest.xfail(visible(f"{result.level} is not met: {result.message}"))
        if result.verdict is not Verdict.PASS:
            raise CaseFailed(result)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        if isinstance(excinfo.value, CaseFailed):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Any, int | None, str]:
        return self.path, None, f"{visible(self.subject.name)} {self.case.id}"


def _markers(case: Case) -> tuple[str, ...]:
    return "sciwire", case.format, case.level.lower(), re.sub(r"\W", "_", case.check)


def _names(subjects: list[Subject]) -> list[str]:
    """A name for each that can stand in the id of a test; those of one name are counted."""
    names: list[str] = []
    for subject in subjects:
        name = re.sub(r"[^\w.+-]+", "-", subject.name).strip("-") or "implementation"
        twins = sum(re.fullmatch(rf"{re.escape(name)}(~\d+)?", one) is not None for one in names)
        names.append(f"{name}~{twins + 1}" if twins else name)
    return names
