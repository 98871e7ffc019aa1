"""The bytes of a JSON text, each run with the value that it belongs to; nothing is raised for wrong text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from sciwire.runtime.cbor import Span
from sciwire.runtime.limits import DEFAULT_LIMITS

__all__ = ["json_spans"]

# what stands between values, and a value; several such pairs follow each other without a gap
_TOKEN: Final = rb'(?s)([][{}:, \t\r\n]*+)("(?:[^"\\]++|\\.)*+"|-?\d[\d.eE+-]*|true|false|null|NaN|-?Infinity)?'
_SHOWN: Final = 60
_LONG: Final = 1000  # characters of the path of a container, which stands in the path of each of its items
_DEEPEST: Final = 1000


class _Open:
    """A container on the way: its path, and which item comes next (of an object the key that was read last)."""

    __slots__ = ("path", "step")

    def __init__(self, path: str, step: str | int) -> None:
        self.path = path if len(path) <= _LONG else "…" + path[-_LONG:]
        self.step = step

    def item(self) -> str:
        step = self.step
        if isinstance(step, int):
            return f"{self.path}[{step}]"
        return f"{self.path}.{step}" if self.path else step


class _Structure:
    """The containers around the bytes at hand."""

    def __init__(self, path: str) -> None:
        self.stack: list[_Open] = []
        self.expects_key = False
        self.items = 0
        self._path = path
        self._sign = re.compile(rb"[][{},]")

    def path(self) -> str:
        return self.stack[-1].item() if self.stack else self._path

    def follow(self, signs: bytes) -> int | None:
        """Follow brackets and commas; where they lead too deep, or to too many items, the place of the one that does."""
        for match in self._sign.finditer(signs):
            sign = match[0][0]
            if sign in b",[{" or not self.stack:
                if len(self.stack) > _DEEPEST or self.items > DEFAULT_LIMITS.items:
                    return match.start()
                self.items += 1
            self._step(sign)
        return None

    def _step(self, sign: int) -> None:
        stack = self.stack
        if sign == 0x2C:  # a comma
            if stack:
                step = stack[-1].step
                self.expects_key = not isinstance(step, int)
                if isinstance(step, int):
                    stack[-1].step = step + 1
        elif sign == 0x7B:  # {
            stack.append(_Open(self.path(), ""))
            self.expects_key = True
        elif sign == 0x5B:  # [
            stack.append(_Open(self.path(), 0))
            self.expects_key = False
        elif sign in b"]}":
            if stack:
                stack.pop()
            self.expects_key = False


def json_spans(data: memoryview, start: int, path: str) -> Iterator[Span]:
    """Spans that cover *data* without gap or overlap, offsets from *start* on, paths below *path*.

    Kinds: text (a string, or the quotes of a key: ``key``), number, constant, structure (brackets, commas, colons and
    the blanks around them), invalid (all from the first byte that begins nothing, or that leads deeper or to more items
    than a reader takes).
    """
    raw = bytes(data)
    structure = _Structure(path)
    position, wrong = 0, ""
    for match in re.compile(_TOKEN).finditer(raw):
        held, between = match.span(1)
        stop = structure.follow(match[1])
        if stop is not None:
            between = held + stop
            wrong = f"nested deeper than {_DEEPEST}, or more than {DEFAULT_LIMITS.items} items"
        if between > held:
            yield Span(start + held, start + between, path, "structure", "")
        position = between
        word = match[2]
        if word is None or wrong:
            break
        position = match.end()
        yield _value(word, start + between, start + position, structure)
    if position < len(raw):
        wrong = wrong or f"no JSON begins with {raw[position : position + 8]!r}"
        yield Span(start + position, start + len(raw), path, "invalid", wrong)


def _value(word: bytes, start: int, stop: int, structure: _Structure) -> Span:
    """The span of *word*: of a key, or of the value that stands where *structure* has led."""
    text = word[: _SHOWN + 2].decode("utf-8", "replace")
    if structure.expects_key:
        structure.expects_key = False
        # no more letters than are shown are made of a long key
        structure.stack[-1].step = word[1:-1][: 4 * _SHOWN].decode("utf-8", "replace")[:_SHOWN]
        return Span(start, stop, structure.path(), "key", text)
    first = word[0]
    kind = "text" if first == 0x22 else "number" if first in b"-0123456789" else "constant"
    return Span(start, stop, structure.path(), kind, text)
