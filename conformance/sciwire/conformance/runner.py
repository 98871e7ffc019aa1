"""A run: every case with every implementation, one result after the other, whatever the implementation does."""

from __future__ import annotations

import shlex
import time
import traceback
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from .cases import Case
from .finding import Finding
from .harness import Subject
from .known import Known
from .verdict import Fault, Result, Verdict

__all__ = ["Totals", "run"]


@dataclass(slots=True)
class Totals:
    """What a run came to; `failed` decides the exit code."""

    verdicts: Counter[str] = field(default_factory=Counter)
    breaking: int = 0
    judged: Counter[str] = field(default_factory=Counter)

    def add(self, result: Result) -> None:
        self.verdicts[result.verdict] += 1
        self.breaking += result.breaks_the_run
        self.judged[result.impl] += result.verdict is not Verdict.UNSUPPORTED

    @property
    def silent(self) -> list[str]:
        """The implementations of which nothing could be judged."""
        return [impl for impl, count in self.judged.items() if count == 0]

    @property
    def cases(self) -> int:
        return sum(self.verdicts.values())

    @property
    def failed(self) -> bool:
        """A MUST failed, an error occurred, or nothing was judged: what was not tested must not look like success."""
        return self.breaking > 0 or self.cases == 0 or bool(self.silent)


def run(
    cases: Sequence[Case], subjects: Iterable[Subject], reference: Subject, *, known: Known, again: Sequence[str] = ()
) -> Iterator[Result]:
    """Yield the result of every case for every implementation, each started before its cases and stopped after.

    *again* are the options with which the same command gives the same cases; they go into the replay lines.
    """
    for subject in subjects:
        subject.start()
        try:
            ahead = 0
            for number, case in enumerate(cases):
                ahead = _send_ahead(cases, max(ahead, number), subject)
                yield known.settle(_one(case, subject, reference, again))
        finally:
            subject.stop()


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
        stderr=finding.stderr or (subject.said() if finding.verdict is Verdict.FAIL else ""),
        doc=case.doc,
        aspects=finding.aspects,
        examples=finding.examples,
        seconds=round(time.perf_counter() - began, 6),
        replay="" if finding.verdict is Verdict.PASS else _replay(case, subject, again),
    )


def _replay(case: Case, subject: Subject, again: Sequence[str]) -> str:
    """The command that runs this case alone."""
    return shlex.join(["sciwire", "conform", case.format, "--impl", subject.text, *again, "--only", case.id])
