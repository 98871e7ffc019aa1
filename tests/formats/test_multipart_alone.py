"""A format of one message, of which no key says what it is; digests that must be there; shuffles of the array's own numbers.

The payloads are made by zlib, hashlib and, where it is installed, bitshuffle.
"""

from __future__ import annotations

import hashlib
import json
import struct
import zlib
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from made import module_of

from sciwire.conformance import strategies
from sciwire.model import Problems, load_spec, load_spec_or_raise
from sciwire.runtime import DecodeError, EncodeError, TruncatedError, plain

SPEC = """\
sciwire: 1
format: liveview
version: "1"
family: multipart
title: Frames for a screen
sources:
  - {id: note, text: "A note on a blackboard"}
rules:
  - {id: LV-001, level: MUST, text: "number is an unsigned integer", source: note}
dtypes: {uint16: u2, float: f4}
encodings: {none: {algorithm: none}, zlib: {algorithm: zlib}, bslz4: {algorithm: bslz4}}
messages:
  frame:
    parts:
      header:
        fields:
          number: {type: uint, required: true, rule: LV-001}
          dtype: {type: text, required: true}
          shape: {type: "list[uint, 2]", required: true}
          compression: {type: text, default: none}
          bytes: {type: uint, required: true}
          digest: {type: text, required: true, length: 32}
        checksums: [{field: digest, algorithm: md5, of: data}]
      data: {kind: array, array: {info: header, shape: shape, dtype: dtype, encoding: compression, size: bytes}}
"""


@pytest.fixture(scope="module")
def liveview(tmp_path_factory: pytest.TempPathFactory) -> ModuleType:
    return module_of(tmp_path_factory.mktemp("liveview"), SPEC)


PIXELS = np.arange(6, dtype="<u2").reshape(2, 3)


def parts(blob: bytes = PIXELS.tobytes(), **header: Any) -> list[bytes]:
    told = {
        "number": 1,
        "dtype": "uint16",
        "shape": [2, 3],
        "bytes": len(blob),
        "digest": hashlib.md5(blob).hexdigest(),
    }
    return [json.dumps({**told, **header}).encode(), blob]


@pytest.mark.parametrize("compression", [None, "zlib"])
def test_the_only_message_needs_no_word(liveview: ModuleType, compression: str | None) -> None:
    blob = zlib.compress(PIXELS.tobytes()) if compression else PIXELS.tobytes()
    given_parts = parts(blob, **({"compression": compression} if compression else {}))
    frame = liveview.decode(given_parts)

    assert frame.data.tolist() == PIXELS.tolist()
    assert list(map(bytes, liveview.encode(frame))) == given_parts
    assert [one.data.tolist() for one in liveview.decode_all(given_parts + parts())] == [PIXELS.tolist()] * 2
    decoder = liveview.Decoder()
    assert decoder.feed(given_parts[:1], more=True) == []
    assert decoder.feed(given_parts[1:]) == [frame]


def test_an_empty_key_is_a_key_like_others(liveview: ModuleType) -> None:
    frame = liveview.decode(parts(**{"": ""}))
    assert frame.header.extra == {"": ""}
    assert json.loads(liveview.encode(frame)[0])[""] == ""


def test_what_must_be_there_is_the_sign_of_the_format(liveview: ModuleType) -> None:
    assert liveview.sniff(parts())
    assert not liveview.sniff([b"{}", b""])
    assert not liveview.sniff([b'{"number": 1}', b""])
    assert not liveview.sniff([b"[1]"])


@pytest.mark.parametrize(
    ("given_parts", "kind", "path", "rule"),
    [
        ([b"[]", b""], DecodeError, "", ""),
        (parts(number=-1), DecodeError, "header.number", "LV-001"),
        (parts(digest="0" * 32), DecodeError, "header.digest", ""),
        (parts()[:1], TruncatedError, "data", ""),
        ([*parts(), b"x"], DecodeError, "", ""),
    ],
)
def test_what_is_wrong_is_told(
    liveview: ModuleType, given_parts: list[bytes], kind: type[DecodeError], path: str, rule: str
) -> None:
    with pytest.raises(kind) as found:
        liveview.decode(given_parts)
    assert (found.value.path, found.value.rule) == (path, rule)


def test_a_digest_that_must_be_there_is_made_of_canonical_values(liveview: ModuleType) -> None:
    value = liveview.to_plain(liveview.decode(parts()))
    assert set(value["header"]) == {"number", "dtype", "shape", "compression"}
    again = liveview.from_plain(value)
    assert json.loads(liveview.encode(again)[0])["digest"] == hashlib.md5(PIXELS.tobytes()).hexdigest()
    del value["header"]["number"]
    with pytest.raises(DecodeError, match="the required key 'number' is missing"):
        liveview.from_plain(value)


def test_a_shuffle_without_a_size_is_of_the_numbers_of_the_array(liveview: ModuleType) -> None:
    bitshuffle = pytest.importorskip("bitshuffle")
    pixels = np.arange(64, dtype="<f4").reshape(8, 8)
    body = bitshuffle.compress_lz4(pixels, 0).tobytes()
    blob = struct.pack(">QI", pixels.nbytes, 8192) + body
    frame = liveview.decode(parts(blob, dtype="float", shape=[8, 8], compression="bslz4"))
    assert frame.data.tolist() == pixels.tolist()
    frame.data = pixels + 1
    assert liveview.decode(liveview.encode(frame)).data.tolist() == (pixels + 1).tolist()


def test_what_is_drawn_comes_back(liveview: ModuleType, tmp_path: Path) -> None:
    path = tmp_path / "1.yaml"
    path.write_text(SPEC, encoding="utf-8")

    @settings(max_examples=60, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(strategies.value(load_spec_or_raise(path), "frame"))
    def law(drawn: Any) -> None:
        assert len(drawn["header"]["shape"]) == 2
        message = liveview.encode(liveview.from_plain(drawn))
        assert plain.difference(drawn, liveview.to_plain(liveview.decode(message))) == ""

    law()


def test_an_array_of_another_rank_is_refused(liveview: ModuleType) -> None:
    frame = liveview.decode(parts())
    frame.data = np.zeros(3, "u2")
    with pytest.raises(EncodeError, match="expected an array of 2, got an array of 1"):
        liveview.encode(frame)


MISTAKES = [
    ("      header:\n", "      header:\n        says: frame\n", "SPEC256 'header' has `says`, and there is no `discriminator` that would say it"),
    ("{kind: array,", "{kind: array, optional: true,", "SPEC256 'data' may be absent, and without a `discriminator` nothing tells where a message ends"),
    ("      header:\n", "      first: {kind: bytes}\n      header:\n", "SPEC256 the first part of a message is a JSON part that is always sent"),
    ("messages:\n", "messages:\n  other: {parts: {head: {fields: {x: uint}}}}\n", "SPEC051 several messages need a `discriminator`"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "told"), MISTAKES)
def test_what_can_not_be_told_without_a_word_is_a_mistake(tmp_path: Path, old: str, new: str, told: str) -> None:
    assert SPEC.count(old) == 1
    path = tmp_path / "1.yaml"
    path.write_text(SPEC.replace(old, new), encoding="utf-8")
    problems = Problems()
    load_spec(path, problems)
    assert told in problems.render(tmp_path)
