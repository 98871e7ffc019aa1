"""Mistakes in the words that the `cbor` family has for prefixes, other keys, payloads and serializers."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from reported import reported

from sciwire.model.codes import CODES

GOOD = """\
sciwire: 1
format: demo
version: "1"
family: cbor
title: A demonstration
prefix_bytes: {read: optional}
discriminator: type
messages:
  start:
    prefix: s
    fields:
      series: {type: text, also: [run]}
      extents: text
      numbers: text
  frame:
    prefix: f
    also: [picture]
    payloads:
      pixels: {algorithm: bslz4_blocks, block: 64, dtypes: [f8], shape: [start.extents], dtype: [kind, start.numbers], match: {series: start.series}, tells: {dtype: kind}}
    fields: {series: text, pixels: bytes, kind: text, clock: float}
  over:
    prefix: s
    fields: {series: text}
serializer:
  class: DemoSerializer
  parameters: {where: text}
  sources: [events]
  frames: where
  first: start
  each: frame
  last: over
  fill:
    start: {series: {source: events, item: series}, extents: {array: shape}}
    frame: {pixels: {array: data}, clock: {clock: true}}
    over: {series: {parameter: where}}
"""


def _changed(old: str, new: str) -> str:
    assert GOOD.count(old) == 1, f"{old!r} must stand once in the good specification"
    return GOOD.replace(old, new)


MISTAKES: dict[str, tuple[str, str, str]] = {
    # name: (code, text of the specification, part of the message)
    "message without a prefix": ("SPEC261", _changed("    prefix: f\n", ""), "go together"),
    "prefixes without the word": ("SPEC261", _changed("prefix_bytes: {read: optional}\n", ""), "go together"),
    "prefix that begins a map": ("SPEC261", _changed("prefix: f\n", 'prefix: "¡"\n'), "the head of a map"),
    "prefix beyond a byte": ("SPEC261", _changed("prefix: f\n", "prefix: →\n"), "no single byte"),
    "payload of no field": ("SPEC262", _changed("      pixels: {algorithm", "      pixel: {algorithm"), "did you mean 'pixels'?"),
    "payload of text": ("SPEC262", _changed("pixels: bytes", "pixels: text"), "no field of bytes"),
    "dtype of a payload": ("SPEC262", _changed("dtypes: [f8]", "dtypes: [float]"), "'float' is no number"),
    "block of a payload": ("SPEC262", _changed("block: 64", "block: 65"), "no multiple of 8"),
    "shape from no message": ("SPEC262", _changed("shape: [start.extents]", "shape: [begin.extents]"), "begin.extents is no field"),
    "shape from no field": ("SPEC262", _changed("shape: [start.extents]", "shape: [start.extent]"), "did you mean 'extents'?"),
    "dtype from no field": ("SPEC262", _changed("dtype: [kind,", "dtype: [kin,"), "did you mean 'kind'?"),
    "match of no field": ("SPEC262", _changed("match: {series: start.series}", "match: {serie: start.series}"), "serie is no field"),
    "telling no field": ("SPEC262", _changed("tells: {dtype: kind}", "tells: {dtype: sort}"), "sort is no field"),
    "no first message": ("SPEC263", _changed("first: start", "first: begin"), "there is no message 'begin'"),
    "no parameter of frames": ("SPEC263", _changed("frames: where", "frames: wher"), "did you mean 'where'?"),
    "filled message": ("SPEC263", _changed("    over: {series: {p", "    ove: {series: {p"), "did you mean 'over'?"),
    "filled field": ("SPEC263", _changed("extents: {array: shape}", "extens: {array: shape}"), "did you mean 'extents'?"),
    "from nowhere": ("SPEC263", _changed("{clock: true}", "{upper: true}"), "comes from exactly one of"),
    "from two places": ("SPEC263", _changed("{clock: true}", "{clock: true, rank: 1}"), "comes from exactly one of"),
    "no source": ("SPEC263", _changed("source: events, item", "source: event, item"), "did you mean 'events'?"),
    "no parameter": ("SPEC263", _changed("parameter: where", "parameter: were"), "did you mean 'where'?"),
    "no fact of arrays": ("SPEC263", _changed("array: shape}", "array: shap}"), "did you mean 'shape'?"),
    # codes that these words provoke in their own way
    "other key of another field": ("SPEC030", _changed("also: [run]", "also: [extents]"), "belongs to 'extents' already"),
    "other name of another message": ("SPEC050", _changed("also: [picture]", "also: [start]"), "names 'start' already"),
    "field called prefix": ("SPEC021", _changed("clock: float", "prefix: float"), "holds the byte in front"),
    "class of the serializer": ("SPEC020", _changed("class: DemoSerializer", "class: Demo Serializer"), "can't be the name"),
}  # fmt: skip

GRID = """\
sciwire: 1
format: demo
version: "1"
family: hdf5
title: A demonstration
types:
  Row: {fields: {number: {type: "<u4", also: [count]}}}
