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

__all__ = ["Totals", "run"]


@dataclass(slots=True)
class Totals:
    """What a run came to; `failed` decides the exit code."""

    verdicts: Counter[str] = field(default_factory=Counter)
    breaking: int = 0

    def add(self, result: Result) -> None:
        self.verdicts[result.verdict] += 1
        self.breaking += result.breaks_the_run

    @property
    def cases(self) -> int:
        return sum(self.verdicts.values())

    @property
    def failed(self) -> bool:
        """A MUST failed, an error occurred, or nothing was run at all."""
        return self.breaking > 0 or self.cases == 0


def run(
    cases: Sequence[Case], subjects: Iterable[Subject], reference: Subject, *, known: Known, seed: int = 0
) -> Iterator[Result]:
    """Yield the result of every case for every implementation, each started before its cases and stopped after."""
    for subject in subjects:
        subject.start()
        try:
            for case in cases:
                yield known.settle(_one(case, subject, reference, seed))
        finally:
            subject.stop()


def _one(case: Case, subject: Subject, reference: Subject, seed: int) -> Result:
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
        replay="" if finding.verdict is Verdict.PASS else _replay(case, subject, seed),
    )


def _replay(case: Case, subject: Subject, seed: int) -> str:
    """The command that runs this case alone."""
    words = ["sciwire", "conform", case.format, "--impl", subject.text, "--seed", str(seed), "--only", case.id]
    return shlex.join(words)
