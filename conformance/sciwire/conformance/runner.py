"""A run: every case with every implementation, one result after the other, whatever the implementation does."""

from __future__ import annotations

import dataclasses
import shlex
import time
import traceback
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from .cases import Case
from .checks import Finding
from .harness import Subject
from .known import Known
from .verdict import Fault, Result, Verdict

__all__ = ["Totals", "run", "run_cases"]


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
            yield from map(known.settle, run_cases(cases, subject, reference, again))
        finally:
            subject.stop()


def run_cases(
    cases: Sequence[Case], subject: Subject, reference: Subject, again: Sequence[str] = ()
) -> Iterator[Result]:
    """Yield the result of every case for an implementation that is started, whatever it does."""
    for case in cases:
        yield _one(case, subject, reference, again)


def _one(case: Case, subject: Subject, reference: Subject, again: Sequence[str]) -> Result:
    began = time.perf_counter()
    try:
        finding = case.run(subject, reference)
    except Exception:  # a fault of the suite must not pass for one of the implementation, nor end the run
        finding = Finding(Verdict.ERROR, Fault.SUITE, f"the suite itself failed:\n{traceback.format_exc(limit=-5)}")
    fields = {entry.name: getattr(finding, entry.name) for entry in dataclasses.fields(finding)}
    return Result(
        **fields,
        id=case.id,
        impl=subject.name,
        format=case.format,
        version=case.version,
        check=case.check,
        level=case.level,
        rules=case.rules,
        doc=case.doc,
        seconds=round(time.perf_counter() - began, 6),
        replay="" if finding.verdict is Verdict.PASS else _replay(case, subject, again),
    )


def _replay(case: Case, subject: Subject, again: Sequence[str]) -> str:
    """The command that runs this case alone."""
    return shlex.join(["sciwire", "conform", case.format, "--impl", subject.text, *again, "--only", case.id])
