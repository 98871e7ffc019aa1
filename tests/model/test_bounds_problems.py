"""Bounds, constants, defaults, codes and tags that a type can't have are told before a module is made of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from sciwire.model import Problems, load_spec

HEAD = 'sciwire: 1\nformat: demo\nversion: "1"\ntitle: A demonstration\n'
CBOR = (
    HEAD
    + """\
family: cbor
types: {Count: uint8, Maybe: "Count | null"}
messages:
  frame:
    fields:
      number: {FIELD}
      other: Maybe
"""
)
HDF5 = (
    HEAD
    + """\
family: hdf5
axes:
  row: {grows: true}
attributes:
  station: {at: /@station, type: u1}
datasets:
  number: {at: /number, shape: [row], chunks: [8], FIELD}
"""
)
STRUCT = (
    HEAD
    + """\
family: struct
order: little
root: Root
bits:
  Word: {size: 1, fields: {kind: {width: 2, enum: {left: 0, right: 1}}, step: {width: 3, signed: true}, more: {width: 1, flag: true}}}
records:
  Root: {fields: {word: Word, n: u1, ok: bool, number: {FIELD}, tag: u1, body: Body}}
  Left: {fields: {a: u1}}
  Right: {fields: {b: u1}}
unions:
  Body: {on: tag, members: {Left: 1, Right: 2}}
