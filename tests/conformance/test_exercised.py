"""Coverage of the specifications: no rule of level MUST is without a vector."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sciwire.conformance.exercised import field_cover, judged_rules, rule_cover
from sciwire.conformance.exercised.__main__ import main
from sciwire.conformance.strategies import load_specs
from sciwire.conformance.vectors import formats_with_vectors, load_vectors
from sciwire.model import specs_dir

SPECS = specs_dir()
FORMATS = formats_with_vectors(SPECS)


@pytest.mark.parametrize("name", FORMATS)
def test_every_rule_of_level_must_has_a_vector(name: str) -> None:
    for spec in load_specs(SPECS, name):
        bare = [
            one.id for one in rule_cover(spec, load_vectors(SPECS, name)) if one.level == "MUST" and not one.vectors
        ]

        assert bare == []


@pytest.mark.parametrize("name", FORMATS)
def test_vectors_cite_only_rules_that_there_are(name: str) -> None:
    known = {rule.id for spec in load_specs(SPECS, name) for rule in spec.rules}

    assert {rule for vector in load_vectors(SPECS, name) for rule in vector.rules} <= known


def test_a_field_counts_where_a_value_holds_it() -> None:
    spec = load_specs(SPECS, "simplon")[-1]
    only_end = [one for one in load_vectors(SPECS, "simplon") if one.id == "simplon/messages/end"]

    cover = {(one.kind, one.name): one for one in field_cover(spec, only_end, {"image_id"})}

    assert cover["field", "series_id"].vectors
    assert not cover["field", "image_id"].vectors
    assert cover["field", "image_id"].generated


def test_an_implementation_covers_the_rules_that_were_judged() -> None:
    rows = [
        {"impl": "a", "verdict": "pass", "rules": ["X-001", "X-002"]},
        {"impl": "a", "verdict": "fail", "rules": ["X-001"]},
        {"impl": "a", "verdict": "unsupported", "rules": ["X-003"]},
        {"cases": 3},
    ]

    assert judged_rules(map(json.dumps, rows)) == {"a": {"X-001": (2, 1), "X-002": (1, 1)}}


def test_the_command_lists_what_is_not_exercised(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    run = tmp_path / "run.jsonl"
    run.write_text(json.dumps({"impl": "mine", "verdict": "pass", "rules": ["CHK-001"]}) + "\n", encoding="utf-8")

    code = main(["chunks", "--jsonl", str(run)])
    said = capsys.readouterr().out

    assert code == 0
    assert "MUST rules have vectors" in said
    assert "mine: 1 of" in said