"""


def test_the_good_specification_has_no_problem(tmp_path: Path) -> None:
    problems, report = reported(tmp_path, GOOD)

    assert not problems.found, report


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_reported_with_its_code_and_place(name: str, tmp_path: Path) -> None:
    code, text, part = MISTAKES[name]

    problems, report = reported(tmp_path, text)

    matching = [problem for problem in problems.found if problem.code == code]
    assert any(part in problem.headline() for problem in matching), report
    assert re.search(rf"^specs/demo/1\.yaml:\d+:\d+: {code} ", report, re.MULTILINE), report


def test_other_keys_are_for_families_that_look_for_them(tmp_path: Path) -> None:
    problems, report = reported(tmp_path, GRID)

    assert "SPEC260" in {problem.code for problem in problems.found}, report


def test_every_code_of_these_words_is_provoked() -> None:
    of_these = {code for code in CODES if 260 <= int(code[4:]) < 264}

    assert of_these == {code for code, _, _ in MISTAKES.values() if code >= "SPEC260"} | {"SPEC260"}


UNIONS = """\
sciwire: 1
format: demo
version: "1"
family: cbor
title: A demonstration
types:
  A: {fields: {x: int}}
  B: {fields: {y: int}}
messages:
  only: {fields: {both: A | B}}
"""


def _union(*changes: tuple[str, str]) -> str:
    text = UNIONS
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return text


_LONE = (
    "  A: {fields: {x: int}}\n  B: {fields: {y: int}}\n",
    "  C: A | B\n  A: {fields: {x: int}}\n  B: {fields: {y: int}}\n",
)
_NONE = ("types:\n  A: {fields: {x: int}}\n  B: {fields: {y: int}}\n", "")
AMBIGUOUS = {
    "optional keys": _union(),
    "through a name": _union(_LONE, ("both: A | B", "both: 'list[C]'")),
    "the second requires": _union(("{y: int}", "{y: {type: int, required: true}}")),
    "absence is tolerated": _union(("{x: int}", "{x: {type: int, required: true}}"), ("types:", "tolerance: {missing: allow}\ntypes:")),
    "arrays": _union(("A: {", "A: {layout: array, "), ("B: {", "B: {layout: array, ")),
    "one constant": _union(("{x: int}", "{x: {type: int, const: 1}}"), ("{y: int}", "{x: {type: int, const: 2}}")),
    "a list of integers": _union(_NONE, ("A | B", "'rational | list[int]'")),
    "a list in front": _union(_NONE, ("A | B", "'list[int] | rational'")),
    "a list of two": _union(_NONE, ("A | B", "'rational | list[u2, 2]'")),
    "a map": _union(("A | B", "'A | map[text, B]'")),
    "an integer behind a float": _union(_NONE, ("A | B", "'float | text | uint8'")),
    "an integer behind a narrow float": _union(_NONE, ("A | B", "'list[float32 | null | int]'")),
}  # fmt: skip
DISTINCT = {
    "the first requires": _union(("{x: int}", "{x: {type: int, required: true}}")),
    "unknown keys": _union(("{y: int}", "{y: {type: int, required: true}}"), ("types:", "tolerance: {unknown: error}\ntypes:")),
    "layouts": _union(("A: {", "A: {layout: array, ")),
    "constants": _union(("{x: int}", "{x: {type: int, const: 1, required: true}}"), ("{y: int}", "{x: {type: int, const: 2, required: true}}")),
    "types": _union(("{x: int}", "{x: {type: int, required: true}}"), ("{y: int}", "{x: {type: text, required: true}}")),
    "a list of text": _union(_NONE, ("A | B", "'rational | list[text]'")),
    "a list of three": _union(_NONE, ("A | B", "'rational | list[int, 3]'")),
    "lists": _union(_NONE, ("A | B", "'list[int] | list[text]'")),
    "a float behind an integer": _union(_NONE, ("A | B", "'uint8 | float'")),
    "scalars": _union(("A | B", "'A | text | null'"), ("  B: {fields: {y: int}}\n", "")),
}  # fmt: skip


@pytest.mark.parametrize("name", AMBIGUOUS)
def test_alternatives_that_can_not_be_told_apart_are_reported(name: str, tmp_path: Path) -> None:
    problems, report = reported(tmp_path, AMBIGUOUS[name])

    assert {problem.code for problem in problems.errors} == {"SPEC265"}, report


def test_the_hint_says_that_absence_is_tolerated(tmp_path: Path) -> None:
    required = _union(
        ("{x: int}", "{x: {type: int, required: true}}"), ("{y: int}", "{y: {type: int, required: true}}")
    )
    _, report = reported(tmp_path, required.replace("types:", "tolerance: {missing: allow}\ntypes:"))

    assert "`missing: allow` lets a required key be absent" in report
    assert "a required key that only one has" not in report
    assert not reported(tmp_path, required)[0].errors
    assert "`missing: allow`" not in reported(tmp_path, AMBIGUOUS["optional keys"])[1]


@pytest.mark.parametrize("name", DISTINCT)
def test_alternatives_that_can_be_told_apart_are_not(name: str, tmp_path: Path) -> None:
    problems, report = reported(tmp_path, DISTINCT[name])

    assert not problems.errors, report


OPTIONAL = """\
sciwire: 1
format: demo
version: "1"
family: cbor
title: A demonstration
tolerance: {missing: error}
options: {detail: {values: [all, few]}}
messages:
  only: {fields: {a: {type: int, required: true, when: {detail: [all]}}}}
"""


def test_what_a_reader_demands_is_not_left_out(tmp_path: Path) -> None:
    problems, report = reported(tmp_path, OPTIONAL)

    assert {problem.code for problem in problems.errors} == {"SPEC266"}, report
    assert "'a' is required, and left out where 'detail' says so" in report
    for good in (OPTIONAL.replace("missing: error", "missing: allow"), OPTIONAL.replace("required: true, ", "")):
        assert not reported(tmp_path, good)[0].errors
