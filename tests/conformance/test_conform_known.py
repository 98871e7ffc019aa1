"""Known failures: what a run says and returns where a list tells how cases end."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from test_conform_protocol import valid
from test_conform_session import command


def known(tmp_path: Path, *entries: dict[str, Any], impl: str = "AlwaysWrong") -> str:
    path = tmp_path / "known.json"
    content = {"implementation": impl, "known": list(entries)}
    assert valid(content, "known")
    path.write_text(json.dumps(content), encoding="utf-8")
    return str(path)


def entry(name: str, fault: str = "wrong-value", verdict: str = "fail", **more: Any) -> dict[str, Any]:
    return {"id": name, "verdict": verdict, "fault": fault, "reason": "it is a toy", **more}


ONLY = ("--only", "toy/plain/two", "--check", "decode")


def test_a_known_failure_does_not_fail_the_run(specs: Path, tmp_path: Path) -> None:
    file = known(tmp_path, entry("toy/plain/two@decode/valid", link="https://example.org"))

    assert command(specs, *ONLY, impl="AlwaysWrong").exit_code == 1
    assert command(specs, *ONLY, "--known", file, impl="AlwaysWrong").exit_code == 0


def test_a_known_failure_of_another_implementation_counts_for_nothing(specs: Path, tmp_path: Path) -> None:
    file = known(tmp_path, entry("toy/plain/two@decode/valid"), impl="Somebody")

    assert command(specs, *ONLY, "--known", file, impl="AlwaysWrong").exit_code == 1


def test_a_listed_case_that_passes_fails_the_run(specs: Path, tmp_path: Path) -> None:
    file = known(tmp_path, entry("toy/plain/two@decode/valid"), impl="Good")

    result = command(specs, *ONLY, "--known", file)

    assert result.exit_code == 1
    assert "unexpected-pass" in result.output
    assert "listed as known to end with fail (wrong-value), got pass; take it from the list" in result.output


def test_a_listed_case_may_pass_where_the_list_says_so(specs: Path, tmp_path: Path) -> None:
    file = known(tmp_path, entry("toy/plain/two@decode/valid", sometimes=True), impl="Good")

    assert command(specs, *ONLY, "--known", file).exit_code == 0


def test_a_listed_case_that_fails_otherwise_fails_the_run(specs: Path, tmp_path: Path) -> None:
    file = known(tmp_path, entry("toy/plain/two@decode/valid", fault="refused-valid"))

    result = command(specs, *ONLY, "--known", file, impl="AlwaysWrong")

    assert result.exit_code == 1
    assert "other-failure" in result.output


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ('{"implementation": "x",\n "known": [}', "known.json:2:12: "),
        ("[]", "expected an object with 'implementation' (a name) and 'known' (a list)"),
        ('{"implementation": "x", "known": [{"id": "a", "verdict": "pass"}]}', "known.json:1: known[0]: (a): expected the verdict fail or error"),
        ('{"implementation": "x", "known": [{"id": "a", "verdict": "fail", "fault": "odd"}]}', "expected a fault of "),
        ('{"implementation": "x", "known": [{"id": "a", "verdict": "fail", "fault": "hang"}]}', "expected a reason"),
        ('{"implementation": "x", "known": [{"name": "a"}]}', "known[0]: expected an object of "),
    ],
)  # fmt: skip
def test_a_damaged_file_of_known_failures_is_code_3(content: str, text: str, specs: Path, tmp_path: Path) -> None:
    (tmp_path / "known.json").write_text(content, encoding="utf-8")

    result = command(specs, "--known", str(tmp_path / "known.json"))

    assert result.exit_code == 3
    assert text in result.output
