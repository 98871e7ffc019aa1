"""Single checks on single vectors: what each of them looks at and what it lets pass."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import toy

from sciwire.conformance.adapters.base import Refusal, Request
from sciwire.conformance.adapters.inprocess import InProcess
from sciwire.conformance.cases import Case, plan_cases, select
from sciwire.conformance.checks import Finding
from sciwire.conformance.harness import Subject
from sciwire.conformance.known import Known
from sciwire.conformance.runner import run
from sciwire.conformance.verdict import Fault, Level, Result, Verdict
from sciwire.runtime import plain

Answer = Callable[[Request], Any]


class Scripted:
    """Decodes as it is told; encodes to a single byte."""

    def __init__(self, decode: Answer, **about: Any) -> None:
        self._decode = decode
        self.about = {"can": ["decode", "encode"], **about}
        self.stopped = False

    def start(self) -> Mapping[str, Any]:
        return {"implementation": {"name": "scripted"}, "formats": {"toy": self.about, "chunks": self.about}}

    def decode(self, request: Request) -> Any:
        return self._decode(request)

    def encode(self, request: Request) -> bytes:
        return b"\0"


def cases_of(tmp_path: Path, vector: Mapping[str, Any], format_name: str = "toy") -> list[Case]:
    entry = {"id": f"{format_name}/plain/a", "hex": "00", **vector}
    specs = toy.write_vectors(tmp_path, [entry], format=format_name)
    (specs / "toy").rename(specs / format_name)
    reference = Subject("r", InProcess(lambda: Scripted(lambda request: None)))
    reference.start()
    return plan_cases(specs, [format_name], reference, examples=0)


def results(
    tmp_path: Path, vector: Mapping[str, Any], decode: Answer, format_name: str = "toy", **about: Any
) -> dict[str, Result]:
    cases = cases_of(tmp_path, vector, format_name)
    subject = Subject("x", InProcess(lambda: Scripted(decode, **about)))
    return {result.check: result for result in run(cases, [subject], subject, known=Known())}


def refuse(category: str, **place: Any) -> Answer:
    def answer(request: Request) -> Any:
        raise Refusal(category, **place)

    return answer


def give(value: Any) -> Answer:
    return lambda request: value


VALID = {"kind": "valid", "value": 1}
EITHER = {"kind": "either", "value": 1, "error": {"category": ["size", "type"], "path": "a"}}


@pytest.mark.parametrize(
    ("decode", "verdict", "fault"),
    [
        (give(1), "pass", None),
        (give(2), "fail", "wrong-value"),
        (refuse("size", path="a"), "pass", None),
        (refuse("type", path="a"), "pass", None),
        (refuse("io", path="a"), "fail", "wrong-category"),
        (refuse("size", path="b"), "fail", "wrong-path"),
    ],
)
def test_either_means_the_value_or_the_refusal_and_nothing_else(
    decode: Answer, verdict: str, fault: str | None, tmp_path: Path
) -> None:
    result = results(tmp_path, EITHER, decode)["decode/either"]

    assert (result.verdict, result.fault) == (verdict, fault)


def test_either_without_a_value_lets_any_value_pass(tmp_path: Path) -> None:
    vector = {"kind": "either", "error": {"category": "size"}}

    assert results(tmp_path, vector, give("anything"))["decode/either"].verdict == "pass"


def test_keep_asks_for_what_was_good(tmp_path: Path) -> None:
    def decode(request: Request) -> Any:
        if request.options == {"on_error": "keep", "limits": {"depth": 3}}:
            return [1]
        raise Refusal("size")

    vector = {"kind": "invalid", "error": {"category": "size"}, "partial": [1], "options": {"limits": {"depth": 3}}}
    found = results(tmp_path, vector, decode)

    assert {check: str(result.verdict) for check, result in found.items()} == {
        "decode/invalid": "pass",
        "decode/keep": "pass",
    }
    wrong = results(tmp_path / "2", {**vector, "partial": [2]}, decode)["decode/keep"]
    assert wrong.fault == "wrong-value"


def test_a_value_that_is_not_to_be_written_again_has_no_case_that_writes_it(tmp_path: Path) -> None:
    usual = [case.check for case in cases_of(tmp_path, VALID)]
    reasoned = [case.check for case in cases_of(tmp_path / "2", {**VALID, "encode": "the encoder refuses it"})]

    assert usual == ["decode/valid", "encode/reference", "roundtrip/value"]
    assert reasoned == ["decode/valid"]


def test_a_category_is_due_even_where_nothing_was_promised(tmp_path: Path) -> None:
    def decode(request: Request) -> Any:
        raise Refusal(None)

    vector = {"kind": "invalid", "error": {"category": "size", "path": "a", "at": 0}}
    result = results(tmp_path, vector, decode)["decode/invalid"]

    assert (result.verdict, result.fault) == ("fail", "no-category")
    assert result.aspects == {"refused": "pass", "category": "fail", "path": "unsupported", "offset": "unsupported"}


def test_a_refusal_for_want_of_a_program_is_unsupported_where_the_vector_says_so(tmp_path: Path) -> None:
    needy = results(tmp_path, {**VALID, "needs": {"hdf5": "2.0"}}, refuse("unsupported", message="too new"))
    usual = results(tmp_path / "2", VALID, refuse("unsupported"))
    wrong = results(tmp_path / "3", {**VALID, "needs": {"hdf5": "2.0"}}, give(2))

    assert needy["decode/valid"].verdict == "unsupported"
    assert needy["decode/valid"].message == "needs hdf5 2.0 and was refused: too new"
    assert usual["decode/valid"].fault == "refused-valid"
    assert wrong["decode/valid"].fault == "wrong-value"


@pytest.mark.parametrize(
    ("vector", "about", "message"),
    [
        (VALID, {"versions": ["2"]}, "does not claim version 1 of toy"),
        ({**VALID, "profile": "odd"}, {"profiles": ["documented"]}, "does not claim the profile odd"),
        (VALID, {"can": ["encode"]}, "does not claim to decode toy"),
    ],
)
def test_what_is_not_claimed_is_not_asked(
    vector: Mapping[str, Any], about: Mapping[str, Any], message: str, tmp_path: Path
) -> None:
    def never(request: Request) -> Any:
        raise AssertionError("asked")

    result = results(tmp_path, vector, never, **about)["decode/valid"]

    assert (result.verdict, result.message) == ("unsupported", message)


def nan(bits: str) -> Any:
    return plain.to_plain(np.frombuffer(bytes.fromhex(bits), ">f8"))


def test_the_bits_of_a_nan_count_unless_the_vector_says_otherwise(tmp_path: Path) -> None:
    quiet, other = nan("7ff8000000000000"), nan("fff8000000000001")

    strict = results(tmp_path, {"kind": "valid", "value": quiet}, give(other))
    lax = results(tmp_path / "2", {"kind": "valid", "value": quiet, "nan": "any"}, give(other))

    assert strict["decode/valid"].fault == "wrong-value"
    assert lax["decode/valid"].verdict == "pass"


def test_byte_order_is_part_of_the_value_only_where_the_dtype_is_data(tmp_path: Path) -> None:
    little, big = (plain.to_plain(np.array([1], dtype)) for dtype in ("<u2", ">u2"))
    vector = {"kind": "valid", "value": little}

    assert results(tmp_path, vector, give(big))["decode/valid"].verdict == "pass"
    assert results(tmp_path / "2", vector, give(big), "chunks")["decode/valid"].fault == "wrong-value"


def test_a_fault_of_the_suite_is_an_error_of_its_own_and_the_run_goes_on(tmp_path: Path) -> None:
    def broken(subject: Subject, reference: Subject) -> Finding:
        raise IndexError("ours")

    def fine(subject: Subject, reference: Subject) -> Finding:
        return Finding(Verdict.PASS)

    cases = [
        Case(name, "toy", "1", "decode/valid", Level.MUST, (), "", one) for name, one in (("a", broken), ("b", fine))
    ]
    adapter = Scripted(give(1))
    subject = Subject("x", InProcess(lambda: adapter))

    first, second = run(cases, [subject], subject, known=Known())

    assert (first.verdict, first.fault) == ("error", Fault.SUITE)
    assert "IndexError: ours" in first.message
    assert second.verdict == "pass"


def test_an_implementation_is_stopped_after_its_last_case_and_when_the_run_is_left(tmp_path: Path) -> None:
    class Counting:
        stops = 0

        def start(self) -> Mapping[str, Any]:
            return Scripted(give(1)).start()

        def ask(self, request: Request) -> Any:
            raise AssertionError("no request")

        def stop(self) -> None:
            self.stops += 1

    def fine(subject: Subject, reference: Subject) -> Finding:
        return Finding(Verdict.PASS)

    cases = [Case("a", "toy", "1", "decode/valid", Level.MUST, (), "", fine)] * 2
    whole, left = Counting(), Counting()
    subjects = [Subject("x", whole), Subject("x", left)]

    list(run(cases, subjects[:1], subjects[0], known=Known()))
    going = run(cases, subjects[1:], subjects[0], known=Known())
    next(going)
    going.close()  # type: ignore[attr-defined]  # run is a generator

    assert (whole.stops, left.stops) == (1, 1)


@pytest.mark.parametrize(
    ("only", "checks", "left"),
    [
        ((), (), ["toy/a@decode/valid", "toy/a@feeding", "toy/b@decode/valid"]),
        (("toy/a",), (), ["toy/a@decode/valid", "toy/a@feeding"]),
        (("*@feeding", "toy/b"), (), ["toy/a@feeding", "toy/b@decode/valid"]),
        ((), ("decode",), ["toy/a@decode/valid", "toy/b@decode/valid"]),
        ((), ("decode/valid", "feeding"), ["toy/a@decode/valid", "toy/a@feeding", "toy/b@decode/valid"]),
        ((), ("feed",), []),
        (("toy/b",), ("feeding",), []),
    ],
)
def test_cases_are_chosen_by_id_and_check(only: Any, checks: Any, left: list[str]) -> None:
    names = ["toy/a@decode/valid", "toy/a@feeding", "toy/b@decode/valid"]
    cases = [
        Case(name, "toy", "1", name.partition("@")[2], Level.MUST, (), "", lambda subject, _: Finding(Verdict.PASS))
        for name in names
    ]

    assert [case.id for case in select(cases, only, checks)] == left
