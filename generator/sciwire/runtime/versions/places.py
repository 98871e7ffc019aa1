"""Where data state their version: found before anything else of them is known, and never by decoding them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Protocol

from sciwire.runtime.errors import DecodeError, TruncatedError
from sciwire.runtime.limits import DEFAULT_LIMITS, Limits

if TYPE_CHECKING:
    from sciwire.runtime.cbor import Skipper
    from sciwire.runtime.cbor.heads import Head

__all__ = ["Fixed", "Found", "Gate", "Key", "Member", "Place"]

Data = bytes | bytearray | memoryview
#: Told more and more of a stream: whether enough of it is there for `Place.find`.
Gate = Callable[[bytearray], bool]


@dataclass(frozen=True, slots=True)
class Found:
    """What stands at a place: the value, None for what can't be a version, and then its `kind` in words."""

    value: int | str | bytes | None
    at: int | str
    kind: str = ""


class Place(Protocol):
    """Where the data state their version; `path` is for errors."""

    @property
    def path(self) -> str: ...

    @property
    def fixed(self) -> bool:
        """Whether it is there in all data, whatever they are, and what stands before it is read before it."""
        ...

    def find(self, data: Any, limits: Limits = DEFAULT_LIMITS) -> Found | None:
        """What stands there; None where the data have no such place. CodecError where they end, or are damaged, before it."""
        ...

    def states(self, value: Any, known: Sequence[Any]) -> bool:
        """Whether a *value* that is not *known* is that of another version, or else nothing that speaks of versions."""
        ...

    def gate(self, limits: Limits = DEFAULT_LIMITS) -> Gate | None:
        """Tells for a stream of bytes whether enough is there; None where messages come whole."""
        ...


@dataclass(frozen=True, slots=True)
class Fixed:
    """A number, or with `raw` bytes, that always stand at the same offset: of the data, or of the first of several blobs."""

    path: str
    at: int
    size: int
    order: str = "little"
    signed: bool = False
    raw: bool = False

    @property
    def fixed(self) -> bool:
        return True

    def find(self, data: Any, limits: Limits = DEFAULT_LIMITS) -> Found | None:
        view = _first(data)
        stop = self.at + self.size
        if len(view) < stop:
            problem = f"{self.path} needs the bytes {self.at} to {stop - 1}, {len(view)} are there"
            raise TruncatedError(problem, needed=stop - len(view), path=self.path, at=len(view))
        taken = bytes(view[self.at : stop])
        if self.raw:
            return Found(taken, self.at)
        return Found(int.from_bytes(taken, "big" if self.order == "big" else "little", signed=self.signed), self.at)

    def states(self, value: Any, known: Sequence[Any]) -> bool:
        return True

    def gate(self, limits: Limits = DEFAULT_LIMITS) -> Gate:
        return lambda held: len(held) >= self.at + self.size


@dataclass(frozen=True, slots=True)
class Key:
    """The value of a key of a map in CBOR, behind tags, and behind one of the bytes `prefixes`; of an `array` the item there.

    With `word` it is the key that says what the message is: see `Member.states`.
    """

    path: str
    key: str | int
    prefixes: str = ""
    word: bool = False
    array: bool = False

    @property
    def fixed(self) -> bool:
        return False

    def find(self, data: Any, limits: Limits = DEFAULT_LIMITS) -> Found | None:
        from sciwire.runtime import cbor

        view = memoryview(data).cast("B")
        head = cbor.read_head(view, self._start(view))
        for _ in range(limits.depth):  # no layout reads a map behind more tags
            if head.major == 6:
                head = cbor.read_head(view, head.body)
        if self.array:
            return _element(view, head, int(self.key), cbor.Skipper(limits))
        if head.major != 5:
            raise DecodeError("expected a map", category="type", at=head.start)
        position, pairs, wanted, skipper = head.body, head.argument, _encoded(self.key), cbor.Skipper(limits)
        while pairs is None or pairs > 0:
            value = _behind(view, position, skipper)
            if view[position] == 0xFF:  # a break
                return None
            if view[position:value] == wanted or (not _SHORT[view[position]] and _is_key(view, position, self.key)):
                return _item(view, value)
            position = _behind(view, value, skipper)
            pairs = None if pairs is None else pairs - 1
        return None

    def states(self, value: Any, known: Sequence[Any]) -> bool:
        return _is_renumbered(value, known) if self.word else True

    def gate(self, limits: Limits = DEFAULT_LIMITS) -> Gate:
        """Open where the first message is whole, damaged, or beyond the *limits*."""
        from sciwire.runtime import cbor

        scanners: list[cbor.Scanner] = []

        def is_open(held: bytearray) -> bool:
            if not held:
                return False
            if not scanners:
                scanners.append(cbor.Scanner(self._start(memoryview(bytes(held[:1])))))
            scanner = scanners[0]
            while len(held) >= scanner.wanted:
                if scanner.end(held, limits.depth) is not None:
                    return True
            return scanner.wanted > limits.total_bytes

        return is_open

    def _start(self, view: memoryview) -> int:
        return 1 if len(view) and chr(view[0]) in self.prefixes else 0


