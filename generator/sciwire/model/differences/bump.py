"""Which new version the format's own version rule asks for, and whether the one that was given is enough."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ..ir import Spec
from .change import Change

__all__ = ["Bump", "bump"]

_ORDER = ("none", "minor", "major")
_QUIET = frozenset({"reworded", "citation"})


@dataclass(frozen=True, slots=True)
class Bump:
    """`asked` and `given` are ``none``, ``minor`` or ``major``."""

    rule: str
    asked: str
    given: str

    @property
    def enough(self) -> bool:
        """Whether the step between the versions is as big as the changes ask for."""
        return _ORDER.index(self.given) >= _ORDER.index(self.asked)


def bump(old: Spec, new: Spec, changes: Iterable[Change]) -> Bump:
    """The step that *changes* ask for. Where versions must be equal (``exact``), any change is a new version."""
    found = [change for change in changes if change.kind not in _QUIET]
    breaking = any({"readers", "writers", "files"} & set(change.breaks) for change in found)
    kind = old.version_rule.kind
    asked = "none" if not found else "major" if breaking else "minor"
    if kind == "exact" and found:
        asked = "minor"  # any other version will do
    elif kind == "major" and not breaking:
        asked = "none"
    return Bump(kind, asked, _step(old.version, new.version))


def _step(old: str, new: str) -> str:
    before, after = old.split("."), new.split(".")
    if before == after:
        return "none"
    return "minor" if before[0] == after[0] else "major"
