"""One mutant after the other against the vectors of its format; those that killed most come first."""

from __future__ import annotations

import importlib
import sys
from collections import Counter
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from types import ModuleType

from ..checks import Finding
from ..harness import Subject
from ..prove import findings, subject_of
from ..strategies import load_specs
from ..vectors import Vector, load_vectors
from ..verdict import Verdict
from .build import StillbornError, code_of, module_of, text_of
from .walk import Mutant, mutants

__all__ = ["Trial"]


class Trial:
    """The mutants of the newest version of a format, and what the vectors say of each."""

    def __init__(self, specs: Path, format_name: str) -> None:
        self._format = format_name
        vectors = load_vectors(specs, format_name)  # raises where there is no such format
        self.spec = load_specs(specs, format_name)[-1]
        self.mutants: list[Mutant] = _unlike(mutants(self.spec))
        self._vectors = [one for one in vectors if one.version == self.spec.version]
        self._kills: Counter[str] = Counter()
        self._sound = importlib.import_module(f"sciwire.formats.{format_name}")
        self._sound_code = code_of(text_of(self.spec))
        self._known = set(self._failures(self._install(text_of(self.spec))))

    def close(self) -> None:
        """Put the sound module back where the mutants stood."""
        sys.modules[self._sound.__name__] = self._sound
        setattr(sys.modules["sciwire.formats"], self._format, self._sound)

    @cached_property
    def names(self) -> list[str]:
        return [one.id for one in self.mutants]

    def fate(self, number: int) -> tuple[str, str]:
        """The fate of a mutant, and by what."""
        try:
            text = text_of(self.mutants[number].spec)
            if code_of(text) == self._sound_code:
                return "same", ""
            module = self._install(text)
        except StillbornError as error:
            return "stillborn", str(error)[:200]
        for case in self._failures(module):
            if case not in self._known:
                self._kills[case.partition("@")[0]] += 1
                return "killed", case
        return "survived", ""

    def failures(self, number: int) -> Iterator[tuple[Vector, str, Finding]]:
        """Every finding against a mutant, with its vector and check."""
        yield from self._findings(self._install(text_of(self.mutants[number].spec)))

    def _failures(self, module: ModuleType) -> Iterator[str]:
        return (f"{vector.id}@{check}" for vector, check, _ in self._findings(module))

    def _findings(self, module: ModuleType) -> Iterator[tuple[Vector, str, Finding]]:
        subject = self._subject(module)
        for vector in sorted(self._vectors, key=lambda one: -self._kills[one.id]):
            for check, finding in findings(vector, subject):
                if finding.verdict is not Verdict.PASS:  # what the sound codec can do is not to be unsupported
                    yield vector, check, finding

    def _subject(self, module: ModuleType) -> Subject:
        return subject_of(module)

    def _install(self, text: str) -> ModuleType:
        module = module_of(self._format, text)
        setattr(sys.modules["sciwire.formats"], self._format, module)
        return module


def _unlike(found: Iterator[Mutant]) -> list[Mutant]:
    """Each once: the walk may come to the same change by two ways."""
    return list({one.id: one for one in found}.values())
