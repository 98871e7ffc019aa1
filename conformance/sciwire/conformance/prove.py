"""The vectors of one format over one module, for the generator: may this module replace the one that is there?

What has a process of its own (a writer that is killed) or waits is left to `sciwire conform`; so is feeding, which
tests the kernel and not what is printed, and ``encode/reference``: the reference is the module itself here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

from .adapters.inprocess import answer
from .adapters.sciwire_formats import SciwireAdapter
from .checks import VECTOR_CHECKS, Finding
from .harness import Subject
from .protocol import Answer, Request, parse_start
from .scenario import scenario
from .vectors import Vector, VectorError, formats_with_vectors, load_vectors
from .verdict import Level, Verdict

__all__ = ["failed_vectors"]

_SLOW_STEPS = frozenset({"kill", "wait", "follow"})
_SKIPPED_CHECKS = frozenset({"encode/reference"})
_BAD = (Verdict.FAIL, Verdict.ERROR)


def failed_vectors(name: str, module: ModuleType, specs: Path) -> list[str]:
    """One line for each MUST vector of the format *name* that *module*, already imported, does not meet.

    *specs* is the folder of specifications, or one file of it. A format without vectors has none that fail.
    """
    root = specs.parent.parent if specs.is_file() else specs
    if name not in formats_with_vectors(root) or (specs.is_file() and specs.parent.name != name):
        return []
    try:
        vectors = load_vectors(root, name)
    except VectorError as error:
        return [f"the vectors cannot be used: {error}"]
    subject = Subject("sciwire", _Direct(module))
    subject.start()
    return [
        f"{vector.id}@{check}: {finding.message}"
        for vector in vectors
        if vector.level is Level.MUST
        for check, finding in _findings(vector, subject)
        if finding.verdict in _BAD
    ]


class _Direct:
    """Our adapter called without the thread that a time limit needs: the caller's process has a limit of its own."""

    def __init__(self, module: ModuleType) -> None:
        self._adapter = SciwireAdapter()
        self._name = module.__name__.rpartition(".")[2]

    def start(self) -> Mapping[str, Any]:
        about = self._adapter.start()
        return parse_start({"ok": True, **about, "formats": {self._name: about["formats"][self._name]}})

    def ask(self, request: Request) -> Answer:
        return answer(self._adapter, request)

    def stop(self) -> None:
        pass


def _findings(vector: Vector, subject: Subject) -> Iterator[tuple[str, Finding]]:
    if vector.kind == "scenario":
        if not _SLOW_STEPS.intersection(step.op for step in vector.steps):
            yield "scenario", scenario(subject, vector)
        return
    for check in VECTOR_CHECKS:
        if check.name not in _SKIPPED_CHECKS and check.applies(vector):
            yield check.name, check.run(subject, vector, subject)
