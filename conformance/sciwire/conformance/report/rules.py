"""The rules of the specifications beside what a run did with them: text, source, and who met them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..verdict import Level
from .record import Case, Record

__all__ = ["Coverage", "RuleText", "coverage", "load_rules"]


@dataclass(frozen=True, slots=True)
class RuleText:
    """A numbered requirement as the specification has it; `source` is spelled out."""

    id: str
    format: str
    version: str
    level: str
    text: str
    source: str


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many rules of a format and level the cases of a run exercised, and those that none did."""

    format: str
    level: str
    rules: int
    uncovered: tuple[str, ...]

    @property
    def covered(self) -> int:
        return self.rules - len(self.uncovered)


def load_rules(specs: Path, formats: Iterable[str]) -> dict[str, list[RuleText]]:
    """The rules of every format in the order of its newest specification; formats without one have none."""
    from sciwire.runtime.errors import SpecError

    from ..strategies import load_specs

    found: dict[str, list[RuleText]] = {}
    for name in formats:
        rules: dict[str, RuleText] = {}
        try:
            loaded = load_specs(specs, name)
        except (SpecError, OSError):  # the report of a run is worth having without the text of its rules
            loaded = []
        for spec in loaded:
            sources = {source.id: source.text for source in spec.sources}
            for rule in spec.rules:
                text = "; ".join(sources.get(word, word) for word in rule.source.split())
                rules[rule.id] = RuleText(rule.id, name, spec.version, rule.level, rule.text, text)
        found[name] = list(rules.values())
    return found


def coverage(record: Record, rules: Mapping[str, Sequence[RuleText]]) -> list[Coverage]:
    """One row for each format and level that has rules; what was not supported does not count as exercised."""
    exercised = _exercised(record.cases)
    rows = []
    for name, texts in rules.items():
        for level in Level:
            ids = [rule.id for rule in texts if rule.level == level]
            if ids:
                missing = tuple(one for one in ids if (name, one) not in exercised)
                rows.append(Coverage(name, str(level), len(ids), missing))
    return rows


def _exercised(cases: Iterable[Case]) -> set[tuple[str, str]]:
    return {(case["format"], rule) for case in cases if case["verdict"] != "unsupported" for rule in case["rules"]}
