"""Values of no stated type: what a user put into a message comes out as Python and numpy have it.

Maps become dict, byte strings bytes, typed and n-d arrays numpy arrays, compressed byte strings bytes,
date-times `DateTime`; tags without a meaning here stay `Tagged`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import numpy as np

from sciwire.runtime import cbor
from sciwire.runtime.arrays import (
    ARRAY_TAGS,
    CompressedArray,
    decode_array,
    decode_byte_string,
)
from sciwire.runtime.arrays_writing import encode_ndarray
from sciwire.runtime.errors import DecodeError, EncodeError, LimitError
from sciwire.runtime.masked import MASKED, hides
from sciwire.runtime.value import Value
from sciwire.runtime.values import DateTime, Rational, Tagged

from .context import Reading, Writing
from .fault import Fault, step_of
from .places import place_of

__all__ = ["ANY", "EncodedArray", "array_of", "open_array", "open_bytes"]

_DATE = 0
_BIGNUMS = (2, 3)
_WIDEST = 64  # bits of an integer on the wire that is no bignum
_APART = frozenset({str, bytes, float, bool, type(None)})  # types of keys that have few of one hash
_MOST_COLLIDING = 1000  # keys of one map
_LEAVES = (str, int, float, bool, type(None))


class EncodedArray(Value):
    """An array that is CBOR already: `parts` in order."""

    parts: list[bytes | memoryview]


def array_of(value: Tagged, reading: Reading) -> Any:
    """The array under one of `ARRAY_TAGS`, as `decode_array`; LimitError where the message has too many."""
    reading.arrays += 1
    place = place_of(reading)
    if reading.arrays > reading.limits.datasets:
        problem = f"there are more arrays, the limit datasets is {reading.limits.datasets}"
        raise place.error("limit", problem, "limit", place.at(), LimitError)
    return decode_array(value, place=place, limits=reading.limits, compressed=reading.compressed)


def open_bytes(value: Any, reading: Reading) -> Any:
    """A byte string, opened if it stands compressed; any other value as it is."""
    tag = reading.compressed
    if tag is None or not (isinstance(value, Tagged) and value.number == tag):
        return value
    found = decode_byte_string(value, place=place_of(reading), limits=reading.limits, compressed=tag)
    return found if isinstance(found, memoryview) else _opened(found, found.open_bytes, reading)


def open_array(array: CompressedArray, reading: Reading) -> Any:
    """*array*, decompressed; LimitError where all that one message opens would be more than ``total_bytes``."""
    return _opened(array, array.open, reading)


def _opened(array: CompressedArray, way: Callable[[], Any], reading: Reading) -> Any:
    try:
        need = array.nbytes
    except DecodeError:
        need = 0  # opening it says what is wrong, in its own order
    most, place = reading.limits.total_bytes, array.place
    together = reading.opened + need
    if need <= most < together:
        problem = f"{together} bytes are asked for by all that is compressed so far, the limit total_bytes is {most}"
        raise place.error("limit", problem, "limit", place.of(array.payload), LimitError)
    try:
        found = way()
    except MemoryError as error:
        problem = f"{need} bytes are asked for, there is not so much memory"
        raise place.error("limit", problem, "limit", place.of(array.payload), LimitError) from error
    if array.algorithm != "none":
        reading.opened = together
    return found


class _Any(Value):
    expects: str = "any value"

    def decode(self, value: Any, reading: Reading) -> Any:
        if isinstance(value, _LEAVES):
            return value
        if isinstance(value, memoryview):
            return bytes(value)  # copies, so that a small value does not hold a big buffer
        if isinstance(value, dict):
            return {key: self._below(key, item, reading) for key, item in value.items()}
        if isinstance(value, list):
            if all(type(item) in _LEAVES for item in value):
                return value
            return [self._below(index, item, reading) for index, item in enumerate(value)]
        if isinstance(value, Tagged):
            return self._tagged(value, reading)
        if isinstance(value, cbor.Pairs):
            return self._pairs(value, reading)
        return value

    def _below(self, step: Any, value: Any, reading: Reading) -> Any:
        reading.steps.append(step)
        result = self.decode(value, reading)
        reading.steps.pop()
        return result

    def _tagged(self, value: Tagged, reading: Reading) -> Any:
        if value.number in ARRAY_TAGS:
            array = array_of(value, reading)
            return array if reading.lazy or not isinstance(array, CompressedArray) else open_array(array, reading)
        if value.number == reading.compressed:
            return open_bytes(value, reading)
        if value.number == _DATE and isinstance(value.value, str):
            return DateTime(value.value)
        if value.number in _BIGNUMS and isinstance(value.value, (bytes, memoryview)):
            return cbor.bignum(value)
        return Tagged(value.number, self.decode(value.value, reading))

    def _pairs(self, value: cbor.Pairs, reading: Reading) -> Any:
        pairs = [(_key(key), self.decode(item, reading)) for key, item in value.pairs]
        result = _dict_of(pairs)
        return cbor.Pairs(pairs) if result is None else result

    def encode(self, value: Any, writing: Writing) -> Any:
        if isinstance(value, (*_LEAVES, bytes, bytearray, memoryview)):
            return value
        if isinstance(value, Mapping):
            return self._encode_map(list(value.items()), writing)
        if isinstance(value, cbor.Pairs):
            return self._encode_map(value.pairs, writing)
        if isinstance(value, (list, tuple)):
            return [self._encode_below(index, item, writing) for index, item in enumerate(value)]
        if isinstance(value, (np.ndarray, CompressedArray)):
            return _encoded(value, writing)
        if isinstance(value, DateTime):
            return Tagged(_DATE, value.text)  # however malformed, as it came
        if isinstance(value, datetime):
            from .scalars import DATETIME

            return DATETIME.encode(value, writing)
        if isinstance(value, Rational):
            return [value.numerator, value.denominator]
        if isinstance(value, Tagged):
            return Tagged(value.number, self.encode(value.value, writing))
        if not isinstance(value, (np.generic, cbor.Simple)):
            raise Fault(f"a {type(value).__name__} has no form in CBOR")
        return value

    def _encode_map(self, pairs: list[tuple[Any, Any]], writing: Writing) -> Any:
        """A dict, or pairs where the writer's dict can't say a key or would lose one."""
        items = [(key, self._encode_below(key, item, writing)) for key, item in pairs]
        if all(isinstance(key, _LEAVES) for key, _ in items):
            result = _dict_of(items)
            if result is not None:
                return result
        return cbor.Pairs([(self.encode(key, writing), item) for key, item in items])

    def _encode_below(self, step: Any, value: Any, writing: Writing) -> Any:
        try:
            return self.encode(value, writing)
        except Fault as fault:
            raise fault.up(step_of(step)) from None


def _encoded(array: Any, writing: Writing) -> EncodedArray:
    if hides(array):
        raise Fault(MASKED)
    if isinstance(array, CompressedArray) and array.order == "F":
        array = array.open()
    try:
        return EncodedArray(encode_ndarray(array, n_dimensional=len(array.shape) != 1, compressed=writing.compressed))
    except EncodeError as error:
        raise Fault(error.problem, error.category) from error


def _dict_of(pairs: list[tuple[Any, Any]]) -> dict[Any, Any] | None:
    """The *pairs* as a dict; None where it can't hold a key, would lose one, or takes long to tell them apart."""
    if sum(_may_collide(key) for key, _ in pairs) > _MOST_COLLIDING:
        return None
    try:
        result = dict(pairs)
    except TypeError:
        return None
    return result if len(result) == len(pairs) else None


def _may_collide(key: Any) -> bool:
    """Whether many keys can be made that Python takes long to tell apart: integers of one hash, and what holds them."""
    if type(key) is int:
        return key.bit_length() > _WIDEST
    return type(key) not in _APART


def _key(key: Any) -> Any:
    kept = _as_it_came(key)
    return tuple(kept) if isinstance(kept, list) else kept


def _as_it_came(key: Any) -> Any:
    """What stands in a key: tags stay `Tagged` and nothing is opened, so that it can be compared and written again."""
    if isinstance(key, memoryview):
        return bytes(key)
    if isinstance(key, list):
        return [_as_it_came(item) for item in key]
    if isinstance(key, dict):
        return {name: _as_it_came(item) for name, item in key.items()}
    if isinstance(key, cbor.Pairs):
        return cbor.Pairs([(_as_it_came(name), _as_it_came(item)) for name, item in key.pairs])
    if isinstance(key, Tagged):
        if key.number in _BIGNUMS and isinstance(key.value, (bytes, memoryview)):
            return cbor.bignum(key)
        return Tagged(key.number, _as_it_came(key.value))
    return key


ANY = _Any()
