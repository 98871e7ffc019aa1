"""Text of a specification is data: whatever it looks like, it arrives unchanged and is never run."""

from __future__ import annotations

import ast
import json
import re
import tempfile
from pathlib import Path
from types import ModuleType

import cbor2
import pytest
from click.testing import CliRunner
from generating import load, module_path

from sciwire.cli.app import app
from sciwire.generator.render import render_format
from sciwire.generator.text import docstring, layout_table, literal
from sciwire.generator.tree import expected_tree, write_tree
from sciwire.model import Problems, load_spec
from sciwire.runtime.errors import DecodeError

#: Each would end a literal, a comment, a docstring or a template, or would be code, if it were not data.
TEXTS = {
    "triple quotes": '"""; raise SystemExit("out of the docstring") #',
    "triple single quotes": "'''; raise SystemExit('out') #",
    "quote at the end": 'ends in a quote"',
    "backslash at the end": "ends in a backslash\\",
    "backslashes and quotes": '\\"\\"\\" \\\' \\N{BULLET} \\x41 \\u0041 \\',
    "new lines": "first\nraise SystemExit('second')\r\nthird\rfourth",
    "other line ends": "a\u2028b\u2029c\u0085d\u000be\u000cf\u001cg",
    "expression": "{{ 7 * 7 }} {{ exports }} {{ ''.__class__.__mro__ }}",
    "statement": "{% for x in y %} {% include '/etc/passwd' %} {# a comment",
    "braces": "{0} {name!r} %s %(name)s ${name} }} {{",
    "formatter words": "# fmt: off\n# noqa\n# type: ignore\n# ruff: noqa",
    "coding": "-*- coding: utf-7 -*-",
    "controls": "\u0000 \u0007 \u001b[31m \u007f \u009b",
    "directions": "\u202e reversed \u2066 isolated \ufeff \u200b",
    "astral": "\U0001f4a5 \U0010ffff µm Å",
    "blank": "   ",
}

SPEC = """\
sciwire: 1
format: hostile
version: "1"
family: cbor
title: TEXT
doc: TEXT
sources: [{id: s, text: TEXT, url: TEXT}]
profiles: {documented: {doc: TEXT, default: true}, TEXT: {doc: TEXT}}
discriminator: kind
refuse: [{key: other, text: TEXT}]
options: {detail: {values: [all, TEXT], doc: TEXT}}
types:
  Inner: {doc: TEXT, fields: {x: {type: float, doc: TEXT, unit: TEXT}}}
messages:
  frame:
    doc: TEXT
    value: TEXT
    fields:
      told: {type: text, doc: TEXT, unit: TEXT, default: TEXT}
      fixed: {type: text, const: TEXT}
      other: {type: uint, key: TEXT}
      inner: Inner
      level: {type: text, when: {detail: [TEXT]}}
rules: [{id: HO-001, level: MUST, text: TEXT, source: s}]
"""


@pytest.fixture(scope="module", params=TEXTS.values(), ids=TEXTS.keys())
def made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    """A text, and the folder of the module that has it in every place where an author may write."""
    text = request.param
    folder = tmp_path_factory.mktemp("hostile")
    path = folder / "specs" / "hostile" / "1.yaml"
    path.parent.mkdir(parents=True)
    path.write_text(SPEC.replace("TEXT", _yaml(text)), encoding="utf-8")
    write_tree(expected_tree(folder / "specs", folder), folder / "specs", prove=False)
    return text, folder


@pytest.fixture
def module(made: tuple[str, Path]) -> ModuleType:
    return load(made[1], "hostile")


