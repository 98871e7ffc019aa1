"""Aimed mutations: what must be refused is, what may be is answered, and a decoder that lets one through is found."""

from __future__ import annotations

from typing import Any

import pytest

from sciwire.conformance.adapters.resolve import connect
from sciwire.conformance.aimed import aimed, aimed_cases, mutations
from sciwire.conformance.harness import Subject
from sciwire.conformance.protocol import Refused, Request, Value
from sciwire.conformance.strategies import load_specs
from sciwire.conformance.vectors import Vector, formats_with_vectors, load_vectors
from sciwire.conformance.verdict import Fault, Verdict
from sciwire.model import specs_dir

SPECS = specs_dir()
FORMATS = formats_with_vectors(SPECS)


def vector(name: str) -> Vector:
    return next(one for one in load_vectors(SPECS, name.partition("/")[0]) if one.id == name)


@pytest.fixture
def ours() -> Subject:
    subject = Subject("sciwire", seconds=20)
    subject.start()
    return subject


@pytest.mark.parametrize("name", FORMATS)
def test_our_codecs_answer_the_first_vectors_of_every_format(name: str, ours: Subject) -> None:
    for case in list(aimed_cases(SPECS, name, 0))[:4]:
        finding = case.run(ours, ours)
        assert finding.verdict is Verdict.PASS, f"{case.id}: {finding.message}"
        assert finding.examples > 3


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_has_mutations_of_its_own(name: str) -> None:
    spec = load_specs(SPECS, name)[-1]
    aims = [
        one
        for case in aimed_cases(SPECS, name, 0)
        for one in mutations(spec, vector(case.id.partition("@")[0]), 0)
        if "bit" not in one.name.partition(":")[2]
    ]

    assert len({one.name for one in aims}) >= 10
    assert {one.expect for one in aims} >= ({"either"} if name in ("hdf5blob", "bpipe") else {"refuse", "either"})


def test_the_same_seed_makes_the_same_mutations() -> None:
    spec, one = load_specs(SPECS, "simplon")[-1], vector("simplon/messages/end")

    assert list(mutations(spec, one, 1)) == list(mutations(spec, one, 1))
    assert list(mutations(spec, one, 1)) != list(mutations(spec, one, 2))


class Damaged:
    """Our codecs behind a fault."""

    def __init__(self) -> None:
        self.inner = connect("sciwire", seconds=20)

    def start(self) -> Any:
        return self.inner.start()

    def stop(self) -> None:
        self.inner.stop()

    def ask(self, request: Request) -> Any:
        return self.inner.ask(request)


class Forgives(Damaged):
    """Gives an empty value for what it should refuse as `category`."""

    category = ""

    def ask(self, request: Request) -> Any:
        answer = super().ask(request)
        return Value({}) if isinstance(answer, Refused) and answer.category == self.category else answer


class ForgivesTruncation(Forgives):
    category = "truncated"


class ForgivesTails(Forgives):
    category = "framing"


class ForgivesSizes(Forgives):
    category = "size"


class GivesRubbish(Damaged):
    """Gives what is no canonical value where bytes are wrong."""

    def ask(self, request: Request) -> Any:
        answer = super().ask(request)
        return Value({"$nd": 1}) if isinstance(answer, Refused) else answer


@pytest.mark.parametrize(
    ("make", "name", "fault", "words"),
    [
        (ForgivesTruncation, "simplon/messages/end", Fault.ACCEPTED_INVALID, "length: all bits"),
        (ForgivesTails, "simplon/messages/end", Fault.ACCEPTED_INVALID, "behind the end"),
        (ForgivesTruncation, "qstream/binary/double", Fault.ACCEPTED_INVALID, "the longest length"),
        (GivesRubbish, "rawhdf5/values/ordinary", Fault.PROTOCOL, "superblock"),
    ],
)
def test_a_decoder_that_forgives_is_named_for_it(make: Any, name: str, fault: Fault, words: str) -> None:
    subject = Subject("damaged", make(), seconds=20)
    subject.start()
    format_name = name.partition("/")[0]
    there = {case.id.partition("@")[0]: case for case in aimed_cases(SPECS, format_name, 0)}
    case = there.get(name) or next(iter(there.values()))

    finding = aimed(subject, load_specs(SPECS, format_name)[-1], vector(case.id.partition("@")[0]), 0)

    assert (finding.verdict, finding.fault) == (Verdict.ERROR if fault is Fault.PROTOCOL else Verdict.FAIL, fault)
    assert words in finding.message
