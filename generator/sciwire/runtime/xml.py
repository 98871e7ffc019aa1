"""XML documents of a few elements, without DTD, from and to bytes.

Rules: UTF-8 whatever the declaration says, no byte order mark, no DOCTYPE (so no entities but the five of
XML itself), no network, a bound on depth and on the number of elements and attributes. Names are taken as
they are written: a default namespace changes no tag, and ``xmlns`` stays an attribute, so that what a
reader does not know is written as it was read. Comments and processing instructions are dropped.

Reading uses expat, which gives the byte offset of a fault and stops at a DOCTYPE before it acts on
anything in it; only the check against a schema loads lxml. https://www.w3.org/TR/xml/
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from os import PathLike
from pathlib import Path
from typing import NoReturn
from xml.parsers import expat

from .errors import DecodeError, EncodeError, LimitError
from .limits import DEFAULT_LIMITS, Limits

__all__ = ["Element", "SchemaProblem", "parse", "validate", "write"]


@dataclass(slots=True)
class Element:
    """One element.

    Attributes
    ----------
    tag : the name as written, with its prefix if it has one.
    attributes : name to value, in the order of the document.
    children : the elements inside.
    text : the characters before the first child; tail : those behind this element, up to the next.
    line : where the element starts, from 1; 0 for elements that were not read.
    offset : the byte at which it starts, in the data that were read.
    """

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list[Element] = field(default_factory=list)
    text: str = ""
    tail: str = ""
    line: int = field(default=0, compare=False)
    offset: int = field(default=0, compare=False)

    def get(self, name: str, default: str | None = None) -> str | None:
        """Return an attribute's value."""
        return self.attributes.get(name, default)

    def find(self, tag: str) -> Element | None:
        """Return the first child with this *tag*."""
        return next(self.findall(tag), None)

    def findall(self, tag: str) -> Iterator[Element]:
        """Return the children with this *tag*."""
        return (child for child in self.children if child.tag == tag)


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
    has a DOCTYPE, and `LimitError` for more than ``limits.depth`` or ``limits.items``.
    """
    document = bytes(data)
    if document.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        raise DecodeError(
            "expected XML in UTF-8, got a byte order mark", category="syntax", path=path, at=at, rule=rule
        )
    builder = _Builder(limits)
    try:
        document.decode()
        builder.feed(document)
    except UnicodeDecodeError as error:
        problem = f"expected UTF-8, byte {error.start} of the XML (0x{document[error.start]:02x}) is not"
        raise DecodeError(problem, category="syntax", path=path, at=at, rule=rule) from error
    except expat.ExpatError as error:
        raise DecodeError(builder.explain(error), category="syntax", path=path, at=at, rule=rule) from error
    except DecodeError as error:
        error.path, error.at, error.rule = path, at, rule
        raise
    assert builder.root is not None  # expat refuses a document without one
    return builder.root


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

    def explain(self, error: expat.ExpatError) -> str:
        index = max(self._parser.ErrorByteIndex, 0)
        inside = f"in element {self._open[-1].tag}" if self._open else "outside all elements"
        where = f"byte {index} (line {error.lineno}, column {error.offset + 1})"
        return f"the XML is not well-formed {inside} at its {where}: {expat.ErrorString(error.code)}"

    def _start(self, tag: str, pairs: list[str]) -> None:
        self._settle_text()
        self._items += 1 + len(pairs) // 2
        if len(self._open) >= self._limits.depth:
            raise LimitError(f"XML elements are nested deeper than the limit depth of {self._limits.depth}")
        if self._items > self._limits.items:
            raise LimitError(f"the XML has more elements and attributes than the limit items of {self._limits.items}")
        attributes = dict(zip(pairs[::2], pairs[1::2], strict=True))
        element = Element(
            tag, attributes, line=self._parser.CurrentLineNumber, offset=max(self._parser.CurrentByteIndex, 0)
        )
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
        text = "".join(self._text)
        self._text.clear()
        if self._last is not None:
            self._last.tail = text
        elif self._open:
            self._open[-1].text = text

    def _doctype(self, *_: object) -> NoReturn:
        line, index = self._parser.CurrentLineNumber, self._parser.CurrentByteIndex
        raise DecodeError(
            f"a DOCTYPE is refused (byte {index}, line {line} of the XML): it could define entities or fetch files",
            category="syntax",
        )


_ATTRIBUTE = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\n": "&#10;", "\t": "&#9;", "\r": "&#13;"}
_CONTENT = {character: _ATTRIBUTE[character] for character in "&<>\r"}
_IMPOSSIBLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML 1.0, production 2
_NAME = re.compile(r"[A-Za-z_:][A-Za-z0-9_:.\-]*")


def write(element: Element, *, declaration: bool = False, indent: str = "", end: str = "", path: str = "") -> bytes:
    """Return *element* as UTF-8; the same tree always gives the same bytes.

    declaration : begin with ``<?xml version="1.0" encoding="UTF-8"?>``.
    indent : put each child on a line of its own with so much white space a level, where elements hold
        only elements; without it the text is written as it stands in the tree.
    end : what follows the root element, white space only.
    Raises `EncodeError` for names that are no XML names (category ``syntax``) and characters that XML
    can't hold (category ``constraint``).
    """
    out = ['<?xml version="1.0" encoding="UTF-8"?>'] if declaration else []
    # The stack holds what is still to be written: elements, with their depth, and finished text.
    todo: list[tuple[Element, int] | str] = [(element, 0)]
    while todo:
        item = todo.pop()
        if isinstance(item, str):
            out.append(item)
        else:
            todo.extend(reversed(_pieces(*item, indent, path)))
    return "".join([*out, end]).encode()


def _pieces(element: Element, depth: int, indent: str, path: str) -> list[tuple[Element, int] | str]:
    tag = _name(element.tag, path)
    where = f"{path}.{tag}" if path else tag
    attributes = "".join(
        f' {_name(name, where)}="{_escaped(value, _ATTRIBUTE, f"{where}.{name}")}"'
        for name, value in element.attributes.items()
    )
    pretty = bool(indent) and not (element.text.strip() or any(child.tail.strip() for child in element.children))
    text = "" if pretty else _escaped(element.text, _CONTENT, where)
    if not (element.children or text):
        return [f"<{tag}{attributes}/>"]
    pieces: list[tuple[Element, int] | str] = [f"<{tag}{attributes}>{text}"]
    for child in element.children:
        if pretty:
            pieces.append("\n" + indent * (depth + 1))
        pieces.append((child, depth + 1))
        if not pretty:
            pieces.append(_escaped(child.tail, _CONTENT, where))
    pieces.append(("\n" + indent * depth if pretty else "") + f"</{tag}>")
    return pieces


def _escaped(text: str, table: dict[str, str], path: str) -> str:
    if wrong := _IMPOSSIBLE.search(text):
        problem = f"XML can't hold the character U+{ord(wrong[0]):04X} (character {wrong.start()} of the text)"
        raise EncodeError(problem, category="constraint", path=path)
    for character, escape in table.items():
        text = text.replace(character, escape)
    return text


def _name(name: str, path: str) -> str:
    if _NAME.fullmatch(name) or (not name.isascii() and _is_name(name)):
        return name
    raise EncodeError(f"expected an XML name, got {name!r}", category="syntax", path=path)


def _is_name(name: str) -> bool:
    """Ask the reader itself about the letters beyond ASCII, of which there are long tables."""
    if re.search(r"[\s<>/=\"'&]", name) or _IMPOSSIBLE.search(name):
        return False
    try:
        expat.ParserCreate("UTF-8").Parse(f"<{name}/>".encode(), True)
    except expat.ExpatError:
        return False
    return True


@dataclass(frozen=True, slots=True)
class SchemaProblem:
    """One place where a document is not what its schema says."""

    line: int  # of the document, from 1
    message: str


def validate(
    data: bytes | bytearray | memoryview, schema: str | PathLike[str] | bytes, *, limits: Limits = DEFAULT_LIMITS
) -> list[SchemaProblem]:
    """Check *data* against an XSD 1.0 *schema* (a path, or the bytes of one); an empty list means valid.

    Raises what `parse` raises for data that are not XML, and `ValueError` for a schema that is none.
    """
    from lxml import etree  # noqa: PLC0415 - 15 ms that readers of streams do not have to pay

    parse(data, limits=limits)
    parser = etree.XMLParser(encoding="utf-8", resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        source = schema if isinstance(schema, bytes) else Path(schema).read_bytes()
        base = None if isinstance(schema, bytes) else Path(schema).resolve().as_uri()
        checker = etree.XMLSchema(etree.fromstring(source, parser, base_url=base))
    except (etree.XMLSyntaxError, etree.XMLSchemaParseError) as error:
        raise ValueError(f"the schema is not an XSD: {error}") from error
    checker.validate(etree.fromstring(bytes(data), parser))
    return [SchemaProblem(entry.line, entry.message) for entry in checker.error_log]