"""
)

CASES = [
    # (specification, what the field says, code, part of the message)
    (CBOR, "type: uint8, max: 300", "SPEC070", "max 300 is beyond the type of 'number', whose values are at most 255"),
    (CBOR, "type: uint, min: -5", "SPEC070", "min -5 is beyond the type of 'number', whose values are at least 0"),
    (CBOR, "type: int, max: 1.0e+30", "SPEC070", "max 1e+30 is beyond the type of 'number'"),
    (CBOR, "type: uint, max: .inf", "SPEC070", "max inf is beyond the type of 'number'"),
    (CBOR, "type: float16, max: 1.0e+6", "SPEC070", "max 1000000.0 is beyond the type of 'number', whose values are at most 65504.0"),
    (CBOR, "type: uint, max: 2.5", "SPEC070", "max 2.5 is no integer, 'number' is"),
    (CBOR, "type: Maybe, max: 300", "SPEC070", "max 300 is beyond the type of 'number'"),
    (CBOR, "type: 'tag[4, uint8 | null]', max: 300", "SPEC070", "max 300 is beyond the type of 'number'"),
    (CBOR, "type: 'list[uint, 3]', length: {max: 5}", "SPEC070", "a length of 5 is beyond the type of 'number', a list of 3"),
    (CBOR, "type: uint8, const: 300", "SPEC037", "the constant 300 is not of the type of 'number'"),
    (CBOR, "type: Maybe, const: 300", "SPEC037", "the constant 300 is not of the type of 'number'"),
    (CBOR, "type: uint, default: 18446744073709551616", "SPEC034", "the default 18446744073709551616 is not a value of 'number'"),
    (CBOR, "type: Maybe, max: 30, default: 31", "SPEC034", "the default 31 is not a value of 'number'"),
    (CBOR, "type: 'list[uint8]', default: [1, 300]", "SPEC034", "the default [1, 300] is not a value of 'number'"),
    (CBOR, "type: 'list[uint8, 3]', default: [1]", "SPEC034", "the default [1] is not a value of 'number'"),
    (CBOR, "type: 'map[text, uint8]', default: {a: 300}", "SPEC034", "the default {'a': 300} is not a value of 'number'"),
    (CBOR, "type: 'float32 | null', default: 0.1", "SPEC034", "the default 0.1 of 'number' can't be held by a float32"),
    (CBOR, "type: 'uint | text | null', max: 3", "SPEC031", "min and max need a number, 'number' is none"),
    (CBOR, "type: 'null', max: 3", "SPEC031", "min and max need a number, 'number' is none"),
    (HDF5, "type: u1, max: 300", "SPEC070", "max 300 is beyond the type of 'number'"),
    (HDF5, "type: '<u2|<u4', max: 5000000000", "SPEC070", "whose values are at most 4294967295"),
    (HDF5, "columns: {number: {type: u1, max: 9, default: 10}}", "SPEC034", "the default 10 is not a value of 'number'"),
    (STRUCT, "type: u1, max: 300", "SPEC070", "max 300 is beyond the type of 'number', whose values are at most 255"),
    (STRUCT, "type: int, size: 3, min: -8388609", "SPEC070", "whose values are at least -8388608"),
    (STRUCT, "type: u1, min: 256", "SPEC032", "no value of 'number' can satisfy its range"),
    (STRUCT, "type: u1, max: 2.5", "SPEC070", "max 2.5 is no integer, 'number' is"),
    (STRUCT, "type: u1, max: 3, default: 4", "SPEC306", "4 is outside the range of 'number'"),
    (STRUCT, "type: u1, max: 3, const: 4", "SPEC306", "4 is outside the range of 'number'"),
    (STRUCT, "type: u1, enum: {a: 300}", "SPEC306", "'number' can't hold 300"),
    (STRUCT, "type: u1, enum: {a: 3}, max: 9", "SPEC031", "min and max need a number, 'number' has names"),
    (STRUCT, "type: u1, enum: {first: 3}, default: frist", "SPEC306", "'number' can't hold 'frist' (did you mean 'first'?)"),
    (STRUCT, "type: u1, count: 3, default: 5", "SPEC306", "the default of 'number' must be a list of 3"),
    (STRUCT, "type: u1, count: 3, default: [1, 2, 300]", "SPEC306", "'number' can't hold 300"),
    (STRUCT, "type: u1, count: 3, const: 5", "SPEC306", "'number' is several values, a constant is one"),
    (STRUCT, "type: text, size: 4, encoding: ascii, default: \u00e9", "SPEC306", "'number' can't hold '\u00e9'"),
    (STRUCT, "type: text, size: 1, default: \u00e9", "SPEC306", "'number' can't hold '\u00e9'"),
    (STRUCT, "type: u1, only: {n: [300]}", "SPEC070", "'number' depends on n, which is never 300"),
    (STRUCT, "type: u1, only: {word.kind: [rihgt]}", "SPEC070", "which is never 'rihgt' (did you mean 'right'?)"),
    (STRUCT, "type: u1, only: {word.step: [4]}", "SPEC070", "'number' depends on word.step, which is never 4"),
    (STRUCT, "type: u1, only: {word.more: [1]}", "SPEC070", "'number' depends on word.more, which is never 1"),
    (STRUCT, "type: u1, only: {ok: [1]}", "SPEC070", "'number' depends on ok, which is never 1"),
]  # fmt: skip
GOOD = [
    (CBOR, "type: uint8, min: 0, max: 255"),
    (CBOR, "type: 'uint8 | uint16', max: 300"),
    (CBOR, "type: 'uint | float | null', max: 2.5"),
    (CBOR, "type: float, max: .inf"),
    (CBOR, "type: float32, max: .inf"),
    (CBOR, "type: Maybe, max: 30, default: 5"),
    (CBOR, "type: 'text | null', pattern: 'a+', length: {max: 4}, default: aa"),
    (CBOR, "type: 'list[Count]', default: [1, 255], length: {max: 4}"),
    (HDF5, "type: '<u2|<u4', max: 70000"),
    (STRUCT, "type: i1, min: -128, max: 127"),
    (STRUCT, "type: u1, count: 3, default: [1, 2, 255]"),
    (STRUCT, "type: u1, count: 2, enum: {a: 1}, default: [a, a]"),
    (STRUCT, "type: text, size: 2, default: \u00e9"),
    (STRUCT, "type: u1, only: {word.step: [-4, 3]}"),
    (STRUCT, "type: u1, only: {word.more: [true]}"),
]


def _report(folder: Path, text: str) -> str:
    path = folder / "1.yaml"
    path.write_text(text, encoding="utf-8")
    problems = Problems()
    load_spec(path, problems)
    return problems.render(folder)


@pytest.mark.parametrize(("text", "field", "code", "part"), CASES)
def test_what_a_type_can_not_have_is_told(text: str, field: str, code: str, part: str, tmp_path: Path) -> None:
    line = 1 + text[: text.index("FIELD")].count("\n")

    report = _report(tmp_path, text.replace("{FIELD}", f"{{{field}}}").replace("FIELD", field))

    assert any(one.startswith(f"1.yaml:{line}:") and f" {code} " in one and part in one for one in report.splitlines()), report  # fmt: skip


@pytest.mark.parametrize(("text", "field"), GOOD)
def test_what_a_type_can_have_is_no_mistake(text: str, field: str, tmp_path: Path) -> None:
    assert not _report(tmp_path, text.replace("{FIELD}", f"{{{field}}}").replace("FIELD", field))


WORDS = (
    HEAD
    + """\
