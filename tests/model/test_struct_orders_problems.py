"""Mistakes in a specification whose byte order the data tell: each is named at its line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from reported import reported

GOOD = """\
sciwire: 1
format: demo
version: "1"
family: struct
title: A demonstration
order: {by: ident.mark}
root: Whole
bits:
  Word: {size: 3, fields: {low: 4, high: 3}}
records:
  Ident:
    fields:
      magic: {type: bytes, size: 3}
      mark: {type: u1, enum: {little: 1, big: 2}}
  Whole:
    fields:
      ident: Ident
      count: u2
      numbers: {type: u2, count: count}
      points: {type: Point, count: 2, as: table}
      word: Word
      octets: {type: uint, size: 3}
  Point: {fields: {x: u2, y: u1}}
unions:
  Body: {type: u2, members: {Point: 1}}
rows: {}
"""


def test_the_specimen_is_good(tmp_path: Path) -> None:
    problems, text = reported(tmp_path, GOOD)

    assert not problems.found, text


MARK = "mark: {type: u1, enum: {little: 1, big: 2}}"
NEEDS_ENUM = "'ident.mark', which tells the byte order, needs an `enum` that has all of its values"
PLACE = "'ident.mark', which tells the byte order, must always stand at the same place"
MISTAKES: list[tuple[str, str, str, str]] = [
    ("{by: ident.mark}", "{by: ident.mrak}", "6:13: SPEC309", "there is no field 'ident.mrak' in 'Whole' to tell the byte order (did you mean 'ident.mark'?)"),
    ("{by: ident.mark}", "{by: mark}", "6:13: SPEC309", "there is no field 'mark' in 'Whole' to tell the byte order"),
    ("{by: ident.mark}", "{by: word.low}", "6:13: SPEC309", "there is no field 'word.low' in 'Whole'"),
    (MARK, "mark: u1", "6:13: SPEC309", NEEDS_ENUM),
    (MARK, "mark: {type: u1, const: 1}", "6:13: SPEC309", NEEDS_ENUM),
    (MARK, "mark: {type: u1, enum: {little: 1, big: 2}, others: true}", "6:13: SPEC309", NEEDS_ENUM),
    (MARK, "mark: {type: u1, enum: {little: 1, big: 2}, count: 2}", "6:13: SPEC309", NEEDS_ENUM),
    (MARK, "mark: {type: u2, enum: {little: 1, big: 2}}", "6:13: SPEC309", "'ident.mark', which tells the byte order, must state its own `order`"),
    (MARK, "mark: {type: text, terminator: 0, enum: {little: II, big: MM}}", "6:13: SPEC309", "'ident.mark', which tells the byte order, has no fixed size"),
    (MARK, "mark: {type: u1, enum: {less: 1, big: 2}}", "6:13: SPEC309", "'little' is no name of 'ident.mark', which tells the byte order"),
    (MARK, "mark: {type: u1, enum: {little: 1, big: 2, middle: 3}}", "6:13: SPEC309", "'middle' of 'ident.mark' tells neither `little` nor `big`"),
    ("{by: ident.mark}", "{by: ident.mark, big: [big, little]}", "6:13: SPEC309", "'little' of 'ident.mark' says the byte order twice"),
    ("{by: ident.mark}", "{by: ident.mark, big: [bgi]}", "6:13: SPEC309", "'bgi' is no name of 'ident.mark', which tells the byte order (did you mean 'big'?)"),
    ("magic: {type: bytes, size: 3}", "magic: {type: text, terminator: 0}", "6:13: SPEC309", PLACE),
    ("magic: {type: bytes, size: 3}", "size: u1\n      magic: {type: bytes, size: size}", "6:13: SPEC309", PLACE),
    ("      ident: Ident\n", "      first: u1\n      ident: {type: Ident, only: {first: [1]}}\n", "6:13: SPEC309", PLACE),
    ("      ident: Ident\n", "      first: u1\n      gap: {type: u1, only: {first: [1]}}\n      ident: Ident\n", "6:13: SPEC309", PLACE),
    ("      ident: Ident\n", "      ident: Ident\n      body: Body\n", "6:13: SPEC309", "'ident.mark', which tells the byte order, is derived"),
    ("{x: u2, y: u1}", "{x: {type: uint, size: 2}, y: u1}", "20:7: SPEC309", "'points' has columns of plain bytes, of which a table would not know the order"),
    ("{x: u2, y: u1}", "{x: Word, y: u1}", "20:7: SPEC309", "'points' has columns of plain bytes"),
    ("rows: {}", "rows: {all: {columns: {a: u1}, head: {}, members: {}}}", "26:1: SPEC309", "`rows` needs numbers of one byte order"),
    ("rows: {}", "objects: {Thing: {attributes: {}}}", "26:1: SPEC309", "`objects` needs numbers of one byte order"),
    ("rows: {}", "constants: {F: {leading_format: Whole}}", "26:17: SPEC309", "`leading_format` needs numbers of one byte order"),
    ("{by: ident.mark}", "litle", "6:8: SPEC007", "'order' is 'litle', allowed: little, big (did you mean 'little'?)"),
    ("{by: ident.mark}", "{little: [a]}", "6:8: SPEC005", "the key 'by' is missing"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "place", "message"), MISTAKES)
def test_a_mistake_has_a_code_a_place_and_a_sentence(
    old: str, new: str, place: str, message: str, tmp_path: Path
) -> None:
    assert GOOD.count(old) == 1
    changed = GOOD.replace(old, new)
    changed = changed.replace("{type: u2, members", "{on: ident.mark, members").replace("{Point: 1}", "{Point: little}") if "derived" in message else changed  # fmt: skip
    _, text = reported(tmp_path, changed)

    assert re.search(rf"specs/demo/1\.yaml:{place} {re.escape(message)}", text), text


def test_an_order_on_which_nothing_depends_is_a_mistake(tmp_path: Path) -> None:
    lines = [line for line in GOOD.splitlines() if not line.startswith(("      count", "      numbers", "      points", "      word", "      octets"))]  # fmt: skip
    _, text = reported(tmp_path, "\n".join(lines) + "\n")

    assert "1.yaml:6:13: SPEC309 nothing in 'Whole' depends on the byte order" in text
