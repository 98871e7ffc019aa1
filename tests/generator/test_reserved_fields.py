"""Fields with the names that a class body needs for itself: the module still has the types that it states."""

from __future__ import annotations

import builtins
import sys
from pathlib import Path

import pytest

from sciwire.model.taken import TAKEN

sys.path.insert(0, str(Path(__file__).parents[1] / "formats"))
from made import module_of, run

HEAD = "sciwire: 1\nformat: reserved\nversion: '1'\ntitle: Names\ndiscriminator: is\n"
NAMES = sorted(name for name in dir(builtins) if name.islower() and not name.startswith("_"))
TYPES = "types: {Rec: {fields: {Rec: 'list[Rec]', r: int, names: 'map[text, any]', several: 'list[float]'}}}\n"


def _fields(family: str) -> str:
    names = sorted({*NAMES, *TAKEN[family], "Rec"} - {"True", "False", "None", "_attribute"})
    kinds = ("text", "'list[int]'", "Rec", "'map[text, any]'", "float", "bool")
    return ", ".join(f"{name}: {kinds[index % len(kinds)]}" for index, name in enumerate(names))


@pytest.mark.parametrize("family", ["cbor", "multipart"])
def test_a_module_with_fields_of_its_own_names_passes_mypy_strict(tmp_path: Path, family: str) -> None:
    pytest.importorskip("mypy")
    inside = f"fields: {{{_fields(family)}}}"
    one = f"{{{inside}}}" if family == "cbor" else f"{{parts: {{head: {{says: one, {inside}}}}}}}"
    module = module_of(tmp_path, f"{HEAD}family: {family}\n{TYPES}messages: {{one: {one}}}\n")

    done = run("mypy", "--config-file", "pyproject.toml", "--cache-dir", tmp_path / "cache", str(module.__file__))

    assert done.returncode == 0, done.stdout + done.stderr
