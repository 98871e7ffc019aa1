"""Every kind of mistake in a specification of the hdf5 family has a code, and a specification here that provokes it."""

from __future__ import annotations

from pathlib import Path

import pytest

from sciwire.model import Problems, load_spec

GOOD = """\
sciwire: 1
format: demo
version: "1.0"
family: hdf5
title: A demonstration
versioning: {kind: minor}
sources:
  - {id: note, text: a note}
file:
  class: Log
  bounds: [v110, v112]
  swmr: true
  rules: {missing: DM-001}
places:
  entry: {default: entry, doc: where}
axes:
  row: {grows: true}
  x: {length: 8}
  y: {}
groups:
  /about: {doc: metadata}
attributes:
  version: {at: /about@version, type: text, role: version}
  made: {at: /about@made, type: float, role: created}
  unit: {at: "/{entry}/image@unit", type: text, const: counts}
datasets:
  image: {at: "/{entry}/image", type: "u1|u2", shape: [row, y, x], chunks: [4, all, 8], filters: [shuffle, {deflate: 4}]}
  words: {at: "/{entry}/words", type: bytes, shape: [row]}
  table:
    at: /table
    columns:
      time: {type: <f8, unit: s}
      name: {type: text, length: 4, default: none}
    shape: [row]
  level: {at: /level, type: <f8, min: 0, max: 9}
operations:
  put: {does: append, arguments: {path: file, words: words, image: image, table: table}}
  get: {does: read, arguments: {path: file, first: start, short: without image}, gives: [words, level]}
rules:
  - {id: DM-001, level: MUST, text: "objects are there", source: note}
"""


def test_a_growing_axis_may_not_hide_a_method_of_writers(tmp_path: Path) -> None:
    """`append_to` is what every writer has, and two axes may not make one method."""
    text = GOOD.replace("row: {grows: true}", "to: {grows: true}").replace("[row", "[to")
    assert "SPEC022 'to' would make a method append_to, that is a method of every writer" in report(tmp_path, text)[1]
    text = GOOD.replace("row: {grows: true}", "row: {grows: true}\n  a-b: {grows: true}\n  a_b: {grows: true}")
    more = "  one: {at: /one, type: <i2, shape: [a-b]}\n  two: {at: /two, type: <i2, shape: [a_b]}\n  level:"
    assert "would make a method append_a_b, 'a-b' is one already" in report(tmp_path, text.replace("  level:", more))[1]


def test_every_check_of_the_table_of_rules_is_one_of_the_kernel() -> None:
    """The words that a specification may use, and those that the kernel finds rules by, are the same."""
    from sciwire.model.families.hdf5_checks import CHECKS
    from sciwire.runtime.errors import CATEGORIES
    from sciwire.runtime.hdf5.layout import BROADER

    broad = {word for words in BROADER.values() for word in words}
    assert set(CHECKS) >= set(BROADER) | broad
    assert set(CHECKS) - set(BROADER) - broad - set(CATEGORIES) == {"in_use"}


def test_files_that_state_integers_need_versions_that_are_integers(tmp_path: Path) -> None:
    """The module would write no file of its own version."""
    text = GOOD.replace("kind: minor", "kind: exact").replace("type: text, role: version", "type: <i4, role: version")
    assert "SPEC106 files state the version as an integer, '1.0' is none" in report(tmp_path, text)[1]


def report(tmp_path: Path, text: str) -> tuple[Problems, str]:
    path = tmp_path / "specs" / "demo" / "1.0.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    problems = Problems()
    load_spec(path, problems)
    return problems, problems.render(tmp_path)


