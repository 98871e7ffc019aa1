"""The score of a format: of the mutants that bytes or values could tell from the sound codec, how many vectors do.

Rule 1: stillborn mutants, and those that change no code, are no mutants.
Rule 2: a survivor counts against the vectors unless its entry says ``equivalent``: one that only Python sees, or for
        which a vector is known to be missing, was not killed.
Rule 3: a pattern of the list that names no survivor is stale; one that names a mutant which a vector killed is too
        broad, because it would hide that mutant on the day when its vector is lost. Either fails the run.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from .judge import Outcome
from .survivors_list import Survivors

__all__ = ["FLOOR", "Score"]

FLOOR = 0.95


@dataclass(frozen=True, slots=True)
class Score:
    """What became of the mutants of one format, held against its list of survivors.

    `fates` counts killed, survived, same, stillborn; `kinds` the survivors by the reason of the list, ``unlisted`` where
    they stand in none. `stale` and `broad` are patterns of the list; `broad` ones with a mutant that was killed.
    """

    format: str
    fates: Counter[str]
    kinds: Counter[str]
    stale: tuple[str, ...]
    broad: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, format_name: str, outcomes: Sequence[Outcome], listed: Survivors, *, whole: bool = True) -> Score:
        """The score of the *outcomes* of a format; of a part of them (not *whole*) no pattern is called stale."""
        survivors = [one.mutant for one in outcomes if one.fate == "survived"]
        killed = [one.mutant for one in outcomes if one.fate == "killed"]
        entries = [listed.entry(one) for one in survivors]
        return cls(
            format_name,
            Counter(one.fate for one in outcomes),
            Counter(entry.why if entry else "unlisted" for entry in entries),
            tuple(listed.idle(survivors)) if whole else (),
            tuple(listed.broad(killed)),
        )

    @property
    def counted(self) -> int:
        """The mutants that vectors could kill."""
        return self.fates["killed"] + self.fates["survived"] - self.kinds["equivalent"]

    @property
    def share(self) -> float:
        return self.fates["killed"] / self.counted if self.counted else 1.0

    @property
    def good(self) -> bool:
        """Whether the vectors are good enough and the list says what is so."""
        return self.share >= FLOOR and not (self.kinds["unlisted"] or self.stale or self.broad)

    def lines(self) -> list[str]:
        """What is wrong with the list, then the score in one line."""
        stale = [f"stale     {one} is listed and survives no more" for one in self.stale]
        broad = [f"too broad {one} is listed and names {mutant}, which was killed" for one, mutant in self.broad]
        kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(self.kinds.items())) or "none"
        return [
            *stale,
            *broad,
            f"{self.format}: {self.fates['killed']} of {self.counted} mutants killed ({self.share:.1%}); survivors: "
            f"{kinds}; {self.fates['same']} change no code, {self.fates['stillborn']} make no codec",
        ]
