"""The whole command: exit codes, reports, replay, and the same cases for the same seed."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from test_conform_protocol import valid

from sciwire.conformance.cli import conform


def command(specs: Path, *arguments: str, impl: str = "Good") -> Result:
    limit = "1" if impl == "Hangs" else "60"
    return CliRunner().invoke(
        conform, ["--specs", str(specs), "--impl", f"python:miniatures:{impl}", "--time-limit", limit, *arguments]
    )


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


@pytest.mark.parametrize(
    ("impl", "code"),
    [
        ("Good", 0),
        ("DecodesOnly", 0),
        ("AlwaysWrong", 1),
        ("RaisesForeign", 1),
        ("Hangs", 1),
        ("DoesNotStart", 1),
        ("DoesNotWantTo", 1),
        ("OtherVersion", 1),
    ],
)
def test_the_exit_code_says_whether_every_must_was_met(impl: str, code: int, specs: Path) -> None:
    assert command(specs, impl=impl).exit_code == code


def test_a_should_alone_does_not_fail_the_run(specs: Path) -> None:
    result = command(specs, "--only", "toy/plain/magic", impl="WrongCategory")

    assert result.exit_code == 0
    assert "FAIL SHOULD toy/plain/magic@decode/invalid" in result.output
    assert command(specs, "--only", "toy/plain/cut", impl="WrongCategory").exit_code == 1


@pytest.mark.parametrize(
    ("arguments", "code", "text"),
    [
        (["toi"], 2, "there is no format 'toi'; formats with vectors: toy"),
        (["--impl", "cmd:/nonexist --fast"], 2, "there is no program '/nonexist' that can be run"),
        (["--impl", "cmd:'half"], 2, "No closing quotation"),
        (["--impl", "nobody"], 2, "expected python:package.module:Adapter"),
        (["--only", "nothing/*"], 1, "no case fits --only, --check and --shard"),
        (["--known", "missing.json"], 3, "missing.json: the file cannot be read"),
        (["--jsonl", "no/such/folder/x"], 2, "no/such/folder/x"),
        (["--junit", "no/such/folder/x"], 2, "no/such/folder/x"),
        (["--examples", "-1"], 2, "-1 is not in the range"),
    ],
)
def test_what_cannot_be_run_says_why_and_has_its_own_code(
    arguments: list[str], code: int, text: str, specs: Path
) -> None:
    result = command(specs, *arguments)

    assert result.exit_code == code
    assert text in result.output


HELLO = {"ok": True, "implementation": {"name": "x"}, "formats": {"toy": {}}}


@pytest.mark.parametrize("jobs", ["1", "2"])
@pytest.mark.parametrize(
    ("hello", "text"),
    [
        ([], "expected {'ok': true, …} as the answer to start, got []"),
        ({"ok": False, "error": "only protocol 2"}, "expected {'ok': true, …} as the answer to start, got {'ok': False"),
        ({**HELLO, "protocol": 2}, "expected version 1 of the protocol, which is the only one here, got 2"),
        ({**HELLO, "formats": {}}, "expected 'formats' with at least one, got {}"),
        ({"ok": True, "formats": {"toy": {}}}, "expected 'implementation' with a name, got None"),
    ],
)  # fmt: skip
def test_a_hello_that_cannot_work_is_said_once_and_nothing_is_run(
    hello: Any, text: str, jobs: str, specs: Path, tmp_path: Path
) -> None:
    program, report = tmp_path / "adapter.py", tmp_path / "r.jsonl"
    program.write_text(f"import json\ninput()\nprint(json.dumps({hello!r}), flush=True)\ninput()\n", encoding="utf-8")

    result = command(specs, "--impl", f"cmd:{sys.executable} {program}", "--jsonl", str(report), "--jobs", jobs)

    assert result.exit_code == 1
    assert result.output.count(text) == 1
    assert "cannot be judged" in result.output
    assert "nothing was run; sciwire conform doctor" in result.output
    assert len(result.output.splitlines()) == 2
    assert not report.exists()


def test_without_hypothesis_the_extra_is_named(specs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Vectors need nothing of it; generated values do, and the message says how to get it."""
    from sciwire.conformance import session

    monkeypatch.setattr(session, "find_spec", lambda name: None if name == "hypothesis" else object())
    result = command(specs)
    assert result.exit_code == 2
    assert "pip install 'sciwire[conformance]', or run with --examples 0" in result.output
    assert command(specs, "--examples", "0").exit_code == 0


def test_a_format_without_vectors_is_named(specs: Path) -> None:
    """Nothing passes in silence because nothing was asked."""
    (specs / "mute").mkdir()
    (specs / "mute" / "1.yaml").write_text(
        "sciwire: 1\nformat: mute\nversion: '1'\nfamily: cbor\ntitle: t\nmessages:\n  one: {fields: {a: int}}\n"
    )
    assert "mute has no vectors, only generated values judge it" in command(specs).output
    assert "mute has no vectors" not in command(specs, "toy").output