def test_the_good_specification_has_no_problem(tmp_path: Path) -> None:
    """What the cases below change is sound."""
    problems, text = report(tmp_path, GOOD)
    assert not problems, text


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("at: /table\n", "at: table\n", "SPEC100 'table' is no path: /group/dataset, without empty parts"),
        ("at: /table\n", "at: /a//table\n", "SPEC100 '/a//table' is no path"),
        ("at: /table\n", "at: /a/../table\n", "SPEC100 '/a/../table' is no path"),
        ("at: /table\n", "at: /a@table\n", "SPEC100 '/a@table' is the path of an attribute"),
        ('"/{entry}/words"', '"/{entri}/words"', "SPEC100 the place 'entri' is not listed in `places` (did you mean"),
        ("at: /about@made", "at: /about/made", "SPEC100 '/about/made' is no path of an attribute"),
        ("at: /about@made", "at: /about@", "SPEC100 '/about@' is no path of an attribute"),
        ("at: /level", "at: /table", "SPEC101 '/table' is the dataset 'table' already"),
        ("at: /level", "at: /about", "SPEC101 '/about' is a group already"),
        ("default: entry", "default: ..", "SPEC100 the default '..' is no name of a group or dataset"),
        ("default: entry", "default: a//b", "SPEC100 the default 'a//b' is no name of a group or dataset"),
        ("default: entry", "default: level", "SPEC101 by its default '/level' would be a group and a dataset"),
        ("default: entry", "default: table/x", "SPEC101 by its default '/table' would be a group and a dataset"),
        ("at: /level", "at: /entry/words", "SPEC101 by its default '/entry/words' would be two datasets"),
        ("at: /level", "at: /entry", "SPEC101 by its default '/entry' would be a group and a dataset"),
        ("at: /level", "at: /table/level", "SPEC101 '/table/level' (the dataset 'level') lies below '/table'"),
        ("at: /about@made", "at: /about@version", "SPEC101 '/about@version' is the attribute 'version' already"),
        ("chunks: [4, all, 8]", "chunks: [4, all]", "SPEC102 2 chunk lengths for 3 axes"),
        ("chunks: [4, all, 8]", "chunks: [4, al, 8]", "SPEC102 a chunk length is a number or the word all, not 'al'"),
        ("chunks: [4, all, 8]", "chunks: [all, all, 8]", "SPEC102 the whole of a growing axis is no chunk length"),
        (
            "shape: [row, y, x], chunks: [4, all, 8]",
            "shape: [row, y, 8], chunks: [4, all, 9]",
            "SPEC102 a chunk of 9 on",
        ),
        ("{deflate: 4}", "{deflat: 4}", "SPEC103 unknown filter 'deflat'"),
        ("{deflate: 4}", "{deflate: 10}", "SPEC103 a level of deflate is 0 to 9, not 10"),
        ("{deflate: 4}", "{zstd: {level: 3, speed: 2}}", "SPEC103 the filter 'zstd' has no setting 'speed'"),
        (
            "[shuffle, {deflate: 4}]",
            "[{deflate: 4}, shuffle]",
            "SPEC103 the order is shuffle, one compression, fletcher32",
        ),
        ("[shuffle, {deflate: 4}]", "[lzf, {deflate: 4}]", "SPEC103 'lzf' compresses already"),
        ("min: 0, max: 9}", "min: 0, filters: [lzf]}", "SPEC103 a scalar dataset can't be filtered"),
        ("type: bytes, shape: [row]", "type: bytes, shape: [rows]", "SPEC104 the axis 'rows' is not listed in `axes`"),
        ("shape: [row, y, x]", "shape: [y, row, x]", "SPEC104 'row' grows, so it can only be the first axis"),
        ("row: {grows: true}", "row: {grows: true, length: 3}", "SPEC104 'row' grows and has a fixed length"),
        ("shape: [row, y, x]", "shape: [row, x, x]", "SPEC039 an axis is named twice"),
        ("{path: file, words: words,", "{path: words, words: words,", "SPEC105 one argument must be the file"),
        ("first: start", "first: begin", "SPEC105 an argument is file, start, stop, mask, attempts, entry or a field"),
        (
            "gives: [words, level]",
            "gives: [words, lvel]",
            "SPEC105 there is no field 'lvel' to give (did you mean 'level'",
        ),
        (", gives: [words, level]", "", "SPEC105 a read operation says in `gives` what it returns"),
        ("{does: append,", "{does: append, table: raw,", "SPEC105 there is no table 'raw' (did you mean 'row'"),
        ("  x: {length: 8}", "  x: {length: 8, grows: false}\n  z: {grows: true}", ""),
        ("type: text, role: version", "type: <f8, role: version", "SPEC106 the version 'version' must be one text"),
        ("type: float, role: created", "type: <f4, role: created", "SPEC106 'made' holds unix time: a float64"),
        (
            "type: float, role: created",
            "type: text, role: version",
            "SPEC106 a second attribute has the role 'version'",
        ),
        ("versioning: {kind: minor}\n", "", "SPEC106 versions in the file need a rule: `versioning` is missing"),
        ("    columns:", "    type: <f8\n    columns:", "SPEC107 'table' has columns, a type besides says it twice"),
        ("type: bytes, shape: [row]", "shape: [row]", "SPEC107 'words' needs a type or columns"),
        ('type: "u1|u2", shape', 'type: "ndarray[u1; row, y, x]", shape', "SPEC107 the type names the axes already"),
        ("[v110, v112]", "[v112, v110]", "SPEC108 the bounds v112 and v110 are the wrong way round"),
        ("[v110, v112]", "[v108, v112]", "SPEC108 with swmr the lower bound is v110 or newer, not v108"),
        (
            "type: bytes, shape: [row]",
            'type: "map[text, int]", shape: [row]',
            "SPEC019 HDF5 holds numbers, text, bytes",
        ),
        ("type: bytes, shape: [row]", 'type: "vlen[text]", shape: [row]', "SPEC019 HDF5 holds numbers, text, bytes"),
        (
            "{type: text, length: 4, default: none}",
            "{type: text}",
            "SPEC019 a column is a number, a bool, or text with",
        ),
        ("type: <f8, min: 0", "type: <f8, length: 8, min: 0", "SPEC031 a length in bytes is for text and bytes"),
        ("const: counts", "const: 5", "SPEC037 the constant 5 is not of the type of 'unit'"),
        ("min: 0, max: 9", "min: 9, max: 0", "SPEC032 no value of 'level' can satisfy its range"),
        ("rules: {missing: DM-001}", "rules: {mising: DM-001}", "SPEC004 no check is called 'mising' (did you mean"),
        ("rules: {missing: DM-001}", "rules: {missing: DM-002}", "SPEC042 the rule 'DM-002' is not listed"),
        ("class: Log", "class: 2 logs", "SPEC020 the class name '2 logs' is no identifier"),
        ("  put: {", "  pu-t: {", "SPEC020 'pu-t' is no identifier"),
        (
            "arguments: {path: file, words",
            "arguments: {pa-th: file, words",
            "SPEC020 the argument 'pa-th' is no identifier",
        ),
        ("class: Log", "class: Writer", "SPEC021 the class name 'Writer' is reserved; give the class another"),
        ("class: Log", "class: dict", "SPEC021 the class name 'dict' is reserved"),
        ("class: Log", "class: version", "SPEC021 the name 'version' is that of the class"),
        ("  put: {", "  decode: {", "SPEC021 the operation 'decode' would take the place of the module's"),
        ("  put: {", "  class: {", "SPEC020 'class' is no identifier"),
        ("{path: file, words", "{hdf5: file, words", "SPEC021 the argument 'hdf5' would hide the module's own"),
        ("{path: file, words", "{_LAYOUT: file, words", "SPEC021 the argument '_LAYOUT' would hide"),
        ("row: {grows: true}", "row: {grows: true}\n  to: {grows: true}", ""),
        ("time: {type: <f8, unit: s}", "time: {type: <f8, aliases: [name]}", "SPEC022 'name' is a column already"),
        ("first: start", "first: made", "SPEC105 an operation that does read has no use for 'made'"),
        (
            "words: words, image",
            "words: words, first: start, image",
            "SPEC105 an operation that does append has no use",
        ),
        ("words: words, image", "words: words, again: words, image", "SPEC105 two arguments are 'words'"),
        ("table: table}}", "table: table}, gives: [level]}", "SPEC105 an operation that does append gives no fields"),
        (
            "type: text, const: counts",
            "type: <i4, shape: [2], default: [1, 2, 3]",
            "SPEC034 the default of 'unit' needs",
        ),
        ("type: text, const: counts", "type: <i4, shape: [2], default: [1, no]", "SPEC034 the default of 'unit' holds"),
        ("type: text, const: counts", "type: <i4, shape: [2], const: [[1, 2]]", "SPEC037 the const of 'unit' needs"),
        ("type: text, const: counts", "type: <i4, shape: [y], default: 1", "SPEC034 'unit' has an axis of any length"),
        ("type: text, const: counts", "type: <i4, shape: [x], default: 1", ""),
        ("y: {}", "y: {unit: mm}", ""),
        ("type: bytes, shape: [row]", "type: bytes, shape: [row, 2]", "SPEC019 bytes without a length has one axis"),
        ("type: bytes, shape: [row]", 'type: "vlen[<i2]", shape: [row, x]', "SPEC019 vlen has one axis in a dataset"),
        ("type: text, const: counts", "type: bytes, shape: [2]", "SPEC019 bytes without a length has one axis"),
        ("{deflate: 4}", "{gzip: 4}", "SPEC103 unknown filter 'gzip', known: deflate, shuffle, fletcher32, lzf"),
        ("{deflate: 4}", "{defalte: 4}", "lzf, bitshuffle, zstd, lz4, blosc, zfp (did you mean 'deflate'?)"),
        ("{deflate: 4}", "{zlib: 4}", "lzf, bitshuffle, zstd, lz4, blosc, zfp (did you mean 'deflate'?)"),
        ("shape: [row, y, x], chunks: [4, all, 8]", "shape: [to, y, x]", "SPEC104 the axis 'to' is not listed"),
        ("/about: {doc", "/about@x: {doc", "SPEC100 '/about@x' is the path of an attribute"),
        ("  level: {at", "  unit: {at", "SPEC022 'unit' is an attribute already"),
        ("  level: {at", "  entry: {at", "SPEC022 'entry' is a place already"),
        ("grows: true", "grow: true", "SPEC004 unknown key 'grow' in 'axes.row' (did you mean 'grows'?)"),
        ("role: created", "role: maker", "SPEC007 'attributes.made.role' is 'maker'"),
        (
            "type: <f8, min: 0",
            "type: <f8, length: any, min: 0",
            "SPEC031 any length is for text; bytes without a length",
        ),
        (
            "type: bytes, shape: [row]",
            "type: bytes, length: any, shape: [row]",
            "SPEC031 any length is for text; bytes",
        ),
        ("type: text, const: counts", 'type: "enum[counts, keV]", length: any', ""),
        (
            "{deflate: 4}",
            "{zstd: {level: 3}}",
            "SPEC103 the filter 'zstd' has no setting 'level' (did you mean 'clevel'?)",
        ),
        ("{deflate: 4}", "{zstd: 23}", "SPEC103 clevel of zstd is 0 to 22, not 23"),
        ("{deflate: 4}", "{deflate: true}", "SPEC103 a level of deflate is 0 to 9, not True"),
        ("{deflate: 4}", "{bitshuffle: {cname: lz5}}", "cname of bitshuffle is one of none, lz4, zstd, not 'lz5' (did"),
        ("{deflate: 4}", "{bitshuffle: 12}", "SPEC103 nelems of bitshuffle is a multiple of 8, not 12"),
        ("{deflate: 4}", "{blosc: {cname: zstd, clevel: 10}}", "SPEC103 clevel of blosc is 0 to 9, not 10"),
        ("{deflate: 4}", "{zfp: {rate: -1}}", "SPEC103 rate of zfp is a number above 0, not -1"),
        ("{deflate: 4}", "{zfp: {reversible: 1}}", "SPEC103 reversible of zfp is true or false, not 1"),
        ("{deflate: 4}", "{zfp: {rate: 8.5}}", ""),
        ("{deflate: 4}", "{lz4: 0}", ""),
        ("min: 0, max: 9}", "min: 0, single: true}", ""),
        ("/about: {doc: metadata}", "/about: {doc: metadata, required: false}", ""),
        ("/about: {doc: metadata}", "/: {required: false}", "SPEC100 every file has the root, it is never absent"),
        ("min: 0, max: 9}", "min: 0, max: 9, default: 10}", "SPEC034 the default 10 is not a value of 'level'"),
        ("min: 0, max: 9}", "const: 5}", ""),
        ("min: 0, max: 9}", "shape: [x], default: [1, 2]}", "SPEC034 the default of 'level' needs the shape"),
        (
            "min: 0, max: 9}",
            "shape: [y], const: 1}",
            "SPEC037 'level' has an axis of any length: its const needs to be",
        ),
        (
            "shape: [row]\n  level",
            "shape: [row]\n    default: 1\n  level",
            "SPEC034 'table' is a table, a default is for",
        ),
        (
            "chunks: [4, all, 8], filters",
            "const: 1, chunks: [4, all, 8], filters",
            "SPEC037 'image' is a table, a const",
        ),
        (
            "shape: [row, y, x], chunks",
            "single: true, shape: [row, y, x], chunks",
            "SPEC104 'image' has axes, `single` is",
        ),
        (
            "type: text, const: counts",
            "type: <i4, shape: [2], single: true",
            "SPEC104 'unit' has axes, `single` is for",
        ),
        ("type: text, const: counts", "type: text, length: ony", "'attributes.unit.length' is 'ony'"),
        ("{type: text, length: 4, default: none}", "{type: text, length: any}", "'datasets.table.columns.name.length'"),
        ('version: "1.0"', 'version: "1"', "SPEC106 versions that are compared as numbers are major.minor or"),
        ('version: "1.0"', 'version: "1.0-rc1"', "or major.minor.patch, '1.0-rc1' is not"),
    ],
)
def test_each_mistake_is_told_with_its_code_and_place(tmp_path: Path, old: str, new: str, expected: str) -> None:
    """The headline has file, line and column, the code, and a sentence; the line is shown with a caret."""
    assert GOOD.count(old) == 1, f"{old!r} must stand once in the good specification"
    problems, text = report(tmp_path, GOOD.replace(old, new))
    if not expected:
        assert not problems, text
        return
    headlines = [line for line in text.splitlines() if expected in line]
    assert headlines, text
    place = headlines[0].split(" ")[0]
    assert place.startswith("specs/demo/1.0.yaml:") and place.count(":") == 3
    line = int(place.split(":")[1])
    assert GOOD.replace(old, new).splitlines()[line - 1].strip() in text
