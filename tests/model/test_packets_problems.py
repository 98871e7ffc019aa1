"""Mistakes in a specification of the `packets` family: every code of the family is provoked here."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sciwire.model import Problems, load_spec
from sciwire.model.codes import CODES

GOOD = """\
sciwire: 1
format: demo
version: "1"
family: packets
title: A demonstration
sources:
  - {id: note, text: a note}
schemas: [demo.xsd]
framing:
  ids: {digits: 2, wild: xx}
  descriptor: {open: "[", close: "]", length: {digits: 6, blank: " "}}
  packet: {open: ":", close: ":"}
elements:
  stream: {role: stream, ids: "00", attributes: {of: default, order: {role: byte_order, words: {msb: big, lsb: little}}}}
  packet: {role: packet, ids: "01-99", wild: inline}
  plane: {role: dataset, attributes: {id: id, rank: rank, part: join_id}}
  facts: {role: properties}
  fact: {role: property, attributes: {n: name, t: type, v: value}}
  cells: {role: values, attributes: {as: encoding, n: length, list: {role: inline, aliases: [l]}, row: index, join: join}}
encodings:
  f8: {binary: f8, aliases: [double]}
  ascii: {text: decimal}
  time: {text: time, below: 50}
times:
  unix: {epoch: "1970-01-01", step: seconds}
properties:
  names: {depend: ["X{}"]}
  types:
    String: text
    units: units
    dataset: {kind: reference, aliases: [ref]}
    Integer: {kind: integer, bits: 32}
bounds: {read_data: 1000, write_data: 900, write_xml: 999999, rank: 4}
profiles:
  plain: {default: true, settings: {inline_packets: ascii10, whole_rank: 2}}
checks: {chunk_start: DM-001}
rules:
  - {id: DM-001, level: MUST, text: "Chunks follow each other", source: note}
"""

XSD = """\
<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">
  <xs:element name="stream"><xs:complexType>
    <xs:attribute name="of" use="required"/>
    <xs:attribute name="order"><xs:simpleType><xs:restriction base="xs:string">
      <xs:enumeration value="msb"/><xs:enumeration value="lsb"/></xs:restriction></xs:simpleType></xs:attribute>
  </xs:complexType></xs:element>
  <xs:element name="packet"><xs:complexType><xs:sequence><xs:element ref="plane"/></xs:sequence></xs:complexType></xs:element>
  <xs:element name="plane"><xs:complexType><xs:sequence><xs:element ref="facts"/><xs:element ref="cells"/></xs:sequence>
    <xs:attribute name="id"/><xs:attribute name="rank"/><xs:attribute name="part"/></xs:complexType></xs:element>
  <xs:element name="facts"><xs:complexType><xs:sequence><xs:element ref="fact"/></xs:sequence></xs:complexType></xs:element>
  <xs:element name="fact"><xs:complexType>
    <xs:attribute name="n"/><xs:attribute name="t"/><xs:attribute name="v"/></xs:complexType></xs:element>
  <xs:element name="cells"><xs:complexType>
    <xs:attribute name="as"/><xs:attribute name="n"/><xs:attribute name="list"/>
    <xs:attribute name="row"/><xs:attribute name="join"/></xs:complexType></xs:element>
