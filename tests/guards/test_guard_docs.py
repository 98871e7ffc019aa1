"""What is public is explained, and what is shown runs."""

from __future__ import annotations

import ast
import importlib
import inspect
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from sciwire.cli.modules import format_names

ROOT = Path(__file__).resolve().parents[2]
MODULES = ["sciwire.runtime", "sciwire.stream", *(f"sciwire.formats.{name}" for name in format_names())]
#: What every generated module offers, and how `decode` may be called (design of the house).
OFFERED = ("FORMAT", "VERSIONS", "decode", "encode", "from_plain", "sniff", "spans", "summary", "to_plain")


def _public(module: ModuleType) -> dict[str, object]:
    members = {name: getattr(module, name) for name in module.__all__}
    return {name: one for name, one in members.items() if inspect.isclass(one) or inspect.isfunction(one)}


@pytest.mark.parametrize("name", MODULES)
def test_every_public_function_class_and_method_has_a_docstring(name: str) -> None:
    module = importlib.import_module(name)
    public = _public(module)
    nested = {
        f"{owner}.{method}": one
        for owner, kind in public.items()
        if inspect.isclass(kind)
        for method, one in vars(kind).items()
        if inspect.isfunction(one) and not method.startswith("_")
    }

    assert public
    assert module.__doc__
    bare = [said for said, one in {**public, **nested}.items() if not (getattr(one, "__doc__", "") or "").strip()]
    assert bare == []


@pytest.mark.parametrize("name", MODULES)
def test_all_is_sorted_complete_and_without_strangers(name: str) -> None:
    module = importlib.import_module(name)
    defined = {
        said
        for said, one in vars(module).items()
        if not said.startswith("_") and getattr(one, "__module__", "").startswith(name)
    }

    assert len(set(module.__all__)) == len(module.__all__)
    assert defined <= set(module.__all__)


@pytest.mark.parametrize("name", MODULES[2:])
def test_a_generated_module_offers_the_same_names_as_all_others(name: str) -> None:
    module = importlib.import_module(name)

    assert set(OFFERED) <= set(module.__all__)
    assert name.endswith(module.FORMAT)
    assert isinstance(module.VERSIONS, tuple)
    parameters = inspect.signature(module.decode).parameters
    for option in ("profile", "limits", "on_error"):
        assert parameters[option].kind is inspect.Parameter.KEYWORD_ONLY
    assert parameters["on_error"].default == "raise"


@pytest.mark.parametrize("name", MODULES[2:])
def test_a_generated_dataclass_has_slots_and_a_comment_on_what_needs_one(name: str) -> None:
    module = importlib.import_module(name)
    source = ast.parse(inspect.getsource(module))

    for node in source.body:
        if isinstance(node, ast.ClassDef) and any("dataclass" in ast.unparse(one) for one in node.decorator_list):
            assert "slots=True" in ast.unparse(node.decorator_list[0]), node.name


_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)
DOCUMENTS = [
    path
    for path in (*sorted(ROOT.glob("*.md")), *sorted((ROOT / "specs").rglob("*.md")))
    if "```python" in path.read_text(encoding="utf-8")
]


def test_the_readme_has_examples() -> None:
    assert ROOT / "README.md" in DOCUMENTS


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_examples_run_from_top_to_bottom(document: Path, tmp_path: Path) -> None:
    """Whole specifications become files, commands run on them and print what is shown, then the Python runs."""
    has_file = False
    for kind, text in _BLOCK.findall(document.read_text(encoding="utf-8")):
        if kind == "yaml" and (found := re.search(r"^format: (\w+)$", text, re.MULTILINE)):
            (tmp_path / f"{found[1]}.yaml").write_text(text, encoding="utf-8")
            has_file = True
        elif kind == "console" and has_file:
            for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
                command, _, shown = part.partition("\n")
                assert _run(["-m", "sciwire.cli", *shlex.split(command)[1:]], tmp_path).endswith(shown), command
        elif kind == "python":
            _run(["-c", text], tmp_path)


def _run(words: list[str], folder: Path) -> str:
    roots = os.pathsep.join(str(ROOT / name) for name in ("generator", "generated", "conformance"))
    done = subprocess.run(
        [sys.executable, *words],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": roots},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, f"{words[-1]}\n{done.stdout}{done.stderr}"
    return done.stdout


@pytest.mark.parametrize(
    "path", [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "conformance").rglob("*.md"))], ids=lambda path: path.name
)
def test_links_to_files_lead_somewhere(path: Path) -> None:
    targets = re.findall(r"\]\(([^)#]+)\)", path.read_text(encoding="utf-8"))

    assert [one for one in targets if "://" not in one and not (path.parent / one).exists()] == []
