"""The manual's examples are specifications that pass, generate, and do what the text says."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from sciwire.model import Problems, load_spec

SPECS = Path(__file__).parents[2] / "specs"
PAGES = [SPECS / "README.md", *sorted((SPECS / "schema").glob("*.md"))]


def _blocks(page: Path, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


def _whole(page: Path) -> list[str]:
    return [block for block in _blocks(page, "yaml") if block.startswith("sciwire: 1")]


@pytest.mark.parametrize("page", [page for page in PAGES if _whole(page)], ids=lambda page: page.stem)
def test_a_whole_example_passes_and_generates(page: Path, tmp_path: Path) -> None:
    for block in _whole(page):
        name = re.search(r"^format: (\w+)", block, re.MULTILINE)[1]  # type: ignore[index]
        path = tmp_path / f"{name}.yaml"
        path.write_text(block, encoding="utf-8")
        problems = Problems()
        load_spec(path, problems)
        assert not problems.found, problems.render()
        command = [
            sys.executable,
            "-m",
            "sciwire.cli",
            "generate",
            "--specs",
            str(path),
            "--output",
            str(tmp_path / "build"),
        ]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        assert (tmp_path / "build" / "sciwire" / "formats" / f"{name}.py").is_file()


def test_the_python_of_the_first_page_runs(tmp_path: Path) -> None:
    page = SPECS / "README.md"
    (tmp_path / "camera.yaml").write_text(_whole(page)[0], encoding="utf-8")
    generate = [sys.executable, "-m", "sciwire.cli", "generate", "--specs", "camera.yaml", "--output", "build"]
    subprocess.run(generate, cwd=tmp_path, check=True, capture_output=True)

    for program in _blocks(page, "python"):
        done = subprocess.run(
            [sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr


def test_every_key_of_a_schema_stands_in_its_page() -> None:
    import json

    for path in sorted((SPECS / "schema").glob("*.schema.json")):
        if path.stem == "sciwire.schema":
            continue
        family = path.name.removesuffix(".schema.json")
        pages = [*path.parent.glob(f"{family}.md"), *path.parent.glob(f"{family}-*.md")]
        text = "".join(page.read_text(encoding="utf-8") for page in pages)
        missing = [key for key in json.loads(path.read_text(encoding="utf-8"))["properties"] if f"`{key}`" not in text]
        assert not missing, f"the pages of {family} do not explain {missing}"
