"""The plan of a run: every case with its permanent id, in an order that depends on nothing but files and seed.

An id is the vector's id, an ``@`` and the check: ``qstream/framing/one@decode/valid``. Generated values have
``format/version/fuzz/what`` in place of a vector's id.
"""

from __future__ import annotations

import fnmatch
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from .checks import VECTOR_CHECKS, Finding, is_crossed, roundtrip_value
from .feeding import feeding
from .harness import Subject
from .scenario import scenario
from .vectors import Vector, formats_with_vectors, load_vectors
from .verdict import Level

__all__ = ["CROSS", "PARTS", "Case", "plan_cases", "plan_part", "select", "shard"]

#: The parts of the cases of a format, in their order.
PARTS = ("vectors", "generated")
#: And what two implementations are asked together.
CROSS = "cross"


@dataclass(frozen=True, slots=True)
class Case:
    """One case; `run` judges an implementation, with the reference at hand; `first` asks what it asks first."""

    id: str
    format: str
    version: str
    check: str
    level: Level
    rules: tuple[str, ...]
    doc: str
    run: Callable[[Subject, Subject], Finding]
    first: Callable[[Subject], object] | None = None
    vector: Vector | None = None


def plan_cases(
    specs: Path, formats: Sequence[str], reference: Subject, *, seed: int = 0, examples: int = 100, volume: int = 0
) -> list[Case]:
    """Every case of *formats*: vectors, feeding (where the reference can feed), scenarios, generated values.

    Raises `VectorError` for a vector that cannot be used.
    """
    return [
        case
        for name in formats
        for part in PARTS
        for case in plan_part(part, specs, name, reference, seed=seed, examples=examples, volume=volume)
    ]


def plan_part(
    part: str,
    specs: Path,
    format_name: str,
    reference: Subject,
    *,
    seed: int = 0,
    examples: int = 100,
    volume: int = 0,
    shrink: bool = True,
) -> list[Case]:
    """The cases of one of `PARTS` of a format, or of `CROSS`; those that are generated need its specification, the others don't.

    Without *shrink* what fails in generated values is reported as it was drawn.
    """
    if part == "vectors":
        vectors = load_vectors(specs, format_name) if format_name in formats_with_vectors(specs) else ()
        return [case for vector in vectors for case in _vector_cases(vector, reference, seed)]
    if part == CROSS:
        vectors = load_vectors(specs, format_name) if format_name in formats_with_vectors(specs) else ()
        return [_cross_case(vector) for vector in vectors if is_crossed(vector)]
    cases: list[Case] = []
    if examples > 0:
        cases += _fuzz_cases(specs, format_name, seed, examples, shrink)
        cases += _aimed_cases(specs, format_name, seed)
        cases += _again_cases(specs, format_name)
        cases += _stateful_cases(specs, format_name, seed, examples, shrink)
    if volume > 0:
        cases += _volume_cases(specs, format_name, seed, volume)
    return cases


def select(cases: Iterable[Case], only: Sequence[str] = (), checks: Sequence[str] = ()) -> list[Case]:
    """The cases whose id, or vector's id, fits one of *only*, and whose check begins with one of *checks*."""

    def wanted(case: Case) -> bool:
        names = (case.id, case.id.partition("@")[0])
        fits = not only or any(fnmatch.fnmatchcase(name, pattern) for name in names for pattern in only)
        return fits and (
            not checks or any(case.check == check or case.check.startswith(f"{check}/") for check in checks)
        )

    return [case for case in cases if wanted(case)]


def shard(cases: Sequence[Case], number: int, count: int) -> list[Case]:
    """Part *number* (from 1) of *count*; a case stays in its part whatever other cases there are."""
    if count == 1:
        return list(cases)
    return [case for case in cases if zlib.crc32(case.id.encode()) % count == number - 1]


def _vector_cases(vector: Vector, reference: Subject, seed: int) -> Iterator[Case]:
    if vector.kind == "scenario":
        yield _case(
            vector, "scenario", lambda subject, _: scenario(subject, vector), lambda subject: subject.call(vector)
        )
        return
    for check in VECTOR_CHECKS:
        if check.applies(vector):
            yield _case(
                vector,
                check.name,
                partial(_run_check, check.run, vector),
                partial(_ask_first, check.first, vector) if check.first else None,
            )
    if vector.kind in ("valid", "invalid") and vector.data and reference.can(vector.format, "feed"):
        first = lambda subject: subject.decode(vector, splits=[])  # noqa: E731 - beside what it belongs to
        yield _case(vector, "feeding", lambda subject, _: feeding(subject, vector, seed), first)


def _cross_case(vector: Vector) -> Case:
    return _case(vector, CROSS, partial(_run_check, roundtrip_value, vector))


def _run_check(
    run: Callable[[Subject, Vector, Subject], Finding], vector: Vector, subject: Subject, reference: Subject
) -> Finding:
    return run(subject, vector, reference)


def _ask_first(first: Callable[[Subject, Vector], object], vector: Vector, subject: Subject) -> object:
    return first(subject, vector)


def _case(
    vector: Vector,
    check: str,
    run: Callable[[Subject, Subject], Finding],
    first: Callable[[Subject], object] | None = None,
) -> Case:
    name = f"{vector.id}@{check}"
    about = (vector.format, vector.version, check, vector.level, vector.rules, vector.doc)
    return Case(name, *about, run, first, vector)


def _fuzz_cases(specs: Path, format_name: str, seed: int, examples: int, shrink: bool) -> Iterator[Case]:
    from .fuzz import Target, fuzz, targets  # Hypothesis is loaded when the first of them runs

    def runner(target: Target) -> Callable[[Subject, Subject], Finding]:
        return lambda subject, reference: fuzz(
            subject, target, seed=seed, examples=examples, shrink=shrink, reference=reference
        )

    for target in targets(specs, format_name):
        name = f"{format_name}/{target.version}/fuzz/{target.label}@fuzz/valid"
        doc = f"{examples} values of {target.label} drawn from the specification"
        yield Case(name, format_name, target.version, "fuzz/valid", Level.MUST, (), doc, runner(target))


def _volume_cases(specs: Path, format_name: str, seed: int, count: int) -> Iterator[Case]:
    from .volume.check import volume_cases

    return volume_cases(specs, format_name, seed, count)


def _aimed_cases(specs: Path, format_name: str, seed: int) -> Iterator[Case]:
    from .strategies import load_specs

    # a format under construction may have the one without the other
    if format_name in formats_with_vectors(specs) and load_specs(specs, format_name):
        from .aimed import aimed_cases

        yield from aimed_cases(specs, format_name, seed)


def _again_cases(specs: Path, format_name: str) -> Iterator[Case]:
    from .again import again_cases
    from .strategies import load_specs

    found = load_specs(specs, format_name)
    if format_name in formats_with_vectors(specs) and found:
        yield from again_cases(load_vectors(specs, format_name), any(spec.family == "hdf5" for spec in found))


def _stateful_cases(specs: Path, format_name: str, seed: int, examples: int, shrink: bool) -> Iterator[Case]:
    from .strategies import load_specs

    for spec in load_specs(specs, format_name)[-1:]:
        from .stateful import stateful_cases

        yield from stateful_cases(format_name, spec.version, seed, examples, shrink=shrink)
