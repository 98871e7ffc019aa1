"""What goes up to the end may have fields of fixed sizes behind it; views of records are checked when that is asked for."""

from __future__ import annotations

import binascii
from types import ModuleType

import pytest
from made import module_of

from sciwire.runtime import DecodeError

TAILED = """\
sciwire: 1
format: tailed
version: "1"
family: struct
title: What goes up to the end, and a checksum behind it
order: big
root: Datagram
records:
  Datagram:
    fields:
      kind: u1
      body: Body
      mark: {type: u1, const: 7}
      sum: {type: u2, sum: {algorithm: crc16-xmodem}}
  Raw: {fields: {data: {type: bytes, size: rest}}}
  Numbers: {fields: {numbers: {type: u2, count: rest}}}
  Point: {fields: {x: {type: i2, min: -5, max: 5}, y: {type: u1, enum: {a: 1}}, end: {type: u1, const: 9}}}
unions:
  Body: {on: kind, members: {Raw: 1, Numbers: 2, Point: 3}, others: true}
"""


@pytest.fixture(scope="module")
def tailed(tmp_path_factory: pytest.TempPathFactory) -> ModuleType:
    return module_of(tmp_path_factory.mktemp("tailed"), TAILED)


def _tailed(body: bytes) -> bytes:
    data = body + b"\7"
    return data + binascii.crc_hqx(data, 0).to_bytes(2, "big")


@pytest.mark.parametrize("length", [0, 1, 6])
def test_fields_of_fixed_size_may_follow_what_goes_up_to_the_end(tailed: ModuleType, length: int) -> None:
    data = bytes(range(length))

    value = tailed.decode(_tailed(b"\1" + data))

    assert value == tailed.Datagram(body=tailed.Raw(data=data))
    assert tailed.encode(value) == _tailed(b"\1" + data)
    assert tailed.decode(_tailed(b"\x63" + data)).body == tailed.Other(99, data)


def test_what_follows_the_rest_is_missed_and_measured(tailed: ModuleType) -> None:
    whole = _tailed(b"\2\0\1\0\2")

    assert tailed.decode(whole).body.numbers.tolist() == [1, 2]
    for cut in range(len(whole)):
        with pytest.raises(DecodeError):
            tailed.decode(whole[:cut])
    with pytest.raises(DecodeError, match="no multiple of 2") as caught:
        tailed.decode(_tailed(b"\2\0\1\0"))
    assert caught.value.at == 1


def test_views_are_checked_when_asked_for(tailed: ModuleType) -> None:
    good, wrong = b"\0\1\1\x09", [b"\0\x63\1\x09", b"\0\1\2\x09", b"\0\1\1\0"]

    assert tailed.view(good * 3, "Point", check=True)["x"].tolist() == [1, 1, 1]
    for bad, path in zip(wrong, ("x", "y", "end"), strict=True):
        assert len(tailed.view(good + bad, "Point")) == 2
        with pytest.raises(DecodeError) as caught:
            tailed.view(b"--" + good + bad + good, "Point", offset=2, check=True)
        assert caught.value.path == f"[1].{path}"
        assert caught.value.at in (6, 8, 9)
        assert len(caught.value.partial) == 1


def test_views_are_read_only_and_of_a_right_size(tailed: ModuleType) -> None:
    view = tailed.view(bytearray(8), "Point")

    with pytest.raises(ValueError, match="read-only"):
        view["x"] = 1
    for arguments in ({"data": bytes(9)}, {"data": bytes(8), "count": 3}, {"data": bytes(8), "offset": 9}):
        with pytest.raises(DecodeError) as caught:
            tailed.view(record="Point", **arguments)
        assert caught.value.category == "size"
    with pytest.raises(ValueError, match="record is one of Point, not 'Raw'"):
        tailed.view(bytes(8), "Raw")
