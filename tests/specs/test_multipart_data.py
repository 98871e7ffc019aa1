"""The vectors of simplon_v1 and lclstreamer: whole, reproducible, citing rules that exist."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml

SPECS = Path(__file__).parents[2] / "specs"
FORMATS = ("simplon_v1", "lclstreamer")


def load(name: str) -> list[dict[str, Any]]:
    files = sorted((SPECS / name / "vectors").glob("*.json"))
    return [vector for file in files for vector in json.loads(file.read_bytes())["vectors"]]


@pytest.mark.parametrize("name", FORMATS)
def test_corpus_is_present(name: str) -> None:
    counts = Counter(vector["kind"] for vector in load(name))

    assert counts["valid"] >= 50
    assert counts["invalid"] >= 80


@pytest.mark.parametrize("name", FORMATS)
def test_ids_are_unique_and_no_two_vectors_are_the_same(name: str) -> None:
    ids = Counter(vector["id"] for vector in load(name))
    content = Counter(json.dumps([vector["value"] if vector["kind"] == "encode" else None, vector.get("hex"), vector.get("parts"), vector.get("options"), vector.get("profile"), vector.get("steps")]) for vector in load(name))  # fmt: skip

    assert [one for one, times in ids.items() if times > 1] == []
    assert [one[:80] for one, times in content.items() if times > 1] == []


@pytest.mark.parametrize("name", FORMATS)
def test_every_cited_rule_exists_and_every_must_is_cited(name: str) -> None:
    rules = {rule["id"]: rule for spec in (SPECS / name).glob("*.yaml") for rule in yaml.safe_load(spec.read_text("utf-8"))["rules"]}  # fmt: skip
    cited = {rule for vector in load(name) for rule in vector["rules"]}

    assert cited - set(rules) == set()
    assert {one for one, rule in rules.items() if rule["level"] == "MUST"} <= cited


@pytest.mark.parametrize("name", FORMATS)
def test_assembling_again_gives_the_same_files(name: str, tmp_path: Path) -> None:
    folder = SPECS / name / "vectors"
    for script in ("assemble.py", "assemble_subtle.py"):
        subprocess.run([sys.executable, "-B", str(folder / script), str(tmp_path)], check=True)

    assert sorted(file.name for file in tmp_path.iterdir()) == sorted(file.name for file in folder.glob("*.json"))
    for file in tmp_path.iterdir():
        assert (folder / file.name).read_bytes() == file.read_bytes(), file.name


@pytest.mark.parametrize("name", FORMATS)
def test_the_assembly_imports_no_codec(name: str) -> None:
    files = (SPECS / name / "vectors").rglob("*.py")
    lines = [line for file in files for line in file.read_text("utf-8").splitlines()]
    roots = {line.split()[1].split(".")[0] for line in lines if line.startswith(("import ", "from "))}

    assert roots <= set(sys.stdlib_module_names) | {"numpy", "assemble", "assembly", ""}
