"""Byte strings that hold an array which other fields describe: of the same message, or of one that came before.

A payload stays bytes where nothing says its shape; it becomes an array where the message, the caller or a
remembered message does. Its sizes are proved before a decompressor sees it.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping
from typing import Any, Final

import numpy as np

from sciwire.runtime import cbor
from sciwire.runtime.compression.lazy import CompressedArray
from sciwire.runtime.errors import CodecError, DecodeError, EncodeError
from sciwire.runtime.limits import checked_extents
from sciwire.runtime.masked import MASKED, hides
from sciwire.runtime.value import Value, shown

from .anything import open_array
from .context import Payload, Reading, Writing
from .fault import Fault, Key
from .scalars import kind_of
from .unopened import BytesPlace, PayloadArray

__all__ = ["PayloadOf", "check_description", "describe_payloads", "open_payloads", "remember"]

#: the names by which a message may call a dtype, all little-endian
DTYPES: Final = {np.dtype(code).name: f"<{code}" for code in ("u1", "u2", "u4", "u8", "i1", "i2", "i4", "i8", "f2", "f4", "f8")}  # fmt: skip
_MOST_DIMENSIONS: Final = 32  # numpy 1.26 has no more


class PayloadOf(Value):
    """Byte strings; `encode` takes arrays too, and compresses them: blocks of *block* elements."""

    algorithm: str
    block: int
    dtypes: tuple[str, ...]
    expects: str = "a byte string"

    def decode(self, value: Any, reading: Reading) -> Any:
        if isinstance(value, (memoryview, np.ndarray, CompressedArray)):
            return value  # opened, or copied, when the whole message is read
        if not isinstance(value, (bytes, bytearray)):
            raise Fault(f"expected {self.expects}, got {kind_of(value)}")
        return bytes(value)

    def encode(self, value: Any, writing: Writing) -> Any:
        if isinstance(value, (bytes, bytearray, memoryview)):
            return value
        if isinstance(value, CompressedArray):
            if self._takes(value):
                return value.payload
            value = value.open()
        if not isinstance(value, np.ndarray):
            raise Fault(f"expected {self.expects} or an array, got {kind_of(value)}")
        if hides(value):
            raise Fault(MASKED)
        if value.dtype.str[1:] not in self.dtypes:
            names = ", ".join(np.dtype(code).name for code in self.dtypes)
            raise Fault(f"expected an array of {names}, got one of {value.dtype.name}")
        flat = np.ascontiguousarray(value, value.dtype.newbyteorder("<")).reshape(-1)  # copies strided or swapped ones
        if self.algorithm == "none" or flat.size == 0:
            return flat.view(np.uint8).data
        # the library that the peers use, for the very bytes: another release of LZ4 compresses otherwise
        import bitshuffle

        return memoryview(bitshuffle.compress_lz4(flat, self.block)).cast("B")

    def _takes(self, array: CompressedArray) -> bool:
        """Whether *array*, still compressed, can go out as it is."""
        sizes = (self.algorithm, array.dtype.itemsize, self.block * array.dtype.itemsize)
        return isinstance(array, PayloadArray) and (array.algorithm, array.element_size, array.block) == sizes


def open_payloads(payloads: tuple[Payload, ...], message: Any, reading: Reading, remembered: Mapping[Any, Any]) -> None:
    """Make arrays of the payloads of *message* whose shape and dtype are known; the others become bytes."""
    for payload in payloads:
        value = getattr(message, payload.name)
        if not isinstance(value, memoryview):
            continue
        try:
            array: Any = _described(payload, value, message, reading, remembered)
            if array is not None and not reading.lazy:
                array = open_array(array, reading)
        except CodecError as error:
            if not reading.keep:
                raise
            reading.problems.append(error)
            setattr(message, payload.name, None)
            continue
        setattr(message, payload.name, bytes(value) if array is None else array)


def _described(payload: Payload, value: memoryview, message: Any, reading: Reading, remembered: Mapping[Any, Any]) -> PayloadArray | None:  # fmt: skip
    """The array that *value* holds, unopened; None where nothing says its shape or dtype."""
    shape, shape_of = _first(payload.shape, payload, message, remembered, reading.shape)
    name, dtype_of = _first(payload.dtype, payload, message, remembered, reading.dtype)
    if shape is None or name is None:
        return None
    place = BytesPlace(_path(payload.key), reading.base, reading.start, (payload.key,), payload.rule, reading.array_rules)  # fmt: skip
    extents = _extents(shape, payload, shape_of, reading)
    code = DTYPES.get(str(name)) if isinstance(name, (str, np.dtype)) else None
    if code is None:
        problem = f"expected one of {', '.join(DTYPES)}, got {kind_of(name)}"
        rule = reading.array_rules.get("dtype", payload.rule)
        path, at = _said(dtype_of, payload, reading)
        raise DecodeError(problem, category="unsupported", path=path, at=at, rule=rule)
    dtype = np.dtype(code)
    try:
        checked_extents(extents, dtype.itemsize, reading.limits, rule=reading.array_rules.get("limit", payload.rule))
    except CodecError as error:
        error.path, error.at = _said(shape_of, payload, reading)
        raise
    size, block = dtype.itemsize, payload.block * dtype.itemsize
    return PayloadArray(
        payload.algorithm, size, dtype, tuple(extents), value, "C", reading.limits, place, block, payload.raw
    )


def _path(key: str | Key) -> str:
    return key.label if isinstance(key, Key) else key


def _said(path: str, payload: Payload, reading: Reading) -> tuple[str, int | None]:
    """The field *path* of this message by its key on the wire, and the offset; None where another message says it."""
    if not reading.base.nbytes or "." in path:
        return path, None
    keys = (payload.key,) if path == _path(payload.key) else payload.keys.get(path, (path,))
    key = next((one for one in keys if cbor.has_key(reading.base, one, reading.start)), keys[0])
    return _path(key), cbor.locate(reading.base, (key,), reading.start)


def _first(origins: tuple[tuple[Any, str], ...], payload: Payload, message: Any, remembered: Mapping[Any, Any], asked: Any) -> tuple[Any, str]:  # fmt: skip
    """The first of *origins* that says something, with its path: this message, the caller, then remembered ones."""
    for kind, name in origins:
        if kind is None and getattr(message, name) is not None:
            return getattr(message, name), name
    if asked is not None:
        return asked, _path(payload.key)
    for kind, name in origins:
        other = remembered.get(kind) if kind is not None else None
        if other is not None and getattr(other, name) is not None and _belongs(payload, message, kind, other):
            return getattr(other, name), f"{kind}.{name}"
    return None, ""


def _belongs(payload: Payload, message: Any, kind: Any, other: Any) -> bool:
    """Whether *other* is of the same series as *message*, as far as both say so."""
    for own, of, theirs in payload.match:
        left, right = getattr(message, own), getattr(other, theirs)
        if of == kind and left is not None and right is not None and not _agree(left, right):
            return False
    return True


def _agree(left: Any, right: Any) -> bool:
    """Whether both are one value; a number may be spelled out, 5 and "5" are the same series."""
    numbers = {type(left), type(right)} == {int, str}
    return bool(left == right or (numbers and str(left) == str(right)))


def _extents(shape: Any, payload: Payload, path: str, reading: Reading) -> list[int]:
    extents: Any = shape
    if isinstance(shape, str):
        pattern = rf"\d{{1,19}}(?:{re.escape(payload.separator)}\d{{1,19}}){{0,{_MOST_DIMENSIONS - 1}}}"
        if len(shape) > 1000 or re.fullmatch(pattern, shape, re.ASCII) is None:
            extents = None
        else:
            extents = [int(one) for one in shape.split(payload.separator)]
    if not isinstance(extents, (list, tuple)) or len(extents) > _MOST_DIMENSIONS or any(not isinstance(one, (int, np.integer)) or isinstance(one, bool) or one < 0 for one in extents):  # fmt: skip
        example = payload.separator.join("AB")
        problem = f"expected extents such as {example} or a list of them, got {repr(shape)[:60] if isinstance(shape, (list, tuple)) else kind_of(shape)}"
        where, at = _said(path, payload, reading)
        raise DecodeError(problem, category="constraint", path=where, at=at, rule=reading.array_rules.get("dimensions", payload.rule))  # fmt: skip
    return [int(one) for one in extents]


def remember(records: Mapping[Any, Any], message: Any, remembered: dict[Any, Any]) -> None:
    """Put *message* into *remembered* if the payloads of *records* look for their description in its kind."""
    kinds = {kind for record in records.values() for one in record.payloads for kind, _ in (*one.shape, *one.dtype)}
    for kind, record in records.items():
        if kind in kinds and type(message) is record.cls:
            remembered[kind] = message


def check_description(records: Mapping[Any, Any], message: Any, reading: Reading) -> None:
    """Warn where *message* describes payloads of others by a shape that can't be read: they could not be opened."""
    said: dict[str, Payload] = {}
    for kind, record in records.items():
        if type(message) is record.cls:
            said |= {name: one for each in records.values() for one in each.payloads for of, name in one.shape if of == kind}  # fmt: skip
    for name, payload in said.items():
        shape = getattr(message, name)
        try:
            if shape is not None:
                _extents(shape, payload, "", reading)
        except DecodeError as error:
            rule = f" [{error.rule}]" if error.rule else ""
            reading.warnings.append(f"{type(message).__name__} {name}: {error.problem}; no array can be opened by it{rule}")  # fmt: skip


