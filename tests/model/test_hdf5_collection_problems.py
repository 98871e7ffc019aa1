"""Mistakes in a collection of the `hdf5` family: every code of its own is provoked here."""

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
family: hdf5
title: A demonstration
collection:
  serializer: Packer
  level: 2
  names: {fields: places}
  compressions:
    small: {filters: [shuffle, {deflate: level}], levels: [1, 9]}
    quick: {filters: [{bitshuffle: {cname: lz4}}], types: [uint16, u4]}
  checks: {depth: DM-001}
sources: [{id: note, text: a note}]
rules:
  - {id: DM-001, level: MUST, text: "Depths are equal", source: note}
"""


def _changed(old: str, new: str) -> str:
    assert GOOD.count(old) == 1, f"{old!r} must stand once in the good specification"
    return GOOD.replace(old, new)


MISTAKES: dict[str, tuple[str, str, str]] = {
    # name: (code, text of the specification, part of the message)
    "neither": ("SPEC120", GOOD[: GOOD.index("collection:")] + GOOD[GOOD.index("sources:") :], "datasets are missing, or a collection"),
    "both": ("SPEC120", _changed("sources:", "datasets: {a: {at: /a, type: <u2}}\nsources:"), "a collection has no datasets"),
    "filter unknown": ("SPEC121", _changed("[shuffle, {deflate: level}]", "[shufle, {deflate: level}]"), "did you mean 'shuffle'?"),
    "setting unknown": ("SPEC121", _changed("{cname: lz4}", "{name: lz4}"), "has no setting 'name'"),
    "level of deflate": ("SPEC121", _changed("{deflate: level}], levels: [1, 9]", "{deflate: 10}]"), "0 to 9, not 10"),
    "two compressions": ("SPEC121", _changed("[shuffle, {deflate: level}]", "[{deflate: level}, lzf]"), "compresses once"),
    "order of filters": ("SPEC121", _changed("[shuffle, {deflate: level}]", "[{deflate: level}, shuffle]"), "the order is shuffle"),
    "levels of nothing": ("SPEC121", _changed("types: [uint16, u4]", "levels: [0, 1]"), "levels go with a filter that says"),
    "level without levels": ("SPEC121", _changed(", levels: [1, 9]", ""), "levels go with a filter that says"),
    "levels upside down": ("SPEC121", _changed("levels: [1, 9]", "levels: [9, 1]"), "no level is 9 or more and 1 or less"),
    "type with an order": ("SPEC121", _changed("[uint16, u4]", "[<u2, u4]"), "no number without a byte order"),
    "type unknown": ("SPEC012", _changed("[uint16, u4]", "[uint17, u4]"), "unknown type 'uint17'"),
    "compression called none": ("SPEC121", _changed("    small:", "    none:"), "none is no compression"),
    "one name for two": ("SPEC122", _changed("{fields: places}", "{fields: level}"), "'level' is the name of fields, too"),
    "name of an option": ("SPEC122", _changed("{fields: places}", "{fields: limits}"), "'limits' is the name of an option, too"),
    "name of no identifier": ("SPEC020", _changed("{fields: places}", "{fields: 1st}"), "'1st' is no identifier"),
    "class that is taken": ("SPEC122", _changed("serializer: Packer", "serializer: Batch"), "has a 'Batch' already"),
    "two classes of one name": ("SPEC122", _changed("  level: 2", "  config: Packer"), "has a 'Packer' already"),
    "class of no identifier": ("SPEC020", _changed("serializer: Packer", "serializer: a-b"), "'a-b' is no identifier"),
    "check unknown": ("SPEC123", _changed("{depth: DM", "{depht: DM"), "did you mean 'depth'?"),
}  # fmt: skip


def test_the_specification_that_all_others_are_made_from_is_good(tmp_path: Path) -> None:
    problems, report = reported(tmp_path, GOOD)
    assert not problems.found, report


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_has_its_code_its_place_and_its_words(tmp_path: Path, name: str) -> None:
    code, text, part = MISTAKES[name]
    _, report = reported(tmp_path, text)

    lines = [line for line in report.splitlines() if f" {code} " in line and part in line]
    assert lines, report
    assert re.match(r"specs/demo/1\.yaml:(\d+):(\d+): ", lines[0])


def test_every_code_of_a_collection_is_provoked() -> None:
    own = {code for code in CODES if "SPEC120" <= code < "SPEC130"}

    assert own <= {code for code, _, _ in MISTAKES.values()}
