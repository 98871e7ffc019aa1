"""The suite is judged first: each bad implementation must be named for its fault, and for nothing else."""

from __future__ import annotations

import sys
import threading
import time
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import miniatures
import pytest
import toy

from sciwire.conformance.adapters.inprocess import InProcess
from sciwire.conformance.adapters.process import Process
from sciwire.conformance.cases import Case, plan_cases
from sciwire.conformance.harness import Subject
from sciwire.conformance.known import Known
from sciwire.conformance.runner import run
from sciwire.conformance.verdict import Result, Verdict
from sciwire.runtime import CodecWarning

FAULTS: list[tuple[type[miniatures.Good], set[str]]] = [
    (miniatures.Good, set()),
    (miniatures.AlwaysWrong, {"wrong-value", "value-lost"}),
    (miniatures.WrongByteOrder, {"wrong-value", "value-lost"}),
    (miniatures.OffByOne, {"wrong-value", "value-lost"}),
    (miniatures.WrongType, {"wrong-value", "value-lost"}),
    (miniatures.SwallowsErrors, {"accepted-invalid"}),
    (miniatures.ReturnsPartial, {"accepted-invalid"}),
    (miniatures.AlwaysTruncated, {"refused-valid", "unreadable-output", "wrong-category"}),
    (miniatures.WrongCategory, {"wrong-category"}),
    (miniatures.NoCategory, {"no-category"}),
    (miniatures.WrongPath, {"wrong-path"}),
    (miniatures.WrongOffset, {"wrong-offset"}),
    (miniatures.ForgetsOffset, {"no-offset"}),
    (miniatures.SaysNoPlace, set()),
    (miniatures.WrongRule, {"wrong-rule"}),
    (miniatures.ForgetsRule, {"no-rule"}),
    (miniatures.SaysNoRule, set()),
    (miniatures.GuessesRule, {"wrong-rule"}),
    (miniatures.RaisesForeign, {"foreign-exception"}),
    (miniatures.Hangs, {"hang"}),
    (miniatures.Exits, {"foreign-exception"}),
    (miniatures.NotCanonical, {"protocol"}),
    (miniatures.ShortArray, {"not-canonical"}),
    (miniatures.InventsCategory, {"protocol"}),
    (miniatures.NegativeOffset, {"protocol"}),
    (miniatures.ForgetsOnEncode, {"wrong-output", "value-lost", "bytes-differ"}),
    (miniatures.WritesRubbish, {"unreadable-output", "bytes-differ"}),
    (miniatures.RefusesToEncode, {"refused-to-encode"}),
    (miniatures.ChangesItsInput, {"wrong-output", "value-lost", "bytes-differ"}),
    (miniatures.SplitDependent, {"split-dependent"}),
    (miniatures.DecodesOnly, set()),
    (miniatures.DoesNotWantTo, set()),
    (miniatures.OtherVersion, set()),
    (miniatures.DoesNotStart, {"no-start"}),
]


@pytest.fixture
def reference() -> Iterator[Subject]:
    subject = Subject("reference", InProcess(miniatures.Good))
    subject.start()
    yield subject
    subject.stop()


@pytest.fixture
def cases(tmp_path: Path, reference: Subject) -> list[Case]:
    return plan_cases(toy.write_vectors(tmp_path), ["toy"], reference, examples=0)


def judge(cases: list[Case], subject: Subject, reference: Subject) -> list[Result]:
    return list(run(cases, [subject], reference, known=Known()))


@pytest.mark.parametrize(("adapter", "faults"), FAULTS, ids=lambda value: getattr(value, "__name__", ""))
def test_each_bad_implementation_is_named_for_its_fault(
    adapter: type[miniatures.Good], faults: set[str], cases: list[Case], reference: Subject
) -> None:
    seconds = 0.3 if adapter is miniatures.Hangs else 60.0
    results = judge(cases, Subject("x", InProcess(adapter, seconds=seconds)), reference)

    assert {str(result.fault) for result in results if result.fault is not None} == faults


