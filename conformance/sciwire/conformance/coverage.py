"""Which requirements of a specification are exercised: by its vectors, and by each implementation in a run.

A rule is *exercised* by a vector that cites it, *judged* in a run where a case that cites it came to a verdict (not
unsupported), and *met* where no such case failed. A MUST that nothing exercises is a hole in the suite.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .verdict import Verdict

if TYPE_CHECKING:
    from sciwire.model import Rule

    from .settings import Settings

__all__ = ["Coverage", "RuleText", "judged_coverage", "load_rules", "rule_coverage", "rules", "rules_of", "summary"]

_LEVELS = ("MUST", "SHOULD", "MAY")


@dataclass(frozen=True, slots=True)
class RuleText:
    """A numbered requirement as the specification has it; `source` is spelled out."""

    id: str
    format: str
    version: str
    level: str
    binds: str
    text: str
    source: str


@dataclass(slots=True)
class Coverage:
    """The rules of a format by id, how many vectors cite each, and what became of it in each implementation.

    `judged` and `broken` hold, for each implementation, the number of cases by rule.
    """

    format: str
    rules: dict[str, RuleText]
    vectors: Counter[str] = field(default_factory=Counter)
    judged: dict[str, Counter[str]] = field(default_factory=dict)
    broken: dict[str, Counter[str]] = field(default_factory=dict)

    @property
    def exercised(self) -> Counter[str]:
        """How many cases of the run judged each rule, in any implementation."""
        return sum(self.judged.values(), Counter())

    @property
    def rows(self) -> list[tuple[str, int, list[str]]]:
        """Level, number of rules and those that no case of the run judged, for every level that has rules."""
        counts = Counter(rule.level for rule in self.rules.values())
        return [(level, counts[level], self.holes(self.exercised, level)) for level in _LEVELS if counts[level]]

    def holes(self, cited: Mapping[str, int], level: str = "MUST") -> list[str]:
        """The rules of *level* that *cited* lacks."""
        return [name for name, rule in self.rules.items() if rule.level == level and not cited.get(name)]

    def counts(self, cited: Mapping[str, int]) -> str:
        """``12/12 MUST, 3/4 SHOULD``"""
        parts = []
        for level in _LEVELS:
            names = [name for name, rule in self.rules.items() if rule.level == level]
            if names:
                parts.append(f"{sum(bool(cited.get(name)) for name in names)}/{len(names)} {level}")
        return ", ".join(parts)


def rules_of(root: Path, format_name: str) -> list[Rule]:
    """The rules of every version of a format; none where the folder has no specification of it."""
    from .strategies import load_specs

    return list({rule.id: rule for spec in load_specs(root, format_name) for rule in spec.rules}.values())


def load_rules(root: Path, formats: Iterable[str], *, strict: bool = False) -> dict[str, dict[str, RuleText]]:
    """The rules of every format by id, as its newest specification has them; formats without one have none.

    A specification that cannot be used is passed over (a report is worth having without the text of its rules), or,
    if *strict*, raises `SpecError`.
    """
    from sciwire.runtime.errors import SpecError

    from .strategies import load_specs

    found: dict[str, dict[str, RuleText]] = {}
    for name in formats:
        rules = found[name] = {}
        try:
            specs = load_specs(root, name)
        except (SpecError, OSError):
            if strict:
                raise
            continue
        for spec in specs:
            sources = {source.id: source.text for source in spec.sources}
            for rule in spec.rules:
                text = "; ".join(sources.get(word, word) for word in rule.source.split())
                rules[rule.id] = RuleText(rule.id, name, spec.version, rule.level, rule.binds, rule.text, text)
    return found


def rule_coverage(root: Path, formats: Sequence[str], lines: Iterable[Mapping[str, Any]] = ()) -> list[Coverage]:
    """The coverage of each format by its vectors, and by the case *lines* of a report."""
    from .vectors import load_vectors

    found = judged_coverage(load_rules(root, formats, strict=True), lines)
    for one in found:
        for vector in load_vectors(root, one.format):
            one.vectors.update(vector.rules)
    return found


def judged_coverage(rules: Mapping[str, dict[str, RuleText]], lines: Iterable[Mapping[str, Any]]) -> list[Coverage]:
    """The coverage of each format of `load_rules` by the case *lines* of a report alone."""
    found = {name: Coverage(name, texts) for name, texts in rules.items()}
    for line in lines:
        if line["format"] in found:
            _count(found[line["format"]], line)
    return list(found.values())


def summary(coverage: Sequence[Coverage]) -> Iterator[str]:
    """A line for each format and implementation, and the holes."""
    for one in coverage:
        if not one.rules:
            continue
        yield f"{one.format}: vectors exercise {one.counts(one.vectors)} rules"
        yield from _hole_lines(one, one.vectors, "no vector")
        for impl, judged in one.judged.items():
            broken = one.broken[impl]
            met = {name: count for name, count in judged.items() if not broken[name]}
            yield f"  {impl}: judged by {one.counts(judged)}; meets {one.counts(met)}"
            yield from _hole_lines(one, judged, "not judged")


def rules(settings: Settings, report: Path | None, *, as_json: bool = False) -> int:
    """Print the coverage of what *settings* name; 1 if a MUST has no vector."""
    from sciwire.runtime.errors import SpecError

    from .report.record import RecordError, read_run
    from .vectors import VectorError

    try:
        plan = settings.plan()
        coverage = rule_coverage(plan.specs, plan.formats, read_run([report]).cases if report else ())
    except (VectorError, SpecError, OSError, ValueError, RecordError) as error:
        print(f"sciwire conform rules: {error}", file=sys.stderr)
        return 2 if isinstance(error, (ValueError, RecordError)) else 3
    if as_json:
        print(json.dumps([_plain(one) for one in coverage], indent=1))
    else:
        print("\n".join(summary(coverage)))
    return 1 if any(one.holes(one.vectors) for one in coverage) else 0


def _count(one: Coverage, line: Mapping[str, Any]) -> None:
    judged = one.judged.setdefault(line["impl"], Counter())
    broken = one.broken.setdefault(line["impl"], Counter())
    if line["verdict"] == Verdict.UNSUPPORTED:
        return
    judged.update(line["rules"])
    if line["verdict"] != Verdict.PASS:
        broken.update(line["rules"])


def _hole_lines(one: Coverage, cited: Mapping[str, int], what: str) -> Iterator[str]:
    for level in _LEVELS:
        if holes := one.holes(cited, level):
            shown = ", ".join(holes[:12]) + (f" and {len(holes) - 12} more" if len(holes) > 12 else "")
            yield f"    {what}: {level} {shown}"


def _plain(one: Coverage) -> dict[str, Any]:
    return {
        "format": one.format,
        "rules": [
            {"id": name, "level": rule.level, "binds": rule.binds, "text": rule.text, "source": rule.source, "vectors": one.vectors[name]}
            | {"implementations": {impl: {"judged": judged[name], "broken": one.broken[impl][name]} for impl, judged in one.judged.items()}}
            for name, rule in one.rules.items()
        ],
    }  # fmt: skip
