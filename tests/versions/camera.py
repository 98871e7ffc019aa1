"""A format of CBOR messages in two versions, told by a key of the map, and messages of each made with cbor2."""

from __future__ import annotations

from typing import Any

import cbor2
import numpy as np

__all__ = ["BYE", "CAMERA", "ONE", "PIXELS", "SECOND", "TWO"]

CAMERA = """\
sciwire: 1
format: camera
version: "1"
family: cbor
title: Frames of a camera
discriminator: kind
messages:
  frame:
    fields:
      version: {type: uint, const: 1, required: true}
      number: {type: uint, required: true}
      pixels: {type: "ndarray[u1; y, x]", required: true}
  bye:
    fields:
      version: {type: uint, const: 1, required: true}
"""
SECOND = """\
sciwire: 1
format: camera
version: "2"
family: cbor
title: Frames of a camera
versioning: {kind: exact, at: version, rule: CAM-001}
sources: [{id: note, text: "a note"}]
rules: [{id: CAM-001, level: MUST, text: "the version is one that is known", source: note}]
prefix: {tag: 55799, write: always, read: optional}
discriminator: kind
options: {detail: {values: [all, basic], doc: how much}}
messages:
  frame:
    fields:
      version: {type: uint, const: 2, required: true}
      number: {type: uint, required: true}
      exposure: {type: float, required: true, unit: s}
      note: {type: text, when: {detail: [all]}}
      pixels: {type: "ndarray[u2; y, x]", required: true, last: true}
  bye:
    fields:
      version: {type: uint, const: 2, required: true}
      frames: uint
"""
PIXELS = np.arange(6, dtype="<u2").reshape(2, 3)


def _array(array: Any, tag: int) -> cbor2.CBORTag:
    return cbor2.CBORTag(40, [list(array.shape), cbor2.CBORTag(tag, array.tobytes())])


ONE = {"kind": "frame", "version": 1, "number": 3, "pixels": _array(PIXELS.astype("u1"), 64)}
TWO = {"kind": "frame", "number": 3, "exposure": 0.5, "pixels": _array(PIXELS, 69), "version": 2}
BYE = {"kind": "bye", "version": 1}
