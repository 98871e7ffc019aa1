"""One change between two versions of a specification, and the list that collects them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

__all__ = ["ALL", "EFFECTS", "Change", "Changes"]

EFFECTS = ("readers", "writers", "files", "source")
#: what a change of the bytes, or of the meaning of values, breaks
ALL = ("readers", "writers", "files")


@dataclass(frozen=True, slots=True)
class Change:
    """`kind` is a word such as ``removed`` or ``narrowed``; `breaks` are words of `EFFECTS`, none where nothing breaks."""

    kind: str
    path: str
    text: str
    breaks: tuple[str, ...] = ()
    meaning: bool = False
    rule: str = ""

    def plain(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "kind": self.kind,
            "path": self.path,
            "text": self.text,
            "breaks": list(self.breaks),
            "meaning": self.meaning,
            "rule": self.rule,
        }


@dataclass
class Changes:
    """Collects changes in the order in which they are found."""

    found: list[Change] = field(default_factory=list)

    def add(self, kind: str, path: str, text: str, *breaks: str, meaning: bool = False, rule: str = "") -> None:
        """Note one change; *breaks* are put in the order of `EFFECTS`."""
        ordered = tuple(word for word in EFFECTS if word in breaks)
        self.found.append(Change(kind, path, text, ordered, meaning, rule))
