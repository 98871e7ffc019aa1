"""A specification can be as odd or as hostile as its author: it ends in an error with a place, soon, and nothing of it is run."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from work import counted

from sciwire.model import Problems, load_spec
from sciwire.model.patterns import pattern_fault
from sciwire.model.problems import MOST_PROBLEMS

CBOR = 'sciwire: 1\nformat: odd\nversion: "1"\nfamily: cbor\ntitle: Odd\n'
STRUCT = 'sciwire: 1\nformat: odd\nversion: "1"\nfamily: struct\ntitle: Odd\norder: little\nroot: R0\n'
FIELD = "messages: {m: {fields: {f: %s}}}\n"


def _chain(count: int, line: str) -> str:
    return "".join(line.format(i, i + 1) for i in range(count))


def _pattern(text: str) -> str:
    return CBOR + FIELD % f'{{type: text, pattern: "{text}"}}'


CASES: dict[str, Callable[[], tuple[str, str]]] = {
    "a module that would be the package": lambda: (CBOR.replace("odd", "__init__") + FIELD % "uint", "SPEC020 the format '__init__' is no lower-case identifier that begins with a letter"),
    "repeats in repeats": lambda: (_pattern("(a+)+$"), "SPEC033 the pattern takes exponential time"),
    "one or the same": lambda: (_pattern("(x|x)*y"), "SPEC033 the pattern takes exponential time"),
    "a repeat beyond numbers": lambda: (_pattern("a{99999999999}"), "SPEC033 the pattern is no regular expression that Python can hold"),
    "groups in groups": lambda: (_pattern("(" * 1500 + ")" * 1500), "SPEC033 the pattern is no regular expression that Python can hold"),
    "a long pattern": lambda: (_pattern("a" * 5000), "SPEC033 the pattern has 5000 characters, at most 4096"),
    "a message's other words": lambda: (CBOR.replace("cbor", "multipart") + 'discriminator: is\nmessages: {a: {parts: {h: {says: x, accept: "(a+)+$", fields: {b: uint}}}}}\n', "SPEC033 the pattern takes exponential time"),
    "names of fields": lambda: (CBOR.replace("cbor", "packets") + 'descriptors: text\nprefix: {m: {bytes: "41"}, n: {size: 4, role: header_fields}, p: {size: 4, role: packet_fields}}\nlines: {}\nnames: {pattern: "(a+)+"}\ndata_types: {int: i4}\n', "SPEC171 the pattern takes exponential time"),
    "aliases that double": lambda: (CBOR + "types:\n" + _chain(60, '  T{0}: "T{1} | list[T{1}]"\n') + "  T60: uint\n" + FIELD % "T0", "has more than 1,000 parts when its names are written out"),
    "aliases of aliases": lambda: (CBOR + "types:\n" + _chain(300, '  T{}: "list[T{}]"\n') + "  T300: uint\n" + FIELD % "T0", "leads through more than 64 other types"),
    "a very long chain of aliases": lambda: (CBOR + "types:\n" + _chain(3000, "  T{}: T{}\n") + "  T3000: uint\n" + FIELD % "T0", "leads through more than 64 other types"),
    "a very long circle of aliases": lambda: (CBOR + "types:\n" + _chain(900, "  T{}: 'list[T{}]'\n") + "  T900: T0\n" + FIELD % "T0", "SPEC015 the type 'T899' is defined in terms of itself"),
    "records in records": lambda: (CBOR + "types:\n" + _chain(1500, "  T{}: {{fields: {{x: T{}}}}}\n") + "  T1500: uint\n" + FIELD % "T0", "leads through more than 64 other types"),
    "a chain of binary records": lambda: (STRUCT + "records:\n" + _chain(1500, "  R{}: {{fields: {{x: R{}}}}}\n") + "  R1500: {fields: {x: u1}}\n", "has records in records, more than 64 deep"),
    "binary records that double": lambda: (STRUCT + "records:\n" + _chain(40, "  R{0}: {{fields: {{x: R{1}, y: R{1}}}}}\n") + "  R40: {fields: {x: u1}}\n", "has more than 10,000 fields, with those of the records in it"),
    "bytes beyond memory": lambda: (STRUCT + "records: {R0: {fields: {x: {type: bytes, size: 99999999999999999999}}}}\n", "SPEC300 'x' takes more than 2,147,483,647 bytes"),
    "numbers beyond memory": lambda: (STRUCT + "records: {R0: {fields: {x: {type: u8, count: 9999999999}}}}\n", "SPEC300 'x' takes more than 2,147,483,647 bytes"),
    "padding beyond memory": lambda: (STRUCT + "records: {R0: {fields: {x: u1, y: {align: 9999999999}}}}\n", "SPEC300 'y' takes more than 2,147,483,647 bytes"),
}  # fmt: skip


def _loaded(folder: Path, text: str) -> Problems:
    path = folder / "1.yaml"
    path.write_text(text, encoding="utf-8")
    problems = Problems()
    assert load_spec(path, problems) is None
    return problems


@pytest.mark.parametrize("make", CASES.values(), ids=CASES.keys())
def test_it_ends_in_an_error(tmp_path: Path, make: Callable[[], tuple[str, str]]) -> None:
    text, wanted = make()
    with counted() as work:
        problems = _loaded(tmp_path, text)

    assert wanted in problems.render()
    assert work.steps < 5_000_000  # a second or so


def test_a_flood_of_mistakes_is_cut(tmp_path: Path) -> None:
    fields = "".join(f"      f{i}: {{type: unit{i}}}\n" for i in range(MOST_PROBLEMS + 500))
    problems = _loaded(tmp_path, CBOR + "messages:\n  m:\n    fields:\n" + fields)

    assert len(problems.errors) == MOST_PROBLEMS
    assert "unknown type 'unit0'" in problems.render()


@pytest.mark.parametrize("pattern", ["[A-Za-z].*", "([0-9]+\\.)*[0-9]+", "(ab|cd)*e?", "\\w+(-\\w+)*", "^[a-z]{1,99}$", "(?i)[^/]+(/[^/]+)*"])  # fmt: skip
def test_ordinary_patterns_are_taken(pattern: str) -> None:
    assert pattern_fault(pattern) == ""


def test_steps_of_time_may_be_decimal_numbers(tmp_path: Path) -> None:
    """The manual says a number, and 0.01 is one."""
    text = (Path(__file__).parents[2] / "specs" / "qstream" / "1.1.yaml").read_text(encoding="utf-8")
    path = tmp_path / "1.1.yaml"
    for schema in ("stream.xsd", "packet.xsd"):
        (tmp_path / schema).write_bytes((Path(__file__).parents[2] / "specs" / "qstream" / schema).read_bytes())
    path.write_text(text.replace("step: days}", "step: 0.01}", 1), encoding="utf-8")
    problems = Problems()
    assert load_spec(path, problems) is not None, problems.render()


def test_an_append_without_a_column_of_its_table(tmp_path: Path) -> None:
    text = CBOR.replace("cbor", "hdf5") + (
        "axes: {t: {grows: true}}\n"
        "datasets: {a: {at: /a, type: <u2, shape: [t]}, b: {at: /b, type: <u2, shape: [t]}}\n"
        "operations: {add: {does: append, arguments: {file: file, a: a}}}\n"
    )
    assert "SPEC105 'b' has no argument: without it no row can be appended" in _loaded(tmp_path, text).render()


@pytest.mark.parametrize(
    ("change", "wanted"),
    [
        ("on: id.nothing", "there is no field 'id.nothing' for the union 'U'"),
        ("members: {A: nobody}", "the tag 'nobody' is no name of 'id.kind'"),
        ("count: id.kind", "'id.kind' is no unsigned integer"),
        ("only: {id.nothing: [1]}", "there is no field 'id.nothing' before 'z'"),
    ],
)
def test_paths_into_words_of_bits(tmp_path: Path, change: str, wanted: str) -> None:
    word, _, _ = change.partition(":")
    words = {"on": "on: id.kind", "members": "members: {A: one}", "count": "count: id.n", "only": "only: {id.n: [1]}"}
    words[word] = change
    text = STRUCT + (
        "bits: {W: {size: 1, fields: {n: 4, kind: {width: 4, enum: {one: 1}}}}}\n"
        f"records: {{R0: {{fields: {{id: W, y: {{type: u1, {words['count']}}}, z: {{type: u1, {words['only']}}}, u: U}}}},"
        " A: {fields: {x: u1}}}\n"
        f"unions: {{U: {{{words['on']}, {words['members']}}}}}\n"
    )
    assert wanted in _loaded(tmp_path, text).render()
