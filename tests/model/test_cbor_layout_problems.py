"""Mistakes in specifications of the `cbor` family whose messages are arrays, and what a change of them breaks."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from reported import reported

from sciwire.model import load_spec_or_raise
from sciwire.model.codes import CODES
from sciwire.model.differences import compare_specs

GOOD = """\
sciwire: 1
format: demo
version: "1"
family: cbor
title: A demonstration
layout: array
discriminator: 1
prefix_bytes: {read: optional}
options: {detail: {values: [full, short]}}
messages:
  start: {prefix: s, fields: {series: uint, name: {type: text, when: {detail: [full]}}}}
  frame: {prefix: f, fields: {series: uint, number: {type: uint, required: true}}}
"""


def _changed(old: str, new: str) -> str:
    assert GOOD.count(old) == 1, f"{old!r} must stand once in the good specification"
    return GOOD.replace(old, new)


MISTAKES: dict[str, tuple[str, str, str]] = {
    # name: (code, text of the specification, part of the message)
    "keys of messages": ("SPEC267", _changed("layout: array\n", "layout: array\nkeys: {kind: any}\n"), "`keys` is about the keys"),
    "a key that is refused": ("SPEC267", _changed("layout: array\n", "layout: array\nrefuse: [{key: 1, text: old}]\n"), "`refuse` is about"),
    "recognised by a key": ("SPEC267", _changed("layout: array\n", "layout: array\nrecognised_by: [a]\n"), "`recognised_by` is about"),
    "a key of a field": ("SPEC267", _changed("name: {type: text,", "name: {type: text, key: 3,"), "`key` is about the keys"),
    "another key of a field": ("SPEC267", _changed("name: {type: text,", "name: {type: text, also: [nom],"), "`also` is about"),
    "last of all fields": ("SPEC267", _changed("name: {type: text,", "name: {type: text, last: true,"), "`last` is about"),
    "text for a position": ("SPEC267", _changed("discriminator: 1", "discriminator: kind"), "'kind' is no position"),
    "a position below nought": ("SPEC267", _changed("discriminator: 1", "discriminator: -1"), "-1 is no position"),
    "a position behind a gap": ("SPEC267", _changed("discriminator: 1", "discriminator: 3"), "item 3 is to name the message, in 'start'"),
    "a gap": ("SPEC267", _changed("when: {detail: [full]}}", "when: {detail: [full]}}, more: uint"), "'name' is left out where 'detail' says so, and 'more' follows"),
    "named as the discriminator": ("SPEC052", _changed("{series: uint, name:", '{series: uint, "1": uint, name:'), "'1' is the discriminator"),
    "prefix that begins an array": ("SPEC261", _changed("prefix: f", 'prefix: "\\x82"'), "the head of an array"),
    "no such layout": ("SPEC007", _changed("layout: array", "layout: list"), "list"),
}  # fmt: skip


def test_the_good_specification_has_no_problem(tmp_path: Path) -> None:
    problems, report = reported(tmp_path, GOOD)

    assert not problems.found, report


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_told_with_its_place(tmp_path: Path, name: str) -> None:
    code, text, part = MISTAKES[name]

    _, report = reported(tmp_path, text)

    assert code in CODES
    assert code in report, report
    assert part in report, report
    assert re.search(r"demo/1\.yaml:\d+:\d+", report), report


@pytest.mark.parametrize("gap", ["uint | null", "any"])
def test_null_fills_a_gap(tmp_path: Path, gap: str) -> None:
    text = _changed("{type: text, when: {detail: [full]}}", f'{{type: "{gap}", when: {{detail: [full]}}}}, more: uint')

    problems, report = reported(tmp_path, text)

    assert not problems.found, report


def test_several_messages_are_told_apart_by_the_first_item(tmp_path: Path) -> None:
    path = tmp_path / "1.yaml"
    path.write_text(_changed("discriminator: 1\n", ""), encoding="utf-8")

    spec = load_spec_or_raise(path)

    assert spec.body.discriminator == 0
    assert {one.record.layout for one in spec.body.messages} == {"array"}


@pytest.mark.parametrize(
    ("old", "new", "breaks"),
    [
        ("required: true}", "required: true}, more: uint", []),
        ("frame: {prefix: f, fields: {series: uint, ", "frame: {prefix: f, fields: {more: uint, series: uint, ", ["files", "readers", "writers"]),
        ("discriminator: 1", "discriminator: 0", ["files", "readers", "writers"]),
        ("layout: array\n", "layout: map\n", ["files", "readers", "writers"]),
    ],
    ids=["behind the others", "in front of others", "another position", "maps"],
)  # fmt: skip
def test_what_a_change_breaks(tmp_path: Path, old: str, new: str, breaks: list[str]) -> None:
    paths = tmp_path / "old.yaml", tmp_path / "new.yaml"
    for path, text in zip(paths, (GOOD, _changed(old, new)), strict=True):
        path.write_text(text, encoding="utf-8")

    changes = compare_specs(*map(load_spec_or_raise, paths))

    assert changes
    assert sorted({one for change in changes for one in change.breaks} - {"source"}) == breaks
