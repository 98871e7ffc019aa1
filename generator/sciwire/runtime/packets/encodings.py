"""Values in packets: binary numbers of either byte order, and fixed-width text fields.

Rules: a column comes out contiguous and in the machine's own byte order, copied once; binary numbers
keep their type and every bit; decimal and hexadecimal text become float64, NaN where the text is no
number; text times become the numbers of the unit, its fill where the text is no time.
"""

from __future__ import annotations

import re
import sys
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..textfields import parse_decimal, parse_hex
from ..times import LEAP_FILL, TimeUnit, parse_iso, to_unit
from .runs import Bytes
from .tables import Binary, PacketFormat, Text

__all__ = ["Codec", "find_codec", "read_times", "read_values"]

_WIDTH = re.compile(r"[0-9]+", re.ASCII)
#: bytes of text parsed at a time, so that temporaries stay small beside the columns
_BLOCK = 1 << 18
#: and fields: the narrowest ones become numbers of eight bytes each, many times over while a time is made of them
_FIELDS = 1 << 16


class Codec(NamedTuple):
    """One encoding by its full name: *kind* (``binary``, ``decimal``, ``time``, ``hex``), bytes a value, dtype of values.

    `dtype` is without byte order (``f8``); `unit` is set where text times need one.
    """

    name: str
    kind: str
    width: int
    dtype: str
    unit: TimeUnit | None = None

    @property
    def fill(self) -> float | int:
        """What a field without text stands for."""
        return np.nan if self.dtype[0] == "f" else LEAP_FILL

    @property
    def array(self) -> np.dtype[Any]:
        """The dtype of decoded values, in the machine's byte order."""
        return np.dtype(self.dtype)


def find_codec(name: str, table: PacketFormat) -> Codec | str:
    """The encoding called *name*; where there is none, the check that fails (``encoding`` or ``text_width``)."""
    if not isinstance(name, str):
        return "encoding"  # a caller may ask for anything
    for encoding in table.encodings:
        if isinstance(encoding, Binary) and (name == encoding.name or name in encoding.aliases):
            return Codec(encoding.name, "binary", int(encoding.dtype[1:]), encoding.dtype)
    for encoding in table.encodings:
        if isinstance(encoding, Text) and name.startswith(encoding.name) and _WIDTH.fullmatch(name, len(encoding.name)):
            return _text_codec(name, encoding, table)
    return "encoding"


def _text_codec(name: str, encoding: Text, table: PacketFormat) -> Codec | str:
    digits = name[len(encoding.name) :].lstrip("0")
    # int() itself refuses very long numbers, with an error of its own
    if len(digits) > 9:
        return "packet_limit" if not encoding.below else "text_width"
    width = int(digits or "0")
    if encoding.below and width >= encoding.below:
        return "text_width"
    if width > table.limits.read_data:
        return "packet_limit"
    return Codec(name, encoding.kind, width, "f8")


def read_values(codec: Codec, data: Bytes, order: str, out: NDArray[Any]) -> None:
    """Decode the values of one plane.

    Parameters
    ----------
    data : (packets, values a packet * width) uint8, rows may be strided.
    order : ``little`` or ``big``.
    out : (packets, values a packet), receives the values, in any number type that holds them.
    """
    if not out.size:
        return
    if codec.kind == "binary":
        _read_binary(codec.dtype, data, order, out)
        return
    if codec.width == 0:
        out[...] = codec.fill
        return
    if codec.kind == "decimal" and out.shape[1] == 1 and out.dtype == np.float64:
        parse_decimal(data[:, : codec.width], out=out[:, 0])  # which goes in steps of its own
        return
    rows = max(min(_BLOCK // data.shape[1], _FIELDS // out.shape[1]), 1)
    columns = max(min(_BLOCK // codec.width, _FIELDS), 1)  # fewer than a packet has only where one is long
    for start in range(0, len(data), rows):
        for left in range(0, out.shape[1], columns):
            part = out[start : start + rows, left : left + columns]
            block = data[start : start + rows, left * codec.width : (left + part.shape[1]) * codec.width]
            fields = block if part.shape[1] == 1 else np.ascontiguousarray(block).reshape(-1, codec.width)
            part[...] = _read_text(codec, fields).reshape(part.shape)


def read_times(fields: Bytes, unit: TimeUnit) -> NDArray[Any]:
    """The numbers of *unit* that ISO texts (n, width) stand for, (n,); its fill where a text is no time."""
    days, ns, valid = parse_iso(fields, keep_leap=unit.leap_seconds)
    return to_unit(days, ns, unit, valid)


def _read_binary(dtype: str, data: Bytes, order: str, out: NDArray[Any]) -> None:
    # the bytes are read as numbers here, and copied into the column
    if out.dtype != np.dtype(dtype) or not out.flags.c_contiguous:
        out[...] = data.view(("<" if order == "little" else ">") + dtype)
        return
    # the same type on both sides: whole rows of bytes are copied, 5 times faster than unaligned numbers
    row = f"V{data.shape[1]}"
    out.reshape(-1).view(row)[...] = data.view(row)[:, 0]
    if order != sys.byteorder:
        out.byteswap(inplace=True)


def _read_text(codec: Codec, fields: Bytes) -> NDArray[Any]:
    if codec.kind == "time":
        assert codec.unit is not None  # a plane of text times without a unit is refused when it is described
        return read_times(fields, codec.unit)
    if codec.kind == "decimal":
        return parse_decimal(fields)
    bad = np.zeros(len(fields), dtype=np.bool_)
    values = parse_hex(fields, bad=bad).astype(np.float64)
    values[bad] = np.nan
    return values
