"""What can be said wrongly of the place of a version: each mistake with its code, line, column and hint."""

from __future__ import annotations

from pathlib import Path

import pytest
from generating_versions import command
from probe import PROBE
from versioned import write_versions

from sciwire.model import Problems, load_spec, load_spec_or_raise
from sciwire.model.differences import compare_specs

CBOR = """\
sciwire: 1
format: demo
version: "1"
family: cbor
title: A demonstration
versioning: {kind: exact, at: edition}
discriminator: kind
messages:
  one: {fields: {edition: {type: uint, const: 1}, size: uint, big: {type: float, const: 1.5}}}
  two: {fields: {edition: {type: uint, const: 1}, size: {type: uint, const: 3}, big: {type: float, const: 1.5}}}
"""
PARTS = """\
sciwire: 1
format: demo
version: "1"
family: multipart
title: A demonstration
versioning: {kind: exact, at: is}
discriminator: is
messages:
  one: {parts: {head: {says: one-1, fields: {size: uint}}, more: {fields: {edition: {type: uint, const: 1}}}}}
"""
GRID = """\
sciwire: 1
format: demo
version: "1"
family: grid
title: A demonstration
versioning: {kind: exact, at: magic}
array: {type: "ndarray[<u2; y, x]"}
cutouts: {extents: [2, 2], order: C}
header:
  magic: {type: bytes, is: const, value: TILE}
  number: {type: <u4, is: number}
  shape: {type: <u4, is: shape}
  late: {type: <u4, is: const, value: 7}
"""
TEXT = """\
sciwire: 1
format: demo
version: "1"
family: packets
descriptors: text
title: A demonstration
versioning: {kind: exact, at: edition}
prefix:
  magic: {bytes: "4c 47"}
  edition: {role: version, size: 2, const: 1}
  heads: {role: header_fields, size: 2}
  fields: {role: packet_fields, size: 2}
lines: {form: "{type} {name}{extents}"}
data_types: {small: i2}
"""
TABLES = """\
sciwire: 1
format: demo
version: "1"
family: hdf5
title: A demonstration
versioning: {kind: exact, at: edition}
attributes: {edition: {at: /@edition, type: text, role: version}}
datasets: {counts: {at: /counts, type: <u4, shape: [3]}}
"""
STRUCT = PROBE[1].replace('"2.0"', '"1"').replace("format: probe", "format: demo")


def _report(tmp_path: Path, text: str) -> str:
    path = tmp_path / "specs" / "demo" / "1.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    problems = Problems()
    load_spec(path, problems)
    return "\n".join(problem.headline(tmp_path) for problem in problems.errors)


@pytest.mark.parametrize("text", [STRUCT, CBOR, CBOR.replace("at: edition", "at: kind"), PARTS, GRID, TEXT, TEXT.replace("at: edition", "at: magic")])  # fmt: skip
def test_a_place_that_is_there_is_no_mistake(tmp_path: Path, text: str) -> None:
    assert _report(tmp_path, text) == ""


