"""Mistakes in a specification with integers of as many bytes as they need."""

from __future__ import annotations

from pathlib import Path

import pytest
from test_struct_varints import ALL

from sciwire.model import Problems, load_spec

MISTAKES = [
    ("values: {type: uint,", "values: {type: u2,", "SPEC300 leb128 is a form of `uint`, which 'values' is not"),
    ("values: {type: uint,", "values: {type: int,", "SPEC300 leb128 is a form of `uint`, which 'values' is not (numbers with a sign have no such form here)"),
    ("values: {type: uint,", "values: {type: uint, size: 2,", "SPEC300 'values' takes as many bytes as it needs, `size` has no meaning"),
    ("values: {type: uint,", "values: {type: uint, order: big,", "SPEC300 'values' takes as many bytes as it needs, `order` has no meaning"),
    ("end: u1", "end: {type: u1, overlong: true}", "SPEC300 'end' has one form only, `overlong` has no meaning"),
    ("end: u1", "end: uleb128", "it is `type: uint` with `encoding: leb128` (or vlq, vlq9), in the family struct"),
    ("of: rest", "of: whole", "SPEC300 the length 'head.length' counts itself"),
    ("end: u1", "end: u1, gap: {align: 4}", "SPEC300 'head.length' takes as many bytes as it needs, so nothing behind it is aligned"),
    ("      body: {type: Body}\n", "      gap: {align: 4}\n      body: {type: Body}\n", "SPEC300 'count' takes as many bytes as it needs, so nothing behind it is aligned"),
    ("Body: {type: uint,", "Body: {type: u2,", "SPEC303 leb128 is a form of `uint`, which the tag is not"),
    ("Body: {type: uint, encoding: leb128,", "Body: {type: uint,", "SPEC303 the tag of 'Body' needs a width (`u2`), or an `encoding`"),
    ("{odd: 1, even: 200,", "{odd: 1, even: 18446744073709551616,", "SPEC306 'kind' can't hold 18446744073709551616"),
    ("{Odd: 1, Even: 300,", "{Odd: 1, Even: -300,", "SPEC070 the tag -300 of 'Even' is no value of its type"),
    ("{type: u4, sum: {algorithm: crc32, from: head, to: body}}", "{type: uint, encoding: leb128, sum: {algorithm: crc32, from: head, to: body}}", "SPEC305 'crc' does not hold the 32 bits of crc32"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "message_"), MISTAKES)
def test_a_mistake_is_named(old: str, new: str, message_: str, tmp_path: Path) -> None:
    text = ALL.replace("FORM", "leb128")
    assert text.count(old) == 1
    path = tmp_path / "1.yaml"
    path.write_text(text.replace(old, new))
    problems = Problems()
    load_spec(path, problems)

    assert message_ in problems.render(tmp_path), problems.render(tmp_path)
    assert all(problem.place.line > 8 for problem in problems.errors)
