"""Drawn values come back as they were: bounds of zero, defaults inside records, constants, what a union takes."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sciwire.conformance import strategies
from sciwire.conformance.strategies import Label
from sciwire.model import load_spec_or_raise
from sciwire.runtime import plain

sys.path.insert(0, str(Path(__file__).parents[1] / "formats"))
from made import module_of

HEAD = "sciwire: 1\nformat: drawn_edges\nversion: '1'\ntitle: Edges\n"
CBOR = f"{HEAD}family: cbor\n"
MULTIPART = f"{HEAD}family: multipart\ndiscriminator: is\n"
STRUCT = f"{HEAD}family: struct\norder: little\nroot: Root\n"
NODE = "types: {Node: {fields: {%s, next: Node, level: {type: uint, default: 3}}}}\n"
WHEN = """\
options: {level: {values: [a, b], doc: how much}}
types:
  Node: {fields: {gain: {type: float, default: 2}, on: bool}}
messages:
  one:
    fields:
      plain: {type: float, default: 2, when: {level: [b]}}
      several: {type: "map[text, list[float]]", default: {a: [1]}, when: {level: [b]}}
      node: {type: Node, default: {on: true}, when: {level: [b]}}
      moment: {type: datetime, default: "2020-01-01T00:00:00Z", when: {level: [b]}}
"""
KIDS = "kids: {type: 'list[Node]', default: []}, named: {type: 'map[text, Node]', required: true}"
NODES = f"{CBOR}{NODE}messages: {{one: {{fields: {{node: Node}}}}}}\n"
PARTS = f"{MULTIPART}{NODE}messages: {{one: {{parts: {{head: {{says: one, fields: {{node: Node}}}}}}}}}}\n"
ONE = "messages: {one: {fields: {number: {%s}}}}\n"

SPECS = {
    "a signed integer from 0": CBOR + ONE % "type: int16, min: 0",
    "a signed integer to 0": CBOR + ONE % "type: int16, max: 0",
    "an integer of a struct from 0": STRUCT + "records: {Root: {fields: {number: {type: int, size: 2, min: 0}}}}\n",
    "an integer of a struct to 0": STRUCT + "records: {Root: {fields: {number: {type: int, size: 2, max: 0}}}}\n",
    "a default in a record in itself": NODES % "more: {type: text, default: a}",
    "a default in a record in itself, of parts": PARTS % "more: {type: text, default: a}",
    "lists and maps of the record that they stand in": NODES % KIDS,
    "defaults of what an option leaves out": CBOR + WHEN,
    "an integer that is the constant of a float": CBOR + ONE % "type: float, const: 7",
    "a constant of a float beside null": CBOR + ONE % "type: 'null | f4', const: 7",
}


@pytest.mark.parametrize("text", SPECS.values(), ids=SPECS)
def test_a_drawn_value_comes_back_as_it_was(tmp_path: Path, text: str) -> None:
    module = module_of(tmp_path, text)
    spec = load_spec_or_raise(tmp_path / "1.yaml")

    for label in strategies.labels(spec):

        @settings(max_examples=60, database=None, deadline=None, suppress_health_check=list(HealthCheck))
        @given(label=st.just(label), data=st.data())
        def each(label: Label, data: st.DataObject) -> None:
            value = data.draw(strategies.value(spec, label.name))
            back = module.to_plain(module.decode(module.encode(module.from_plain(value), **label.options)))
            assert plain.equal(value, back), f"{value} came back as {back}"

        each()
