"""Integers in digits of text, filled up or ended by a byte: what they are on the wire is written here by hand.

`header` is laid out as the European Data Format has it, `scrap` has every form.
"""

from __future__ import annotations

import zlib
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from made import module_of, run

from sciwire.conformance import strategies
from sciwire.model import Problems, load_spec, load_spec_or_raise
from sciwire.runtime import DecodeError, EncodeError, TruncatedError, plain

SPEC = """\
sciwire: 1
format: scrap
version: "1"
family: struct
title: Numbers as text
order: little
root: Message
records:
  Message:
    length: {field: length, of: rest}
    fields:
      version: {type: uint, size: 4, encoding: decimal, fill: 32, const: 1}
      length: {type: uint, encoding: decimal, terminator: 10}
      offset: {type: int, size: 6, encoding: decimal, fill: 32, justify: right, min: -999}
      depth: {type: int, size: 5, encoding: octal}
      mode: {type: uint, size: 7, encoding: octal, overlong: true, enum: {read: 292, write: 146}}
      nul: {pad: 1}
      count: {type: uint, size: 3, encoding: decimal, fill: 32}
      names: {type: text, size: 2, fill: 32, count: count}
      values: {type: int, size: 4, encoding: decimal, fill: 32, count: count}
      size: {type: uint, encoding: hex, terminator: 58}
      note: {type: text, size: size}
      body: {type: Body}
      check: {type: uint, size: 2, encoding: HEX, sum: {algorithm: xor8, from: offset}}
      crc: {type: uint, size: 8, encoding: hex, sum: {algorithm: crc32, from: version, to: check}}
  Short: {fields: {x: u1}}
  Long: {fields: {kind: {type: uint, encoding: decimal, terminator: 44}}}
unions:
  Body: {tag: body, type: bytes, members: {Short: s, Long: l}}
"""


def message(note: bytes = b"hm", *, mode: bytes = b"0000444", body: bytes = b"l18446744073709551615,") -> bytes:
    inside = (
        b"   -12" + b"-0017" + mode + b"\0" + b"2  " + b"a b " + b"7   -999" + f"{len(note):x}:".encode() + note + body
    )
    check = 0
    for byte in inside:
        check ^= byte
    start = b"1   " + f"{len(inside) + 10}\n".encode() + inside + f"{check:02X}".encode()
    return start + f"{zlib.crc32(start):08x}".encode()


@pytest.fixture(scope="module")
def scrap(tmp_path_factory: pytest.TempPathFactory) -> ModuleType:
    return module_of(tmp_path_factory.mktemp("scrap"), SPEC)


@pytest.mark.parametrize("note", [b"", b"hm", b"x" * 9, b"y" * 300])
def test_numbers_are_read_and_written_as_text(scrap: ModuleType, note: bytes) -> None:
    value = scrap.decode(message(note))

    assert (value.offset, value.depth, value.mode) == (-12, -0o17, "read")
    assert (value.names, value.values, value.note) == (["a", "b"], [7, -999], note.decode())
    assert value.body == scrap.Long(2**64 - 1)
    assert scrap.encode(value) == message(note)


@pytest.mark.parametrize("mode", [b"444    ", b"   444 ", b"00444\0\0", b" +444\0\0"])
def test_other_ways_are_read_where_that_is_said(scrap: ModuleType, mode: bytes) -> None:
    value = scrap.decode(message(mode=mode))
    assert value.mode == "read"
    assert scrap.encode(value) == message()


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        (b"   -12", b"-12   ", "expected '   -12', got '-12   '"),
        (b"   -12", b"  -012", "expected '   -12', got '  -012'"),
        (b"   -12", b"      ", "expected a number in decimal digits, got '      '"),
        (b"   -12", b"   1e3", "expected a number in decimal digits, got '   1e3'"),
        (b"   -12", b"   1_2", "expected a number in decimal digits, got '   1_2'"),
        (b"   -12", b"    -0", "expected a number in decimal digits, got '    -0'"),
        (b"   -12", b"\xd9\xa1\xd9\xa2\xd9\xa3", "expected a number in decimal digits"),
        (b"   -12", b" -1000", "expected at least -999, got -1000"),
        (b"-0017", b"-0018", "expected a number in octal digits, got '-0018'"),
        (b"0000444", b"0000445", "expected one of read (292), write (146), got 293"),
        (b"2:hm", b"02:hm", "expected '2', got '02'"),
        (b"2:hm", b"g:hm", "expected a number in hexadecimal digits, got 'g'"),
        (b"2:hm", b"A:hm", "expected 'a', got 'A'"),
        (b"18446744073709551615", b"18446744073709551616", "expected a number in decimal digits, got '18446744073709551616'"),
    ],
)  # fmt: skip
def test_what_is_no_such_number_is_an_error(scrap: ModuleType, old: bytes, new: bytes, problem: str) -> None:
    data = message()
    assert data.count(old) == 1
    with pytest.raises(DecodeError) as found:
        scrap.decode(data.replace(old, new))
    assert problem in found.value.problem
    assert found.value.at == data.index(old)


