"""Canonical values: plain JSON where JSON is exact, an object with one ``$`` key where it is not.

===========  ==================================================  ================================
tag          what it holds                                       Python
===========  ==================================================  ================================
``$int``     decimal text of an integer outside ±2^53            int
``$float``   nan, nan:<16 hex digits of the bits>, inf, -inf,    float
             -0.0, or a C99 hex float
``$bytes``   base64                                              bytes
``$nd``      {"dtype": "<u2", "shape": [3], "data": base64 of    numpy array, read-only, and every
             C order}                                            numpy scalar (shape [])
``$strings`` strings, lists nest as the dimensions do            array of objects (str), read-only
``$date``    the text of the wire                                `DateTime`
``$ratio``   [numerator, denominator]                            `Rational`
``$tag``     [number, value]                                     `Tagged`
``$map``     [[key, value], …] where a key is no string or       dict; `Pairs` where a key is
             begins with ``$``                                   neither text nor an integer
``$simple``  number of a CBOR simple value; 23 is undefined      `Simple`
===========  ==================================================  ================================

An integer and a float are two values: ``5`` is not ``5.0``. A program that cannot tell them apart
in its own JSON writes ``{"$float": "0x1.4p+2"}``. Structured arrays are maps of their columns.
"""

from __future__ import annotations

import base64
import math
import struct
from collections.abc import Mapping
from datetime import datetime
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .compare import difference, equal
from .errors import EncodeError
from .plain_read import DEPTH, DTYPE, check, from_plain
from .values import DateTime, Rational, Tagged

__all__ = [
    "DEPTH",
    "EXACT",
    "check",
    "difference",
    "equal",
    "from_plain",
    "plain_array",
    "plain_bytes",
    "plain_float",
    "plain_int",
    "to_plain",
]

EXACT = 1 << 53  # integers up to this size survive every JSON library
_QUIET_NAN = 0x7FF8000000000000


def to_plain(value: Any, *, depth: int = DEPTH) -> Any:
    """Return the canonical JSON value of *value*.

    Raises EncodeError: category ``type`` for what has no canonical form, ``limit`` below *depth* containers.
    """
    if value is None or isinstance(value, bool) or type(value) is str:
        return value
    if isinstance(value, (np.generic, np.ndarray)):
        return plain_array(value, depth=depth)
    if isinstance(value, int):
        return plain_int(value)
    if isinstance(value, float):
        return plain_float(value)
    if isinstance(value, str):
        return str(value)
    if isinstance(value, (bytes, bytearray, memoryview)):
        return plain_bytes(value)
    if depth <= 0:
        raise EncodeError("containers are nested deeper than a canonical value may be", category="limit")
    if isinstance(value, Mapping):
        return _plain_map(value, depth - 1)
    if isinstance(value, (list, tuple)):
        return [to_plain(item, depth=depth - 1) for item in value]
    if isinstance(value, (Rational, Fraction)):
        return {"$ratio": [plain_int(value.numerator), plain_int(value.denominator)]}
    if isinstance(value, DateTime):
        return {"$date": value.text}
    if isinstance(value, datetime):
        return {"$date": DateTime.of(value).text}
    if isinstance(value, Tagged):
        return {"$tag": [plain_int(value.number), to_plain(value.value, depth=depth - 1)]}
    return _plain_cbor(value, depth - 1)


def plain_int(value: int) -> Any:
    """Return an integer of any size: plain up to ±2^53, ``$int`` beyond."""
    return int(value) if -EXACT <= value <= EXACT else {"$int": _decimal(int(value))}


def plain_float(value: float) -> Any:
    """Return a binary64 float: plain where shortest decimal keeps it, ``$float`` otherwise (NaN with its bits)."""
    value = float(value)
    if math.isfinite(value):
        return {"$float": "-0.0"} if value == 0 and math.copysign(1, value) < 0 else value
    if math.isinf(value):
        return {"$float": "inf" if value > 0 else "-inf"}
    (bits,) = struct.unpack(">Q", struct.pack(">d", value))
    return {"$float": "nan" if bits == _QUIET_NAN else f"nan:{bits:016x}"}


def plain_bytes(value: bytes | bytearray | memoryview) -> dict[str, str]:
    """Return ``$bytes`` of a byte string."""
    return {"$bytes": base64.b64encode(value).decode("ascii")}


def plain_array(value: NDArray[Any] | np.generic, *, depth: int = DEPTH) -> Any:
    """Return ``$nd`` of an array of numbers (its byte order kept), ``$strings`` of text, a map of a table's columns."""
    array: NDArray[Any] = np.asarray(value)
    if array.dtype.names is not None:
        return _plain_map({name: array[name] for name in array.dtype.names}, depth - 1)
    if array.dtype.kind in "UT":
        return str(array.item()) if isinstance(value, np.generic) else {"$strings": array.tolist()}
    if array.dtype.kind == "O":
        items = array.tolist()
        return (
            {"$strings": items} if all(isinstance(item, str) for item in array.flat) else to_plain(items, depth=depth)
        )
    if not DTYPE.fullmatch(array.dtype.str):
        raise EncodeError(f"expected a dtype with a canonical form, got {array.dtype.str}", category="type")
    data = base64.b64encode(array.tobytes("C")).decode("ascii")  # a copy in C order, whatever the strides
    return {"$nd": {"dtype": array.dtype.str, "shape": list(array.shape), "data": data}}


def _plain_cbor(value: Any, depth: int) -> Any:
    from .cbor.values import Pairs, Simple  # here, because most codecs never load CBOR

    if isinstance(value, Pairs):
        return {"$map": [[to_plain(key, depth=depth), to_plain(item, depth=depth)] for key, item in value.pairs]}
    if isinstance(value, Simple):
        return {"$simple": value.number}
    raise EncodeError(f"expected a value with a canonical form, got {type(value).__name__}", category="type")


def _decimal(value: int) -> str:
    # int -> str refuses long numbers (a guard against quadratic time); hex does not, and a value so long is rare
    return str(value) if value.bit_length() < 10_000 else hex(value)


def _plain_map(value: Mapping[Any, Any], depth: int) -> Any:
    if all(isinstance(key, str) and not key.startswith("$") for key in value):
        return {str(key): to_plain(item, depth=depth) for key, item in value.items()}
    return {"$map": [[to_plain(key, depth=depth), to_plain(item, depth=depth)] for key, item in value.items()]}
