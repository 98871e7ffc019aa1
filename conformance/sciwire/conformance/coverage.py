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

    from .session import Settings

__all__ = ["Coverage", "rule_coverage", "rules", "rules_of", "summary"]

_LEVELS = ("MUST", "SHOULD", "MAY")


@dataclass(slots=True)
class Coverage:
    """The rules of a format by id, how many vectors cite each, and what became of it in each implementation.

    `judged` and `broken` hold, for each implementation, the number of cases by rule.
    """

    format: str
    rules: dict[str, Rule]
    vectors: Counter[str] = field(default_factory=Counter)
    judged: dict[str, Counter[str]] = field(default_factory=dict)
    broken: dict[str, Counter[str]] = field(default_factory=dict)

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
    from sciwire.model import find_specs, load_spec_or_raise

    found: dict[str, Rule] = {}
    for path in find_specs(root, (format_name,)):
        found |= {rule.id: rule for rule in load_spec_or_raise(path).rules}
    return list(found.values())


def rule_coverage(root: Path, formats: Sequence[str], lines: Iterable[Mapping[str, Any]] = ()) -> list[Coverage]:
    """The coverage of each format by its vectors, and by the case *lines* of a report."""
    from .vectors import load_vectors

    found = {}
    for name in formats:
        one = found[name] = Coverage(name, {rule.id: rule for rule in rules_of(root, name)})
        for vector in load_vectors(root, name):
            one.vectors.update(vector.rules)
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

    from .vectors import VectorError

    try:
        plan = settings.plan()
        coverage = rule_coverage(plan.specs, plan.formats, _cases_of(report) if report else ())
    except (VectorError, SpecError, OSError, ValueError) as error:
        print(f"sciwire conform rules: {error}", file=sys.stderr)
        return 2 if isinstance(error, ValueError) else 3
    if as_json:
        print(json.dumps([_plain(one) for one in coverage], indent=1))
    else:
        print("\n".join(summary(coverage)))
    return 1 if any(one.holes(one.vectors) for one in coverage) else 0


def _cases_of(report: Path) -> list[Mapping[str, Any]]:
    from .compare import read_report

    return list(read_report(report).cases.values())


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
