"""The commands beside the run: replay, list, rules, compare, export."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
import toy
from click.testing import CliRunner, Result
from test_conform_session import command

from sciwire.conformance.cli import conform


def other(*arguments: str) -> Result:
    return CliRunner().invoke(conform, list(arguments))


def test_replay_shows_the_bytes_the_expectation_and_what_came(specs: Path) -> None:
    impl = ("--impl", "python:miniatures:WrongOffset", "--specs", str(specs))
    result = other("replay", "toy/plain/cut@decode/invalid", *impl)

    assert result.exit_code == 1
    assert "0  54 02 00 01 00 02" in result.output
    assert '"at": 3' in result.output
    assert "WrongOffset decode/invalid: FAIL (wrong-offset)" in result.output
    assert "expected the offset 3, got 4" in result.output
    assert "specs/toy/vectors/all.plain.json (by hand)" in result.output


def test_replay_of_a_vector_runs_all_its_checks(specs: Path) -> None:
    result = other("replay", "toy/plain/two", "--impl", "python:miniatures:Good", "--specs", str(specs))

    assert result.exit_code == 0
    assert result.output.count(": PASS") == 3  # there is no reference codec of a toy


def test_replay_shows_rules_steps_and_generated_values() -> None:
    scenario = other("replay", "rawhdf5/requests/read-same")
    assert scenario.exit_code == 0
    assert "step 1:     from_rawfile" in scenario.output
    assert "rule:       RAW-048 (MUST) " in scenario.output

    generated = other("replay", "chunks/1.21/fuzz/image@fuzz/valid", "--examples", "5")
    listed = other("list", "chunks", "--check", "fuzz")
    (name,) = [line.split()[0] for line in listed.output.splitlines() if "@fuzz/valid" in line]
    assert (generated.exit_code == 0) == (name == "chunks/1.21/fuzz/image@fuzz/valid")
    assert other("replay", name, "--examples", "5").exit_code == 0


def test_replay_of_nothing_says_where_to_look(specs: Path) -> None:
    result = other("replay", "toy/plain/none", "--specs", str(specs))

    assert result.exit_code == 2
    assert "there is no case 'toy/plain/none'; sciwire conform list toy has them all" in result.output


def test_list_names_the_cases_of_a_run(specs: Path, tmp_path: Path) -> None:
    listed = other("list", "--specs", str(specs), "--json")
    command(specs, "--jsonl", str(tmp_path / "r"))

    run = [json.loads(line) for line in (tmp_path / "r").read_text("utf-8").splitlines()[1:-1]]
    found = [json.loads(line) for line in listed.output.splitlines()]
    assert [case["id"] for case in found] == [case["id"] for case in run]
    assert found[0]["rules"] == ["TOY-001"]


def test_rules_say_what_no_vector_exercises_and_what_an_implementation_breaks(tmp_path: Path) -> None:
    report = tmp_path / "r.jsonl"
    head = {"sciwire-conformance": 1, "formats": {}, "implementations": ["x"]}
    case = {
        "impl": "x",
        "version": "1",
        "format": "chunks",
        "check": "c",
        "level": "MUST",
        "rules": ["CHK-004"],
        "verdict": "fail",
    }
    rows = [head, {**case, "id": "a"}, {**case, "id": "b", "rules": ["CHK-005"], "verdict": "pass"}]
    rows += [{**case, "id": "c", "rules": ["CHK-001"], "verdict": "unsupported"}]
    report.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")

    plain = json.loads(other("rules", "chunks", "--report", str(report), "--json").output)
    text = other("rules", "chunks", "--report", str(report)).output

    by_id = {rule["id"]: rule for rule in plain[0]["rules"]}
    assert by_id["CHK-004"]["implementations"]["x"] == {"judged": 1, "broken": 1}
    assert by_id["CHK-005"]["implementations"]["x"] == {"judged": 1, "broken": 0}
    assert by_id["CHK-001"]["implementations"]["x"] == {"judged": 0, "broken": 0}
    assert by_id["CHK-004"]["vectors"] > 0
    must = sum(rule["level"] == "MUST" for rule in plain[0]["rules"])
    assert f"x: judged by 2/{must} MUST" in text
    assert f"meets 1/{must} MUST" in text


def report(path: Path, *cases: tuple[str, str], complete: bool = True, **head: Any) -> str:
    rows: list[dict[str, Any]] = [
        {"sciwire-conformance": 1, "seed": 0, "formats": {}, "implementations": ["x"], **head}
    ]
    for name, verdict in cases:
        fault = {"fault": "hang"} if verdict == "error" else {"fault": "wrong-value"} if verdict == "fail" else {}
        rows.append(
            {
                "id": name,
                "impl": "x",
                "format": "toy",
                "version": "1",
                "check": "decode/valid",
                "level": "MUST",
                "rules": [],
                "verdict": verdict,
                **fault,
            }
        )
    rows += [{"complete": True, "counts": {}, "breaking": 0}] if complete else []
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return str(path)


def test_compare_tells_worse_from_better(tmp_path: Path) -> None:
    before = report(tmp_path / "a", ("a", "pass"), ("b", "fail"), ("c", "pass"), ("d", "pass"))
    after = report(tmp_path / "b", ("a", "error"), ("b", "pass"), ("c", "pass"), ("e", "pass"), seed=3)

    result = other("compare", before, after)

    assert result.exit_code == 1
    for text in (
        "worse: 1\n  x a: pass -> error (hang)",
        "better: 1\n  x b: fail (wrong-value) -> pass",
        "seed: 0 -> 3",
        "only before: 1\n  x d",
        "only after: 1\n  x e",
    ):
        assert text in result.output  # fmt: skip
    assert other("compare", before, before).exit_code == 0


def test_compare_of_a_run_that_did_not_end_says_so(tmp_path: Path) -> None:
    whole = report(tmp_path / "a", ("a", "pass"))
    cut = Path(report(tmp_path / "b", ("a", "pass"), ("b", "pass"), complete=False))
    cut.write_text(cut.read_text("utf-8")[:-20], encoding="utf-8")

    result = other("compare", whole, str(cut))

    assert result.exit_code == 1
    assert "1 results of x, INCOMPLETE: the run did not end" in result.output


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "there is no line about the run"),
        ("{}\n", ":1: expected the line about the run"),
        ('{"sciwire-conformance": 1, "formats": {}, "implementations": []}\n{"x": \n', ":2: expected a line of JSON"),
        (
            '{"sciwire-conformance": 1, "formats": {}, "implementations": []}\n{"id": "a", "impl": "x"}\n',
            ":2: expected a case",
        ),
    ],
)
def test_compare_of_something_else_is_refused(text: str, problem: str, tmp_path: Path) -> None:
    (tmp_path / "a").write_text(text, encoding="utf-8")

    result = other("compare", str(tmp_path / "a"), str(tmp_path / "a"))

    assert result.exit_code == 2
    assert problem in result.output


def test_an_export_is_usable_without_us_and_twice_the_same(specs: Path, tmp_path: Path) -> None:
    assert other("export", str(tmp_path / "a.zip"), "--specs", str(specs)).exit_code == 0
    assert other("export", str(tmp_path / "b.zip"), "--specs", str(specs)).exit_code == 0
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()

    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        archive.extractall(tmp_path / "out")
    root = tmp_path / "out" / "sciwire-vectors"
    manifest = json.loads((root / "toy" / "manifest.1.json").read_text("utf-8"))
    assert [vector["id"] for vector in manifest["vectors"]] == [vector["id"] for vector in toy.VECTORS]
    for name, digest in manifest["files"].items():
        assert hashlib.sha256((root / "toy" / "vectors" / name).read_bytes()).hexdigest() == digest
    assert "| toy | 1 | 4 | 2 | 2 | 0 | 0 |" in (root / "README.md").read_text("utf-8")
    assert (root / "schemas" / "protocol.schema.json").is_file()


def test_an_export_says_what_the_values_of_each_format_look_like(tmp_path: Path) -> None:
    assert other("export", str(tmp_path / "v")).exit_code == 0

    pages = {path.parent.name: path.read_text("utf-8") for path in (tmp_path / "v").glob("*/README.md")}
    formats = sorted(path.parent.name for path in (tmp_path / "v").glob("*/rules.json"))
    assert sorted(pages) == formats
    assert [name for name, text in pages.items() if "canonical value" not in text.lower()] == []
    lines = (tmp_path / "v" / "README.md").read_text("utf-8").splitlines()
    assert [line for line in lines if line.startswith("* ") and sum(one[:20] == line[:20] for one in lines) > 1] == []


def test_an_export_has_every_file_that_a_vector_names(tmp_path: Path) -> None:
    assert other("export", str(tmp_path / "v"), "rawhdf5", "simplon").exit_code == 0

    program = (  # what a stranger would do: nothing but json
        "import json, pathlib, sys\n"
        "count = 0\n"
        "for path in pathlib.Path(sys.argv[1]).glob('*/vectors/*.json'):\n"
        "    for vector in json.loads(path.read_text('utf-8'))['vectors']:\n"
        "        count += 1\n"
        "        if 'file' in vector: (path.parent / vector['file']).read_bytes()\n"
        "        for step in vector.get('steps', []):\n"
        "            if 'file' in step['args']: (path.parent / step['args']['file']).read_bytes()\n"
        "print(count)\n"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-c", program, str(tmp_path / "v")], capture_output=True, text=True, check=True
    )
    counts = [json.loads(path.read_text("utf-8"))["vectors"] for path in (tmp_path / "v").glob("*/manifest.*.json")]
    assert int(done.stdout) == sum(map(len, counts)) > 1000


def test_an_export_replaces_nothing(tmp_path: Path, specs: Path) -> None:
    (tmp_path / "v").mkdir()
    (tmp_path / "v" / "mine").write_text("x")

    result = other("export", str(tmp_path / "v"), "--specs", str(specs))

    assert result.exit_code == 2
    assert "is there already" in result.output
    assert [path.name for path in (tmp_path / "v").iterdir()] == ["mine"]
