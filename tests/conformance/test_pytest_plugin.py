"""The suite as tests of pytest, as the author of an adapter sees it: ids, markers, skips, xfails, words, xdist."""

from __future__ import annotations

import json
import sys
import tomllib
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path

import pytest
import toy

pytest_plugins = ["pytester"]

HERE = Path(__file__).resolve().parent
#: The checks of these tests; others may come without changing what is tested here.
CHECKS = ("decode/valid", "decode/invalid", "encode/reference", "roundtrip")
IDS = [
    "sciwire/Good/toy::toy/plain/two@decode/valid",
    "sciwire/Good/toy::toy/plain/two@encode/reference",
    "sciwire/Good/toy::toy/plain/two@roundtrip/value",
    "sciwire/Good/toy::toy/plain/two@roundtrip/bytes",
    "sciwire/Good/toy::toy/plain/hashed@decode/valid",
    "sciwire/Good/toy::toy/plain/hashed@roundtrip/value",
    "sciwire/Good/toy::toy/plain/cut@decode/invalid",
    "sciwire/Good/toy::toy/plain/magic@decode/invalid",
]
#: An adapter as its author would write it: it decodes the toy format, and is wrong about the second number.
ADAPTER = """
import base64, json, sys
for line in sys.stdin:
    request = json.loads(line)
    if request["cmd"] == "start":
        answer = {"ok": True, "implementation": {"name": "of a stranger", "version": "3"}, "formats": {"toy": {"can": ["decode"]}}}
    elif request["cmd"] == "stop":
        break
    else:
        data = base64.b64decode(request["data"])
        print("looking at", len(data), "bytes", file=sys.stderr, flush=True)
        if data[:1] != b"T":
            answer = {"id": request["id"], "error": {"category": "framing", "at": 0, "message": "no T"}}
        else:
            body = base64.b64encode(data[3:4] + bytes(len(data) - 4)).decode()
            count = (len(data) - 3) // 2
            answer = {"id": request["id"], "value": {"items": {"$nd": {"dtype": "<u2", "shape": [count], "data": body}}}}
    print(json.dumps(answer), flush=True)
"""

Run = Callable[..., pytest.RunResult]


@pytest.fixture
def run(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Run:
    """pytest in a process and folder of its own, with our plugin whether or not it is installed."""
    specs = toy.write_vectors(pytester.path)
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.setenv("PYTHONPATH", ":".join([*filter(None, sys.path), str(HERE)]))

    def go(*arguments: str, impl: str = "python:miniatures:Good", checks: Sequence[str] = CHECKS) -> pytest.RunResult:
        plugins = ["-p", "sciwire.conformance.pytest_plugin", "-p", "xdist", "--strict-markers"]
        named = ["--sciwire-impl", impl, "--sciwire-specs", str(specs)] if impl else []
        named += [word for check in checks if impl for word in ("--sciwire-check", check)]
        return pytester.runpytest_subprocess(*plugins, *named, *arguments)

    return go


def collected(result: pytest.RunResult) -> list[str]:
    return [line for line in result.outlines if line.startswith("sciwire/")]


def test_each_case_is_a_test_with_an_id_that_stays(run: Run) -> None:
    result = run("--collect-only", "-q")

    assert collected(result) == IDS
    assert result.ret == 0
    assert "8 tests collected" in result.stdout.str()


def test_the_tests_of_an_implementation_that_is_right_pass(run: Run) -> None:
    result = run("-ra")

    result.assert_outcomes(passed=7, skipped=1)  # nobody else reads the toy format, so what it encodes is not judged
    result.stdout.fnmatch_lines(["sciwire: Good * (python:miniatures:Good)", "sciwire/Good/toy *"])


def test_without_the_option_there_is_no_case(run: Run) -> None:
    result = run("--collect-only", "-q", impl="")

    assert collected(result) == []
    assert result.ret == pytest.ExitCode.NO_TESTS_COLLECTED


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["-m", "should"], IDS[7:]),
        (["-m", "must and decode_invalid"], IDS[6:7]),
        (["-m", "toy and decode_valid"], [IDS[0], IDS[4]]),
        (["-m", "not sciwire"], []),
        (["-k", "roundtrip"], [IDS[2], IDS[3], IDS[5]]),
        (["--sciwire-only", "toy/plain/two", "-m", "roundtrip_bytes"], [IDS[3]]),
        (["--sciwire-format", "toy", "-k", "magic"], IDS[7:]),
    ],
)
def test_cases_are_chosen_by_marker_word_and_pattern(arguments: list[str], expected: list[str], run: Run) -> None:
    assert collected(run("--collect-only", "-q", *arguments)) == expected


