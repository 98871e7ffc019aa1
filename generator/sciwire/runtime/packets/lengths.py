"""How a dataset's rank and the dimensions it states become the shape of its records.

With n dimensions stated for rank r: n = r - 1 is *streaming*, one record a packet and the packets are
dimension 0; n = r is *whole*, every packet holds records of a rank-1 dataset; any other n is refused.
Rank 0 states no dimension and has exactly one packet.
"""

from __future__ import annotations

import math
import re
from typing import NamedTuple

from .tables import PacketFormat, Profile

__all__ = ["Shape", "read_lengths", "reconcile"]

_MOST = 64  # integers in a list that anybody looks at
_LIST = re.compile(r"[+-]?[0-9]+", re.ASCII)


class Shape(NamedTuple):
    """`record`: dimensions of one record; `values`: how many one packet holds; `whole`: a packet holds several records."""

    record: tuple[int, ...]
    values: int
    whole: bool = False


def read_lengths(text: str, separator: str, table: PacketFormat, path: str, at: int) -> tuple[int, ...]:
    """The integers of a length list, which may have a sign in front; an empty text is the empty list."""
    if text == "":
        return ()
    if text.count(separator) >= _MOST:
        problem = f"a list of {text.count(separator) + 1} integers, no dataset has as many dimensions"
        raise table.faults.decode("length_rank", problem, path=path, at=at)
    pieces = text.split(separator)
    for piece in pieces:
        if not _LIST.fullmatch(piece):
            raise table.faults.decode(
                "length_list", f"expected integers between {separator!r}, got {text[:60]!r}", path=path, at=at
            )
        if piece.startswith("-") and piece.strip("-0"):
            raise table.faults.decode(
                "length_negative", f"a dimension is {piece[:20]}, it can't be negative", path=path, at=at
            )
    # numbers too long for any packet are kept small enough to be multiplied at once
    return tuple(int(piece.lstrip("+-0")[:19] or "0") for piece in pieces)


def reconcile(rank: int, lengths: tuple[int, ...], profile: Profile, table: PacketFormat, path: str, at: int) -> Shape:
    """The `Shape` of a plane of *rank* that states *lengths*; DecodeError where they do not agree."""
    dimensions = len(lengths)
    limit = table.limits.read_data
    if dimensions > max(rank, 1):  # before the product: a list may be as long as a descriptor
        problem = f"rank {rank} and {dimensions} dimensions do not agree, expected {max(rank - 1, 0)}"
        raise table.faults.decode("length_rank", problem, path=path, at=at)
    count = math.prod(lengths)
    if count > limit:
        raise table.faults.decode(
            "packet_limit", f"{count} values a packet, a packet has at most {limit} bytes", path=path, at=at
        )
    if rank == 0 and dimensions == 0:
        return Shape((), 1)
    if rank > 0 and dimensions == rank - 1:
        return Shape(lengths, count)
    if rank > 0 and dimensions == rank:
        if rank > profile.whole_rank:
            problem = f"rank {rank} with {dimensions} dimensions comes whole in one packet, which is for rank {profile.whole_rank} at most"
            raise table.faults.decode("whole_rank", problem, path=path, at=at)
        return Shape(lengths[1:], count, whole=True)
    if rank > 1 and dimensions == rank - 2:
        problem = f"rank {rank} with {dimensions} dimensions is a ragged record, which is not read"
        raise table.faults.decode("ragged", problem, path=path, at=at)
    problem = f"rank {rank} and {dimensions} dimensions do not agree, expected {max(rank - 1, 0)}"
    raise table.faults.decode("length_rank", problem, path=path, at=at)
