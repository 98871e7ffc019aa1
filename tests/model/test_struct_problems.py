"""Mistakes in a specification of the `struct` family: every code of the family is provoked here, with its place."""

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
family: struct
title: A demonstration
order: little
root: Whole
enums:
  Kind: {a: 1, b: 2}
bits:
  Word:
    size: 1
    fields: {low: 4, high: 3}
    parity: {bit: 7, ones: odd}
records:
  Whole:
    length: {field: size, of: whole}
    fields:
      magic: {type: bytes, const: AB}
      size: u2
      kind: {type: u1, enum: Kind}
      count: u1
      word: Word
      numbers: {type: u2, count: count}
      points: {type: Point, count: 2, as: table}
      name: {type: text, size: 8}
      more: {type: u1, only: {kind: [a]}}
      body: Body
      sum: {type: u4, sum: {algorithm: crc32}}
  Point:
    fields: {x: u1, y: u1}
  Second:
    fields: {z: u4}
unions:
  Body:
    on: kind
    members: {Point: a, Second: b}
rows: {}
"""


def test_the_specimen_is_good(tmp_path: Path) -> None:
    problems, text = reported(tmp_path, GOOD)

    assert not problems.found, text


MISTAKES: list[tuple[str, str, str, str]] = [
    ("name: {type: text, size: 8}", "name: text", "SPEC300", "'name' needs a `size`: a number, a field, or rest"),
    ("size: u2", "size: {type: u2, size: 2}", "SPEC300", "'size' has the size of its type, `size` has no meaning"),
    ("name: {type: text, size: 8}", "name: {type: uint, size: 9}", "SPEC300", "an integer has 1 to 8 bytes, 'name' has another size"),
    ("name: {type: text, size: 8}", "name: {type: bytes, terminator: 0}", "SPEC300", "a terminator ends text that has no size"),
    ("{type: Point, count: 2, as: table}", "{type: u2, count: 2, as: table}", "SPEC300", "a table is a number of records of fixed size"),
    ("{type: u2, count: count}", "{type: u2, count: cuont}", "SPEC301", "there is no field 'cuont' for 'numbers' (did you mean 'count'?)"),
    ("{type: u2, count: count}", "{type: u2, count: magic}", "SPEC301", "'magic' is no integer"),
    ("{type: u2, count: count}", "{type: u2, count: sum}", "SPEC301", "'sum' must stand before 'numbers'"),
    ("order: little", "order: {by: kind}", "SPEC309", "'kind', which tells the byte order, is derived"),
    ("root: Whole", "root: Whale", "SPEC301", "there is no record 'Whale' (did you mean 'Whole'?)"),
    ("enum: Kind", "enum: Knid", "SPEC301", "there is no enumeration 'Knid'"),
    ("only: {kind: [a]}", "only: {kin: [a]}", "SPEC301", "there is no field 'kin' before 'more' (did you mean 'kind'?)"),
    ("length: {field: size,", "length: {field: magic,", "SPEC301", "'magic' is no integer field of 'Whole'"),
    ("on: kind", "on: nothing", "SPEC301", "there is no field 'nothing' for the union 'Body'"),
    ("{low: 4, high: 3}", "{low: 4, high: 4}", "SPEC302", "bit 7 of 'high' belongs to the parity bit"),
    ("{low: 4, high: 3}", "{low: 4, high: {at: 5, width: 9}}", "SPEC302", "'high' ends at bit 13, the word has 8 bits"),
    ("{low: 4, high: 3}", "{low: 4, high: {at: 3, width: 1}}", "SPEC302", "bit 3 of 'high' belongs to 'low'"),
    ("parity: {bit: 7,", "parity: {bit: 9,", "SPEC302", "the parity bit is outside the 8 bits of 'Word'"),
    ("{Point: a, Second: b}", "{Point: a, Second: a}", "SPEC303", "two members of 'Body' have one tag"),
    ("{Point: a, Second: b}", "{Point: a, Secnod: b}", "SPEC303", "there is no record 'Secnod' (did you mean 'Second'?)"),
    ("{Point: a, Second: b}", "{Point: a, Second: c}", "SPEC303", "the tag 'c' is no name of 'kind'"),
    ("    on: kind\n", "    on: kind\n    type: u1\n", "SPEC303", "'Body' needs either the `type` of its tag, or the field"),
    ("    on: kind\n", "    on: kind\n    select: kind\n", "SPEC303", "`tables` and `select` of 'Body' go together"),
    ("    on: kind\n", "    on: kind\n    select: kind\n    tables: {a: [Piont]}\n", "SPEC303", "the table 'a' names 'Piont', which is no member (did you mean 'Point'?)"),
    ("Kind: {a: 1, b: 2}", "Kind: {a: 1, b: 1}", "SPEC304", "two names of 'kind' have one value"),
    ("{low: 4, high: 3}", "{low: {width: 1, enum: {no: 0, yes: 2}}, high: 3}", "SPEC304", "1 bits can't hold yes (2)"),
    ("algorithm: crc32", "algorithm: crc23", "SPEC305", "unknown sum 'crc23' (did you mean 'crc32'?)"),
    ("sum: {type: u4,", "sum: {type: u2,", "SPEC305", "'sum' does not hold the 32 bits of crc32"),
    ("algorithm: crc32}", "algorithm: crc32, from: nmae}", "SPEC305", "there is no field 'nmae' for a sum to cover (did you mean 'name'?)"),
    ("const: AB", "size: 3, const: AB", "SPEC306", "'magic' can't hold 'AB'"),
    ("Kind: {a: 1, b: 2}", "Kind: {a: 1, b: 256}", "SPEC306", "'kind' can't hold 256"),
    ("count: u1", "count: {type: u1, default: -1}", "SPEC306", "'count' can't hold -1"),
    ("name: {type: text, size: 8}", "name: {type: text, size: rest}", "SPEC307", "'name' goes up to the end, so what follows it must have a fixed size"),
    ("      body: Body\n", "      rest: {type: bytes, size: rest}\n      late: {type: text, terminator: 0}\n      body: Body\n", "SPEC307", "'rest' goes up to the end, so what follows it must have a fixed size"),
    ("{x: u1, y: u1}", "{x: u1, y: {type: bytes, size: rest}}", "SPEC307", "'points' goes up to the end"),
    ("{x: u1, y: u1}", "{x: u1, y: Point}", "SPEC307", "'Point' contains itself, without end"),
    ("rows: {}", "operations: {read: {does: rows, table: all, arguments: {data: data}}}", "SPEC308", "there is no table of rows 'all'"),
    ("rows: {}", "constants: {SIZE: {size: Pint}}", "SPEC308", "there is no size 'Pint' (did you mean 'Point'?)"),
    ("rows: {}", "constants: {F: {leading_format: Pint}}", "SPEC308", "there is no leading_format 'Pint' (did you mean 'Point'?)"),
    ("rows: {}", "constants: {F: {leading_formats: Body}}", "SPEC308", "there is no leading_formats 'Body'"),
    ("rows: {}", "objects: {Thing: {word: Wrod, attributes: {}}}", "SPEC308", "there is no word of bits 'Wrod' (did you mean 'Word'?)"),
    ("rows: {}", "files: {out: {rows: none, at: /x, versions: ['1'], version_at: /@v}}", "SPEC308", "there is no table of rows 'none'"),
    ("rows: {}", "objects: {Point: {attributes: {}}}", "SPEC022", "'Point' is in the module twice"),
    ("rows: {}", "constants: {class: {value: 1}}", "SPEC020", "'class' is no identifier"),
    ("numbers: {type: u2, count: count}", "numbers: 'list[u2]'", "SPEC019", "'numbers': a record of bytes can't carry this type"),
    ("magic: {type: bytes, const: AB}", "magic: {doc: nothing}", "SPEC005", "the key 'type' is missing in 'magic'"),
    ("  Second:\n", "  Second:\n    class: Point\n", "SPEC022", "'Second' and 'Point' are both 'Point' in Python"),
    ("  Second:\n", "  Second:\n    class: Decoder\n", "SPEC021", "the generated module has a 'Decoder' of its own"),
    ("  Second:\n", "  Second:\n    class: a-b\n", "SPEC020", "the class name 'a-b' is no identifier"),
    ("{x: u1, y: u1}", "{x: {type: u1, min: 5, max: 4}, y: u1}", "SPEC032", "no value of 'x' can satisfy its range"),
    ("{type: text, size: 8}", "{type: text, size: 8, min: 1}", "SPEC031", "min and max need a number, 'name' is none"),
    ("{x: u1, y: u1}", "{x-y: u1, x_y: u1}", "SPEC022", "'x_y' and 'x-y' are both 'x_y' in Python"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "code", "message"), MISTAKES)
def test_a_mistake_has_a_code_a_line_and_a_sentence(
    old: str, new: str, code: str, message: str, tmp_path: Path
) -> None:
    assert GOOD.count(old) == 1
    problems, text = reported(tmp_path, GOOD.replace(old, new))

    assert re.search(rf"specs/demo/1\.yaml:\d+:\d+: {code} {re.escape(message)}", text), text
    assert all(problem.place.line > 1 for problem in problems.errors)


def test_every_code_of_the_family_is_provoked() -> None:
    family = {code for code in CODES if "SPEC300" <= code <= "SPEC349"}

    assert {code for _, _, code, _ in MISTAKES} >= family
