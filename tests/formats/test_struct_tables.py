"""What a record says holds for its rows in a table too, and what one field tells of another is true when it is written.

Bytes are put together with the `struct` module of Python and zlib, never by our encoder.
"""

from __future__ import annotations

import struct
import zlib
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from made import module_of
from work import frugal

from sciwire.runtime import DecodeError, EncodeError

ROWS = """\
sciwire: 1
format: rows
version: "1"
family: struct
title: Rows in a table
order: little
root: Root
bits:
  Word: {size: 3, reserved: zero, parity: {bit: 23, ones: odd}, fields: {x: 4, y: {width: 4, signed: true}}}
records:
  Root: {fields: {n: u1, rows: {type: Row, count: n, as: table}}}
  Row:
    fields:
      word: Word
      pad: {pad: 1, checked: true, fill: 9}
      level: {type: i1, min: -1, max: 5}
      kind: {type: u1, enum: {a: 1, b: 2}}
      mark: {type: ">u2", const: 513}
      name: {type: text, size: 3, encoding: ascii, fill: 32}
      inner: Inner
      pair: {type: Inner, count: 2}
      gap: {align: 4, fill: 7}
      sum: {type: u4, sum: {algorithm: crc32}}
  Inner: {fields: {ok: bool, weight: {type: f2, min: 0}}}
"""
BITS = """\
sciwire: 1
format: lane
version: "1"
family: struct
title: A word of bits says what follows
order: big
root: Lane
bits:
  Id: {size: 2, fields: {count: 4, more: {width: 1, flag: true}, kind: {at: 8, width: 4, enum: {left: 1, right: 2}}}}
records:
  Lane:
    fields:
      id: Id
      items: {type: u2, count: {field: id.count, plus: 1}}
      body: Body
      extra: {type: u1, only: {id.more: [true]}}
  Left: {fields: {a: u1}}
  Right: {fields: {b: u2}}
unions:
  Body: {on: id.kind, members: {Left: left, Right: right}}
"""
TOLD = """\
sciwire: 1
format: told
version: "1"
family: struct
title: A field says what stands in a record further in
order: little
root: Outer
records:
  Outer: {fields: {kind: {type: u1, enum: {left: 1, right: 2}}, size: u1, n: u1, items: {type: u1, count: n},
                   odd: {type: u1, only: {n: [3]}}, inner: Inner}}
  Inner: {fields: {items: {type: u1, count: size}, body: Body}}
  Left: {fields: {a: u1}}
  Right: {fields: {b: u2}}
unions:
  Body: {on: kind, members: {Left: left, Right: right}}
"""
NAMES = """\
sciwire: 1
format: names
version: "1"
family: struct
title: Many short texts
order: little
root: Root
records:
  Root: {fields: {n: u4, names: {type: Name, count: n}}}
  Name: {fields: {text: {type: text, terminator: 0}}}
"""


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> ModuleType:
    return module_of(tmp_path_factory.mktemp("rows"), ROWS)


@pytest.fixture(scope="module")
def lane(tmp_path_factory: pytest.TempPathFactory) -> ModuleType:
    return module_of(tmp_path_factory.mktemp("lane"), BITS)


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> ModuleType:
    return module_of(tmp_path_factory.mktemp("told"), TOLD)


def _row(
    *, x: int = 5, spare: int = 0, flip: int = 0, pad: int = 9, level: int = 5, kind: int = 1, mark: int = 513,
    name: bytes = b"ab ", ok: int = 1, weight: float = 0.5, damage: int = 0,
) -> bytes:  # fmt: skip
    word = x | 0xE << 4 | spare << 12  # y is -2
    word |= (1 - word.bit_count() % 2 ^ flip) << 23
    inner = struct.pack("<Be", ok, weight)
    row = (
        word.to_bytes(3, "little") + struct.pack("<BbB", pad, level, kind) + struct.pack(">H", mark) + name + inner * 3
    )
    row += b"\7" * (-len(row) % 4)
    return row + struct.pack("<I", zlib.crc32(row) ^ damage)


def test_a_table_is_written_as_it_was_read(rows: ModuleType) -> None:
    data = b"\2" + _row() + _row(level=-1, kind=2, name=b"   ")
    value = rows.decode(data)

    assert value.rows.dtype.names == ("word", "level", "kind", "name", "inner", "pair")
    assert list(value.rows["level"]) == [5, -1]
    assert rows.encode(value) == data
    assert rows.encode(rows.from_plain(rows.to_plain(value))) == data


def test_constants_padding_and_sums_of_a_new_table_are_made(rows: ModuleType) -> None:
    table = np.zeros(2, rows.decode(b"\0").rows.dtype)
    table["word"] = list(np.frombuffer(_row()[:3], "u1")), list(np.frombuffer(_row()[:3], "u1"))
    table["level"], table["kind"], table["name"] = 5, 1, b"ab"
    for part in (table["inner"], table["pair"]):
        part["ok"], part["weight"] = 1, 0.5

    assert rows.encode(rows.Root(rows=table)) == b"\2" + _row() * 2


