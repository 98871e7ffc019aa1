"""Two implementations at once, who is asked at all, and what a run says at its end."""

from __future__ import annotations

import io
import json
from pathlib import Path

import miniatures
import pytest
import toy
from click.testing import CliRunner

from sciwire.conformance.adapters.inprocess import InProcess
from sciwire.conformance.adapters.pair import Pair
from sciwire.conformance.adapters.resolve import expand, installed, pairs
from sciwire.conformance.cases import CROSS, plan_part, select
from sciwire.conformance.cli import conform
from sciwire.conformance.harness import Subject
from sciwire.conformance.report.terminal import Terminal
from sciwire.conformance.runner import Totals, run_cases
from sciwire.conformance.verdict import Level, Result, Verdict


def pair(writer: type[miniatures.Good], reader: type[miniatures.Good]) -> Subject:
    subject = Subject("a -> b", Pair(InProcess(writer), InProcess(reader)))
    subject.start()
    return subject


@pytest.mark.parametrize(
    ("writer", "reader", "verdict", "fault"),
    [
        (miniatures.Good, miniatures.Good, "pass", None),
        (miniatures.WrongByteOrder, miniatures.WrongByteOrder, "fail", "value-lost"),
        (miniatures.Good, miniatures.OffByOne, "fail", "value-lost"),
        (miniatures.WritesRubbish, miniatures.Good, "fail", "unreadable-output"),
        (miniatures.Good, miniatures.AlwaysTruncated, "fail", "unreadable-output"),
        (miniatures.DecodesOnly, miniatures.Good, "unsupported", None),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_what_one_writes_another_reads(
    writer: type[miniatures.Good], reader: type[miniatures.Good], verdict: str, fault: str | None, tmp_path: Path
) -> None:
    subject = pair(writer, reader)

    (result,) = run_cases(plan_part(CROSS, toy.write_vectors(tmp_path), "toy", subject), subject, subject)

    assert (result.id, result.verdict, result.fault) == ("toy/plain/two@cross", verdict, fault)
    assert result.impl == f"{writer.__name__} -> {reader.__name__}"


def test_every_two_that_may_share_a_format_are_asked_and_ours_are_not_asked_to_read() -> None:
    assert pairs(["sciwire", "dectris", "h5py", "cmd:x"]) == [
        *("sciwire -> dectris", "sciwire -> h5py", "sciwire -> cmd:x"),
        *("dectris -> cmd:x", "h5py -> cmd:x", "cmd:x -> dectris", "cmd:x -> h5py"),
    ]


def test_a_run_of_two_crosses_them_and_its_replay_line_works(tmp_path: Path) -> None:
    specs, report = toy.write_vectors(tmp_path), tmp_path / "r.jsonl"
    both = ["--impl", "python:miniatures:Good", "--impl", "python:miniatures:OffByOne"]
    arguments = ["toy", "--specs", str(specs), "--examples", "0"]

    ended = CliRunner().invoke(conform, [*arguments, *both, "--check", "cross", "--jsonl", str(report)])

    rows = [json.loads(line) for line in report.read_text("utf-8").splitlines()[1:-1]]
    assert [row["impl"] for row in rows] == ["Good -> OffByOne", "OffByOne -> Good"]
    assert ended.exit_code == 1
    names = [
        "toy/plain/two@cross",
        "--impl",
        "python:miniatures:Good -> python:miniatures:OffByOne",
        "--specs",
        str(specs),
    ]
    again = CliRunner().invoke(conform, ["replay", *names])
    assert "Good -> OffByOne cross: FAIL (value-lost)" in again.output


def test_installed_stands_for_those_that_have_the_format() -> None:
    assert installed(["qstream"]) == ["sciwire"]
    assert set(installed(["pacman"])) <= {"sciwire", "larpix-control"}
    assert expand(["larpix-control", "installed"], ["qstream"]) == ("larpix-control", "sciwire")


def result(number: int, level: Level = Level.MUST) -> Result:
    about = {"impl": "x", "format": "toy", "version": "1", "check": "decode/valid"}
    message = f"items[{number}]: expected {number}, got 0"
    return Result(id=f"toy/a/{number}@decode/valid", level=level, verdict=Verdict.FAIL, message=message, **about)  # type: ignore[arg-type]


def ended(*results: Result) -> str:
    report, totals, stream = Terminal(out := io.StringIO()), Totals(), ""
    for one in results:
        totals.add(one)
        report.case(one)
    report.end(totals)
    return stream + out.getvalue()


def test_failures_of_one_cause_are_shown_once() -> None:
    text = ended(*map(result, range(37)))

    assert text.count("expected") == 1
    assert "37 cases, one cause: also toy/a/1@decode/valid, toy/a/2@decode/valid, toy/a/3@decode/valid, …" in text


def test_the_last_line_counts_failures_that_do_not_break_the_run() -> None:
    should, may = result(1, Level.SHOULD), result(2, Level.MAY)

    last = ended(should, should, may).splitlines()[-1]

    assert last == "ok: 3 cases: 3 failed (0 % unsupported), 0 break the run; 2 SHOULD failed, 1 MAY failed"


def test_cross_cases_are_selected_by_their_name(tmp_path: Path) -> None:
    subject = pair(miniatures.Good, miniatures.Good)
    cases = plan_part(CROSS, toy.write_vectors(tmp_path), "toy", subject)

    assert [case.id for case in select(cases, checks=["cross"])] == ["toy/plain/two@cross"]
