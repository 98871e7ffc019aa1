"""The bytes of a JSON text, each run with the value that it belongs to; nothing is raised for wrong text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from sciwire.runtime.cbor import Span

__all__ = ["json_spans"]

_TOKEN: Final = rb'(?s)[ \t\r\n]+|"(?:[^"\\]++|\\.)*+"|-?\d[\d.eE+-]*|true|false|null|NaN|-?Infinity|[][{}:,]'
_SHOWN: Final = 60
_DEEPEST: Final = 1000  # a path is written for each span
_PUNCTUATION: Final = b"[]{}:,"


def json_spans(data: memoryview, start: int, path: str) -> Iterator[Span]:
    """Spans that cover *data* without gap or overlap, offsets from *start* on, paths below *path*.

    Kinds: text (a string, or the quotes of a key: ``key``), number, constant, structure (brackets, commas, colons and
    the blanks around them), invalid (all from the first byte that begins nothing).
    """
    raw = bytes(data)
    token = re.compile(_TOKEN)
    stack: list[str | int] = []  # the key or index in each open container, "" before the first key
    position = held = 0  # `held`: where a run of structure began
    expects_key = False
    while position < len(raw):
        match = token.match(raw, position)
        if match is None or len(stack) > _DEEPEST:
            break
        word, end = match[0], match.end()
        first = word[:1]
        if first in b" \t\r\n" or first in _PUNCTUATION:
            expects_key = _step(first, stack, expects_key)
            position = end
            continue
        if position > held:
            yield Span(start + held, start + position, path, "structure", "")
        text = word[: _SHOWN + 2].decode("utf-8", "replace")
        if expects_key:
            stack[-1] = word[1:-1].decode("utf-8", "replace")
            yield Span(start + position, start + end, _path(path, stack), "key", text)
            expects_key = False
        else:
            yield Span(start + position, start + end, _path(path, stack), _kind(first), text)
        held = position = end
    if position > held:
        yield Span(start + held, start + position, path, "structure", "")
    if position < len(raw):
        yield Span(start + position, start + len(raw), path, "invalid", f"no JSON begins with {raw[position : position + 8]!r}")  # fmt: skip


def _step(first: bytes, stack: list[str | int], expects_key: bool) -> bool:
    """Follow a bracket or a comma; whether a key comes next."""
    if first == b"{":
        stack.append("")
        return True
    if first == b"[":
        stack.append(0)
        return False
    if first in (b"]", b"}"):
        if stack:
            stack.pop()
        return False
    if first == b"," and stack:
        place = stack[-1]
        if isinstance(place, int):
            stack[-1] = place + 1
            return False
        return True
    return expects_key


def _kind(first: bytes) -> str:
    if first == b'"':
        return "text"
    return "number" if first in b"-0123456789" else "constant"


def _path(path: str, stack: list[str | int]) -> str:
    for step in stack:
        path += f"[{step}]" if isinstance(step, int) else f".{step[:_SHOWN]}" if path else step[:_SHOWN]
    return path
