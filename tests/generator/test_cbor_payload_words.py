"""Payloads that tell their shape as a list, and stay unopened; enums with any text; one category for what is too big."""

from __future__ import annotations

import copy
import importlib.util
import pickle
import sys
from pathlib import Path
from types import ModuleType

import bitshuffle
import cbor2
import numpy as np
import pytest
from click.testing import CliRunner

from sciwire.cli.app import app
from sciwire.model.expressions import TypeExpressionError, parse_type
from sciwire.model.types import Enum, ListOf, type_text
from sciwire.runtime import CompressedArray, DecodeError, EncodeError

SPEC = """\
sciwire: 1
format: plates
version: "1"
family: cbor
title: Plates, with arrays in byte strings
doc: Invented, to try payloads.
discriminator: 0
messages:
  plan:
    value: 1
    fields:
      extents: "list[uint]"
  plate:
    value: 2
    payloads:
      dots: {algorithm: bslz4_blocks, block: 64, dtypes: [u2, f8], shape: [extents, plan.extents], dtype: [kind], tells: {shape: extents, dtype: kind}}
      plain: {algorithm: none, dtypes: [u1], shape: [size], dtype: [sort], tells: {shape: size, dtype: sort}}
    fields:
      dots: bytes
      extents: "list[uint] | text"
      kind: text
      plain: bytes
      size: {type: "tag[900, Size]"}
      sort: "enum[uint8, 'not known']"
      pace: 'enum[fast, "in between", "[slow], or not"]'
      wide: uint64
      signed: int64
types:
  Size: "list[uint16]"
"""
DOTS = np.arange(3 * 5 * 64, dtype="<u2").reshape(3, 5, 64) % 97


@pytest.fixture(scope="module")
def plates(tmp_path_factory: pytest.TempPathFactory) -> ModuleType:
    folder = tmp_path_factory.mktemp("plates")
    (folder / "specs" / "plates").mkdir(parents=True)
    (folder / "specs" / "plates" / "1.yaml").write_text(SPEC)
    done = CliRunner().invoke(app, ["generate", "--specs", str(folder / "specs"), "--output", str(folder / "out")])
    assert done.exit_code == 0, done.output
    found = importlib.util.spec_from_file_location("plates", next((folder / "out").rglob("plates.py")))
    assert found is not None and found.loader is not None
    module = sys.modules["plates"] = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


def test_a_shape_is_told_as_its_field_says_it(plates: ModuleType) -> None:
    data = plates.encode(plates.Plate(dots=DOTS, plain=np.zeros((2, 3), "u1")))

    fields = cbor2.loads(data)
    assert (fields["extents"], fields["kind"]) == ([3, 5, 64], "uint16")
    assert (fields["size"].tag, list(fields["size"].value)) == (900, [2, 3])
    assert fields["dots"] == bitshuffle.compress_lz4(DOTS, 64).tobytes()
    assert np.array_equal(plates.decode(data).dots, DOTS)


@pytest.mark.parametrize("extents", [[3, 5, 64], (3, 5, 64), "3x5x64"])
def test_a_shape_that_is_given_must_be_that_of_the_array(plates: ModuleType, extents: object) -> None:
    assert np.array_equal(plates.decode(plates.encode(plates.Plate(dots=DOTS, extents=extents))).dots, DOTS)
    with pytest.raises(EncodeError, match=r"plates\.Plate extents: expected \[3, 5, 64\] as the array is, got \[5, 3"):
        plates.encode(plates.Plate(dots=DOTS, extents=[5, 3, 64]))


@pytest.mark.parametrize(
    ("old", "new", "part"),
    [
        ('extents: "list[uint] | text"', "extents: float", "'extents' is to say the shape: expected text or a list of"),
        ('extents: "list[uint] | text"', 'extents: "list[float]"', "'extents' is to say the shape"),
        ("kind: text", 'kind: "list[uint]"', "'kind' is to say the dtype: expected text, it is list[uint]"),
    ],
)
def test_a_field_that_can_not_say_it_is_a_mistake(tmp_path: Path, old: str, new: str, part: str) -> None:
    assert old in SPEC
    (tmp_path / "1.yaml").write_text(SPEC.replace(old, new))

    done = CliRunner().invoke(app, ["check", str(tmp_path / "1.yaml")])

    assert done.exit_code == 1
    assert "SPEC262" in done.output and part in done.output


