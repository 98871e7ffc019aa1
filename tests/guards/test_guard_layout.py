"""The house keeps its floor plan: namespace roots, sizes of files, modules that are what they are generated from."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest

from sciwire.generator.tree import expected_tree

ROOT = Path(__file__).resolve().parents[2]
ROOTS = ("generator", "generated", "conformance")
LONGEST = 300  # lines of a file that people read
FORMATS = sorted(path.parent.name for path in (ROOT / "specs").glob("*/*.yaml"))


@pytest.mark.parametrize("folder", [*(f"{root}/sciwire" for root in ROOTS), "generated/sciwire/formats"])
def test_a_namespace_root_has_no_init(folder: str) -> None:
    assert (ROOT / folder).is_dir()
    assert not list((ROOT / folder).glob("__init__.py*"))


def test_every_package_in_the_namespace_says_that_it_is_typed() -> None:
    packages = [path for root in ROOTS for path in (ROOT / root / "sciwire").iterdir() if path.name != "__pycache__"]

    assert {path.name for path in packages} == {
        "cli",
        "conformance",
        "formats",
        "generator",
        "model",
        "runtime",
        "stream",
    }
    assert [path.name for path in packages if not (path / "py.typed").is_file()] == []


@pytest.mark.parametrize("root", ["generator", "conformance"])
def test_no_hand_written_file_is_longer_than_a_reader_can_hold(root: str) -> None:
    lengths = {
        path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8").count("\n")
        for path in (ROOT / root).rglob("*")
        if path.suffix in (".py", ".jinja")
    }

    assert len(lengths) > 20
    assert {name: length for name, length in lengths.items() if length >= LONGEST} == {}


def test_committed_modules_equal_a_fresh_rendering() -> None:
    drifts = expected_tree(ROOT / "specs", ROOT / "generated").drift()

    assert [f"{drift.path}: {drift.kind}\n{drift.diff[:2000]}" for drift in drifts] == []


def test_there_are_specifications() -> None:
    assert FORMATS


@pytest.mark.parametrize("name", FORMATS)
def test_a_format_has_its_papers_and_vectors_of_both_kinds(name: str) -> None:
    folder = ROOT / "specs" / name
    kinds = [
        vector["kind"]
        for path in sorted((folder / "vectors").glob("*.json"))
        for vector in json.loads(path.read_text(encoding="utf-8"))["vectors"]
    ]

    assert (folder / "README.md").is_file()
    assert (folder / "vectors" / "assemble.py").is_file(), "vectors are written by a program that is not ours to test"
    assert kinds.count("valid") >= 10
    assert kinds.count("invalid") >= 10
    assert len(kinds) >= (30 if name == "rawhdf5" else 60)


def test_no_program_that_writes_vectors_imports_what_is_tested() -> None:
    scripts = list((ROOT / "specs").rglob("*.py"))

    assert scripts
    assert [path.name for path in scripts if "sciwire" in _imports(path)] == []


def _imports(path: Path) -> set[str]:
    import ast

    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            found.add((node.module or "").split(".")[0])
    return found


def test_the_runtime_names_no_format_and_reads_no_specification() -> None:
    words = ("simplon", "qstream", "rawhdf5", "larpix", "autoplot", "yaml", "specs/")
    wrong = [
        f"{path.relative_to(ROOT)}: {word}"
        for path in (ROOT / "generator" / "sciwire" / "runtime").rglob("*.py")
        for word in words
        if word in path.read_text(encoding="utf-8").lower()
    ]

    assert wrong == []


def test_nothing_names_the_machine_it_was_made_on() -> None:
    suffixes = {".py", ".md", ".toml", ".yaml", ".jinja", ".json", ".xsd"}
    wrong = [
        path.relative_to(ROOT).as_posix()
        for folder in (*ROOTS, "specs", "tests", "benchmarks")
        for path in (ROOT / folder).rglob("*")
        if path.suffix in suffixes and path != Path(__file__).resolve() and b"/work/" in path.read_bytes()
    ]

    assert wrong == []


def test_every_type_checker_and_linter_sees_the_three_roots() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    tools = project["tool"]

    for seen in (
        tools["mypy"]["mypy_path"],
        tools["pyright"]["extraPaths"],
        tools["ruff"]["src"],
        tools["hatch"]["build"]["dev-mode-dirs"],
    ):
        assert set(ROOTS) <= set(seen)
