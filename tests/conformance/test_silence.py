"""Formats that an implementation says it has, and answers nothing about, do not hide behind those that it has."""

from __future__ import annotations

import pytest
from runs import case, record

from sciwire.conformance.report.matrix import headline
from sciwire.conformance.runner import Totals
from sciwire.conformance.verdict import Level, Result, Verdict

NO = {"verdict": "unsupported", "message": "later"}


@pytest.mark.parametrize(
    ("cases", "silent"),
    [
        ([case("toy/a/b"), case("tou/a/b")], ""),
        ([case("toy/a/b"), case("tou/a/b", **NO)], "tou of mine"),
        ([case("toy/a/b"), case("tou/a/b", **NO), case("tou/a/c")], ""),
        ([case("toy/a/b"), case("tou/a/b", verdict="unsupported", message="does not claim the format tou")], ""),
        ([case("toy/a/b"), case("tou/a/b", "decode/rule", **NO)], ""),
        ([case("toy/a/b", **NO), case("tou/a/b", **NO)], "mine"),
        ([case("toy/a/b"), case("toy/a/b", impl="other", **NO)], "other"),
        ([case("toy/a/b"), case("toy/a/b", "cross", impl="mine -> other", **NO)], ""),
    ],
)
def test_what_was_asked_and_not_judged_fails_the_run_by_name(cases: list[dict[str, str]], silent: str) -> None:
    totals = Totals()
    for one in cases:
        fields = {key: one[key] for key in ("id", "impl", "format", "version", "check")}
        message = one.get("message", "")
        totals.add(Result(**fields, level=Level.MUST, verdict=Verdict(one["verdict"]), message=message))

    assert totals.silent == [silent] * bool(silent)
    assert totals.failed == bool(silent)
    word, sentence = headline(record(*cases))
    assert word == ("failed" if silent else "passed")
    if silent and silent != "mine":
        assert sentence == f"Nothing of {silent} could be judged."
