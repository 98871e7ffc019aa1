"""Mistakes in a specification whose packets are described by text: every code of the carrier is provoked here."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sciwire.model import Problems, load_spec
from sciwire.model.codes import CODES

GOOD = """\
sciwire: 1
format: demo
version: "1"
family: packets
descriptors: text
title: A demonstration
sources:
  - {id: note, text: a note}
byte_order: big
prefix:
  magic: {bytes: "01 02"}
  order: {big: "00 01", little: "01 00"}
  version: {size: 2, role: version, const: 1}
  spare: {size: 2, write: 0}
  heads: {size: 4, role: header_fields}
  columns: {size: 4, role: packet_fields}
  text: {size: 4, role: text_length}
  packets: {size: 4, role: packets, unknown: 0}
lines:
  form: "{type} {name}{extents}"
  extents: {open: "[", between: "][", close: "]"}
names: {pattern: "[a-z]+", most: 20}
data_types:
  char: {atom: u1, text: true}
  real: f8
  pair: {atom: f8, members: [a, b]}
errors: {argument: Bad}
operations: {put: add}
constants: {ALL: all_channels}
programs: {only: keep}
checks: {magic: DM-001}
rules:
  - {id: DM-001, level: MUST, text: "A magic comes first", source: note}
"""


def _changed(old: str, new: str) -> str:
    assert old in GOOD
    return GOOD.replace(old, new)


MISTAKES = {
    "no descriptor": ("SPEC004", _changed("descriptors: text\n", ""), "unknown key 'prefix'"),
    "descriptors": ("SPEC007", _changed("descriptors: text", "descriptors: txt"), "allowed: text"),
    "key": ("SPEC004", GOOD + "paddings: 3\n", "did you mean 'padding'?"),
    "lines missing": ("SPEC005", re.sub(r"lines:\n(?:  .*\n)+", "", GOOD), "'lines' is missing"),
    "role": ("SPEC007", _changed("role: text_length", "role: text_size"), "text_size"),
    "magic": ("SPEC170", _changed('magic: {bytes: "01 02"}', "magic: {size: 2, const: 1}"), "must be a magic"),
    "hexadecimal": ("SPEC170", _changed('"01 02"', '"01 0x"'), "no bytes in hexadecimal"),
    "size": ("SPEC170", _changed('{bytes: "01 02"}', '{bytes: "01 02", size: 3}'), "must be 3 long"),
    "no size": ("SPEC170", _changed("{size: 4, role: text_length}", "{role: text_length}"), "a field needs a size"),
    "marks alike": ("SPEC170", _changed('little: "01 00"', 'little: "00 01"'), "two byte orders have one mark"),
    "marks unlike": ("SPEC170", _changed('little: "01 00"', 'little: "01"'), "must be 2 long"),
    "no mark": ("SPEC170", _changed('big: "00 01", ', ""), "no mark for the byte order that is written, big"),
    "twice": ("SPEC170", _changed("role: packet_fields", "role: header_fields"), "stands twice"),
    "no counts": ("SPEC170", _changed("role: header_fields", "role: ignored"), "without a divider"),
    "too large": ("SPEC170", _changed("const: 1", "const: 65536"), "65536 does not fit 2 bytes"),
    "no unknown": ("SPEC170", _changed(", unknown: 0", ""), "`unknown`"),
    "role of bytes": (
        "SPEC170",
        _changed('{bytes: "01 02"}', '{bytes: "01 02", role: constant}'),
        "do not go together",
    ),
    "form": ("SPEC171", _changed("{type} {name}{extents}", "{type} {name}"), "each once"),
    "form word": ("SPEC171", _changed("{type} {name}{extents}", "{kind} {name}{extents}"), "each once"),
    "form joined": ("SPEC171", _changed("{type} {name}{extents}", "{type}{name}{extents}"), "stand between"),
    "form digit": ("SPEC171", _changed("{type} {name}", "{type}3{name}"), "without digits"),
    "form end": ("SPEC171", _changed('form: "{type} ', 'end: ";"\n  form: "{type};'), "in the middle"),
    "extents empty": ("SPEC171", _changed('open: "["', 'open: ""'), "can't be empty"),
    "pattern": ("SPEC171", _changed("[a-z]+", "[a-z"), "no regular expression"),
    "pattern eats": ("SPEC171", _changed("[a-z]+", ".+"), "a name could hold '\\t', which ends it in a line"),
    "atom": ("SPEC172", _changed("real: f8", "real: f16"), "'f16' is no atom"),
    "members": ("SPEC172", _changed("members: [a, b]", "atoms: 3, members: [a, b]"), "3 atoms have 2 names"),
    "strings": ("SPEC172", _changed("{atom: u1, text: true}", "{atom: f8, text: true}"), "its atom is a byte"),
    "two strings": ("SPEC172", _changed("real: f8", "real: {atom: u1, text: true}"), "one type may be"),
    "type name": ("SPEC172", _changed("real: f8", '"re al": f8'), "could not be told"),
    "error": ("SPEC173", _changed("{argument: Bad}", "{arguments: Bad}"), "did you mean 'argument'?"),
    "error name": ("SPEC173", _changed("{argument: Bad}", "{argument: bad-one}"), "no identifier"),
    "error twice": ("SPEC173", _changed("{argument: Bad}", "{argument: Bad, io: Bad}"), "stands twice"),
    "operation": ("SPEC173", _changed("{put: add}", "{put: adds}"), "did you mean 'add'?"),
    "operation name": ("SPEC173", _changed("{put: add}", '{"put it": add}'), "no identifier"),
    "constant": ("SPEC173", _changed("ALL: all_channels", "ALL: everything"), "have no 'everything'"),
    "program": ("SPEC173", _changed("only: keep", "only: keeps"), "did you mean 'keep'?"),
    "check": ("SPEC158", _changed("checks: {magic", "checks: {magics"), "did you mean 'magic'?"),
    "rule": ("SPEC042", _changed("checks: {magic: DM-001", "checks: {magic: DM-002"), "DM-002"),
}


def _report(folder: Path, text: str) -> tuple[Problems, str]:
    path = folder / "specs" / "demo" / "1.yaml"
    path.parent.mkdir(parents=True)
    path.write_text(text, encoding="utf-8")
    problems = Problems()
    load_spec(path, problems)
    return problems, problems.render(folder)


def test_the_good_one_is_good(tmp_path: Path) -> None:
    problems, report = _report(tmp_path, GOOD)

    assert not problems.found, report


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_reported_with_its_code_and_place(name: str, tmp_path: Path) -> None:
    code, text, part = MISTAKES[name]

    problems, report = _report(tmp_path, text)

    matching = [problem for problem in problems.found if problem.code == code]
    assert any(part in problem.headline() for problem in matching), report
    assert re.search(rf"^specs/demo/1\.yaml:\d+:\d+: {code} ", report, re.MULTILINE), report


def test_every_code_of_the_carrier_is_provoked() -> None:
    of_the_carrier = {code for code in CODES if 170 <= int(code[4:]) < 180}

    assert of_the_carrier
    assert of_the_carrier <= {code for code, _, _ in MISTAKES.values()}


@pytest.mark.parametrize(
    "key", ["prefix", "lines", "names", "data_types", "errors", "operations", "constants", "programs", "checks"]
)
@pytest.mark.parametrize("value", ["3", "text", "[a, b]", "{a: {b: 3}}", "{a: [3]}", "null"])
def test_a_body_of_another_shape_is_a_problem_and_never_a_crash(tmp_path: Path, key: str, value: str) -> None:
    text = re.sub(rf"^{key}:.*\n(?:^ .*\n)*", f"{key}: {value}\n", GOOD, flags=re.MULTILINE)

    problems, _ = _report(tmp_path, text)

    required = key in ("prefix", "lines", "data_types")
    assert problems.errors or (value == "null" and not required)
