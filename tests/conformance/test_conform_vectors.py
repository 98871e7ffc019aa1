"""Vector files: what is wrong in one is said with file, id and what to do."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import toy
from click.testing import CliRunner

from sciwire.conformance.cli import conform
from sciwire.conformance.vectors import VectorError, load_vectors

VALID: dict[str, Any] = {"id": "toy/plain/a", "kind": "valid", "hex": "00", "value": 1}
INVALID: dict[str, Any] = {"id": "toy/plain/a", "kind": "invalid", "hex": "00", "error": {"category": "size"}}
SCENARIO: dict[str, Any] = {
    "id": "toy/plain/a",
    "kind": "scenario",
    "steps": [{"op": "put", "args": {"filename": "x", "data": {"$bytes": ""}}}],
    "expect": [{"value": None}],
}


def load(root: Path, *vectors: Any, **head: Any) -> Any:
    return load_vectors(toy.write_vectors(root, list(vectors), **head), "toy")


MISTAKES: list[tuple[dict[str, Any], str]] = [
    ({**VALID, "id": "toy/other/a"}, "the id must begin with toy/plain/"),
    ({**VALID, "id": "toy"}, "expected an id of the form format/group/what-is-special"),
    ({**VALID, "kind": "good"}, "expected a kind of valid, invalid, either, encode, scenario, got 'good'"),
    ({**VALID, "level": "must"}, "expected a level of MUST, SHOULD, MAY, got 'must'"),
    ({**VALID, "rules": ["QS14"]}, "expected a list of rule ids such as QS-014"),
    ({**VALID, "expected": 1}, "unknown keys expected; known are "),
    ({"id": "toy/plain/a", "kind": "valid", "hex": "00"}, "a vector of kind valid needs 'value'"),
    ({**VALID, "error": {"category": "size"}}, "kind 'either' allows both"),
    ({**INVALID, "value": 1}, "kind 'either' allows both"),
    ({**VALID, "value": {"$nope": 1}}, "the value is not canonical: "),
    ({**VALID, "partial": 1}, "only an invalid vector has a 'partial' value"),
    ({**INVALID, "canonical": True}, "only a valid vector can be 'canonical'"),
    ({**INVALID, "error": {"category": "sizes"}}, "unknown category 'sizes'; known are truncated, "),
    ({**INVALID, "error": {"category": []}}, "expected a category, or a list of those that fit"),
    ({**INVALID, "error": {"category": "size", "at": -1}}, "expected a byte offset or the path of an HDF5 object"),
    ({**INVALID, "error": {"category": "size", "offset": 1}}, "expected an error of category, path, at and catches"),
    ({**VALID, "hex": "0"}, "the bytes under 'hex' cannot be read"),
    ({**VALID, "text": "a"}, "expected the bytes under one of hex, text, file, parts, runs, got hex and text"),
    ({"id": "toy/plain/a", "kind": "valid", "value": 1}, "got none"),
    ({"id": "toy/plain/a", "kind": "valid", "value": 1, "runs": [["00", -1]]}, "the bytes under 'runs' cannot be read"),
    ({"id": "toy/plain/a", "kind": "valid", "value": 1, "runs": [["00"]]}, "the bytes under 'runs' cannot be read"),
    ({"id": "toy/plain/a", "kind": "valid", "value": 1, "runs": [["00", 1 << 40]]}, "runs make at most 67108864 bytes"),
    ({**VALID, "value": {"a": {"$repeat": ["x", 1 << 40]}}}, "the value cannot be made: what is repeated has at most"),
    ({**VALID, "value": {"$repeat": [[{"$nope": 1}], 2]}}, "the value is not canonical: "),
    ({**VALID, "value": {"$repeat": 5}}, "the value cannot be made: "),
    ({**VALID, "value": {"$repeat": [5, 5]}}, "the value cannot be made: "),
    ({"id": "toy/plain/a", "kind": "valid", "value": 1, "file": "no.bin"}, "the file 'no.bin' cannot be read"),
    ({"id": "toy/plain/a", "kind": "valid", "value": 1, "file": "../toy/vectors/all.plain.json"}, "cannot be read"),
    ({**VALID, "nan": "all"}, "expected 'any' under 'nan'"),
    ({**VALID, "options": []}, "expected dict under 'options', got []"),
    ({**SCENARIO, "expect": []}, "expected a list of 1 expectations under 'expect', one for each step"),
    ({**SCENARIO, "steps": []}, "expected a list with at least one step"),
    (
        {**SCENARIO, "expect": [{"same": 0}]},
        "step 0: expected true, the number of an earlier step, or a map under 'same'",
    ),
    ({**SCENARIO, "expect": [{"values": 0}]}, "step 0: expected one of value, error, any, same, includes"),
    (
        {**SCENARIO, "steps": [{"op": "put", "args": {"filename": "x", "file": "no.h5"}}]},
        "there is no file 'no.h5' beside",
    ),
]


@pytest.mark.parametrize(("vector", "text"), MISTAKES, ids=lambda item: item[:40] if isinstance(item, str) else "")
def test_a_mistake_in_a_vector_names_file_id_and_mistake(vector: dict[str, Any], text: str, tmp_path: Path) -> None:
    with pytest.raises(VectorError) as caught:
        load(tmp_path, vector)

    assert text in caught.value.problem
    assert caught.value.vector == vector["id"]
    assert str(caught.value).startswith(str(tmp_path / "specs" / "toy" / "vectors" / "all.plain.json"))


def test_a_mistake_in_a_vector_names_its_line(tmp_path: Path) -> None:
    root = toy.write_vectors(tmp_path)
    path = root / "toy" / "vectors" / "all.plain.json"
    content = json.loads(path.read_text("utf-8"))
    content["vectors"][1]["kind"] = "odd"
    path.write_text(json.dumps(content, indent=1), encoding="utf-8")
    name = content["vectors"][1]["id"]
    line = next(number for number, text in enumerate(path.read_text("utf-8").splitlines(), 1) if f'"{name}"' in text)

    with pytest.raises(VectorError) as caught:
        load_vectors(root, "toy")

    assert str(caught.value).startswith(f"{path}:{line}: {name}: expected a kind of")


def test_a_file_that_cannot_be_read_says_so(tmp_path: Path) -> None:
    root = toy.write_vectors(tmp_path)
    (root / "toy" / "vectors" / "folder.json").mkdir()

    with pytest.raises(VectorError, match=r"folder\.json: the file cannot be read: Is a directory"):
        load_vectors(root, "toy")


def test_the_same_vectors_without_a_mistake_load(tmp_path: Path) -> None:
    for number, vector in enumerate((VALID, INVALID, SCENARIO)):
        assert len(load(tmp_path / str(number), vector)) == 1


def test_two_vectors_with_one_id_are_refused(tmp_path: Path) -> None:
    with pytest.raises(VectorError, match=r"the id stands in all\.plain\.json and in all\.plain\.json"):
        load(tmp_path, VALID, VALID)


def test_a_folder_without_vectors_is_an_error_and_not_a_success(tmp_path: Path) -> None:
    (tmp_path / "toy" / "vectors").mkdir(parents=True)

    with pytest.raises(VectorError, match="the folder holds no vectors"):
        load_vectors(tmp_path, "toy")


def test_an_unknown_format_lists_those_there_are(tmp_path: Path) -> None:
    toy.write_vectors(tmp_path)

    with pytest.raises(VectorError, match="formats with vectors: toy"):
        load_vectors(tmp_path / "specs", "toi")


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b'{"format": "toy",\n "version" 1}', "line 2 column 12: Expecting ':' delimiter"),
        (b"\xff", "the file is not UTF-8"),
        (b"[]", "expected an object, got list"),
        (
            b'{"format": "toy", "version": "1", "group": "g", "vectors": [1]}',
            "expected a text under 'provenance', got None",
        ),
        (b'{"format": "toy", "version": "1", "group": "g", "provenance": "p", "vectors": []}', "at least one vector"),
        (
            b'{"format": "toi", "version": "1", "group": "g", "provenance": "p", "vectors": [1]}',
            "the format 'toy' (its folder)",
        ),
        (b'{"a": NaN}', "NaN is no JSON"),
        (b'{"a": [{"kind": "valid", "kind": "invalid"}]}', "there are two values under 'kind'"),
        (b"[" * 100_000, "no JSON that can be read"),
    ],
    ids=lambda item: item[:30] if isinstance(item, str) else "",
)
def test_a_file_that_is_damaged_says_where_and_what_to_do(content: bytes, text: str, tmp_path: Path) -> None:
    root = toy.write_vectors(tmp_path)
    (root / "toy" / "vectors" / "all.plain.json").write_bytes(content)

    with pytest.raises(VectorError) as caught:
        load_vectors(root, "toy")
    assert text in str(caught.value)


def test_bytes_come_from_hex_text_file_or_parts(tmp_path: Path) -> None:
    root = toy.write_vectors(
        tmp_path,
        [
            {**VALID, "id": "toy/plain/a"},
            {"id": "toy/plain/b", "kind": "valid", "value": 1, "text": "é\n"},
            {"id": "toy/plain/c", "kind": "valid", "value": 1, "file": "c.bin"},
            {"id": "toy/plain/d", "kind": "valid", "value": 1, "parts": ["00", "01 02"]},
        ],
    )
    (root / "toy" / "vectors" / "c.bin").write_bytes(b"\x07")

    assert [vector.data for vector in load_vectors(root, "toy")] == [b"\0", b"\xc3\xa9\n", b"\7", (b"\0", b"\1\2")]


def test_what_repeats_is_said_once(tmp_path: Path) -> None:
    told = {"a": {"$repeat": [[{"b": 1}, 2], 2]}, "c": {"$fill": {"dtype": "|u1", "shape": [2], "value": 7}}, "d": {"$repeat": ["xy", 2]}}  # fmt: skip
    long, parted = load(
        tmp_path,
        {"id": "toy/plain/a", "kind": "valid", "value": told, "runs": [["00", 1], ["01 02", 3]]},
        {"id": "toy/plain/b", "kind": "valid", "value": 1, "parts": ["00", [["01", 2], ["02", 0]]]},
    )

    assert long.data == bytes([0, 1, 2, 1, 2, 1, 2])
    assert long.value == {"a": [{"b": 1}, 2, {"b": 1}, 2], "c": {"$nd": {"dtype": "|u1", "shape": [2], "data": "Bwc="}}, "d": "xyxy"}  # fmt: skip
    assert parted.data == (b"\0", b"\1\1")


def test_a_file_that_a_step_puts_is_sent_as_bytes(tmp_path: Path) -> None:
    step = {"op": "put", "args": {"filename": "x.h5", "file": "c.bin"}}
    root = toy.write_vectors(tmp_path)
    (root / "toy" / "vectors" / "c.bin").write_bytes(b"\x07")
    toy.write_vectors(tmp_path, [{**SCENARIO, "steps": [step]}])

    (vector,) = load_vectors(root, "toy")

    assert vector.steps[0].request == {"op": "put", "args": {"filename": "x.h5", "data": {"$bytes": "Bw=="}}}


def test_numbers_that_not_every_program_can_read_are_sent_as_text(tmp_path: Path) -> None:
    value = {"a": [2**53, 2**53 + 1, -(2**60), True, 1.5]}

    (vector,) = load(tmp_path, {**VALID, "value": value})

    assert vector.value == {"a": [2**53, {"$int": str(2**53 + 1)}, {"$int": str(-(2**60))}, True, 1.5]}


def test_what_is_expected_is_never_sent(tmp_path: Path) -> None:
    from sciwire.conformance.harness import Subject
    from sciwire.conformance.protocol import Request, Unsupported

    sent: list[Request] = []

    class Spy:
        def start(self) -> Any:
            return {"implementation": {"name": "spy"}, "formats": {"toy": {"can": ["decode", "call"]}}}

        def ask(self, request: Request) -> Unsupported:
            sent.append(request)
            return Unsupported("only looking")

        def stop(self) -> None:
            pass

    secret = 1234567
    vectors = load(
        tmp_path,
        {**VALID, "value": secret},
        {**INVALID, "id": "toy/plain/b", "error": {"category": "size", "at": secret}},
        {**SCENARIO, "id": "toy/plain/c", "expect": [{"value": secret}]},
    )
    subject = Subject("spy", Spy())
    subject.start()
    for vector in vectors:
        (subject.call if vector.kind == "scenario" else subject.decode)(vector)

    assert [request.cmd for request in sent] == ["decode", "decode", "call"]
    assert all(str(secret) not in request.line().decode() for request in sent)
    assert all("toy/plain" not in json.loads(request.line())["id"] for request in sent)


SPEC = """\
sciwire: 1
format: toy
version: "1"
family: cbor
title: A toy
sources: [{id: note, text: a note}]
rules: [{id: TOY-001, level: MUST, text: "n is a number", source: note}]
messages: {one: {fields: {n: {type: uint, rule: TOY-001}}}}
"""


@pytest.mark.parametrize("rules", ["rules: []", 'rules: [{id: TOY-003, level: MUST, text: "it is", source: note}]'])
def test_a_rule_that_the_specification_does_not_have_is_told_for_every_vector(rules: str, tmp_path: Path) -> None:
    root = toy.write_vectors(tmp_path)
    path = root / "toy" / "vectors" / "all.plain.json"
    (root / "toy" / "1.yaml").write_text(
        SPEC.replace(SPEC[SPEC.index("rules: ") :].splitlines()[0], rules).replace(", rule: TOY-001", ""), "utf-8"
    )
    lines = path.read_text("utf-8").splitlines()
    citing = {
        name: next(number for number, text in enumerate(lines, 1) if f'"{name}"' in text)
        for name in ("toy/plain/two", "toy/plain/cut")
    }

    with pytest.raises(VectorError) as caught:
        load_vectors(root, "toy")

    told = str(caught.value).splitlines()
    assert len(told) == len(citing)
    for text, (name, line), rule in zip(told, citing.items(), ("TOY-001", "TOY-002"), strict=True):
        assert text.startswith(f"{path}:{line}: {name}: the specification of toy has no rule {rule}")
        hint = "did you mean 'TOY-003'?" if "TOY" in rules else "nor any other; list the rule under `rules` there"
        assert hint in text


def test_rules_of_any_version_may_be_cited(tmp_path: Path) -> None:
    root = toy.write_vectors(tmp_path)
    (root / "toy" / "1.yaml").write_text(SPEC, "utf-8")
    (root / "toy" / "2.yaml").write_text(SPEC.replace('"1"', '"2"').replace("TOY-001", "TOY-002"), "utf-8")

    assert len(load_vectors(root, "toy")) == len(toy.VECTORS)


def test_conform_refuses_a_rule_that_is_not_there(tmp_path: Path) -> None:
    root = toy.write_vectors(tmp_path)
    (root / "toy" / "1.yaml").write_text(SPEC, "utf-8")

    done = CliRunner().invoke(conform, ["--specs", str(root), "toy"])

    assert done.exit_code == 3
    assert "toy/plain/cut: the specification of toy has no rule TOY-002; did you mean 'TOY-001'?" in done.output
