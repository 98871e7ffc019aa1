"""Mistakes in a specification of the `multipart` family: every code of the family is provoked here."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from reported import reported

from sciwire.model import Problems, load_spec
from sciwire.model.codes import CODES

GOOD = """\
sciwire: 1
format: demo
version: "1"
family: multipart
title: A demonstration
sources:
  - {id: note, text: a note}
discriminator: is
dtypes: {half: f2}
encodings:
  plain: {algorithm: none}
  packed: {algorithm: bslz4, element: 2}
write: {half: packed}
faults: {size: DM-001}
profiles:
  usual: {default: true, settings: {units: {head.time: s}}}
messages:
  shot:
    parts:
      head:
        says: shot
        accept: "shot.*"
        checksums: [{field: sum, algorithm: md5, of: tail}]
        fields: {extents: "list[uint]", kind: text, how: text, sum: text, time: float, mode: "enum[a, b]"}
      pixels:
        kind: array
        array: {info: head, shape: extents, dtype: kind, encoding: how}
      tail:
        when: {head.mode: [a]}
        fields: {more: text}
      rest: {kind: bytes, optional: true}
  over:
    parts:
      end: {says: over, fields: {count: uint}}
rules:
  - {id: DM-001, level: MUST, text: "Sizes are right", source: note}
