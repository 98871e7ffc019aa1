"""Implementations by format, with counts by level: the first thing that every report of a whole run shows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from ..silence import Silence
from ..verdict import OPTIONAL_CHECKS, Fault, Level, Verdict
from .record import Case, Record, outcome

__all__ = ["OUTCOMES", "Cell", "Matrix", "headline", "share_text"]

#: What a case can come to in a report, gravest first.
OUTCOMES = ("error", "fail", "known", "unsupported", "pass")


@dataclass(slots=True)
class Cell:
    """The cases of one implementation and format, or of any other part of a run."""

    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    optional: int = 0  # unsupported, and nobody need support it

    @classmethod
    def of(cls, cases: Iterable[Case]) -> Cell:
        cell = cls()
        for case in cases:
            cell.add(case)
        return cell

    def add(self, case: Case) -> None:
        self.counts[str(case["level"]), outcome(case)] += 1
        self.optional += case["verdict"] == Verdict.UNSUPPORTED and case["check"] in OPTIONAL_CHECKS

    def count(self, *outcomes: str, level: str = "") -> int:
        """How many cases came to one of *outcomes* (any, if none is named), of one level or of all."""
        return sum(
            number
            for (of_level, came_to), number in self.counts.items()
            if (not level or of_level == level) and (not outcomes or came_to in outcomes)
        )

    def judged(self, level: str = "") -> int:
        """The cases that the implementation claims to support."""
        return self.count("error", "fail", "known", "pass", level=level)

    @property
    def levels(self) -> list[tuple[str, int, int]]:
        """Level, passed and judged, of the levels that were judged."""
        return [
            (str(level), self.count("pass", level=level), self.judged(level)) for level in Level if self.judged(level)
        ]

    @property
    def unsupported(self) -> tuple[int, int]:
        """How many cases are unsupported, and of how many: those that an implementation should support."""
        return self.count("unsupported") - self.optional, self.count() - self.optional

    @property
    def breaking(self) -> int:
        return self.count("error") + self.count("fail", level=Level.MUST)

    @property
    def state(self) -> str:
        """One word for the whole: none, bad, some (all of it expected or optional), good."""
        if not self.judged():
            return "none"
        if self.breaking:
            return "bad"
        return "some" if self.count("fail", "known") else "good"

    @property
    def shares(self) -> list[tuple[str, float, float]]:
        """Outcome, start and width in percent of all cases, for a bar; what is good comes first."""
        start, total, bars = 0.0, self.count() or 1, []
        for name in reversed(OUTCOMES):
            width = 100 * self.count(name) / total
            if width:
                bars.append((name, round(start, 2), round(width, 2)))
                start += width
        return bars


class Matrix:
    """The cells of a run; implementations and formats in the order in which they came."""

    def __init__(self, record: Record) -> None:
        self.cells: dict[tuple[str, str], Cell] = {}
        self._silence = Silence()
        for case in record.cases:
            self._silence.add(case["impl"], case["format"], case["check"], case["verdict"], case.get("message", ""))
            self.cells.setdefault((case["impl"], case["format"]), Cell()).add(case)
        self.impls = list(dict.fromkeys(impl for impl, _ in self.cells))
        self.formats = list(dict.fromkeys(name for _, name in self.cells))
        self.total = Cell.of(record.cases)

    def cell(self, impl: str, format_name: str) -> Cell:
        return self.cells.get((impl, format_name), Cell())

    def silent(self) -> list[str]:
        """The implementations, and formats that they claim, of which nothing could be judged."""
        return self._silence.names


def headline(record: Record) -> tuple[str, str]:
    """One word (``incomplete``, ``failed``, ``passed``) and a sentence about the run."""
    matrix = Matrix(record)
    total = matrix.total
    given_up = sum(case.get("fault") == Fault.NOT_RUN for case in record.cases)
    more = f" {given_up:,} were not run: given up after others hung." if given_up else ""
    if not record.complete:
        of = f" of {record.expected:,}" if record.expected else ""
        names = [name for name in record.about.get("formats", {}) if name not in matrix.formats]
        none = f", none of {', '.join(names)}" if names else ""
        return "incomplete", f"The run did not end: {total.count():,}{of} cases were judged{none}.{more}"
    if not total.judged():
        return "failed", "Nothing could be judged."
    if total.breaking:
        breaks = "breaks" if total.breaking == 1 else "break"
        return "failed", f"{total.breaking:,} of {total.count():,} results {breaks} the run.{more}"
    if silent := matrix.silent():
        return "failed", f"Nothing of {', '.join(silent)} could be judged."
    if record.failed:
        share = share_text(*total.unsupported)
        reasons = "more is unsupported than was allowed, or a list of known failures is out of date"
        return "failed", f"No result breaks the run, but {reasons} ({share} of the cases are unsupported)."
    return "passed", f"Every MUST that could be judged is met in {total.count():,} cases.{more}"


def share_text(part: int, whole: int) -> str:
    """A share in percent that says 0 and 100 only where it is none or all."""
    if not whole:
        return "0 %"
    share = 100 * part / whole
    if 0 < part < whole:
        share = min(max(share, 1), 99)
    return f"{share:.0f} %"