@dataclass(frozen=True, slots=True)
class Member:
    """The value of a key of the JSON object that the first part is; `form` is the multipart format."""

    path: str
    form: Any
    word: bool = False

    @property
    def fixed(self) -> bool:
        return False

    def find(self, data: Any, limits: Limits = DEFAULT_LIMITS) -> Found | None:
        from sciwire.runtime.multipart.jsontext import parse_object

        entries = parse_object(_first(data), self.form, self.form.limits, 1)
        if self.path not in entries:
            return None
        value = entries[self.path]
        if isinstance(value, str) or (isinstance(value, int) and not isinstance(value, bool)):
            return Found(value, "part 1")
        return Found(None, "part 1", _kind(value))

    def states(self, value: Any, known: Sequence[Any]) -> bool:
        """Whether it is a version: of words that say what a message is, one that differs from a known one in numbers alone."""
        return _is_renumbered(value, known) if self.word else True

    def gate(self, limits: Limits = DEFAULT_LIMITS) -> None:
        return None


#: by first byte: how long an item is whose head is this byte alone; 0 where there is more to it
_SHORT = bytes(
    0 if info > 23 or major in (4, 5, 6) else 1 + info if major in (2, 3) else 1
    for major in range(8)
    for info in range(32)
)


def _element(view: memoryview, head: Head, index: int, skipper: Skipper) -> Found | None:
    """The item of an array at *index*."""
    if head.major != 4:
        raise DecodeError("expected an array", category="type", at=head.start)
    if head.argument is not None and head.argument <= index:
        return None
    position = head.body
    for _ in range(index):
        if position < len(view) and view[position] == 0xFF:  # a break
            return None
        position = _behind(view, position, skipper)
    return None if position < len(view) and view[position] == 0xFF else _item(view, position)


def _behind(view: memoryview, start: int, skipper: Skipper) -> int:
    """The offset behind the item at *start*; of a break, behind that. Raises as `read_head` does, and `LimitError`."""
    from sciwire.runtime import cbor

    size = _SHORT[view[start]] if start < len(view) else 0
    if size and start + size <= len(view):
        skipper.count()
        return start + size
    head = cbor.read_head(view, start)
    return head.body if head.is_break else skipper.skip(view, start)


def _is_key(view: memoryview, start: int, key: str | int) -> bool:
    """Whether the item at *start* is the *key*, in whatever form it is written."""
    from sciwire.runtime import cbor

    if cbor.read_head(view, start).major not in (0, 1, 3):
        return False
    found = cbor.decode(view, start=start).value
    return type(found) is type(key) and bool(found == key)


@cache
def _encoded(key: str | int) -> bytes:
    from sciwire.runtime import cbor

    return cbor.encode(key)


def _first(data: Any) -> memoryview:
    """The bytes, or those of the first of several blobs or parts, which may be none. TypeError for anything else."""
    if isinstance(data, Sequence) and not isinstance(data, (bytes, bytearray, memoryview)):
        data = data[0] if data else b""
    try:
        return memoryview(data).cast("B")
    except TypeError:
        if isinstance(data, Iterator):
            raise TypeError("the first of an iterator is gone once it was looked at: give a list") from None
        if not isinstance(data, Iterable) or isinstance(data, (Sequence, Mapping)):
            raise
        return memoryview(next(iter(data), b"")).cast("B")


def _item(view: memoryview, start: int) -> Found:
    """The item of a map's value: an integer or text, else what it is."""
    from sciwire.runtime import cbor

    head = cbor.read_head(view, start)
    if head.major in (0, 1, 3):
        value: Any = cbor.decode(view, start=start).value
        return Found(value, start)
    return Found(
        None,
        start,
        ("", "", "a byte string", "", "an array", "a map", "a tagged value", "a simple value or a float")[head.major],
    )


def _kind(value: Any) -> str:
    kinds = {bool: "a boolean", float: "a float", list: "a list", dict: "an object"}
    return "null" if value is None else kinds.get(type(value), type(value).__name__)


def _is_renumbered(value: Any, known: Sequence[Any]) -> bool:
    """Whether *value* is the text of a known one with other numbers in it, as dheader-2.0 is for dheader-1.0."""
    if not isinstance(value, str) or len(value) > 200:
        return False
    bare = re.sub(r"[0-9]+", "0", value)
    return bare != value and any(isinstance(one, str) and re.sub(r"[0-9]+", "0", one) == bare for one in known)
