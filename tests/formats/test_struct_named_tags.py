"""Unions whose tag is a word on the wire, as text or as bytes: `on` may be either (chunks of PNG, of RIFF)."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from made import module_of

from sciwire.model import Problems, load_spec
from sciwire.runtime import DecodeError, EncodeError

CHUNKS = """\
sciwire: 1
format: FORMAT
version: "1"
family: struct
title: Chunks that words tell apart
order: big
root: File
records:
  File: {fields: {magic: {type: bytes, hex: "89 43 48 4B"}, chunks: {type: Chunk, count: rest}}}
  Chunk:
    length: {field: size, of: rest, plus: 8}
    fields:
      size: u4
      word: {type: KIND, size: 4}
      body: Body
      sum: {type: u4, sum: {algorithm: crc32, from: word, to: body}}
  Head: {fields: {width: u4}}
  End: {fields: {}}
unions:
  Body: {on: word, members: {Head: HEAD, End: "E\\xEBND"}OTHERS}
"""


WORDS = {"text": "text, size: 4, encoding: latin-1", "bytes": "bytes, size: 4"}


def _spec(kind: str, others: str = ", others: true") -> str:
    name = f"chunks_{kind}{len(others)}"
    return CHUNKS.replace("FORMAT", name).replace("KIND, size: 4", WORDS[kind]).replace("OTHERS", others)


def chunk(word: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + word + body + struct.pack(">I", zlib.crc32(word + body))


DATA = b"\x89CHK" + chunk(b"HEAD", b"\0\0\1\2") + chunk(b"more", b"abc") + chunk(b"E\xebND", b"")


@pytest.fixture(scope="module", params=["text", "bytes"])
def chunks(request: Any, tmp_path_factory: pytest.TempPathFactory) -> ModuleType:
    return module_of(tmp_path_factory.mktemp("chunks"), _spec(request.param))


def test_words_choose_the_member(chunks: ModuleType) -> None:
    value = chunks.decode(DATA)

    assert [type(one.body).__name__ for one in value.chunks] == ["Head", "Other", "End"]
    assert value.chunks[0].body.width == 258 and value.chunks[1].body.tag in ("more", b"more")
    assert chunks.encode(value) == DATA
    assert chunks.encode(chunks.from_plain(chunks.to_plain(value))) == DATA


@pytest.mark.parametrize("kind", WORDS)
def test_an_unknown_word_is_refused_where_there_are_no_others(kind: str, tmp_path: Path) -> None:
    module = module_of(tmp_path, _spec(kind, ""))
    with pytest.raises(DecodeError, match=r"chunks\[1\]\.body .* expected one of Head \(.*HEAD.*\)") as caught:
        module.decode(DATA)
    assert caught.value.at == 4 + 16 + 8
    assert [type(one.body).__name__ for one in module.decode(DATA, on_error="keep").chunks] == ["Head", "NoneType"]
    with pytest.raises(EncodeError, match="expected one of Head, End, got Chunk"):
        module.encode(module.File(chunks=[module.Chunk(body=module.Chunk())]))


@pytest.mark.parametrize(
    ("kind", "tag", "fits"),
    [
        ("text", "HEA", True),
        ("bytes", "HEA", False),
        ("text", "HEADS", False),
        ("bytes", "7", False),
        ("text", "7", False),
    ],
)
def test_a_tag_that_the_field_never_is_is_a_mistake(kind: str, tag: str, fits: bool, tmp_path: Path) -> None:
    path = tmp_path / "1.yaml"
    path.write_text(_spec(kind).replace("Head: HEAD", f"Head: {tag}"))
    problems = Problems()
    load_spec(path, problems)

    told = f"1.yaml:20:3: SPEC070 the tag {tag if tag.isdigit() else repr(tag)} of 'Head' is no value of 'word'"
    assert (told in problems.render(tmp_path)) is not fits, problems.render(tmp_path)
