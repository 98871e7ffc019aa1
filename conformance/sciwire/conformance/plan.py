"""What a run is made of: the plan that decides its cases, and the agenda that makes them when their turn comes.

A run that is about ten formats has its first verdict before nine of them were looked at: specifications, codecs and
vectors of a format are loaded when its first case is due, what generated cases need after its vectors are through.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from .adapters.resolve import ARROW, CLAIMS, pairs
from .cases import CROSS, PARTS, Case, plan_part, select, shard
from .harness import Subject

__all__ = ["Agenda", "Plan", "Stage", "StartError"]

#: A format and one of `cases.PARTS`.
Stage = tuple[str, str]

#: The implementation that can say what it does for one format without loading those of others.
_OURS = "sciwire"


class StartError(Exception):
    """An implementation does not start, or says nothing about itself that one could go by."""


@dataclass(frozen=True, slots=True)
class Plan:
    """All that decides what the cases of a run are; it pickles, and gives the same cases in every process.

    `own_specs` says that the folder of specifications is the one of the package, wherever that is installed; `apart`
    that no implementation runs in the process of the suite but our own.
    """

    specs: Path
    formats: tuple[str, ...]
    impls: tuple[str, ...]
    own_specs: bool = False
    seed: int = 0
    examples: int = 100
    volume: int = 0
    shrink: bool = True
    seconds: float = 10.0
    memory: int = 4 << 30
    only: tuple[str, ...] = ()
    checks: tuple[str, ...] = ()
    shard: tuple[int, int] = (1, 1)
    again: tuple[str, ...] = ()
    apart: bool = False

    def subject(self, text: str, formats: Sequence[str] = ()) -> Subject:
        """The implementation *text*, not started; asked for nothing but *formats*, by default those of the plan."""
        asked = formats or self.formats
        return Subject(text, seconds=self.seconds, memory=self.memory, formats=asked, apart=self.apart)

    def cases(self, reference: Subject, stages: Sequence[Stage] = ()) -> list[Case]:
        """The cases of this run, or of its shard: all of them, or those of *stages*."""
        cases: list[Case] = []
        for name, part in stages or self.stages():
            cases += plan_part(
                part,
                self.specs,
                name,
                reference,
                seed=self.seed,
                examples=self.examples,
                volume=self.volume,
                shrink=self.shrink,
            )
        return shard(select(cases, self.only, self.checks), *self.shard)

    @property
    def runs(self) -> tuple[str, ...]:
        """Who is judged, in their order: the implementations, then each two of them, where one writes and one reads."""
        return (*self.impls, *pairs(self.impls))

    def stages(self, impl: str = "") -> list[Stage]:
        """The parts of the run in their order; of a shipped third party its own formats, if they are among these.

        Of no implementation in particular they are those of all that are named.
        """
        named = impl.split(ARROW)
        claims = [CLAIMS.get(one, self.formats) for one in named]
        formats = [name for name in self.formats if all(name in claim for claim in claims)]
        if len(named) > 1:
            return [(name, CROSS) for name in formats]
        crossed = not impl and any(ARROW in one for one in self.impls)
        return [(name, part) for name in formats or self.formats for part in (*PARTS, *([CROSS] if crossed else []))]


class Agenda:
    """The cases of a plan by stage, each planned when it is first asked for, and those who answer and judge them."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self._cases: dict[Stage, list[Case]] = {}
        self._references: dict[str, Subject] = {}
        self._subjects: dict[tuple[str, str], Subject] = {}

    def cases(self, stage: Stage) -> list[Case]:
        """The cases of *stage*; raises `VectorError` or `SpecError` where its files cannot be used."""
        if stage not in self._cases:
            self._cases[stage] = self.plan.cases(self.reference(stage[0]), [stage])
        return self._cases[stage]

    def find(self, case_id: str) -> Case | None:
        """The case of that id among those that have been planned."""
        format_name = case_id.partition("/")[0]
        planned = (self._cases.get((format_name, part), ()) for part in (*PARTS, CROSS))
        return next((case for cases in planned for case in cases if case.id == case_id), None)

    def reference(self, format_name: str) -> Subject:
        """Our own codec of a format, started."""
        if format_name not in self._references:
            self._references[format_name] = self.plan.subject(_OURS, [format_name])
            self._references[format_name].start()
        return self._references[format_name]

    def subject(self, impl: str, format_name: str) -> Subject:
        """The implementation *impl*, started: one for the whole run, or, of our own codecs, one for each format."""
        key = (impl, format_name if impl == _OURS else "")
        if key not in self._subjects:
            self._subjects[key] = self.plan.subject(impl, [format_name] if impl == _OURS else ())
            self._subjects[key].start()
        return self._subjects[key]

    def prove_starts(self, *, keep: bool) -> None:
        """Start every implementation, and stop it again unless it is to be kept; `StartError` of the first that does not."""
        for impl in self.plan.impls:
            if impl != _OURS:
                problem = self.subject(impl, self.plan.stages(impl)[0][0]).problem
                if problem or not keep:
                    self.dismiss(impl)
                if problem:
                    raise StartError(f"{impl} cannot be judged: {problem}")

    def dismiss(self, impl: str) -> None:
        """Stop *impl*, which has answered all that it is asked."""
        for key in [key for key in self._subjects if key[0] == impl]:
            self._subjects.pop(key).stop()

    def close(self) -> None:
        """Stop whatever was started."""
        for impl, _ in list(self._subjects):
            self.dismiss(impl)
        while self._references:
            self._references.popitem()[1].stop()
