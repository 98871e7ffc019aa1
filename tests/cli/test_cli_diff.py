"""`sciwire diff`: two versions of a specification from files, from the folder of versions, from git; exit codes."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from sciwire.cli.app import app

OLD = """\
sciwire: 1
format: demo
version: "1.0"
family: cbor
title: A demonstration
versioning: {kind: minor}
messages:
  frame: {fields: {number: {type: uint, unit: s}, label: text}}
"""
NEW = OLD.replace("1.0", "1.1").replace("unit: s", "unit: ms")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "specs" / "demo").mkdir(parents=True)
    (tmp_path / "specs" / "demo" / "1.0.yaml").write_text(OLD, encoding="utf-8")
    (tmp_path / "specs" / "demo" / "1.1.yaml").write_text(NEW, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def _diff(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["diff", *arguments])


def test_files_are_compared_and_a_break_is_exit_code_1(folder: Path) -> None:
    done = _diff("specs/demo/1.0.yaml", "specs/demo/1.1.yaml")

    assert done.exit_code == 1
    assert "messages.frame.number  unit: the unit s is ms now" in done.output
    assert "(readers, writers, files, in silence: the meaning changes)" in done.output
    assert "asks for a new major version; the major version is the same: NOT enough" in done.output


def test_versions_are_found_by_name(folder: Path) -> None:
    done = _diff("demo@1.0", "demo@1.0", "--specs", "specs")

    assert (done.exit_code, done.output.splitlines()) == (0, ["demo 1.0 -> demo 1.0", "no change"])
    assert _diff("demo@1.0", "demo@9", "--specs", "specs").exit_code == 2


def test_json_holds_every_change(folder: Path) -> None:
    done = _diff("demo@1.0", "demo@1.1", "--specs", "specs", "--json")

    told = json.loads(done.output)
    assert done.exit_code == 1
    assert told["breaks"] == {"readers": 1, "writers": 1, "files": 1, "source": 0}
    assert told["version"] == {"rule": "minor", "asked": "major", "given": "minor", "enough": False}
    assert [(one["path"], one["kind"], one["meaning"]) for one in told["changes"]] == [
        ("messages.frame.number", "unit", True)
    ]


def test_the_exit_code_minds_whom_it_is_told_to_mind(folder: Path) -> None:
    changed = OLD.replace(", label: text", "")
    (folder / "new.yaml").write_text(changed, encoding="utf-8")

    assert _diff("demo@1.0", "new.yaml", "--specs", "specs").exit_code == 0
    assert _diff("demo@1.0", "new.yaml", "--specs", "specs", "--for", "source").exit_code == 1


def test_revisions_of_git_are_read(folder: Path) -> None:
    def git(*arguments: str) -> None:
        command = ["git", "-c", "user.name=a", "-c", "user.email=a@b.c", *arguments]
        subprocess.run(command, cwd=folder, check=True, capture_output=True)

    git("init", "-q")
    git("add", ".")
    git("commit", "-qm", "first")
    (folder / "specs" / "demo" / "1.0.yaml").write_text(OLD.replace("label: text", "label: bytes"), encoding="utf-8")

    done = _diff("HEAD:specs/demo/1.0.yaml", "specs/demo/1.0.yaml")

    assert done.exit_code == 1
    assert "messages.frame.label  changed: text is bytes now" in done.output
    assert _diff("HEAD:specs/demo/2.0.yaml", "specs/demo/1.0.yaml").exit_code == 2
    assert _diff("--help").exit_code == 0


def test_what_is_wrong_is_said(folder: Path) -> None:
    (folder / "bad.yaml").write_text(OLD.replace("uint", "unit"), encoding="utf-8")

    done = _diff("demo@1.0", "bad.yaml", "--specs", "specs")
    assert done.exit_code == 1
    assert "bad.yaml:8:" in done.output
    assert "did you mean" in done.output
    assert _diff("demo@1.0", "nothing.yaml", "--specs", "specs").exit_code == 2
    assert _diff("-x:y", "demo@1.0").exit_code == 2