"""


def _changed(old: str, new: str) -> str:
    assert GOOD.count(old) == 1, f"{old!r} must stand once in the good specification"
    return GOOD.replace(old, new)


MISTAKES: dict[str, tuple[str, str, str]] = {
    # name: (code, text of the specification, part of the message)
    "element without a shuffle": ("SPEC250", _changed("{algorithm: none}", "{algorithm: none, element: 2}"), "'none' has no `element`"),
    "dtype": ("SPEC250", _changed("half: f2", "half: f3"), "'f3' is no number"),
    "write of no encoding": ("SPEC250", _changed("write: {half: packed}", "write: {half: pakced}"), "is not listed"),
    "write of no dtype": ("SPEC250", _changed("write: {half: packed}", "write: {full: packed}"), "is not listed"),
    "no encodings": ("SPEC250", _changed("encodings:\n  plain: {algorithm: none}\n  packed: {algorithm: bslz4, element: 2}\nwrite: {half: packed}\n", ""), "no `encodings` are listed"),
    "number as a key": ("SPEC251", _changed("{count: uint}", "{count: {type: uint, key: 3}}"), "is no text"),
    "array with fields": ("SPEC252", _changed("kind: array\n", "kind: array\n        fields: {a: uint}\n"), "or neither"),
    "json without fields": ("SPEC252", _changed("{kind: bytes, optional: true}", "{optional: true}"), "or neither"),
    "array without words": ("SPEC252", _changed("{kind: bytes, optional: true}", "{kind: array}"), "or neither"),
    "condition on a later part": ("SPEC253", _changed("when: {head.mode", "when: {end.mode"), "end.mode is no field of an earlier part"),
    "condition on no field": ("SPEC253", _changed("when: {head.mode", "when: {head.mod"), "did you mean 'mode'?"),
    "description by no part": ("SPEC253", _changed("info: head", "info: haed"), "did you mean 'head'?"),
    "description by no field": ("SPEC253", _changed("shape: extents", "shape: extent"), "did you mean 'extents'?"),
    "digest in no field": ("SPEC253", _changed("field: sum", "field: some"), "head.some is no field of this part"),
    "digest of no part": ("SPEC253", _changed("of: tail", "of: tale"), "there is no other part 'tale'"),
    "digest of itself": ("SPEC253", _changed("of: tail", "of: head"), "there is no other part 'head'"),
    "checksum": ("SPEC254", _changed("algorithm: md5", "algorithm: md6"), "no checksum 'md6'"),
    "digests of each other": ("SPEC255", _changed("fields: {more: text}", "fields: {more: text}\n        checksums: [{field: more, algorithm: md5, of: head}]"), "depends on itself"),
    "first part that says nothing": ("SPEC256", _changed("end: {says: over, ", "end: {"), "the first part of a message"),
    "first part of bytes": ("SPEC256", _changed("end: {says: over, fields: {count: uint}}", "end: {kind: bytes}"), "the first part of a message"),
    "first part that is optional": ("SPEC256", _changed("end: {says: over,", "end: {optional: true, says: over,"), "the first part of a message"),
    # codes that this family provokes in its own way
    "types of JSON": ("SPEC019", _changed("count: uint", "count: datetime"), "JSON has no such values"),
    "class twice": ("SPEC022", _changed("says: over,", "says: over, class: Shot,"), "are both 'Shot' in Python"),
    "class of the module": ("SPEC021", _changed("  over:\n", "  over:\n    class: Limits\n"), "has a 'Limits' of its own"),
    "reserved part": ("SPEC021", _changed("rest: {kind", "missing: {kind"), "a meaning of its own"),
    "class name": ("SPEC020", _changed("  over:\n", "  over:\n    class: two words\n"), "is no identifier"),
    "pattern": ("SPEC033", _changed('"shot.*"', '"shot.("'), "is no regular expression"),
    "word twice": ("SPEC050", _changed("says: over", "says: shot"), "both begin with 'shot'"),
    "discriminator as a field": ("SPEC052", _changed("{count: uint}", "{is: uint}"), "is the discriminator"),
    "algorithm": ("SPEC053", _changed("algorithm: none", "algorithm: nine"), "did you mean 'none'?"),
    "series without a message": ("SPEC253", _changed("messages:\n", "series: {begin: shot, end: ovre, number: {shot: head.mode, over: end.count}}\nmessages:\n"), "did you mean 'over'?"),
    "series without a number": ("SPEC253", _changed("messages:\n", "series: {begin: shot, end: over, number: {over: end.count}}\nmessages:\n"), "does not say where 'shot' has the series"),
    "number of nothing": ("SPEC253", _changed("messages:\n", "series: {begin: shot, end: over, number: {shot: head.nr, over: end.count}}\nmessages:\n"), "no JSON part and field 'head.nr'"),
    "count of text": ("SPEC253", _changed("messages:\n", "series: {begin: shot, end: over, number: {shot: head.kind, over: end.count}, count: {shot: head.kind}}\nmessages:\n"), "must be an integer"),
    "dtype of an array": ("SPEC250", _changed("encoding: how}", "encoding: how, dtypes: [halv]}"), "did you mean 'half'?"),
    "dtype that is written and not read": ("SPEC250", _changed("encoding: how}", "encoding: how, dtypes: [half], writes: [full]}"), "'full' is written and not read"),
    "length of no axis": ("SPEC250", _changed("encoding: how}", "encoding: how, axes: [y, x], lengths: {z: 2}}"), "'z' is no axis of the array"),
    "alias of another encoding": ("SPEC250", _changed("plain: {algorithm: none}", "plain: {algorithm: none, aliases: [packed]}"), "'packed' is the name of two encodings"),
    "guess that is an alias": ("SPEC250", _changed("plain: {algorithm: none}", "plain: {algorithm: none, aliases: [raw], guessed: [raw]}"), "'raw' is the name of two encodings"),
    "read only": ("SPEC055", _changed("algorithm: bslz4", "algorithm: bszstd"), "is read and not written"),
    "switch": ("SPEC047", _changed("units: {head.time: s}", "unit: {head.time: s}"), "did you mean 'units'?"),
    "units": ("SPEC047", _changed("units: {head.time: s}", "units: {head.time: 3}"), "the switch 'units'"),
    "rule": ("SPEC042", _changed("faults: {size: DM-001}", "faults: {size: DM-002}"), "did you mean 'DM-001'?"),
    "part key": ("SPEC004", _changed("optional: true}", "optionnal: true}"), "did you mean 'optional'?"),
    "no discriminator": ("SPEC051", _changed("discriminator: is\n", ""), "several messages need a `discriminator`"),
}  # fmt: skip


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


@pytest.mark.parametrize(("old", "new", "classes"), [
    ("  over:\n    parts:\n      end", "  over:\n    parts:\n      head", ["ShotHead", "OverHead"]),
    ("      end: {says", "      source: {says", ["Head", "SourcePart"]),
    ("      end: {says", "      shot: {says", ["Head", "OverShot"]),
])  # fmt: skip
def test_names_that_clash_are_told_apart(old: str, new: str, classes: list[str], tmp_path: Path) -> None:
    problems = Problems()
    file = tmp_path / "specs" / "demo" / "1.yaml"
    file.parent.mkdir(parents=True)
    file.write_text(_changed(old, new))
    spec = load_spec(file, problems)

    assert not problems.found and spec is not None
    parts = [message.parts[0] for message in spec.body.messages]
    assert [part.cls for part in parts] == classes


def test_every_code_of_the_family_is_provoked() -> None:
    of_the_family = {code for code in CODES if 250 <= int(code[4:]) < 260}

    assert of_the_family
    assert of_the_family <= {code for code, _, _ in MISTAKES.values()}


@pytest.mark.parametrize("key", ["dtypes", "encodings", "write", "faults", "profiles", "messages", "discriminator"])
@pytest.mark.parametrize("value", ["3", "text", "[a, b]", "{a: {b: 3}}", "{a: [3]}", "null"])
def test_a_body_of_another_shape_is_a_problem_and_never_a_crash(tmp_path: Path, key: str, value: str) -> None:
    text = re.sub(rf"^{key}:.*\n(?:^ .*\n)*", f"{key}: {value}\n", GOOD, flags=re.MULTILINE)

    problems, _ = reported(tmp_path, text)

    assert problems.errors or (key, value) in [("faults", "null"), ("profiles", "null"), ("write", "null"), ("dtypes", "null"), ("discriminator", "text")]  # fmt: skip


def test_an_integer_behind_a_float_is_reported(tmp_path: Path) -> None:
    problems, report = reported(tmp_path, GOOD.replace("time: float", 'time: float, level: "float | uint8"'))

    assert {problem.code for problem in problems.errors} == {"SPEC265"}, report
    assert "what is written of uint8 can be read as float, which stands before it" in report


ENDLESS = {
    "required": ("next: {type: Node, required: true}", "requires itself"),
    "required, through another": ("next: {type: Other, required: true}", "requires itself"),
    "a default": ("next: {type: Node, default: {}}", "is filled in as a default of itself"),
    "a default in a list": ("next: {type: 'list[Node]', default: [{}]}", "is filled in as a default of itself"),
    "a default in a map of a union": ("next: {type: 'map[text, Node | null]', default: {a: {}}}", "is filled in as a default of itself"),
}  # fmt: skip
OTHER = (
    "types:\n  Node: {fields: {%s, other: Other}}\n  Other: {fields: {back: {type: Node, required: true}}}\nmessages:"
)


@pytest.mark.parametrize("name", ENDLESS)
def test_a_record_that_holds_itself_without_end_is_reported(name: str, tmp_path: Path) -> None:
    field, text = ENDLESS[name]
    said = GOOD.replace("messages:", OTHER % field).replace("time: float", "time: float, node: Node")
    problems, report = reported(tmp_path, said)

    assert "SPEC015" in {problem.code for problem in problems.errors}, report
    assert f"the record 'Node' {text}, without end" in report


def test_a_record_may_hold_itself_where_it_may_be_absent(tmp_path: Path) -> None:
    good = "next: Node, kids: {type: 'list[Node]', default: []}"
    said = GOOD.replace("messages:", OTHER % good).replace("time: float", "time: float, node: Node")

    assert not reported(tmp_path, said)[0].errors
