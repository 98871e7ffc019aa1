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
    (STRUCT % "a: {type: bytes, size: rest}, m: u1, b: {type: u1, only: {m: [1]}}", "SPEC307 'a' goes up to the end, so what follows it must have a fixed size and always be there"),
]  # fmt: skip


HERE = Path(__file__).parents[1] / "formats" / "authored_specs"
#: (specification, what is there, what an author might write, what is told)
EDITS = [
    ("twincam/1", "says: cal", "says: open", "SPEC050 'calibration' and 'head' both say 'open': which one is there can't be told"),
    ("twincam/1", 'dims: {type: "list[uint]"', "dims: {type: text", "SPEC253 'dims' can't say the shape of 'left': that is a list of unsigned integers"),
    ("twincam/1", "pixel: {type: text", "pixel: {type: uint", "SPEC253 'pixel' can't say the dtype of 'left': that is text"),
    ("twincam/1", "how: text", "how: uint", "SPEC253 'how' can't say the encoding of 'right': that is text"),
    ("twincam/1", "bytes_left: uint", "bytes_left: text", "SPEC253 'bytes_left' can't say the size of 'left': that is an unsigned integer"),
    ("twincam/1", "md5: text}", "md5: uint}", "SPEC253 'md5' can't hold a digest: that is text"),
    ("twincam/1", "axes: [y, x], rank: [2]}}\n      right", "axes: [y, y], rank: [2]}}\n      right", "SPEC039 'left' names an axis twice"),
    ("twincam/1", "rank: [2]}}\n      right", "rank: [3]}}\n      right", "SPEC250 info.dims gives the shape of 'left' too, which has other numbers of axes"),
    ("mosaic/1", 'type: ">u4", is: crc32', 'type: ">u2", is: crc32', "SPEC352 'sum' does not hold the 32 bits of crc32"),
    ("wavelines/1", "role: version, const: 1", "role: version", "SPEC170 'v' has a version and not which one: `const` says it"),
    ("seism/3", "from: version, to: trailer", "from: trailer, to: version", "SPEC305 'trailer' stands behind 'version', a sum is over fields in their order"),
    ("telemetry/1.2", "sum: {algorithm: crc16-ccitt}", "sum: crc32", "SPEC006 'records.Packet.fields.crc.sum' must be a table, not the text 'crc32'"),
    ("telemetry/1.2", "count: shape.rows", "count: rows", "SPEC301 there is no field 'rows' for 'samples'"),
    ("telemetry/1.2", "header.id.secondary: [true]", "header.id.second: [true]", "SPEC301 there is no field 'header.id.second' before 'time'"),
    ("lynx/2.0", "stack: data", "stack: number", "SPEC031 'number' is no map of arrays"),
    ("lynx/2.0", "level: MUST, text: \"version is 2\"", "level: must, text: \"version is 2\"", "SPEC007 'rules.0.level' is 'must', allowed: MUST, SHOULD, MAY (did you mean 'MUST'?)"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "old", "new", "wanted"), EDITS)
def test_a_mistake_in_a_whole_specification_is_told(name: str, old: str, new: str, wanted: str, tmp_path: Path) -> None:
    text = (HERE / f"{name}.yaml").read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "x.yaml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    problems = Problems()

    assert load_spec(path, problems) is None
    assert wanted in problems.render(tmp_path)


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
