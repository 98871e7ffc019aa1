"""The check ``fuzz/invalid``: every aimed mutation of a valid vector has an answer, and the one that it must have."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..checks import DTYPE_IS_DATA, Finding, no_judgement
from ..harness import Subject
from ..protocol import Answer, Broken, Refused, Unsupported, Value
from ..vectors import Vector, load_vectors
from ..verdict import Fault, Level, Verdict
from .mutations import Mutation, mutations

if TYPE_CHECKING:
    from ..cases import Case

__all__ = ["aimed", "aimed_cases"]

_VECTORS = 24  # of a format, evenly spread
_LARGEST = 1 << 16  # bytes of a vector that is mutated
_OURS = frozenset({"limit", "unsupported", "io"})  # refusals that others need not share
_ALIKE = "subtle"  # the group of vectors that are one message with other numbers and texts in it
_AT_WORK = "state"  # the group of files that a writer has, or had: a reader waits before it refuses one
_SLOW = 6  # vectors of a family whose files take long


def aimed(subject: Subject, spec: Any, vector: Vector, seed: int, reference: Subject | None = None) -> Finding:
    """Ask for every mutation of *vector*; the finding is that of the first with a wrong answer.

    The *reference* says by which rule it refuses what was accepted, and what else a mutated message holds. Who did not
    answer in time so often already is not asked again: that would cost the time limit for every vector.
    """
    if given_up := subject.given_up(vector.format, "fuzz/invalid"):
        return given_up
    judge = reference if reference is not None and reference.name != subject.name else None
    passed, unsupported = 0, None
    for mutation in mutations(spec, vector, seed):
        answer = subject.decode(vector, mutation.data)
        if isinstance(answer, Unsupported):
            unsupported = answer
            continue
        if wrong := _wrong(mutation, answer) or _beside(judge, spec, vector, mutation, answer):
            fault, message = wrong
            subject.count_hang(vector.format, "fuzz/invalid", answer)
            nothing = no_judgement(answer)
            verdict = nothing.verdict if nothing else Verdict.FAIL
            got, stderr = ("", answer.stderr) if isinstance(answer, Broken) else (str(answer)[:1000], "")
            return Finding(verdict, fault, f"{mutation.name}: {message}", expected=mutation.expect, got=got, stderr=stderr)  # fmt: skip
        passed += 1
    if not passed and unsupported is not None:
        return Finding(Verdict.UNSUPPORTED, message=unsupported.reason)
    return Finding(Verdict.PASS, examples=passed)


def aimed_cases(specs: Path, format_name: str, seed: int) -> Iterator[Case]:
    """A case for some of the valid vectors of a format, smallest first in each group."""
    from ..cases import Case

    def plan(vector: Vector) -> Case:
        def run(subject: Subject, reference: Subject) -> Finding:
            return aimed(subject, _spec(specs, format_name, vector.version), vector, seed, reference)

        name, doc = f"{vector.id}@fuzz/invalid", f"aimed mutations of {vector.id}: {vector.doc}"
        return Case(name, format_name, vector.version, "fuzz/invalid", Level.MUST, (), doc, run)

    yield from map(plan, _chosen(load_vectors(specs, format_name), _slow(specs, format_name)))


def _chosen(vectors: Sequence[Vector], most: int) -> list[Vector]:
    """Small vectors of every group in turn, until there are enough."""
    groups: dict[str, list[Vector]] = {}
    for vector in vectors:
        size = len(vector.data) if isinstance(vector.data, bytes) else sum(map(len, vector.data))
        small = vector.kind == "valid" and vector.data and size <= _LARGEST and not vector.needs
        if small and vector.group not in (_ALIKE, _AT_WORK):
            groups.setdefault(vector.group, []).append(vector)
    waiting = [iter(group) for group in groups.values()]
    found: list[Vector] = []
    while waiting and len(found) < most:
        for one in list(waiting):
            following = next(one, None)
            if following is None:
                waiting.remove(one)
            elif len(found) < most:
                found.append(following)
    return found


def _wrong(mutation: Mutation, answer: Answer) -> tuple[Fault, str] | None:
    if isinstance(answer, Broken) and not (mutation.expect == "refuse" and answer.fault is Fault.NOT_CANONICAL):
        return answer.fault, answer.message
    if isinstance(answer, Refused):
        return None
    if not isinstance(answer, (Value, Broken)):
        return Fault.PROTOCOL, f"expected a value or a refusal, got {type(answer).__name__.lower()}"
    if mutation.expect == "refuse":
        return Fault.ACCEPTED_INVALID, "expected a refusal, got a value"
    return None


def _beside(
    reference: Subject | None, spec: Any, vector: Vector, mutation: Mutation, answer: Answer
) -> tuple[Fault, str] | None:
    """What was accepted must be what the reference reads, and break no rule that binds everybody."""
    from sciwire.runtime import plain

    if reference is None or not isinstance(answer, Value):
        return None
    read = reference.decode(vector, mutation.data)
    if isinstance(read, Refused) and read.rule in _binding(spec) and read.category not in _OURS:
        return Fault.ACCEPTED_INVALID, f"expected a refusal by {read.rule} ({read.message}), got a value"
    if not isinstance(read, Value):
        return None
    byte_order = vector.format in DTYPE_IS_DATA
    found = plain.difference(read.value, answer.value, any_nan=vector.any_nan, byte_order=byte_order)
    return (Fault.WRONG_VALUE, found) if found else None


def _binding(spec: Any) -> frozenset[str]:
    """The rules of level MUST."""
    return frozenset(rule.id for rule in spec.rules if rule.level == "MUST")


def _slow(specs: Path, format_name: str) -> int:
    from ..strategies import load_specs

    found = load_specs(specs, format_name)
    return _SLOW if found and found[-1].family == "hdf5" else _VECTORS


@cache
def _spec(specs: Path, format_name: str, version: str) -> Any:
    from ..strategies import load_specs

    found = load_specs(specs, format_name)
    return next((one for one in found if one.version == version), found[-1])