def test_a_broken_vector_is_code_3(specs: Path) -> None:
    (specs / "toy" / "vectors" / "all.plain.json").write_text("{", encoding="utf-8")

    result = command(specs)

    assert result.exit_code == 3
    assert "all.plain.json: line 1 column 2" in result.output


def test_json_lines_fit_their_schema_and_end_with_the_counts(specs: Path, tmp_path: Path) -> None:
    command(specs, "--jsonl", str(tmp_path / "r.jsonl"), impl="WrongOffset")

    first, *cases, last = lines(tmp_path / "r.jsonl")
    assert valid(first, "report", "header")
    assert all(valid(case, "report", "case") for case in cases)
    assert valid(last, "report", "footer")
    assert len(cases) == 9
    assert "cases" not in first  # it is planned as it goes
    assert last == {
        "complete": True,
        "counts": {"pass": 6, "fail": 2, "unsupported": 1, "error": 0},
        "breaking": 1,
        "failed": True,
    }


def test_a_run_that_is_killed_leaves_a_report_that_is_readable_and_incomplete(specs: Path, tmp_path: Path) -> None:
    script = tmp_path / "dies.py"
    script.write_text(
        "import os, miniatures\nclass Dies(miniatures.Good):\n    def refusal(self, *_):\n        os._exit(9)\n",
        encoding="utf-8",
    )
    report = tmp_path / "r.jsonl"
    # a job in the background, as the tests themselves may be, starts with SIGINT ignored
    program = (
        "import signal, sys; from sciwire.conformance.cli import conform; "
        "signal.signal(signal.SIGINT, signal.default_int_handler); conform(sys.argv[1:])"
    )
    arguments = ["--specs", str(specs), "--impl", "python:dies:Dies", "--jsonl", str(report)]
    path = os.pathsep.join([str(tmp_path), str(Path(__file__).parent), *filter(None, sys.path)])
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments], env={**os.environ, "PYTHONPATH": path}, check=False
    )

    assert done.returncode == 9
    assert len(lines(report)) > 1
    assert "complete" not in lines(report)[-1]


def test_the_same_seed_gives_the_same_lines_but_for_the_clock(specs: Path, tmp_path: Path) -> None:
    def run(name: str, seed: str) -> list[dict[str, Any]]:
        command(specs, "--jsonl", str(tmp_path / name), "--seed", seed, impl="OffByOne")
        return [{**line, "seconds": 0} for line in lines(tmp_path / name)]

    assert run("a", "5") == run("b", "5")
    assert [line.get("id") for line in run("c", "6")] == [line.get("id") for line in run("a", "5")]


def test_a_failure_prints_the_line_that_runs_it_alone(specs: Path, tmp_path: Path) -> None:
    command(specs, "--jsonl", str(tmp_path / "r.jsonl"), impl="ForgetsOnEncode")
    failed = [line for line in lines(tmp_path / "r.jsonl") if line.get("verdict") == "fail"]

    words = shlex.split(failed[0]["replay"])
    again = CliRunner().invoke(conform, [*words[2:], "--specs", str(specs), "--jsonl", str(tmp_path / "again.jsonl")])

    assert words[:2] == ["sciwire", "conform"]
    assert again.exit_code == 1
    (case,) = lines(tmp_path / "again.jsonl")[1:-1]
    assert (case["id"], case["fault"]) == (failed[0]["id"], failed[0]["fault"])


def test_only_and_check_choose_cases(specs: Path, tmp_path: Path) -> None:
    command(specs, "--only", "toy/plain/t*", "--check", "decode", "--check", "feeding", "--jsonl", str(tmp_path / "r"))

    assert [line["id"] for line in lines(tmp_path / "r")[1:-1]] == ["toy/plain/two@decode/valid"]


def test_several_implementations_are_judged_one_after_the_other(specs: Path, tmp_path: Path) -> None:
    result = command(specs, "--impl", "python:miniatures:AlwaysWrong", "--jsonl", str(tmp_path / "r"))

    cases = lines(tmp_path / "r")[1:-1]
    assert [line["impl"] for line in cases] == [
        *["Good"] * 9,
        *["AlwaysWrong"] * 9,
        *("Good -> AlwaysWrong", "AlwaysWrong -> Good"),
    ]
    assert [line["id"] for line in cases[:9]] == [line["id"] for line in cases[9:18]]
    rows = [line.split() for line in result.output.splitlines() if " toy " in f"{line} " and "/" in line]
    assert ["Good", "toy", "2/2"] in [row[:3] for row in rows]
    assert ["AlwaysWrong", "toy", "0/2"] in [row[:3] for row in rows]


def test_help_is_shown_without_loading_what_a_run_needs() -> None:
    program = (
        "import sys; from sciwire.conformance.cli import conform\n"
        "try: conform(['--help'])\n"
        "except SystemExit: pass\n"
        "print([name for name in ('numpy', 'rich', 'hypothesis', 'h5py', 'yaml', 'jsonschema') if name in sys.modules])"
    )
    path = os.pathsep.join(filter(None, sys.path))
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": path},
        check=True,
    )

    assert done.stdout.splitlines()[-1] == "[]"
    assert "Exit codes:" in done.stdout
    assert "Examples:" in done.stdout
