"""A run: every case with every implementation, one result after the other, whatever the implementation does."""

from __future__ import annotations

import shlex
import time
import traceback
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from .cases import Case
from .finding import Finding
from .harness import Subject
from .known import Known
from .silence import Silence
from .verdict import OPTIONAL_CHECKS, Fault, Result, Verdict

__all__ = ["BUNCH", "Totals", "result_of", "run", "run_cases"]

#: Cases that go to a process together: enough to fill a window, few enough to spread.
BUNCH = 40


@dataclass(slots=True)
class Totals:
    """What a run came to; `failed` decides the exit code.

    `waived` counts the failures, by level, that nobody expected and that do not break the run all the same.
    `most_unsupported` is the share of cases that may be unsupported; `interrupted` says that the run did not end.
    """

    verdicts: Counter[str] = field(default_factory=Counter)
    breaking: int = 0
    waived: Counter[str] = field(default_factory=Counter)
    silence: Silence = field(default_factory=Silence)
    optional: int = 0  # unsupported, and nobody need support it
    most_unsupported: float = 1.0
    interrupted: bool = False
    stale: list[str] = field(default_factory=list)  # known failures that no case came to
    not_run: int = 0  # given up, for the cases before them had taken all their time

    def add(self, result: Result) -> None:
        self.verdicts[result.verdict] += 1
        self.breaking += result.breaks_the_run
        self.not_run += result.fault is Fault.NOT_RUN
        if result.verdict is Verdict.FAIL and not result.known and not result.breaks_the_run:
            self.waived[result.level] += 1
        self.optional += result.verdict is Verdict.UNSUPPORTED and result.check in OPTIONAL_CHECKS
        self.silence.add(result.impl, result.format, result.check, result.verdict, result.message)

    @property
    def silent(self) -> list[str]:
        """The implementations, and formats that they claim, of which nothing could be judged."""
        return self.silence.names

    @property
    def cases(self) -> int:
        return sum(self.verdicts.values())

    @property
    def failed(self) -> bool:
        """A MUST failed, an error occurred, or nothing was judged: what was not tested must not look like success."""
        return self.breaking > 0 or self.cases == 0 or bool(self.silent or self.stale) or self.too_much_unsupported

    @property
    def unsupported(self) -> float:
        """The share of cases that are unsupported, of those that an implementation should support."""
        wanted = self.cases - self.optional
        return (self.verdicts[Verdict.UNSUPPORTED] - self.optional) / wanted if wanted else 0.0

    @property
    def too_much_unsupported(self) -> bool:
        return self.unsupported > self.most_unsupported


def run(
    cases: Sequence[Case], subjects: Iterable[Subject], reference: Subject, *, known: Known, again: Sequence[str] = ()
) -> Iterator[Result]:
    """Yield the result of every case for every implementation, each started before its cases and stopped after.

    *again* are the options with which the same command gives the same cases; they go into the replay lines.
    """
    for subject in subjects:
        subject.start()
        try:
            yield from map(known.settle, run_cases(cases, subject, reference, again))
        finally:
            subject.stop()


def run_cases(
    cases: Sequence[Case], subject: Subject, reference: Subject, again: Sequence[str] = ()
) -> Iterator[Result]:
    """Yield the result of every case for an implementation that is started, whatever it does."""
    ahead = 0
    for number, case in enumerate(cases):
        if number and number % BUNCH == 0:
            subject.forgive()  # as the next process would that takes a bunch, so that all runs give up the same cases
        ahead = _send_ahead(cases, max(ahead, number), subject)
        yield _one(case, subject, reference, again)


def result_of(case: Case, subject: Subject, finding: Finding, again: Sequence[str], seconds: float = 0.0) -> Result:
    """What *finding* says about a case and an implementation, as a line of a report."""
    return Result(
        id=case.id,
        impl=subject.name,
        format=case.format,
        version=case.version,
        check=case.check,
        level=finding.level or case.level,
        verdict=finding.verdict,
        rules=case.rules,
        fault=finding.fault,
        message=finding.message,
        expected=finding.expected,
        got=finding.got,
        stderr=finding.stderr,
        doc=case.doc,
        aspects=finding.aspects,
        examples=finding.examples,
        seconds=round(seconds, 6),
        replay="" if finding.verdict is Verdict.PASS else _replay(case, subject, again),
    )


def _send_ahead(cases: Sequence[Case], ahead: int, subject: Subject) -> int:
    """Fill what is left of the window with the first requests of cases from *ahead* on; the number of the next one."""
    for _ in range(subject.room):
        if ahead == len(cases):
            break
        if (first := cases[ahead].first) is not None:
            subject.ahead(first)
        ahead += 1
    return ahead


def _one(case: Case, subject: Subject, reference: Subject, again: Sequence[str]) -> Result:
    began = time.perf_counter()
    try:
        finding = case.run(subject, reference)
    except Exception:  # a fault of the suite must not pass for one of the implementation, nor end the run
        finding = Finding(Verdict.ERROR, Fault.SUITE, f"the suite itself failed:\n{traceback.format_exc(limit=-5)}")
    if finding.verdict is Verdict.FAIL and not finding.stderr and (said := subject.said()):
        finding = replace(finding, stderr=said)
    return result_of(case, subject, finding, again, time.perf_counter() - began)


def _replay(case: Case, subject: Subject, again: Sequence[str]) -> str:
    """The command that runs this case alone."""
    return shlex.join(["sciwire", "conform", "replay", case.id, "--impl", subject.text, *again])
