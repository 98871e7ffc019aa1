"""What decides a run beside the cases: shares, parts, processes, limits, and lists that keep themselves."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from test_conform_session import command, lines

from sciwire.conformance.cli import conform
from sciwire.conformance.known import TO_EXPLAIN


@pytest.fixture(autouse=True)
def find_miniatures(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(Path(__file__).parent), *filter(None, sys.path)]))


def cases(path: Path) -> list[dict[str, Any]]:
    return [{**line, "seconds": 0} for line in lines(path) if "verdict" in line]


@pytest.mark.parametrize(("share", "code"), [("0", 1), ("0.4", 1), ("0.45", 0), ("1", 0)])
def test_too_much_that_is_unsupported_fails_the_run(share: str, code: int, specs: Path) -> None:
    """Four of the nine cases ask to encode, which this one does not."""
    result = command(specs, "--max-unsupported", share, impl="DecodesOnly")

    assert result.exit_code == code
    assert "(44 % unsupported)" in result.output
    assert ("; more than" in result.output) == bool(code)


def test_a_rule_that_nobody_promised_to_name_is_no_gap(specs: Path) -> None:
    """One of eight is unsupported (there is no reference codec of a toy); with the rule it would be two of nine."""
    assert command(specs, "--max-unsupported", "0.13", impl="SaysNoRule").exit_code == 0


def test_the_parts_of_a_run_are_all_of_it_and_no_case_is_in_two(specs: Path, tmp_path: Path) -> None:
    command(specs, "--jsonl", str(tmp_path / "all"))
    found: list[str] = []
    for number in (1, 2, 3):
        command(specs, "--shard", f"{number}/3", "--jsonl", str(tmp_path / "part"))
        assert lines(tmp_path / "part")[0]["shard"] == f"{number}/3"
        found += [case["id"] for case in cases(tmp_path / "part")]

    assert sorted(found) == sorted(case["id"] for case in cases(tmp_path / "all"))


def test_every_report_says_that_too_much_was_unsupported(specs: Path, tmp_path: Path) -> None:
    files = ("--jsonl", str(tmp_path / "r.jsonl"), "--markdown", str(tmp_path / "r.md"))

    result = command(specs, "--max-unsupported", "0.1", *files, impl="DecodesOnly")

    text = "more is unsupported than was allowed, or a list of known failures is out of date (44 % of the cases are unsupported)"
    assert result.exit_code == 1
    assert lines(tmp_path / "r.jsonl")[-1]["failed"] is True
    assert text in (tmp_path / "r.md").read_text("utf-8")
    CliRunner().invoke(conform, ["report", str(tmp_path / "r.jsonl"), "--markdown", str(tmp_path / "later.md")])
    assert text in (tmp_path / "later.md").read_text("utf-8")


@pytest.mark.parametrize("text", ["0/3", "4/3", "1", "1/0", "a/b", "-1/2"])
def test_a_part_that_is_none_is_refused(text: str, specs: Path) -> None:
    result = command(specs, "--shard", text)

    assert result.exit_code == 2
    assert "expected i/n with i from 1 to n, such as 2/5" in result.output


def test_several_processes_give_the_lines_of_one(specs: Path, tmp_path: Path) -> None:
    both = ("--impl", "python:miniatures:WrongByteOrder")
    command(specs, *both, "--jsonl", str(tmp_path / "one"))
    result = command(specs, *both, "--jobs", "2", "--jsonl", str(tmp_path / "two"))

    assert cases(tmp_path / "one") == cases(tmp_path / "two")
    assert len(cases(tmp_path / "two")) == 20
    assert result.exit_code == 1


def test_an_implementation_that_takes_a_process_down_costs_its_own_case(specs: Path, tmp_path: Path) -> None:
    command(specs, "--jobs", "2", "--jsonl", str(tmp_path / "dies"), impl="Dies")
    command(specs, "--jsonl", str(tmp_path / "good"))

    dead = {case["id"]: case["fault"] for case in cases(tmp_path / "dies") if case["verdict"] == "error"}
    invalid = [case["id"] for case in cases(tmp_path / "good") if case["check"] in ("decode/invalid", "decode/rule")]
    assert dead == dict.fromkeys(invalid, "died")
    assert lines(tmp_path / "dies")[-1]["complete"] is True


def test_every_failure_is_kept_with_its_bytes_and_seed(specs: Path, tmp_path: Path) -> None:
    command(specs, "--failures", str(tmp_path / "kept"), "--seed", "7", impl="WrongOffset")

    names = sorted(path.name for path in (tmp_path / "kept").iterdir())
    assert names == [
        "WrongOffset--toy-plain-cut-decode-invalid.json",
        "WrongOffset--toy-plain-magic-decode-invalid.json",
    ]
    kept = json.loads((tmp_path / "kept" / names[0]).read_text("utf-8"))
    assert (kept["hex"], kept["seed"], kept["fault"]) == ("540200010002", 7, "wrong-offset")
    assert kept["replay"].startswith("sciwire conform replay toy/plain/cut@decode/invalid --impl python:miniatures:")


def test_update_known_writes_what_the_run_found_and_the_next_run_is_quiet(specs: Path, tmp_path: Path) -> None:
    path = tmp_path / "known.json"
    known = ("--known", str(path))

    first = command(specs, *known, "--update-known", impl="WrongOffset")

    assert first.exit_code == 0
    assert "known failures: 2 added" in first.output
    entries = json.loads(path.read_text("utf-8"))["known"]
    assert [entry["fault"] for entry in entries] == ["wrong-offset", "wrong-offset"]
    assert all(entry["reason"].startswith(TO_EXPLAIN) for entry in entries)
    assert command(specs, *known, impl="WrongOffset").exit_code == 0


def test_update_known_keeps_reasons_and_takes_out_what_passes(specs: Path, tmp_path: Path) -> None:
    path = tmp_path / "known.json"
    entries = [
        {"id": "toy/plain/cut@decode/invalid", "verdict": "fail", "fault": "wrong-path", "reason": "R", "link": "L"},
        {"id": "toy/plain/two@decode/valid", "verdict": "fail", "fault": "wrong-value", "reason": "gone by now"},
        {"id": "other/group/case@decode/valid", "verdict": "fail", "fault": "wrong-value", "reason": "not run here"},
    ]
    path.write_text(json.dumps({"implementation": "WrongOffset", "known": entries}), encoding="utf-8")

    result = command(specs, "--known", str(path), "--update-known", impl="WrongOffset")

    changes = result.output.splitlines()[-1]
    assert [word in changes for word in ("1 changed", "1 taken out", "1 added")] == [True] * 3
    after = {entry["id"]: entry for entry in json.loads(path.read_text("utf-8"))["known"]}
    assert set(after) == {entries[0]["id"], "toy/plain/magic@decode/invalid", entries[2]["id"]}
    assert after["toy/plain/cut@decode/invalid"] == {**entries[0], "fault": "wrong-offset"}


def test_an_entry_that_no_case_comes_to_fails_a_whole_run_and_is_taken_out(specs: Path, tmp_path: Path) -> None:
    path = tmp_path / "known.json"
    gone = {"id": "toy/plain/gone@decode/valid", "verdict": "fail", "fault": "wrong-value", "reason": "renamed"}
    other = {**gone, "id": "other/plain/gone@decode/valid"}
    path.write_text(json.dumps({"implementation": "Good", "known": [gone, other]}), encoding="utf-8")
    known = ("--known", str(path))

    whole = command(specs, *known)
    assert whole.exit_code == 1
    assert "of no case any more, take from the list: toy/plain/gone@decode/valid of Good" in whole.output
    assert command(specs, *known, "--only", "toy/plain/two").exit_code == 0
    assert command(specs, *known, "--examples", "0").exit_code == 0
    assert command(specs, *known, impl="OffByOne").output.count("gone") == 0

    assert "known failures: 1 taken out" in command(specs, *known, "--update-known").output
    assert [one["id"] for one in json.loads(path.read_text("utf-8"))["known"]] == [other["id"]]
    assert command(specs, *known).exit_code == 0


def test_a_bad_entry_is_told_by_its_line(specs: Path, tmp_path: Path) -> None:
    path = tmp_path / "known.json"
    good = '{"id": "a", "verdict": "fail", "fault": "wrong-value", "reason": "r"}'
    for bad, text in (
        ('{"id": "b", "verdict": "pass"}', "(b): expected the verdict fail or error, got 'pass'"),
        (good, "(a): listed before; leave one of the two"),
    ):
        path.write_text(f'{{\n"implementation": "Good",\n"known": [\n{good},\n\n{bad}]}}\n', encoding="utf-8")

        result = command(specs, "--known", str(path))

        assert result.exit_code == 3
        assert f"{path}:6: known[1]: {text}" in result.output


def test_update_known_without_a_file_says_so(specs: Path) -> None:
    result = command(specs, "--update-known")

    assert result.exit_code == 3
    assert "--update-known needs --known FILE" in result.output


def test_a_memory_limit_reaches_the_adapter(specs: Path, tmp_path: Path) -> None:
    if not sys.platform.startswith("linux"):
        pytest.skip("only Linux limits another process's memory")
    report = tmp_path / "r.jsonl"
    program = tmp_path / "asks.py"
    program.write_text(
        "import json, resource, sys\n"
        "for line in sys.stdin:\n"
        "    m = json.loads(line)\n"
        "    if m['cmd'] == 'stop': break\n"
        "    start = {'ok': True, 'implementation': {'name': 'x'}, 'formats': {'toy': {}}}\n"
        "    limit = str(resource.getrlimit(resource.RLIMIT_AS)[0] >> 20)\n"
        "    print(json.dumps(start if m['cmd'] == 'start' else {'id': m['id'], 'unsupported': limit}), flush=True)\n",
        encoding="utf-8",
    )

    impl = f"cmd:{sys.executable} {program}"
    command(specs, "--memory-limit", "1234", "--impl", impl, "--only", "toy/plain/two", "--check", "decode", "--jsonl", str(report))  # fmt: skip

    assert [line["message"] for line in cases(report) if line["impl"] == "x"] == ["1234"]


@pytest.mark.skipif(os.name != "posix", reason="signals are POSIX")
def test_a_run_that_is_interrupted_says_how_far_it_came(specs: Path, tmp_path: Path) -> None:
    report = tmp_path / "r.jsonl"
    # a job in the background, as the tests themselves may be, starts with SIGINT ignored
    program = (
        "import signal, sys; from sciwire.conformance.cli import conform; "
        "signal.signal(signal.SIGINT, signal.default_int_handler); conform(sys.argv[1:])"
    )
    arguments = [
        "--specs",
        str(specs),
        "--impl",
        "python:miniatures:Hangs",
        "--time-limit",
        "60",
        "--jsonl",
        str(report),
    ]
    process = subprocess.Popen(
        [sys.executable, "-c", program, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    while not report.exists() or report.read_text("utf-8").count("\n") < 3:
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate()

    assert process.returncode == 130
    assert "INCOMPLETE: " in out
    assert "the reports are incomplete" in err
    assert "complete" not in lines(report)[-1]