</xs:schema>
"""


def _report(tmp_path: Path, text: str, schema: str = XSD) -> tuple[Problems, str]:
    path = tmp_path / "specs" / "demo" / "1.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    path.with_name("demo.xsd").write_text(schema, encoding="utf-8")
    problems = Problems()
    load_spec(path, problems)
    return problems, problems.render(tmp_path)


def _changed(old: str, new: str) -> str:
    assert GOOD.count(old) == 1, f"{old!r} must stand once in the good specification"
    return GOOD.replace(old, new)


MISTAKES: dict[str, tuple[str, str, str]] = {
    # name: (code, text of the specification, part of the message)
    "one opening begins the other": ("SPEC150", _changed('packet: {open: ":"', 'packet: {open: "[["'), "is the beginning of the other"),
    "descriptor without a length": ("SPEC150", _changed(', length: {digits: 6, blank: " "}', ""), "a descriptor needs a length"),
    "digit as a blank": ("SPEC150", _changed('blank: " "', 'blank: " 0"'), "a digit can't be blank"),
    "delimiter beyond bytes": ("SPEC150", _changed('packet: {open: ":"', 'packet: {open: "→"'), "no single bytes"),
    "role of an element": ("SPEC151", _changed("{role: dataset,", "{role: datasets,"), "did you mean 'dataset'?"),
    "role of an attribute": ("SPEC151", _changed("as: encoding", "as: encodings"), "did you mean 'encoding'?"),
    "role missing": ("SPEC151", _changed("rank: rank, ", ""), "no attribute has the role rank"),
    "role twice": ("SPEC151", _changed("row: index", "row: length"), "two attributes have the same role"),
    "element missing": ("SPEC151", _changed("  facts: {role: properties}\n", ""), "no element has the role properties"),
    "element role twice": ("SPEC151", _changed("facts: {role: properties}", "facts: {role: property, attributes: {n: name, t: type, v: value}}"), "has the role 'property' already"),
    "rows without values": ("SPEC151", _changed("list: {role: inline, aliases: [l]}, ", ""), "no attribute has the role inline"),
    "joins without parts": ("SPEC151", _changed(", part: join_id", ""), "can say that it is a part"),
    "words for one order": ("SPEC151", _changed("lsb: little", "lsb: big"), "words for little and for big"),
    "wild id of digits": ("SPEC152", _changed("wild: xx}", 'wild: "77"}'), "not only digits"),
    "wild id too long": ("SPEC152", _changed("wild: xx}", "wild: xxx}"), "must have 2 ASCII characters"),
    "wild without a wild id": ("SPEC152", _changed("{digits: 2, wild: xx}", "{digits: 2}"), "has no wild id"),
    "range upside down": ("SPEC152", _changed("01-99", "99-01"), "got '99-01'"),
    "range beyond the digits": ("SPEC152", _changed("01-99", "001-100"), "expected ids of 2 digits"),
    "no range": ("SPEC152", _changed("01-99", "some"), "got 'some'"),
    "shared ids": ("SPEC152", _changed("01-99", "00-99"), "share an id"),
    "root without ids": ("SPEC152", _changed(', ids: "01-99", wild: inline', ""), "needs ids"),
    "ids inside": ("SPEC152", _changed("facts: {role: properties}", 'facts: {role: properties, ids: "01"}'), "is never a root"),
    "binary of a strange size": ("SPEC153", _changed("binary: f8", "binary: f3"), "no number is called 'f3'"),
    "neither binary nor text": ("SPEC153", _changed("{text: decimal}", "{doc: x}"), "must say `binary` or `text`"),
    "both binary and text": ("SPEC153", _changed("{text: decimal}", "{text: decimal, binary: f8}"), "must say `binary` or `text`"),
    "width of a binary": ("SPEC153", _changed("aliases: [double]", "below: 9"), "is for text encodings"),
    "alias of a text": ("SPEC153", _changed("{text: decimal}", "{text: decimal, aliases: [a]}"), "aliases are for binary"),
    "text that ends in a digit": ("SPEC153", _changed("  ascii: {text", "  asc2: {text"), "ends in a digit"),
    "epoch": ("SPEC154", _changed("1970-01-01", "1970-13-01"), "the unit 'unix'"),
    "step": ("SPEC154", _changed("step: seconds", "step: 1/0"), "the unit 'unix'"),
    "step of no length": ("SPEC154", _changed("step: seconds", "step: 0"), "must be positive"),
    "times without units": ("SPEC154", _changed('times:\n  unix: {epoch: "1970-01-01", step: seconds}\n', ""), "no unit of time"),
    "schema missing": ("SPEC155", _changed("[demo.xsd]", "[other.xsd]"), "can't be read"),
    "inline encoding": ("SPEC156", _changed("ascii10", "ascii"), "no text encoding of the format with a width"),
    "inline encoding of times": ("SPEC156", _changed("ascii10", "time20"), "no text encoding of the format with a width"),
    "whole rank": ("SPEC156", _changed("whole_rank: 2", "whole_rank: 5"), "have rank 4 at most"),
    "kind of a property": ("SPEC157", _changed("String: text", "String: txt"), "did you mean 'text'?"),
    "bits of a reference": ("SPEC157", _changed("aliases: [ref]", "bits: 8"), "bits are for integers"),
    "kind missing": ("SPEC157", _changed("    units: units\n", ""), "no property type has the kind 'units'"),
    "check": ("SPEC158", _changed("chunk_start: DM", "chunk_stat: DM"), "did you mean 'chunk_start'?"),
    "element not in the schema": ("SPEC159", _changed("  facts: {", "  fatcs: {"), "did you mean 'facts'?"),
    "attribute not in the schema": ("SPEC159", _changed("as: encoding", "az: encoding"), "gives 'cells' no attribute 'az'"),
    "word not in the schema": ("SPEC159", _changed("msb: big", "mbs: big"), "did you mean 'msb'?"),
    "more written than read": ("SPEC160", _changed("write_data: 900", "write_data: 1001"), "only 1000 are read"),
    "more XML than the digits": ("SPEC160", _changed("write_xml: 999999", "write_xml: 1000000"), "999999 at most"),
    "encoding twice": ("SPEC161", _changed("aliases: [double]", "aliases: [ascii]"), "'ascii' is the encoding 'f8' already"),
    "binary that is a text with a width": ("SPEC161", _changed("  ascii: {text", "  ascii12: {binary: i2}\n  ascii: {text"), "'ascii12' is the text encoding 'ascii' with the width 12"),
    "alias that is a text with a width": ("SPEC161", _changed("aliases: [double]", "aliases: [time24]"), "'time24' is the text encoding 'time' with the width 24"),
    "type twice": ("SPEC161", _changed("aliases: [ref]", "aliases: [units]"), "'units' is the property type 'units' already"),
    "alias of another attribute": ("SPEC161", _changed("aliases: [l]", "aliases: [as]"), "is the name of another attribute"),
    "pattern without a number": ("SPEC162", _changed('"X{}"', '"X"'), "needs {} once"),
    "pattern with a name": ("SPEC162", _changed('"X{}"', '"X{i}"'), "needs {} once"),
    # codes of the head that this family provokes in its own way
    "switch": ("SPEC047", _changed("inline_packets: ascii10", "inline: ascii10"), "did you mean 'inline_packets'?"),
    "rule of a check": ("SPEC042", _changed("chunk_start: DM-001", "chunk_start: DM-002"), "did you mean 'DM-001'?"),
    "body key": ("SPEC004", _changed("framing:\n", "framng: {}\nframing:\n"), "did you mean 'framing'?"),
    "body key missing": ("SPEC005", _changed("bounds: {read_data: 1000, write_data: 900, write_xml: 999999, rank: 4}\n", ""), "the key 'bounds' is missing"),
}  # fmt: skip


def test_the_good_specification_has_no_problem(tmp_path: Path) -> None:
    problems, report = _report(tmp_path, GOOD)

    assert not problems.found, report


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_reported_with_its_code_and_place(name: str, tmp_path: Path) -> None:
    code, text, part = MISTAKES[name]

    problems, report = _report(tmp_path, text)

    matching = [problem for problem in problems.found if problem.code == code]
    assert any(part in problem.headline() for problem in matching), report
    assert re.search(rf"^specs/demo/1\.yaml:\d+:\d+: {code} ", report, re.MULTILINE), report


def test_every_code_of_the_family_is_provoked() -> None:
    of_the_family = {code for code in CODES if 150 <= int(code[4:]) < 170}

    assert of_the_family <= {code for code, _, _ in MISTAKES.values()}


@pytest.mark.parametrize(
    ("schema", "part"),
    [
        ("<a/>", "the root element is a"),
        ("not xml", "not well-formed"),
        ('<!DOCTYPE a [<!ENTITY b "c">]><a/>', "DOCTYPE"),
        (XSD.replace('name="facts"', ""), "there is no element 'facts'"),
        (
            XSD.replace('<xs:attribute name="v"/>', '<xs:attributeGroup ref="none"/>'),
            "there is no attributeGroup 'none'",
        ),
        (
            XSD.replace(
                "</xs:schema>",
                '<xs:group name="g"><xs:sequence><xs:group ref="g"/></xs:sequence></xs:group></xs:schema>',
            ).replace('<xs:element ref="fact"/>', '<xs:group ref="g"/>'),
            "nested too deep",
        ),
    ],
)
def test_a_schema_that_is_none_is_a_problem(tmp_path: Path, schema: str, part: str) -> None:
    problems, report = _report(tmp_path, GOOD, schema)

    assert any(problem.code == "SPEC155" and part in problem.headline() for problem in problems.errors), report


@pytest.mark.parametrize(
    "key", ["framing", "elements", "encodings", "times", "properties", "bounds", "checks", "profiles"]
)
@pytest.mark.parametrize("value", ["3", "text", "[a, b]", "{a: {b: 3}}", "{a: [3]}", "null"])
def test_a_body_of_another_shape_is_a_problem_and_never_a_crash(tmp_path: Path, key: str, value: str) -> None:
    text = re.sub(rf"^{key}:.*\n(?:^ .*\n)*", f"{key}: {value}\n", GOOD, flags=re.MULTILINE)

    problems, _ = _report(tmp_path, text)

    assert problems.errors or (key, value) in [("times", "null"), ("checks", "null"), ("profiles", "null")]