def test_a_check_is_chosen_by_the_first_part_of_its_name(run: Run) -> None:
    result = run("--collect-only", "-q", "--sciwire-check", "roundtrip", checks=())

    assert collected(result) == [IDS[2], IDS[3], IDS[5]]


def test_a_failure_is_the_explanation_of_the_verdict(run: Run, pytester: pytest.Pytester) -> None:
    pytester.path.joinpath("adapter.py").write_text(ADAPTER, encoding="utf-8")
    result = run("-rfs", impl=f"cmd:{sys.executable} adapter.py")

    result.assert_outcomes(passed=2, failed=3, skipped=3)
    result.stdout.fnmatch_lines(
        [
            "*of a stranger toy/plain/two@decode/valid*",
            "wrong-value: *items*",
            "case:     MUST toy/plain/two@decode/valid",
            "what:     two numbers",
            "rules:    TOY-001",
            "expected: *AQACAw==*",
            "got:      *AQAAAA==*",
            "again:    sciwire conform *toy/plain/two@decode/valid*",
            "accepted-invalid: expected a refusal, got a value",
            "FAILED sciwire/of-a-stranger/toy::toy/plain/two@decode/valid - wrong-value*",
            "SKIPPED * does not claim to encode toy",
        ]
    )
    assert "Traceback" not in result.stdout.str()


def test_last_failed_runs_what_failed(run: Run) -> None:
    first = run("-p", "cacheprovider", impl="python:miniatures:WrongPath")
    again = run("--last-failed", impl="python:miniatures:WrongPath")

    first.assert_outcomes(passed=6, failed=1, skipped=1)
    again.assert_outcomes(failed=1, deselected=7)


def known_file(pytester: pytest.Pytester, impl: str, **changes: str) -> str:
    entry = {
        "id": "toy/plain/cut@decode/invalid",
        "verdict": "fail",
        "fault": "wrong-path",
        "reason": "the vendor knows",
    }
    path = pytester.path / "known.json"
    path.write_text(json.dumps({"implementation": impl, "known": [{**entry, **changes}]}), encoding="utf-8")
    return str(path)


def test_a_known_failure_is_an_xfail_with_its_reason(run: Run, pytester: pytest.Pytester) -> None:
    result = run("-rx", "--sciwire-known", known_file(pytester, "WrongPath"), impl="python:miniatures:WrongPath")

    result.assert_outcomes(passed=6, xfailed=1, skipped=1)
    result.stdout.fnmatch_lines(["XFAIL sciwire/WrongPath/toy::toy/plain/cut@decode/invalid - known: the vendor knows"])


def test_the_lists_that_come_with_the_suite_have_a_name(run: Run) -> None:
    result = run("--sciwire-known", "shipped")

    result.assert_outcomes(passed=7, skipped=1)


def test_a_program_has_the_memory_that_it_has_in_a_run(run: Run, pytester: pytest.Pytester) -> None:
    """Named where everybody sees it: the version of the adapter is the limit that it finds."""
    limit = "__import__('resource').getrlimit(__import__('resource').RLIMIT_AS)[0]"
    adapter = ADAPTER.replace('"version": "3"', f'"version": str({limit})')
    pytester.path.joinpath("adapter.py").write_text(adapter, encoding="utf-8")

    result = run("--collect-only", impl=f"cmd:{sys.executable} adapter.py")

    result.stdout.fnmatch_lines([f"sciwire: of a stranger {4096 << 20} *"])


