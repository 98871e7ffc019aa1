"""Lines with words of their own around names and types: only what follows a name ends it. The bytes are put together here."""

from __future__ import annotations

import struct
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from made import module_of

from sciwire.model import Problems, load_spec
from sciwire.runtime import CodecError

SPEC = """\
sciwire: 1
format: rows
version: "1"
family: packets
descriptors: text
title: Rows behind lines with words
sources:
  - {id: note, text: "A note on a blackboard"}
prefix:
  magic: {bytes: "52 4F 57 0A"}
  lines: {size: 2, role: packet_fields}
  head: {size: 2, role: header_fields}
lines:
  form: "FIELD {name} AS {type}{extents};"
  extents: {open: "<", between: "x", close: ">", first: highest, scalar: write}
names: {pattern: "[A-Za-z][A-Za-z0-9_.-]*", most: 64}
data_types: {INTEGER: i4, Float: f4, BYTE: {atom: u1, text: true}}
"""


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> ModuleType:
    return module_of(tmp_path_factory.mktemp("rows"), SPEC)


def stream(*lines: str) -> bytes:
    text = "".join(f"FIELD {line};\n" for line in lines).encode()
    return b"ROW\n" + struct.pack(">HH", len(lines), 0) + text


def test_names_and_types_have_the_letters_of_the_words(rows: ModuleType) -> None:
    row = np.array([1.5, 2.5], ">f4").tobytes() + np.array([7], ">i4").tobytes()
    data = stream("FIELD.As AS Float<2>", "AS AS INTEGER<1>") + row * 3
    read = rows.decode(data)

    assert rows.to_plain(read)["fields"] == [["FIELD.As", "Float", [2]], ["AS", "INTEGER", [1]]]
    assert rows.encode(read) == data
    assert rows.encode(rows.from_plain(rows.to_plain(read))) == data


@pytest.mark.parametrize(
    "line", ["a;b AS Float<1>", "a AS Float;<1>", "a as Float<1>", "aAS Float<1>", "a AS AS Float<1>"]
)
def test_a_line_of_another_form_is_an_error(rows: ModuleType, line: str) -> None:
    with pytest.raises(CodecError) as found:
        rows.decode(stream(line))
    assert found.value.category in ("syntax", "unsupported", "constraint", "framing")


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("{name} AS", "{name}.{type}", "SPEC171"),
        ("{name} AS {type}", "{name}.AS {type}", "SPEC171 a name could hold '.', which ends it in a line"),
        (
            "{name} AS {type}{extents}",
            "{type} AS {name}{extents}-",
            "SPEC171 a name could hold '-', which ends it in a line",
        ),
        ("INTEGER: i4", "INT<EGER: i4", "SPEC172 the name 'INT<EGER' could not be told from what ends it in a line"),
    ],
)
def test_what_ends_a_name_and_could_be_in_it_is_a_mistake(tmp_path: Path, old: str, new: str, told: str) -> None:
    path = tmp_path / "1.yaml"
    path.write_text(SPEC.replace(old, new), encoding="utf-8")
    problems = Problems()
    load_spec(path, problems)
    assert told in problems.render(tmp_path)
