"""Bytes to a tree, with nothing in it that the bytes could use against the reader.

expat gives the byte offset of a fault, keeps no recursion, and reports a DOCTYPE before it acts on
anything inside. https://www.w3.org/TR/xml/
"""

from __future__ import annotations

import re
from typing import Any, NoReturn
from xml.parsers import expat

from ..errors import DecodeError, LimitError
from ..limits import DEFAULT_LIMITS, Limits
from .tree import Element

__all__ = ["XMLError", "XMLLimitError", "parse"]


class XMLError(DecodeError):
    """Bytes that are no acceptable XML; `reason` is ``syntax``, ``encoding``, ``doctype``, ``depth`` or ``items``."""

    default_category = "syntax"

    def __init__(self, problem: str, *, reason: str = "syntax", **where: Any) -> None:
        super().__init__(problem, **where)
        self.reason = reason


class XMLLimitError(XMLError, LimitError):
    """XML that is deeper, or has more elements and attributes, than the caller's `Limits` allow."""

    default_category = "limit"


def parse(
    data: bytes | bytearray | memoryview,
    *,
    limits: Limits = DEFAULT_LIMITS,
    at: int | None = 0,
    path: str = "",
    rule: str = "",
) -> Element:
    """Return the root element of the document that is exactly *data*, white space behind it allowed.

    *at*, *path* and *rule* are what an error reports as its own; the byte inside *data*, and the element,
    are in its text. Raises `DecodeError` (category ``syntax``) for what is not well-formed, not UTF-8, or
    has a DOCTYPE: an `XMLError`, whose `reason` tells these apart; `XMLLimitError`, also a `LimitError`,
    for more than ``limits.depth`` or ``limits.items``.
    """
    document = bytes(data)
    builder = _Builder(limits)
    try:
        _check_bytes(document)
        builder.feed(document)
    except XMLError as error:
        error.path, error.at, error.rule = path, at, rule
        raise
    except expat.ExpatError as error:
        raise XMLError(builder.explain(error, document), path=path, at=at, rule=rule) from error
    assert builder.root is not None  # expat refuses a document without one
    return builder.root


def _check_bytes(document: bytes) -> None:
    """Refuse what is not UTF-8; expat would take a byte order mark, or a NUL behind ``<``, as a sign of UTF-16."""
    if document.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        raise XMLError("expected XML in UTF-8, got a byte order mark", reason="encoding")
    try:
        document.decode()
    except UnicodeDecodeError as error:
        problem = f"expected UTF-8, byte {error.start} of the XML (0x{document[error.start]:02x}) is not"
        raise XMLError(problem, reason="encoding") from error
    if (nul := document.find(b"\0")) >= 0:
        raise XMLError(f"expected characters of XML, byte {nul} of the XML is NUL")


_UNFINISHED = re.compile(rb"</?([^\s<>/=\"'!?]++)[^<>]*\Z")  # a tag that begins and does not end


class _Builder:
    """Handlers that build the tree; the stack of open elements is a list, so depth costs no recursion."""

    def __init__(self, limits: Limits) -> None:
        self.root: Element | None = None
        self._limits = limits
        self._open: list[Element] = []
        self._items = 0
        self._last: Element | None = None  # the element that text now belongs behind
        self._text: list[str] = []
        self._parser = parser = expat.ParserCreate("UTF-8")
        parser.ordered_attributes = True
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text.append
        parser.StartDoctypeDeclHandler = self._doctype

    def feed(self, document: bytes) -> None:
        self._parser.Parse(document, True)

    def explain(self, error: expat.ExpatError, document: bytes) -> str:
        index = max(self._parser.ErrorByteIndex, 0)
        before = document[:index]
        tag = _UNFINISHED.match(before, max(before.rfind(b"<"), 0)) or _UNFINISHED.match(document, index)
        name = tag[1].decode()[:80] if tag else self._open[-1].tag[:80] if self._open else ""
        inside = f"in element {name}" if name else "outside all elements"
        where = f"byte {index} (line {error.lineno}, column {error.offset + 1})"
        return f"the XML is not well-formed {inside} at its {where}: {expat.ErrorString(error.code)}"

    def _start(self, tag: str, pairs: list[str]) -> None:
        self._settle_text()
        self._items += 1 + len(pairs) // 2
        if len(self._open) >= self._limits.depth:
            problem = f"XML elements are nested deeper than the limit depth of {self._limits.depth}"
            raise XMLLimitError(problem, reason="depth")
        if self._items > self._limits.items:
            problem = f"the XML has more elements and attributes than the limit items of {self._limits.items}"
            raise XMLLimitError(problem, reason="items")
        attributes = dict(zip(pairs[::2], pairs[1::2], strict=True))
        offset = self._parser.CurrentByteIndex
        element = Element(tag, attributes, [], "", "", self._parser.CurrentLineNumber, offset if offset > 0 else 0)
        if self._open:
            self._open[-1].children.append(element)
        else:
            self.root = element
        self._open.append(element)
        self._last = None

    def _end(self, _tag: str) -> None:
        self._settle_text()
        self._last = self._open.pop()

    def _settle_text(self) -> None:
        if not self._text:
            return
        text = "".join(self._text)
        self._text.clear()
        if self._last is not None:
            self._last.tail = text
        elif self._open:
            self._open[-1].text = text

    def _doctype(self, *_: object) -> NoReturn:
        line, index = self._parser.CurrentLineNumber, self._parser.CurrentByteIndex
        problem = (
            f"a DOCTYPE is refused (byte {index}, line {line} of the XML): it could define entities or fetch files"
        )
        raise XMLError(problem, reason="doctype")
