"""What is said of wrong messages and arguments names the place and what stands there."""

from __future__ import annotations

import json
import math
from typing import Any

import numpy as np
import pytest

from sciwire.formats import simplon_v1
from sciwire.runtime import DecodeError, EncodeError

FRAME = np.arange(6, dtype="u2").reshape(2, 3)


def image(data: Any = FRAME, **extra: Any) -> simplon_v1.Image:
    config = simplon_v1.Dconfig(extra=extra)
    return simplon_v1.Image(dimage=simplon_v1.Dimage(series=1, frame=0), data=data, dconfig=config)


def test_what_a_mask_hides_is_not_sent() -> None:
    with pytest.raises(EncodeError, match=r"^simplon_v1.Image data: a mask has no place here.*\[SV1-041\]$"):
        simplon_v1.encode(image(np.ma.masked_array(FRAME, FRAME == 3)))
    assert simplon_v1.encode(image(np.ma.masked_array(FRAME))) == simplon_v1.encode(image())


@pytest.mark.parametrize("number", [math.nan, -math.inf, np.float32("inf")])
def test_a_number_that_json_has_not_is_named(number: float) -> None:
    with pytest.raises(EncodeError) as caught:
        simplon_v1.encode(image(site={"gains": [1.5, number]}))
    assert (caught.value.path, caught.value.rule) == ("dconfig.site.gains[1]", "SV1-007")


@pytest.mark.parametrize("key", ["encoding", "type", "shape"])
def test_a_key_that_the_pixels_need_is_told_absent(key: str) -> None:
    first, second, *rest = simplon_v1.encode(image())
    said = {**json.loads(first), **{"hash": None}}
    without = {name: one for name, one in json.loads(second).items() if name != key}
    with pytest.raises(DecodeError, match="the key is absent") as caught:
        simplon_v1.decode([json.dumps(said).encode(), json.dumps(without).encode(), *rest])
    assert caught.value.path == f"dimage_d.{key}"


@pytest.mark.parametrize("missing", [[0], [-1], "12", [True], [1.0], [2, None]])
def test_numbers_of_parts_that_no_part_has_are_refused(missing: Any) -> None:
    parts = simplon_v1.encode(image())
    with pytest.raises(ValueError, match="the parts have numbers from 1"):
        simplon_v1.decode(parts, missing=missing)
    with pytest.raises(ValueError, match="the parts have numbers from 1"):
        simplon_v1.decode_all(parts, missing=missing)
