"""The vectors of chunks: whole, reproducible, citing rules that exist, and confirmed by numpy alone."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from collections import Counter
from itertools import product
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

CHUNKS = Path(__file__).parents[2] / "specs" / "chunks"
FOLDER = CHUNKS / "vectors"
FILES = sorted(FOLDER.glob("*.json"))


def load(kind: str) -> list[dict[str, Any]]:
    vectors = [vector for file in FILES for vector in json.loads(file.read_bytes())["vectors"]]
    return [vector for vector in vectors if vector["kind"] == kind]


def named(vector: dict[str, Any]) -> str:
    return str(vector["id"])


def test_corpus_is_present() -> None:
    assert len(load("valid")) >= 70
    assert len(load("invalid")) >= 70


def test_ids_are_unique_and_name_their_file() -> None:
    seen: Counter[str] = Counter()
    for file in FILES:
        content = json.loads(file.read_bytes())
        assert file.name in [f"{kind}.{content['group']}.json" for kind in ("valid", "invalid", "encode", "scenarios")]
        for vector in content["vectors"]:
            assert vector["id"].startswith(f"chunks/{content['group']}/")
            assert file.name.startswith(vector["kind"])
            seen[vector["id"]] += 1
    assert [name for name, times in seen.items() if times > 1] == []


def test_no_two_vectors_ask_the_same() -> None:
    asked = Counter(json.dumps([vector["parts"], vector["options"]]) for kind in ("valid", "invalid") for vector in load(kind))  # fmt: skip

    assert [one for one, times in asked.items() if times > 1] == []


def test_every_cited_rule_exists_and_every_must_is_cited() -> None:
    (spec,) = CHUNKS.glob("*.yaml")
    rules = {rule["id"]: rule for rule in yaml.safe_load(spec.read_text("utf-8"))["rules"]}
    cited = {rule for kind in ("valid", "invalid", "scenario") for vector in load(kind) for rule in vector["rules"]}

    assert cited <= set(rules)
    assert {name for name, rule in rules.items() if rule["level"] == "MUST"} <= cited


def test_assembling_again_gives_the_same_files(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-B", str(FOLDER / "assemble.py"), str(tmp_path)], check=True)

    assert sorted(file.name for file in tmp_path.iterdir()) == [file.name for file in FILES]
    for file in FILES:
        assert (tmp_path / file.name).read_bytes() == file.read_bytes(), file.name


def cutouts(vector: dict[str, Any]) -> list[bytes]:
    """The blobs of the expected image by slicing, grid points in the order of the README."""
    image = vector["value"]["image"]["$nd"]
    raw = base64.b64decode(image["data"])
    size = len(raw) // prod(image["shape"]) if raw else 1
    array = np.frombuffer(raw, f"V{size}").reshape(image["shape"])
    chunk = vector["value"]["chunk_size"]
    counts = [-(-extent // step) for extent, step in zip(array.shape, chunk, strict=True)]
    points = [point[::-1] for point in product(*map(range, counts[::-1]))]
    places = [tuple(slice(i * s, (i + 1) * s) for i, s in zip(point, chunk, strict=True)) for point in points]
    return [array[place].tobytes(vector["value"]["order"]) for place in places]


@pytest.mark.parametrize("vector", load("valid"), ids=named)
def test_numpy_cuts_the_expected_image_into_the_same_blobs(vector: dict[str, Any]) -> None:
    assert [blob.hex() for blob in cutouts(vector)] == vector["parts"]
    nd, said = vector["value"]["image"]["$nd"], vector["options"]
    assert np.dtype(nd["dtype"]) == np.dtype(said["dtype"])
    assert (nd["shape"], vector["value"]["chunk_size"], vector["value"]["order"], vector["value"]["partial"]) == (
        said["shape"], said["chunk_size"], said["order"], said["partial"],
    )  # fmt: skip


def test_what_is_invalid_is_so_for_a_reason_that_numpy_sees() -> None:
    """Either the request can't be made, or the bytes do not fill the grid; none is an image by accident."""
    for vector in load("invalid"):
        said = vector["options"]
        if said.get("limits"):
            continue
        try:
            dtype, shape, chunk = np.dtype(said["dtype"]), said["shape"], said["chunk_size"]
            steps = [int(step) if float(step).is_integer() and step > 0 else 1 / 0 for step in chunk]
            whole = all(extent % step == 0 for extent, step in zip(shape, steps, strict=True)) or said["partial"]
            fits = dtype.itemsize > 0 and not dtype.hasobject and dtype.subdtype is None and 1 <= len(shape) <= 4
            large = (
                any(extent >= 2**63 for extent in (*shape, *steps))
                or prod(e or 1 for e in shape) * dtype.itemsize > 2**32
            )
            sizes = [len(part) // 2 for part in vector["parts"]]
            good = whole and fits and not large and said["order"] in ("C", "F") and isinstance(said["order"], str)
            good = good and sizes == _sizes(shape, steps, dtype.itemsize)
        except (TypeError, ValueError, KeyError, ZeroDivisionError):
            good = False
        assert not good, vector["id"]


def _sizes(shape: list[int], chunk: list[int], itemsize: int) -> list[int]:
    counts = [-(-extent // step) for extent, step in zip(shape, chunk, strict=True)]
    if prod(counts) > 1000:
        return []
    points = [point[::-1] for point in product(*map(range, counts[::-1]))]
    return [itemsize * prod(min(s, e - i * s) for i, s, e in zip(point, chunk, shape, strict=True)) for point in points]