@pytest.mark.parametrize(
    ("text", "at", "column", "told"),
    [
        (STRUCT, "head.versoin", 30, "SPEC062 there is no field 'versoin' of 'head.versoin' (did you mean 'version'?)"),
        (STRUCT, "hed.version", 30, "SPEC062 there is no field 'hed' of 'hed.version' (did you mean 'head'?)"),
        (STRUCT, "magic.version", 30, "SPEC063 'magic' is no record that stands in all data"),
        (STRUCT, "gain", 30, "SPEC063 'gain' is no constant that stands in all data"),
        (STRUCT, "head", 30, "SPEC063 'head' is no constant that stands in all data"),
        (CBOR, "editon", 30, "SPEC062 there is no field 'editon' in 'one' (did you mean 'edition'?)"),
        (CBOR, "size", 30, "SPEC063 'size' of 'one' has no `const`, an integer or text, to be told by"),
        (CBOR, "big", 30, "SPEC063 'big' of 'one' has no `const`, an integer or text, to be told by"),
        (PARTS, "edition", 30, "SPEC062 there is no field 'edition' in 'one'"),
        (PARTS, "size", 30, "SPEC063 'size' of 'one' has no `const`, an integer or text, to be told by"),
        (GRID, "magik", 30, "SPEC062 there is no field 'magik' (did you mean 'magic'?)"),
        (GRID, "number", 30, "SPEC063 'number' is no constant"),
        (GRID, "late", 30, "SPEC063 'late' has no place of its own, 'shape' before it has an item for each axis"),
        (TEXT, "heads", 30, "SPEC063 'heads' is no constant"),
        (TEXT, "nothing", 30, "SPEC062 there is no field 'nothing'"),
        (TABLES, "edition", 30, "SPEC062 data of this family state no version that could be looked for (an attribute with `role: version` says it)"),
    ],
)  # fmt: skip
def test_every_mistake_is_reported_where_it_stands(tmp_path: Path, text: str, at: str, column: int, told: str) -> None:
    line = next(line for line in text.splitlines() if line.startswith("versioning:"))
    number = text.splitlines().index(line) + 1
    said = line.partition("at: ")[2].rstrip("}").partition(",")[0]

    assert (
        _report(tmp_path, text.replace(line, line.replace(f"at: {said}", f"at: {at}")))
        == f"specs/demo/1.yaml:{number}:{column + 1}: {told}"
    )


def test_a_field_behind_one_of_any_size_has_no_place_of_its_own(tmp_path: Path) -> None:
    text = STRUCT.replace("      head: Head\n", "      long: {type: text, terminator: 0}\n      head: Head\n")
    assert "SPEC063 'head' has no place of its own, 'long' before it takes any number of bytes" in _report(
        tmp_path, text
    )


def test_a_message_that_lacks_the_key_is_named(tmp_path: Path) -> None:
    text = CBOR.replace("two: {fields: {edition: {type: uint, const: 1}, ", "two: {fields: {")
    assert "SPEC062 there is no field 'edition' in 'two'" in _report(tmp_path, text)
    text = CBOR.replace("two: {fields: {edition: {type: uint, ", "two: {fields: {edition: {type: uint, key: e, ")
    assert "SPEC063 'edition' has another key in 'two' than before" in _report(tmp_path, text)
    text = CBOR.replace("one: {fields: {edition: {type: uint, ", "one: {fields: {edition: {type: uint, also: [e], ")
    assert "SPEC063 'edition' of 'one' has other keys, under which nobody would look for it" in _report(tmp_path, text)


def test_an_unknown_key_beside_it_and_a_wrong_type(tmp_path: Path) -> None:
    assert "SPEC004 unknown key 'att' in 'versioning'" in _report(tmp_path, STRUCT.replace("at: head", "att: head"))
    wrong = _report(tmp_path, STRUCT.replace("at: head.version", "at: [head, version]"))
    assert wrong == "specs/demo/1.yaml:6:31: SPEC006 'versioning.at' must be text, not a list"


def test_versions_that_differ_in_punctuation_alone_have_no_names_for_their_modules(tmp_path: Path) -> None:
    specs = write_versions(tmp_path / "specs", "probe", PROBE[0], PROBE[1].replace('"2.0"', '"1-0"'))
    done = command("check", specs)
    assert done.returncode == 1
    assert "SPEC064 the modules of the versions '1-0' and '1.0' would have the same name" in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("old", "new", "told", "breaks"),
    [
        ("", ", at: head.version", "is not said to stand anywhere, and stands at 'head.version' now", set()),
        (", at: head.version", "", "stands at 'head.version', and is not said to stand anywhere now", {"files"}),
        (", at: head.version", ", at: magic", "stands at 'head.version', and stands at 'magic' now", {"files"}),
    ],
)
def test_a_difference_in_the_place_is_told(tmp_path: Path, old: str, new: str, told: str, breaks: set[str]) -> None:
    found = []
    for name, at in (("old", old), ("new", new)):
        path = tmp_path / name / "2.0.yaml"
        path.parent.mkdir()
        path.write_text(PROBE[1].replace(", at: head.version", at))
        found.append(load_spec_or_raise(path))
    (change,) = compare_specs(*found)

    assert (change.path, change.text, set(change.breaks)) == ("versioning.at", f"the version {told}", breaks)
