"""Mutation of the specification model: what is a mutant, what kills one, and that survivors are told from strangers."""

from __future__ import annotations

import dataclasses
import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from sciwire.conformance.mutate import Outcome, Score, Survivors, judge, mutants
from sciwire.conformance.mutate.__main__ import main
from sciwire.conformance.mutate.build import StillbornError, code_of, module_of, text_of
from sciwire.conformance.mutate.score import FLOOR
from sciwire.conformance.mutate.survivors_list import Entry
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


def test_an_algorithm_that_a_format_does_not_list_is_not_written() -> None:
    """Not even none: what a specification says of writing is what an encoder takes."""
    (found,) = judge(SPECS, "simplon", jobs=1, only=["body.compression.write[none]: removed"])

    assert found.fate == "killed"


def test_vectors_kill_all_mutants_of_chunks_but_those_that_are_listed() -> None:
    """The whole of a small format; the command does the same for all."""
    score = Score.of("chunks", list(judge(SPECS, "chunks", jobs=2)), Survivors.of("chunks"))

    assert score.fates["killed"] >= 10
    assert (score.kinds["unlisted"], score.stale, score.broad) == (0, (), ())
    assert score.share >= FLOOR


def test_only_mutants_that_are_asked_for_are_judged() -> None:
    found = list(judge(SPECS, "chunks", jobs=1, only=["body.fill: *", "body.names[compression]: *"]))

    assert {one.mutant.partition(":")[0] for one in found} == {"body.fill", "body.names[compression]"}


def test_the_command_gives_the_share(capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["chunks", "--sample", "8", "--jobs", "1"])

    assert "mutants killed" in capsys.readouterr().out
    assert code == 0


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("chunk", "there is no such folder; formats with vectors: "),
        ("none", "there is no such folder"),
        ("empty", "the folder holds no vectors"),
    ],
)
def test_what_can_not_be_judged_is_said(
    name: str, told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "empty" / "vectors").mkdir(parents=True)
    (tmp_path / "chunk").mkdir()
    for folder in ("empty", "chunk"):
        text = (
            (SPECS / "chunks" / "1.21.yaml").read_text(encoding="utf-8").replace("format: chunks", f"format: {folder}")
        )
        (tmp_path / folder / "1.21.yaml").write_text(text, encoding="utf-8")

    assert main([name, "--jobs", "1", "--specs", str(tmp_path)]) == 3
    assert told in capsys.readouterr().err


def outcomes(**fates: str) -> list[Outcome]:
    return [Outcome(mutant, fate) for fate, mutants in fates.items() for mutant in mutants.split()]


def listed(**patterns: str) -> Survivors:
    return Survivors(tuple(Entry(tuple(names.split()), why, "a reason") for why, names in patterns.items()))


def test_only_what_is_equivalent_does_not_count_against_the_vectors() -> None:
    found = outcomes(killed="k1 k2 k3 k4 k5 k6", survived="e v p", same="s", stillborn="b")
    score = Score.of("x", found, listed(equivalent="e", vector="v", python="p"))

    assert (score.counted, score.share) == (8, 0.75)
    assert not score.good
    assert score.lines() == [
        "x: 6 of 8 mutants killed (75.0%); survivors: 1 equivalent, 1 python, 1 vector; 1 change no code, 1 make no codec"
    ]


def test_a_pattern_that_names_a_mutant_which_was_killed_is_too_broad() -> None:
    """However good the score is: it would hide that mutant once its vector is lost."""
    score = Score.of("x", outcomes(killed="a.k a.l", survived="a.e"), listed(equivalent="a.*"))

    assert score.broad == (("a.*", "a.k"),)
    assert (score.share, score.good) == (1.0, False)
    assert score.lines()[0] == "too broad a.* is listed and names a.k, which was killed"


def test_a_pattern_that_names_no_survivor_is_stale_unless_a_part_only_was_judged() -> None:
    found, names = outcomes(killed="k", survived="e"), listed(equivalent="e old")

    assert Score.of("x", found, names).stale == ("old",)
    assert not Score.of("x", found, names).good
    assert Score.of("x", found, names, whole=False).good


def test_a_survivor_that_is_not_listed_fails_whatever_the_share() -> None:
    score = Score.of("x", outcomes(killed=" ".join(f"k{one}" for one in range(99)), survived="u"), listed())

    assert (score.share, score.good, score.kinds["unlisted"]) == (0.99, False, 1)


def test_twins_in_one_list_are_two_mutants() -> None:
    """A pair of equal words, such as the name of an option and of its value."""
    ids = [one.id for one in mutants(spec("hdf5blob"))]

    assert len(ids) == len(set(ids))
    assert any("[level#1]" in one for one in ids)


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
    found = Survivors.of("x", tmp_path)

    assert found.entry("body.a[b]: 1 -> 2") is not None
    assert found.entry("body.ab: 1 -> 2") is None
    assert found.idle(["body.ab: 1 -> 2"]) == ["body.a[b]: *"]
