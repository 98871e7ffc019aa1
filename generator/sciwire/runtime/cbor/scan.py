"""Where does the item end whose bytes come in pieces? Each head is looked at once, whatever the pieces are."""

from __future__ import annotations

from sciwire.runtime.errors import CodecError, LimitError, TruncatedError
from sciwire.runtime.limits import Limits

from .heads import Buffer, malformed, read_head

__all__ = ["Scanner", "Skipper", "skip"]

_WIDTHS = (*[0] * 24, 1, 2, 4, 8)  # bytes of the argument behind the first one, by additional information
_SIZES = (0, 0, 1, 1, 1, 2, 0, 0)  # by major type: bytes that must follow the head for each one it declares


class Scanner:
    """Finds the end of one item; `wanted` is how long the data must be before another look can help."""

    __slots__ = ("_pending", "_position", "left", "wanted")

    def __init__(self, start: int = 0, left: int = -1) -> None:
        self.left = left  # heads that may still come; below 0 any number
        self._position = start
        self._pending = [1]  # items still to come in each open container, -1 where only a break tells
        self.wanted = start + 1

    @property
    def begun(self) -> bool:
        """Whether it has a place in the data already."""
        return self._position > 0

    @property
    def depth(self) -> int:
        return len(self._pending)

    def end(self, data: Buffer, depth: int) -> int | None:
        """The offset behind the item that begins *data*, or None while more bytes are needed.

        Where the bytes are damaged, or nest deeper than *depth*, all of them are given: the decoder says why.
        """
        try:
            if not self._run(data, depth):
                return len(data)
        except TruncatedError as error:
            self.wanted = len(data) + max(error.needed, 1)
            return None
        except CodecError:
            return len(data)
        return self._position

    def _run(self, data: Buffer, depth: int) -> bool:
        """Go on to the end of the item, False where it is too deep; raises as `read_head` does, and can go on then."""
        size, position, pending = len(data), self._position, self._pending
        while pending:
            if self.left == 0:
                raise LimitError("more items than are allowed", at=position)
            self.left -= 1
            first = data[position] if position < size else 0xFF
            major, info = first >> 5, first & 31
            if info > 27 or first == 0xF8:  # rare, and most of what can be wrong
                head = read_head(data, position)
                argument, body = head.argument, head.body
            else:
                body = position + 1 + _WIDTHS[info]
                argument = int.from_bytes(data[position + 1 : body], "big") if info > 23 else info
                content = argument * _SIZES[major]
                if body > size or content > size - body:
                    read_head(data, position)  # says what is missing
                if major < 4:
                    body += content
            if first == 0xFF:
                if pending[-1] >= 0:
                    raise malformed("break", "a break stands outside an indefinite-length item", position)
                pending.pop()
            elif pending[-1] > 0:
                pending[-1] -= 1
            position = self._position = body
            if major == 6:
                pending.append(1)
            elif argument is None and first != 0xFF:
                pending.append(-1)
            elif major in (4, 5) and argument is not None:
                pending.append(argument * (major - 3))
            while pending and pending[-1] == 0:
                pending.pop()
            if len(pending) > depth + 2:
                return False
        return True


def skip(data: Buffer, start: int) -> int:
    """Return the offset behind the whole item at *start*, however deep it nests; raises as `read_head` does."""
    scanner = Scanner(start)
    scanner._run(data, len(data))
    return scanner._position


class Skipper:
    """Goes past items, of which there may be no more than the *limits* allow, all together."""

    def __init__(self, limits: Limits) -> None:
        self._left = limits.items
        self._depth = limits.depth

    def skip(self, data: Buffer, start: int) -> int:
        """As the function `skip`; `LimitError` for too many items, or those that nest too deep."""
        scanner = Scanner(start, self._left)
        if not scanner._run(data, self._depth):
            raise LimitError(f"items nest deeper than {self._depth}", at=start)
        self._left = scanner.left
        return scanner._position

    def count(self) -> None:
        """Count an item that was gone past in another way."""
        self._left -= 1
        if self._left < 0:
            raise LimitError("more items than are allowed")
