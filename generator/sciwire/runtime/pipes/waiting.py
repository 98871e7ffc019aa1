"""When a header that comes in pieces is worth reading again, where the prefix does not say how long its text is."""

from __future__ import annotations

from ..limits import Limits
from .prefix import read_prefix
from .tables import PipeFormat

__all__ = ["Waiting"]


class Waiting:
    """Follows the lines of a header as its bytes come; each byte is looked at once."""

    def __init__(self, table: PipeFormat, limits: Limits) -> None:
        self._table, self._limits = table, limits
        self._end, self._divider = (text.encode("latin-1") for text in (table.lines.end, table.lines.divider))
        self._told = any(field.role == "text_length" for field in table.prefix)
        self._most = -1  # lines that the prefix counts; -1 before it was read
        self._line = self._at = table.prefix_size
        self._lines = self._dividers = 0

    def missing(self, have: bytes | bytearray) -> int:
        """How many bytes must come at least before *have*, all from the first on, is worth reading; 0: it is now.

        Raises the format's errors of a prefix that is wrong.
        """
        if self._told:
            return 0
        if self._most < 0:
            if len(have) < self._table.prefix_size:
                return self._table.prefix_size - len(have)
            prefix = read_prefix(memoryview(bytes(have[: self._table.prefix_size])), self._table)
            self._most = sum(prefix.number(role) or 0 for role in ("header_fields", "packet_fields"))
        bound = min(self._table.bounds.header, self._limits.total_bytes) + self._table.prefix_size
        while not self._complete() and self._lines <= self._limits.datasets:
            stop = have.find(self._end, self._at)
            if stop < 0:
                self._at = max(self._line, len(have) - len(self._end) + 1)
                return int(len(have) < bound)
            self._dividers += bool(self._divider) and have[self._line : stop] == self._divider
            self._lines += 1
            self._line = self._at = stop + len(self._end)
        return 0

    def _complete(self) -> bool:
        return self._dividers == 2 if self._divider else self._lines >= self._most
