"""The facts of rawhdf5 as data: complete, in agreement with h5py, and with larpix-control except where they say otherwise."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import h5py
import pytest
from rawhdf5_player import agrees, canonical_rows, play
from vector_words import expanded

SPECS = Path(__file__).resolve().parents[2] / "specs" / "rawhdf5"
VECTORS = SPECS / "vectors"
FILES = sorted(VECTORS.glob("*.json"))
DOCUMENTS = {path.name: json.loads(path.read_text(encoding="utf-8")) for path in FILES}
ENTRIES: list[dict[str, Any]] = [expanded(vector) for document in DOCUMENTS.values() for vector in document["vectors"]]
CATEGORIES = {
    "truncated",
    "framing",
    "syntax",
    "type",
    "constraint",
    "size",
    "checksum",
    "compression",
    "unsupported",
    "version",
    "limit",
    "state",
    "io",
}
OWN = {"environment", "repair", "kill", "open_writer", "append", "close_writer", "follow"}
HARNESS = {"put", "mkdir", "stat", "meta", "times", "layout", "bytes", "wait", "open_reader", "close_reader"}
ORIGINAL = {"to_rawfile", "len_rawfile", "from_rawfile"}
READABLE = [entry for entry in ENTRIES if entry["kind"] in {"valid", "either"}]
SCENARIOS = [entry for entry in ENTRIES if entry["kind"] == "scenario"]


def _ids(entries: list[dict[str, Any]]) -> list[str]:
    return [entry["id"].removeprefix("rawhdf5/") for entry in entries]


def test_corpus_is_present() -> None:
    """An empty folder can't pass for a tested one."""
    counts = {
        kind: sum(entry["kind"] == kind for entry in ENTRIES) for kind in ("valid", "invalid", "either", "scenario")
    }

    assert counts["valid"] >= 45 and counts["invalid"] >= 100 and counts["either"] >= 4 and counts["scenario"] >= 100


def test_ids_are_unique_and_say_where_they_are() -> None:
    """A permanent id is format/group/name, and no two entries share one."""
    ids = [entry["id"] for entry in ENTRIES]

    assert len(ids) == len(set(ids))
    for document in DOCUMENTS.values():
        assert all(vector["id"].startswith(f"rawhdf5/{document['group']}/") for vector in document["vectors"])


def test_files_are_named_and_there() -> None:
    """Every file that is named lies beside the vectors, every file beside them is named, and all are small."""
    named = {entry["file"] for entry in ENTRIES if "file" in entry}
    named |= {step["args"]["file"] for entry in SCENARIOS for step in entry["steps"] if "file" in step["args"]}
    there = {path.name for path in VECTORS.glob("*.h5")}

    assert named == there
    assert sum(path.stat().st_size for path in VECTORS.iterdir() if path.is_file()) < 2_000_000


@pytest.mark.parametrize("entry", ENTRIES, ids=_ids(ENTRIES))
def test_entry_has_its_parts(entry: dict[str, Any]) -> None:
    """Kind decides what an entry carries; categories, levels and operations come from closed lists."""
    assert entry["level"] in {"MUST", "SHOULD", "MAY"} and entry["rules"] and entry["doc"]
    if entry["kind"] == "scenario":
        assert len(entry["steps"]) == len(entry["expect"]) > 0
        assert {step["op"] for step in entry["steps"]} <= ORIGINAL | HARNESS | OWN
        assert {step["op"] for step in entry["steps"]} & OWN == set() or entry["needs"]
        errors = [answer["error"] for answer in entry["expect"] if "error" in answer]
    else:
        assert ("file" in entry) != ("hex" in entry)
        assert ("value" in entry) == (entry["kind"] != "invalid") and ("error" in entry) == (entry["kind"] != "valid")
        errors = [entry["error"]] if "error" in entry else []
    for error in errors:
        words = [error["category"]] if isinstance(error["category"], str) else error["category"]
        assert set(words) <= CATEGORIES and words


