"""Constraints of a field whose type has null are about what is not null: read, written, drawn, described, compared."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import cbor2
import pytest

sys.path.insert(0, str(Path(__file__).parent))
from made import module_of

from sciwire.conformance import strategies
from sciwire.conformance.volume.source import Source
from sciwire.generator.plan import describe
from sciwire.model import Spec, load_spec_or_raise
from sciwire.model.differences import compare_specs
from sciwire.runtime import DecodeError, EncodeError

FIELDS = """\
      count: {type: "uint8 | null", required: true, min: 3, max: 7, rule: LM-001}
      code: {type: Word, pattern: "[a-c]+", length: {min: 2, max: 4}}
      items: {type: "null | list[uint]", length: 2}
      kind: {type: "text | null", const: fixed}
      level: {type: "int | float | null", min: -1, max: 1}
"""
HEAD = 'sciwire: 1\nformat: {}\nversion: "1"\nfamily: {}\ntitle: Limits beside null\ndiscriminator: is\n'
RULES = 'rules: [{id: LM-001, level: MUST, text: "3 to 7, or null"}]\ntypes: {Word: "null | text"}\nmessages:\n'
CBOR = HEAD.format("limited_cbor", "cbor") + RULES + "  shot:\n    fields:\n" + FIELDS
PARTS = (
    HEAD.format("limited_parts", "multipart")
    + RULES
    + "  shot:\n    parts:\n      head:\n        says: shot\n        fields:\n"
)
PARTS += "".join(f"    {line}\n" for line in FIELDS.splitlines())

GOOD = {"count": 5, "code": "abc", "items": [1, 2], "kind": "fixed", "level": 0.5}
WRONG = [
    ("count", 8, "expected at most 7, got 8"),
    ("count", 2, "expected at least 3, got 2"),
    ("count", 300, "expected an integer of 8 bits, from 0 to 255, got 300"),
    ("code", "abd", r"expected text that matches \[a-c\]\+, got the text 'abd'"),
    ("code", "a", "expected a length of at least 2, got 1"),
    ("items", [1], "expected a length of at least 2, got 1"),
    ("items", [1, 2, 3], "expected a length of at most 2, got 3"),
    ("kind", "other", "expected 'fixed', got the text 'other'"),
    ("level", 2, "expected at most 1, got 2"),
    ("level", -1.5, "expected at least -1, got -1.5"),
]


@pytest.fixture(scope="module", params=[CBOR, PARTS], ids=["cbor", "multipart"])
def made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[ModuleType, Spec]:
    folder = tmp_path_factory.mktemp("limits")
    return module_of(folder, request.param), load_spec_or_raise(folder / "1.yaml")


def _bytes(spec: Spec, fields: dict[str, Any]) -> Any:
    fields = {"is": "shot", **fields}
    return cbor2.dumps(fields) if spec.family == "cbor" else [json.dumps(fields).encode()]


def _value(module: ModuleType, spec: Spec, fields: dict[str, Any]) -> Any:
    return module.Shot(**fields) if spec.family == "cbor" else module.Shot(module.Head(**fields))


def _field(value: Any, spec: Spec, name: str) -> Any:
    return getattr(value if spec.family == "cbor" else value.head, name)


@pytest.mark.parametrize("name", GOOD)
def test_null_is_free_of_them(name: str, made: tuple[ModuleType, Spec]) -> None:
    module, spec = made
    fields = {**GOOD, name: None}

    assert _field(module.decode(_bytes(spec, fields)), spec, name) is None
    assert _field(module.decode(module.encode(_value(module, spec, fields))), spec, name) is None


def test_other_values_within_them_go_both_ways(made: tuple[ModuleType, Spec]) -> None:
    module, spec = made
    value = module.decode(_bytes(spec, GOOD))

    assert all(_field(value, spec, name) == one for name, one in GOOD.items())
    assert module.decode(module.encode(_value(module, spec, GOOD))) == value


@pytest.mark.parametrize(("name", "wrong", "problem"), WRONG)
def test_other_values_outside_are_refused_both_ways(
    name: str, wrong: Any, problem: str, made: tuple[ModuleType, Spec]
) -> None:
    module, spec = made

    with pytest.raises(DecodeError, match=problem) as read:
        module.decode(_bytes(spec, {**GOOD, name: wrong}))
    with pytest.raises(EncodeError, match=problem) as written:
        module.encode(_value(module, spec, {**GOOD, name: wrong}))

    for error in (read.value, written.value):
        assert error.category == "constraint"
        assert (error.path or "").endswith(name)
        assert error.rule == ("LM-001" if name == "count" else "")


def test_values_are_drawn_within_them(made: tuple[ModuleType, Spec]) -> None:
    module, spec = made
    (label,) = strategies.labels(spec)
    seen: dict[str, list[Any]] = {name: [] for name in GOOD}
    for number in range(40):
        drawn = strategies.drawn(spec, label.name).seeded(Source.of(spec.format, label.name, number))
        module.encode(module.from_plain(drawn))
        fields = drawn if spec.family == "cbor" else drawn["head"]
        for name in seen:
            seen[name] += [fields[name]] if name in fields else []

    assert set(seen["count"]) <= {3, 4, 5, 6, 7}
    assert len(set(seen["count"])) > 2
    assert set(seen["kind"]) == {"fixed"}
    assert all(2 <= len(one) <= 4 and set(one) <= set("abc") for one in seen["code"])
    assert {type(one) for one in seen["level"]} >= {int, float}


def test_they_are_described(made: tuple[ModuleType, Spec]) -> None:
    text = str(describe(made[1]))

    assert "3 to 7" in text
    assert "matches [a-c]+; length 2 to 4" in text


@pytest.mark.parametrize(
    ("old", "new", "word"),
    [
        ("max: 7", "max: 9", "3 to 9"),
        ("max: 7", "max: 5", "3 to 5"),
        ("const: fixed", "const: other", "always 'other'"),
    ],
)
def test_they_are_compared(old: str, new: str, word: str, made: tuple[ModuleType, Spec], tmp_path: Path) -> None:
    text = CBOR if made[1].family == "cbor" else PARTS
    assert text.count(old) == 1
    (tmp_path / "1.yaml").write_text(text.replace(old, new), encoding="utf-8")

    changes = compare_specs(made[1], load_spec_or_raise(tmp_path / "1.yaml"))

    assert any(word in change.text for change in changes), changes


def test_a_constant_beside_null_does_not_tell_records_apart(tmp_path: Path) -> None:
    fields = "{{what: {{type: {}, required: true, const: {}}}}}"
    types = "types: {{A: {{fields: {}}}, B: {{fields: {}}}}}\n"
    told = HEAD.format("told", "cbor") + types.format(fields.format("text", "a"), fields.format("text", "b"))
    told += "messages: {shot: {fields: {x: A | B}}}\n"
    untold = told.replace("type: text", "type: text | null")

    (tmp_path / "1.yaml").write_text(told, encoding="utf-8")
    load_spec_or_raise(tmp_path / "1.yaml")
    (tmp_path / "1.yaml").write_text(untold, encoding="utf-8")

    with pytest.raises(Exception, match="can be read as the record 'A'"):
        load_spec_or_raise(tmp_path / "1.yaml")
