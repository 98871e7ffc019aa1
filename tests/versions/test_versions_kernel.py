"""The places of versions and the calls that are handed on, by themselves: no module is generated."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType
from typing import Any

import cbor2
import pytest
from work import frugal

from sciwire.model import load_spec_or_raise
from sciwire.model.version_places import version_place
from sciwire.runtime import DecodeError, TruncatedError, VersionError
from sciwire.runtime.versions import Fixed, Key, Versions


def _layout(name: str, **functions: Any) -> ModuleType:
    module = ModuleType(name)
    vars(module).update(functions)
    return module


def _new(data: Any, *, lazy: bool = False, shape: Any = None, mode: str = "raise") -> tuple[Any, ...]:
    return "new", data, lazy, shape, mode


def _old(data: Any, *, mode: str = "keep", depth: Any = None) -> tuple[Any, ...]:
    return "old", data, mode, depth


TWO = Versions(
    "demo",
    {"2": _layout("new", decode=_new), "1": _layout("old", decode=_old)},
    Fixed("head", 0, 1),
    {"2": (2,), "1": (1,)},
    own=("2",),
    rule="DM-001",
)


def test_what_is_left_at_its_default_is_not_handed_on_and_the_layout_has_its_own() -> None:
    options = {"lazy": False, "shape": None, "mode": "raise", "depth": None}
    assert TWO.by_data("decode", b"\2", None, **options) == ("new", b"\2", False, None, "raise")
    assert TWO.by_data("decode", b"\1", None, **options) == ("old", b"\1", "keep", None)
    assert TWO.by_data("decode", b"\1", None, **{**options, "mode": "other", "depth": 3}) == ("old", b"\1", "other", 3)
    for option, value in (("lazy", True), ("shape", (1, 2))):
        with pytest.raises(TypeError, match=f"version 1 of demo has no option '{option}'"):
            TWO.by_data("decode", b"\1", None, **{**options, option: value})
    with pytest.raises(TypeError, match="version 2 of demo has no option 'depth'"):
        TWO.by_data("decode", b"\2", None, **{**options, "depth": 3})
    with pytest.raises(ValueError, match="version 1 of demo has no walk"):
        TWO.by_data("walk", b"\1", None)


def test_a_version_asked_for_judges_an_unknown_one_as_it_says() -> None:
    """Version 2 says where it stands, and calls others a version error; version 1 was there before, and its layout judges."""
    with pytest.raises(
        VersionError, match=r"demo head at byte 0: expected 2 \(version 2\) or 1 \(version 1\), got 9 \[DM-001\]"
    ):
        TWO.of_data(b"\x09", "2")
    assert TWO.of_data(b"\x09", "1") == "1"
    for told, other in (("1", "2"), ("2", "1")):
        with pytest.raises(
            VersionError, match=f"expected version {told}, as asked for, the data state version {other}"
        ):
            TWO.of_data(bytes([int(other)]), told)
    with pytest.raises(ValueError, match="demo has no version '3'; known: 2, 1"):
        TWO.of_data(b"\1", "3")


def test_without_a_place_the_newest_reads_what_nobody_names() -> None:
    silent = Versions("demo", TWO.layouts)
    assert (silent.of_data(b"\1"), silent.of_data(b"\1", "1"), silent.gate()) == ("2", "1", None)


@pytest.mark.parametrize(
    ("place", "data", "value"),
    [
        (Fixed("v", 1, 2), b"x\1\2", 0x0201),
        (Fixed("v", 1, 2, order="big"), b"x\1\2", 0x0102),
        (Fixed("v", 0, 1, signed=True), b"\xff", -1),
        (Fixed("v", 0, 1), b"\xff", 255),
        (Fixed("v", 1, 2, raw=True), bytearray(b"x\1\2y"), b"\1\2"),
        (Fixed("v", 1, 2, raw=True), [memoryview(b"x\1\2y"), b"other"], b"\1\2"),
        (Key("v", "v"), cbor2.dumps({"a": 1, "v": "text"}), "text"),
        (Key("v", 7), cbor2.dumps({"a": 1, 7: -3}), -3),
        (Key("v", "v"), cbor2.dumps(cbor2.CBORTag(55799, cbor2.CBORTag(9, {"v": 1}))), 1),
        (Key("v", 1, array=True), cbor2.dumps(["a", 7, 8]), 7),
        (Key("v", 1, array=True), cbor2.dumps(cbor2.CBORTag(18, ["a", "b"])), "b"),
        (Key("v", 1, array=True), b"\x9f\x00\x05\xff", 5),
        (Key("v", "v", prefixes="cm"), b"c" + cbor2.dumps({"v": 1}), 1),
        (Key("v", "v", prefixes="cm"), b"m" + cbor2.dumps({"v": 1}), 1),
        (Key("v", "v", prefixes="cm"), cbor2.dumps({"v": 1}), 1),
    ],
)
def test_what_stands_at_a_place(place: Any, data: Any, value: Any) -> None:
    found = place.find(data)
    assert (type(found.value), found.value) == (type(value), value)


@pytest.mark.parametrize("place", [Key("v", "v"), Key("v", 7), Key("v", "v", prefixes="x")])
@pytest.mark.parametrize(
    "entries", [{}, {"w": 1}, {"V": 1}, {"vv": 1}, {8: 1}, {"a": {"v": 1, 7: 1}}, {b"v": 1}, {7.0: 1, True: 2}]
)
def test_a_key_that_is_absent(place: Key, entries: dict[Any, Any]) -> None:
    assert place.find(cbor2.dumps(entries)) is None


@pytest.mark.parametrize(
    "data", [b"", b"\xa1", b"\xa1\x61", b"\xa1\x61v", b"\xa1\x61v\x63ab", b"\xa2\x61a\x5b" + b"\xff" * 8, b"\xbf"]
)
def test_data_that_end_before_the_place(data: bytes) -> None:
    with pytest.raises(TruncatedError):
        Key("v", "v").find(data)
    with pytest.raises(TruncatedError):
        Fixed("v", 20, 2).find(data)


def test_an_item_of_an_array_that_is_absent_or_cut() -> None:
    place = Key("v", 2, array=True)
    for data in (b"\x80", b"\x82\x00\x01", b"\x9f\xff", b"\x9f\x00\xff", b"\x9f\x00\x01\xff"):
        assert place.find(data) is None
    for data in (b"", b"\x83\x00\x01", b"\x9f\x00\x01", b"\x83\x00\x5b" + b"\xff" * 8, b"\x9b" + b"\xff" * 8):
        with pytest.raises(TruncatedError):
            place.find(data)
    for data in (b"\x01", b"\xa0", b"\xc1\x01"):
        with pytest.raises(DecodeError, match="expected an array"):
            place.find(data)


def test_data_that_are_no_map() -> None:
    for data in (b"\x01", b"\x80", b"\xf6", b"\xc1\x01"):
        with pytest.raises(DecodeError):
            Key("v", "v").find(data)


def test_a_stream_is_waited_for_as_far_as_it_takes() -> None:
    message = cbor2.dumps({"a": [1, 2], "v": 1})
    for place, data in ((Key("v", "v"), message), (Key("v", "v", prefixes="c"), b"c" + message)):
        gate = place.gate()
        assert [gate(bytearray(data[:stop])) for stop in range(len(data) + 1)] == [False] * len(data) + [True]
    gate = Fixed("v", 2, 2).gate()
    assert [gate(bytearray(stop)) for stop in range(6)] == [False] * 4 + [True] * 2


RECORD = """\
sciwire: 1
format: demo
version: "1"
family: struct
title: A demonstration
order: big
root: Whole
records:
  Whole:
    fields:
      one: u1
      gap: {align: 4}
      word: {type: text, const: "Ä1"}
      more: {pad: 3}
      inner: Inner
  Inner:
    fields:
      little: {type: <u2, const: 5}
      signed: {type: i2, const: -5}
      sized: {type: uint, size: 3, const: 5}
      mixed: {type: int, size: 3, order: little, const: -2}
      known: {type: u2, version: [3, 4]}
      hex: {type: bytes, hex: "00ff"}