def describe_payloads(payloads: tuple[Payload, ...], message: Any) -> Any:
    """*message*, or a copy of it in which the fields that tell of its arrays are filled in. Raises EncodeError."""
    for payload in payloads:
        array = getattr(message, payload.name)
        if not isinstance(array, (np.ndarray, CompressedArray)):
            continue
        spelled, extents = payload.separator.join(map(str, array.shape)), list(array.shape)
        _check_own_shape(payload, message, spelled, extents)
        says = {"dtype": array.dtype.name, "shape": extents if payload.listed else spelled}
        for what, name in payload.tells:
            given = getattr(message, name)
            if given is None:
                message = copy.copy(message)
                setattr(message, name, says[what])
            elif given != says[what] and (what != "shape" or not _is_shape(given, spelled, extents)):
                problem = f"expected {says[what]!r} as the array is, got {shown(given)[:100]}"
                raise EncodeError(problem, category="constraint", path=name, rule=payload.rule)
    return message


def _check_own_shape(payload: Payload, message: Any, spelled: str, extents: list[int]) -> None:
    """Raise EncodeError where the message says another shape than the array has."""
    for name in [name for kind, name in payload.shape if kind is None]:
        given = getattr(message, name)
        if given is not None and not _is_shape(given, spelled, extents):
            problem = f"expected {extents if payload.listed else spelled!r} as the array is, got {shown(given)[:100]}"
            raise EncodeError(problem, category="size", path=name, rule=payload.rule)


def _is_shape(given: Any, spelled: str, extents: list[int]) -> bool:
    return list(given) == extents if isinstance(given, (list, tuple)) else isinstance(given, str) and given == spelled
