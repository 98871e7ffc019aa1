"""Strategies of every family that a specification uses: canonical values, within what the specification says."""

from __future__ import annotations

import collections
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from sciwire.conformance import strategies
from sciwire.model import Spec, load_spec_or_raise, specs_dir
from sciwire.runtime import plain

TABLES = """
sciwire: 1
format: tables
version: "2.0"
family: hdf5
title: Every kind of attribute and dataset
sources: [{id: S, text: "made for a test"}]
versioning: {kind: minor}
axes:
  row: {grows: true}
  x: {length: 3}
  y: {}
attributes:
  version: {at: /@version, type: text, role: version}
  made: {at: /@made, type: <f8, role: created}
  gain: {at: /@gain, type: <f4, min: 0, max: 2, required: false}
  mode: {at: /@mode, type: "enum[on, off]"}
  axis: {at: /@axis, type: <u2, shape: [x]}
datasets:
  raw: {at: /raw, type: bytes, shape: [row], chunks: [8]}
  runs: {at: /runs, type: "vlen[i2]", shape: [row], chunks: [8]}
  image: {at: /image, type: "ndarray[<u2|<f4; row, y, x]", chunks: [1, all, all]}
  heads:
    at: /heads
    shape: [row]
    chunks: [8]
    columns: {id: {type: <u4}, flag: {type: u1, max: 1}}
  note: {at: /note, type: text, required: false}
rules: []
"""


def drawn(spec: Spec, label: str, examples: int = 80) -> list[Any]:
    found: list[Any] = []

    @settings(
        max_examples=examples,
        database=None,
        deadline=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=[HealthCheck.too_slow],
    )
    @given(strategies.value(spec, label))
    def keep(value: Any) -> None:
        found.append(value)

    keep()
    return found


def ours() -> list[Path]:
    return sorted(path for path in specs_dir().glob("*/*.yaml"))


@pytest.mark.parametrize("path", ours(), ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_every_value_drawn_from_our_specifications_is_canonical(path: Path) -> None:
    spec = load_spec_or_raise(path)
    labels = strategies.labels(spec)

    assert labels
    assert len({label.name for label in labels}) == len(labels)
    for label in labels:
        for value in drawn(spec, label.name, examples=15):
            plain.check(value)


@pytest.mark.parametrize("path", ours(), ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_values_of_a_specification_are_those_of_any_of_its_labels(path: Path) -> None:
    spec = load_spec_or_raise(path)

    @settings(max_examples=5, database=None, deadline=None, derandomize=True, phases=[Phase.generate])
    @given(strategies.values(spec))
    def canonical(value: Any) -> None:
        plain.check(value)

    canonical()


def test_a_file_has_tables_of_equal_length_and_values_within_bounds(tmp_path: Path) -> None:
    path = tmp_path / "tables.yaml"
    path.write_text(TABLES, encoding="utf-8")
    spec = load_spec_or_raise(path)

    values = drawn(spec, "file")

    seen: dict[str, set[Any]] = collections.defaultdict(set)
    for value in values:
        plain.check(value)
        assert set(value) == {"version", "gain", "mode", "axis", "raw", "runs", "image", "heads", "note"}
        assert value["version"] == "2.0"
        assert value["mode"] in ("on", "off")
        assert plain.from_plain(value["axis"]).shape == (3,)
        image = plain.from_plain(value["image"])
        rows = {len(value["raw"]), len(value["runs"]), len(image), *map(len, value["heads"].values())}
        assert len(rows) == 1
        assert image.shape[1] >= 1
        assert image.shape[2] == 3
        assert all(0 <= flag <= 1 for flag in value["heads"]["flag"])
        gain = value["gain"]
        assert gain is None or 0 <= plain.from_plain(gain) <= 2
        assert all(plain.from_plain(run).dtype == "<i2" for run in value["runs"])
        seen["rows"] |= rows
        seen["dtype"].add(image.dtype.str)
        seen["gain"].add(gain is None)
        seen["note"].add(value["note"] is None)
        seen["lengths"] |= {plain.from_plain(run).size for run in value["runs"]}
    assert {0, 1, 2} <= seen["rows"]
    assert seen["dtype"] == {"<u2", "<f4"}
    assert seen["gain"] == seen["note"] == {True, False}
    assert {0, 1} <= seen["lengths"]


def the_packets(word: str = "framing:") -> Spec:
    """The first specification of the family with this carrier: XML has a framing, text says so."""
    texts = ((path, path.read_text("utf-8")) for path in ours())
    spec = next((load_spec_or_raise(path) for path, text in texts if "family: packets" in text and word in text), None)
    if spec is None:
        pytest.skip("no specification of the family packets is there yet")
    return spec


def test_streams_have_every_form_rank_and_dtype_at_times() -> None:
    spec = the_packets()
    seen: dict[str, set[Any]] = collections.defaultdict(set)

    for value in drawn(spec, "stream", examples=300):
        assert list(value) == ["dataset_id", "datasets", "comments", "exception"]
        assert value["dataset_id"] in value["datasets"] or not value["datasets"]
        seen["datasets"].add(len(value["datasets"]))
        for dataset in value["datasets"].values():
            forms = {"values", "rows", "bundle", "join"} & set(dataset)
            assert len(forms) == 1
            seen["forms"] |= forms
            seen["rank"].add(dataset["rank"])
            seen["types"] |= {one["type"] for one in dataset["properties"].values()}
            if "values" in dataset:
                array = plain.from_plain(dataset["values"])
                assert array.ndim == dataset["rank"]
                assert 0 not in array.shape[1:]
                seen["dtype"].add(array.dtype.str)
                seen["records"] |= set(array.shape[:1])
            assert ("labels" in dataset) <= (dataset["units"] is not None)

    body = spec.body
    assert seen["forms"] == {"values", "rows", "bundle", "join"}
    assert seen["rank"] == set(range(body.bounds.rank + 1))
    assert {0, 1} <= seen["datasets"]
    assert {0, 1} <= seen["records"]
    binary = {f"<{one.dtype}" for one in body.encodings if hasattr(one, "dtype")}
    assert seen["dtype"] == binary
    kinds = {one.kind for one in body.property_types for name in (one.name, *one.aliases) if name in seen["types"]}
    assert kinds == {one.kind for one in body.property_types}


def test_what_is_written_as_text_only_is_binary64() -> None:
    spec = the_packets()
    label = next(label for label in strategies.labels(spec) if label.options == {"encoding": "ascii"})

    arrays = [
        dataset["values"]["$nd"]["dtype"]
        for value in drawn(spec, label.name)
        for dataset in value["datasets"].values()
        if "values" in dataset
    ]

    assert set(arrays) == {"<f8"}


def test_streams_that_text_describes_have_every_type_at_times() -> None:
    spec = the_packets("descriptors: text")
    seen: dict[str, set[Any]] = collections.defaultdict(set)

    for value in drawn(spec, "stream", examples=300):
        assert list(value) == ["header", "fields", "packets"]
        assert [name for name, _, _ in value["fields"]] == list(value["packets"])
        seen["header"] |= {kind for _, kind, _, _ in value["header"]}
        seen["fields"] |= {kind for _, kind, _ in value["fields"]}
        seen["dimensions"] |= {len(extents) for _, _, extents in value["fields"]}
        seen["packets"] |= {len(plain.from_plain(one)) for one in value["packets"].values()}

    kinds = {kind.name for kind in spec.body.types}
    assert seen["header"] == seen["fields"] == kinds
    assert {1, 2, 3} <= seen["dimensions"]
    assert {0, 1} <= seen["packets"]