def test_a_number_without_an_end_is_not_looked_for_through_all_data(scrap: ModuleType) -> None:
    with pytest.raises(DecodeError, match="fewer than 64 characters that ends with byte 10"):
        scrap.decode(b"1   " + b"0" * 1_000_000)
    with pytest.raises(TruncatedError) as found:
        scrap.decode(b"1   17")
    assert (found.value.path, found.value.at, found.value.needed) == ("length", 4, 1)


@pytest.mark.parametrize("split", range(0, 61, 4))
def test_a_stream_of_them_comes_in_pieces(scrap: ModuleType, split: int) -> None:
    data = message(b"a") + message(b"b" * 40)
    decoder = scrap.Decoder()
    found = [*decoder.feed(data[:split]), *decoder.feed(data[split:])]
    assert [len(one.note) for one in found] == [1, 40]


@pytest.mark.parametrize(
    ("field", "value", "problem"),
    [
        ("offset", 1_000_000, "1000000 does not fit 6 decimal digits"),
        ("offset", -100_000, "-100000 does not fit 6 decimal digits"),
        ("depth", 0o100000, "32768 does not fit 5 octal digits"),
        ("offset", 1.5, "expected a whole number, got 1.5"),
        ("values", [1, True], "expected a whole number, got True"),
        ("body", "long", "-1 does not fit 64 bits"),
    ],
)
def test_what_does_not_fit_is_refused(scrap: ModuleType, field: str, value: Any, problem: str) -> None:
    whole = scrap.decode(message())
    setattr(whole, field, scrap.Long(-1) if value == "long" else value)
    with pytest.raises(EncodeError) as found:
        scrap.encode(whole)
    assert found.value.problem == problem


