"""A quick yes to a specification is one that jsonschema would say too."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sciwire.model import structure
from sciwire.model.marks import load_yaml
from sciwire.model.problems import Problems
from sciwire.model.shape import fits

ROOT = Path(__file__).resolve().parents[2]
PATHS = sorted(ROOT.glob("specs/*/*.yaml"))
STRANGE: tuple[Any, ...] = (None, True, 0, -1, 1.5, 10**9, "", "x", [], ["x"], [0], {}, {"x": 0}, {"strange": {}})


def _data(path: Path) -> Any:
    marked = load_yaml(path, Problems())
    assert marked is not None
    return marked.data


def _changed(whole: Any, most: int) -> Iterator[Any]:
    """*whole* with one thing in it replaced, removed or added, of *most* places or fewer."""
    places = [pointer for pointer, _ in _places(whole)]
    for pointer in places[:: max(1, len(places) // most)]:
        for strange in STRANGE:
            yield _with(whole, pointer, lambda owner, key, strange=strange: owner.__setitem__(key, strange))
        yield _with(whole, pointer, lambda owner, key: owner.__delitem__(key))
        yield _with(
            whole,
            pointer,
            lambda owner, key: owner.update(strange=1) if isinstance(owner, dict) else owner.append(owner[0]),
        )


def _places(value: Any, pointer: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield (*pointer, key), item
        yield from _places(item, (*pointer, key))


def _with(whole: Any, pointer: tuple[Any, ...], change: Any) -> Any:
    other = copy.deepcopy(whole)
    owner = other
    for key in pointer[:-1]:
        owner = owner[key]
    change(owner, pointer[-1])
    return other


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.parent.name)
def test_every_specification_fits_at_once(path: Path) -> None:
    data = _data(path)
    name = structure._schema_name(data, data["family"])

    assert structure._fits(name)(data)
    assert not list(structure._validator(name).iter_errors(data))


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.parent.name)
def test_what_fits_after_a_change_has_no_error(path: Path) -> None:
    data = _data(path)
    name = structure._schema_name(data, data["family"])
    check, validator = structure._fits(name), structure._validator(name)

    quick = [other for other in _changed(data, 12) if check(other)]
    assert [other for other in quick if not validator.is_valid(other)] == []


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({"type": "integer"}, True), ({"type": "number"}, False), ({"type": ["string", "null"]}, 0), ({"enum": [1]}, True),
        ({"const": 1}, 1.5), ({"minLength": 1}, ""), ({"maxItems": 1}, [1, 2]), ({"minimum": 1}, 0.5),
        ({"pattern": "^a"}, "ba"), ({"required": ["a"]}, {"b": 1}), ({"uniqueItems": True}, ["a", "a"]),
        ({"items": {"type": "string"}}, ["a", 1]), ({"properties": {"a": False}}, {"a": 1}), (False, 1),
        ({"properties": {"a": {}}, "additionalProperties": False}, {"b": 1}), ({"anyOf": [{"type": "string"}]}, 1),
        ({"additionalProperties": {"type": "string"}}, {"b": 1}), ({"$ref": "#/$defs/a", "$defs": {"a": {"type": "string"}}}, 1),
        ({"somethingNew": 1}, 1), ({"not": {"type": "string"}}, 1), ({"patternProperties": {}, "additionalProperties": True}, {}),
    ],
    ids=repr,
)  # fmt: skip
def test_what_does_not_fit_or_is_not_known_is_a_no(schema: Any, value: Any) -> None:
    assert not fits(schema, schema if isinstance(schema, dict) else {}, lambda name: {})(value)
