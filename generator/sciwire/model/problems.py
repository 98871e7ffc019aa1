"""What is wrong in a specification: a code, a place, a sentence, a hint; all of a file at once.

Each kind of mistake has one code (`CODES`), for good: a message may be reworded, a code never
changes its meaning. Families keep their own codes from the hundreds given to them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from sciwire.runtime.errors import SpecError

from .codes import CODES, WARNINGS
from .hints import did_you_mean

__all__ = ["MOST_PROBLEMS", "Place", "Problem", "Problems", "TooManyProblemsError", "did_you_mean"]

#: Of one file: who has more has another question than where they are.
MOST_PROBLEMS = 1000


class TooManyProblemsError(Exception):
    """A file has more than `MOST_PROBLEMS`; those that were found are kept."""


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where: line and column count from 1."""

    path: Path
    line: int
    column: int


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One mistake of the author of a specification."""

    place: Place
    code: str
    text: str
    hint: str = ""

    def headline(self, root: Path | None = None) -> str:
        """``specs/simplon/1.8.yaml:41:17: SPEC012 unknown type 'unit16' (did you mean 'uint16'?)``.

        The path is relative to *root*, the current folder by default, where it is below that.
        """
        path, root = self.place.path, root or Path.cwd()
        if path.is_relative_to(root):
            path = path.relative_to(root)
        hint = f" ({self.hint})" if self.hint else ""
        kind = "warning: " if self.code in WARNINGS else ""
        return f"{path.as_posix()}:{self.place.line}:{self.place.column}: {self.code} {kind}{self.text}{hint}"


@dataclass
class Problems:
    """Collects the problems of a run; the passes go on as far as they make sense."""

    found: list[Problem] = field(default_factory=list)
    _texts: dict[Path, tuple[str, ...]] = field(default_factory=dict)
    _noted: set[Problem] = field(default_factory=set)
    _counts: dict[Path, int] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.found)

    @property
    def errors(self) -> list[Problem]:
        """The problems that stop the work; the others are warnings."""
        return [problem for problem in self.found if problem.code not in WARNINGS]

    def add(self, code: str, place: Place, text: str, hint: str = "") -> None:
        """Note one problem; *code* must stand in the table of codes. Raises TooManyProblemsError for `MOST_PROBLEMS` of a file."""
        if code not in CODES:
            raise KeyError(f"{code} is not in the table of codes")
        problem = Problem(place, code, text, hint)
        if problem in self._noted:
            return
        self._counts[place.path] = self._counts.get(place.path, 0) + 1
        if self._counts[place.path] > MOST_PROBLEMS:
            raise TooManyProblemsError(place.path)
        self._noted.add(problem)
        self.found.append(problem)

    def remember(self, path: Path, text: str) -> None:
        """Keep the *text* of a file, so that its lines can be shown."""
        self._texts[path] = tuple(text.splitlines())

    def render(self, root: Path | None = None) -> str:
        """Every problem in file order, each with its source line and a caret."""
        return "\n".join(self._show(problem, root) for problem in sorted(self.found))

    def raise_any(self, root: Path | None = None) -> None:
        """Raise `SpecError` with all problems, if there are errors among them."""
        if self.errors:
            raise SpecError(self.render(root))

    def _show(self, problem: Problem, root: Path | None) -> str:
        lines = self._texts.get(problem.place.path, ())
        headline = problem.headline(root)
        if not 0 < problem.place.line <= len(lines):
            return headline
        line = lines[problem.place.line - 1]
        shown = line[:200]
        lead = "".join(char if char == "\t" else " " for char in shown[: problem.place.column - 1])
        return f"{headline}\n    {shown}\n    {lead}^"
