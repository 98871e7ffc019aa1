"""How much a decoder may be made to do by bytes that somebody else wrote.

Rule 1: no size from the wire is trusted before it passed `checked_size` or `product`.
Rule 2: Python integers do not overflow, so a product is exact; it is compared before it is used.
"""

from __future__ import annotations

from collections.abc import Iterable

from .errors import DecodeError, LimitError
from .value import Value

__all__ = ["DEFAULT_LIMITS", "Limits", "checked_extents", "checked_size", "product"]


class Limits(Value):
    """Ceilings for one call of a decoder; every default admits the largest detectors in use.

    Attributes
    ----------
    total_bytes : bytes that one decoded array or blob may take (4 GiB), and all together that a message has compressed.
    expansion : decoded bytes for each compressed byte (LZ4 can't exceed 255; Zstandard can).
    depth : containers inside containers (64).
    items : elements of containers in one message (500,000).
    datasets : datasets, packet types or HDF5 objects in one stream or file, arrays in one message (100,000).
    """

    total_bytes: int = 4 << 30
    expansion: int = 1024
    depth: int = 64
    items: int = 500_000
    datasets: int = 100_000


DEFAULT_LIMITS = Limits()


def product(dimensions: Iterable[int], *, path: str = "", at: int | None = None, rule: str = "") -> int:
    """Return the exact product of *dimensions*; a negative one is a `DecodeError` (category ``size``)."""
    result = 1
    for dimension in dimensions:
        if dimension < 0:
            raise DecodeError(
                f"a dimension is {dimension}, it can't be negative", category="size", path=path, at=at, rule=rule
            )
        result *= dimension
    return result


def checked_size(size: int, limits: Limits, *, path: str = "", at: int | None = None, rule: str = "") -> int:
    """Return *size* (bytes) if it may be allocated; else a `LimitError` that names the limit."""
    if size > limits.total_bytes:
        raise LimitError(
            f"{size} bytes are asked for, the limit total_bytes is {limits.total_bytes}", path=path, at=at, rule=rule
        )
    return size


def checked_extents(
    extents: Iterable[int], item: int, limits: Limits, *, path: str = "", at: int | None = None, rule: str = ""
) -> int:
    """Return the bytes of an array of *extents* with items of *item* bytes, if it may be made.

    An array with an extent of 0 has no bytes; its other extents are held to the limit all the same, for numpy
    can't hold all. DecodeError (``size``) for a negative extent, LimitError.
    """
    several = list(extents)
    need = product([*several, item], path=path, at=at, rule=rule)
    if need:
        return checked_size(need, limits, path=path, at=at, rule=rule)
    checked_size(product([one or 1 for one in several]) * item, limits, path=path, at=at, rule=rule)
    return 0
