"""Whatever is wrong in a specification is a problem with a place, never a traceback; what passes becomes a module that imports.

Good specifications are damaged at random, with a fixed seed: keys go, words are misspelt, kinds change, sections
trade places, names double or become what Python has already.
"""

from __future__ import annotations

import copy
import random
import shutil
import sys
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from sciwire.generator.plan import describe, plan_module
from sciwire.generator.render import _environment
from sciwire.model import Problems, load_spec
from sciwire.model.marks import load_yaml

TESTS = Path(__file__).parents[1]
GOOD = [
    "generator/specs/sonde/1.yaml",
    "formats/multipart_specs/shutter/2.yaml",
    "formats/specs/beacon/3.yaml",
    "formats/text_specs/ledger/2.yaml",
    "formats/struct_specs/logger/3.yaml",
    "formats/struct_specs/probe/1.yaml",
    "formats/grid_specs/tilestore/4.yaml",
    "../specs/pacman/0.0.yaml",
    "../specs/lclstreamer/1.yaml",
]
NAMES = ["", "x y", "class", "int", "list", "self", "None", "data", "decode", "np", "dataclass", "Any", "_", "__init__", "é", "a-b",
         "2x", "A" * 300, "../x", '"""', "a\nb", "\\", "{}", "extra", "problems", "raw", "annotations", "Limits", "binary", "Exception"]  # fmt: skip
SCALARS = [
    0,
    -1,
    2**63,
    2**64,
    10**400,
    1.5,
    float("nan"),
    float("inf"),
    True,
    None,
    [],
    {},
    [1],
    {"a": 1},
    [None],
    {"x": None},
]
TYPES = ["uint", "<u2", ">f4", "bool", "bytes", "null", "datetime", "any", "list[text, 3]", "map[float, text]", "map[uint, list[bytes]]",
         "ndarray[u1; x, x]", "array[u1|u2]", "vlen[u1]", "enum[class, None]", "tag[0, text]", "uint | null", "text | map[any, any]"]  # fmt: skip


@pytest.mark.parametrize("name", GOOD, ids=lambda name: Path(name).parent.name)
def test_damage_is_reported_or_does_no_harm(name: str, tmp_path: Path) -> None:
    source = (TESTS / name).resolve()
    marked = load_yaml(source, Problems())
    assert marked is not None
    whole = marked.data
    chance = random.Random(name)
    refused = 0
    for number in range(120):
        damaged = copy.deepcopy(whole)
        _damage(damaged, chance)
        folder = tmp_path / str(number) / "specs" / source.parent.name
        folder.mkdir(parents=True)
        for schema in source.parent.glob("*.xsd"):
            shutil.copy(schema, folder)
        path = folder / source.name
        path.write_text(yaml.safe_dump(damaged, sort_keys=False, allow_unicode=True), encoding="utf-8")
        problems = Problems()

        spec = load_spec(path, problems)

        assert all(problem.place.line >= 1 for problem in problems.found)
        assert problems.render() or spec is not None, f"{path} is refused without a word"
        refused += spec is None
        if spec is not None:
            describe(spec)
            module = plan_module((spec,))
            _import(_environment().get_template(module.template).render(module.context))
    assert 30 < refused < 118, "the damage is either never or always seen"


def _import(text: str) -> None:
    module = types.ModuleType("damaged")
    sys.modules["damaged"] = module
    try:
        exec(compile(text, "damaged", "exec", dont_inherit=True), module.__dict__)
        for name in module.__all__:
            getattr(module, name)
    finally:
        del sys.modules["damaged"]


def _damage(data: Any, chance: random.Random) -> None:
    path = chance.choice([one for one in _paths(data) if one and one[0] not in ("rules", "sources", "sciwire")])
    parent, key = _at(data, path[:-1]), path[-1]
    match chance.choice(["remove", "scalar", "name", "type", "misspell", "rename", "swap", "double"]):
        case "remove":
            del parent[key]
        case "scalar":
            parent[key] = chance.choice(SCALARS)
        case "name":
            parent[key] = chance.choice(NAMES)
        case "type":
            parent[key] = chance.choice(TYPES)
        case "misspell" if isinstance(parent[key], str) and len(parent[key]) > 2:
            parent[key] = _misspelt(parent[key], chance)
        case "misspell" | "rename" if isinstance(key, str):
            _rename(parent, key, _misspelt(key, chance) if chance.random() < 0.4 else chance.choice(NAMES))
        case "swap":
            _swap(data, path, chance)
        case _ if isinstance(parent, dict):
            parent[f"{key}{chance.choice(['_', '-', ' ', '.', '2'])}"] = copy.deepcopy(parent[key])
        case _:
            parent.append(copy.deepcopy(parent[key]))


def _swap(data: Any, path: tuple[Any, ...], chance: random.Random) -> None:
    other = chance.choice([one for one in _paths(data) if one])
    if path[: len(other)] != other and other[: len(path)] != path:
        mine, theirs = copy.deepcopy(_at(data, path)), copy.deepcopy(_at(data, other))
        _at(data, path[:-1])[path[-1]] = theirs
        _at(data, other[:-1])[other[-1]] = mine


def _misspelt(word: str, chance: random.Random) -> str:
    at = chance.randrange(max(len(word) - 1, 1))
    return word[:at] + word[at + 1 : at + 2] + word[at : at + 1] + word[at + 2 :]


def _rename(table: dict[Any, Any], key: str, new: str) -> None:
    entries = [(new if one == key else one, value) for one, value in table.items()]
    table.clear()
    table.update(entries)


def _paths(data: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    inside = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in inside:
        yield from _paths(value, (*path, key))


def _at(data: Any, path: tuple[Any, ...]) -> Any:
    for key in path:
        data = data[key]
    return data
