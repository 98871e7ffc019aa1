"""A byte order that the data tell: looked for before anything is read, at a place that is always the same."""

from __future__ import annotations

from typing import Any, TypeVar

from ..errors import CodecError, TruncatedError
from .cursor import Reader
from .records import Record
from .scalars import Codec

__all__ = ["Mark", "of_order"]

T = TypeVar("T")


class Mark:
    """The field that tells the byte order; it stays in the user's class, so that a value keeps the order it came in.

    path : the field, from the root.
    at : where it stands, in bytes from the start of the root.
    codec : its names; those of `big` say that `root` reads and writes the value, the others that the usual one does.
    numbers_before : whether something that depends on the order stands in front of it, so that nothing can be read
        without it.
    default : the name that is written where the user gives none.
    """

    def __init__(
        self,
        path: str,
        at: int,
        codec: Codec,
        big: tuple[str, ...],
        root: Record,
        *,
        numbers_before: bool = False,
        default: str | None = None,
        rule: str = "",
    ) -> None:
        self.path = path
        self.at = at
        self.codec = codec
        self.big = frozenset(big)
        self.root = root
        self.numbers_before = numbers_before
        self.default = default
        self.rule = rule

    def reads(self, little: Record, reader: Reader) -> Record:
        """The root that reads what begins where *reader* stands, *little* or that of big endian numbers.

        Raises `DecodeError` where the mark is neither, or missing, unless what stands in front of it can be read without.
        """
        try:
            name = self._name(reader)
        except CodecError as error:
            if not self.numbers_before:
                return little  # which ends no later than at the mark
            error.rule = error.rule or self.rule
            error.partial = little.cls()
            raise error.within(self.path) from None
        return self.root if name in self.big else little

    def writes(self, little: Record, value: Any) -> Record:
        """The root that writes *value*; *little* too where the mark is no name, which that refuses."""
        name = value
        for word in self.path.split("."):
            name = getattr(name, word, None)
        name = self.default if name is None else name
        return self.root if isinstance(name, str) and name in self.big else little

    def _name(self, reader: Reader) -> Any:
        start, size = reader.at + self.at, self.codec.size or 0
        missing = start + size - reader.size
        if missing > 0:
            problem = f"{start + size - reader.at} bytes are needed to know the byte order, there are {reader.size - reader.at}"
            raise TruncatedError(problem, needed=missing, at=min(start, reader.size))
        return self.codec.read(Reader(reader.data, start, reader.limits))


def of_order(order: str, little: T, big: T) -> T:
    """*little* or *big*. ValueError for another word."""
    if order not in ("little", "big"):
        raise ValueError(f"order is little or big, not {order!r}")
    return big if order == "big" else little
