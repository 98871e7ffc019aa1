"""Text of two bytes a character: fixed sizes, told sizes, up to the end, terminated; in records, tables and constants.

Bytes are put together by hand, the characters as numbers of two bytes.
"""

from __future__ import annotations

import struct
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
format: FORMAT
version: "1"
family: struct
title: Names in characters of two bytes
order: ORDER
root: Names
records:
  Names:
    fields:
      mark: {type: text, const: "Ωm", encoding: ENCODING}
      label: {type: text, size: 8, encoding: ENCODING}
      dashed: {type: text, size: 6, encoding: ENCODING, fill: 45}
      word: {type: text, terminator: 0, encoding: ENCODING}
      line: {type: text, terminator: 10, encoding: ENCODING}
      size: u2
      title: {type: text, size: {field: size, unit: 2}, encoding: ENCODING}
      kind: {type: text, size: 4, encoding: ENCODING, enum: {up: "↑↑", down: "↓↓"}}
      bytes: u1
      odd: {type: text, size: bytes, encoding: ENCODING}
      rows: u1
      cells: {type: Cell, count: rows, as: table}
      rest: {type: text, size: rest, encoding: ENCODING}
  Cell: {fields: {name: {type: text, size: 4, encoding: ENCODING}, number: u1}}
"""
ORDERS = {"utf-16-le": ("<", "little"), "utf-16-be": (">", "big")}


def units(mark: str, *numbers: int) -> bytes:
    return struct.pack(f"{mark}{len(numbers)}H", *numbers)


def names(mark: str, /, **changed: bytes) -> bytes:
    parts = {
        "mark": units(mark, 0x3A9, 0x6D),
        "label": units(mark, 0x48, 0x69, 0, 0),
        "dashed": units(mark, 0x2D, 0x41, 0x2D),
        # a zero byte at an odd offset, then one at an even one: no end of the text
        "word": units(mark, 0x100, 0x1, 0x2000, 0x20, 0x0),
        "line": units(mark, 0xD83D, 0xDE00, 0xA00, 0xA),
        "size": struct.pack(f"{mark}H", 3),
        "title": units(mark, 0xE9, 0, 0xFEFF),
        "kind": units(mark, 0x2193, 0x2193),
        "bytes": b"\2",
        "odd": units(mark, 0x7A),
        "rows": b"\2",
        "cells": units(mark, 0x61, 0) + b"\1" + units(mark, 0xD83D, 0xDE00) + b"\2",
        "rest": units(mark, 0x65, 0x6E, 0x64),
    }
    return b"".join({**parts, **changed}.values())


@pytest.fixture(scope="module", params=ORDERS)
def made(request: Any, tmp_path_factory: pytest.TempPathFactory) -> tuple[ModuleType, str]:
    mark, order = ORDERS[request.param]
    text = SPEC.replace("ORDER", order).replace("ENCODING", request.param).replace("FORMAT", f"names_{order}")
    return module_of(tmp_path_factory.mktemp("names"), text), mark


Made = tuple[ModuleType, str]


def test_every_kind_of_text_comes_back(made: Made) -> None:
    module, mark = made
    value = module.decode(names(mark))

    assert (value.label, value.dashed, value.word, value.line) == ("Hi", "-A", "Ā\x01\u2000 ", "😀\u0a00")
    assert (value.title, value.kind, value.odd, value.rest) == ("é\0\ufeff", "down", "z", "end")
    assert value.cells["name"].tobytes() == units(mark, 0x61, 0, 0xD83D, 0xDE00)
    assert module.encode(value) == names(mark)
    assert module.encode(module.from_plain(module.to_plain(value))) == names(mark)


def test_what_is_short_is_filled_up_with_characters(made: Made) -> None:
    module, mark = made
    value = module.decode(names(mark))
    value.label, value.dashed = "", "x"

    assert module.encode(value)[4:18] == units(mark, 0, 0, 0, 0, 0x78, 0x2D, 0x2D)


WRONG: list[tuple[str, list[int] | bytes, str, str, int]] = [
    ("label", [0x48, 0xD800, 0x69, 0], "syntax", "label", 6),
    ("label", [0x48, 0x69, 0, 0xD800], "syntax", "label", 10),
    ("label", [0xDC00, 0xD800, 0, 0], "syntax", "label", 4),
    ("word", [0xDFFF, 0], "syntax", "word", 18),
    ("mark", [0x3A9, 0x6E], "framing", "mark", 0),
    ("kind", [0x2193, 0x2191], "constraint", "kind", 44),
    ("odd", b"ab", "", "", 0),
]


@pytest.mark.parametrize(("field", "bytes_", "category", "path", "at"), WRONG)
def test_what_is_no_text_is_refused_at_its_place(
    made: Made, field: str, bytes_: list[int] | bytes, category: str, path: str, at: int
) -> None:
    module, mark = made
    data = names(mark, **{field: bytes_ if isinstance(bytes_, bytes) else units(mark, *bytes_)})
    if not category:
        assert module.decode(data).odd in ("\u6162", "\u6261")
        return
    with pytest.raises(DecodeError) as caught:
        module.decode(data)
    assert (caught.value.category, caught.value.path, caught.value.at) == (category, path, at)
    kept = module.decode(data, on_error="keep")
    assert (getattr(kept, field, None), [one.path for one in kept.problems]) == (None, [path])


@pytest.mark.parametrize(("field", "data"), [("bytes", b"\3"), ("rest", b"abc")])
def test_an_odd_number_of_bytes_is_refused(made: Made, field: str, data: bytes) -> None:
    module, mark = made
    with pytest.raises(DecodeError, match="text has an even number of bytes, got 3") as caught:
        module.decode(names(mark, **{field: data}))
    assert (caught.value.category, caught.value.path) == ("size", "odd" if field == "bytes" else "rest")


def test_half_a_pair_in_a_row_is_refused(made: Made) -> None:
    module, mark = made
    cells = units(mark, 0x61, 0) + b"\1" + units(mark, 0x61, 0xDC00) + b"\2"
    with pytest.raises(DecodeError) as caught:
        module.decode(names(mark, cells=cells))
    assert (caught.value.path, caught.value.category) == ("cells[1].name", "syntax")
    with pytest.raises(DecodeError, match=r"\[1\]\.name"):
        module.view(cells, "Cell", check=True)
    value = module.decode(names(mark))
    value.cells = module.view(cells, "Cell")
    with pytest.raises(EncodeError, match=r"cells\[1\]\.name"):
        module.encode(value)


def test_cut_anywhere(made: Made) -> None:
    module, mark = made
    data = names(mark)
    whole = len(data) - 6
    for size in range(len(data)):
        if size >= whole and size % 2 == whole % 2:
            assert module.decode(data[:size]).rest == "end"[: (size - whole) // 2]
            continue
        with pytest.raises(DecodeError) as caught:
            module.decode(data[:size])
        assert isinstance(caught.value, TruncatedError) is (size < whole)
        assert caught.value.at in range(size + 1)


@pytest.mark.parametrize("length", [30, 31, 32, 33, 64, 255, 256, 257, 2000])
def test_the_end_of_a_long_text_is_found_at_even_offsets_only(made: Made, length: int) -> None:
    module, mark = made
    # 0x0100 and 0x0001 in turn have two zero bytes in a row at odd offsets in one of the orders
    numbers = [(0x100, 0x1)[index % 2] for index in range(length)]
    for word in (numbers, [0x1, *numbers]):
        value = module.decode(names(mark, word=units(mark, *word, 0)))
        assert value.word == "".join(map(chr, word))
        with pytest.raises(DecodeError):
            module.decode(names(mark)[:18] + units(mark, *word))


REFUSED = [
    ("word", "a\0b", "the text holds its own terminator"),
    ("line", "a\nb", "the text holds its own terminator"),
    ("label", "a\0", "which a reader takes for padding"),
    ("dashed", "a-", "which a reader takes for padding"),
    ("label", "abcde", "expected at most 8 bytes, got 10"),
    ("label", "😀😀a", "expected at most 8 bytes, got 10"),
    ("title", "\ud800", r"can't be written as utf-16-"),
    ("title", b"ab", "expected text, got bytes"),
    ("kind", "left", "expected one of up, down"),
]


@pytest.mark.parametrize(("field", "value", "message"), REFUSED)
def test_an_encoder_refuses_what_no_decoder_would_give_back(made: Made, field: str, value: Any, message: str) -> None:
    module, mark = made
    names_ = module.decode(names(mark))
    setattr(names_, field, value)
    with pytest.raises(EncodeError, match=message) as caught:
        module.encode(names_)
    assert caught.value.path == field


def test_characters_whose_bytes_look_like_a_terminator_are_written(made: Made) -> None:
    module, mark = made
    value = module.decode(names(mark))
    value.word, value.line = "Ā\x01", "\u0a0a\u000b"

    assert module.decode(module.encode(value)) == value


def test_drawn_values_come_back(made: Made, tmp_path: Path) -> None:
    module, mark = made
    encoding = "utf-16-le" if mark == "<" else "utf-16-be"
    path = tmp_path / "1.yaml"
    text = SPEC.replace("ORDER", ORDERS[encoding][1]).replace("ENCODING", encoding).replace("FORMAT", "names")
    path.write_text(text, encoding="utf-8")
    spec = load_spec_or_raise(path)

    @settings(
        max_examples=50,
        deadline=None,
        database=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
    )
    @given(strategies.value(spec, "Names"))
    def law(drawn: Any) -> None:
        data = module.encode(module.from_plain(drawn))
        assert plain.difference(drawn, module.to_plain(module.decode(data))) == ""

    law()


def test_an_odd_size_is_a_mistake(tmp_path: Path) -> None:
    path = tmp_path / "1.yaml"
    text = SPEC.replace("ORDER", "big").replace("ENCODING", "utf-16-be").replace("FORMAT", "names")
    path.write_text(text.replace("{type: text, size: 8,", "{type: text, size: 7,"), encoding="utf-8")
    problems = Problems()
    load_spec(path, problems)

    told = "1.yaml:12:7: SPEC300 text in utf-16-be has an even number of bytes, 'label' has 7"
    assert told in problems.render(tmp_path)


def test_a_constant_of_text_has_the_bytes_of_its_encoding(tmp_path: Path) -> None:
    module = module_of(
        tmp_path,
        "sciwire: 1\nformat: accent\nversion: '1'\nfamily: struct\ntitle: A constant\norder: big\nroot: Root\n"
        "records: {Root: {fields: {mark: {type: text, const: été}, number: u1}}}\n",
    )

    assert module.encode(module.Root(7)) == "été".encode() + b"\7"
    assert module.decode("été".encode() + b"\7") == module.Root(7)
    assert module.view("été".encode() + b"\7", "Root")["number"].tolist() == [7]


def test_the_module_passes_mypy_strict(made: Made, tmp_path: Path) -> None:
    pytest.importorskip("mypy")
    done = run("mypy", "--config-file", "pyproject.toml", "--cache-dir", tmp_path / "cache", str(made[0].__file__))
    assert done.returncode == 0, done.stdout + done.stderr


def test_columns_of_such_text_are_its_bytes(made: Made) -> None:
    module, mark = made
    view = module.view(units(mark, 0x61, 0) + b"\1", "Cell")

    assert view["name"].dtype == np.dtype("u1") and view["name"].shape == (1, 4)
    assert bytes(view["name"][0]) == units(mark, 0x61, 0)
