"""The doctor: each way in which an adapter is unfit is found before any test runs, with what to mend."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
import toy
from click.testing import CliRunner, Result

from sciwire.conformance.cli import conform


@pytest.fixture(autouse=True)
def find_miniatures(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(Path(__file__).parent), *filter(None, sys.path)]))


def doctor(tmp_path: Path, impl: str, *formats: str, limit: float = 60) -> Result:
    specs = str(toy.write_vectors(tmp_path))
    arguments = ["doctor", *formats, "--specs", specs, "--time-limit", str(limit), "--impl", impl]
    return CliRunner().invoke(conform, arguments)


def program(tmp_path: Path, answer: str, hello: str = "") -> str:
    """An adapter that answers with the Python expression *answer* of the request ``m``."""
    hello = hello or "{'ok': True, 'implementation': {'name': 'x', 'version': '1'}, 'formats': {'toy': {}}}"
    path = tmp_path / "adapter.py"
    path.write_text(
        "import json, sys, time\n"
        "for line in sys.stdin:\n"
        "    m = json.loads(line)\n"
        "    if m['cmd'] == 'stop': break\n"
        f"    print(json.dumps({hello} if m['cmd'] == 'start' else {answer}), flush=True)\n",
        encoding="utf-8",
    )
    return f"cmd:{sys.executable} {path}"


VALUE = "{'id': m['id'], 'value': {'items': {'$nd': {'dtype': '<u2', 'shape': [0], 'data': ''}}}}"


def test_a_good_adapter_has_nothing_to_mend(tmp_path: Path) -> None:
    result = doctor(tmp_path, "python:miniatures:Good")

    assert result.exit_code == 0
    assert "MEND" not in result.output
    for what in ("starts and says hello (Good 1,", "answers to decode", "answers to encode", "answers to feed"):
        assert what in result.output
    assert result.output.endswith("nothing to mend\n")


def test_of_several_formats_those_that_are_named_are_looked_at(tmp_path: Path) -> None:
    hello = "{'ok': True, 'implementation': {'name': 'x', 'version': '1'}, 'formats': {'toy': {}, 'tou': {}}}"
    impl = program(tmp_path, VALUE, hello)

    assert "there is no format 'tou'" in doctor(tmp_path, impl).output
    named = doctor(tmp_path, impl, "toy")
    assert named.exit_code == 0
    assert "tou" not in named.output
    assert "toy: it answers to decode" in named.output


def test_a_format_that_is_named_has_to_be_there(tmp_path: Path) -> None:
    hello = "{'ok': True, 'implementation': {'name': 'x', 'version': '1'}, 'formats': {'other': {}}}"

    lacking = doctor(tmp_path, program(tmp_path, VALUE, hello), "toy")
    assert lacking.exit_code == 1
    assert "MEND it has the format toy" in lacking.output
    assert "it says that it has other" in lacking.output

    strange = doctor(tmp_path, program(tmp_path, VALUE, hello), "toi")
    assert strange.exit_code == 2
    assert "there is no format 'toi'" in strange.output


def test_a_good_program_ends_when_it_is_told_to(tmp_path: Path) -> None:
    result = doctor(tmp_path, f"cmd:{sys.executable} -m sciwire.conformance.adapters.serve miniatures:Good")

    assert result.exit_code == 0
    assert "ok   it ends when it is told to stop" in result.output
    assert "ok   32 requests at once are answered in their order" in result.output


@pytest.mark.parametrize(
    ("impl", "problem", "mend"),
    [
        ("cmd:./nothing", "there is no program './nothing'", "give its path from here"),
        ("python:nowhere:Adapter", "No module named 'nowhere'", "is its package installed here?"),
        ("python:miniatures:DoesNotStart", "no licence", "start() has to return implementation and formats"),
        ("python:miniatures:NotCanonical", "the value is not what value.schema.json says", "see value.schema.json"),
        ("python:miniatures:RaisesForeign", "foreign-exception: raised KeyError", "raise Refusal(category, …)"),
        ("nobody", "expected python:package.module:Adapter", "the short name of a shipped adapter"),
    ],
)
def test_what_is_wrong_is_named_with_what_to_mend(impl: str, problem: str, mend: str, tmp_path: Path) -> None:
    result = doctor(tmp_path, impl)

    assert result.exit_code == 1
    (line,) = [number for number, text in enumerate(result.output.splitlines()) if "MEND" in text][:1]
    shown = result.output.splitlines()[line : line + 3]
    assert problem in shown[1]
    assert mend in shown[2]


@pytest.mark.parametrize(
    ("answer", "hello", "problem"),
    [
        ("'rubbish'", "", "protocol: expected an object"),
        ("{'id': 'another', 'value': 1}", "", "protocol: expected the id"),
        ("sys.exit(3)", "", "died: the process ended with exit code 3"),
        ("time.sleep(60)", "", "hang: no answer within 1 s"),
        (VALUE, "'hello'", "expected {'ok': true, …}"),
        (VALUE, "{'ok': True, 'implementation': {'name': 'x', 'version': '1'}, 'formats': {'tou': {}}}", "there is no format 'tou'"),
        (VALUE, "{'ok': True, 'implementation': {'name': 'x', 'version': '1'}, 'formats': {'toy': {'can': ['read']}}}", "'read' under 'can' is none"),
        (VALUE, "{'ok': True, 'implementation': {'name': 'x', 'version': '1'}, 'formats': {'toy': {'versions': ['9']}}}", "'9' under 'versions' is none"),
        (VALUE, "{'ok': True, 'implementation': {'name': 'x'}, 'formats': {'toy': {}}}", "no version"),
        ("{'id': m['id'], 'error': {'category': 'oops'}}", "", "expected a category of truncated, framing"),
        ("{'id': m['id'], 'unsupported': 'later'}", "", "answers unsupported to all of this"),
        (VALUE + " if m['format'] == 'toy' else sys.exit(1)", "", "died: the process ended with exit code 1"),
        (VALUE, "{'ok': True, 'window': 0, 'implementation': {'name': 'x', 'version': '1'}, 'formats': {'toy': {}}}", "'window'"),
    ],
)  # fmt: skip
def test_a_program_that_speaks_badly_is_told_how(answer: str, hello: str, problem: str, tmp_path: Path) -> None:
    result = doctor(tmp_path, program(tmp_path, answer, hello), limit=1 if "within 1 s" in problem else 60)

    assert result.exit_code == 1
    assert problem in result.output
    assert "  -> " in result.output


def test_a_program_that_does_not_stop_is_told_so(tmp_path: Path) -> None:
    impl = program(tmp_path, VALUE).removeprefix("cmd:")
    path = tmp_path / "adapter.py"
    path.write_text(path.read_text("utf-8") + "time.sleep(60)\n", encoding="utf-8")

    result = doctor(tmp_path, f"cmd:{impl}")

    assert result.exit_code == 1
    assert "MEND it ends when it is told to stop" in result.output


def test_out_of_order_with_a_window_is_found(tmp_path: Path) -> None:
    path = tmp_path / "adapter.py"
    path.write_text(
        "import json, sys\n"
        "held = []\n"
        "for line in sys.stdin:\n"
        "    m = json.loads(line)\n"
        "    if m['cmd'] == 'stop': break\n"
        "    if m['cmd'] == 'start':\n"
        "        print(json.dumps({'ok': True, 'window': 2, 'implementation': {'name': 'x', 'version': '1'}, 'formats': {'toy': {}}}), flush=True)\n"
        "        continue\n"
        "    held.append({'id': m['id'], 'unsupported': 'all'})\n"
        "    if m['id'].startswith('window') and len(held) < 2: continue\n"
        "    while held: print(json.dumps(held.pop()), flush=True)\n",
        encoding="utf-8",
    )

    result = doctor(tmp_path, f"cmd:{sys.executable} {path}", limit=2)

    assert result.exit_code == 1
    assert "expected the id 'window-0', got 'window-1'" in result.output
    assert "answer in the order of the requests, or say window 1" in result.output
