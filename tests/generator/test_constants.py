"""Converters that hold others are made when a module is loaded, not for each message."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from sciwire.generator.families.constants import with_constants
from sciwire.generator.families.records import PlannedAttribute, PlannedClass

FORMATS = Path(__file__).parents[2] / "generated" / "sciwire" / "formats"


@pytest.mark.parametrize("name", ["lclstreamer", "simplon", "simplon_v1"])
def test_reading_and_writing_a_record_makes_nothing_but_the_record(name: str) -> None:
    tree = ast.parse((FORMATS / f"{name}.py").read_text(encoding="utf-8"))
    classes = {node.name for node in tree.body if isinstance(node, ast.ClassDef)}
    functions = [
        node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name.startswith(("_read_", "_write_"))
    ]
    calls = [node.func for function in functions for node in ast.walk(function) if isinstance(node, ast.Call)]

    made = {call.id for call in calls if isinstance(call, ast.Name)}
    assert len(functions) > 5
    assert made <= classes
    assert {call.attr for call in calls if isinstance(call, ast.Attribute)} == {
        "required", "optional", "rest", "put", "extra",
    }  # fmt: skip


def _planned(function: str, *fields: tuple[str, str]) -> PlannedClass:
    attributes = tuple(
        PlannedAttribute(name, "Any", repr(name), converter, "optional", "", "") for name, converter in fields
    )
    words = dict.fromkeys(("doc", "value", "stack", "keys", "names", "plain_names"), "")
    return PlannedClass(function, function, attributes=attributes, before_extra=attributes[:1], after_extra=attributes[1:], is_message=False, **words)  # fmt: skip


def test_a_constant_never_takes_the_name_of_another() -> None:
    classes, constants = with_constants(
        [
            _planned("a_b", ("c", "ListOf(INT)"), ("n", "INT")),
            _planned("a", ("b_c", "ListOf(TEXT)")),
            _planned("form", ("x", "A(B)")),
            _planned("form_x"),
            _planned("key", ("names", "C(D)")),
        ]
    )

    assert constants == [
        ("_A_B_C", "ListOf(INT)"), ("_A_B_C_", "ListOf(TEXT)"), ("_FORM_X_", "A(B)"), ("_KEY_NAMES_", "C(D)")
    ]  # fmt: skip
    assert [one.read for one in classes[0].attributes] == ["m.optional('c', _A_B_C)", "m.optional('n', INT)"]
    assert [one.write for one in classes[0].before_extra] == ["m.put('c', _A_B_C, value.c)"]
    assert [one.write for one in classes[0].after_extra] == ["m.put('n', INT, value.n)"]
