"""A tree to bytes: as it stands, indented, or in canonical form."""

from __future__ import annotations

import re
from xml.parsers import expat

from ..errors import EncodeError
from .tree import Element

__all__ = ["canonical", "write"]

_ATTRIBUTE = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\n": "&#10;", "\t": "&#9;", "\r": "&#13;"}
_CONTENT = {character: _ATTRIBUTE[character] for character in "&<>\r"}
_IMPOSSIBLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML 1.0, production 2
_PLAIN_VALUE = re.compile(r"[ !#-%'-;=?-~]*+")  # of ASCII, and nothing to replace in it
_PLAIN_TEXT = re.compile(r"[\t\n -%'-;=?-~]*+")
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
        [
            f' {_name(name, where)}="{value if _PLAIN_VALUE.fullmatch(value) else _escaped(value, _ATTRIBUTE, f"{where}.{name}")}"'
            for name, value in element.attributes.items()
        ]
    )
    pretty = bool(indent) and not (element.text.strip() or any(child.tail.strip() for child in element.children))
    text = "" if pretty else _content(element.text, where)
    if not (element.children or text):
        return [f"<{tag}{attributes}/>"]
    pieces: list[tuple[Element, int] | str] = [f"<{tag}{attributes}>{text}"]
    for child in element.children:
        if pretty:
            pieces.append("\n" + indent * (depth + 1))
        pieces.append((child, depth + 1))
        if not pretty:
            pieces.append(_content(child.tail, where))
    pieces.append(("\n" + indent * depth if pretty else "") + f"</{tag}>")
    return pieces


def _content(text: str, path: str) -> str:
    return text if _PLAIN_TEXT.fullmatch(text) else _escaped(text, _CONTENT, path)


def _escaped(text: str, table: dict[str, str], path: str) -> str:
    if wrong := _IMPOSSIBLE.search(text):
        problem = f"XML can't hold the character U+{ord(wrong[0]):04X} (character {wrong.start()} of the text)"
        raise EncodeError(problem, category="constraint", path=path)
    return _replaced(text, table)


def _replaced(text: str, table: dict[str, str]) -> str:
    for character, escape in table.items():  # the ampersand comes first
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


_XML_NAMESPACE = "http://www.w3.org/XML/1998/namespace"
_CANONICAL_ATTRIBUTE = {"&": "&amp;", "<": "&lt;", '"': "&quot;", "\t": "&#x9;", "\n": "&#xA;", "\r": "&#xD;"}
_CANONICAL_CONTENT = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#xD;"}


def canonical(element: Element) -> str:
    """Return *element*, without what follows it, as Canonical XML 1.0 (https://www.w3.org/TR/xml-c14n).

    Two elements have the same canonical form where they say the same: attributes are sorted, namespace
    declarations first and not repeated, empty elements have an end tag.
    """
    out: list[str] = []
    todo: list[tuple[Element, dict[str, str]] | str] = [(element, {"": "", "xml": _XML_NAMESPACE})]
    while todo:
        item = todo.pop()
        if isinstance(item, str):
            out.append(item)
            continue
        one, outer = item
        declared = {name: value for name, value in one.attributes.items() if name == "xmlns" or name[:6] == "xmlns:"}
        scope = outer | {name.partition(":")[2]: value for name, value in declared.items()}
        new = sorted(name for name in declared if outer.get(name.partition(":")[2]) != declared[name])
        others = sorted((name for name in one.attributes if name not in declared), key=lambda name: _order(name, scope))
        out.append(f"<{one.tag}")
        out += [f' {name}="{_replaced(one.attributes[name], _CANONICAL_ATTRIBUTE)}"' for name in (*new, *others)]
        out.append(f">{_replaced(one.text, _CANONICAL_CONTENT)}")
        todo.append(f"</{one.tag}>")
        for child in reversed(one.children):
            todo += [_replaced(child.tail, _CANONICAL_CONTENT), (child, scope)]
    return "".join(out)


def _order(name: str, scope: dict[str, str]) -> tuple[str, str]:
    """Return the sort key of an attribute: namespace, none first, then local name."""
    prefix, colon, local = name.partition(":")
    return (scope.get(prefix, prefix), local) if colon else ("", name)
