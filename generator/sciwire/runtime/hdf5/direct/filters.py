"""The filters of a chunk undone, every size known before. Section IV.A.2.l (filter pipeline message)."""

from __future__ import annotations

import struct
from typing import Any, NamedTuple

import numpy as np

from ...errors import DecodeError, FilterUnavailable
from ...limits import Limits
from ..chunks import checked_fletcher32, inflate, unshuffle
from .cursor import Cursor, framing
from .foreign import through_library

__all__ = ["Step", "steps_of", "undo"]

DEFLATE, SHUFFLE, FLETCHER32, BITSHUFFLE = 1, 2, 3, 32008
_LZ4, _ZSTD = 2, 3
_MOST = 32  # filters of a pipeline
_HEAD = struct.Struct("<HHH")


class Step(NamedTuple):
    """One filter: its registered *code* and client data."""

    code: int
    values: tuple[int, ...]


def steps_of(body: memoryview) -> tuple[Step, ...]:
    """The filters of a pipeline message, in the order of writing."""
    cursor = Cursor(body, "a filter pipeline message")
    version, count = cursor.uint(1), cursor.uint(1)
    if version not in (1, 2) or count > _MOST:
        raise framing(f"a filter pipeline of version {version} with {count} filters can't be")
    if version == 1:
        cursor.skip(6)
    found: list[Step] = []
    for _ in range(count):
        code = cursor.uint(2)
        name = cursor.uint(2) if version == 1 or code >= 256 else 0
        _, number = cursor.uint(2), cursor.uint(2)
        cursor.skip((name + 7) & ~7 if version == 1 else name)
        found.append(Step(code, tuple(cursor.uint(4) for _ in range(number))))
        if version == 1 and number % 2:
            cursor.skip(4)
    return tuple(found)


def undo(
    data: bytes | memoryview,
    mask: int,
    steps: tuple[Step, ...],
    item: np.dtype[Any],
    chunk: tuple[int, ...],
    size: int,
    limits: Limits,
) -> bytes | memoryview:
    """Return the *size* bytes of a chunk of *chunk* elements of *item*; *mask* has a bit for each step left out."""
    done = [step for which, step in enumerate(steps) if not mask >> which & 1]
    spare = 8 * len(done)  # what checksums add
    for step in reversed(done):
        if step.code == DEFLATE:
            data = inflate(bytes(data), size + spare)
        elif step.code == SHUFFLE:
            data = unshuffle(bytes(data), step.values[0] if step.values else 1)
        elif step.code == FLETCHER32:
            data = _checked(data)
        elif step.code == BITSHUFFLE and len(step.values) > 4 and step.values[4] in (_LZ4, _ZSTD):
            data = _unbitshuffled(memoryview(data), step, size, limits)
        elif len(done) == 1:
            data = through_library(data, step.code, step.values, item, chunk)
        else:
            raise FilterUnavailable(f"filter {step.code} together with others is not undone here")
    if len(data) != size:
        raise framing(f"a chunk holds {len(data)} bytes, {size} are expected", "size" if not steps else "compression")
    return data


def _checked(data: bytes | memoryview) -> bytes:
    if len(data) < 4:
        raise framing("a chunk is too short for its checksum", "checksum")
    return checked_fletcher32(bytes(data))


def _unbitshuffled(data: memoryview, step: Step, size: int, limits: Limits) -> bytes:
    """The chunk has the framing of `sciwire.runtime.compression`: 12 bytes of sizes, then blocks."""
    from ... import compression

    name = "bslz4" if step.values[4] == _LZ4 else "bszstd"
    try:
        return compression.decompress(data, name, step.values[2], expected=size, limits=limits)
    except FilterUnavailable:
        raise
    except DecodeError as error:
        category = "compression" if error.category == "size" else error.category
        raise DecodeError(f"a chunk does not decompress: {error.problem}", category=category) from error
