"""Canonical JSON values -> Python values; the writers and the table of tags stand in `plain`.

The text may come from anybody's program: every tag is checked before numpy sees it, and what is
not canonical is a DecodeError that names the place.
"""

from __future__ import annotations

import base64
import binascii
import math
import re
import struct
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .errors import CodecError, DecodeError, LimitError
from .limits import product
from .values import DateTime, Rational, Tagged

__all__ = ["DEPTH", "DTYPE", "check", "from_plain"]

DEPTH = 200  # containers inside containers; the decoders' own limit is lower

#: No object dtype, no sub-arrays, no native byte order, no empty items: the only texts that reach `numpy.dtype`.
DTYPE = re.compile(
    r"[|<>][biu]1|[<>](?:[iu][248]|f[248]|c(?:8|16)|[mM]8(?:\[\d{0,6}[a-zA-Z]{1,2}\])?)|\|[SV][1-9]\d{0,5}"
)
_HEX_FLOAT = re.compile(r"[+-]?0[xX][0-9a-fA-F]+(?:\.[0-9a-fA-F]*)?[pP][+-]?\d{1,5}", re.ASCII)
_NAN_BITS = re.compile(r"nan:([0-9a-f]{16})")
_MOST_WIDE = 1000  # integers beyond 64 bits among the keys of a map


def from_plain(obj: Any, *, path: str = "", depth: int = DEPTH) -> Any:
    """Return the Python value of a canonical JSON value; arrays are read-only.

    Raises DecodeError (category ``syntax``, ``type``, ``size`` or ``limit``; `path` names the place) for anything that
    is not canonical, so that values from a stranger's program may be given to it.
    """
    if obj is None or isinstance(obj, (bool, int, str)):
        return obj
    if isinstance(obj, float):
        if math.isfinite(obj):
            return obj
        raise DecodeError(
            f"expected {{'$float': …}}, got a bare {obj!r}, which JSON has no word for", category="syntax", path=path
        )
    if depth <= 0:
        raise LimitError("containers are nested deeper than a canonical value may be", path=path)
    if isinstance(obj, list):
        return [from_plain(item, path=f"{path}[{index}]", depth=depth - 1) for index, item in enumerate(obj)]
    if not isinstance(obj, dict):
        raise DecodeError(f"expected a JSON value, got {type(obj).__name__}", category="type", path=path)
    tag = next((key for key in obj if isinstance(key, str) and key.startswith("$")), None)
    if tag is None:
        return _object(obj, path, depth - 1)
    if len(obj) != 1 or tag not in _READERS:
        problem = f"expected an object with one known $ key, got the keys {', '.join(map(repr, list(obj)[:5]))}"
        raise DecodeError(problem, category="syntax", path=path)
    try:
        return _READERS[tag](obj[tag], path, depth - 1)
    except CodecError:
        raise
    except (TypeError, ValueError, KeyError, OverflowError) as error:
        raise DecodeError(f"expected a value that {tag} can hold: {error}", category="syntax", path=path) from error


def check(obj: Any) -> None:
    """Raise DecodeError where *obj* is not a canonical value; a ``sha256`` in place of data is let pass."""
    from_plain(_without_hashes(obj, DEPTH))


def _object(obj: dict[Any, Any], path: str, depth: int) -> dict[str, Any]:
    for key in obj:
        if not isinstance(key, str):
            raise DecodeError(f"expected string keys, got {key!r}", category="type", path=path)
    return {key: from_plain(item, path=f"{path}.{key}" if path else key, depth=depth) for key, item in obj.items()}


def _read_int(body: Any, path: str, depth: int) -> int:
    if not isinstance(body, str) or not re.fullmatch(r"-?(?:\d{1,4000}|0x[0-9a-f]{1,100000})", body, re.ASCII):
        raise ValueError("not a decimal integer")
    return int(body, 16 if "x" in body else 10)


def _read_float(body: Any, path: str, depth: int) -> float:
    if body in ("nan", "inf", "-inf", "-0.0"):
        return float(body)
    if isinstance(body, str) and (match := _NAN_BITS.fullmatch(body)):
        (value,) = struct.unpack(">d", bytes.fromhex(match[1]))
        if math.isnan(value):
            return float(value)
    if isinstance(body, str) and _HEX_FLOAT.fullmatch(body):
        return float.fromhex(body)
    raise ValueError("not nan, nan:<bits>, inf, -inf, -0.0 or a hex float")


