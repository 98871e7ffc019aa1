"""Constraints, keys and names that can't be: each is reported where it stands, before a module is made of it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from reported import reported

from sciwire.model import Problems, load_spec

GOOD = """\
sciwire: 1
format: demo
version: "1"
family: cbor
title: A demonstration
discriminator: kind
keys: {kind: text}
types:
  Axis: {fields: {start: float}}
  Name: text
messages:
  frame:
    fields:
      number: {type: uint, max: 100}
      axis: Axis
      label: {type: text, length: {max: 4}}
      table: "map[Name, float]"
"""
MULTIPART = """\
sciwire: 1
format: demo
version: "1"
family: multipart
title: A demonstration
discriminator: is
messages:
  shot:
    parts:
      head: {says: shot, fields: {a: uint}}
"""
ROWS = """\
sciwire: 1
format: demo
version: "1"
family: struct
title: A demonstration
order: little
root: Whole
bits:
  Word: {size: 1, fields: {low: 4, high: 3}, parity: {bit: 7, ones: odd}}
records:
  Whole: {fields: {number: u2, count: u1, items: {type: Item, count: count}}}
  Point: {fields: {x: u1, word: Word}}
  Other: {class: Second, fields: {y: u2}}
unions:
  Item: {type: u1, members: {Point: 1, Other: 2}}
rows:
  table:
    columns: {a: u1, b: {type: <u4}, low: u1}
    head: {a: 4, b: number}
    members: {Point: {all: word, a: x}, Other: {b: y & 7}}
    blank: {until: "2", by: a, keep: {4: [b]}}
constants: {SIZE: {size: Point}, TAG: {tag: Item.Point}, HEAD: {head_size: Whole}}
objects: {Thing: {word: Word, attributes: {x: null}}}
operations:
  read: {does: parse_objects, arguments: {data: data}, head: {class: Thing}, members: {Point: {class: Thing, word: word, attributes: {x: x}}}}
  write: {does: format_objects, like: read, arguments: {objects: objects, kind: kind}, writes: {a: [Point]}}
  tabulate: {does: rows, table: table, arguments: {data: data, given: given}}
  head: {does: format_head, arguments: {n: number}, now: number}
