"""Rules: the vectors that cite each, the generated values that hold the field that it is about, who meets it."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..vectors import Vector

if TYPE_CHECKING:
    from sciwire.model import Spec

__all__ = ["RuleCover", "judged_rules", "rule_cover"]


@dataclass(frozen=True, slots=True)
class RuleCover:
    """A rule with the number of `vectors` that cite it, and whether `generated` values hold a field under it."""

    id: str
    level: str
    binds: str
    text: str
    vectors: int
    generated: bool


def rule_cover(spec: Spec, vectors: Sequence[Vector], drawn: Iterable[str] = ()) -> list[RuleCover]:
    """Every rule of *spec*, in its order; *drawn* are the names of fields that generated values hold."""
    cited: dict[str, int] = {}
    for vector in vectors:
        for rule in vector.rules:
            cited[rule] = cited.get(rule, 0) + 1
    names = set(drawn)
    about = {rule for rule, name in _ruled(spec) if name in names}
    return [RuleCover(one.id, one.level, one.binds, one.text, cited.get(one.id, 0), one.id in about) for one in spec.rules]  # fmt: skip


def judged_rules(lines: Iterable[str]) -> dict[str, dict[str, tuple[int, int]]]:
    """From the JSON lines of a run: implementation -> rule -> (cases judged, cases met)."""
    found: dict[str, dict[str, tuple[int, int]]] = {}
    for line in lines:
        row = json.loads(line)
        if "verdict" not in row or row["verdict"] == "unsupported":
            continue
        rules = found.setdefault(row["impl"], {})
        for rule in row.get("rules", ()):
            judged, met = rules.get(rule, (0, 0))
            rules[rule] = (judged + 1, met + (row["verdict"] == "pass"))
    return found


def read_lines(path: Path) -> list[str]:
    return [line for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def _ruled(spec: Spec) -> Iterator[tuple[str, str]]:
    """(rule, name) of every record of the model that has both."""
    waiting: list[Any] = [spec.body, spec.types]
    while waiting:
        one = waiting.pop()
        if dataclasses.is_dataclass(one):
            rule, name = getattr(one, "rule", ""), getattr(one, "label", "") or getattr(one, "name", "")
            if isinstance(rule, str) and rule and isinstance(name, str):
                yield rule, name
            waiting += [getattr(one, part.name) for part in dataclasses.fields(one)]
        elif isinstance(one, Mapping):
            waiting += one.values()
        elif isinstance(one, tuple):
            waiting += one