def _read_bytes(body: Any, path: str, depth: int) -> bytes:
    if not isinstance(body, str):
        raise ValueError("not base64 text")
    try:
        return base64.b64decode(body.encode("ascii"), validate=True)
    except (binascii.Error, UnicodeEncodeError) as error:
        raise ValueError(f"not base64: {error}") from error


def _read_nd(body: Any, path: str, depth: int) -> NDArray[Any]:
    if not isinstance(body, dict) or set(body) != {"dtype", "shape", "data"}:
        raise ValueError("not {dtype, shape, data}")
    text, shape = body["dtype"], body["shape"]
    if not isinstance(text, str) or not DTYPE.fullmatch(text):
        raise ValueError(f"{text!r} is no dtype with an explicit byte order")
    if not isinstance(shape, list) or len(shape) > 32 or any(type(size) is not int for size in shape):
        raise ValueError("the shape is no list of at most 32 integers")
    dtype, data = np.dtype(text), _read_bytes(body["data"], path, depth)
    need = product([*shape, dtype.itemsize], path=path)
    if need != len(data):
        extents = " x ".join(map(str, shape)) or "one element"
        problem = f"{extents} of {text} need {need} bytes, the data are {len(data)}"
        raise DecodeError(problem, category="size", path=path)
    return np.frombuffer(data, dtype=dtype).reshape(shape)  # a view of immutable bytes, hence read-only


def _read_strings(body: Any, path: str, depth: int) -> NDArray[Any]:
    if not isinstance(body, list):
        raise ValueError("not a list of strings")
    array = np.array(body, dtype=object)
    if array.ndim > 32 or not all(isinstance(item, str) for item in array.flat):
        raise ValueError("not strings in lists of equal lengths")
    array.setflags(write=False)
    return array


def _read_date(body: Any, path: str, depth: int) -> DateTime:
    if not isinstance(body, str):
        raise ValueError("not text")
    return DateTime(body)


def _read_ratio(body: Any, path: str, depth: int) -> Rational:
    top, bottom = (from_plain(item, path=path, depth=depth) for item in body)
    if type(top) is not int or type(bottom) is not int:
        raise ValueError("not two integers")
    return Rational(top, bottom)


def _read_tag(body: Any, path: str, depth: int) -> Tagged:
    number, value = body
    number = from_plain(number, path=path, depth=depth)
    if type(number) is not int or number < 0:
        raise ValueError("the tag number is no unsigned integer")
    return Tagged(number, from_plain(value, path=path, depth=depth))


def _read_map(body: Any, path: str, depth: int) -> Any:
    if not isinstance(body, list) or not all(isinstance(pair, list) and len(pair) == 2 for pair in body):
        raise ValueError("not a list of pairs")
    pairs = []
    for index, (key, value) in enumerate(body):
        place = f"{path}[{index}]"
        pairs.append((from_plain(key, path=place, depth=depth), from_plain(value, path=place, depth=depth)))
    wide = sum(type(key) is int and key.bit_length() > 64 for key, _ in pairs)  # many of them can have one hash
    plain = wide <= _MOST_WIDE and all(type(key) in (str, int) for key, _ in pairs)
    if plain and len({key for key, _ in pairs}) == len(pairs):
        return dict(pairs)
    from .cbor.values import Pairs  # here, because most codecs never load CBOR

    return Pairs(pairs)


def _read_simple(body: Any, path: str, depth: int) -> Any:
    from .cbor.values import Simple

    if type(body) is not int or not 0 <= body <= 255:
        raise ValueError("not a number from 0 to 255")
    return Simple(body)


def _without_hashes(obj: Any, depth: int) -> Any:
    if depth <= 0:
        return obj
    if isinstance(obj, list):
        return [_without_hashes(item, depth - 1) for item in obj]
    if not isinstance(obj, dict):
        return obj
    body = obj.get("$nd")
    if isinstance(body, dict) and set(body) == {"dtype", "shape", "sha256"} and len(obj) == 1:
        if not isinstance(body["sha256"], str) or not re.fullmatch("[0-9a-f]{64}", body["sha256"]):
            return obj
        return {"$nd": {"dtype": body["dtype"], "shape": [0], "data": ""}}
    return {key: _without_hashes(item, depth - 1) for key, item in obj.items()}


_READERS = {
    "$int": _read_int,
    "$float": _read_float,
    "$bytes": _read_bytes,
    "$nd": _read_nd,
    "$strings": _read_strings,
    "$date": _read_date,
    "$ratio": _read_ratio,
    "$tag": _read_tag,
    "$map": _read_map,
    "$simple": _read_simple,
}
