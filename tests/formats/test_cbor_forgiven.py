"""An array with another number of axes is a value of another type: a decoder that keeps those keeps it."""

from __future__ import annotations

from pathlib import Path

import cbor2
import numpy as np
import pytest
from made import module_of

from sciwire.runtime import CodecWarning, DecodeError

SPEC = """\
sciwire: 1
format: forgiven
version: "1"
family: cbor
title: Arrays that are forgiven
discriminator: 0
tolerance: {wrong_type: keep}
messages:
  one:
    value: 1
    fields:
      picture: {type: "ndarray[u1; y, x]"}
      needed: {type: "ndarray[u1; y, x]", required: true}
"""


def _array(*extents: int) -> cbor2.CBORTag:
    return cbor2.CBORTag(40, [list(extents), cbor2.CBORTag(64, bytes(int(np.prod(extents))))])


def test_another_number_of_axes(tmp_path: Path) -> None:
    forgiven = module_of(tmp_path, SPEC)
    with pytest.warns(
        CodecWarning, match=r"picture: expected an array \(y, x\) of uint8, got one of shape \(1, 2, 3\)"
    ):
        one = forgiven.decode(cbor2.dumps({0: 1, "picture": _array(1, 2, 3), "needed": _array(2, 2)}))
    assert one.picture.shape == (1, 2, 3)
    assert one.raw == ("picture",)
    with pytest.raises(DecodeError) as caught:
        forgiven.decode(cbor2.dumps({0: 1, "needed": _array(4)}))
    assert (caught.value.category, caught.value.path) == ("type", "needed")
    with pytest.raises(DecodeError, match="expected the key 0 to be one of 1, got the number 2"):
        forgiven.decode(cbor2.dumps({0: 2}))
