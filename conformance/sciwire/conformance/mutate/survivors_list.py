"""The mutants that no vector kills, each with the reason: `survivors/<format>.json`, written by hand.

``{"format": …, "survivors": [{"mutants": [pattern, …], "why": "equivalent" | "vector" | "python", "reason": …}]}``;
a pattern is a mutant's id with ``*`` for any text, as narrow as can be: one that names a mutant which vectors kill is
refused. ``equivalent``: no bytes and no value tell it from the sound specification. ``python``: only the Python
interface changes, which vectors do not see and tests of it do. ``vector``: a vector is missing, and the reason says
which. The last two count as not killed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

__all__ = ["Entry", "Survivors", "named"]

_FOLDER = Path(__file__).parent / "survivors"
_WHY = ("equivalent", "python", "vector")


@dataclass(frozen=True, slots=True)
class Entry:
    """Some mutants, and why no vector kills them."""

    patterns: tuple[str, ...]
    why: str
    reason: str

    def names(self, mutant: str) -> bool:
        return named(mutant, self.patterns)


@dataclass(frozen=True, slots=True)
class Survivors:
    """The list of one format."""

    entries: tuple[Entry, ...]

    @classmethod
    def of(cls, format_name: str, folder: Path = _FOLDER) -> Survivors:
        """The list of a format; ValueError names what is wrong in it, a format without a list has an empty one."""
        path = folder / f"{format_name}.json"
        if not path.is_file():
            return cls(())
        try:
            rows = json.loads(path.read_text(encoding="utf-8"))["survivors"]
            entries = tuple(Entry(tuple(row["mutants"]), row["why"], row["reason"]) for row in rows)
        except (ValueError, KeyError, TypeError) as error:
            raise ValueError(f"{path}: expected a list of mutants, why and reason: {error!r}") from error
        for entry in entries:
            if entry.why not in _WHY or not entry.reason.strip():
                raise ValueError(f"{path}: {entry.patterns}: expected one of {', '.join(_WHY)} and a reason")
        return cls(entries)

    def entry(self, mutant: str) -> Entry | None:
        """The entry that names a mutant, or None."""
        return next((one for one in self.entries if one.names(mutant)), None)

    def idle(self, mutants: Iterable[str]) -> list[str]:
        """Patterns that name none of *mutants*: they have gone stale."""
        there = list(mutants)
        return [one for one in self._patterns() if not any(named(name, (one,)) for name in there)]

    def broad(self, killed: Iterable[str]) -> list[tuple[str, str]]:
        """Patterns that name one of the mutants that were *killed*, each with the first such mutant."""
        there = list(killed)
        found = ((one, next((name for name in there if named(name, (one,))), "")) for one in self._patterns())
        return [(pattern, name) for pattern, name in found if name]

    def _patterns(self) -> list[str]:
        return [pattern for entry in self.entries for pattern in entry.patterns]


def named(mutant: str, patterns: Iterable[str]) -> bool:
    """Whether one of *patterns* names a mutant; ``*`` is any text, brackets and all else stand for themselves."""
    return any(_expression(pattern).fullmatch(mutant) for pattern in patterns)


@cache
def _expression(pattern: str) -> re.Pattern[str]:
    return re.compile(".*".join(re.escape(one) for one in pattern.split("*")), re.DOTALL)
