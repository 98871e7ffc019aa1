"""Every byte of a CBOR message in order, named: for hex views and for people who look for a fault."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from sciwire.runtime.errors import CodecError, DecodeError, LimitError
from sciwire.runtime.limits import DEFAULT_LIMITS

from .heads import Buffer, Head, float_of, read_head
from .scan import skip
from .values import NAMELESS

__all__ = ["Span", "walk"]

Step = str | int
Name = Callable[[Step, Any], tuple[Step, Any]]
_Place = tuple[str, Any]  # a path, and the record whose names hold there
_TEXT_SHOWN = 60  # characters
_DEEPEST = 1000  # containers and tags
_LONG = 1000  # characters of the path of a container, which stands in the path of each of its items
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
    """A container on the way: items seen, items to come (None: until a break), the last key, where it stands.

    A `silent` one is, or stands in, an array that a tag makes a value of: indices there are no steps of a path.
    """

    __slots__ = ("key", "left", "major", "place", "seen", "silent")

    def __init__(self, major: int, left: int | None, place: _Place, *, silent: bool) -> None:
        path, record = place
        self.major = major
        self.left = left
        self.place = (path if len(path) <= _LONG else "…" + path[-_LONG:], record)
        self.seen = 0
        self.key: Step = NAMELESS
        self.silent = silent

    def item(self, name: Name | None) -> _Place:
        """Where the item stands that comes next."""
        if self.silent or self.major not in (4, 5) or (self.major == 5 and not self.seen & 1):
            return self.place
        return self.below(self.seen if self.major == 4 else self.key, name)

    def below(self, step: Step, name: Name | None) -> _Place:
        path, record = self.place
        if name is not None:
            step, record = name(step, record)
        if isinstance(step, int):
            return f"{path}[{step}]", record
        if len(step) > _LONG:
            step = step[:_LONG] + "…"
        return f"{path}.{step}" if path else step, record


def walk(
    data: Buffer,
    start: int = 0,
    name: Name | None = None,
    record: Any = None,
    tag: int | None = None,
    opens: Callable[[Any], bool] | None = None,
) -> Iterator[Span]:
    """Yield spans that cover *data* from *start* to the end without gap or overlap, one head after another.

    *name* puts names in place of the steps of a path that are keys or positions of named fields: of a step and the
    record around it, which is *record* for the whole, it gives the name and the record inside. An array under *tag*,
    where that stands around the whole, is one of such fields and no value of its own kind. *opens* says of such a record
    whether byte strings there may hold an item, which is gone through too.

    Nothing is raised for wrong data: what can't be read, or is more than `Limits` allow by default, is one last span
    of kind ``invalid`` whose text is the error; bytes behind the item are one of kind ``trailing``.
    """
    stack: list[_Open] = []
    view = memoryview(data).cast("B")
    position, tagged, begun, items = start, False, False, 0
    while not begun or stack:
        begun = True
        place = stack[-1].item(name) if stack else ("", record)
        path = place[0]
        try:
            head = read_head(view, position, path=path)
            text = _text(view, head, stack)
            items += _counted(head, stack)
            _check_limits(len(stack), items)
        except DecodeError as error:
            if position < len(view) or not stack:
                yield Span(position, len(view), path, "invalid", error.problem)
            return
        kind = _kind(head)
        is_key = bool(stack) and stack[-1].major == 5 and not stack[-1].seen & 1 and not head.is_break
        if is_key:
            stack[-1].key = int(text) if head.major < 2 else _content(view, head) if kind == "text" else NAMELESS
            path = stack[-1].below(stack[-1].key, name)[0]
        yield Span(head.start, head.body if kind == "bytes" else head.stop, path, "key" if is_key else kind, text)
        if kind == "bytes" and not is_key and opens is not None and opens(place[1]) and _holds_item(view, head):
            stack.append(_Open(6, 1, place, silent=False))  # as a tag: one item, and no step of a path
            position, tagged = head.body, False
            continue
        if kind == "bytes" and head.stop > head.body:
            yield Span(head.body, head.stop, path, "payload", f"{head.stop - head.body} bytes")
        position = head.stop
        around = head.major == 6 and head.argument == tag and all(one.major == 6 for one in stack)
        tagged = _advance(stack, head, place, tagged) and not around
    if position < len(view):
        yield Span(position, len(view), "", "trailing", f"{len(view) - position} bytes behind the item")


def _holds_item(view: memoryview, head: Head) -> bool:
    """Whether a byte string holds one item of CBOR, and nothing else."""
    try:
        return skip(view[: head.stop], head.body) == head.stop
    except CodecError:
        return False


def _counted(head: Head, stack: list[_Open]) -> int:
    """How many items *head* announces; in a container without a count, and of tags on tags, each is one itself."""
    items = 0
    if stack and not head.is_break:
        top = stack[-1]
        items = int(top.left is None or top.major == head.major == 6)
    return items + head.argument * (head.major - 3) if head.major in (4, 5) and head.argument else items


def _check_limits(depth: int, items: int) -> None:
    if depth > _DEEPEST:
        raise LimitError(f"items nest deeper than {_DEEPEST}")
    if items > DEFAULT_LIMITS.items:
        raise LimitError(f"{items} items are announced, the limit items is {DEFAULT_LIMITS.items}")


def _advance(stack: list[_Open], head: Head, place: _Place, tagged: bool) -> bool:
    """Open, count and close containers for *head* at *place*; whether the next item stands directly under a tag."""
    silent = bool(stack) and stack[-1].silent
    if head.is_break:
        stack.pop()
    elif head.major == 6:
        stack.append(_Open(6, 1, place, silent=silent))
        return head.argument != 55799
    elif head.major in (4, 5) or head.argument is None:
        left = None if head.argument is None else head.argument * (head.major - 3)
        stack.append(_Open(head.major, left, place, silent=silent or (tagged and head.major == 4)))
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