def test_every_miniature_is_judged() -> None:
    in_a_process = {miniatures.Dies, miniatures.FloodsStderr, miniatures.Chatty}
    all_of_them = {
        item for item in vars(miniatures).values() if isinstance(item, type) and issubclass(item, miniatures.Good)
    }

    assert all_of_them - in_a_process == {adapter for adapter, _ in FAULTS}


def test_a_good_implementation_passes_every_case(cases: list[Case], reference: Subject) -> None:
    results = judge(cases, Subject("x", InProcess(miniatures.Good)), reference)

    assert [result.id for result in results if result.verdict is not Verdict.PASS] == []
    assert len(results) == len(cases) == 13


def test_an_array_with_too_few_bytes_is_a_wrong_answer_and_no_refusal(cases: list[Case], reference: Subject) -> None:
    class Everything(miniatures.ShortArray):
        def read(self, data: bytes) -> Any:
            return super().read(b"T\0\0")

    results = judge(cases, Subject("x", InProcess(Everything)), reference)

    by_id = {result.id: result for result in results}
    wrong, open_ = by_id["toy/plain/two@decode/valid"], by_id["toy/plain/cut@decode/invalid"]
    assert (wrong.verdict, wrong.fault) == ("fail", "not-canonical")
    assert (open_.verdict, open_.fault) == ("fail", "accepted-invalid")


def test_what_is_not_claimed_is_unsupported_with_a_reason(cases: list[Case], reference: Subject) -> None:
    results = judge(cases, Subject("x", InProcess(miniatures.DecodesOnly)), reference)

    reasons = {result.check: result.message for result in results if result.verdict is Verdict.UNSUPPORTED}
    assert reasons == {
        "encode/reference": "does not claim to encode toy",
        "roundtrip/value": "does not claim to encode toy",
        "roundtrip/bytes": "does not claim to encode toy",
        "feeding": "does not claim to feed toy",
    }


def test_refusal_category_path_and_offset_are_judged_each_on_its_own(cases: list[Case], reference: Subject) -> None:
    results = judge(cases, Subject("x", InProcess(miniatures.WrongOffset)), reference)

    cut = next(result for result in results if result.id == "toy/plain/cut@decode/invalid")
    assert cut.aspects == {"refused": "pass", "category": "pass", "path": "pass", "offset": "fail"}
    assert cut.message == "expected the offset 3, got 4"


def test_a_place_that_was_not_promised_is_unsupported_and_not_a_failure(cases: list[Case], reference: Subject) -> None:
    results = judge(cases, Subject("x", InProcess(miniatures.SaysNoPlace)), reference)

    cut = next(result for result in results if result.id == "toy/plain/cut@decode/invalid")
    assert cut.verdict == "pass"
    assert cut.aspects == {"refused": "pass", "category": "pass", "path": "unsupported", "offset": "unsupported"}


