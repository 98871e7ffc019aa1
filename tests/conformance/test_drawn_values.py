"""Values that are drawn from a specification are values of it: bounds of numbers, names on the wire, what tells of what."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sciwire.conformance import strategies
from sciwire.model import load_spec_or_raise

sys.path.insert(0, str(Path(__file__).parents[1] / "formats"))
from made import module_of

CBOR = """\
sciwire: 1
format: drawn_cbor
version: "1"
family: cbor
title: Bounds and names
discriminator: 0
messages:
  one: {value: 1, fields: {class: {type: uint, key: 1}, level: {type: int8, min: -5, max: 5}, gain: {type: f4, min: 0, max: 2}}}
"""
STRUCT = """\
sciwire: 1
format: drawn_struct
version: "1"
family: struct
title: Tables, and fields that tell
order: little
root: Root
bits:
  Id: {size: 2, reserved: zero, parity: {bit: 15, ones: odd}, fields: {kind: {width: 4, enum: {left: 1, right: 2}}, more: {width: 1, flag: true}}}
records:
  Root:
    fields:
      id: Id
      body: Body
      extra: {type: u1, only: {id.more: [true]}}
      n: u1
      some: {type: u1, count: {field: n, plus: 2}}
      rows: {type: Row, count: rest, as: table}
  Row: {fields: {id: Id, level: {type: i1, min: -1, max: 5}, mark: {type: u2, const: 7}, name: {type: text, size: 3}, ok: bool, pair: {type: Pair, count: 2}}}
  Pair: {fields: {kind: {type: u1, enum: {a: 1, b: 2}}, pad: {pad: 1, fill: 9, checked: true}}}
  Left: {fields: {a: u1}}
  Right: {fields: {b: u2}}
unions:
  Body: {on: id.kind, members: {Left: left, Right: right}}
"""
MULTIPART = """\
sciwire: 1
format: drawn_parts
version: "1"
family: multipart
title: A part by what another says
discriminator: is
messages:
  one: {parts: {head: {says: one, fields: {level: "enum[a, b]"}}, more: {kind: bytes, when: {head.level: [b]}}}}
"""


@pytest.mark.parametrize("text", [CBOR, STRUCT, MULTIPART], ids=["cbor", "struct", "multipart"])
def test_every_drawn_value_can_be_written_and_read(tmp_path: Path, text: str) -> None:
    module = module_of(tmp_path, text)
    spec = load_spec_or_raise(tmp_path / "1.yaml")

    for label in strategies.labels(spec):

        @settings(max_examples=60, database=None, deadline=None, suppress_health_check=list(HealthCheck))
        @given(label=st.just(label), data=st.data())
        def each(label: str, data: st.DataObject) -> None:
            value = data.draw(strategies.value(spec, label.name))
            read = module.decode(module.encode(module.from_plain(value)))
            assert module.encode(read) == module.encode(module.from_plain(value))

        each()
