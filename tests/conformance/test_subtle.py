"""The judge is judged by more than a hundred implementations with one subtle fault each: the right check names each."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import pytest
from subtle_decode import DECODE
from subtle_encode import CALLS, ENCODE, KEPT
from subtle_kit import Connection, Subtle
from subtle_slips import SLIPS

from sciwire.conformance.cases import PARTS, Case, plan_part, select
from sciwire.conformance.harness import Subject
from sciwire.conformance.runner import run_cases
from sciwire.conformance.verdict import Result, Verdict
from sciwire.model import specs_dir

ALL: list[Subtle] = [*DECODE, *ENCODE, *KEPT, *CALLS, *SLIPS]


@cache
def reference(format_name: str) -> Subject:
    subject = Subject("none", Connection(Subtle("none", format_name, "", "")))
    subject.start()
    return subject


@cache
def cases(format_name: str) -> list[Case]:
    return [
        case for part in PARTS for case in plan_part(part, specs_dir(), format_name, reference(format_name), examples=1)
    ]


def results(bad: Subtle) -> Iterator[Result]:
    subject = Subject(bad.name, Connection(bad))
    subject.start()
    chosen = select(cases(bad.format), [bad.only] if bad.only else [], [bad.check])
    return run_cases(chosen, subject, reference(bad.format))


@pytest.mark.parametrize("bad", ALL, ids=lambda bad: f"{bad.format}-{bad.name}".replace(" ", "-"))
def test_a_subtle_fault_is_named(bad: Subtle) -> None:
    first = next((result for result in results(bad) if result.breaks_the_run), None)

    assert first is not None, "nothing was found"
    assert (first.check, first.fault) == (bad.check, bad.fault), first.message
    assert first.verdict is Verdict.FAIL
    assert first.message


@pytest.mark.parametrize("name", ["bpipe", "chunks", "lclstreamer", "pacman"])
def test_the_same_way_without_a_fault_finds_nothing(name: str) -> None:
    """Of the other formats a run with our codecs says the same."""
    for check in ("encode/form", "again", "fuzz/invalid"):
        wrong = [result.id for result in results(Subtle("x", name, check, "")) if result.verdict in ("fail", "error")]

        assert wrong == []


def test_there_are_more_than_a_hundred_and_every_one_is_another() -> None:
    assert len(ALL) > 300
    assert len({(bad.format, bad.name) for bad in ALL}) == len(ALL)
    assert len({bad.format for bad in ALL}) == 10