def test_cited_rules_exist_and_every_rule_is_cited() -> None:
    """Vectors cite rules of the specification, and no MUST is left without a vector or scenario."""
    yaml = pytest.importorskip("yaml")
    specs = sorted(SPECS.glob("*.yaml"))
    if not specs:
        pytest.skip("specs/rawhdf5 has no specification yet")
    rules = {rule["id"]: rule for path in specs for rule in yaml.safe_load(path.read_text(encoding="utf-8"))["rules"]}
    cited = {rule for entry in ENTRIES for rule in entry["rules"]}

    assert cited <= rules.keys()
    uncited = {name for name, rule in rules.items() if rule["level"] == "MUST"} - cited
    assert uncited <= NOT_EXPRESSIBLE, "MUST rules without a vector"


# Python objects (file names, exception classes), time and retries, generators: tests of the codec, not data
NOT_EXPRESSIBLE = {"RAW-054", "RAW-061", "RAW-082"}


@pytest.mark.parametrize("entry", READABLE, ids=_ids(READABLE))
def test_h5py_reads_what_the_vector_says(entry: dict[str, Any]) -> None:
    """The third party that wrote the file (or the file that was edited) reads the value that is stated."""
    least = tuple(int(part) for part in entry.get("needs", {}).get("hdf5", "0").split("."))
    if h5py.version.hdf5_version_tuple < least:
        pytest.skip(f"needs HDF5 {entry['needs']['hdf5']}")
    if entry["id"] == "rawhdf5/state/killed-plain-writer":
        pytest.skip("HDF5 itself refuses this one, as the vector allows")
    with h5py.File(VECTORS / entry["file"], "r", swmr=True) as file:
        msgs = [row.tobytes() for row in file["msgs"][:]]
        groups = file["msg_headers"].fields("io_groups")[:]
        meta = dict(file["meta"].attrs)
    read = {
        "version": meta["version"],
        "io_version": meta.get("io_version"),
        "msgs": msgs,
        "msg_headers": {"io_groups": groups},
    }

    assert canonical_rows(read) == entry["value"]


@pytest.mark.parametrize(
    "scenario",
    [entry for entry in SCENARIOS if "needs" not in entry],
    ids=lambda entry: entry["id"].removeprefix("rawhdf5/"),
)
def test_original_agrees_where_it_should(scenario: dict[str, Any], tmp_path: Path) -> None:
    """larpix-control gives every answer that is stated, except in the scenarios that name where it does not."""
    original = _original()
    deviates = str(scenario.get("deviates"))
    if "HDF5 2.0" in deviates and h5py.version.hdf5_version_tuple < (2,):
        pytest.skip("the original's files depend on the HDF5 version")
    if "B7" in deviates and "HDF5_USE_FILE_LOCKING" in os.environ:
        pytest.skip("HDF5_USE_FILE_LOCKING is set: the original depends on it")
    answers = play(scenario, original, tmp_path, VECTORS)
    wrong = [step for step, expected in enumerate(scenario["expect"]) if not agrees(expected, answers, step)]

    if "deviates" in scenario:
        assert wrong, "the original is said to deviate and does not"
    else:
        assert not wrong, [(scenario["steps"][step], scenario["expect"][step], answers[step]) for step in wrong]


def _original() -> Any:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HDF5_USE_FILE_LOCKING", "FALSE")  # the original sets it on import, for good; here it is put back
        return pytest.importorskip("larpix.format.rawhdf5format", reason="larpix-control is not installed")


def test_assembling_again_gives_the_same_content(tmp_path: Path) -> None:
    """The script beside the vectors writes the vectors: same JSON, and files that are equal in content."""
    pytest.importorskip("larpix.format.rawhdf5format", reason="larpix-control is not installed")
    if h5py.version.hdf5_version_tuple < (2,):
        pytest.skip("some files are written by HDF5 2.0 only")
    subprocess.run([sys.executable, str(VECTORS / "assemble.py"), str(tmp_path)], check=True, capture_output=True)
    again = {path.name: json.loads(path.read_text(encoding="utf-8")) for path in tmp_path.glob("*.json")}

    assert {name: document["vectors"] for name, document in again.items()} == {
        name: document["vectors"] for name, document in DOCUMENTS.items()
    }
    for entry in READABLE:
        if entry["kind"] == "valid":
            assert _content(tmp_path / entry["file"]) == _content(VECTORS / entry["file"])


def _content(path: Path) -> list[Any]:
    with h5py.File(path, "r", swmr=True) as file:
        rows = [[row.tobytes() for row in file["msgs"][:]], file["msg_headers"][:].tolist()]
        return [*rows, sorted((name, str(value)) for name, value in file["meta"].attrs.items())]
