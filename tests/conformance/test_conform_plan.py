"""A run plans as it goes: what a format needs is loaded when its turn comes, and not before."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
import toy
from click.testing import CliRunner
from test_conform_session import command

from sciwire.conformance.cli import conform
from sciwire.conformance.plan import Agenda
from sciwire.conformance.settings import Settings
from sciwire.model import specs_dir

FIRST = """
import json, sys
from sciwire.conformance.plan import Agenda
from sciwire.conformance.session import _one_process
from sciwire.conformance.settings import Settings
result = next(iter(_one_process(Agenda(Settings.of({}).plan()))))
loaded = [name.removeprefix("sciwire.formats.") for name in sys.modules if name.startswith("sciwire.formats.")]
print(json.dumps([result.format, loaded, [name for name in ("hypothesis", "distributed", "rich") if name in sys.modules]]))
"""


def test_the_first_verdict_needs_one_codec_and_nothing_that_generates() -> None:
    done = subprocess.run(
        [sys.executable, "-c", FIRST], env={"PYTHONPATH": ":".join(sys.path)}, capture_output=True, check=True
    )

    name, loaded, tools = json.loads(done.stdout)
    assert loaded == [name]
    assert tools == []


def test_a_format_that_cannot_be_planned_comes_to_light_when_its_turn_comes(tmp_path: Path) -> None:
    specs = toy.write_vectors(tmp_path)
    (specs / "zoo" / "vectors").mkdir(parents=True)
    (specs / "zoo" / "vectors" / "all.json").write_text("{", encoding="utf-8")

    result = command(specs, "--jsonl", str(tmp_path / "run"))

    assert result.exit_code == 3
    assert "all.json: line 1 column 2" in result.output
    lines = [json.loads(line) for line in (tmp_path / "run").read_text("utf-8").splitlines()]
    assert len(lines) == 10
    assert not any("complete" in line for line in lines)
    again = CliRunner().invoke(conform, ["report", str(tmp_path / "run"), "--markdown", str(tmp_path / "run.md")])
    assert again.exit_code == 0
    assert "The run did not end: 9 cases were judged, none of zoo" in (tmp_path / "run.md").read_text("utf-8")


def test_a_third_party_is_asked_for_its_own_formats(tmp_path: Path) -> None:
    plan = Settings(formats=("chunks", "pacman")).plan()
    assert [name for name, part in plan.stages("fastremap") if part == "vectors"] == ["chunks"]
    assert [name for name, part in plan.stages("dectris") if part == "vectors"] == ["chunks", "pacman"]
    assert plan.stages("cmd:./mine") == plan.stages("sciwire") == plan.stages()


def test_an_agenda_finds_what_it_has_planned_and_stops_what_it_started(monkeypatch: pytest.MonkeyPatch) -> None:
    agenda = Agenda(Settings(formats=("chunks",), examples=0).plan())
    case = agenda.cases(("chunks", "vectors"))[0]
    assert agenda.find(case.id) is case
    assert agenda.find("chunks/nothing@decode/valid") is None
    subject = agenda.subject("sciwire", "chunks")
    assert subject is agenda.subject("sciwire", "chunks") is not agenda.reference("chunks")
    stopped: list[object] = []
    for one in (subject, agenda.reference("chunks")):
        monkeypatch.setattr(one.connection, "stop", lambda one=one: stopped.append(one))
    agenda.close()
    assert len(stopped) == 2


@pytest.mark.parametrize("name", sorted(path.name for path in specs_dir().iterdir() if (path / "vectors").is_dir()))
def test_no_two_cases_have_one_id(name: str) -> None:
    """Reports, replay lines and known failures go by them."""
    plan = Settings(formats=(name,), examples=1).plan()
    with contextlib.closing(Agenda(plan)) as agenda:
        ids = Counter(case.id for stage in plan.stages() for case in agenda.cases(stage))

    assert [one for one, count in ids.items() if count > 1] == []
