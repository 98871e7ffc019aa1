"""The vectors of hdf5blob: whole, citing rules that exist, and confirmed by h5py."""

from __future__ import annotations

import ast
import base64
import json
import subprocess
import sys
from collections import Counter
from io import BytesIO
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
import yaml

pytest.importorskip("hdf5plugin", reason="hdf5plugin is not installed")

BLOB = Path(__file__).parents[2] / "specs" / "hdf5blob"
FOLDER = BLOB / "vectors"
FILES = sorted(FOLDER.glob("*.json"))


def load(kind: str) -> list[dict[str, Any]]:
    vectors = [vector for file in FILES for vector in json.loads(file.read_bytes())["vectors"]]
    return [vector for vector in vectors if vector["kind"] == kind]


def named(vector: dict[str, Any]) -> str:
    return str(vector["id"])


def test_corpus_is_present() -> None:
    assert len(load("valid")) >= 80
    assert len(load("invalid")) >= 50


def test_ids_are_unique_and_every_file_is_used_once() -> None:
    vectors = [*load("valid"), *load("invalid")]
    ids, files = Counter(named(one) for one in vectors), Counter(one["file"] for one in vectors)

    assert max(ids.values()) == max(files.values()) == 1
    assert set(files) == {path.name for path in FOLDER.glob("*.h5")}


def test_every_cited_rule_exists_and_every_must_is_cited() -> None:
    (spec,) = BLOB.glob("*.yaml")
    rules = {rule["id"]: rule for rule in yaml.safe_load(spec.read_text("utf-8"))["rules"]}
    cited = {rule for kind in ("valid", "invalid", "scenario") for vector in load(kind) for rule in vector["rules"]}

    assert cited <= set(rules)
    assert {name for name, rule in rules.items() if rule["level"] == "MUST"} <= cited


def test_the_assembly_imports_no_codec() -> None:
    allowed = set(sys.stdlib_module_names) | {"numpy", "h5py", "hdf5plugin", "assembly"}
    for path in FOLDER.rglob("*.py"):
        roots: set[str] = set()
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                roots |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and not node.level:
                roots.add((node.module or "").split(".")[0])
        assert roots <= allowed, path.name


def test_assembling_again_gives_the_same_vectors(tmp_path: Path) -> None:
    """The files may differ with the release of HDF5; what they hold may not."""
    subprocess.run([sys.executable, "-B", str(FOLDER / "assemble.py"), str(tmp_path)], check=True)

    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(path.name for path in FOLDER.glob("*.[hj]*"))
    for path in FILES:
        before, after = (json.loads((folder / path.name).read_bytes()) for folder in (FOLDER, tmp_path))
        assert before["vectors"] == after["vectors"], path.name


@pytest.mark.parametrize("vector", load("valid"), ids=named)
def test_h5py_finds_the_expected_arrays(vector: dict[str, Any]) -> None:
    fields = vector.get("options", {}).get("fields")
    with h5py.File(BytesIO((FOLDER / vector["file"]).read_bytes())) as file:
        for name, value in vector["value"].items():
            dataset: Any = file[fields[name] if fields else name]
            if "$strings" in value:
                assert dataset.asstr()[...].tolist() == value["$strings"]
                continue
            body = value["$nd"]
            assert (dataset.dtype.str, list(dataset.shape)) == (body["dtype"], body["shape"])
            assert np.asarray(dataset[()]).tobytes() == base64.b64decode(body["data"])
