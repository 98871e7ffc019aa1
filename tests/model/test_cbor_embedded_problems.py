"""Mistakes with bytes that hold CBOR, and what a change of their type breaks."""

from __future__ import annotations

from pathlib import Path

import pytest

from sciwire.model import Problems, load_spec, load_spec_or_raise
from sciwire.model.differences import compare_specs
from sciwire.model.expressions import parse_type
from sciwire.model.types import Embedded, ListOf, Scalar, TaggedType, type_text

HEAD = 'sciwire: 1\nformat: demo\nversion: "1"\ntitle: A demonstration\n'
CBOR = f"{HEAD}family: cbor\ntypes: {{One: {{fields: {{a: uint}}}}, Two: {{fields: {{b: uint}}}}}}\n"


def _cbor(kind: str, more: str = "") -> str:
    return f'{CBOR}messages: {{whole: {{fields: {{first: One, second: Two, it: {{type: "{kind}"{more}}}}}}}}}\n'


def _report(tmp_path: Path, text: str) -> str:
    path = tmp_path / "1.yaml"
    path.write_text(text, encoding="utf-8")
    problems = Problems()
    load_spec(path, problems)
    return problems.render(tmp_path) if problems.found else ""


def test_the_expression_is_read_and_written() -> None:
    kind = parse_type("list[tag[24, embedded[uint]]]")

    assert kind == ListOf(TaggedType(24, Embedded(Scalar("uint"))))
    assert type_text(kind) == "list[tag[24, embedded[uint]]]"


@pytest.mark.parametrize(
    ("text", "code", "part"),
    [
        (_cbor("embedded"), "SPEC014", "'embedded' needs arguments in brackets"),
        (_cbor("embedded[unit]"), "SPEC012", "did you mean 'uint'?"),
        (_cbor("embedded[uint, 3]"), "SPEC013", "']' is missing"),
        (_cbor("bytes | embedded[uint]"), "SPEC265", "can be read as bytes, which stands before it"),
        (_cbor("embedded[One] | embedded[Two]"), "SPEC265", "the record 'Two' can be read as the record 'One'"),
        (_cbor("embedded[uint]", ", default: -1"), "SPEC034", "the default -1 is not a value"),
        (_cbor("embedded[uint8]", ", max: 300"), "SPEC070", "max 300 is beyond the type"),
        (f"{HEAD}family: struct\norder: little\nroot: R\nrecords: {{R: {{fields: {{x: 'embedded[uint]'}}}}}}\n", "SPEC019", "can't carry"),
        (f"{HEAD}family: multipart\ndiscriminator: is\nmessages: {{one: {{parts: {{head: {{says: one, fields: {{x: 'embedded[uint]'}}}}}}}}}}\n", "SPEC019", "JSON has no such values"),
        (f"{HEAD}family: hdf5\ndatasets: {{a: {{at: /a, type: 'embedded[uint]'}}}}\n", "SPEC019", "HDF5 holds"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_its_place(tmp_path: Path, text: str, code: str, part: str) -> None:
    report = _report(tmp_path, text)

    assert f" {code} " in report, report
    assert part in report, report
    assert "1.yaml:" in report


@pytest.mark.parametrize("kind", ["embedded[uint] | bytes", "embedded[One] | Two", "tag[24, embedded[list[One]]]"])
def test_what_can_be_told_apart_is_no_mistake(tmp_path: Path, kind: str) -> None:
    assert not _report(tmp_path, _cbor(kind))


@pytest.mark.parametrize(
    ("old", "new", "word"),
    [("uint8", "uint", "widened"), ("uint", "uint8", "narrowed"), ("uint", "text", "changed")],
)
def test_a_change_inside_is_told(tmp_path: Path, old: str, new: str, word: str) -> None:
    paths = tmp_path / "old.yaml", tmp_path / "new.yaml"
    for path, kind in zip(paths, (old, new), strict=True):
        path.write_text(_cbor(f"embedded[{kind}]"), encoding="utf-8")

    (change,) = compare_specs(*map(load_spec_or_raise, paths))

    assert (change.kind, change.path) == (word, "messages.whole.it")
