"""Where a reader or a writer of records stands: offsets, bounds, the fields seen so far.

Rule 1: no byte is looked at before `Reader.take` has found it inside the record and inside the data.
Rule 2: a field may be asked for by name from the records that enclose the one being read, innermost first.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from ..errors import DecodeError, LimitError, TruncatedError
from ..limits import DEFAULT_LIMITS, Limits

__all__ = ["Reader", "Span", "Writer", "lookup"]


class Span(NamedTuple):
    """Bytes *start* to *stop* belong to the field *path*: what they are (*kind*) and what they say (*text*)."""

    start: int
    stop: int
    path: str
    kind: str
    text: str


class Reader:
    """A cursor in *data*; `end` is the bound of the innermost record with a declared length."""

    __slots__ = (
        "at",
        "data",
        "declared",
        "depth",
        "end",
        "items",
        "keep",
        "last",
        "limits",
        "path",
        "scopes",
        "size",
        "spans",
    )

    def __init__(self, data: memoryview, start: int = 0, limits: Limits | None = None) -> None:
        self.data = data
        self.at = start
        self.size = self.end = len(data)
        self.declared = False  # whether `end` was declared by a length, and is not just the end of the data
        self.limits = limits or DEFAULT_LIMITS
        self.depth = 0
        self.items = 0
        self.keep = False  # whether what stands before a fault is wanted
        self.scopes: list[dict[str, Any]] = []
        self.last: dict[str, Any] = {}  # of the record that was read last, hidden fields included
        self.spans: list[Span] | None = None
        self.path: list[str] = []  # kept up to date only where spans are asked for

    def take(self, count: int) -> int:
        """Step over *count* bytes, return where they begin.

        Raises
        ------
        TruncatedError : the data end before. DecodeError : the record ends before (category ``size``).
        """
        start = self.at
        if count > self.end - start:
            left = self.end - start
            if self.declared:
                problem = f"{count} bytes are needed, the record has {left} left"
                raise DecodeError(problem, category="size", at=start)
            raise TruncatedError(f"{count} bytes are needed, there are {left}", needed=count - left, at=start)
        self.at = start + count
        return start

    def count_items(self, count: int) -> None:
        """Add *count* to the elements of lists. LimitError above the limit."""
        self.items += count
        if self.items > self.limits.items:
            raise LimitError(f"more than {self.limits.items} elements, the limit items", at=self.at)

    def span(self, start: int, kind: str, value: object = "") -> None:
        """Note what the bytes from *start* on are, for a hex view."""
        if self.spans is not None and self.at > start:
            self.spans.append(Span(start, self.at, "".join(self.path).lstrip("."), kind, str(value)[:80]))


class Writer:
    """Bytes as they come; `marks` holds where fields stand that are filled in later."""

    __slots__ = ("buffer", "deferred", "marks", "scopes")

    def __init__(self) -> None:
        self.buffer = bytearray()
        self.scopes: list[dict[str, Any]] = []
        self.marks: dict[str, int] = {}
        self.deferred: list[Any] = []  # sums over bytes that must stand first


def lookup(scopes: list[dict[str, Any]], path: str) -> Any:
    """The value of ``header.kind``, looked for in the innermost scope that has its first word."""
    first, _, rest = path.partition(".")
    for scope in reversed(scopes):
        if first in scope:
            return _inside(scope, path) if rest else scope[first]
    return None


def _inside(scope: dict[str, Any], path: str) -> Any:
    here: dict[str, Any] | None = scope
    found: Any = None
    for word in path.split("."):
        found = here[word] if here is not None and word in here else getattr(found, word, None)
        here = here.get(f"{word}.") if here is not None else None
    return found