def test_what_is_drawn_comes_back(scrap: ModuleType, tmp_path: Path) -> None:
    path = tmp_path / "1.yaml"
    path.write_text(SPEC, encoding="utf-8")

    @settings(max_examples=80, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(strategies.value(load_spec_or_raise(path), "Message"))
    def law(drawn: Any) -> None:
        data = scrap.encode(scrap.from_plain(drawn))
        assert plain.difference(drawn, scrap.to_plain(scrap.decode(data))) == ""

    law()


MISTAKES = [
    ("{type: u1}", "{type: decimal}", "a number in text is `type: uint` (or int) with `encoding: decimal`"),
    ("z: {type: Inner}", "z: {type: Body}", "SPEC303 'Inner' has a field 'n', which would hide the tag of 'Body' in canonical values (another word for it is said by `tag` of 'Body')"),
    ("{type: u1}", "{type: u1, justify: right}", "SPEC300 'x' is no number in digits, `justify` has no meaning"),
    ("{type: u1}", "{type: u1, encoding: hex}", "SPEC300 hex digits are of `uint` or `int`, which 'x' is not"),
    ("{type: u1}", "{type: uint, encoding: hex}", "SPEC300 'x' needs the `size` of its field in characters, or the `terminator` that ends it"),
    ("{type: u1}", "{type: uint, encoding: hex, size: 33}", "SPEC300 a number in digits has 1 to 32 characters, 'x' has another size"),
    ("{type: u1}", "{type: uint, encoding: hex, size: rest}", "SPEC300 a number in digits has 1 to 32 characters, 'x' has another size"),
    ("{type: u1}", "{type: uint, encoding: hex, size: 4, order: big}", "SPEC300 'x' is text, `order` has no meaning"),
    ("{type: u1}", "{type: uint, encoding: hex, size: 4, terminator: 32}", "SPEC300 'x' needs the `size` of its field in characters"),
    ("{type: u1}", "{type: uint, encoding: decimal, terminator: 48}", "SPEC300 byte 48 can stand in a number, it can't end 'x'"),
    ("{type: u1}", "{type: uint, encoding: decimal, size: 4, fill: 49}", "SPEC300 byte 49 can stand in a number, it can't fill 'x' up"),
    ("{type: u1}", "{type: uint, encoding: decimal, size: 4, justify: left}", "SPEC300 zeros stand in front of 'x'; to stand left it needs another `fill`, as 32"),
    ("{type: u1}", "{type: uint, encoding: decimal, terminator: 32, fill: 32}", "SPEC300 'x' takes as many characters as it needs, `fill` and `justify` have no meaning"),
    ("{type: u1}", "{type: uint, encoding: decimal, size: 2, default: 100}", "SPEC306 'x' can't hold 100"),
    ("{type: u1}", "{type: int, encoding: decimal, size: 2, default: -10}", "SPEC306 'x' can't hold -10"),
    ("{type: u1}", "{type: uint, encoding: decimal, size: 2, sum: {algorithm: sum8, from: y}}", "SPEC305 'x' does not hold the 8 bits of sum8"),
    ("z: {type: Inner}", "z: {type: Inner, count: 3, as: table}", "SPEC300 'z' has numbers in digits, of which a table has no columns"),
]  # fmt: skip
SMALL = SPEC[: SPEC.index("  Message:")] + (
    "  Message: {fields: {y: u1, x: {type: u1}, z: {type: Inner}}}\n"
    "  Inner: {fields: {n: {type: uint, encoding: decimal, size: 3}}}\n"
    "unions: {Body: {TAG type: u1, members: {Inner: 1}}}\n"
)


@pytest.mark.parametrize(("old", "new", "told"), MISTAKES)
def test_a_mistake_is_named(old: str, new: str, told: str, tmp_path: Path) -> None:
    path = tmp_path / "1.yaml"
    path.write_text(SMALL.replace(old, new).replace("TAG", "tag: n," if "Body" in new else ""), encoding="utf-8")
    problems = Problems()
    load_spec(path, problems)
    assert told in problems.render(tmp_path)


def test_an_open_number_that_tells_a_length_is_not_part_of_it(tmp_path: Path) -> None:
    path = tmp_path / "1.yaml"
    path.write_text(SPEC.replace("of: rest", "of: whole"), encoding="utf-8")
    problems = Problems()
    load_spec(path, problems)
    assert "SPEC300 the length 'length' counts itself" in problems.render(tmp_path)


def test_records_with_digits_have_no_view(tmp_path: Path) -> None:
    module = module_of(tmp_path, SMALL.replace("TAG", ""))
    assert not hasattr(module, "view")
    assert module.encode(module.Message(1, 2, module.Inner(7))) == b"\1\2" + b"007"


def test_the_module_passes_mypy_strict(scrap: ModuleType, tmp_path: Path) -> None:
    pytest.importorskip("mypy")
    done = run("mypy", "--config-file", "pyproject.toml", "--cache-dir", tmp_path / "cache", str(scrap.__file__))
    assert done.returncode == 0, done.stdout + done.stderr


def test_an_empty_list_is_an_empty_array_of_any_type(tmp_path: Path) -> None:
    module = module_of(
        tmp_path,
        "sciwire: 1\nformat: run\nversion: '1'\nfamily: struct\ntitle: A run\norder: big\nroot: Root\n"
        "records: {Root: {fields: {count: u1, values: {type: u2, count: count}}}}\n",
    )
    assert module.encode(module.Root([])) == b"\0"
    with pytest.raises(EncodeError, match="expected >u2, got float64"):
        module.encode(module.Root(np.zeros(0)))
