"""Where does the item end whose bytes come in pieces? Each head is looked at once, whatever the pieces are."""

from __future__ import annotations

from sciwire.runtime.errors import CodecError, TruncatedError

from .heads import Buffer, read_head

__all__ = ["Scanner"]


class Scanner:
    """Finds the end of one item; `wanted` is how long the data must be before another look can help."""

    __slots__ = ("_pending", "_position", "wanted")

    def __init__(self, start: int = 0) -> None:
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
        pending = self._pending
        try:
            while pending:
                head = read_head(data, self._position)
                if head.is_break and pending[-1] >= 0:
                    return len(data)
                self._position = head.stop
                if head.is_break:
                    pending.pop()
                elif pending[-1] > 0:
                    pending[-1] -= 1
                if head.major == 6:
                    pending.append(1)
                elif head.major in (4, 5) and head.argument is not None:
                    pending.append(head.argument * (head.major - 3))
                elif head.argument is None and not head.is_break:
                    pending.append(-1)
                while pending and pending[-1] == 0:
                    pending.pop()
                if len(pending) > depth + 2:
                    return len(data)
        except TruncatedError as error:
            self.wanted = len(data) + max(error.needed, 1)
            return None
        except CodecError:
            return len(data)
        return self._position
