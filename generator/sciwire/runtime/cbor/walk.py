"""Every byte of a CBOR message in order, named: for hex views and for people who look for a fault."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from sciwire.runtime.errors import DecodeError

from .heads import Buffer, Head, float_of, read_head
from .values import NAMELESS, join_path

__all__ = ["Span", "walk"]

Step = str | int
_TEXT_SHOWN = 60  # characters
_DEEPEST = 1000  # containers and tags; a path is written for each span, so deeper ones would take for ever
_SIMPLE = {20: "false", 21: "true", 22: "null", 23: "undefined"}


class Span(NamedTuple):
    """Bytes *start* to *stop* belong to the field *path*: what they are (*kind*) and what they say (*text*).

    Kinds: map, array, tag, key, unsigned, negative, text, bytes (the head of a byte string), payload (its
    content), chunks (the head of an indefinite-length string), float, simple, break, trailing, invalid.
    """

    start: int
    stop: int
    path: str
    kind: str
    text: str


class _Open:
    """A container on the way: items seen, items to come (None: until a break), the last key, how it steps."""

    __slots__ = ("key", "left", "major", "seen", "silent")

    def __init__(self, major: int, left: int | None, *, silent: bool = False) -> None:
        self.major = major
        self.left = left
        self.seen = 0
        self.key: str | int = NAMELESS
        self.silent = silent  # the indices of an array that a tag makes a value of are no steps of a path

    def step(self) -> list[Step]:
        if self.major == 5:
            return [self.key] if self.seen & 1 else []
        return [self.seen] if self.major == 4 and not self.silent else []


def walk(data: Buffer, start: int = 0, name: Callable[[list[Step]], list[Step]] = list) -> Iterator[Span]:
    """Yield spans that cover *data* from *start* to the end without gap or overlap, one head after another.

    *name* puts names in place of the steps of a path that are keys or positions of named fields.

    Nothing is raised for wrong data: what can't be read is one last span of kind ``invalid`` whose text
    is the error; bytes behind the item are one of kind ``trailing``.
    """
    stack: list[_Open] = []
    view = memoryview(data).cast("B")
    position, tagged, begun = start, False, False
    while not begun or stack:
        begun = True
        path = join_path(name(_steps(stack)))
        try:
            head = read_head(view, position, path=path)
            text = _text(view, head, stack)
            if len(stack) > _DEEPEST:
                raise DecodeError(f"items nest deeper than {_DEEPEST}", category="limit", path=path, at=position)
        except DecodeError as error:
            if position < len(view) or not stack:
                yield Span(position, len(view), path, "invalid", error.problem)
            return
        kind = _kind(head)
        is_key = bool(stack) and stack[-1].major == 5 and not stack[-1].seen & 1 and not head.is_break
        if is_key:
            stack[-1].key = int(text) if head.major < 2 else _content(view, head) if kind == "text" else NAMELESS
            path = join_path(name(_steps(stack, key=True)))
        yield Span(head.start, head.body if kind == "bytes" else head.stop, path, "key" if is_key else kind, text)
        if kind == "bytes" and head.stop > head.body:
            yield Span(head.body, head.stop, path, "payload", f"{head.stop - head.body} bytes")
        position = head.stop
        tagged = _advance(stack, head, tagged)
    if position < len(view):
        yield Span(position, len(view), "", "trailing", f"{len(view) - position} bytes behind the item")


def _advance(stack: list[_Open], head: Head, tagged: bool) -> bool:
    """Open, count and close containers for *head*; return whether the next item stands directly under a tag."""
    if head.is_break:
        stack.pop()
    elif head.major == 6:
        stack.append(_Open(6, 1))
        return head.argument != 55799
    elif head.major in (4, 5) or head.argument is None:
        left = None if head.argument is None else head.argument * (head.major - 3)
        stack.append(_Open(head.major, left, silent=tagged and head.major == 4))
        if left != 0:
            return False
        stack.pop()
    # one item is complete, and with it every container that it fills
    while stack:
        top = stack[-1]
        top.seen += 1
        if top.left is None or top.seen < top.left:
            break
        stack.pop()
    return False


def _steps(stack: list[_Open], *, key: bool = False) -> list[Step]:
    steps: list[Step] = []
    for level in stack[:-1] if key else stack:
        if level.silent:
            break
        steps += level.step()
    if key:
        steps.append(stack[-1].key)
    return steps


def _kind(head: Head) -> str:
    if head.is_break:
        return "break"
    if head.argument is None and head.major in (2, 3):
        return "chunks"
    if head.major == 7:
        return "float" if head.info > 24 else "simple"
    return ("unsigned", "negative", "bytes", "text", "array", "map", "tag")[head.major]


def _text(view: memoryview, head: Head, stack: list[_Open]) -> str:
    """Say what *head* holds; DecodeError (``syntax``) for what only the surroundings make wrong."""
    if head.is_break:
        if not stack or stack[-1].left is not None or (stack[-1].major == 5 and stack[-1].seen & 1):
            raise DecodeError(
                "a break stands where no indefinite-length item may end", category="syntax", at=head.start
            )
        return "end"
    if stack and stack[-1].major in (2, 3) and (head.major != stack[-1].major or head.argument is None):
        raise DecodeError("the chunk is of another kind", category="syntax", at=head.start)
    count = "indefinite length" if head.argument is None else str(head.argument)
    if head.major == 7:
        number = head.argument or 0
        return repr(float_of(view, head)) if head.info > 24 else _SIMPLE.get(number, f"simple {number}")
    if head.major == 1:
        return str(-1 - (head.argument or 0))
    if head.major == 3 and head.argument is not None:
        content = _content(view, head)
        return repr(content if len(content) <= _TEXT_SHOWN else content[:_TEXT_SHOWN] + "…")
    return f"tag {count}" if head.major == 6 else count


def _content(view: memoryview, head: Head) -> str:
    try:
        return str(view[head.body : head.stop], "utf-8")
    except UnicodeDecodeError as error:
        raise DecodeError("the text is not UTF-8", category="syntax", at=head.start) from error
