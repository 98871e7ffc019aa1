"""Do vectors cite rules that the specification has? A wrong id would count as a rule that is covered, or as none."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from .vector_check import VectorError

if TYPE_CHECKING:
    from .vectors import Vector

__all__ = ["UnknownRulesError", "are_spelled_there", "refuse_unknown_rules"]

_SHOWN = 20
_SPELLED = re.compile(r"""\bid:\s*["']?([A-Z][A-Z0-9]*-\d{3,4})\b""")


class UnknownRulesError(VectorError):
    """Vectors that cite rules which no specification of their format has: the first as `VectorError`, `all` of them."""

    def __init__(self, every: tuple[VectorError, ...]) -> None:
        super().__init__(every[0].file, every[0].vector, every[0].problem)
        self.all = every

    def __str__(self) -> str:
        lines = [str(one) for one in self.all[:_SHOWN]]
        more = len(self.all) - _SHOWN
        return "\n".join([*lines, *([f"... and {more} more such vectors"] if more > 0 else [])])


def refuse_unknown_rules(root: Path, format_name: str, vectors: Iterable[Vector]) -> None:
    """Raise `UnknownRulesError` unless all rules of *vectors* stand in the specification, of whatever version.

    A format without a specification, or with one that cannot be read (which is told where it is used), has no rules to
    compare with.
    """
    from sciwire.runtime.errors import SpecError

    from .strategies import load_specs

    try:
        specs = load_specs(root, format_name)
    except (SpecError, OSError):
        return
    known = {rule.id for spec in specs for rule in spec.rules}
    folder = root / format_name / "vectors"
    wrong = tuple(
        VectorError(folder / vector.file, vector.id, _problem(strange, known, format_name))
        for vector in vectors
        for strange in [[rule for rule in dict.fromkeys(vector.rules) if rule not in known]]
        if specs and strange
    )
    if wrong:
        raise UnknownRulesError(wrong)


def are_spelled_there(root: Path, format_name: str, vectors: Iterable[Vector]) -> bool:
    """Whether each rule of *vectors* stands behind an ``id:`` in the text of a specification: a look, not a reading."""
    texts = [path.read_text(encoding="utf-8", errors="replace") for path in (root / format_name).glob("*.yaml")]
    known = {rule for text in texts for rule in _SPELLED.findall(text)}
    return known.issuperset(rule for vector in vectors for rule in vector.rules)


def _problem(strange: list[str], known: Collection[str], format_name: str) -> str:
    from sciwire.model.problems import did_you_mean

    hints = [did_you_mean(rule, known) for rule in strange]
    listed = ", ".join(strange)
    what = f"the specification of {format_name} has no rule {listed}" + ("" if known else ", nor any other")
    hint = ", ".join(dict.fromkeys(filter(None, hints))) or "list the rule under `rules` there, or cite one that is"
    return f"{what}; {hint}"
