"""`sciwire describe` tells all that a specification says of a value, of a format or a file, in three forms."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from commands import FORMATS, ROOT, call

SPEC = """\
sciwire: 1
format: demo
version: "1"
family: cbor
title: A | B
sources: [{id: note, text: a note}]
types:
  Mode: enum[fast, slow]
messages:
  frame:
    fields:
      number: {type: uint, key: 4, required: true, max: 100, rule: DM-001, doc: which}
      mode: {type: Mode, default: fast}
      label: {type: text, pattern: "[a-z|]+", length: {min: 1, max: 9}, also: [name]}
      fixed: {type: u1, const: 7, unit: s}
rules:
  - {id: DM-001, level: MUST, text: "number is at most 100", source: note}
"""


@pytest.fixture
def spec(tmp_path: Path) -> Path:
    path = tmp_path / "demo.yaml"
    path.write_text(SPEC, encoding="utf-8")
    return path


def _rows(told: str, title: str) -> dict[str, dict[str, str]]:
    section = next(one for one in json.loads(told)["sections"] if one["title"].startswith(title))
    first = section["columns"][0]
    return {row[first]: row for row in section["rows"]}


def test_a_file_is_described_with_keys_ranges_patterns_defaults_and_rules(spec: Path) -> None:
    rows = _rows(call("describe", spec, "--json").output, "Message Frame")

    assert rows["4 (number)"]["meaning"] == "which; at most 100"
    assert (rows["4 (number)"]["presence"], rows["4 (number)"]["rule"]) == ("required", "DM-001")
    assert rows["mode"]["meaning"] == "default 'fast'"
    assert rows["label"]["meaning"] == "matches [a-z|]+; length 1 to 9; also read as name"
    assert (rows["fixed"]["meaning"], rows["fixed"]["unit"]) == ("always 7", "s")
    assert _rows(call("describe", spec, "--json").output, "Types")["Mode"]["type"] == "enum[fast, slow]"


def test_markdown_has_a_table_for_each_section_and_escapes_its_marks(spec: Path) -> None:
    lines = call("describe", spec, "--markdown").output.splitlines()

    assert lines[0] == "# A \\| B"
    assert "| key | type | unit | presence | rule | meaning |" in lines
    assert any(line.startswith("| label | text |") and "[a-z\\|]+" in line for line in lines)
    assert all(line.replace("\\|", "").count("|") == 7 for line in lines if line.startswith("| label"))


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_is_described_in_every_form(name: str) -> None:
    told = json.loads(call("describe", name, "--json").output)
    text, markdown = call("describe", name).output, call("describe", name, "--markdown").output

    assert told["format"] == name
    assert len(told["sections"]) > 2
    for section in told["sections"]:
        assert section["title"] in text
        assert all(list(row) == section["columns"] for row in section["rows"])
    assert markdown.count("\n## ") == len(told["sections"])


def test_two_forms_at_once_are_refused(spec: Path) -> None:
    assert call("describe", spec, "--json", "--markdown").exit_code == 2
    assert call("describe", ROOT / "nothing.yaml").exit_code == 2


def test_a_file_that_is_wrong_is_told_with_its_places(spec: Path) -> None:
    spec.write_text(SPEC.replace("type: uint", "type: unit"), encoding="utf-8")

    done = call("describe", spec)

    assert done.exit_code == 1
    assert "SPEC012 unknown type 'unit' (did you mean 'uint'?)" in done.output