def test_a_lazy_payload_stays_compressed_until_it_is_opened(plates: ModuleType) -> None:
    data = plates.encode(plates.Plate(dots=DOTS, plain=np.arange(6, dtype="u1")))
    packed = bitshuffle.compress_lz4(DOTS, 64).tobytes()

    lazy = plates.decode(data, lazy=True)

    assert isinstance(lazy.dots, CompressedArray)
    assert (lazy.dots.shape, lazy.dots.dtype, lazy.dots.nbytes) == ((3, 5, 64), np.dtype("<u2"), DOTS.nbytes)
    assert bytes(lazy.dots.payload) == bytes(lazy.dots.chunk) == packed
    assert plates.encode(lazy) == data
    assert np.array_equal(lazy.dots.open(), DOTS) and not lazy.dots.open().flags.writeable
    out = np.empty(DOTS.shape, "<u2")
    assert lazy.dots.open(out=out) is out and np.array_equal(out, DOTS)
    assert np.array_equal(pickle.loads(pickle.dumps(lazy.dots)).open(), DOTS)
    assert lazy.plain.open().tolist() == [0, 1, 2, 3, 4, 5]
    assert plates.to_plain(lazy) == plates.to_plain(plates.decode(data))
    assert ("dots", f"uint16 (3, 5, 64)  bslz4_blocks, {len(packed)} bytes") in plates.summary(lazy)


def test_a_session_describes_lazy_payloads_too(plates: ModuleType) -> None:
    packed = bitshuffle.compress_lz4(DOTS, 64).tobytes()
    session = plates.Session(lazy=True)
    fields = {0: 2, "dots": packed, "kind": "uint16"}

    assert session.decode(cbor2.dumps(fields)).dots == packed  # nothing has described it yet
    session.decode(cbor2.dumps({0: 1, "extents": [3, 5, 64]}))
    message = session.decode(cbor2.dumps(fields))

    assert np.array_equal(message.dots.open(), DOTS)
    other = copy.copy(message)
    other.kind = None
    assert cbor2.loads(plates.encode(other))["kind"] == "uint16"
    damaged = session.decode(cbor2.dumps({**fields, "dots": b"\xff" * len(packed)}))
    with pytest.raises(DecodeError, match=r"block 0 of .* declares 4294967295 bytes") as caught:
        damaged.dots.open()
    assert (caught.value.path, caught.value.category) == ("dots", "compression")


@pytest.mark.parametrize(
    ("out", "category"),
    [
        (bytearray(DOTS.nbytes), "type"),
        (np.empty((5, 3, 64), "<u2"), "size"),
        (np.empty(DOTS.shape, "<u4"), "size"),
        (np.empty(DOTS.shape, "<u2", order="F"), "type"),
    ],
)
def test_what_an_array_can_not_be_opened_into_is_refused(plates: ModuleType, out: object, category: str) -> None:
    lazy = plates.decode(plates.encode(plates.Plate(dots=DOTS)), lazy=True)

    with pytest.raises(EncodeError, match="out must be") as caught:
        lazy.dots.open(out=out)

    assert (caught.value.category, caught.value.path) == (category, "dots")


def test_an_enum_has_any_text_in_quotes(plates: ModuleType) -> None:
    for pace in ("fast", "in between", "[slow], or not"):
        assert plates.decode(cbor2.dumps({0: 2, "pace": pace})).pace == pace
    with pytest.raises(DecodeError, match="in between"):
        plates.decode(cbor2.dumps({0: 2, "pace": "between"}))
    assert 'enum[fast, "in between", "[slow], or not"]' in str(plates.__doc__)


@pytest.mark.parametrize("names", [("a", "b c"), ("1", ""), ("a,b", 'say "a"', "it's"), ("x]",), ("ä",)])
def test_an_enum_in_words_reads_as_it_was(names: tuple[str, ...]) -> None:
    assert parse_type(type_text(ListOf(Enum(names)))) == ListOf(Enum(names))


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ('enum["a]', "has no place"),
        ('list["a"]', "a type is missing"),
        ('"a"', "a type is missing"),
        ('enum[a, "a"]', "stands twice"),
        ('ndarray[u1; "y"]', "an axis is missing"),
        ('enum["a" b]', "']' is missing"),
    ],
)
def test_quotes_stand_in_enums_alone(text: str, part: str) -> None:
    with pytest.raises(TypeExpressionError, match=part.replace("]", r"\]")):
        parse_type(text)


@pytest.mark.parametrize(
    ("field", "value", "category"),
    [
        ("wide", 2**64, "constraint"),
        ("signed", 2**63, "constraint"),
        ("signed", -(2**63) - 1, "constraint"),
        ("wide", 2.0, "type"),
    ],
)
def test_a_number_that_is_too_big_breaks_a_constraint(
    plates: ModuleType, field: str, value: object, category: str
) -> None:
    with pytest.raises(DecodeError) as caught:
        plates.decode(cbor2.dumps({0: 2, field: value}))

    assert (caught.value.category, caught.value.path) == (category, field)


@pytest.mark.parametrize("kind", [2.0, True, "2"])
def test_a_discriminator_is_of_the_type_that_is_specified(plates: ModuleType, kind: object) -> None:
    with pytest.raises(DecodeError, match="expected the key 0 to be one of 1, 2"):
        plates.decode(cbor2.dumps({0: kind}))