@pytest.mark.parametrize(
    ("adapter", "verdict", "level", "message"),
    [
        (miniatures.WrongRule, "fail", "MUST", "expected the rule 'TOY-002', got TOY-001"),
        (miniatures.ForgetsRule, "fail", "MUST", "expected the rule 'TOY-002', got none"),
        (miniatures.GuessesRule, "fail", "SHOULD", "expected the rule 'TOY-002', got TOY-001"),
        (miniatures.SaysNoRule, "unsupported", "SHOULD", "expected the rule 'TOY-002', got none"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_a_rule_binds_those_who_promise_to_name_it(
    adapter: type[miniatures.Good], verdict: str, level: str, message: str, cases: list[Case], reference: Subject
) -> None:
    results = judge(cases, Subject("x", InProcess(adapter)), reference)

    cited = next(result for result in results if result.id == "toy/plain/cut@decode/rule")
    assert (cited.verdict, cited.level, cited.message) == (verdict, level, message)


def test_a_should_that_fails_does_not_break_the_run(cases: list[Case], reference: Subject) -> None:
    results = judge(cases, Subject("x", InProcess(miniatures.WrongOffset)), reference)

    breaking = {result.id: result.breaks_the_run for result in results if result.verdict is Verdict.FAIL}
    assert breaking == {"toy/plain/cut@decode/invalid": True, "toy/plain/magic@decode/invalid": False}


def test_after_a_hang_the_next_case_gets_a_new_adapter_and_the_old_one_is_stopped(
    cases: list[Case], reference: Subject
) -> None:
    made: list[miniatures.Hangs] = []
    before = _workers()

    def make() -> miniatures.Hangs:
        made.append(miniatures.Hangs())
        return made[-1]

    chosen = [case for case in cases if case.id.endswith(("cut@decode/invalid", "magic@decode/invalid"))]
    results = judge(chosen, Subject("x", InProcess(make, seconds=2.0)), reference)

    assert [str(result.verdict) for result in results] == ["error", "pass"]
    assert len(made) == 2
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and _workers() > before:
        time.sleep(0.01)
    assert _workers() == before


def _workers() -> int:
    return sum(thread.name == "implementation under test" for thread in threading.enumerate())


def test_a_warning_is_no_answer(cases: list[Case], reference: Subject) -> None:
    class Warns(miniatures.Good):
        def read(self, data: bytes) -> Any:
            warnings.warn("no byte order", CodecWarning, stacklevel=2)  # an error in these tests
            return super().read(data)

    results = judge(cases, Subject("x", InProcess(Warns)), reference)

    assert {str(result.verdict) for result in results} == {"pass"}


def served(adapter: type[miniatures.Good], seconds: float = 60.0) -> Process:
    command = [sys.executable, "-m", "sciwire.conformance.adapters.serve", f"miniatures:{adapter.__name__}"]
    return Process(command, seconds=seconds)


@pytest.fixture(autouse=True)
def find_miniatures(monkeypatch: pytest.MonkeyPatch) -> None:
    import os

    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(Path(__file__).parent), *filter(None, sys.path)]))


def test_a_good_process_gives_the_same_verdicts_as_in_process(cases: list[Case], reference: Subject) -> None:
    subject = Subject("x", served(miniatures.Good))

    results = judge(cases, subject, reference)

    assert {str(result.verdict) for result in results} == {"pass"}


def test_a_process_that_dies_is_an_error_with_its_stderr_and_is_started_again(
    cases: list[Case], reference: Subject
) -> None:
    results = judge(cases, Subject("x", served(miniatures.Dies)), reference)

    by_id = {result.id: result for result in results}
    dead = by_id["toy/plain/cut@decode/invalid"]
    assert (dead.verdict, dead.fault, dead.stderr) == ("error", "died", "about to die")
    assert dead.message == "the process ended with exit code 7 in place of an answer"
    assert by_id["toy/plain/two@decode/valid"].verdict == "pass"
    assert by_id["toy/plain/magic@decode/invalid"].fault == "died"


def test_a_foreign_exception_ends_the_process_with_its_text_on_stderr(cases: list[Case], reference: Subject) -> None:
    results = judge(cases, Subject("x", served(miniatures.RaisesForeign)), reference)

    dead = next(result for result in results if result.id == "toy/plain/cut@decode/invalid")
    assert dead.fault == "died"
    assert "KeyError: 'count'" in dead.stderr


def test_a_process_that_hangs_is_killed(cases: list[Case], reference: Subject) -> None:
    cut = [case for case in cases if case.id == "toy/plain/cut@decode/invalid"]
    subject = Subject("x", served(miniatures.Hangs, seconds=1.0))

    (result,) = judge(cut, subject, reference)

    assert (result.verdict, result.fault) == ("error", "hang")
    assert result.seconds >= 1


def test_what_an_implementation_prints_does_not_reach_the_protocol(cases: list[Case], reference: Subject) -> None:
    two = [case for case in cases if case.check == "decode/valid"]

    results = judge(two, Subject("x", served(miniatures.Chatty)), reference)

    assert {str(result.verdict) for result in results} == {"pass"}


def test_a_flood_on_stderr_stops_nothing(cases: list[Case], reference: Subject) -> None:
    two = [case for case in cases if case.check == "decode/valid"]

    results = judge(two, Subject("x", served(miniatures.FloodsStderr)), reference)

    assert {str(result.verdict) for result in results} == {"pass"}