"""


@pytest.mark.parametrize(
    ("path", "arguments", "values"),
    [
        ("word", {"at": 4, "size": 3, "raw": True}, ("Ä1".encode(),)),
        ("inner.little", {"at": 10, "size": 2, "order": "little"}, (5,)),
        ("inner.signed", {"at": 12, "size": 2, "order": "big", "signed": True}, (-5,)),
        ("inner.sized", {"at": 14, "size": 3, "order": "big"}, (5,)),
        ("inner.mixed", {"at": 17, "size": 3, "order": "little", "signed": True}, (-2,)),
        ("inner.known", {"at": 20, "size": 2, "order": "big"}, (3, 4)),
        ("inner.hex", {"at": 22, "size": 2, "raw": True}, (b"\0\xff",)),
    ],
)
def test_the_place_of_a_field_in_a_record(
    tmp_path: Path, path: str, arguments: dict[str, Any], values: tuple[Any, ...]
) -> None:
    (tmp_path / "1.yaml").write_text(RECORD, encoding="utf-8")
    place = version_place(load_spec_or_raise(tmp_path / "1.yaml"), path)

    assert (place.kind, dict(place.arguments), place.values) == ("Fixed", {"path": path, **arguments}, values)


def test_tags_on_tags_are_not_all_looked_at() -> None:
    with frugal(1, 10_000), pytest.raises(DecodeError, match="expected a map"):
        Key("v", "v").find(b"\xc1" * 300_000 + b"\xa1\x61v\x01")