def test_strings_arrive_unchanged(made: tuple[str, Path], module: ModuleType) -> None:
    text, _ = made
    frame = module.decode(cbor2.dumps({"kind": text, "fixed": text, text: 5}))

    assert (frame.told, frame.fixed, frame.other) == (text, text, 5)
    assert cbor2.loads(module.encode(frame)) == {"kind": text, "told": text, "fixed": text, text: 5}
    frame.level = "x"
    assert cbor2.loads(module.encode(frame, detail=text))["level"] == "x"
    assert "level" not in cbor2.loads(module.encode(frame))
    with pytest.raises(ValueError, match="no profile"):
        module.decode(b"\xa0", profile=text + "!")
    assert module.decode(cbor2.dumps({"kind": text}), profile=text).fixed is None


def test_the_words_of_a_refusal_arrive_unchanged(made: tuple[str, Path], module: ModuleType) -> None:
    text, _ = made
    with pytest.raises(DecodeError) as caught:
        module.decode(cbor2.dumps({"kind": text, "other": 1}))
    assert caught.value.problem == text


def test_nothing_of_it_is_code(made: tuple[str, Path]) -> None:
    """The module has the statements of one made from plain text, name for name."""
    _, folder = made
    source = module_path(folder, "hostile").read_text(encoding="utf-8")

    assert not re.search("[\0-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202f\u2066-\u206f\ufeff]", source)
    kinds = [type(one).__name__ for one in ast.parse(source).body]
    assert kinds == KINDS
    names = {one.id for one in ast.walk(ast.parse(source)) if isinstance(one, ast.Name)}
    assert "SystemExit" not in names


def _yaml(text: str) -> str:
    """*text* in double quotes, everything beyond ASCII escaped as YAML does (JSON would make two of an astral one)."""
    ascii_only = json.dumps(text, ensure_ascii=False).encode("ascii", "backslashreplace").decode()
    return re.sub("[\x7f]", r"\\x7f", ascii_only)


def _plain_kinds() -> list[str]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "specs" / "hostile" / "1.yaml"
        path.parent.mkdir(parents=True)
        path.write_text(SPEC.replace("TEXT", "plain"))
        spec = load_spec(path, Problems())
    assert spec is not None
    return [type(one).__name__ for one in ast.parse(render_format((spec,))).body]


KINDS = _plain_kinds()


def test_describe_and_check_show_it_without_a_traceback(made: tuple[str, Path]) -> None:
    _, folder = made
    for words in (["describe", "hostile", "--specs", str(folder / "specs")], ["check", str(folder / "specs")]):
        done = CliRunner().invoke(app, words)
        assert (done.exit_code, done.exception) == (0, None), done.output


@pytest.mark.parametrize(
    "value", [None, True, -3, 1.5, float("inf"), b"\0'\"", "a'b\"c\\\n", (1,), [], {"a": (2, [3])}]
)
def test_a_literal_is_its_value(value: object) -> None:
    assert eval(literal(value)) == value


def test_nan_and_objects_have_a_literal_or_none() -> None:
    assert eval(literal(float("nan"))) != eval(literal(float("nan")))
    with pytest.raises(TypeError, match="object has no literal"):
        literal(object())


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS.keys())
@pytest.mark.parametrize("indent", [0, 4])
def test_a_docstring_is_one_string(text: str, indent: int) -> None:
    parsed = ast.parse(docstring(f"Head.\n\n{text}", indent).replace("\0", ""))

    (only,) = parsed.body
    assert isinstance(only, ast.Expr)
    assert isinstance(only.value, ast.Constant)
    said = only.value.value
    kept = [char for char in text if char.isalnum() and char.isascii()]
    assert [char for char in said.removeprefix("Head.") if char.isalnum() and char.isascii()] == kept


def test_a_table_keeps_its_columns_whatever_the_cells_hold() -> None:
    table = layout_table(("key", "meaning"), [("a\nb", "x " * 100), ("", TEXTS["new lines"])])

    lines = table.splitlines()
    rules = [line for line in lines if set(line) == {"=", " "}]
    assert len(set(rules)) == 1
    assert len(rules) == 3
    assert all(len(line) <= len(rules[0]) for line in lines)