family: cbor
discriminator: kind
prefix: {tag: 55799, write: always, read: required}
compression: {tag: 56500, read: [lz4], write: [lz4], block: 8192}
messages:
  frame: {value: 1, fields: {x: {type: uint, key: 3}}}
"""
)
PARTS = (
    HEAD
    + """\
family: multipart
discriminator: is
dtypes: {f: f4}
messages:
  shot:
    parts:
      head: {says: shot, fields: {size: "list[uint]", of: text, mode: "enum[first, last]"}}
      pixels: {kind: array, array: {info: head, shape: size, dtype: of, axes: [y, x], rank: [2, 3]}}
      more: {kind: bytes, when: {head.mode: [last]}}
"""
)
GRID = (
    HEAD
    + """\
family: grid
array: {type: "ndarray[u1; y, x]", shape: [300, 4]}
cutouts: {extents: [2, 2], edges: pad, fill: 255}
header: {all: {type: "<u2", is: shape}, each: {type: u1, is: chunk}}
"""
)
ELSEWHERE = [
    (WORDS, "tag: 55799", "tag: 18446744073709551616", "SPEC007 'prefix.tag': 18446744073709551616 is more than"),
    (WORDS, "tag: 56500", "tag: 18446744073709551616", "SPEC007 'compression.tag': 18446744073709551616 is more than"),
    (WORDS, "block: 8192", "block: 4294967296", "SPEC007 'compression.block': 4294967296 is more than 4294967295"),
    (WORDS, "value: 1", "value: 18446744073709551616", "SPEC070 18446744073709551616 is no integer of CBOR"),
    (
        WORDS,
        "value: 1",
        "value: 1, also: [-18446744073709551617]",
        "SPEC070 -18446744073709551617 is no integer of CBOR",
    ),
    (WORDS, "key: 3", "key: 18446744073709551616", "SPEC070 18446744073709551616 is no integer of CBOR"),
    (PARTS, "[last]", "[lats]", "SPEC070 'more' depends on head.mode, which is never 'lats' (did you mean 'last'?)"),
    (PARTS, "rank: [2, 3]", "rank: [1, 2]", "SPEC250 `axes` names 2, `rank` says 1 or 2"),
    (GRID, "fill: 255", "fill: 256", "SPEC070 no array of this format can hold 256: u1"),
    (GRID, "fill: 255", "fill: 0.5", "SPEC070 no array of this format can hold 0.5: u1"),
    (GRID, "[300, 4]", "[70000, 4]", "SPEC352 uint16 does not hold the shape 70000 x 4"),
    (GRID, "extents: [2, 2]", "extents: [2, 256]", "SPEC352 uint8 does not hold the chunk 2 x 256"),
]


@pytest.mark.parametrize("text", [WORDS, PARTS, GRID], ids=["cbor", "multipart", "grid"])
def test_their_specifications_are_good(text: str, tmp_path: Path) -> None:
    assert not _report(tmp_path, text)


@pytest.mark.parametrize(("text", "old", "new", "part"), ELSEWHERE)
def test_numbers_that_stand_elsewhere_are_those_that_the_carrier_has(
    text: str, old: str, new: str, part: str, tmp_path: Path
) -> None:
    assert text.count(old) == 1

    assert part in _report(tmp_path, text.replace(old, new))


@pytest.mark.parametrize(
    ("old", "new", "part"),
    [
        ("Right: 2}", "Right: 256}", "SPEC070 the tag 256 of 'Right' is no value of 'tag'"),
        ("Right: 2}", "Right: two}", "SPEC070 the tag 'two' of 'Right' is no value of 'tag'"),
        ("Right: 2}", "Right: 0x02}", "SPEC070 the tag '0x02' of 'Right' is no value of 'tag' (numbers are decimal: 2)"),
        ("{on: tag, members: {Left: 1", "{type: u1, members: {Left: -1", "SPEC070 the tag -1 of 'Left' is no value of its type"),
        ("{width: 3, signed: true}", "{width: 3, signed: true, enum: {far: 4}}", "SPEC304 3 bits can't hold far (4)"),
    ],
)  # fmt: skip
def test_a_tag_or_code_that_its_field_can_not_be_is_told(old: str, new: str, part: str, tmp_path: Path) -> None:
    good = STRUCT.replace("{FIELD}", "u1")
    assert not _report(tmp_path, good)
    assert good.count(old) == 1

    assert part in _report(tmp_path, good.replace(old, new))
