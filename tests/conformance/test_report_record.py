"""A run as data: the same whether it was watched or read, and never more than what was judged."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import toy
from click.testing import CliRunner
from runs import case, failed, record, write_lines

from sciwire.conformance.cli import conform
from sciwire.conformance.report.matrix import Cell, headline, share_text
from sciwire.conformance.report.record import Recorder, RecordError, read_run
from sciwire.conformance.report.text import visible
from sciwire.conformance.report.writers import report_writers
from sciwire.conformance.verdict import Level, Result, Verdict


def test_a_report_made_afterwards_is_the_report_of_the_run(tmp_path: Path) -> None:
    specs = toy.write_vectors(tmp_path)
    names = ("run.html", "run.md", "run.svg", "run.json")
    for folder in ("live", "later"):
        (tmp_path / folder).mkdir()
    options = [
        [word for name, option in zip(names, ("--html", "--markdown", "--badge", "--badge"), strict=True) for word in (option, str(tmp_path / folder / name))]
        for folder in ("live", "later")
    ]  # fmt: skip

    run = ["--specs", str(specs), "--impl", "python:miniatures:OffByOne", "--jsonl", str(tmp_path / "run.jsonl")]
    assert CliRunner().invoke(conform, [*run, *options[0]]).exit_code == 1
    later = CliRunner().invoke(conform, ["report", str(tmp_path / "run.jsonl"), "--specs", str(specs), *options[1]])

    assert later.exit_code == 0, later.output
    for name in names:
        live = (tmp_path / "live" / name).read_text("utf-8")
        assert live
        assert (tmp_path / "later" / name).read_text("utf-8") == live


def test_a_line_that_was_cut_ends_the_run_and_not_the_report(tmp_path: Path) -> None:
    path = write_lines(tmp_path / "run.jsonl", [case("toy/a/one"), case("toy/a/two"), case("toy/a/three")], ended=False)
    whole = path.read_bytes()
    path.write_bytes(whole[:-30])

    run = read_run([path])

    assert [one["id"] for one in run.cases] == ["toy/a/one@decode/valid", "toy/a/two@decode/valid"]
    assert not run.complete
    assert headline(run) == ("incomplete", "The run did not end: 2 of 3 cases were judged.")


def test_a_run_that_is_cut_short_is_written_as_incomplete() -> None:
    written = []
    recorder = Recorder([written.append])
    recorder.begin({"formats": {}}, 2)
    recorder.case(Result("toy/a/one@feeding", "x", "toy", "1", "feeding", Level.MUST, Verdict.PASS))
    recorder.close()
    recorder.close()

    assert [(one.complete, len(one.cases), one.expected) for one in written] == [(False, 1, 2)]


def test_a_run_that_is_killed_leaves_no_report_of_another(tmp_path: Path) -> None:
    old = tmp_path / "run.html"
    old.write_text("of yesterday", encoding="utf-8")

    (write,) = report_writers(html=old, specs=tmp_path)

    assert not old.exists()
    write(record(case()))
    assert "Every MUST that could be judged is met in 1 cases." in old.read_text("utf-8")
    assert [path.name for path in tmp_path.iterdir()] == ["run.html"]


def test_shards_are_one_run(tmp_path: Path) -> None:
    first = write_lines(tmp_path / "1", [case("a/b/c")], formats={"a": "1"})
    second = write_lines(tmp_path / "2", [case("d/e/f"), case("d/e/g")], formats={"d": "2"}, implementations=["other"])

    run = read_run([first, second])

    assert (len(run.cases), run.expected, run.complete) == (3, 3, True)
    assert run.about["formats"] == {"a": "1", "d": "2"}
    assert run.about["implementations"] == ["cmd:./mine", "other"]
    assert not read_run([first, write_lines(tmp_path / "3", [case("x/y/z")], ended=False)]).complete


@pytest.mark.parametrize(
    ("lines", "problem"),
    [
        (["[1]"], ":1: expected an object, got list"),
        (['{"id": 1}'], ":1: expected the line about the run"),
        ([""], ": there is no line about the run"),
        (["{", "{}"], ":1: expected a line of JSON as --jsonl writes it"),
        (["ABOUT", '{"id": 7}'], ":2: expected a case with a text under 'id', got 7"),
        (["ABOUT", json.dumps(case(verdict="great"))], ":2: expected a level and a verdict, got 'MUST' and 'great'"),
        (["ABOUT", json.dumps(case(rules=[3]))], ":2: expected a list of rules, got [3]"),
        (["ABOUT", json.dumps(case(message={}))], ":2: expected a text under 'message', got {}"),
        (["ABOUT", json.dumps(case(seconds="x"))], ":2: expected 'seconds' as a number"),
        (['{"sciwire-conformance": 1, "formats": [], "implementations": []}'], ":1: expected the digests of 'formats'"),
        (['{"sciwire-conformance": 1, "formats": {}, "implementations": 3}'], ":1: expected a list of 'impl"),
        (
            ['{"sciwire-conformance": 1, "formats": {}, "implementations": [], "cases": "x"}'],
            ":1: expected the number of 'cases', got 'x'",
        ),
    ],
)
def test_what_is_no_report_is_refused_with_its_place(lines: list[str], problem: str, tmp_path: Path) -> None:
    path = write_lines(tmp_path / "good", [])
    good = path.read_text("utf-8").splitlines()[0]
    path = tmp_path / "bad.jsonl"
    path.write_text("\n".join(lines).replace("ABOUT", good) + "\n", encoding="utf-8")

    with pytest.raises(RecordError) as caught:
        read_run([path])

    assert str(caught.value).startswith(f"{path}{problem}")


def test_the_command_says_what_is_wrong(tmp_path: Path) -> None:
    run = str(write_lines(tmp_path / "run.jsonl", [case()]))
    nothing = CliRunner().invoke(conform, ["report", run])
    ending = CliRunner().invoke(conform, ["report", run, "--badge", str(tmp_path / "b.png")])
    nowhere = CliRunner().invoke(conform, ["report", run, "--html", str(tmp_path / "no" / "such.html")])
    absent = CliRunner().invoke(conform, ["report", str(tmp_path / "absent"), "--html", str(tmp_path / "r.html")])

    assert (nothing.exit_code, ending.exit_code, nowhere.exit_code, absent.exit_code) == (2, 2, 2, 3)
    assert "at least one of --html" in nothing.output
    assert "expected a badge that ends in .svg" in ending.output
    assert "cannot be written: No such file" in nowhere.output
    assert "the file cannot be read" in absent.output


def test_the_state_of_a_cell_is_that_of_its_gravest_case() -> None:
    unsupported = case(verdict="unsupported")
    states = {
        "none": [unsupported],
        "good": [case(), unsupported],
        "some": [case(), failed(level="SHOULD"), failed(known="a reason")],
        "bad": [case(), failed()],
    }

    assert {name: Cell.of(cases).state for name, cases in states.items()} == {name: name for name in states}
    assert Cell.of([case(verdict="error", level="MAY")]).state == "bad"
    assert Cell.of(states["some"]).levels == [("MUST", 1, 2), ("SHOULD", 0, 1)]
    assert Cell.of(states["good"]).shares == [("pass", 0.0, 50.0), ("unsupported", 50.0, 50.0)]


@pytest.mark.parametrize(
    ("cases", "expected"),
    [
        ([], ("failed", "Nothing could be judged.")),
        ([case(verdict="unsupported")], ("failed", "Nothing could be judged.")),
        ([case(), case(impl="b", verdict="unsupported")], ("failed", "Nothing of b could be judged.")),
        ([case(), failed()], ("failed", "1 of 2 results breaks the run.")),
        ([case(), failed(known="why")], ("passed", "Every MUST that could be judged is met in 2 cases.")),
    ],
)
def test_the_headline(cases: list[dict[str, object]], expected: tuple[str, str]) -> None:
    assert headline(record(*cases)) == expected


def test_a_share_is_none_or_all_only_where_it_is() -> None:
    assert [share_text(*pair) for pair in ((0, 9), (1, 9999), (9998, 9999), (9, 9), (1, 3), (0, 0))] == [
        "0 %", "1 %", "99 %", "100 %", "33 %", "0 %",
    ]  # fmt: skip


def test_what_hides_is_spelled_out() -> None:
    assert visible("a\x00b\u202ec\u200bd\ud800e\x1b[0m\tf\ng") == (
        "a\\u{0}b\\u{202e}c\\u{200b}d\\u{d800}e\\u{1b}[0m\tf\ng"
    )
    assert visible("µ → ✗ \U0001f600 עברית") == "µ → ✗ \U0001f600 עברית"
