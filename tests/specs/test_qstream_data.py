"""The facts of qstream: vectors that are whole, reproducible, cite rules that exist, and are confirmed by a second reader."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from qstream_oracle import RefusedError, read
from vector_words import expanded

QSTREAM = Path(__file__).parents[2] / "specs" / "qstream"
FOLDER = QSTREAM / "vectors"
FILES = sorted(FOLDER.glob("*.json"))
EVERY: list[dict[str, Any]] = [vector for file in FILES for vector in json.loads(file.read_bytes())["vectors"]]
VECTORS = [expanded(vector) for vector in EVERY if vector["kind"] not in ("scenario", "encode")]
CATEGORIES = {"truncated", "framing", "syntax", "type", "constraint", "size", "unsupported", "limit", "state"}

# rules that bind the writer only: no bytes of a stream can break them, the codec's own tests hold them
WRITER_ONLY = {"QS-006", "QS-024", "QS-036", "QS-082", "QS-090", "QS-121"}
# rules that forbid a refusal, or say what legal bytes mean: a reader breaks them, bytes can not; valid vectors show them
READER_ONLY = {
    f"QS-{number:03d}"
    for number in (
        *(12, 15, 21, 23, 30, 32, 35, 37, 39, 40, 42, 50, 61, 64, 74, 76, 78, 79, 80, 86, 87, 88, 91, 93, 96, 98, 99),
        *(101, 102, 104, 105, 106, 108, 109, 110, 113, 114, 119, 123),
    )
}


def of_kind(kind: str) -> list[dict[str, Any]]:
    return [vector for vector in VECTORS if vector["kind"] == kind]


def bytes_of(vector: dict[str, Any]) -> bytes:
    return bytes.fromhex(vector["hex"]) if "hex" in vector else str(vector["text"]).encode()


def named(vector: dict[str, Any]) -> str:
    return str(vector["id"])


def normal(value: Any) -> Any:
    """Return *value* with arrays as (dtype, shape, bytes), every float64 NaN alike, and each scalar beside its type."""
    if isinstance(value, list):
        return [normal(item) for item in value]
    if value == {"$float": "-0.0"}:
        return normal(-0.0)
    if not isinstance(value, dict):
        return type(value).__name__, value
    if "$nd" not in value:
        return {key: normal(item) for key, item in value.items()}
    dtype, shape, data = (value["$nd"][key] for key in ("dtype", "shape", "data"))
    array = np.frombuffer(base64.b64decode(data), dtype).copy()
    if dtype == "<f8":
        array[np.isnan(array)] = np.nan
    return dtype, tuple(shape), array.tobytes()


def test_corpus_is_present() -> None:
    counts = Counter(vector["kind"] for vector in VECTORS)
    assert counts["valid"] >= 450
    assert counts["invalid"] >= 500
    assert counts["either"] >= 30


def test_ids_are_unique_and_name_their_file() -> None:
    seen: Counter[str] = Counter()
    for file in FILES:
        content = json.loads(file.read_bytes())
        assert (content["format"], content["version"]) == ("qstream", "1.1")
        assert file.name in {f"{kind}.{content['group']}.json" for kind in ("valid", "invalid", "encode", "scenarios")}
        for vector in content["vectors"]:
            assert vector["id"].startswith(f"qstream/{content['group']}/")
            stem = {"either": "invalid", "scenario": "scenarios"}.get(vector["kind"], vector["kind"])
            assert file.name.startswith(f"{stem}.")
            seen[vector["id"]] += 1
    assert [name for name, times in seen.items() if times > 1] == []


def test_no_two_vectors_have_the_same_bytes_profile_and_options() -> None:
    seen: dict[str, list[str]] = {}
    for vector in VECTORS:
        key = json.dumps([bytes_of(vector).hex(), vector.get("profile"), vector.get("options")])
        seen.setdefault(key, []).append(vector["id"])
    assert [ids for ids in seen.values() if len(ids) > 1] == []


@pytest.mark.parametrize("kind", ["valid", "invalid", "either"])
def test_vectors_have_what_their_kind_needs(kind: str) -> None:
    for vector in of_kind(kind):
        data = bytes_of(vector)
        assert ("hex" in vector) != ("text" in vector), vector["id"]
        assert vector["level"] in ("MUST", "SHOULD", "MAY"), vector["id"]
        assert vector["rules"] and vector["doc"], vector["id"]
        assert ("value" in vector, "error" in vector) == (kind == "valid", kind == "invalid"), vector["id"]
        if "error" in vector:
            category = vector["error"]["category"]
            assert ({category} if isinstance(category, str) else set(category)) <= CATEGORIES, vector["id"]
            assert 0 <= vector["error"].get("at", 0) <= max(len(data) - 1, 0), vector["id"]


def rules() -> dict[str, dict[str, Any]]:
    specs = sorted(QSTREAM.glob("*.yaml"))
    if not specs:
        pytest.skip("no specification of qstream is written yet")
    return {rule["id"]: rule for spec in specs for rule in yaml.safe_load(spec.read_text("utf-8"))["rules"]}


def test_every_cited_rule_exists() -> None:
    known = rules()
    assert {rule for vector in EVERY for rule in vector["rules"]} - set(known) == set()


def test_every_must_that_bytes_can_break_is_broken_by_a_vector() -> None:
    musts = {name for name, rule in rules().items() if rule["level"] == "MUST"}
    broken = {rule for vector in of_kind("invalid") for rule in vector["rules"]}
    shown = {rule for vector in of_kind("valid") for rule in vector["rules"]}

    assert musts - broken - READER_ONLY - WRITER_ONLY == set()
    assert shown | {rule for vector in EVERY if vector["kind"] == "scenario" for rule in vector["rules"]} >= WRITER_ONLY
    assert READER_ONLY - shown == set()
    assert (READER_ONLY | WRITER_ONLY) & broken == set(), "an exception that is none any more"
    assert {rule["binds"] for name, rule in rules().items() if name in WRITER_ONLY} == {"encode"}


def test_assembling_again_gives_the_same_files(tmp_path: Path) -> None:
    for script in ("assemble.py", "assemble_subtle.py"):
        subprocess.run([sys.executable, "-B", str(FOLDER / script), str(tmp_path)], check=True)
    assert sorted(file.name for file in tmp_path.iterdir()) == [file.name for file in FILES]
    for file in FILES:
        assert (tmp_path / file.name).read_bytes() == file.read_bytes(), file.name


def test_the_assembly_imports_no_codec() -> None:
    for file in FOLDER.rglob("*.py"):
        imports = [line for line in file.read_text("utf-8").splitlines() if line.startswith(("import ", "from "))]
        roots = {line.split()[1].split(".")[0] for line in imports}
        assert roots <= set(sys.stdlib_module_names) | {"numpy", "assemble", "assembly", ""}, file.name


@pytest.mark.parametrize("vector", of_kind("valid"), ids=named)
def test_a_second_reader_finds_the_expected_value(vector: dict[str, Any]) -> None:
    value = read(bytes_of(vector), vector.get("profile", "documented"))

    assert normal(value) == normal(vector["value"])


@pytest.mark.parametrize("vector", of_kind("invalid"), ids=named)
def test_a_second_reader_refuses_what_is_invalid_at_the_stated_byte(vector: dict[str, Any]) -> None:
    if vector["error"]["category"] == "state":  # an exception chunk: the second reader keeps it
        kept = read(bytes_of(vector))
        assert kept["exception"] is not None
        assert normal(kept) == normal(vector.get("partial", kept))
        return
    with pytest.raises(RefusedError) as caught:
        read(bytes_of(vector), vector.get("profile", "documented"))

    assert caught.value.at == vector["error"].get("at", caught.value.at)


def test_every_cut_of_the_small_stream_is_there() -> None:
    sizes = sorted(int(vector["id"][-3:]) for vector in VECTORS if vector["id"].startswith("qstream/truncated/"))
    whole = max((bytes_of(vector) for vector in VECTORS if "/truncated/" in vector["id"]), key=len)
    assert sizes == list(range(1, len(whole) + 1))
    for vector in VECTORS:
        if "/truncated/" in vector["id"]:
            assert bytes_of(vector) == whole[: int(vector["id"][-3:])]
