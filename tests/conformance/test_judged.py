"""The judge is judged: codecs with one subtle fault each, and codecs of mutated specifications, named for their fault."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import pytest
from bad_codecs import Bad, Damaged
from bad_table import BAD

from sciwire.conformance.checks import VECTOR_CHECKS, Finding
from sciwire.conformance.feeding import feeding
from sciwire.conformance.harness import Subject
from sciwire.conformance.prove import subject_of
from sciwire.conformance.vectors import Vector, load_vectors
from sciwire.conformance.verdict import Verdict
from sciwire.model import specs_dir

SPECS = specs_dir()


@cache
def vectors(name: str) -> list[Vector]:
    return load_vectors(SPECS, name)


def findings(bad: Bad) -> Iterator[tuple[Vector, Finding]]:
    """What the check that is to name a fault says of it, vector for vector."""
    import importlib

    subject = Subject(bad.name, Damaged(bad))
    subject.start()
    reference = subject_of(importlib.import_module(f"sciwire.formats.{bad.format}"))
    run = next((one for one in VECTOR_CHECKS if one.name == bad.check), None)
    for vector in vectors(bad.format):
        if bad.group and vector.group != bad.group:
            continue
        if run is None and vector.kind == "valid" and vector.data:
            yield vector, feeding(subject, vector, 0)
        elif run is not None and run.applies(vector):
            yield vector, run.run(subject, vector, reference)


@pytest.mark.parametrize("bad", BAD, ids=lambda bad: bad.name.replace(" ", "-"))
def test_a_subtle_fault_is_named(bad: Bad) -> None:
    named = next((found for _, found in findings(bad) if found.fault is bad.fault), None)

    assert named is not None, f"no vector of {bad.group or bad.format} names it"
    assert named.verdict is Verdict.FAIL
    assert named.message


def test_there_are_many_and_every_fault_is_another() -> None:
    assert len(BAD) >= 60
    assert len({bad.name for bad in BAD}) == len(BAD)


@pytest.mark.parametrize("name", ["simplon", "qstream", "pacman", "bpipe", "simplon_v1"])
def test_a_codec_without_a_fault_is_not_named(name: str) -> None:
    """The same way through the suite, with nothing done: else everything would be found."""
    for check in ("decode/valid", "decode/invalid"):
        bad = Bad("none", name, "", check, BAD[0].fault)
        wrong = [vector.id for vector, found in list(findings(bad))[:150] if found.verdict is not Verdict.PASS]

        assert wrong == []
