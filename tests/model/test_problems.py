"""Every kind of mistake in a specification has a code, and a specification here that provokes it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from reported import reported

from sciwire.model.codes import CODES, WARNINGS

GOOD = """\
sciwire: 1
format: demo
version: "1"
family: cbor
title: A demonstration
sources:
  - {id: note, text: a note}
prefix: {tag: 55799, write: always, read: optional}
discriminator: kind
compression: {tag: 56500, read: [bslz4, lz4], write: [bslz4, none]}
options:
  detail: {values: [all, none]}
types:
  Axis:
    fields:
      start: {type: float, unit: deg}
messages:
  frame:
    stack: data
    fields:
      number: {type: uint, required: true, max: 100, rule: DM-001}
      mode: {type: "enum[fast, slow]", default: fast}
      label: {type: text, pattern: "[a-z]+"}
      axes: "map[text, Axis]"
      table: {type: "array[u4]", when: {detail: [all]}}
      data: {type: "map[text, ndarray[u1|u2; y, x]]", last: true}
  stop:
    fields:
      number: uint
rules:
  - {id: DM-001, level: MUST, text: "number is at most 100", source: note}
"""


def _changed(old: str, new: str) -> str:
    assert GOOD.count(old) == 1, f"{old!r} must stand once in the good specification"
    return GOOD.replace(old, new)


MISTAKES: dict[str, tuple[str, str, str]] = {
    # name: (code, text of the specification, part of the message)
    "not utf-8": ("SPEC001", "", "not UTF-8"),
    "tab for indentation": ("SPEC002", _changed("  frame:", "\tframe:"), "not YAML"),
    "unclosed bracket": ("SPEC002", _changed("[fast, slow]\"", "[fast"), "not YAML"),
    "key twice": ("SPEC003", _changed("title: A demonstration", "title: A\ntitle: B"), "stands here twice (first in line 5)"),
    "field twice": ("SPEC003", _changed("      axes: ", "      mode: text\n      axes: "), "'mode' stands here twice"),
    "unknown key": ("SPEC004", _changed("title:", "titel: x\ntitle:"), "did you mean 'title'?"),
    "unknown key in a field": ("SPEC004", _changed("required: true", "requird: true"), "did you mean 'required'?"),
    "unknown tolerance rule": ("SPEC004", _changed("discriminator: kind", "discriminator: kind\ntolerance: {rules: {mising: DM-001}}"), "did you mean 'missing'?"),
    "key missing": ("SPEC005", _changed("title: A demonstration\n", ""), "the key 'title' is missing"),
    "field without a type": ("SPEC005", _changed("{type: float, unit: deg}", "{unit: deg}"), "the key 'type' is missing"),
    "text for a number": ("SPEC006", _changed("max: 100", "max: many"), "must be a number, not the text 'many'"),
    "YAML 1.1 boolean": ("SPEC006", _changed("required: true", "required: yes"), "must be true or false, not the text 'yes'"),
    "list for a table": ("SPEC006", _changed("options:\n  detail: {values: [all, none]}", "options: [detail]"), "must be a table"),
    "nothing": ("SPEC006", "", "a specification is a table"),
    "a list at the top": ("SPEC006", "- a\n- b\n", "a specification is a table"),
    "value not allowed": ("SPEC007", _changed("write: always", "write: allways"), "did you mean 'always'?"),
    "rule id": ("SPEC007", GOOD.replace("DM-001", "dm-1"), "does not match"),
    "level": ("SPEC007", _changed("level: MUST", "level: must"), "allowed: MUST, SHOULD, MAY"),
    "block size": ("SPEC007", _changed("write: [bslz4, none]}", "write: [bslz4, none], block: 100}"), "no multiple of 64"),
    "refusal category": ("SPEC007", _changed("options:", "refuse: [{key: a, text: b, category: verson}]\noptions:"), "did you mean 'version'?"),
    "key that is a list": ("SPEC008", _changed("      number: uint", "      ? [a, b]\n      : uint"), "a key must be text"),
    "alias": ("SPEC009", _changed("      number: uint", "      number: &n uint\n      other: *n"), "aliases are not used"),
    "merge key": ("SPEC009", _changed("      number: uint", "      <<: {a: uint}"), "merge keys"),
    "tag of the author": ("SPEC009", _changed("      number: uint", "      number: !python/name:os.system uint"), "is not used here"),
    "language version": ("SPEC010", _changed("sciwire: 1", "sciwire: 2"), "version 2 of the language"),
    "family": ("SPEC011", _changed("family: cbor", "family: cbro"), "did you mean 'cbor'?"),
    "unknown type": ("SPEC012", _changed("      number: uint", "      number: unit16"), "unknown type 'unit16' (did you mean 'uint16'?)"),
    "unknown dtype": ("SPEC012", _changed("array[u4]", "array[u3]"), "unknown number type 'u3'"),
    "type of nothing": ("SPEC013", _changed("\"map[text, Axis]\"", "\"map[text, ]\""), "a type is missing"),
    "type with a strange sign": ("SPEC013", _changed("\"map[text, Axis]\"", "\"map(text)\""), "has no place in a type"),
    "text behind a type": ("SPEC013", _changed("\"map[text, Axis]\"", "\"text text\""), "after the end of the type"),
    "type nested too deep": ("SPEC013", _changed("\"map[text, Axis]\"", "\"" + "list[" * 20 + "Axis" + "]" * 20 + "\""), "nested more than"),
    "container without arguments": ("SPEC014", _changed("\"map[text, Axis]\"", "map"), "needs arguments in brackets"),
    "enum with a name twice": ("SPEC014", _changed("enum[fast, slow]", "enum[fast, fast]"), "stands twice in the enum"),
    "alias in a circle": ("SPEC015", _changed("types:", "types:\n  A: list[B]\n  B: map[text, A]"), "defined in terms of itself"),
    "unused type": ("SPEC016", _changed("types:", "types:\n  Idle: list[text]"), "nothing uses the type 'Idle'"),
    "type that hides": ("SPEC017", _changed("types:", "types:\n  float: list[text]"), "hides the built-in"),
    "type of another family": ("SPEC019", _changed("array[u4]", "vlen[u4]"), "vlen is for HDF5"),
    "format name": ("SPEC020", _changed("format: demo", "format: Demo-1"), "no lower-case identifier"),
    "class name": ("SPEC020", _changed("    stack: data", "    stack: data\n    class: my frame"), "no identifier"),
    "type name": ("SPEC020", GOOD.replace("Axis", "an axis").replace("map[text, an axis]", "text"), "is no identifier"),
    "reserved class": ("SPEC021", _changed("    stack: data", "    stack: data\n    class: Decoder"), "a 'Decoder' of its own"),
    "reserved option": ("SPEC021", GOOD.replace("detail", "compression"), "an argument 'compression' of its own"),
    "option that is code": ("SPEC020", GOOD.replace("detail", "a=1):"), "is no identifier"),
    "names that fall together": ("SPEC022", _changed("      label:", "      no-de: text\n      no_de: text\n      label:"), "are both 'no_de' in Python"),
    "classes that fall together": ("SPEC022", _changed("  stop:", "  Frame:\n    fields: {a: uint}\n  stop:"), "are both 'Frame' in Python"),
    "wrong folder": ("SPEC023", _changed("format: demo", "format: other"), "belongs in a folder of that name"),
    "wrong file name": ("SPEC023", _changed('version: "1"', 'version: "2"'), "belongs in 2.yaml"),
    "wire key twice": ("SPEC030", _changed("      label: {", "      tag: {type: text, key: mode}\n      label: {"), "belongs to 'mode' already"),
    "range on text": ("SPEC031", _changed("pattern: \"[a-z]+\"", "min: 3"), "min and max need a number"),
    "pattern on a number": ("SPEC031", _changed("max: 100", "pattern: x"), "a pattern needs text"),
    "length of a number": ("SPEC031", _changed("max: 100", "length: 3"), "a length needs"),
    "empty range": ("SPEC032", _changed("max: 100", "max: 100, min: 101"), "can satisfy its range"),
    "pattern": ("SPEC033", _changed("[a-z]+", "[a-z+"), "no regular expression"),
    "default outside": ("SPEC034", _changed("default: fast", "default: quick"), "is not a value of 'mode'"),
    "option": ("SPEC035", _changed("when: {detail:", "when: {detials:"), "did you mean 'detail'?"),
    "option value": ("SPEC035", _changed("detail: [all]}", "detail: [al]}"), "did you mean 'all'?"),
    "stack": ("SPEC035", _changed("stack: data", "stack: date"), "did you mean 'data'?"),
    "two last fields": ("SPEC036", _changed("pattern: \"[a-z]+\"", "last: true"), "can't be last"),
    "constant of another type": ("SPEC037", _changed("max: 100", "const: ten"), "is not of the type of 'number'"),
    "default of a required field": ("SPEC038", _changed("max: 100", "default: 1"), "a default has no use"),
    "axis twice": ("SPEC039", _changed("; y, x]", "; y, y]"), "names an axis twice"),
    "rule twice": ("SPEC040", GOOD + "  - {id: DM-001, level: MAY, text: again, source: note}\n", "listed twice"),
    "source of a rule": ("SPEC041", _changed("source: note", "source: noet"), "did you mean 'note'?"),
    "rule of a field": ("SPEC042", _changed("rule: DM-001", "rule: DM-002"), "did you mean 'DM-001'?"),
    "source twice": ("SPEC043", _changed("  - {id: note, text: a note}", "  - {id: note, text: a}\n  - {id: note, text: b}"), "listed twice"),
    "no default profile": ("SPEC044", _changed("options:", "profiles: {a: {doc: x}, b: {doc: y}}\noptions:"), "exactly one profile"),
    "limit": ("SPEC045", _changed("options:", "limits: {total_byte: 3}\noptions:"), "did you mean 'total_bytes'?"),
    "source that nobody cites": ("SPEC046", _changed("  - {id: note, text: a note}", "  - {id: note, text: a}\n  - {id: idle, text: b}"), "no rule cites"),
    "profile switch": ("SPEC047", _changed("options:", "profiles: {a: {default: true, settings: {x: 1}}}\noptions:"), "no switch 'x'"),
    "message value twice": ("SPEC050", _changed("  stop:", "  stop:\n    value: frame"), "same discriminator value"),
    "no discriminator": ("SPEC051", _changed("discriminator: kind\n", ""), "need a discriminator"),
    "discriminator as a field": ("SPEC052", _changed("      label:", "      kind:"), "is the discriminator"),
    "compression to read": ("SPEC053", _changed("read: [bslz4, lz4]", "read: [bslz4, lz5]"), "did you mean 'lz4'?"),
    "compression to write": ("SPEC053", _changed("write: [bslz4, none]", "write: [bszstd]"), "no compression 'bszstd' to write"),
    "tag twice": ("SPEC054", _changed("tag: 56500", "tag: 55799"), "has another meaning"),
    "written and not read": ("SPEC055", _changed("read: [bslz4, lz4]", "read: [lz4]"), "would be written but is not read"),
}  # fmt: skip


def test_the_good_specification_has_no_problem(tmp_path: Path) -> None:
    problems, report = reported(tmp_path, GOOD)

    assert not problems.found, report


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_reported_with_its_code_and_place(name: str, tmp_path: Path) -> None:
    code, text, part = MISTAKES[name]
    raw = b"title: \xff\n" if name == "not utf-8" else text

    problems, report = reported(tmp_path, raw)

    matching = [problem for problem in problems.found if problem.code == code]
    assert matching, report
    assert any(part in problem.headline() for problem in matching), report
    assert re.search(rf"^specs/demo/1\.yaml:\d+:\d+: {code} ", report, re.MULTILINE), report


def test_at_least_forty_kinds_are_provoked() -> None:
    assert len({code for code, _, _ in MISTAKES.values()}) >= 40


def test_every_code_of_the_shared_language_is_provoked() -> None:
    shared = {code for code in CODES if int(code[4:]) < 60}
    # SPEC018 is provoked by families with a byte order of their own
    assert shared - {code for code, _, _ in MISTAKES.values()} <= {"SPEC018"}


def test_all_mistakes_of_a_file_come_at_once(tmp_path: Path) -> None:
    text = GOOD.replace("uint, required: true", "unit, requird: true").replace("source: note", "source: noet")

    problems, _ = reported(tmp_path, text)

    assert {problem.code for problem in problems.errors} == {"SPEC012", "SPEC004", "SPEC041"}


def test_a_problem_shows_its_line_and_a_caret_below_the_word(tmp_path: Path) -> None:
    _, report = reported(tmp_path, _changed("      number: uint", "      number: {type: unit16}"))

    assert report.splitlines() == [
        "specs/demo/1.yaml:29:22: SPEC012 unknown type 'unit16' (did you mean 'uint16'?)",
        "          number: {type: unit16}",
        "                         ^",
    ]


def test_warnings_do_not_stop_the_work(tmp_path: Path) -> None:
    problems, report = reported(tmp_path, MISTAKES["unused type"][1])

    assert problems.found
    assert not problems.errors
    assert "SPEC016 warning: " in report
    assert {"SPEC016", "SPEC046"} == WARNINGS


@pytest.mark.parametrize(
    "text", ["{" * 5000, "[" * 100_000, "a: " * 20_000, "\0", "%YAML 9.9\n---\na: 1\n", "? " * 5000]
)
def test_hostile_text_is_a_problem_and_never_a_crash(text: str, tmp_path: Path) -> None:
    problems, _ = reported(tmp_path, text)

    assert problems.errors


def test_aliases_can_not_multiply(tmp_path: Path) -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 8)}]" for n in range(1, 12)]

    problems, _ = reported(tmp_path, "\n".join(lines))

    assert any(problem.code == "SPEC009" for problem in problems.errors)


def test_paths_are_relative_to_the_current_folder_where_they_are_below_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    problems, _ = reported(tmp_path, _changed("type: float", "type: flaot"))
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()

    monkeypatch.chdir(tmp_path)
    near = problems.render()
    monkeypatch.chdir(elsewhere)
    far = problems.render()

    assert near.startswith("specs/demo/1.yaml:")
    assert far.startswith(f"{tmp_path.as_posix()}/specs/demo/1.yaml:")