"""


FIELDS = [
    # (old, new, code, part of the message)
    ("{kind: text}", "{kind: integer}", "SPEC264", "`keys` allows integer keys only, 'kind' is none"),
    ("kind\nkeys: {kind: text}", "0\nkeys: {kind: integer}", "SPEC264", "`keys` allows integer keys only, 'number' is none"),
    ("{type: uint, max: 100}", "{type: uint, key: 4}", "SPEC264", "`keys` allows text keys only, 4 is none"),
    ("map[Name, float]", "map[float, Name]", "SPEC014", "the keys of a map are text or integers"),
    ("map[Name, float]", "map[any, Name]", "SPEC014", "the keys of a map are text or integers"),
    ("map[Name, float]", "list[map[Axis, Name]]", "SPEC014", "the keys of a map are text or integers"),
    ("Name: text", "Name: map[bool, text]", "SPEC014", "the keys of a map are text or integers"),
    ("axis: Axis", "axis: {type: Axis, min: 1}", "SPEC031", "'min' has no meaning for a record"),
    ("axis: Axis", "axis: {type: Axis, pattern: a+}", "SPEC031", "'pattern' has no meaning for a record"),
    ("axis: Axis", "axis: {type: Axis, length: 3}", "SPEC031", "'length' has no meaning for a record"),
    ("axis: Axis", "axis: {type: Axis, const: {}}", "SPEC031", "'const' has no meaning for a record"),
    ("{type: uint, max: 100}", "{type: u1, min: 256}", "SPEC032", "no value of 'number' can satisfy its range"),
    ("{type: uint, max: 100}", "{type: uint, max: -1}", "SPEC032", "no value of 'number' can satisfy its range"),
    ("{type: uint, max: 100}", "{type: float, max: .nan}", "SPEC032", "no value of 'number' can satisfy its range"),
    ("{type: uint, max: 100}", "{type: 'list[u1, 3]', length: {min: 4}}", "SPEC032", "no value of 'number' can satisfy its range"),
    ("{type: uint, max: 100}", "{type: uint, max: 100, const: 101}", "SPEC037", "the constant 101 is not within the other constraints"),
    ("{max: 4}", "{max: 4}, default: abcde", "SPEC034", "the default 'abcde' is not a value of 'label'"),
    ("{max: 4}", "{max: 4}, pattern: '[a-z]+', default: A", "SPEC034", "the default 'A' is not a value of 'label'"),
    ("{type: uint, max: 100}", "{type: float16, const: 0.1}", "SPEC037", "the constant 0.1 of 'number' can't be held by a float16"),
    ("{type: uint, max: 100}", "{type: f4, default: 1.0e+39}", "SPEC034", "the default 1e+39 of 'number' can't be held by a float32"),
    ("{type: uint, max: 100}", "'tag[99999999999999999999999, int]'", "SPEC014", "a tag number is at most 2^64-1"),
    ("{start: float}", "{start: {type: Axis, required: true}}", "SPEC015", "the record 'Axis' requires itself, without end"),
    ("keys: {kind: text}", "refuse: [{key: kind, text: no}]", "SPEC052", "'kind' is the discriminator: every message would be refused"),
    ("kind\nkeys: {kind: text}", "0\nrefuse: [{key: 0, text: no}]", "SPEC052", "0 is the discriminator: every message would be refused"),
    ("{type: uint, max: 100}", "<u2", "SPEC018", "'<uint16': numbers of CBOR have one byte order"),
    ("  frame:", "  two words:", "SPEC020", "the message name 'two words' is no identifier"),
    ("  frame:", "  frame-1:", "SPEC020", "the message name 'frame-1' is no identifier"),
    ("      number:", "      '':", "SPEC020", "'' is no name for a field"),
    ("      number:", '      "a\\nb":', "SPEC020", "'a\\nb' is no name for a field"),
    ("  frame:", "  frame:\n    class: list", "SPEC021", "'list' is a name of Python's own"),
    ("  frame:", "  frame:\n    class: _FORM", "SPEC021", "the generated module has a '_FORM' of its own"),
    ("  frame:", "  frame:\n    class: Session", "SPEC021", "the generated module has a 'Session' of its own"),
]  # fmt: skip

PARTS = [
    (
        "{a: uint}}",
        "{a: uint}}\n      b: {kind: bytes, optional: true}\n      c: {kind: bytes, optional: true}",
        "SPEC256",
        "'c' and 'b' are both optional and no JSON",
    ),
    ("      head:", "      he ad:", "SPEC020", "the name 'he ad' of a part is no identifier"),
    ("  shot:", "  sh.ot:", "SPEC020", "the name 'sh.ot' of a message is no identifier"),
    ("  shot:", "  shot:\n    class: JsonPart", "SPEC021", "the generated module has a 'JsonPart' of its own"),
]

OPERATIONS = [
    ("count: count}}", "count: 3}}", "SPEC308", "rows need a root of fixed size that ends with a list of a union"),
    ("y: u2}", "y: u4}", "SPEC308", "rows need members of one fixed size, those of 'Item' are not"),
    ("Word: {size", "W d: {size", "SPEC020", "the name 'W d' in 'bits' is no identifier"),
    ("class: Second", "class: binary", "SPEC021", "the generated module has a 'binary' of its own"),
    ("b: number}", "b: numebr}", "SPEC308", "there is no field of 'Whole' 'numebr' (did you mean 'number'?)"),
    ("{all: word, a: x}", "{all: x}", "SPEC308", "'x' is no word of bits"),
    ("{all: word, a: x}", "{a: word.hihg}", "SPEC308", "there is no field of bits of 'Word' 'hihg' (did you mean 'high'?)"),
    ("{b: y & 7}", "{b: y & z}", "SPEC308", "'y & z' is no number, `field`, `field & mask`"),
    ("{type: <u4}", "{type: <u4, since: one}", "SPEC308", "'one' is no version, as 2.1"),
    ("{type: <u4}", "{type: <u5}", "SPEC308", "the column 'b' has no type such as u1"),
    ("keep: {4: [b]}", "keep: {four: [b]}", "SPEC308", "'four' is no number of the column 'a'"),
    ("keep: {4: [b]}", "keep: {4: [c]}", "SPEC308", "there is no column 'c'"),
    ("by: a,", "by: c,", "SPEC308", "there is no column 'c'"),
    ("{size: Point}", "{size: Whole}", "SPEC308", "'Whole' has no fixed size"),
    ("tag: Item.Point", "tag: Item.Piont", "SPEC308", "there is no member of 'Item' 'Piont' (did you mean 'Point'?)"),
    ("tag: Item.Point", "tag: Itme.Point", "SPEC308", "there is no union 'Itme' (did you mean 'Item'?)"),
    ("does: rows, table: table", "does: rows", "SPEC308", "to rows, `table` must be said"),
    (", writes: {a: [Point]}", "", "SPEC308", "to format_objects, `writes` must be said"),
    ("writes: {a: [Point]}", "writes: {a: [Piont]}", "SPEC308", "there is no record 'Piont' (did you mean 'Point'?)"),
    ("{objects: objects, kind: kind}", "{objects: objects}", "SPEC308", "to format_objects, an argument must be the kind"),
    ("{data: data, given: given}", "{data: data, given: gievn}", "SPEC308", "there is no part to rows 'gievn' (did you mean 'given'?)"),
    ("{data: data, given: given}", "{given: given, data: data}", "SPEC308", "the argument 'data' must be given and follows one"),
    ("{data: data, given: given}", "{data: data, more: data}", "SPEC308", "two arguments are the data"),
    ("{data: data, given: given}", "{class: data}", "SPEC020", "the argument 'class' is no identifier"),
    ("arguments: {n: number}", "arguments: {n: nubmer}", "SPEC308", "there is no field of 'Whole' 'nubmer' (did you mean 'number'?)"),
    ("now: number", "now: then", "SPEC308", "there is no field of 'Whole' 'then'"),
    ("like: read", "like: tabulate", "SPEC308", "the operation 'tabulate' has no members of its own"),
    ("attributes: {x: x}", "attributes: {x: y}", "SPEC308", "there is no field of 'Point' 'y'"),
    ("attributes: {x: x}", "attributes: {x: {field: x}}", "SPEC308", "a table says `field` and `mask`, a number"),
    ("SIZE: {size", "view: {size", "SPEC021", "the generated module has a 'view' of its own"),
]  # fmt: skip

CASES = [
    *((GOOD, *one) for one in FIELDS),
    *((MULTIPART, *one) for one in PARTS),
    *((ROWS, *one) for one in OPERATIONS),
]


@pytest.mark.parametrize("good", [GOOD, MULTIPART, ROWS], ids=["cbor", "multipart", "struct"])
def test_the_good_specifications_have_no_problem(good: str, tmp_path: Path) -> None:
    problems, report = reported(tmp_path, good)

    assert not problems.found, report


@pytest.mark.parametrize(("good", "old", "new", "code", "part"), CASES)
def test_a_mistake_has_its_code_place_and_sentence(
    good: str, old: str, new: str, code: str, part: str, tmp_path: Path
) -> None:
    assert good.count(old) == 1, f"{old!r} must stand once in the good specification"

    problems, report = reported(tmp_path, good.replace(old, new))

    assert re.search(rf"^specs/demo/1\.yaml:\d+:\d+: {code} {re.escape(part)}", report, re.MULTILINE), report
    assert all(problem.place.line > 1 for problem in problems.errors)


def test_what_can_be_satisfied_is_no_mistake(tmp_path: Path) -> None:
    for old, new in (
        ("{type: uint, max: 100}", "{type: float16, const: 0.5}"),
        ("{type: uint, max: 100}", "{type: f4, default: 16777216}"),
        ("{type: uint, max: 100}", "'tag[18446744073709551615, int]'"),
        ("{start: float}", "{start: {type: 'list[Axis]', required: true}}"),
        ("{start: float}", "{start: {type: Axis}}"),
        ("keys: {kind: text}", "refuse: [{key: other, text: no}]"),
    ):
        problems, report = reported(tmp_path, GOOD.replace(old, new))

        assert not problems.errors, report


RECORDS = """\
sciwire: 1
format: demo
version: "1"
family: %s
title: A demonstration
discriminator: kind
types:
  Rec: {fields: {r: {type: uint, required: true, max: 9}, s: {type: text, also: [t]}, c: {type: int, const: 4}, kids: "list[Rec]"}}
