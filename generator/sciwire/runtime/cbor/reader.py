"""Read one CBOR item into plain Python values, in one pass and without recursion.

Rule 1: a declared length or count is compared with the bytes that are left before it is used.
Rule 2: the good path keeps no offsets; a failure knows where the pass stood, and words itself then.
Rule 3: no tag does anything here; a byte string is a view, never a copy (but for joined chunks).

An open container is a frame: the flat list of its items, how many are still to come, and what to
make of them. A map is such a list too (key, value, key, value), so attaching an item is always an append.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from io import BytesIO
from itertools import islice
from typing import Any, Final, NoReturn

from sciwire.runtime.errors import LimitError, TruncatedError
from sciwire.runtime.limits import DEFAULT_LIMITS, Limits

from .heads import Buffer, malformed, read_head
from .runs import SHORTEST_RUN, maybe_run
from .values import MOST_TOLD, NAMELESS, SIMPLE, Decoded, Pairs, Tagged, join_path, repeated

__all__ = ["decode"]

# kinds of frames; a tag's frame has the tag number, which is never negative
_ARRAY: Final = -1
_MAP: Final = -2
_ENDLESS_ARRAY: Final = -3  # indefinite length: the break makes an _ARRAY of it
_ENDLESS_MAP: Final = -4
_SELF_DESCRIBED: Final = 55799
_KEYS: Final = frozenset({str, int})  # types of keys that a dict tells apart as CBOR does
_SHORT: Final = 1 << 16  # bytes that are read on although the container they are in must be cut

_UINT16: Final = struct.Struct(">H").unpack_from
_UINT32: Final = struct.Struct(">I").unpack_from
_UINT64: Final = struct.Struct(">Q").unpack_from
_HALF: Final = struct.Struct(">e").unpack_from
_SINGLE: Final = struct.Struct(">f").unpack_from
_DOUBLE: Final = struct.Struct(">d").unpack_from

# (kind, items so far, items still to come, offset of the head); an endless frame has as many to come as limits allow
Frame = tuple[int, list[Any], int, int]


def decode(data: Buffer, *, limits: Limits = DEFAULT_LIMITS, start: int = 0) -> Decoded:
    """Decode the item at *start*; bytes behind it are left to the caller (`Decoded.end`).

    Byte strings are zero-copy read-only memoryviews of *data*. Of repeated keys the last wins, a hundred paths stand in
    `Decoded.duplicates`. Arrays, maps and tags count towards ``limits.depth``, items and tags on tags as ``items``.

    Raises TruncatedError (at the head of the innermost item begun whose bytes are missing), DecodeError
    (``syntax``; RFC 8949 section 3 and appendix F) and LimitError, each with `path` and `at`.
    """
    view = memoryview(data).cast("B").toreadonly()
    reader = _Reader(view, data if isinstance(data, bytes) else view, limits)
    try:
        value, end = reader.read(start)
    except (IndexError, struct.error):
        reader.fail_truncated()
    except UnicodeDecodeError as error:
        reader.fail("utf8", f"the text is not UTF-8: {error.reason}", error)
    paths, maps = tuple(path for path, _ in reader.duplicates), tuple(at for _, at in reader.duplicates)
    return Decoded(value, end, paths, maps, reader.total)


def _text_of(view: Any) -> str:
    return str(view, "utf-8")


class _Reader:
    """One pass over *data*; `position` and `frames` are only right when the pass has stopped."""

    def __init__(self, data: memoryview, source: Any, limits: Limits) -> None:
        self.data = data
        # *data* again, as bytes where it is: they answer faster than a view, which only byte strings need
        self.source: Any = source
        self.limits = limits
        self.frames: list[Frame] = []
        self.items: list[Any] = []
        self.kind = _ARRAY
        self.head = 0  # of the open container
        self.position = 0
        self.total = 0  # items announced so far, for limits.items
        self.duplicates: list[tuple[str, int]] = []  # paths of keys, and where their maps begin

    def read(self, start: int) -> tuple[Any, int]:
        data, source, frames, items, left = self.data, self.source, self.frames, self.items, 1
        size = len(data)
        text_of: Callable[[Any], str] = bytes.decode if isinstance(source, bytes) else _text_of
        position = self.head = start
        while True:
            self.position = position
            head = source[position]
            major, argument = head >> 5, head & 31
            position += 1
            if argument == 24 and major != 7:
                argument = source[position]
                position += 1
            elif argument > 24 and major != 7:
                argument, position = self.argument(major, argument, position)
            if major < 2:
                items.append(-1 - argument if major else argument)
            elif major < 4:
                if argument < 0:
                    value, position = self.joined(major, position)
                else:
                    stop = position + argument
                    if stop > size:
                        self.fail_truncated()
                    value = text_of(source[position:stop]) if major == 3 else data[position:stop]
                    position = stop
                items.append(value)
            elif head == 0xFF:
                self.end_here()
                left = 1
            elif major == 7:
                value, position = self.simple(argument, position)
                items.append(value)
            elif major == 6:
                if len(frames) >= self.limits.depth:
                    self.fail_limit(f"items nest deeper than the limit depth, {self.limits.depth}")
                if self.kind >= 0:
                    self.count(1)
                frames.append((self.kind, items, left - 1, self.head))
                self.kind, self.head, left = argument, self.position, 1
                self.items = items = []
                continue
            else:
                items, left, position = self.open(major, argument, position, left)
                left += 1
            left -= 1
            while left == 0:
                if not frames:
                    return items[0], position
                value = items if self.kind == _ARRAY else self.close(items)
                self.kind, items, left, self.head = frames.pop()
                self.items = items
                items.append(value)

    def argument(self, major: int, info: int, position: int) -> tuple[int, int]:
        """Read the argument behind a first byte with *info* 25 and more; -1 is an indefinite length."""
        if info == 25:
            return _UINT16(self.source, position)[0], position + 2
        if info == 26:
            return _UINT32(self.source, position)[0], position + 4
        if info == 27:
            return _UINT64(self.source, position)[0], position + 8
        if info == 31 and 2 <= major <= 5:
            return -1, position
        read_head(self.data, self.position, path=self.path())
        raise AssertionError("read_head refuses reserved additional information")

    def open(self, major: int, argument: int, position: int, waiting: int) -> tuple[list[Any], int, int]:
        """Begin the array or map at `position`; return its (perhaps already read) items and what is left.

        The frame around it, which still wants *waiting* items with this one, is put aside until it is full.
        """
        if len(self.frames) >= self.limits.depth:
            self.fail_limit(f"items nest deeper than the limit depth, {self.limits.depth}")
        left, room = argument * (major - 3), len(self.data) - position
        if left > room and room > _SHORT:
            self.fail_truncated(own=True)
        # with little room reading goes on, to find the innermost item that the end of the data cuts
        if 0 < left <= room:
            self.count(left)
        items: list[Any] = []
        self.frames.append((self.kind, self.items, waiting - 1, self.head))
        if argument < 0:
            uncounted = sum(len(frame[1]) for frame in self.frames if frame[0] <= _ENDLESS_ARRAY)
            self.kind = _ENDLESS_ARRAY if major == 4 else _ENDLESS_MAP
            left = max(self.limits.items - self.total - uncounted + 1, 0)
        else:
            self.kind = _ARRAY if major == 4 else _MAP
            if left >= SHORTEST_RUN and major == 4:
                run = maybe_run(self.data, position, left)
                if run is not None:
                    items, position = run
                    left = 0
        self.head, self.items = self.position, items
        return items, left, position

    def end_here(self) -> None:
        """Turn the endless frame that this break ends into a full one."""
        if self.kind > _ENDLESS_ARRAY or (self.kind == _ENDLESS_MAP and len(self.items) & 1):
            self.fail("break", "a break stands where no indefinite-length item may end")
        self.kind += _ARRAY - _ENDLESS_ARRAY
        self.count(len(self.items))

    def close(self, items: list[Any]) -> Any:
        """Make the value of a full frame, of a tag or map, from its *items*."""
        if self.kind >= 0:
            return Tagged(self.kind, items[0])
        if self.kind != _MAP:
            self.fail_limit(f"the limit items is {self.limits.items}, this container has more")
        keys = items[::2]
        if not _KEYS.issuperset(map(type, keys)):
            return Pairs(list(zip(keys, items[1::2], strict=True)))
        result = dict(zip(keys, items[1::2], strict=True))
        if len(result) != len(keys):
            for key in islice(repeated(keys), MOST_TOLD - len(self.duplicates)):
                self.duplicates.append((join_path([*self.steps(outer=True), key]), self.head))
        return result

    def simple(self, info: int, position: int) -> tuple[Any, int]:
        """Read an item of major type 7 (RFC 8949 section 3.3) whose first byte is behind us."""
        if info == 27:
            return _DOUBLE(self.source, position)[0], position + 8
        if 20 <= info <= 22:
            return (False, True, None)[info - 20], position
        if info == 26:
            return _SINGLE(self.source, position)[0], position + 4
        if info == 25:
            return _HALF(self.source, position)[0], position + 2
        if info < 20 or info == 23:
            return SIMPLE[info], position
        head = read_head(self.data, self.position, path=self.path())  # two bytes, or reserved
        return SIMPLE[head.argument or 0], head.body

    def joined(self, major: int, position: int) -> tuple[Any, int]:
        """Read the chunks of an indefinite-length string: definite-length strings of the same kind, then a break."""
        whole, data = self.position, self.data
        gathered = BytesIO()  # and no list: a million empty chunks must take no memory
        while True:
            if position >= len(data):
                self.position = whole
                self.fail_truncated(own=True)
            self.position = position
            first = data[position]
            if first >> 5 == major and first & 31 < 24:  # a short chunk, the usual case of many
                stop = position + 1 + (first & 31)
                if stop <= len(data):
                    self.count(1)
                    if stop > position + 1:
                        content = data[position + 1 : stop]
                        gathered.write(content)
                        if major == 3:
                            str(content, "utf-8")
                    position = stop
                    continue
            chunk = read_head(data, position, path=self.path())
            if chunk.is_break:
                break
            if chunk.major != major or chunk.argument is None:
                kind = "byte strings" if major == 2 else "texts"
                self.fail("chunk", f"the chunks of an indefinite-length string are definite-length {kind}")
            self.count(1)
            position = chunk.stop
            content = data[chunk.body : position]
            if major == 3:
                str(content, "utf-8")  # each chunk is text by itself (RFC 8949 section 3.2.3)
            gathered.write(content)
        self.position = whole
        joined = gathered.getvalue()  # copies: chunks do not lie side by side
        return memoryview(joined) if major == 2 else joined.decode(), position + 1

    def count(self, items: int) -> None:
        self.total += items
        if self.total > self.limits.items:
            self.fail_limit(f"{self.total} items are announced, the limit items is {self.limits.items}")

    # What follows runs once, when the pass has stopped.

    def steps(self, *, outer: bool = False) -> list[str | int]:
        """Return the way to the item at `position`: through tags, and not into arrays that a tag makes a value of."""
        frames = [(kind, items) for kind, items, _, _ in self.frames[1:]]
        if not outer:
            frames.append((self.kind, self.items))
        steps: list[str | int] = []
        within = _SELF_DESCRIBED
        for kind, items in frames if self.frames else []:
            if kind in (_ARRAY, _ENDLESS_ARRAY):
                if within >= 0 and within != _SELF_DESCRIBED:
                    break
                steps.append(len(items))
            elif kind < 0 and len(items) & 1:
                key = items[-1]
                steps.append(key if type(key) in (str, int) else NAMELESS)
            within = kind
        return steps

    def path(self) -> str:
        return join_path(self.steps())

    def fail(self, check: str, problem: str, cause: Exception | None = None) -> NoReturn:
        raise malformed(check, problem, self.position, self.path()) from cause

    def fail_limit(self, problem: str) -> NoReturn:
        raise LimitError(problem, path=self.path(), at=self.position)

    def fail_truncated(self, *, own: bool = False) -> NoReturn:
        """Say what is missing: bytes of the item at `position`, or (none of it is there) of the open container."""
        whole = own or not self.frames or self.position < len(self.data)
        at = self.position if whole else self.head
        path = join_path(self.steps(outer=not whole))
        read_head(self.data, at, path=path)
        raise TruncatedError("the data end inside this item", path=path, at=at)
