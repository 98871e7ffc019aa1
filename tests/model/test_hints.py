"""What an author of other languages writes first is told of with the word that is meant here."""

from __future__ import annotations

from pathlib import Path

import pytest

from sciwire.model import Problems, load_spec

CBOR = 'sciwire: 1\nformat: odd\nversion: "1"\nfamily: cbor\ntitle: Odd\n'
FIELD = CBOR + "messages: {m: {fields: {g: uint, f: %s}}}\n"
STRUCT = CBOR.replace("cbor", "struct") + "order: big\nroot: R\nrecords:\n  R: {fields: {n: u1, %s}}\n"

CASES = [
    (FIELD % "string", "SPEC012 unknown type 'string' (did you mean 'text'?)"),
    (FIELD % "integer", "(did you mean 'int'?)"),
    (FIELD % "boolean", "(did you mean 'bool'?)"),
    (FIELD % "timestamp", "(did you mean 'datetime'?)"),
    (FIELD % "uint16_t", "(did you mean 'uint16'? The short names count bytes, u2 is uint16)"),
    (FIELD % "u16", "(did you mean 'uint16'? The short names count bytes, u2 is uint16)"),
    (FIELD % "f32", "(did you mean 'float32'?"),
    (FIELD % "object", "(a map is map[K, V], a table of fields an entry of `types`)"),
    (FIELD % "'uint?'", "SPEC013 '?' has no place in a type (a field may be absent unless it says `required: true`)"),
    (FIELD % "'float[3]'", "(a list is list[T] or list[T, 3], a run of numbers array[u2] or array[u2|f4])"),
    (FIELD % "'ndarray[u2]'", "SPEC013 ';' is missing (ndarray[u1|u2; y, x], axes have names)"),
    (FIELD % "'ndarray[u2; 512, 512]'", "SPEC013 an axis is missing (ndarray[u1|u2; y, x], axes have names)"),
    (FIELD % "'map[text]'", "SPEC013 ',' is missing (map[K, V])"),
    (FIELD % "'tag[bytes, 37]'", "SPEC013 a tag number is missing (tag[number, T])"),
    (FIELD % "'list[uint; 3]'", "SPEC013 ']' is missing (list[T] or list[T, 3])"),
    (FIELD % "'enum[a b]'", "(enum[a, b], with text that is no word in quotes"),
    (FIELD % "{type: list[text], doc: x}", 'SPEC002 not YAML: did not find expected'),
    (FIELD % "{type: map[text, uint], doc: x}", 'a type with brackets stands in quotes here: "map[..."'),
    (FIELD % "{type: text, optional: true}", "(a field may be absent unless it says `required: true`)"),
    (FIELD % "{type: text, enum: [a]}", "(the type is enum[a, b])"),
    (FIELD % "{type: text, since: 2}", "SPEC004 unknown key 'since' in 'messages.m.fields.f' (each version is a file of its own)"),
    (FIELD % "{type: text, description: x}", "(did you mean 'doc'?)"),
    (FIELD % "{type: text, Pattern: x}", "(did you mean 'pattern'?)"),
    (CBOR.replace("cbor", "CBOR") + "messages: {}\n", "SPEC011 unknown family 'CBOR'"),
    (CBOR.replace('"1"', "1.0"), "SPEC006 'version' must be text, not the number 1.0 (\"1.0\" in quotes is text)"),
    (CBOR + "messages: {m: {stack: f, fields: {f: uint}}}\n", "SPEC031 'f' is no map of arrays, so there is nothing to stack"),
    (STRUCT % "x: u3", "(an integer of 3 bytes is `type: uint` with `size: 3`, in the family struct)"),
    (STRUCT % "x: uint24", "(an integer of 3 bytes is `type: uint` with `size: 3`, in the family struct)"),
    (STRUCT % "x: {type: u2, endian: little}", "(did you mean 'order'?)"),
    (STRUCT % "x: {type: u2, version: [3, 1]}", "SPEC306 the versions of 'x' go up, the newest is the last"),
    (STRUCT % "x: S, y: {type: u1, count: x.m}" + "  S: {fields: {mm: u1}}\n", "SPEC301 there is no field 'x.m' for 'y' (did you mean 'x.mm'?)"),
    (STRUCT % "x: S, y: {type: u1, count: mm}" + "  S: {fields: {mm: u1}}\n", "SPEC301 there is no field 'mm' for 'y'"),
    (STRUCT % "s: S, late: u1" + "  S: {fields: {a: {type: u1, count: late}}}\n", "SPEC301 there is no field 'late' for 'a'"),
    (STRUCT % "s: S, t: T" + "  S: {fields: {m: u1, t: T}}\n  T: {fields: {a: {type: u1, count: m}}}\n", "SPEC301 there is no field 'm' for 'a'"),
    (STRUCT % "s: S, b: {type: u1, only: {m: [1]}}" + "  S: {fields: {m: u1}}\n", "SPEC301 there is no field 'm' before 'b'"),
    (STRUCT % "a: {type: bytes, size: rest}, b: {type: u1, only: {n: [1]}}", "SPEC307 'a' goes up to the end, so what follows it must have a fixed size and always be there"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "wanted"), CASES, ids=lambda one: one[-60:].strip())
def test_the_problem_says_what_is_meant(text: str, wanted: str, tmp_path: Path) -> None:
    path = tmp_path / "1.yaml"
    path.write_text(text, encoding="utf-8")
    problems = Problems()

    assert load_spec(path, problems) is None
    assert wanted in problems.render(tmp_path)
    for problem in problems.found:
        assert problem.place.line >= 1 and problem.place.column >= 1


def test_a_field_of_a_record_around_may_say_how_many(tmp_path: Path) -> None:
    path = tmp_path / "1.yaml"
    text = (
        STRUCT % "h: H, k: u1, s: S"
        + "  H: {fields: {m: u1}}\n  S: {fields: {t: T, c: {type: u1, only: {k: [1]}}}}\n  T: {fields: {a: {type: u1, count: h.m}}}\n"
    )
    path.write_text(text, encoding="utf-8")
    problems = Problems()

    assert load_spec(path, problems) is not None, problems.render()