WRONG = {
    "reserved bit": ({"spare": 1}, "rows[1].word", "constraint", 0),
    "parity": ({"flip": 1}, "rows[1].word", "checksum", 0),
    "padding": ({"pad": 8}, "rows[1]", "constraint", 3),
    "above": ({"level": 6}, "rows[1].level", "constraint", 4),
    "below": ({"level": -2}, "rows[1].level", "constraint", 4),
    "no name": ({"kind": 3}, "rows[1].kind", "constraint", 5),
    "constant": ({"mark": 514}, "rows[1].mark", "framing", 6),
    "text": ({"name": b"\xe9  "}, "rows[1].name", "syntax", 8),
    "bool inside": ({"ok": 2}, "rows[1].inner.ok", "constraint", 11),
    "not a number": ({"weight": float("nan")}, "rows[1].inner.weight", "constraint", 12),
    "sum": ({"damage": 1}, "rows[1].sum", "checksum", 20),
}


@pytest.mark.parametrize(("change", "path", "category", "at"), WRONG.values(), ids=WRONG.keys())
def test_a_wrong_row_is_found(rows: ModuleType, change: dict[str, Any], path: str, category: str, at: int) -> None:
    data = b"\3" + _row() + _row(**change) + _row()
    with pytest.raises(DecodeError) as caught:
        rows.decode(data)
    assert (caught.value.path, caught.value.category, caught.value.at) == (path, category, 1 + len(_row()) + at)
    kept = rows.decode(data, on_error="keep")
    assert len(kept.rows) == 1 and [str(one) for one in kept.problems] == [str(caught.value)]


@pytest.mark.parametrize(("column", "value", "category"), [("level", 6, "constraint"), ("kind", 3, "constraint"), ("word", 0, "checksum"), ("name", b"\xe9", "syntax")])  # fmt: skip
def test_a_wrong_row_is_not_written(rows: ModuleType, column: str, value: Any, category: str) -> None:
    good = rows.decode(b"\2" + _row() * 2)
    table = good.rows.copy()
    table[column][1] = value
    with pytest.raises(EncodeError) as caught:
        rows.encode(rows.Root(rows=table))
    assert (caught.value.path, caught.value.category) == (f"rows[1].{column}", category)


def test_bits_tell_tag_count_and_presence(lane: ModuleType) -> None:
    data = struct.pack(">HHHBB", 1 | 1 << 4 | 1 << 8, 7, 8, 9, 10)
    value = lane.decode(data)

    assert (value.id.kind, list(value.items), value.body, value.extra) == ("left", [7, 8], lane.Left(a=9), 10)
    assert lane.encode(value) == data
    right = struct.pack(">HHH", 2 << 8, 7, 300)
    assert lane.decode(right).body == lane.Right(b=300)
    assert lane.encode(lane.decode(right)) == right


def test_bits_that_do_not_agree_are_refused(lane: ModuleType) -> None:
    one = np.array([7], "u2")
    for identity, items, extra, path in (
        (lane.Id(count=0, kind="right"), one, None, "body"),
        (lane.Id(count=2, kind="left"), one, None, "items"),
        (lane.Id(count=0, kind="left"), one, 3, "extra"),
    ):
        with pytest.raises(EncodeError) as caught:
            lane.encode(lane.Lane(id=identity, items=items, body=lane.Left(a=1), extra=extra))
        assert caught.value.path == path


def test_bits_that_are_left_out_say_what_follows(lane: ModuleType) -> None:
    value = lane.Lane(id=lane.Id(more=True), items=np.array([7, 8], "u2"), body=lane.Right(b=1), extra=3)
    assert lane.encode(value) == bytes.fromhex("0211 0007 0008 0001 03")


def test_what_an_outer_field_says_is_true_of_the_inner_record(told: ModuleType) -> None:
    def outer(kind: str = "left", size: int = 2) -> Any:
        inner = told.Inner(items=np.array([1, 2], "u1"), body=told.Left(a=5))
        return told.Outer(kind=kind, size=size, items=np.array([4], "u1"), inner=inner)

    assert told.encode(outer()) == bytes([1, 2, 1, 4, 1, 2, 5])
    with pytest.raises(EncodeError, match=r"inner\.body: kind says right, Left needs left"):
        told.encode(outer(kind="right"))
    with pytest.raises(EncodeError, match=r"inner\.items: size says 3, which is not for 2"):
        told.encode(outer(size=3))


def test_a_derived_count_decides_what_is_there(told: ModuleType) -> None:
    data = bytes([1, 0, 3, 7, 8, 9, 77, 5])
    value = told.decode(data)

    assert value.odd == 77
    assert told.encode(value) == data


def test_what_follows_a_terminated_text_is_not_copied_to_find_its_end(tmp_path: Path) -> None:
    """2 MB of two-byte texts were minutes: a copy of the rest for each."""
    names = module_of(tmp_path, NAMES)
    data = struct.pack("<I", 1000) + b"a\0" * 1000 + bytes(50_000_000)
    with frugal(10, 1_000_000), pytest.raises(DecodeError, match="end of the data"):
        names.decode(data)
    long = struct.pack("<I", 1) + b"a" * 5000 + b"\0"
    assert names.decode(long).names[0].text == "a" * 5000


def test_the_layout_tables_say_it_all(rows: ModuleType, lane: ModuleType) -> None:
    said = " ".join((rows.__doc__ or "").split())
    for words in (
        "23 makes the number of ones odd",
        "others must be 0",
        "always 9",
        "written as 7",
    ):
        assert words in said
    assert "where id.more is true" in " ".join((lane.__doc__ or "").split())
    assert "true or false" in (lane.__doc__ or "")
