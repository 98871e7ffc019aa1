"""Mutation of the specification model: what is a mutant, what kills one, and that survivors are told from strangers."""

from __future__ import annotations

import dataclasses
import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from sciwire.conformance.mutate import Survivors, judge, mutants
from sciwire.conformance.mutate.__main__ import main
from sciwire.conformance.mutate.build import StillbornError, code_of, module_of, text_of
from sciwire.conformance.mutate.trial import Trial
from sciwire.conformance.strategies import load_specs
from sciwire.conformance.vectors import formats_with_vectors
from sciwire.model import Spec, specs_dir

SPECS = specs_dir()
FORMATS = formats_with_vectors(SPECS)


def spec(name: str) -> Spec:
    return load_specs(SPECS, name)[-1]


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_has_mutants_and_each_is_another_specification(name: str) -> None:
    sound = spec(name)
    found = list(mutants(sound))

    assert len(found) > 30
    for one in found[:: max(1, len(found) // 50)]:
        assert any(
            getattr(one.spec, part) != getattr(sound, part)
            for part in ("limits", "profiles", "version_rule", "types", "body")
        ), one.id


def test_kinds_of_change_that_a_mutator_must_know() -> None:
    ids = [one.id for name in FORMATS for one in mutants(spec(name))]

    for change in (
        "u4 -> u8", "u2 -> u1", "u4 -> i4", "<f8 -> >f8", "'big' -> 'little'", ".required: True -> False", ".key: ",
        ".minimum: removed", ".const", ": removed", ": one place up", "8192 -> 8193", "uint -> int", "names[",
    ):  # fmt: skip
        assert any(change in one for one in ids), change


def test_prose_is_not_mutated_and_does_not_count() -> None:
    sound = spec("pacman")
    other = dataclasses.replace(sound, title="Another title", doc="Other words.")

    assert not any(".doc" in one.id or ".rule:" in one.id for one in mutants(sound))
    assert text_of(other) != text_of(sound)
    assert code_of(text_of(other)) == code_of(text_of(sound))


def test_what_is_no_codec_is_stillborn() -> None:
    with pytest.raises(StillbornError):
        code_of("def (")
    before = sys.modules.get("sciwire.formats.pacman")
    with pytest.raises(StillbornError):
        module_of("pacman", "raise ValueError")
    assert sys.modules.get("sciwire.formats.pacman") is before
    with pytest.raises(StillbornError):
        text_of(dataclasses.replace(spec("pacman"), body=None))


@pytest.fixture(scope="module")
def pacman() -> Iterator[Trial]:
    trial = Trial(SPECS, "pacman")
    yield trial
    trial.close()


@pytest.mark.parametrize(
    ("change", "group"),
    [
        ("body.order: 'little' -> 'big'", "pacman/"),
        ("body.structs[Message].fields[timestamp].type: u4 -> u2", "pacman/"),
        ("body.structs[Message].fields[timestamp].type: u4 -> i4", "pacman/"),
        ("body.enums[MessageType][DATA]: removed", "pacman/"),
        ("body.structs[Message].fields[timestamp]: removed", "pacman/"),
    ],
)
def test_a_wrong_specification_is_killed_by_a_vector(pacman: Trial, change: str, group: str) -> None:
    fate, by = pacman.fate(pacman.names.index(change))

    assert fate in ("killed", "stillborn")
    assert by.startswith(group) or fate == "stillborn"


def test_vectors_kill_all_mutants_of_chunks_but_those_that_are_listed() -> None:
    """The whole of a small format; the command does the same for all."""
    listed = Survivors.of("chunks")
    outcomes = list(judge(SPECS, "chunks", jobs=2))

    assert sum(one.fate == "killed" for one in outcomes) >= 10
    assert [one.mutant for one in outcomes if one.fate == "survived" and listed.entry(one.mutant) is None] == []
    assert listed.idle(one.mutant for one in outcomes if one.fate == "survived") == []


def test_the_command_gives_the_share(capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["chunks", "--sample", "8", "--jobs", "1"])

    assert "mutants killed" in capsys.readouterr().out
    assert code == 0


@pytest.mark.parametrize("name", FORMATS)
def test_lists_of_survivors_can_be_read(name: str) -> None:
    for entry in Survivors.of(name).entries:
        assert len(entry.reason) > 20


def test_a_list_that_is_wrong_is_refused(tmp_path: Path) -> None:
    row = {"mutants": ["a"], "why": "because", "reason": "it is so"}
    (tmp_path / "x.json").write_text(json.dumps({"survivors": [row]}), encoding="utf-8")

    with pytest.raises(ValueError, match="expected one of equivalent, python, vector"):
        Survivors.of("x", tmp_path)
    (tmp_path / "x.json").write_text("{", encoding="utf-8")
    with pytest.raises(ValueError, match="expected a list of mutants"):
        Survivors.of("x", tmp_path)


def test_brackets_of_a_pattern_stand_for_themselves(tmp_path: Path) -> None:
    row = {"mutants": ["body.a[b]: *"], "why": "vector", "reason": "a vector is missing"}
    (tmp_path / "x.json").write_text(json.dumps({"survivors": [row]}), encoding="utf-8")
    listed = Survivors.of("x", tmp_path)

    assert listed.entry("body.a[b]: 1 -> 2") is not None
    assert listed.entry("body.ab: 1 -> 2") is None
    assert listed.idle(["body.ab: 1 -> 2"]) == ["body.a[b]: *"]