messages: {one: %s}
"""
REFUSED = {
    "no map": ("Rec", "[null]"),
    "without what is required": ("Rec", "{zz: 4}"),
    "another type": ("Rec", "{r: 1, s: 3}"),
    "another type at another key": ("Rec", "{r: 1, t: 3}"),
    "out of range": ("Rec", "{r: 10}"),
    "not the constant": ("Rec", "{r: 1, c: 5}"),
    "null": ("Rec", "{r: 1, s: null}"),
    "in a list": ("list[Rec]", "[{x: 1}]"),
    "in a record": ("Rec", "{r: 1, kids: [{r: 2}, {r: a}]}"),
    "in a map": ("map[text, Rec | null]", "{a: {}}"),
}
TAKEN = {
    "what is required": ("Rec", "{r: 1}"),
    "all of it": ("Rec", "{r: 1, t: a, c: 4, zz: 7, kids: [{r: 2}]}"),
    "null beside it": ("map[text, Rec | null]", "{a: null}"),
}


def _with_default(tmp_path: Path, family: str, case: tuple[str, str]) -> tuple[list[str], str]:
    fields = f"fields: {{some: {{type: '{case[0]}', default: {case[1]}}}}}"
    message = f"{{{fields}}}" if family == "cbor" else f"{{parts: {{head: {{says: one, {fields}}}}}}}"
    path = tmp_path / "1.yaml"
    path.write_text(RECORDS % (family, message), encoding="utf-8")
    problems = Problems()
    load_spec(path, problems)
    return [one.code for one in problems.errors], problems.render(tmp_path)


@pytest.mark.parametrize("family", ["cbor", "multipart"])
@pytest.mark.parametrize("case", REFUSED.values(), ids=REFUSED)
def test_a_default_of_a_record_that_no_reader_takes_is_reported(
    tmp_path: Path, family: str, case: tuple[str, str]
) -> None:
    codes, report = _with_default(tmp_path, family, case)

    assert codes == ["SPEC034"], report


@pytest.mark.parametrize("family", ["cbor", "multipart"])
@pytest.mark.parametrize("case", TAKEN.values(), ids=TAKEN)
def test_a_default_of_a_record_is_not(tmp_path: Path, family: str, case: tuple[str, str]) -> None:
    codes, report = _with_default(tmp_path, family, case)

    assert not codes, report