def test_a_list_that_is_out_of_date_fails(run: Run, pytester: pytest.Pytester) -> None:
    passes = run("--sciwire-known", known_file(pytester, "Good"))
    otherwise = run(
        "--sciwire-known",
        known_file(pytester, "WrongPath", fault="hang", verdict="error"),
        impl="python:miniatures:WrongPath",
    )

    passes.assert_outcomes(passed=6, failed=1, skipped=1)
    passes.stdout.fnmatch_lines(["unexpected-pass: listed as known to end with fail (wrong-path), got pass; *"])
    otherwise.assert_outcomes(passed=6, failed=1, skipped=1)
    otherwise.stdout.fnmatch_lines(["other-failure: listed as known to end with error (hang), got fail (wrong-path)*"])


def test_a_should_that_is_not_met_is_an_xfail(run: Run) -> None:
    result = run("-rx", "-m", "should", impl="python:miniatures:WrongCategory")

    result.assert_outcomes(xfailed=1, deselected=7)
    result.stdout.fnmatch_lines(["XFAIL *magic@decode/invalid - SHOULD is not met: expected the category 'framing'*"])


def test_xdist_runs_the_same_tests(run: Run, pytester: pytest.Pytester) -> None:
    pytester.path.joinpath("adapter.py").write_text(ADAPTER, encoding="utf-8")
    result = run("-n", "2", "-v", impl=f"cmd:{sys.executable} adapter.py")

    result.assert_outcomes(passed=2, failed=3, skipped=3)
    result.stdout.fnmatch_lines(["*PASSED sciwire/of-a-stranger/toy::toy/plain/magic@decode/invalid*"])


@pytest.mark.parametrize("distribution", [[], ["-n", "2"]])
def test_an_adapter_that_does_not_start_is_said_once(distribution: list[str], run: Run) -> None:
    result = run(*distribution, impl="cmd:./nosuch")

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert "there is no program './nosuch' that can be run" in result.stderr.str()
    assert "INTERNALERROR" not in result.stdout.str() + result.stderr.str()


@pytest.mark.parametrize(
    ("arguments", "impl", "words"),
    [
        ([], "nosuch", "expected python:package.module:Adapter, cmd:program, or one of"),
        (["--sciwire-known", "absent.json"], "python:miniatures:Good", "absent.json: the file cannot be read"),
        (["--sciwire-format", "nosuch"], "python:miniatures:Good", "there is no format 'nosuch'"),
    ],
)
def test_a_wrong_option_says_what_is_expected(arguments: list[str], impl: str, words: str, run: Run) -> None:
    result = run(*arguments, impl=impl)

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert words in result.stderr.str()


def test_two_of_one_name_keep_their_cases_apart(run: Run, pytester: pytest.Pytester) -> None:
    pytester.makepyfile(renamed="from miniatures import Good")
    result = run(
        "--sciwire-impl", "python:renamed:Good", "--collect-only", "-q", "--sciwire-only", "toy/plain/two@decode*"
    )

    assert collected(result) == [IDS[0], IDS[0].replace("Good", "Good~2")]


def test_the_plugin_is_found_where_the_suite_is_installed_and_costs_nothing_there() -> None:
    project = tomllib.loads((HERE.parents[1] / "pyproject.toml").read_text("utf-8"))
    (name,) = project["project"]["entry-points"]["pytest11"].values()
    plugin = import_module(name)

    assert plugin.pytest_addoption
    source = Path(str(plugin.__file__)).read_text("utf-8")
    top = [line for line in source.splitlines() if line.startswith(("import ", "from "))]
    assert top == ["from __future__ import annotations", "from pathlib import Path", "import pytest"]
