"""What else could stand where a specification says a word: the words that stand there in the other places."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sciwire.model import Spec

__all__ = ["Words"]

#: Words with one opposite, wherever they stand.
_PAIRS = (
    ("little", "big"), ("<", ">"), ("C", "F"), ("y", "x"), ("keep", "refuse"), ("required", "optional"),
    ("slowest_first", "fastest_first"), ("any", "refuse"), ("encode", "decode"), ("exact", "major"), ("last", "first"),
    ("absent", "refuse"), ("allow", "refuse"), ("drop", "keep"),
)  # fmt: skip
_OPPOSITE = {one: other for pair in _PAIRS for one, other in (pair, pair[::-1])}
#: Where the opposite of a word depends on the part that it says.
_CHOICES = {
    **{("Tolerance", part): {"allow": "error", "keep": "error", "absent": "error", "any": "declared", "warn": "error"}
       for part in ("missing", "wrong_type", "null", "unknown", "arrays", "duplicates")},
    ("Tolerance", "trailing"): {"error": "ignore", "ignore": "error"},
    ("Field", "wrong_type"): {"keep": "error", "error": "keep"},
}  # fmt: skip
_MOST = 2  # other words for one
#: Parts whose words the author of a specification chooses; of the others the language knows all.
_OPEN = frozenset(("name", "key", "value", "path", "also", "aliases", "words", "separator", "separators", "tag", "opening",
                   "closing", "joint", "names", "recognised_by", "members", "enum", "const", "pattern", "units", "fill",
                   "depend", "bundle", "plane", "select", "types", "says", "accept", "match", "discriminator"))  # fmt: skip


@dataclass(slots=True)
class Words:
    """Every word of a specification, by the kind of record and the name of the part where it stands."""

    seen: dict[tuple[str, str], list[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, spec: Spec) -> Words:
        found = cls()
        found._collect(spec, ("", ""))
        return found

    def others(self, owner: tuple[str, str], word: str) -> list[str]:
        """An opposite, neighbours, and, of words that are not the language's own, the word with a letter more."""
        choices = _CHOICES.get(owner, _OPPOSITE)
        opposite = [choices[word]] if word in choices else []
        neighbours = [one for one in self.seen.get(owner, ()) if one not in (word, *opposite)][:_MOST]
        longer = [] if opposite or owner[1] not in _OPEN else [f"{word}x"]
        return [*opposite, *neighbours, *longer] if word else []

    def _collect(self, value: Any, owner: tuple[str, str]) -> None:
        if isinstance(value, str):
            words = self.seen.setdefault(owner, [])
            if value and value not in words:
                words.append(value)
        else:
            for inside, item in _inside(value, owner):
                self._collect(item, inside)


def _inside(value: Any, owner: tuple[str, str]) -> Iterator[tuple[tuple[str, str], Any]]:
    kind = type(value).__name__
    if dataclasses.is_dataclass(value):
        yield from (((kind, one.name), getattr(value, one.name)) for one in dataclasses.fields(value))
    elif hasattr(value, "_fields"):
        yield from (((kind, name), getattr(value, name)) for name in value._fields)
    elif isinstance(value, Mapping):
        yield from ((owner, item) for item in value.values())
    elif isinstance(value, (tuple, list)):
        yield from ((owner, item) for item in value)
