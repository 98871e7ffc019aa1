"""What the encoder of multipart messages owes its reader: parts that tell of others, and names as the wire has them."""

from __future__ import annotations

import json
import warnings
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from made import module_of

from sciwire.runtime import CodecWarning, DecodeError, EncodeError

SPEC = """\
sciwire: 1
format: flash
version: "1"
family: multipart
title: Flashes
discriminator: is
dtypes: {byte: u1}
encodings: {plain: {algorithm: none}, zip: {algorithm: zlib, guessed: [z]}}
messages:
  flash:
    parts:
      head: {says: flash, fields: {run: uint}}
      info: {says: info, optional: true, fields: {dims: "list[uint]", class: text, bytes: uint, how: text}}
      pixels:
        kind: array
        optional: true
        array: {info: info, shape: dims, dtype: class, size: bytes, encoding: how, axes: [y, x], lengths: {x: 3}}
"""


@pytest.fixture(scope="module")
def flash(tmp_path_factory: pytest.TempPathFactory) -> ModuleType:
    return module_of(tmp_path_factory.mktemp("flash"), SPEC)


def _parts(**info: Any) -> list[bytes]:
    told = {"is": "info", "dims": [2, 3], "class": "byte", "bytes": 6, "how": "plain", **info}
    return [json.dumps(one).encode() for one in ({"is": "flash"}, told)] + [bytes(6)]


@pytest.mark.parametrize(
    ("change", "path"),
    [({"bytes": 7}, "info.bytes"), ({"class": "word"}, "info.class"), ({"how": "tar"}, "info.how"), ({"dims": 6}, "info.dims")],
)  # fmt: skip
def test_paths_have_the_names_of_the_wire(flash: ModuleType, change: dict[str, Any], path: str) -> None:
    assert flash.decode(_parts()).pixels.shape == (2, 3)
    with pytest.raises(DecodeError) as caught:
        flash.decode(_parts(**change))
    assert caught.value.path == path


def test_an_array_goes_with_the_part_that_tells_of_it(flash: ModuleType) -> None:
    parts = flash.encode(flash.Flash(head=flash.Head(run=1), pixels=np.full((2, 3), 7, "u1")))

    assert json.loads(parts[1]) == {"is": "info", "dims": [2, 3], "class": "byte", "bytes": 6, "how": "plain"}
    assert (len(parts), parts[2]) == (3, b"\7" * 6)
    assert len(flash.encode(flash.Flash(head=flash.Head(run=1)))) == 1


def test_lengths_hold_without_a_rank_and_warnings_cite_no_empty_rule(flash: ModuleType) -> None:
    with pytest.raises(EncodeError, match="3 along axis -1"):
        flash.encode(flash.Flash(head=flash.Head(run=1), info=flash.Info(), pixels=np.zeros((2, 4), "u1")))
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        flash.decode(_parts(dims=[3, 2]))
    assert [str(one.message) for one in caught if one.category is CodecWarning] == [
        "flash pixels: expected 3 along axis -1, got the shape (3, 2)"
    ]
