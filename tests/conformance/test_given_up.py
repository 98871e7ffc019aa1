"""Cases that are given up after others hung are errors of their own, in every headline, and never a way to look better."""

from __future__ import annotations

import io
import json
import time
from pathlib import Path
from typing import Any

import pytest
from runs import case, record

from sciwire.conformance.adapters.base import Refusal, Request
from sciwire.conformance.adapters.inprocess import InProcess
from sciwire.conformance.again import again_cases
from sciwire.conformance.aimed import aimed_cases
from sciwire.conformance.cases import Case
from sciwire.conformance.harness import HANGS, Subject
from sciwire.conformance.known import Known, KnownError
from sciwire.conformance.report.matrix import headline
from sciwire.conformance.report.terminal import Terminal
from sciwire.conformance.runner import BUNCH, Totals, run_cases
from sciwire.conformance.vectors import load_vectors
from sciwire.conformance.verdict import Fault, Level, Result, Verdict
from sciwire.model import specs_dir

SPECS = specs_dir()


class Sleeper:
    """Answers nothing in time."""

    def start(self) -> dict[str, Any]:
        return {"implementation": {"name": "sleeper"}, "formats": {"pacman": {"can": ["decode"]}}}

    def decode(self, request: Request) -> Any:
        time.sleep(30)


def judged(cases: list[Case], subject: Subject) -> list[Result]:
    subject.start()
    reference = Subject("sciwire", formats=["pacman"])
    reference.start()
    return list(run_cases(cases, subject, reference))


@pytest.mark.parametrize("check", ["fuzz/invalid", "again"])
def test_who_hangs_is_asked_no_more_and_that_is_an_error(check: str) -> None:
    vectors = load_vectors(SPECS, "pacman")
    cases = [*aimed_cases(SPECS, "pacman", 0)] if check == "fuzz/invalid" else [*again_cases(vectors, False)]

    results = judged(cases[: HANGS + 2], Subject("x", InProcess(Sleeper, seconds=0.05)))

    given_up = results[HANGS:]
    assert [str(one.fault) for one in given_up] == ["not-run"] * 2
    assert all(one.verdict is Verdict.ERROR and one.breaks_the_run for one in given_up)
    assert given_up[0].message == f"not run: {HANGS} cases of {check} before this one had no answer in time"
    assert all(one.fault is None or str(one.fault) == "hang" for one in results[:HANGS])


def test_what_one_check_hung_over_does_not_stop_another() -> None:
    subject = Subject("x", InProcess(Sleeper, seconds=0.05))
    judged([*aimed_cases(SPECS, "pacman", 0)][: HANGS + 1], subject)

    assert subject.given_up("pacman", "fuzz/invalid") is not None
    assert subject.given_up("pacman", "again") is None


def test_every_bunch_begins_anew_so_that_all_numbers_of_processes_give_up_the_same() -> None:
    (first, *_) = aimed_cases(SPECS, "pacman", 0)

    results = judged([first] * (BUNCH + HANGS + 1), Subject("x", InProcess(Sleeper, seconds=0.01)))

    asked = [number for number, one in enumerate(results) if str(one.fault) == "hang"]
    assert asked == [*range(HANGS), *range(BUNCH, BUNCH + HANGS)]


def given_up(**changes: Any) -> Result:
    about = {"impl": "x", "format": "toy", "version": "1", "check": "fuzz/invalid", "level": Level.MUST}
    return Result(id="toy/a/b@fuzz/invalid", **{**about, "verdict": Verdict.ERROR, "fault": Fault.NOT_RUN, **changes})


def test_the_headlines_say_it() -> None:
    report, totals = Terminal(out := io.StringIO()), Totals()
    totals.add(one := Known().settle(given_up()))
    report.case(one)
    report.end(totals)

    assert totals.failed
    assert "1 NOT RUN, given up after others hung" in out.getvalue()
    word, sentence = headline(record(case(), case("toy/a/b", verdict="error", fault="not-run")))
    assert word == "failed"
    assert sentence.endswith("1 were not run: given up after others hung.")


def known(tmp_path: Path, fault: Any) -> Known:
    path = tmp_path / "known.json"
    entry = {"id": "toy/a/b@fuzz/invalid", "verdict": "error", "fault": fault, "reason": "slow"}
    path.write_text(json.dumps({"implementation": "x", "known": [entry]}), encoding="utf-8")
    return Known.load([path])


def test_a_case_that_is_listed_to_hang_is_as_listed_when_it_is_given_up(tmp_path: Path) -> None:
    assert known(tmp_path, ["died", "hang"]).settle(given_up()).known == "slow"
    assert known(tmp_path, "died").settle(given_up()).breaks_the_run


def test_nobody_may_list_that_a_case_is_not_run(tmp_path: Path) -> None:
    with pytest.raises(KnownError, match=r"known\[0\].*expected a fault of"):
        known(tmp_path, "not-run")
    learning = Known.load([tmp_path / "new.json"], missing=True)

    assert learning.learn(given_up()).breaks_the_run
    assert learning.learn(given_up()).known == ""


class Halves(Sleeper):
    """Reads messages of eight bytes, and trips over half of one, which no other check asks for."""

    def decode(self, request: Request) -> Any:
        data = request.data
        assert isinstance(data, bytes)
        if len(data) == 4:
            raise IndexError("half")
        if len(data) != 8:
            raise Refusal("truncated")
        return {}


def test_a_crash_between_two_requests_is_a_crash() -> None:
    case = next(
        one for one in again_cases(load_vectors(SPECS, "pacman"), False) if one.id.startswith("pacman/message/empty")
    )

    (result,) = judged([case], Subject("x", InProcess(Halves)))

    assert (result.verdict, str(result.fault)) == (Verdict.ERROR, "foreign-exception")
    assert result.message.startswith("half of it was read had no answer: raised IndexError")
