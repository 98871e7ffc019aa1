"""Arrays in blobs: what the JSON part in front says of shape, dtype and encoding, proved before anything is opened."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sciwire.runtime.compression.payloads import close_payload, open_payload
from sciwire.runtime.errors import CodecWarning, DecodeError, EncodeError
from sciwire.runtime.limits import Limits, checked_extents
from sciwire.runtime.masked import MASKED, hides

from .form import ArrayPart, Encoding, Format
from .packed import BlobPlace, PackedArray

__all__ = ["close_array", "open_array", "packed_words"]

_MOST_DIMENSIONS = 32  # numpy 1.26 has no more


def open_array(
    part: ArrayPart, data: memoryview, info: Any, form: Format, limits: Limits, lazy: bool = False
) -> NDArray[Any] | PackedArray | None:
    """The array in *data* as *info* describes it, read-only; None where it says that there is none.

    With *lazy* a compressed one stays unopened. DecodeError: ``type``, ``size``, ``unsupported``, ``compression``;
    LimitError. Offsets count from the blob's start.
    """
    name = getattr(info, part.dtype)
    extents = _extents(part, info, form)
    declared = getattr(info, part.size) if part.size else None
    if type(declared) is int and declared != len(data):
        problem = f"the blob has {len(data)} bytes, {declared} are declared"
        raise _error(form, "size", problem, "size", _field(part, info, part.size))
    if part.undefined and name == part.undefined:
        if len(data) or extents:
            problem = f"an array of type {name!r} has no extents and no bytes, this has the extents {extents} and {len(data)} bytes"
            raise _error(form, "undefined", problem, "size", part.label)
        return None
    known = part.dtypes or tuple(form.dtypes)
    code = form.dtypes[name] if isinstance(name, str) and name in known else None
    if code is None:
        problem = f"expected one of {', '.join(known)}, {_got(name)}"
        raise _error(form, "dtype", problem, "unsupported", _field(part, info, part.dtype))
    if problem := _misshapen(part, tuple(extents)):
        rule = form.faults.get("shape", "")
        text = f"{form.name} {part.label}: {problem}"
        warnings.warn(f"{text} [{rule}]" if rule else text, CodecWarning, stacklevel=2)
    encoding = _encoding(part, info, form)
    dtype = np.dtype(encoding.order + code)
    rules = form.faults
    place = BlobPlace(part.label, data, rules=rules, rule=part.rule)
    path = _field(part, info, part.shape)
    need = checked_extents(extents, dtype.itemsize, limits, path=path, rule=rules.get("limit", ""))
    if not data and not need:
        return np.zeros(extents, dtype)
    element = encoding.element or dtype.itemsize
    if lazy and encoding.algorithm != "none":
        name = form.spelled(getattr(info, part.encoding)) if part.encoding else ""
        words = (encoding.algorithm, element, dtype, tuple(extents), data)
        return PackedArray(*words, limits=limits, place=place, encoding=name, block=encoding.block)
    flat = open_payload(
        data, encoding.algorithm, need, element=element, block=encoding.block, limits=limits, place=place
    )
    array: NDArray[Any] = np.frombuffer(flat, dtype).reshape(extents)  # reinterprets
    array.flags.writeable = False
    return array


def _extents(part: ArrayPart, info: Any, form: Format) -> list[int]:
    shape = getattr(info, part.shape)
    if not isinstance(shape, list) or any(type(one) is not int or one < 0 for one in shape):
        problem = f"expected a list of extents, {_got(shape)}"
        raise _error(form, "shape", problem, "type", _field(part, info, part.shape))
    if len(shape) > _MOST_DIMENSIONS:
        problem = f"an array has at most {_MOST_DIMENSIONS} dimensions, this has {len(shape)}"
        raise _error(form, "shape", problem, "constraint", _field(part, info, part.shape))
    return shape[::-1] if part.fastest_first else list(shape)


def _misshapen(part: ArrayPart, shape: tuple[int, ...]) -> str:
    """What is wrong with *shape*, slowest axis first, for an array of this part; empty where nothing is."""
    if part.rank and len(shape) not in part.rank:
        return f"expected {' or '.join(map(str, part.rank))} axes, got the shape {shape}"
    lengths = [(axis, length) for axis, length in part.lengths.items() if -axis <= len(shape)]
    wrong = [f"{length} along axis {axis}" for axis, length in lengths if shape[axis] != length]
    return f"expected {', '.join(wrong)}, got the shape {shape}" if wrong else ""


def _encoding(part: ArrayPart, info: Any, form: Format) -> Encoding:
    if not part.encoding:
        return Encoding("none", part.byte_order)
    name = getattr(info, part.encoding)
    found = form.encodings.get(form.spelled(name))
    if found is not None and name in found.guessed:
        rule = form.faults.get("encoding", "")
        text = f"{form.name} {_field(part, info, part.encoding)}: {name!r} is read as {form.spelled(name)!r}"
        warnings.warn(f"{text} [{rule}]" if rule else text, CodecWarning, stacklevel=2)
    if found is None:
        problem = f"expected one of {', '.join(form.encodings)}, {_got(name)}"
        raise _error(form, "encoding", problem, "unsupported", _field(part, info, part.encoding))
    return found


def _got(value: Any) -> str:
    """What stands where something else is expected; an absent key and null are alike."""
    return "the key is absent" if value is None else f"got {value!r}"[:200]


def _field(part: ArrayPart, info: Any, name: str) -> str:
    """The path of the field that is *name* in Python, as the wire calls it."""
    names: dict[str, str] = getattr(type(info), "PLAIN_NAMES", {})
    return f"{part.info}.{names.get(name, name)}"


def _error(form: Format, fault: str, problem: str, category: str, path: str) -> DecodeError:
    return DecodeError(problem, category=category, path=path, rule=form.faults.get(fault, ""))


def close_array(part: ArrayPart, value: Any, encoding: Any, form: Format) -> tuple[bytes, dict[str, Any]]:
    """The blob of an array, and what the JSON part must say of it; *encoding* is its name, None for the usual one.

    EncodeError: ``type`` for a dtype that has no name, ``unsupported`` for an encoding that is not known.
    """
    if not isinstance(value, (np.ndarray, np.generic)) and not hasattr(value, "__array__"):
        raise EncodeError(f"expected an array, got a {type(value).__name__}", category="type", path=part.label)
    if hides(value):
        raise EncodeError(MASKED, category="type", path=part.label, rule=part.rule)
    array = np.asarray(value)
    if problem := _misshapen(part, array.shape):
        raise EncodeError(problem, category="constraint", path=part.label, rule=form.faults.get("shape", ""))
    code = array.dtype.str[1:]
    known = part.writes or part.dtypes or tuple(form.dtypes)
    name = next((name for name in known if form.dtypes[name] == code), None)
    if name is None:
        problem = f"expected an array of {', '.join(known)}, got one of {array.dtype.name}"
        raise EncodeError(problem, category="type", path=part.label, rule=form.faults.get("dtype", ""))
    says: dict[str, Any] = {}
    chosen = Encoding("none", part.byte_order)
    if part.encoding:
        encoding = encoding if encoding is not None else form.write.get(name, next(iter(form.encodings)))
        if form.spelled(encoding) not in form.encodings:
            problem = f"expected one of {', '.join(form.encodings)}, got {encoding!r}"
            rule = form.faults.get("encoding", "")
            raise EncodeError(problem, category="unsupported", path=f"{part.info}.{part.encoding}", rule=rule)
        encoding = form.spelled(encoding)
        chosen = form.encodings[encoding]
        says[part.encoding] = encoding
    ordered = np.ascontiguousarray(array, np.dtype(chosen.order + code))  # copies strided or swapped arrays
    flat = ordered.reshape(-1).view(np.uint8)
    element = chosen.element or array.dtype.itemsize
    try:
        blob = bytes(close_payload(flat, chosen.algorithm, element=element, block=chosen.block))
    except EncodeError as error:
        raise error.within(part.label) from None
    return blob, says | _words(part, array.shape, name, len(blob))


def packed_words(part: ArrayPart, value: PackedArray, stated: Any, form: Format) -> dict[str, Any] | None:
    """What the JSON part must say of the unopened *value*; None where it can't be written as it is.

    *stated* is the encoding that is asked for, None for that of the value.
    """
    encoding = form.encodings.get(value.encoding) if part.encoding else None
    known = part.writes or part.dtypes or tuple(form.dtypes)
    if _misshapen(part, value.shape):
        return None  # the array is opened, and refused
    name = next((name for name in known if form.dtypes[name] == value.dtype.str[1:]), None)
    if encoding is None or name is None or (stated is not None and form.spelled(stated) != value.encoding):
        return None
    as_read = (value.algorithm, value.dtype, value.element_size)
    if as_read != (encoding.algorithm, np.dtype(encoding.order + value.dtype.str[1:]), encoding.element or value.dtype.itemsize):  # fmt: skip
        return None
    return {part.encoding: value.encoding, **_words(part, value.shape, name, len(value.payload))}


def _words(part: ArrayPart, shape: tuple[int, ...], dtype: str, size: int) -> dict[str, Any]:
    """What the JSON part says of every array."""
    extents = [int(one) for one in (shape[::-1] if part.fastest_first else shape)]
    return {part.shape: extents, part.dtype: dtype, **({part.size: size} if part.size else {})}
