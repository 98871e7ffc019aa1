"""The vectors of simplon: whole, reproducible, citing rules that exist, and confirmed by a reader that is not ours."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
import yaml
from vector_words import expanded

SIMPLON = Path(__file__).parents[2] / "specs" / "simplon"
FOLDER = SIMPLON / "vectors"
FILES = sorted(FOLDER.glob("*.json"))
CATEGORIES = {"truncated", "framing", "syntax", "type", "constraint", "size", "checksum"}
CATEGORIES |= {"compression", "unsupported", "version", "limit", "state", "io"}
if int(version("cbor2").split(".")[0]) < 6:
    pytest.skip("the second reader needs cbor2 6 (semantic_decoders)", allow_module_level=True)

from simplon_oracle import normal, read  # noqa: E402 - imports cbor2 6 and dectris-compression


def load(kind: str) -> list[dict[str, Any]]:
    vectors = [expanded(vector) for file in FILES for vector in json.loads(file.read_bytes())["vectors"]]
    return [vector for vector in vectors if vector["kind"] == kind]


def named(vector: dict[str, Any]) -> str:
    return str(vector["id"])


def test_corpus_is_present() -> None:
    counts = Counter(vector["kind"] for kind in ("valid", "invalid", "either") for vector in load(kind))
    assert counts["valid"] >= 500
    assert counts["invalid"] >= 500


def test_ids_are_unique_and_name_their_file() -> None:
    seen: Counter[str] = Counter()
    for file in FILES:
        content = json.loads(file.read_bytes())
        assert (content["format"], content["version"]) == ("simplon", "1.8")
        assert file.name in [f"{kind}.{content['group']}.json" for kind in ("valid", "invalid", "encode", "scenarios")]
        for vector in content["vectors"]:
            assert vector["id"].startswith(f"simplon/{content['group']}/")
            assert (vector["kind"] == "valid") == file.name.startswith("valid.")
            assert (vector["kind"] == "encode") == file.name.startswith("encode.")
            seen[vector["id"]] += 1
    assert [name for name, times in seen.items() if times > 1] == []


def test_no_two_vectors_have_the_same_bytes_and_options() -> None:
    seen: dict[str, list[str]] = {}
    for vector in (vector for kind in ("valid", "invalid", "either") for vector in load(kind)):
        seen.setdefault(vector["hex"] + json.dumps(vector.get("options")), []).append(vector["id"])
    assert [ids for ids in seen.values() if len(ids) > 1] == []


def test_no_value_is_written_twice_with_the_same_options() -> None:
    asked = Counter(json.dumps([one["value"], one.get("encode_options", {}), one["kind"]]) for one in load("encode"))

    assert len(asked) >= 20
    assert [one[:80] for one, times in asked.items() if times > 1] == []


def test_what_must_not_be_written_has_no_bytes() -> None:
    assert [one["id"] for one in load("encode") if ("error" in one) == ("hex" in one)] == []


@pytest.mark.parametrize("kind", ["valid", "invalid", "either"])
def test_vectors_have_what_their_kind_needs(kind: str) -> None:
    for vector in load(kind):
        data = bytes.fromhex(vector["hex"])
        assert vector["level"] in ("MUST", "SHOULD", "MAY"), vector["id"]
        assert vector["rules"] and vector["doc"], vector["id"]
        assert ("value" in vector, "error" in vector) == (kind != "invalid", kind != "valid"), vector["id"]
        if "error" in vector:
            category = vector["error"]["category"]
            assert {category} if isinstance(category, str) else set(category) <= CATEGORIES, vector["id"]
            assert 0 <= vector["error"].get("at", 0) <= max(len(data) - 1, 0), vector["id"]


def test_every_cited_rule_exists_and_every_must_is_cited() -> None:
    specs = sorted(SIMPLON.glob("*.yaml"))
    if not specs:
        pytest.skip("no specification of simplon is written yet")
    rules = {rule["id"]: rule for spec in specs for rule in yaml.safe_load(spec.read_text("utf-8"))["rules"]}
    cited = {
        rule
        for kind in ("valid", "invalid", "either", "encode", "scenario")
        for vector in load(kind)
        for rule in vector["rules"]
    }
    assert cited - set(rules) == set()
    assert {name for name, rule in rules.items() if rule["level"] == "MUST"} <= cited


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


@pytest.mark.parametrize("vector", load("valid"), ids=named)
def test_a_second_reader_finds_the_expected_value(vector: dict[str, Any]) -> None:
    value = read(bytes.fromhex(vector["hex"]), vector.get("options", {}))

    assert normal(value) == normal(vector["value"])


@pytest.mark.parametrize("vector", load("invalid"), ids=named)
def test_a_second_reader_refuses_what_is_invalid(vector: dict[str, Any]) -> None:
    with pytest.raises(Exception):  # noqa: B017 - any refusal will do: these are three libraries' errors
        read(bytes.fromhex(vector["hex"]), vector.get("options", {}))
