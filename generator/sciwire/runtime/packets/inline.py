"""Values that stand in the descriptor itself: a list of decimal numbers, or one list a row."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from .lengths import read_lengths
from .properties import number
from .tables import PacketFormat

if TYPE_CHECKING:
    from .planes import Fields, Plane

__all__ = ["read_inline", "write_inline"]

#: text in which Python's own `float` and the grammar of the wire agree on every number
_SIMPLE = re.compile(r"[0-9eE+.,;:|/* -]*", re.ASCII)


def read_inline(plane: Plane, fields: Fields, table: PacketFormat, path: str, at: int) -> None:
    """Put the inline values of one values element into *plane*: `inline` for rank 0 and 1, a row for rank 2."""
    element = table.roles["values"]
    attribute = element.attribute("inline")
    where = f"{path}.{attribute.name}"
    values = _numbers(fields.get("inline") or "", attribute.separator, table, where, at)
    _check_count(values, fields.get("length"), plane.rank, table, path, at)
    plane.inline_length = values.size if fields.get("length") else 1
    index = fields.get("index")
    if index is not None and plane.rank == 2:
        plane.rows = [] if plane.rows is None else plane.rows
        if index != str(len(plane.rows)):
            problem = f"expected row {len(plane.rows)}, got index {index[:20]!r}"
            raise table.faults.decode("inline_index", problem, path=f"{path}.{element.attribute('index').name}", at=at)
        plane.rows.append(values)
    elif plane.rank > 1 or index is not None:
        problem = f"rank {plane.rank} {'with' if index is not None else 'without'} an index can't stand inline"
        raise table.faults.decode("inline_rank", problem, path=where, at=at)
    else:
        if plane.rank == 0 and values.size != 1:
            problem = f"rank 0 is one value, got {values.size}"
            raise table.faults.decode("inline_scalar", problem, path=where, at=at)
        plane.inline = values.reshape(()) if plane.rank == 0 else values


def _numbers(text: str, separator: str, table: PacketFormat, path: str, at: int) -> NDArray[np.float64]:
    if not text.strip():
        return np.empty(0, dtype=np.float64)
    pieces = text.split(separator)
    while len(pieces) > 1 and pieces[-1] == "":
        pieces.pop()
    if _SIMPLE.fullmatch(text):
        try:
            return np.array([float(piece) for piece in pieces], dtype=np.float64)
        except ValueError:
            pass  # the loop below says which one it is
    try:
        return np.array([number(piece) for piece in pieces], dtype=np.float64)
    except ValueError as error:
        raise table.faults.decode("inline_number", str(error), path=path, at=at) from None


def _check_count(
    values: NDArray[np.float64], length: str | None, rank: int, table: PacketFormat, path: str, at: int
) -> None:
    attribute = table.roles["values"].attribute("length")
    where = f"{path}.{attribute.name}"
    if not length:
        if values.size == 0:
            problem = f"an empty list of values needs {attribute.name} 0"
            raise table.faults.decode(
                "inline_empty", problem, path=f"{path}.{table.roles['values'].attribute('inline').name}", at=at
            )
        return
    lengths = read_lengths(length, attribute.separator, table, where, at)
    if len(lengths) > min(rank, 1):
        problem = f"rank {rank} and {len(lengths)} dimensions do not agree"
        raise table.faults.decode("inline_rank" if rank else "inline_scalar", problem, path=where, at=at)
    if math.prod(lengths) != values.size:
        problem = f"{attribute.name} {length[:40]!r} asks for {math.prod(lengths)} values, got {values.size}"
        raise table.faults.decode("inline_count", problem, path=where, at=at)


def write_inline(values: NDArray[np.float64], separator: str) -> str:
    """The text of *values*, with enough digits to read back each of them exactly."""
    texts = (repr(value).replace("inf", "Infinity") if value == value else "NaN" for value in values.ravel().tolist())
    return separator.join(texts)
